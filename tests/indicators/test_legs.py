"""The way from mine to component: the hand-worked chain, tonnes conserved, the same origins as by the other method."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from monazite.core.values import Band, Stage
from monazite.indicators.hidden import origins
from monazite.indicators.legs import SCRAP, UNRECORDED, legs
from monazite.network.balance import Balance, balance
from monazite.network.supply import Step
from monazite.reference.store import open_store
from monazite.workbench.network import load_network

COUNTRIES = ("MIN", "REF", "MAK", "BUY")
STAGES = (Stage.ORE, Stage.METAL, Stage.COMPONENT)


def chain(made: np.ndarray, sold: np.ndarray, scrap: float = 0.0) -> Balance:
    """Three stages in a row; production (stages, countries), sales (stages, sellers, buyers)."""
    steps = tuple(Step(a, b, Band(0.8, 1.0, 1.0), 1.0, scrap, "assumption") for a, b in pairwise(STAGES))
    none, spread = (False,) * 3, (made * 0 + 0.1, sold * 0 + 0.1)
    rest = (made * 0, made * 0, steps, none, none, *spread, (), 0.0, ("baci",))
    return Balance("test", 2024, STAGES, COUNTRIES, made, sold, *rest)


def worked(scrap: float = 0.0) -> Balance:
    """MIN mines 60 and MAK 40. REF makes metal of 50 t of MIN's ore, MAK of 40 of its own; MAK buys 30 of REF's metal.

    MAK makes 70 of magnets and sells 35 to BUY; REF makes 20, of which BUY has 10.
    """
    made, sold = np.zeros((3, 4)), np.zeros((3, 4, 4))
    made[0, [0, 2]], made[1, [0, 1, 2]], made[2, [1, 2]] = (60, 40), (10, 50, 40), (20, 70)
    sold[0, 0, 1], sold[1, 1, 2], sold[2, 2, 3], sold[2, 1, 3] = 50, 30, 35, 10
    return chain(made, sold, scrap)


def told(found: Balance, *members: str) -> dict[tuple[str, str, str], float]:
    return {
        (leg.start_stage.value, leg.start, leg.end): pytest.approx(leg.contained_t, rel=1e-6)
        for leg in legs(found, members)
    }


def test_the_hand_worked_chain_of_four_countries():
    assert told(worked(), "BUY") == {
        ("component", "REF", "BUY"): 10,
        ("component", "MAK", "BUY"): 35,
        ("metal", "REF", "REF"): 10,
        ("metal", "REF", "MAK"): 15,  # 35 of magnets, of whose metal 30 of 70 came from REF
        ("metal", "MAK", "MAK"): 20,
        ("ore", "MIN", "REF"): 25,
        ("ore", "MAK", "MAK"): 20,
    }


def test_scrap_stands_beside_the_mines():
    found = told(worked(scrap=0.2), "BUY")
    assert found["metal", SCRAP, "REF"] == 2
    assert found["metal", "MAK", "MAK"] == 35 * 0.8 * 40 / 70


def test_what_a_member_sells_to_another_counts_where_it_was_made():
    found = told(worked(), "BUY", "MAK")
    assert found["component", "MAK", "MAK"] == 35  # 70 made, 35 sold
    assert found["component", "MAK", "BUY"] == 35


def test_a_stage_whose_trade_is_not_on_record_is_no_last_one():
    unseen = replace(worked(), untraded=(False, False, True))
    ends = {leg.start_stage for leg in legs(unseen, ("MAK",)) if leg.end_stage is None}
    assert ends == {Stage.METAL}


def test_what_came_from_nowhere_says_so():
    made, sold = np.zeros((3, 4)), np.zeros((3, 4, 4))
    made[2, 2], sold[2, 2, 3] = 10, 10
    assert told(chain(made, sold), "BUY") == {
        ("component", "MAK", "BUY"): 10,
        ("metal", UNRECORDED, "MAK"): 10,
    }


def test_who_uses_nothing_has_no_way():
    assert legs(worked(), ("FRA",)) == ()


amounts = st.floats(0, 100).map(lambda v: round(v, 3))


@given(hnp.arrays(float, (3, 4), elements=amounts), hnp.arrays(float, (3, 4, 4), elements=amounts))
def test_what_arrives_at_a_place_is_what_leaves_it(made, sold):
    sold[:, range(4), range(4)] = 0
    arrives, leaves = defaultdict(float), defaultdict(float)
    for leg in legs(chain(made, sold), ("BUY", "MAK")):
        assert leg.contained_t > 0
        arrives[leg.end_stage, leg.end] += leg.contained_t
        leaves[leg.start_stage, leg.start] += leg.contained_t
    for (stage, country), tonnes in leaves.items():
        if stage is not Stage.ORE and country not in (SCRAP, UNRECORDED):
            assert tonnes == pytest.approx(arrives[stage, country], rel=1e-5, abs=1e-4)


def test_the_mines_of_japans_magnets_are_those_the_origins_name():
    with open_store() as store:
        found = balance(load_network(store, "rare-earths"), 2024)
    way = legs(found, ("JPN",))
    used = sum(leg.contained_t for leg in way if leg.end_stage is None)
    mined = defaultdict(float)
    for leg in way:
        if leg.start_stage is Stage.ORE:
            mined[leg.start] += leg.contained_t / used
    expected, _ = origins(found)
    japan = expected[found.at(Stage.COMPONENT), found.countries.index("JPN")]
    for code in ("CHN", "USA", "MMR", "AUS"):
        assert mined[code] == pytest.approx(japan[found.countries.index(code)], abs=1e-6)
    assert mined["CHN"] > 0.5
