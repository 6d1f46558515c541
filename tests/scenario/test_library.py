"""The scenarios that come with Monazite: each rests on rows of the tables or says that it is a what-if."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from monazite.reference.library import library
from monazite.scenario.files import from_toml, to_toml
from monazite.scenario.reach import first_day

NAMED = library()


@pytest.fixture(params=NAMED)
def scenario(request, names):
    return from_toml(NAMED[request.param], request.param, names)


def test_the_disruptions_people_speak_of_have_a_name():
    assert {
        "cobalt-2025",
        "gallium-germanium-antimony-2023",
        "graphite-2023",
        "hormuz",
        "malacca",
        "nickel-ore-2014",
        "nickel-ore-2020",
        "rare-earths-2010",
        "rare-earths-2026",
        "suez-2021",
    } <= NAMED.keys()


def test_each_rests_on_the_tables_or_says_that_it_is_a_what_if(scenario, store):
    grounds = scenario.grounds
    known = {row[0] for row in store.rows("SELECT measure_id FROM measures UNION SELECT source_id FROM sources")}
    assert {*grounds.measures, *grounds.sources} <= known
    assert (scenario.certainty == "hypothetical") == (not grounds.measures and not grounds.sources)


def test_what_no_source_states_is_marked(scenario):
    wide = {name for s in scenario.shocks for name in ("share", "delay_weeks", "refused_share") if _is_wide(s, name)}
    assert wide <= {a.what for a in scenario.grounds.assumptions}
    assert all(a.source == "assumption" for a in scenario.grounds.assumptions)


def test_each_begins_and_ends_with_its_measures(scenario, store):
    """The first day is one on which a measure is announced or takes effect, and a ban ends within a week of it."""
    rows = "SELECT announced, effective, ended FROM measures WHERE list_contains($1::VARCHAR[], measure_id)"
    told = store.rows(rows, [list(scenario.grounds.measures)])
    days = {day for *days, _ in told for day in days if day}
    if told:
        assert any(str(first_day(scenario.shocks)).startswith(day) for day in days)
    ends = {date.fromisoformat(end) for *_, end in told if end and len(end) == 10}
    if len(told) == 1 and ends and scenario.shocks[0].kind == "cut":
        window = scenario.shocks[0].window
        assert timedelta(0) <= window.start + timedelta(weeks=window.weeks) - ends.pop() <= timedelta(days=7)


def test_each_is_written_as_it_is_read(scenario, names):
    assert from_toml(to_toml(scenario), "x.toml", names) == scenario


def _is_wide(shock, name: str) -> bool:
    band = getattr(shock, name, None)
    return band is not None and band.low < band.high
