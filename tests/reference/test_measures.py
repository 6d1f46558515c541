"""The trade measures: dated, sourced, and in the words of the other tables."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from monazite.reference.store import Store

DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
DATES = ("announced", "effective", "ended", "suspended_from", "suspended_until", "as_of")


@pytest.fixture(scope="module")
def measures(store: Store) -> dict[str, dict[str, object]]:
    columns = [str(r[0]) for r in store.rows("DESCRIBE measures")]
    found = [dict(zip(columns, row, strict=True)) for row in store.rows("SELECT * FROM measures")]
    return {str(m["measure_id"]): m for m in found}


def _parts(cell: object) -> list[str]:
    return str(cell).split("|") if cell else []


def _in_order(*dates: object) -> bool:
    """Whether known dates follow each other, as far as their precision tells: 2014 is not after 2014-01."""
    known = [str(d) for d in dates if d]
    return all(a[: len(b)] <= b[: len(a)] for a, b in pairwise(known))


def test_there_are_enough_measures_of_enough_countries(measures):
    assert len(measures) >= 75
    assert len({code for m in measures.values() for code in _parts(m["imposer"])} - {"CHN"}) >= 15


def test_every_measure_rests_on_an_official_source_or_on_two_publishers(store: Store, measures):
    # Only what was read counts: a document known by its number alone is named, not relied on.
    read = store.rows(
        "SELECT measure_id, count(*) FILTER (official = 'yes'), count(DISTINCT publisher) FILTER (official = 'no') "
        "FROM measure_sources WHERE seen = 'yes' GROUP BY 1"
    )
    assert {r[0] for r in read} == set(measures)
    assert [r[0] for r in read if not r[1] and int(str(r[2])) < 2] == []


def test_a_source_that_was_read_says_where(store: Store):
    assert store.rows("SELECT measure_id, title FROM measure_sources WHERE seen = 'yes' AND url IS NULL") == []
    assert store.rows("SELECT measure_id, title FROM measure_sources WHERE url NOT LIKE 'http%'") == []


def test_dates_are_dates_and_follow_each_other(measures):
    for name, m in measures.items():
        assert all(DATE.fullmatch(str(m[d])) for d in DATES if m[d]), name
        assert _in_order(m["announced"], m["effective"], m["ended"]), name
        assert _in_order(m["suspended_from"], m["suspended_until"]), name


def test_the_status_agrees_with_the_dates(measures):
    for name, m in measures.items():
        assert m["ended"] is None or m["ended_status"] == "ended", name
        assert (m["ended_status"] == "suspended") == (m["suspended_from"] is not None), name
        if m["ended_status"] == "in_force":
            assert _in_order(m["effective"], m["as_of"]), name
        if m["ended_status"] == "announced":
            assert not _in_order(m["effective"], m["as_of"]), name


def test_countries_minerals_stages_and_codes_exist(store: Store, measures):
    countries = {r[0] for r in store.rows("SELECT iso3 FROM countries")}
    minerals = {r[0] for r in store.rows("SELECT mineral FROM minerals")}
    for name, m in measures.items():
        assert set(_parts(m["imposer"])) <= countries, name
        assert m["targets"] == "all" or set(_parts(m["targets"])) <= countries, name
        assert set(_parts(m["minerals"])) <= minerals, name
        assert set(_parts(m["stages"])) <= {"ore", "refined", "metal", "component"}, name
        assert all(re.fullmatch(r"\d{6}", code) for code in _parts(m["hs"])), name


@pytest.mark.parametrize(
    ("measure_id", "facts"),
    [
        (
            "chn-2023-gallium-germanium-licence",
            {"announced": "2023-07-03", "effective": "2023-08-01", "minerals": "gallium|germanium"},
        ),
        ("chn-2010-rare-earth-halt-japan", {"targets": "JPN", "effective": "2010-09-21", "type": "export_ban"}),
        ("idn-2020-nickel-ban", {"imposer": "IDN", "effective": "2020-01-01", "cut_share": 1.0}),
        ("cod-2025-cobalt-suspension", {"effective": "2025-02-22", "ended": "2025-10-15"}),
        (
            "chn-2024-usa-gallium-germanium-antimony-ban",
            {"targets": "USA", "effective": "2024-12-03", "suspended_until": "2026-11-27"},
        ),
        ("chn-2025-rare-earths-licence", {"effective": "2025-04-04", "ended": None, "ended_status": "in_force"}),
        ("chn-rare-earth-quota", {"ended": "2015-01-01", "type": "export_quota"}),
    ],
)
def test_well_known_measures_stand_in_the_table(measures, measure_id, facts):
    assert {key: measures[measure_id][key] for key in facts} == facts


def test_the_european_union_acts_as_its_members(store: Store, measures):
    members = store.rows("SELECT members FROM coalitions WHERE id = 'eu27'")[0][0]
    assert measures["eu-2022-russia-crude-import-ban"]["imposer"] == members
