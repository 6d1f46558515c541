"""Sea passages: what sails through, what does not, and Japan's oil."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from monazite.core.errors import NoDataError
from monazite.indicators.passages import passage_shares
from monazite.reference.figures import lane_passages
from monazite.reference.store import Store
from monazite.workbench.exposure import exposures

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
