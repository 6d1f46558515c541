"""For all that pytest runs here, examples in docstrings and pages included."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# Before NumPy is loaded: there are as many test processes as cores.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# A busy machine is slow, not wrong.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session", autouse=True)
def no_data_of_ones_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Whoever runs the tests may have imported data; neither tests nor the commands they start see them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MONAZITE_DATA", str(tmp_path_factory.mktemp("data")))
        yield
