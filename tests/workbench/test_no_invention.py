"""Nothing is shown for what nobody counts."""

from __future__ import annotations

import pytest

from monazite.core.values import Status
from monazite.indicators.geopolrisk import geopolrisk_readings
from monazite.reference.figures import material_figures
from monazite.reference.store import Store
from monazite.workbench.exposure.network import exposure_of, exposures
from monazite.workbench.network import load_network


@pytest.mark.parametrize("mineral", ["helium", "dysprosium", "magnesium", "magnet-rare-earths"])
def test_a_material_that_world_mining_data_does_not_count_has_no_geopolrisk(store: Store, mineral: str):
    scores = geopolrisk_readings(material_figures(store, 2024, 2024, [mineral]), ("JPN",))
    found = exposure_of(load_network(store, mineral), "Japan", ("JPN",), 2024, scores)
    scores = [r for r in found.world if r.name.startswith("GeoPolRisk")]
    assert [r.value for r in scores] == [None, None]
    assert {r.status for r in scores} == {Status.NO_PRODUCTION}


def test_figures_of_a_group_never_go_by_the_name_of_a_part():
    (found,), _ = exposures("Japan", ["dysprosium"], 2024)
    assert found.mineral == "rare-earths"
    assert all(s.note.startswith("dysprosium is traded within rare-earths") for s in found.stages)
