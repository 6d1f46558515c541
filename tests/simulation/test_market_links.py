"""Flows as a sum of parts are the flows."""

from __future__ import annotations

import numpy as np
import pytest

from monazite.simulation.market.links import Flows, linked, new_links

RANDOM = np.random.default_rng(0)
BASE = RANDOM.random((5, 4)) * (RANDOM.random((5, 4)) < 0.5)
LATENT = np.array([0.0, 0.01, 0.2])
NEAR = RANDOM.random((3, 5, 4)) + 0.1


@pytest.fixture(params=["shared", "own"])
def flows(request: pytest.FixtureRequest) -> Flows:
    """Of all draws alike, or of each its own."""
    return linked(BASE, new_links(BASE, NEAR if request.param == "own" else None), LATENT)


def test_sums_are_those_of_the_whole(flows: Flows) -> None:
    push, pull, whole = RANDOM.random((3, 5)), RANDOM.random((3, 4)), flows.whole()
    assert flows.bought(push) == pytest.approx((push[:, :, None] * whole).sum(axis=1), rel=1e-12)
    assert flows.sold(pull) == pytest.approx((whole * pull[:, None]).sum(axis=2), rel=1e-12)


def test_cells_and_rows_are_those_of_the_whole(flows: Flows) -> None:
    whole, at = flows.whole(), (np.array([0, 3]), np.array([1, 2]))
    assert np.array_equal(flows.at(*at), whole[:, *at])
    assert np.array_equal(flows.rows(np.array([True, False, True])).whole(), whole[[0, 2]])
    for cells in (RANDOM.random((5, 4)), RANDOM.random((3, 5, 4))):
        assert flows.times(cells).whole() == pytest.approx(whole * cells, rel=1e-12)


def test_what_importers_buy_stays(flows: Flows) -> None:
    # but where none but itself is left to buy from, or nobody sells it anything
    assert flows.whole()[0] == pytest.approx(BASE)
