"""Every indicator of some minerals in one year: how the time grows with minerals, and with years.

The work is one load and one balance for each mineral and year: the time is linear in both.
"""

from __future__ import annotations

import pytest

from monazite.indicators.registry import REGISTRY
from monazite.reference.store import open_store
from monazite.workbench.indicators import function
from monazite.workbench.network import load_network

MINERALS = ("rare-earths", "cobalt", "lithium", "nickel", "copper", "tungsten", "antimony", "graphite")


@pytest.mark.parametrize(("minerals", "years"), [(1, 1), (4, 1), (8, 1), (1, 4)])
def test_cube(benchmark, minerals, years):
    makers = [function(one.from_network) for one in REGISTRY if one.from_network]

    def run() -> int:
        rows = 0
        with open_store() as store:
            for mineral in MINERALS[:minerals]:
                network = load_network(store, mineral)
                rows += sum(len(list(make(network, 2024 - k))) for make in makers for k in range(years))
        return rows

    assert benchmark.pedantic(run, rounds=1) > 100 * minerals * years
