"""GeoPolRisk of every material and country, by the number of years."""

from __future__ import annotations

import pytest

from monazite.indicators.geopolrisk import geopolrisk
from monazite.reference.figures import material_figures
from monazite.reference.store import open_store


@pytest.mark.parametrize("years", [1, 3, 7])
def test_geopolrisk(benchmark, years):
    with open_store() as store:
        figures = material_figures(store, 2025 - years, 2024)
    table = benchmark(geopolrisk, figures)
    assert len(table["score"]) == 65 * len(figures.countries) * years
