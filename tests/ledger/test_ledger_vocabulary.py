"""Who acts: each body and each leader of the word lists has a country, a source, and leaders the days they led."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from importlib.resources import files

import pytest

from monazite.core.gazetteer import Gazetteer, fold
from monazite.ledger.reading.actors import coalition_code, find_names, in_office, name_index
from monazite.ledger.values import Ledger
from monazite.ledger.vocabulary import load_vocabulary
from monazite.reference.store import Store


def rows(name: str) -> list[dict[str, str]]:
    return list(
        csv.DictReader((files("monazite.ledger") / "vocabulary" / name).read_text(encoding="utf-8").splitlines())
    )


@pytest.mark.parametrize("name", ["offices.csv", "people.csv"])
def test_each_has_a_known_country_and_a_known_source(name: str, store: Store, names: Gazetteer) -> None:
    sources = {r[0] for r in store.rows("SELECT source_id FROM sources")}
    codes = {c.iso3 for c in names.countries} | {coalition_code(c) for c in names.coalitions}
    for row in rows(name):
        assert row["country"] in codes, row
        assert set(row["source_id"].split("|")) <= sources, row


def test_a_name_stands_for_one_country() -> None:
    people = [(n, r["country"]) for r in rows("people.csv") for n in r["names"].split("|")]
    for told in (people, [(r["name"], r["country"]) for r in rows("offices.csv")]):
        of: dict[str, set[str]] = {}
        for name, country in told:
            of.setdefault(fold(name), set()).add(country)
        assert {n: c for n, c in of.items() if len(c) > 1} == {}


def test_a_leader_has_a_first_day_and_leaves_after_it() -> None:
    for row in rows("people.csv"):
        first, last = row["since"], row["until"]
        assert date.fromisoformat(f"{first}-01-01"[:10])
        assert not last or (date.fromisoformat(f"{last}-01-01"[:10]) and last >= first[: len(last)]), row
        assert "common-knowledge" not in row["source_id"], row  # who holds an office is never told from memory


@pytest.mark.parametrize(
    ("text", "day", "codes"),
    [
        ("Tusk said so.", date(2018, 5, 1), []),  # then of the European Council
        ("Tusk said so.", date(2025, 5, 1), ["POL"]),
        ("Biden and Trump spoke.", date(2022, 5, 1), ["USA"]),
        ("Biden and Trump spoke.", date(2025, 5, 1), ["USA"]),
        ("Biden and Trump spoke.", None, ["USA", "USA"]),
        ("Duterte flew home.", date(2024, 5, 1), []),
        ("Congress voted. The Politburo met. The Shura Council sat.", None, []),  # several countries have one
        ("MOFCOM and the USTR met.", None, ["CHN", "USA"]),
    ],
)
def test_a_leader_is_read_while_in_office(names: Gazetteer, text: str, day: date | None, codes: list[str]) -> None:
    index = in_office(name_index(names, load_vocabulary()), day)
    assert [c for n in find_names(text, index) for c in n.codes] == codes


def test_who_is_no_leader_is_known_by_how_the_report_names_him(read: Callable[..., Ledger]) -> None:
    lead = "OTTAWA, 3 June 2025 (Agency) - Canada and Chile met. Chilean Mining Minister Aurora Williams came.\n\n"
    (found,) = read(a=lead + "Williams agreed to open a joint laboratory by 2027.").commitments
    assert found.actors == ("CHL",)
