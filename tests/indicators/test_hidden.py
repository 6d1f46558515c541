"""Hidden dependence: a hand-worked chain, mass conserved, and what Japan's magnets hide."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from monazite.core.errors import UsageError
from monazite.core.values import Band, Stage
from monazite.indicators.hidden import hidden_dependence, origins, passes_through
from monazite.indicators.values import HiddenDependence
from monazite.network.balance import Balance, balance
from monazite.network.supply import Step
from monazite.reference.store import Store
from monazite.workbench.network import load_network

COUNTRIES = ("MIN", "REF", "MAK", "BUY")
STAGES = (Stage.ORE, Stage.METAL, Stage.COMPONENT)


def chain(production, flow, scrap: float = 0.0) -> Balance:
    """Three stages, four countries; `flow` has (stage, seller, buyer, tonnes)."""
    made = np.zeros((3, 4))
    sold = np.zeros((3, 4, 4))
    for stage, country, t in production:
        made[stage, country] = t
    for stage, seller, buyer, t in flow:
        sold[stage, seller, buyer] = t
    output = Band(0.8, 1.0, 1.0)
    steps = tuple(Step(a, b, output, 1.0, scrap, "assumption") for a, b in pairwise(STAGES))
    none, spread = (False,) * 3, (made * 0 + 0.1, sold * 0 + 0.1)
    rest = (made * 0, made * 0, steps, none, none, *spread, (), 0.0, ("baci",))
    return Balance("test", 2024, STAGES, COUNTRIES, made, sold, *rest)


# MIN mines 60 and MAK 40. REF makes metal of 50 t of MIN's ore; MIN makes 10 itself; MAK makes 40 of its own ore.
# MAK buys 30 of REF's metal and makes magnets of its 70; it sells 35 to BUY. REF makes 20 magnets, 10 go to BUY.
WORKED = chain(
    [(0, 0, 60), (0, 2, 40), (1, 0, 10), (1, 1, 50), (1, 2, 40), (2, 1, 20), (2, 2, 70)],
    [(0, 0, 1, 50), (1, 1, 2, 30), (2, 2, 3, 35), (2, 1, 3, 10)],
)


def component(members: tuple[str, ...], through: str) -> HiddenDependence:
    return next(h for h in hidden_dependence(WORKED, members, through) if h.stage is Stage.COMPONENT)


def test_the_hand_worked_chain_of_four_countries():
    found = component(("BUY",), "REF")
    # BUY buys 10 of 45 from REF itself, and 35 from MAK, of whose metal 30 of 70 came from REF.
    expected = Fraction(10, 45) + Fraction(35, 45) * Fraction(30, 70)
    assert found.direct_share == pytest.approx(float(Fraction(10, 45)), abs=1e-15)
    assert found.through_share.mid == pytest.approx(float(expected), abs=1e-15)
    by_mine = component(("BUY",), "MIN")
    assert by_mine.direct_share == 0
    assert by_mine.through_share.mid == pytest.approx(float(expected), abs=1e-15)  # all that REF has was mined in MIN
    assert [r.supplier for r in found.routes] == ["MAK", "REF"]


def test_a_re_export_carries_the_origin_of_its_goods():
    # MAK makes nothing: it buys 10 from REF and 30 from MIN and sells 20 on.
    found = chain([(0, 0, 30), (0, 1, 10), (1, 0, 30), (1, 1, 10)], [(1, 1, 2, 10), (1, 0, 2, 30), (1, 2, 3, 20)])
    assert passes_through(found, "REF")[1, 3] == pytest.approx(0.25)


def test_goods_that_go_round_in_a_circle_are_counted_once():
    # MAK sells 10 to BUY and buys 5 back.
    found = chain([(0, 1, 10), (1, 1, 10), (0, 2, 10), (1, 2, 10)], [(1, 1, 2, 10), (1, 2, 3, 10), (1, 3, 2, 5)])
    mined, scrap = origins(found)
    assert mined[1, 3].sum() + scrap[1, 3] == pytest.approx(1)
    assert passes_through(found, "REF")[1, 3] == pytest.approx(0.5)


def test_scrap_comes_from_no_mine():
    found = chain([(0, 1, 10), (1, 1, 10)], [(1, 1, 3, 5)], scrap=0.3)
    mined, scrap = origins(found)
    assert scrap[1, 3] == pytest.approx(0.3)
    assert mined[1, 3, 1] == pytest.approx(0.7)
    assert passes_through(found, "REF")[1, 3] == pytest.approx(1.0)


def test_a_buyer_cannot_be_its_own_dependence():
    with pytest.raises(UsageError, match="one of the buyers"):
        hidden_dependence(WORKED, ("BUY", "REF"), "REF")


def test_who_imports_nothing_has_none():
    assert hidden_dependence(WORKED, ("MIN",), "REF") == ()


def test_the_same_seed_gives_the_same_band():
    one, two = (hidden_dependence(WORKED, ("BUY",), "REF", seed=7) for _ in range(2))
    assert one == two


amounts = hnp.arrays(float, (3, 4, 4), elements=st.floats(0, 100).map(lambda x: round(x, 3)))
outputs = hnp.arrays(float, (3, 4), elements=st.floats(0.1, 100))


@given(amounts, outputs, st.floats(0, 0.9))
def test_origins_and_scrap_add_up_and_passing_is_at_least_origin(flow, production, scrap):
    for square in flow:
        np.fill_diagonal(square, 0)
    found = replace(chain([], [], scrap), flow_t=flow, production_t=production)
    mined, recycled = origins(found)
    assert np.allclose(mined.sum(axis=2) + recycled, 1)
    for at, country in enumerate(COUNTRIES):
        passed = passes_through(found, country)
        assert (passed >= mined[:, :, at] - 1e-9).all()
        assert (passed <= 1 + 1e-9).all()


def in_one_system(found: Balance, through: str) -> np.ndarray:
    """The obvious slow way: h = (I - T)^-1 b over all places of the chain at once."""
    stages, n = found.production_t.shape
    there = found.production_t + found.flow_t.sum(axis=1)
    ways = np.zeros((stages, n, stages, n))
    for at in range(stages):
        ways[at, :, at, :] = found.flow_t[at].T / there[at][:, None]
    for step in found.steps:
        start, end = found.at(step.start), found.at(step.end)
        fresh = found.production_t[end] / there[end] * (1 - step.recycled_share)
        ways[end, np.arange(n), start, np.arange(n)] = fresh
    inside = np.tile([c == through for c in found.countries], stages)
    onward = np.where(inside[:, None], 0.0, ways.reshape(stages * n, stages * n))
    return np.linalg.solve(np.eye(stages * n) - onward, inside.astype(float)).reshape(stages, n)


@given(amounts, outputs, st.floats(0, 0.9))
def test_stage_by_stage_is_the_same_as_all_places_at_once(flow, production, scrap):
    for square in flow:
        np.fill_diagonal(square, 0)
    found = replace(chain([], [], scrap), flow_t=flow, production_t=production)
    for country in COUNTRIES:
        assert passes_through(found, country) == pytest.approx(in_one_system(found, country), abs=1e-12)


@given(amounts, outputs)
def test_labels_do_not_matter(flow, production):
    for square in flow:
        np.fill_diagonal(square, 0)
    found = replace(chain([], []), flow_t=flow, production_t=production)
    order = [2, 0, 3, 1]
    other = replace(
        found,
        flow_t=flow[:, order][:, :, order],
        production_t=production[:, order],
        countries=tuple(COUNTRIES[i] for i in order),
    )
    assert np.allclose(passes_through(other, "REF"), passes_through(found, "REF")[:, order])


def test_japans_magnets_are_chinese_far_beyond_what_china_sells_it(store: Store):
    found = hidden_dependence(balance(load_network(store, "rare-earths"), 2024), ("JPN",), "CHN")[-1]
    assert found.stage is Stage.COMPONENT
    assert 0.25 < found.direct_share < 0.45
    assert found.through_share.low > 0.7
    vietnam = next(r for r in found.routes if r.supplier == "VNM")
    assert vietnam.through_share > 0.9  # its metal and most of its magnets come from China
