"""A mineral -> its supply network, from the tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from monazite.network.supply import SupplyNetwork, build_network
from monazite.reference.figures import mineral_figures
from monazite.reference.store import Store

__all__ = ["load_network"]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which mineral of which tables: `parts` are those that a user laid over the folder's, in words."""

    mineral: str
    folder: Path
    parts: str
    store: Store = field(compare=False)


def load_network(store: Store, mineral: str) -> SupplyNetwork:
    """The supply network of a mineral from the tables; the last ones asked for are kept, for a page asks again."""
    return _network(_Asked(mineral, store.folder, repr(store.parts), store))


@lru_cache(maxsize=16)
def _network(asked: _Asked) -> SupplyNetwork:
    return build_network(asked.mineral, mineral_figures(asked.store, asked.mineral))
