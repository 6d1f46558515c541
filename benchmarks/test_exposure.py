"""From the tables on disk to one country's exposure to one mineral, with its hidden part and sea passages."""

from __future__ import annotations

import pytest

from monazite.workbench.exposure.network import exposures


@pytest.mark.parametrize("mineral", ["rare-earths", "cobalt", "iron"])
def test_exposure(benchmark, mineral):
    (found,), _ = benchmark(exposures, "Japan", [mineral], through="largest")
    assert found.hidden
    assert found.stages[0].passages
