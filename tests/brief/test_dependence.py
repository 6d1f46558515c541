"""Heat map and lines: numbers in cells that can be read, no data that says so, bands from low to high."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.brief.dependence import NO_DATA, heat_map, year_lines
from monazite.brief.maps import BUYER, GATE
from monazite.brief.pieces import INK, MUTED, SHADES, shade
from monazite.brief.values import Chart, HeatView, YearLine, YearsView
from monazite.brief.views import heat_by_supplier
from monazite.core.errors import NoDataError
from monazite.core.gazetteer import Gazetteer
from monazite.indicators.values import Exposure, StageExposure, Supplier


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def matrix() -> Chart:
    shares = ((0.62, 0.0, 0.38), (None, None, None))
    return heat_map(
        HeatView("T", "S.", ("Cobalt", "Uranium"), ("China", "Chile", "Others"), shares, "Mineral", "Supplier", ("n",))
    )


def cells(chart: Chart) -> list[tuple[str, str]]:
    """Words and their colour, of the cells."""
    return [
        (m["style"]["text"], m["style"]["fill"])
        for m in chart.option["graphic"]
        if m["type"] == "text" and m["style"]["align"] == "center" and m["style"]["y"] > 45
    ]


def test_each_cell_has_its_number_in_a_colour_that_can_be_read() -> None:
    assert cells(matrix()) == [
        ("62%", "#ffffff"),
        ("–", MUTED),
        ("38%", INK),
        *[("no data", INK)] * 3,
    ]


def test_what_is_not_known_is_grey_and_hatched() -> None:
    chart = matrix()
    assert sum(m["style"].get("fill") == NO_DATA for m in chart.option["graphic"]) == 1 + 2 * 3
    assert sum(m["type"] == "line" for m in chart.option["graphic"]) > 3 * 5
    assert chart.rows[1] == ("Uranium", "no data", "no data", "no data")
    assert chart.figures[3] == ("Uranium", "China", None)
    assert chart.header == ("Mineral", "China", "Chile", "Others")
    assert chart.notes == ("n",)


@pytest.mark.parametrize(
    ("colour", "ink"), [(s[1], s[2]) for s in SHADES] + [(NO_DATA, INK), ("#ffffff", GATE), (BUYER, INK)]
)
def test_words_on_a_shade_have_the_contrast_that_readers_need(colour: str, ink: str) -> None:
    assert contrast(colour, ink) >= 4.5


def test_shades_are_told_apart_by_lightness_alone() -> None:
    light = [luminance(colour) for _, colour, _ in SHADES]
    assert light == sorted(light, reverse=True)
    assert all(contrast(a[1], b[1]) > 1.15 for a, b in pairwise(SHADES))


@given(st.floats(0, 1))
def test_every_share_has_a_shade(share: float) -> None:
    assert shade(share) in [(colour, ink) for _, colour, ink in SHADES]


def years() -> YearsView:
    reliance = YearLine("reliance", ((2018, 0.2, 0.3, 0.5, ""), (2019, 0.4, 0.5, 0.5, ""), (2021, 0.1, 0.2, 0.4, "")))
    ore = YearLine(
        "ore", ((2017, 0.6, 0.6, 0.6, "China"), (2018, 0.7, 0.7, 0.7, "China"), (2019, 0.5, 0.5, 0.5, "Chile"))
    )
    return YearsView("T", "S.", (ore, reliance, YearLine("short", ((2020, 1, 1, 1, ""),))), "Stage", "Largest supplier")


def test_a_band_goes_from_low_to_high_and_a_gap_stays_a_gap() -> None:
    line, low, high, middle = year_lines(years()).option["series"][:4]
    assert [d and d["value"] for d in line["data"]] == [60.0, 70.0, 50.0, None, None]
    assert low["data"] == [None, 20.0, 40.0, None, 10.0]
    assert high["data"] == [None, pytest.approx(30.0), pytest.approx(10.0), None, pytest.approx(30.0)]
    assert low["stack"] == high["stack"] == "reliance"
    assert "areaStyle" not in low
    assert [d and d["value"] for d in middle["data"]] == [None, 30.0, 50.0, None, 20.0]


def test_a_dot_marks_the_first_year_and_each_change() -> None:
    line = year_lines(years()).option["series"][0]
    assert [d and d["symbolSize"] for d in line["data"]] == [8, 0, 8, None, None]


def test_years_in_words_and_numbers() -> None:
    chart = year_lines(years())
    assert chart.rows[3] == ("reliance", "2018", "", "30% (20%–50%)")
    assert chart.columns == ("stage", "year", "share_low", "share", "share_high", "largest_supplier")
    assert chart.figures[2] == ("ore", 2019, 0.5, 0.5, 0.5, "Chile")
    json.dumps(chart.option, allow_nan=False)


def test_lines_of_one_year_are_no_picture() -> None:
    with pytest.raises(NoDataError, match="two years"):
        year_lines(YearsView("T", "S.", years().lines[2:], "Stage", "Note"))


def test_others_are_what_is_left_and_nothing_where_nothing_is():
    """Six sixths add up to a hair less than 1: that hair is no supplier."""
    sold = tuple(Supplier(code, 1.0, 1.0, 1 / 6) for code in ("CHN", "IND", "DEU", "FRA", "USA", "AUS"))
    stage = StageExposure("metal", ("800110",), "tin", sold, 6.0, 6.0, (), ())
    assert sum(s.share for s in sold) < 1
    one = Exposure("JPN", ("JPN",), "tin", 2024, (stage,), (), ())
    view = heat_by_supplier([one], Gazetteer((), (), ()))
    assert view.shares[0][-1] == 0.0
