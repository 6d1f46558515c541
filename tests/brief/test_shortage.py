"""Charts of a shock week by week, and of what it costs industries."""

from __future__ import annotations

from datetime import date

import pytest

from monazite.brief.draw import svg
from monazite.brief.shortage import industry_losses, shortage_weeks
from monazite.core.errors import NoDataError
from monazite.core.values import Band
from monazite.simulation.economy.shortage import EconomyOutcome, IndustryLoss
from monazite.simulation.weekly.outcome import PlaceOutcome, Trail, WeeklyOutcome, Weeks

NEVER, NONE = Weeks(None, None, None), Band(0.0, 0.0, 0.0)


def place(country: str, missing: Trail) -> PlaceOutcome:
    still = Trail((0.0,) * 3, (0.0,) * 3, (0.0,) * 3)
    weeks = (NEVER,) * 4
    return PlaceOutcome("gallium", "metal", country, 5.0, 0.8, *weeks, NONE, NONE, missing, still, {})


def weekly(*uses: PlaceOutcome) -> WeeklyOutcome:
    start = date(2026, 1, 6)
    return WeeklyOutcome({"gallium": 2024}, start, 3, 1, 20, 1, uses, (), (), {}, (), (), (), (), 0.0)


def test_where_the_median_is_nothing_it_is_said_in_words(names):
    chart = shortage_weeks(weekly(place("JPN", Trail((0.0,) * 3, (0.0,) * 3, (0.0, 0.3, 0.0)))), names)
    assert chart.summary.startswith(
        "In the middle draw of each week nobody runs short. Japan, gallium (metal) is short"
    )


@pytest.mark.parametrize(("weeks", "last"), [(52, [45, 52]), (104, [95, 104]), (520, [450, 520])])
def test_weeks_are_named_as_far_apart_as_their_names_are_wide(names, weeks, last):
    one = place("JPN", Trail((0.0,) * weeks, (0.1,) * weeks, (0.2,) * weeks))
    axis = shortage_weeks(weekly(one), names).option["xAxis"][0]
    assert [int(axis["data"][n]) for n in axis["axisLabel"]["customValues"]][-2:] == last


def test_a_place_that_misses_is_a_line_with_its_band(names):
    short = place("JPN", Trail((0.0, 0.1, 0.0), (0.0, 0.25, 0.1), (0.1, 0.5, 0.2)))
    spared = place("IND", Trail((0.0,) * 3, (0.0,) * 3, (0.0, 0.0009, 0.0)))
    chart = shortage_weeks(weekly(short, spared), names)
    line = "Japan, gallium (metal)"
    assert chart.figures == (
        (line, 1, 0.0, 0.0, 0.1, ""),
        (line, 2, 0.1, 0.25, 0.5, ""),
        (line, 3, 0.0, 0.1, 0.2, ""),
    )
    drawn = svg(chart, "weeks")
    assert "Japan, gallium (metal)" in drawn
    assert "India" not in drawn + chart.summary
    assert "up to 25% of a week" in chart.summary
    assert "short in 80% of draws, by up to 50%" in chart.summary
    assert "6 January 2026" in chart.title


def test_where_nobody_runs_short_there_is_no_chart(names):
    with pytest.raises(NoDataError, match="nobody runs short"):
        shortage_weeks(weekly(), names)


def test_industries_are_shown_as_far_as_they_lose(names):
    hit = IndustryLoss("JPN", "C26", Band(1.0, 2.0, 4.0), Band(0.01, 0.02, 0.04), NONE, "Electronics")
    spared = IndustryLoss("IND", "C29", NONE, NONE, NONE)
    found = EconomyOutcome(20, 3, Band(1.0, 2.0, 4.0), (), (hit, spared), (), (), (), ())
    chart = industry_losses(found, names)
    assert chart.rows == (("Japan: Electronics", "1", "2", "4", "1–4%", "0"),)
    assert chart.figures[0] == ("JPN", "C26", 1.0, 2.0, 4.0)
    assert "Electronics" in svg(chart, "industries")
    with pytest.raises(NoDataError, match="no industry loses any"):
        industry_losses(EconomyOutcome(20, 3, NONE, (), (spared,), (), (), (), ()), names)
