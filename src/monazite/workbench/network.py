"""Tables -> the supply network of a mineral, and the square of industries; the last ones asked for are kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from monazite.network.supply import SupplyNetwork, build_network
from monazite.reference.figures import economy_figures, mineral_figures
from monazite.reference.store import Store
from monazite.reference.values import Economy

__all__ = ["Tables", "load_economy", "load_network", "tables_of"]


@dataclass(frozen=True, slots=True)
class Tables:
    """Which tables: `parts` are those that a user laid over the folder's, in words."""

    folder: Path
    parts: str
    store: Store = field(compare=False)


def load_network(store: Store, mineral: str) -> SupplyNetwork:
    """The supply network of a mineral from the tables; the last ones asked for are kept, for a page asks again."""
    return _network(tables_of(store), mineral)


def load_economy(store: Store) -> Economy:
    """The inter-country table in single precision: 64 MB, kept."""
    return _economy(tables_of(store))


def tables_of(store: Store) -> Tables:
    """Which tables a store reads: what is made of them may be kept by it."""
    return Tables(store.folder, repr(store.parts), store)


@lru_cache(maxsize=16)
def _network(tables: Tables, mineral: str) -> SupplyNetwork:
    return build_network(mineral, mineral_figures(tables.store, mineral))


@lru_cache(maxsize=1)
def _economy(tables: Tables) -> Economy:
    return economy_figures(tables.store, np.float32)
