"""What the model says of past disruptions: laws of the priors, limits, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from monazite.core.errors import ScenarioError
from monazite.simulation.backtest import (
    CENTRAL,
    RULES,
    Episode,
    Shock,
    capacity,
    misplaced_share,
    predict,
    proportional,
    right_share,
)
from monazite.simulation.market import Draws, Market, clear
from monazite.simulation.priors import FEATURES, OF_FLOW, SPREAD, Priors, candidates, expected_base, features

LABELS = ("AUS", "BRA", "CHN", "DEU", "JPN")
NOW = np.array(
    [[0, 0, 50, 10, 30], [0, 0, 20, 5, 10], [0, 0, 0, 40, 60], [0, 0, 0, 0, 2], [0, 0, 0, 1, 0]], dtype=float
)
CHN, DEU, JPN = 2, 3, 4


def episode(left: float = 0.25, history=None, affected=(DEU, JPN), **changes) -> Episode:
    """China sells Germany and Japan the part `left` of what it sold."""
    history = np.stack([NOW * f for f in (0.8, 0.9, 1.1, 1.0)]) if history is None else history
    stated = np.zeros(NOW.shape, dtype=bool)
    stated[CHN, list(affected)] = True
    shock = Shock(2011, stated, np.where(stated, left * history[-1], 0.0))
    made = Episode("one", 2010, LABELS, history, np.array([CHN]), np.array(affected), (shock, None))
    return replace(made, **changes)


def priors(seed: int = 1, scale: float = 0.2) -> Priors:
    random = np.random.default_rng(seed)
    sizes = (OF_FLOW, len(FEATURES) + 1)
    spread = np.zeros(len(SPREAD))
    return Priors(2010, 1, *(scale * random.normal(size=n) for n in sizes), spread)


def test_without_priors_the_answer_is_that_of_the_market_alone():
    e = episode()
    shock = e.shocks[0]
    draws = Draws(**{k: np.array([v]) for k, v in CENTRAL.items()})
    alone = clear(Market(NOW, shock.stated, shock.left_t), draws).flow_t[0]
    np.testing.assert_allclose(predict(e, 0, None).flow_t, alone, rtol=1e-8)
    assert all(b.low == b.mid == b.high for b in predict(e, 0, None).total_t)


def test_stated_flows_come_out_as_stated_and_no_flow_is_negative():
    found = predict(episode(), 0, priors())
    np.testing.assert_array_equal(found.flow_t[CHN, [DEU, JPN]], [10.0, 15.0])
    assert (found.flow_t >= 0).all()
    assert all(b.low <= b.mid <= b.high for b in found.total_t)


def test_a_stated_flow_above_the_base_flow_is_no_shock():
    e = episode(left=1.3)
    np.testing.assert_allclose(predict(e, 0, None).flow_t[:, :CHN], NOW[:, :CHN], rtol=1e-8)
    assert predict(e, 0, None).flow_t[CHN, JPN] == pytest.approx(78.0)
    np.testing.assert_allclose(proportional(e, 0)[0], NOW[0])


def test_the_more_is_lost_the_more_the_others_are_asked_for():
    some, all_ = (predict(episode(left), 0, priors()).flow_t for left in (0.5, 0.0))
    assert np.delete(all_, CHN, axis=0)[:, JPN].sum() > np.delete(some, CHN, axis=0)[:, JPN].sum()


def test_units_cancel_and_permuted_countries_permute_the_answer():
    e = episode()
    base = predict(e, 0, priors())
    kilo = episode(history=1000 * e.history_t)
    np.testing.assert_allclose(predict(kilo, 0, priors()).flow_t, 1000 * base.flow_t, rtol=1e-6)
    order = np.array([3, 0, 4, 2, 1])
    to = {int(old): new for new, old in enumerate(order)}
    turned = Episode(
        "one",
        2010,
        tuple(LABELS[i] for i in order),
        e.history_t[:, order][:, :, order],
        np.array([to[CHN]]),
        np.array([to[DEU], to[JPN]]),
        (Shock(2011, e.shocks[0].stated[np.ix_(order, order)], e.shocks[0].left_t[np.ix_(order, order)]), None),
    )
    np.testing.assert_allclose(predict(turned, 0, priors()).flow_t, base.flow_t[np.ix_(order, order)], rtol=1e-8)


def test_priors_move_flows_of_others_into_affected_importers_only():
    e = episode(affected=(JPN,))
    base = expected_base(e.history_t, 10 * np.ones(5), e.shocked, e.affected, priors())
    np.testing.assert_array_equal(np.delete(base, JPN, axis=1), np.delete(NOW, JPN, axis=1))
    np.testing.assert_array_equal(base[CHN], NOW[CHN])
    assert base[JPN, JPN] == 0
    assert (base[[0, 1, 3], JPN] != NOW[[0, 1, 3], JPN]).all()


def test_terms_are_finite_and_read_the_history_alone():
    e = episode(history=np.stack([0 * NOW, 0 * NOW, NOW, NOW]))
    terms = features(e.history_t, np.zeros(5), e.shocked, e.affected)
    assert terms.shape == (5, 2, len(FEATURES))
    assert np.isfinite(terms).all()
    assert not candidates(e.history_t, e.shocked, e.affected)[CHN].any()


def test_a_code_with_one_supplier_leaves_what_is_stated_and_no_more():
    only = np.zeros_like(NOW)
    only[CHN, [DEU, JPN]] = 40, 60
    found = predict(episode(history=np.stack([only] * 4)), 0, priors())
    assert found.flow_t.sum() == pytest.approx(25.0)
    assert [b.mid for b in found.total_t] == pytest.approx([10.0, 15.0])
    stopped = predict(episode(left=0.0, history=np.stack([only] * 4)), 0, priors())
    assert stopped.flow_t.sum() == 0


def test_an_exporter_that_sells_nothing_is_refused():
    with pytest.raises(ScenarioError, match="sell nothing in 2010: CHN"):
        episode(history=np.stack([np.delete(np.insert(NOW, CHN, 0, axis=0), CHN + 1, axis=0)] * 4))


@pytest.mark.parametrize("flow", [-1.0, np.nan, np.inf])
def test_a_flow_that_is_no_quantity_is_refused(flow):
    history = np.stack([NOW] * 4)
    history[1, 0, 3] = flow
    with pytest.raises(ScenarioError, match="negative or not finite"):
        episode(history=history)
    stated = np.zeros(NOW.shape, dtype=bool)
    stated[CHN, JPN] = True
    with pytest.raises(ScenarioError, match="stated flow is negative or not finite"):
        episode(shocks=(Shock(2011, stated, np.where(stated, flow, 0.0)), None))


def test_a_horizon_of_which_nothing_is_stated_is_refused():
    with pytest.raises(ScenarioError, match="nothing is stated for horizon 1"):
        predict(episode(), 1, None)


def test_simple_rules_by_hand():
    e = episode(affected=(JPN,))  # Japan loses 45 of its 102 t; others sell it 30, 10 and 2
    np.testing.assert_allclose(
        proportional(e, 0)[:, JPN], [30 + 4.5 * 30 / 42, 10 + 4.5 * 10 / 42, 15, 2 + 4.5 * 2 / 42, 0]
    )
    added = capacity(e, 0)[:, JPN] - np.where(np.arange(5) == CHN, 15, NOW[:, JPN])
    np.testing.assert_allclose(added, [0.03 * 90, 0.03 * 35, 0, 0.03 * 2, 0])
    assert {name: rule(e, 0)[0, 2] for name, rule in RULES.items()} == dict.fromkeys(RULES, 50.0)


def test_scores_by_hand():
    e = episode(affected=(JPN,))
    actual, foretold = NOW.copy(), NOW.copy()
    actual[:, JPN] = [40, 5, 15, 2, 0]  # +10 and -5 of others
    foretold[:, JPN] = [33, 11, 15, 2, 0]  # up and up: 10 of 15 t right; three quarters of the gain at the right place
    assert right_share(e, foretold, actual) == pytest.approx(10 / 15)
    assert misplaced_share(e, foretold, actual) == pytest.approx(0.25)
    assert right_share(e, NOW, actual) == 0.5
    assert misplaced_share(e, NOW, actual) == 1.0
    assert np.isnan(right_share(e, foretold, NOW))
    assert np.isnan(misplaced_share(e, foretold, NOW))
