"""Shared by all rooms: the shipped tables, opened once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monazite.core.gazetteer import Gazetteer
from monazite.network.supply import SupplyNetwork
from monazite.reference.store import Store, gazetteer, open_store
from monazite.workbench.exposure import load_network


@pytest.fixture(scope="session")
def store() -> Iterator[Store]:
    with open_store() as opened:
        yield opened


@pytest.fixture(scope="session")
def names(store: Store) -> Gazetteer:
    return gazetteer(store)


@pytest.fixture(scope="session")
def rare_earths(store: Store) -> SupplyNetwork:
    return load_network(store, "rare-earths")


@pytest.fixture(scope="session")
def examples() -> Path:
    return Path(__file__).parent.parent / "examples" / "reports"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Material beside the checkout that is not part of the project; tests that read it skip without it."""
    folder = Path(__file__).parent.parent.parent / "shared"
    if not folder.is_dir():
        pytest.skip("no shared folder beside the checkout")
    return folder
