"""For all that pytest runs here, examples in docstrings and pages included."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def no_data_of_ones_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Whoever runs the tests may have imported data; neither tests nor the commands they start see them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MONAZITE_DATA", str(tmp_path_factory.mktemp("data")))
        yield
