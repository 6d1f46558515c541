"""The market model of one stage, swept by the number of parameter draws."""

from __future__ import annotations

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from monazite.core.values import Stage
from monazite.network.supply import build_network
from monazite.reference.figures import mineral_figures
from monazite.reference.store import open_store
from monazite.scenario.values import ExportCut, Scenario
from monazite.simulation.shock import play


@pytest.mark.parametrize("draws", [16, 256])
def test_market(benchmark: BenchmarkFixture, draws: int) -> None:
    with open_store() as store:
        network = build_network("rare-earths", mineral_figures(store, "rare-earths"))
    scenario = Scenario("a ban", ExportCut("CHN", ("JPN",), "rare-earths", 1.0, None, 52), "hypothetical", "benchmark")
    outcome = benchmark(play, network, scenario, Stage.REFINED, draws=draws)
    assert [i.importer for i in outcome.importers] == ["JPN"]
