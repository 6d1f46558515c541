"""The table `priors` -> what earlier falls teach; kept, for every shock asks it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from monazite.reference.store import Store
from monazite.simulation.priors import FEATURES, OF_FLOW, SPREAD, Priors
from monazite.workbench.network import Tables, tables_of

__all__ = ["read_priors"]

_WEIGHTS = "SELECT last_year, lag, model, term, weight FROM priors"


def read_priors(store: Store) -> Mapping[tuple[int, int], Priors]:
    """What earlier falls teach, by last year learned from and lag."""
    return _read(tables_of(store))


@lru_cache(maxsize=2)
def _read(tables: Tables) -> Mapping[tuple[int, int], Priors]:
    weights = {row[:-1]: row[-1] for row in tables.store.rows(_WEIGHTS)}
    terms = (("gain", FEATURES[:OF_FLOW]), ("rise", (*FEATURES, "constant")), ("spread", SPREAD))
    found = {
        (last, lag): Priors(last, lag, *(np.array([weights[last, lag, m, t] for t in named]) for m, named in terms))
        for last, lag in sorted({key[:2] for key in weights})
    }
    return MappingProxyType(found)
