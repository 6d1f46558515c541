"""A mineral -> its supply network, from the tables."""

from __future__ import annotations

from monazite.network.supply import SupplyNetwork, build_network
from monazite.reference.figures import mineral_figures
from monazite.reference.store import Store

__all__ = ["load_network"]


def load_network(store: Store, mineral: str) -> SupplyNetwork:
    """The supply network of a mineral from the tables."""
    return build_network(mineral, mineral_figures(store, mineral))
