"""Betweenness of countries: a hand-worked chain, its laws, and the same ways back as hidden dependence follows."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from monazite.core.values import Band, Stage
from monazite.indicators.betweenness import betweenness, betweenness_rows
from monazite.indicators.hidden import passes_through
from monazite.network.balance import Balance
from monazite.network.supply import Step
from monazite.reference.store import Store
from monazite.workbench.network import load_network

COUNTRIES = ("MIN", "REF", "MAK", "BUY")
STAGES = (Stage.ORE, Stage.METAL, Stage.COMPONENT)


def chain(made: np.ndarray, sold: np.ndarray, used: np.ndarray, scrap: float = 0.0) -> Balance:
    """Three stages in a row; production and use (stages, countries), sales (stages, sellers, buyers)."""
    steps = tuple(Step(a, b, Band(0.8, 1.0, 1.0), 1.0, scrap, "assumption") for a, b in pairwise(STAGES))
    none, spread = (False,) * 3, (made * 0 + 0.1, sold * 0 + 0.1)
    return Balance(
        "test", 2024, STAGES, COUNTRIES, made, sold, used, made * 0, steps, none, none, *spread, (), 0.0, ("baci",)
    )


def worked(scrap: float = 0.0) -> Balance:
    """MIN mines 60 and MAK 40. REF makes metal of 50 t of MIN's ore, MAK of 40 of its own; MAK buys 30 of REF's metal.

    MAK makes 70 of magnets, sells 35 to BUY and uses 35; REF makes 20, of which BUY has 10 and REF uses 10.
    """
    made, sold, used = np.zeros((3, 4)), np.zeros((3, 4, 4)), np.zeros((3, 4))
    made[0, [0, 2]], made[1, [1, 2]], made[2, [1, 2]] = (60, 40), (50, 40), (20, 70)
    sold[0, 0, 1], sold[1, 1, 2], sold[2, 2, 3], sold[2, 1, 3] = 50, 30, 35, 10
    used[2] = 0, 10, 35, 45
    return chain(made, sold, used, scrap)


def test_the_hand_worked_chain_of_four_countries():
    between, through = betweenness(worked())
    # REF: others use 80, none of it mined in REF; of MAK's magnets 3/7 are of REF's metal, and BUY has 10 of REF.
    ref = (35 * Fraction(3, 7) + 10 + 35 * Fraction(3, 7)) / 80
    # MAK: others use 55, of which BUY has 35 of MAK, 20 of them mined there: 15 of the 35 that are not MAK's pass.
    assert between == pytest.approx([0, float(ref), float(Fraction(15, 35)), 0], abs=1e-8)
    # In MIN was what REF and BUY have of REF, and 3/7 of MAK's magnets: 10 + 10 + 30 of 90.
    assert through == pytest.approx([float(Fraction(50, 90)), float(ref), float(Fraction(35, 55)), 0], abs=1e-8)


def test_scrap_starts_where_it_is_melted():
    between, through = betweenness(worked(scrap=1.0))
    # Magnets all from scrap: each starts where it is made, and nobody stands between.
    assert between == pytest.approx([0, 0, 0, 0], abs=1e-8)
    assert through == pytest.approx([0, 10 / 80, 35 / 55, 0], abs=1e-8)


def test_goods_that_go_round_in_a_circle_pass_once():
    made, sold, used = np.zeros((3, 4)), np.zeros((3, 4, 4)), np.zeros((3, 4))
    made[2, 0], sold[2, 0, 1], sold[2, 1, 2], sold[2, 2, 1], sold[2, 2, 3], used[2, 3] = 10, 10, 15, 5, 10, 10
    between, _ = betweenness(chain(made, sold, used))
    # All starts in MIN and ends in BUY: between REF and MAK, which both see all of it, there is nothing else.
    assert between == pytest.approx([np.nan, 1, 1, np.nan], abs=1e-7, nan_ok=True)


amounts = hnp.arrays(float, (3, 4, 4), elements=st.floats(0, 100).map(lambda x: round(x, 3)))
outputs = hnp.arrays(float, (3, 4), elements=st.floats(0.1, 100))


def drawn(flow: np.ndarray, production: np.ndarray, used: np.ndarray, scrap: float = 0.2) -> Balance:
    for square in flow:
        np.fill_diagonal(square, 0)
    return chain(production, flow, used, scrap)


@given(amounts, outputs, outputs, st.floats(0, 0.9))
def test_a_share_lies_in_0_1_and_passing_is_part_of_being_there(flow, production, used, scrap):
    found = drawn(flow, production, used, scrap)
    between, through = betweenness(found)
    assert ((between >= 0) & (between <= through + 1e-7) & (through <= 1)).all()
    outside = ~np.eye(4, dtype=bool)
    for at, country in enumerate(COUNTRIES):  # the other way to follow the chain
        weight = used * outside[at]
        assert through[at] == pytest.approx((weight * passes_through(found, country)).sum() / weight.sum(), abs=1e-6)


@given(amounts, outputs, outputs, st.permutations(range(4)))
def test_labels_do_not_matter_and_units_cancel(flow, production, used, order):
    found = drawn(flow, production, used)
    other = replace(
        found,
        flow_t=1000 * flow[:, order][:, :, order],
        production_t=1000 * production[:, order],
        use_t=7 * used[:, order],
        countries=tuple(COUNTRIES[i] for i in order),
    )
    for one, two in zip(betweenness(found), betweenness(other), strict=True):
        assert one[order] == pytest.approx(two, abs=1e-6)


def test_nobody_stands_between_where_nothing_is_sold_on():
    made, sold, used = np.zeros((3, 4)), np.zeros((3, 4, 4)), np.zeros((3, 4))
    made[0, 0], sold[0, 0, 3], used[0, 3] = 10, 10, 10
    between, through = betweenness(chain(made, sold, used))
    assert through[0] == pytest.approx(1)
    assert np.isnan(between[0])  # all there is starts in MIN: there is no flow between others
    assert np.isnan(between[1])  # REF has no supply
    assert np.isnan(through[3])  # nobody but BUY uses any


def test_china_stands_between_the_mines_and_users_of_rare_earths(store: Store):
    rows = {row[1]: row for row in betweenness_rows(load_network(store, "rare-earths"), 2024)}
    ranked = sorted(rows.values(), key=lambda row: -row[3])
    assert ranked[0][1] == "CHN"
    assert 0.4 < ranked[0][3] < ranked[0][4] <= 1
    assert {row[5] for row in ranked} == {"ore"}  # rare-earth ore has no trade code
    assert {row[-1] for row in ranked} == {"ok"}


@pytest.mark.parametrize(("mineral", "status"), [("gallium", "no-content-factor"), ("helium", "no-content-factor")])
def test_a_trade_of_unknown_content_gives_a_reason_and_no_zero(store: Store, mineral, status):
    ((_, country, _, value, _, _, said),) = betweenness_rows(load_network(store, mineral), 2024)
    assert (country, said) == ("", status)
    assert np.isnan(value)
