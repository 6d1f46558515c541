"""GeoPolRisk from tables in memory, swept by the number of years."""

from __future__ import annotations

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from monazite.indicators.geopolrisk import geopolrisk
from monazite.reference.figures import material_figures
from monazite.reference.store import open_store


@pytest.mark.parametrize("years", [1, 3, 7])
def test_geopolrisk(benchmark: BenchmarkFixture, years: int) -> None:
    with open_store() as store:
        figures = material_figures(store, 2025 - years, 2024)
    rows = benchmark(geopolrisk, figures)
    assert len(set(rows["year"])) == years
