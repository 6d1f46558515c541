"""Nothing is shown for what nobody counts."""

from __future__ import annotations

import pytest

from monazite.core.values import Status
from monazite.workbench.exposure import exposures


@pytest.mark.parametrize("mineral", ["helium", "dysprosium", "magnesium", "magnet-rare-earths"])
def test_a_material_that_world_mining_data_does_not_count_has_no_geopolrisk(mineral: str):
    (found,), _ = exposures("Japan", [mineral], 2024)
    scores = [r for r in found.world if r.name.startswith("GeoPolRisk")]
    assert [r.value for r in scores] == [None, None]
    assert {r.status for r in scores} == {Status.NO_PRODUCTION}
