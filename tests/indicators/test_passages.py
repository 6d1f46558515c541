"""Sea passages: what sails through, what does not, and Japan's oil."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from monazite.core.errors import NoDataError
from monazite.core.values import Stage
from monazite.indicators.passages import passage_rows, passage_shares, world_shares
from monazite.indicators.registry import indicator
from monazite.network.supply import Code, SupplyNetwork
from monazite.reference.figures import lane_passages, sea_lanes
from monazite.reference.store import Store
from monazite.reference.values import Lanes
from monazite.workbench.exposure.network import exposures
from monazite.workbench.network import load_network

LANE = {
    "strait": np.array([[0, 0, 1], [0, 0, 0], [1, 0, 0]], bool),
    "cape": np.array([[0, 1, 1], [1, 0, 0], [1, 0, 0]], bool),
}


def test_the_share_is_of_what_comes_from_outside():
    flows = np.array([[0.0, 0, 30], [0, 0, 70], [5, 5, 0]])
    assert passage_shares(flows, LANE, np.array([False, False, True])) == {"cape": 0.3, "strait": 0.3}
    # The third and the second buy together: what they sell each other is inside.
    assert passage_shares(flows, LANE, np.array([False, True, True])) == {"cape": 1.0, "strait": 1.0}


def test_without_imports_there_is_no_share():
    with pytest.raises(NoDataError):
        passage_shares(np.zeros((3, 3)), LANE, np.array([True, False, False]))


@given(hnp.arrays(float, (3, 3), elements=st.floats(0, 1e6)), st.floats(1e-3, 1e3))
def test_shares_lie_in_0_1_and_do_not_depend_on_the_unit(flows, factor):
    inside = np.array([False, False, True])
    if flows[:2, 2].sum() > 1e-6:
        found = passage_shares(flows, LANE, inside)
        assert all(0 < share <= 1 + 1e-12 for share in found.values())
        assert passage_shares(flows * factor, LANE, inside) == pytest.approx(found)


def test_lanes_are_the_same_both_ways(store: Store):
    uses = lane_passages(store, ("JPN", "SAU", "ZMB", "CHN"))
    assert all((way == way.T).all() for way in uses.values())
    assert uses["malacca"][0, 1]
    assert not uses["malacca"][0, 3]
    assert any(way[0, 2] for way in uses.values())  # Zambia has no sea but a gateway


def test_most_of_japans_oil_sails_through_hormuz_and_malacca():
    (oil,), _ = exposures("Japan", ["crude-oil"], 2024, through="largest")
    shares = dict(oil.stages[0].passages)
    assert shares["hormuz"] > 0.6
    assert shares["malacca"] > 0.8


def test_the_share_of_a_passage_by_hand():
    # Of 10, 4 sail through the strait, 4 by another known lane, 2 between countries without a lane.
    amount, known = np.array([4.0, 4.0, 2.0]), np.array([True, True, False])
    assert world_shares(amount, known, np.array([True, False, False])) == pytest.approx((0.5, 0.4, 0.6))


def worked() -> tuple[Lanes, SupplyNetwork]:
    """AAA sells BBB 3 for 30, and CCC 1 for 20; BBB sells CCC 4 for 50 with no lane between them."""
    known, strait = np.zeros((2, 3, 3), bool)
    known[0, 1] = known[1, 0] = known[0, 2] = known[2, 0] = strait[0, 2] = strait[2, 0] = True
    lanes = Lanes(("AAA", "BBB", "CCC"), known, {"strait": strait})
    none, flags = np.zeros((1, 3)), np.zeros(3, bool)
    goods = Code(2017, "260300", Stage.ORE, "ore", None, "", "", ("baci",), "", "")
    arcs = (np.zeros(3, int), np.zeros(3, int), np.array([0, 0, 1]), np.array([1, 2, 2]))
    figures = (np.array([30.0, 20.0, 50.0]), np.array([3.0, 1.0, 4.0]), flags, flags)
    return lanes, SupplyNetwork("ore", "", (goods,), (2024,), lanes.countries, *arcs, *figures, none, "t", none)


def test_trade_without_a_lane_is_unknown_and_not_zero():
    lanes, network = worked()
    ((mineral, stage, passage, year, *shares, status),) = passage_rows(lanes, network, 2024)
    assert (mineral, stage, passage, year, status) == ("ore", "ore", "strait", 2024, "ok")
    assert shares == pytest.approx([0.4, 0.2, 0.7, 0.25, 0.5])  # value, low, high, by tonnes, unknown
    ((*_, value, low, high, by_tonnes, unknown, status),) = passage_rows(
        replace(lanes, known=np.zeros((3, 3), bool)), network, 2024
    )
    assert (unknown, status) == (1.0, "no-lane")
    assert np.isnan([value, low, high, by_tonnes]).all()


def test_no_trade_is_no_share():
    lanes, network = worked()
    none = replace(network, value_usd=np.zeros(3), gross_t=np.zeros(3))
    ((*_, unknown, status),) = passage_rows(lanes, none, 2024)
    assert status == "no-trade"
    assert np.isnan(unknown)


arcs = st.lists(st.tuples(st.floats(0, 1e6), st.booleans(), st.booleans()), min_size=1, max_size=20)


@given(arcs, st.floats(1e-3, 1e3), st.randoms())
def test_a_passage_has_between_its_least_and_most(rows, factor, random):
    amount, known, way = (np.array(column) for column in zip(*rows, strict=True))
    way &= known
    if amount @ known > 1e-6:
        value, low, high = world_shares(amount, known, way)
        assert -1e-12 <= low <= value + 1e-9
        assert value <= high + 1e-9 <= 1 + 2e-9
        order = random.sample(range(len(rows)), len(rows))
        assert world_shares(factor * amount[order], known[order], way[order]) == pytest.approx((value, low, high))


def test_a_third_of_the_worlds_crude_oil_sails_through_hormuz(store: Store):
    network = load_network(store, "crude-oil")
    rows = {row[2]: row for row in passage_rows(sea_lanes(store, network.countries), network, 2024)}
    assert {len(row) for row in rows.values()} == {len(indicator("passage-betweenness").columns)}
    value, low, high, by_tonnes, unknown = rows["hormuz"][4:9]
    assert 0.25 < low <= value <= high < 0.45
    assert 0.25 < by_tonnes < 0.45
    assert 0 < unknown < 0.01
    assert rows["cape-horn"][5] < 1e-3


def test_a_lane_is_known_or_not(store: Store):
    lanes = sea_lanes(store, ("JPN", "SAU", "ZMB", "TZA"))
    assert lanes.known[0, 1]
    assert all((lanes.known | ~way).all() for way in lanes.uses.values())
    assert not lanes.known[2, 3] or lanes.known[2, 3] == lanes.known[3, 2]
    assert not lanes.known.diagonal().any()


def test_a_country_on_two_oceans_ships_by_the_nearer(store: Store):
    lanes = sea_lanes(store, ("CHN", "DEU", "JPN", "RUS", "USA", "PER"))
    panama, suez = lanes.uses["panama"], lanes.uses["suez"]
    assert panama[1, 5]
    assert not panama[4, :4].any()
    assert not suez[3, 0]
    assert suez[1, 0]


def test_passages_of_oil_against_counted_ships(store: Store):
    # US Energy Information Administration, World Oil Transit Chokepoints, 25 June 2024, table 1: million barrels a day
    # of crude and products in 2023, of 77.5 at sea. Here it is crude alone, over land too, between the nearest ports.
    counted = {"malacca": 23.7, "hormuz": 20.9, "suez": 8.8, "babelmandeb": 8.6, "danish-straits": 4.9, "panama": 2.1}
    network = load_network(store, "crude-oil")
    rows = passage_rows(sea_lanes(store, network.countries), network, 2023)
    by_tonnes = {str(row[2]): float(row[7]) for row in rows}  # type: ignore[arg-type]
    assert set(sorted(counted, key=lambda p: by_tonnes.get(p, 0.0))[-2:]) == {"malacca", "hormuz"}
    off = {p: abs(by_tonnes.get(p, 0.0) - ships / 77.5) for p, ships in counted.items()}
    # more crude than products comes from the Gulf
    assert off.pop("hormuz") < 0.15
    assert max(off.values()) < 0.07
    assert off["suez"] < 0.02
