"""Trends: the estimator of Sen (1968) as its peer has it, its laws, and a series is never mixed with another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import theilslopes

from monazite.core.errors import UsageError
from monazite.indicators.cube import KEYS, cube
from monazite.indicators.registry import indicator
from monazite.indicators.rows import hhi_rows
from monazite.indicators.trend import FEWEST_YEARS, TREND, theil_sen, trend
from monazite.workbench.exposure.indicators import indicator_table, write_indicator
from monazite.workbench.network import load_network

YEARS = np.arange(2015, 2025)
figures = st.lists(st.none() | st.integers(0, 6).map(lambda x: x / 4), min_size=10, max_size=10)


def told(values) -> np.ndarray:
    return np.array([np.nan if v is None else v for v in values], dtype=float)


def test_the_example_of_a_straight_climb_with_one_odd_year():
    # 36 of the 45 slopes are 2; the nine to the odd year are higher, and leave median and interval where they are.
    values = np.array([[2.0 * k for k in range(9)] + [1000.0]])
    slope, low, high = theil_sen(YEARS, values)
    assert slope[0] == low[0] == high[0] == 2.0


@given(figures)
def test_equal_to_scipy_ties_and_gaps_included(values):
    y = told(values)
    known = np.isfinite(y)
    slope, low, high = (float(found[0]) for found in theil_sen(YEARS, y[None, :]))
    if known.sum() < 2:
        assert np.isnan([slope, low, high]).all()
        return
    theirs = theilslopes(y[known], YEARS[known], 0.95)
    assert (slope, low, high) == pytest.approx((theirs.slope, theirs.low_slope, theirs.high_slope), abs=1e-12)


@given(figures, st.floats(0.1, 10), st.floats(-5, 5))
def test_a_unit_scales_the_slope_and_a_level_leaves_it(values, factor, level):
    y = told(values)[None, :]
    for one, two in zip(theil_sen(YEARS, y), theil_sen(YEARS, np.round(factor * y + level, 12)), strict=True):
        if len({v for v in values if v is not None}) == sum(v is not None for v in values):  # ties may part in rounding
            assert two == pytest.approx(factor * one, abs=1e-9, nan_ok=True)


def test_backwards_in_time_the_slope_turns_round():
    y = np.array([[3.0, 1.0, 4.0, 1.5, 5.0, 9.0, 2.0, 6.0, 5.5, 3.5]])
    slope, low, high = theil_sen(YEARS, y)
    back = theil_sen(YEARS, y[:, ::-1])
    assert (back[0], back[1], back[2]) == (-slope, -high, -low)


def table(rows) -> dict[str, np.ndarray]:
    return {
        name: np.array(column) for name, column in zip(indicator("hhi").columns, zip(*rows, strict=True), strict=True)
    }


def test_each_series_has_its_row_and_a_short_one_its_reason():
    rows = [("tin", "ore production", y, 0.1 * (y - 2018), "CHN", 0.4, "ok") for y in range(2018, 2024)]
    rows += [("tin", "ore production", 2024, np.nan, "", np.nan, "no-production")]
    rows += [("tin", "metal exports", y, 0.3, "CHN", 0.4, "ok") for y in range(2024, 2024 - FEWEST_YEARS + 1, -1)]
    rows += [("zinc", "metal exports", y, np.nan, "", np.nan, "no-trade") for y in (2018, 2019)]
    found = trend(cube([(indicator("hhi"), table(rows))]))
    assert tuple(found) == TREND
    assert [found[key].tolist() for key in ("mineral", "stage", "years")] == [
        ["tin", "tin", "zinc"],
        ["metal exports", "ore production", "metal exports"],
        [FEWEST_YEARS - 1, 6, 0],
    ]
    assert found["status"].tolist() == ["too-few-years", "ok", "no-trade"]
    assert np.isnan(found["slope_per_year"][[0, 2]]).all()
    assert found["slope_per_year"][1] == pytest.approx(0.1)
    assert (found["first_year"][1], found["last_year"][1]) == (2018, 2023)
    assert (found["first"][1], found["last"][1]) == pytest.approx((0.0, 0.5))
    assert np.isnan(found["first"][2])


def test_no_two_figures_of_a_series_fall_in_one_year():
    found = cube([(indicator("geopolrisk"), indicator_table("geopolrisk"))])
    keys = list(zip(*(found[key].tolist() for key in (*KEYS, "year")), strict=True))
    assert len(keys) == len(set(keys))


def test_the_mining_of_lithium_spreads(store):
    network = load_network(store, "lithium")
    rows = [row for year in range(2018, 2025) for row in hhi_rows(network, year)]
    found = trend(cube([(indicator("hhi"), table(rows))]))
    (at,) = np.flatnonzero(found["stage"] == "ore production")
    assert found["high"][at] < 0  # from Australia to China, Zimbabwe and Argentina
    assert found["years"][at] == 7


def test_a_trend_is_written_and_that_of_one_year_refused(tmp_path):
    target = tmp_path / "t.csv"
    assert write_indicator("eu-economic-importance", target, over_years=True) > 50
    assert target.read_text(encoding="utf-8").startswith(",".join(TREND))
    with pytest.raises(UsageError, match="leaves one year"):
        write_indicator("hhi", target, 2024, over_years=True)
