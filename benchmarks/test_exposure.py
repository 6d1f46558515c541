"""From the tables on disk to one country's exposure."""

from __future__ import annotations

from monazite.workbench.exposure import exposures


def test_exposure(benchmark):
    found, _ = benchmark(exposures, "Japan", ["rare-earths"])
    assert found[0].stages
