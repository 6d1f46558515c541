"""Every indicator of some minerals, years and countries: how the time grows with each of the three.

The work is one load for each mineral, and one balance and one inverse of its places for each mineral and year: the time
is linear in minerals and years. `docs/methods/indicators.md` states the measured law.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from monazite.indicators.registry import REGISTRY
from monazite.network.supply import SupplyNetwork
from monazite.reference.figures import areas, sea_lanes
from monazite.reference.store import open_store
from monazite.reference.values import Lanes
from monazite.workbench.lazy import function
from monazite.workbench.network import load_network

MINERALS = ("nickel", "cobalt", "lithium", "copper", "rare-earths", "tungsten", "antimony", "graphite")
FROM_NETWORK = [function(one.from_network) for one in REGISTRY if one.from_network]
FROM_LANES = [function(one.from_lanes) for one in REGISTRY if one.from_lanes]


def largest_traders(network: SupplyNetwork, count: int) -> SupplyNetwork:
    """The part of a network between the countries that trade most."""
    n = len(network.countries)
    sold, bought = (np.bincount(end, network.value_usd, minlength=n) for end in (network.exporter, network.importer))
    kept = np.sort(np.argsort(-(sold + bought), kind="stable")[:count])
    place = np.full(n, -1)
    place[kept] = np.arange(count)
    rows = (place[network.exporter] >= 0) & (place[network.importer] >= 0)
    arcs = ("code", "year", "exporter", "importer", "value_usd", "gross_t", "estimated", "absurd")
    parts = {name: getattr(network, name)[rows] for name in arcs}
    return replace(
        network,
        **{**parts, "exporter": place[parts["exporter"]], "importer": place[parts["importer"]]},
        countries=tuple(network.countries[i] for i in kept),
        mined=network.mined[:, kept],
        stability=network.stability[:, kept],
        made=tuple(replace(m, contained_t=m.contained_t[kept], share=m.share[kept]) for m in network.made),
    )


def between(lanes: Lanes, countries: tuple[str, ...]) -> Lanes:
    """The lanes between some of the countries."""
    at = np.ix_(*[[lanes.countries.index(c) for c in countries]] * 2)
    return Lanes(countries, lanes.known[at], {passage: way[at] for passage, way in lanes.uses.items()})


@pytest.mark.parametrize(
    ("minerals", "years", "countries"),
    [(1, 1, 0), (2, 1, 0), (4, 1, 0), (8, 1, 0), (1, 2, 0), (1, 4, 0), (1, 7, 0), (1, 1, 30), (1, 1, 60), (1, 1, 120)],
)
def test_cube(benchmark, minerals, years, countries):
    """`countries` is the number of largest traders, 0: all."""
    with open_store() as store:
        lanes = sea_lanes(store, areas(store))

    def run() -> int:
        rows = 0
        with open_store() as store:
            for mineral in MINERALS[:minerals]:
                network = load_network(store, mineral)
                network = largest_traders(network, countries) if countries else network
                sailed = between(lanes, network.countries)
                makers = [*FROM_NETWORK, *(partial(make, sailed) for make in FROM_LANES)]
                rows += sum(len(list(make(network, 2024 - k))) for make in makers for k in range(years))
        return rows

    assert benchmark.pedantic(run, rounds=1) > 2 * minerals * years
