"""Tables of names: complete, and no name belongs to two."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from importlib.resources import files

import pytest

from monazite.core.gazetteer import fold

Row = dict[str, str]


def rows(name: str) -> list[Row]:
    """A table of reference/data as dictionaries."""
    with (files("monazite.reference") / "data" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def split(row: Row, *columns: str) -> list[str]:
    """All names in the given columns of a row."""
    return [name for column in columns for name in row[column].split("|") if name]


def shared(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """The names that stand for more than one owner, folded as look-ups fold them."""
    owners: dict[str, set[str]] = defaultdict(set)
    for name, owner in pairs:
        owners[fold(name)].add(owner)
    return {name: found for name, found in owners.items() if len(found) > 1}


COUNTRIES = rows("countries")
COALITIONS = rows("coalitions")
CODES = {c["iso3"] for c in COUNTRIES}


def test_all_codes_of_iso_3166_are_there_once() -> None:
    assert len(CODES) == len(COUNTRIES) == 249
    assert all(re.fullmatch("[A-Z]{3}", code) for code in CODES)


@pytest.mark.parametrize("columns", [("iso3", "name", "aliases"), ("demonyms",), ("capital",)])
def test_no_name_belongs_to_two_countries(columns: tuple[str, ...]) -> None:
    assert not shared((name, c["iso3"]) for c in COUNTRIES for name in split(c, *columns))


def test_no_demonym_or_capital_names_another_country() -> None:
    columns = ("iso3", "name", "aliases", "demonyms", "capital")
    assert not shared((name, c["iso3"]) for c in COUNTRIES for name in split(c, *columns))


def test_no_name_belongs_to_a_country_and_a_coalition() -> None:
    of_countries = [(name, c["iso3"]) for c in COUNTRIES for name in split(c, "iso3", "name", "aliases", "demonyms")]
    of_coalitions = [(name, c["id"]) for c in COALITIONS for name in split(c, "id", "name", "aliases")]
    assert not shared(of_countries + of_coalitions)


@pytest.mark.parametrize(
    ("name", "iso3"),
    [
        ("Viet Nam", "VNM"),
        ("Turkey", "TUR"),
        ("Burma", "MMR"),
        ("Ivory Coast", "CIV"),
        ("U.S.", "USA"),
        ("Republic of Korea", "KOR"),
        ("Russian Federation", "RUS"),
        ("Czech Republic", "CZE"),
        ("Democratic Republic of the Congo", "COD"),
        ("Republic of the Congo", "COG"),
    ],
)
def test_common_names(name: str, iso3: str) -> None:
    assert [c["iso3"] for c in COUNTRIES if fold(name) in map(fold, split(c, "name", "aliases"))] == [iso3]


def test_a_bare_congo_is_nobody() -> None:
    assert not [c for c in COUNTRIES if "congo" in map(fold, split(c, "name", "aliases"))]


@pytest.mark.parametrize("coalition", COALITIONS, ids=lambda c: c["id"])
def test_members_are_known_countries_named_once(coalition: Row) -> None:
    members = split(coalition, "members")
    assert len(set(members)) == len(members)
    assert set(members) <= CODES


@pytest.mark.parametrize(
    ("name", "count"), [("eu27", 27), ("g7", 7), ("g20", 19), ("asean", 11), ("nato", 32), ("quad", 4), ("gcc", 6)]
)
def test_number_of_members(name: str, count: int) -> None:
    assert [len(split(c, "members")) for c in COALITIONS if c["id"] == name] == [count]
