"""What settings are scored by: measures by hand, bars as stated, and mined falls that are what they should be."""

from __future__ import annotations

import numpy as np
import pytest

from monazite.reference.store import Store
from monazite.simulation.backtest import RULES, Episode, Shock
from monazite.simulation.priors import TUNING

cal = pytest.importorskip(
    "reference_build.calibration", exc_type=ImportError, reason="needs the packages of build-data"
)
X, J, A, B = range(4)  # the shocked exporter, its buyer, two other suppliers
BASE = np.zeros((4, 4))
BASE[[X, A, B], J] = 50, 30, 20


def case(came: tuple[float, float, float]):
    actual = np.zeros((4, 4))
    actual[[X, A, B], J] = came
    stated = np.zeros((4, 4), dtype=bool)
    stated[X, J] = True
    shock = Shock(2011, stated, np.where(stated, actual, 0.0))
    e = Episode(
        "one", 2010, ("CHN", "JPN", "AUS", "BRA"), np.stack([BASE] * 4), np.array([X]), np.array([J]), (shock, None)
    )
    return cal.Case(e, (actual, None))


def said(a: float, b: float):
    def foretell(e: Episode, horizon: int) -> np.ndarray:
        flow = np.where(e.shocks[0].stated, e.shocks[0].left_t, e.history_t[-1])
        flow[[A, B], J] = a, b
        return flow

    return foretell


def test_measures_by_hand():
    found = dict(zip(cal.MEASURES, cal.measured([case((10, 40, 10))], 0, said(36, 22))[0], strict=False))
    assert found["totals"] == pytest.approx(8 / 60)
    assert found["shares"] == pytest.approx(abs(36 / 58 - 40 / 50))
    assert found["exporters"] == pytest.approx((4 + 12) / 50)
    assert found["flows"] == pytest.approx(16 / 50)
    assert found["smape"] == pytest.approx((2 * 4 / 76 + 2 * 12 / 32) / 2)
    assert found["direction"] == 0.5  # one of the two flows went the other way
    assert found["direction_t"] == pytest.approx(10 / 20)
    assert found["gains"] == pytest.approx(2 / 8)  # a quarter of the gain was foretold of one that lost


def test_where_nothing_came_or_nothing_is_stated_there_is_no_measure():
    nothing = dict(zip(cal.MEASURES, cal.measured([case((10, 0, 0))], 0, said(36, 22))[0], strict=False))
    assert np.isnan([nothing[name] for name in ("shares", "flows", "gains")]).all()
    assert np.isnan(cal.measured([case((10, 40, 10))], 1, said(36, 22))[0, :-1]).all()


def test_all_bars_hold_for_what_came_and_none_of_the_better_ones_for_a_rule():
    cases = [case((10, 40, 10)), case((10, 30, 25)), case((20, 33, 18))]
    rules = cal.by_rules(cases, 0)
    truth = cal.measured(cases, 0, lambda e, _: next(c.actual_t[0] for c in cases if c.episode is e))
    assert cal.chance(truth, rules) == 1.0
    assert all(cal.held(cal.margins(truth, rule)).all() for rule in rules)
    rule = cal.measured(cases, 0, RULES["proportional"])
    kept = dict(zip(cal.MEASURES, cal.held(cal.margins(rule, rule)), strict=True))
    assert [name for name, ok in kept.items() if not ok] == ["direction", "direction_t", "gains"]
    assert cal.chance(rule, rules) == 0.0


def test_the_setting_in_use_is_one_of_those_chosen_from():
    assert any(s.tuning == TUNING and s.eta == 2.3 for s in cal.settings())


def test_mined_falls_are_falls_and_none_of_those_left_out(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cal, "codes_of", lambda _: ["284690"])
    found = tuple(cal.mined(store, frozenset(), 1.0))
    assert len({c.episode.id for c in found}) == len(found) > 3
    for c in found:
        e = c.episode
        assert e.shocks[0].year == e.base_year + 1
        assert (c.actual_t[0][e.shocked[0], e.affected] <= 0.85 * e.history_t[-1][e.shocked[0], e.affected]).all()
        np.testing.assert_allclose(e.shocks[0].left_t[e.shocked[0]].sum(), c.actual_t[0][e.shocked[0]].sum(), rtol=1e-9)
    fewer = {c.episode.id for c in cal.mined(store, frozenset({("284690", "CHN", 2011)}), 1.0)}
    apart = {f"284690-CHN-{year}" for year in range(2009, 2014)}
    assert apart & {c.episode.id for c in found}
    assert not apart & fewer
