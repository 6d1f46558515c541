"""The economy model: laws it holds for any table, and its forms one against the other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import array_api_strict
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.core.errors import ScenarioError
from monazite.reference.values import Economy
from monazite.simulation.economy import BOARIO, REST, Habits, Rebuilding, Shock, compiled, grouped, plain, traded

SEEDS = st.integers(0, 10**6)
KERNELS = pytest.mark.parametrize("advance", [plain.advance, compiled.advance], ids=["plain", "compiled"])
LAW = settings(max_examples=8, deadline=None)


def any_shock(seed: int, n: int, scenarios: int = 2, periods: int = 8, worst: float = 1.0) -> Shock:
    """Some nodes lose capacity, some lack an input, for some days; one of them all they have."""
    random = np.random.default_rng([seed, 1])
    lost = worst * random.random((scenarios, periods, n)) * (random.random((scenarios, 1, n)) < 0.3)
    lost[0, 2:4, random.integers(n)] = worst
    tied = random.random((scenarios, n)) * (random.random((scenarios, n)) < 0.3)
    return Shock(lost, tied, tied[:, None] * random.random((scenarios, periods, n)), period_days=10)


@KERNELS
@settings(max_examples=2, deadline=None)
@given(seed=SEEDS)
def test_without_a_shock_all_stays_as_it_was_for_ever(advance, economy_of, seed):
    table = traded(economy_of(seed))
    nothing = Shock(lost_share=np.zeros((1, 1, table.nodes)))
    assert (advance(table, nothing, 1000, Habits()).output_share == 1.0).all()


@LAW
@given(seed=SEEDS)
def test_the_form_without_the_matrix_of_orders_is_the_one_with_it(economy_of, by_hand, seed):
    economy = economy_of(seed)
    table = traded(economy)
    shock = replace(any_shock(seed, table.nodes), tied_share=None, missing_share=None, period_days=10)
    habits = Habits(step_days=5)
    found = plain.advance(table, shock, 60, habits).output_share
    for i in range(2):
        lost = np.zeros((60, table.nodes))
        lost[:16] = np.repeat(shock.lost_share[i], 2, axis=0)
        written, residual = by_hand(economy, lost, 60, habits)
        assert residual.max() < 1e-12
        exists = economy.output_musd > 0
        np.testing.assert_allclose(found[i][:, exists], written[:, exists], rtol=1e-9, atol=1e-9)


@LAW
@given(seed=SEEDS)
def test_the_compiled_form_is_the_plain_one(economy_of, seed):
    table = traded(economy_of(seed))
    shock = any_shock(seed, table.nodes, scenarios=70)
    event = Rebuilding(np.full((1, table.nodes), 0.2), np.array([0.5, 0.5, 0, 0]), 1, 3, 30.0)
    shock, habits = replace(shock, rebuilding=(event,)), Habits(step_days=5, record_steps=3)
    found = compiled.advance(table, shock, 31, habits)
    assert found.output_share.shape == (70, 11, table.nodes)
    assert found.record_days == 15
    np.testing.assert_allclose(found.output_share, plain.advance(table, shock, 31, habits).output_share, rtol=1e-10)
    one_thread = compiled.advance(table, shock, 31, habits, threads=1).output_share
    assert (one_thread == found.output_share).all()


def test_any_array_namespace_will_do(economy_of):
    table = traded(economy_of(1))
    event = Rebuilding(np.full((1, table.nodes), 0.2), np.array([0.5, 0.5, 0, 0]), 1, 3, 30.0)
    shock = replace(any_shock(1, table.nodes), rebuilding=(event,))
    for habits in (Habits(), BOARIO):
        strict = plain.advance(table, shock, 40, habits, xp=array_api_strict)
        assert type(strict.output_share) is np.ndarray
        np.testing.assert_allclose(
            strict.output_share, plain.advance(table, shock, 40, habits).output_share, rtol=1e-12
        )


@KERNELS
@LAW
@given(seed=SEEDS)
def test_the_unit_of_money_does_not_matter(advance, economy_of, seed):
    economy = economy_of(seed)
    shock = any_shock(seed, len(economy.output_musd))
    inr = replace(
        economy,
        flows_musd=economy.flows_musd * 83.0,
        final_use_musd=economy.final_use_musd * 83.0,
        output_musd=economy.output_musd * 83.0,
    )
    one, other = (advance(traded(e), shock, 40, Habits(step_days=5)).output_share for e in (economy, inr))
    np.testing.assert_allclose(one, other, rtol=1e-9)


@LAW
@given(seed=SEEDS)
def test_permuted_economies_permute_the_answer(economy_of, seed):
    economy = economy_of(seed)
    regions, k = len(economy.economies), len(economy.industries)
    turn = np.random.default_rng(seed).permutation(regions)
    at = (turn[:, None] * k + np.arange(k)).ravel()
    turned = Economy(
        tuple(economy.economies[i] for i in turn),
        economy.industries,
        economy.flows_musd[np.ix_(at, at)],
        economy.output_musd[at],
        economy.final_use_musd[at],
        economy.other_inputs_musd[at],
        (),
    )
    shock = any_shock(seed, len(at))
    same = Shock(shock.lost_share[..., at], shock.tied_share[:, at], shock.missing_share[..., at], period_days=10)
    one = plain.advance(traded(economy), shock, 40, Habits(step_days=5)).output_share
    other = plain.advance(traded(turned), same, 40, Habits(step_days=5)).output_share
    np.testing.assert_allclose(one[..., at], other, rtol=1e-9)


@LAW
@given(seed=SEEDS)
def test_scenarios_do_not_touch_each_other(economy_of, seed):
    table = traded(economy_of(seed))
    shock = any_shock(seed, table.nodes, scenarios=3)
    together = plain.advance(table, shock, 30, Habits(step_days=5)).output_share
    for i in range(3):
        alone = plain.advance(table, shock.rows(slice(i, i + 1)), 30, Habits(step_days=5)).output_share
        np.testing.assert_allclose(together[i], alone[0], rtol=1e-12)


@KERNELS
@LAW
@given(seed=SEEDS)
def test_nobody_makes_more_than_it_can(advance, economy_of, seed):
    table = traded(economy_of(seed))
    shock = any_shock(seed, table.nodes, periods=40)
    habits = Habits(step_days=10)
    output = advance(table, shock, 40, habits).output_share
    assert output.min() >= -1e-12
    assert output.max() <= habits.overtime_most + 1e-12
    assert (output <= (1 - shock.missing_share) * habits.overtime_most + 1e-12).all()
    whole = np.broadcast_to(shock.tied_share[:, None] > 1 - 1e-12, output.shape)
    assert (output[whole] <= (1 - shock.missing_share)[whole] + 1e-12).all()
    assert (output <= (1 - shock.lost_share) * habits.overtime_most + 1e-12).all()


@LAW
@given(seed=SEEDS)
def test_more_of_a_shock_never_means_more_output_in_the_week_it_hits(economy_of, seed):
    """Later it can: whoever is spared takes over orders, and works overtime."""
    table = traded(economy_of(seed))
    shock = any_shock(seed, table.nodes, scenarios=1, periods=1)
    shocks = [
        replace(shock, lost_share=shock.lost_share * s, missing_share=shock.missing_share * s)
        for s in (0.0, 0.2, 0.5, 0.8, 1.0)
    ]
    outputs = np.array([plain.advance(table, s, 2, Habits(step_days=5)).output_share[0] for s in shocks])
    assert (np.diff(outputs[:, 0], axis=0) <= 1e-12).all()
    world = (outputs * table.by_region(table.output_musd)).sum(axis=(1, 2))
    assert (np.diff(world) <= 1e-9 * world[0]).all()


@LAW
@given(seed=SEEDS)
def test_an_economy_recovers_from_a_short_shock(economy_of, seed):
    table = traded(economy_of(seed))
    shock = any_shock(seed, table.nodes, periods=2, worst=0.3)
    output = plain.advance(table, shock, 600, Habits(step_days=5)).output_share
    hit = output[:, :8].min(axis=(1, 2))
    assert (np.abs(output[:, -1] - 1.0).max(axis=1) < np.maximum(0.02, 0.1 * (1.0 - hit))).all()


def test_a_missing_input_binds_where_overtime_does_not_help(economy_of):
    table = traded(economy_of(3))
    n, node = table.nodes, int(np.argmax(table.by_region(table.output_musd)))
    tied, missing = np.zeros((1, n)), np.zeros((1, 52, n))
    tied[0, node], missing[0, :, node] = 0.5, 0.2
    output = plain.advance(table, Shock(tied_share=tied, missing_share=missing), 52, Habits(step_days=7)).output_share
    np.testing.assert_allclose(output[0, 0, node], 0.8, rtol=1e-12)
    # Half of its output can be made with overtime, half only as far as the input goes.
    assert output[0, -1, node] <= 0.3 + 0.5 * 1.25
    lost = np.zeros((1, 52, n))
    lost[0, :, node] = 0.2
    with_overtime = plain.advance(table, Shock(lost_share=lost), 52, Habits(step_days=7)).output_share
    assert with_overtime[0, -1, node] > output[0, -1, node]


def test_what_nobody_makes_any_more_is_ordered_from_nobody(economy_of):
    economy = economy_of(5)
    table = traded(economy)
    lost = np.zeros((1, 300, table.nodes))
    lost[0, :, 1 :: len(economy.industries)] = 1.0
    for advance in (plain.advance, compiled.advance):
        output = advance(table, Shock(lost_share=lost, period_days=1), 300, Habits()).output_share
        assert np.isfinite(output).all()
        exists = economy.output_musd[1 :: len(economy.industries)] > 0
        assert (output[0, 5, 1 :: len(economy.industries)][exists] == 0).all()


@LAW
@given(seed=SEEDS)
def test_grouping_keeps_every_sum(economy_of, seed):
    economy = economy_of(seed, regions=5)
    small = grouped(economy, ("R03", "R01"))
    assert small.economies == ("R03", "R01", REST)
    k = len(economy.industries)
    flows = economy.flows_musd.reshape(5, k, 5, k)
    found = small.flows_musd.reshape(3, k, 3, k)
    np.testing.assert_allclose(found[0, :, 1], flows[3, :, 1], rtol=1e-14)
    np.testing.assert_allclose(found[2, :, 0], flows[[0, 2, 4], :, 3].sum(axis=0), rtol=1e-14)
    np.testing.assert_allclose(found.sum(axis=(0, 2)), flows.sum(axis=(0, 2)), rtol=1e-12)
    for name in ("output_musd", "final_use_musd", "other_inputs_musd"):
        one, other = getattr(small, name).reshape(3, k), getattr(economy, name).reshape(5, k)
        np.testing.assert_allclose(one.sum(axis=0), other.sum(axis=0), rtol=1e-14)
    np.testing.assert_allclose(small.flows_musd.sum(axis=1) + small.final_use_musd, small.output_musd, rtol=1e-12)
    assert grouped(economy, economy.economies) is economy


@LAW
@given(seed=SEEDS)
def test_grouping_twins_changes_nothing(economy_of, seed):
    """Two economies that are alike in all do as one what they do apart."""
    half = economy_of(seed, regions=2)
    k = len(half.industries)
    flows = half.flows_musd.reshape(2, k, 2, k)
    side = np.array([0, 1, 1])
    share = np.array([1.0, 0.5, 0.5])
    twins = flows[side][:, :, side] * share[:, None, None, None] * share[None, None, :, None]
    spread = {
        name: (getattr(half, name).reshape(2, k)[side] * share[:, None]).ravel()
        for name in ("output_musd", "final_use_musd", "other_inputs_musd")
    }
    economy = Economy(("A", "B", "C"), half.industries, twins.reshape(3 * k, 3 * k), sources=(), **spread)
    shock = any_shock(seed, 2 * k, scenarios=1)
    whole = plain.advance(traded(grouped(economy, ("A",))), shock, 30, Habits(step_days=5)).output_share
    at = (side[:, None] * k + np.arange(k)).ravel()
    parts = Shock(shock.lost_share[..., at], shock.tied_share[:, at], shock.missing_share[..., at], period_days=10)
    found = plain.advance(traded(economy), parts, 30, Habits(step_days=5)).output_share
    np.testing.assert_allclose(found, whole[..., at], rtol=1e-9)


@pytest.mark.parametrize(
    "wrong",
    [
        {"lost_share": np.full((1, 1, 12), 1.1)},
        {"lost_share": np.full((1, 1, 12), np.nan)},
        {"tied_share": np.zeros((1, 12))},
        {"tied_share": np.full((1, 12), 0.1), "missing_share": np.full((1, 3, 12), 0.2)},
        {"lost_share": np.zeros((2, 1, 12)), "tied_share": np.ones((3, 12)), "missing_share": np.ones((3, 1, 12))},
    ],
    ids=["above one", "not a number", "tied alone", "more missing than tied", "unequal"],
)
def test_shocks_that_make_no_sense_are_refused(wrong: dict[str, Any]):
    with pytest.raises(ScenarioError):
        Shock(**wrong)


def test_habits_and_names_that_make_no_sense_are_refused(economy_of):
    with pytest.raises(ScenarioError, match="alarm_share above 0"):
        Habits(alarm_share=1.5)
    with pytest.raises(ScenarioError, match="step no longer"):
        Habits(step_days=100)
    with pytest.raises(ScenarioError, match="XXX is not in the table"):
        grouped(economy_of(1), ("R01", "XXX"))
    with pytest.raises(ScenarioError, match="leaves nothing alone"):
        compiled.advance(traded(economy_of(1)), Shock(), 3, BOARIO)
