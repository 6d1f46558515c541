"""The table `priors` -> what earlier falls teach."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from monazite.reference.store import Store
from monazite.simulation.priors import FEATURES, OF_FLOW, SPREAD, Priors

__all__ = ["read_priors"]

_WEIGHTS = "SELECT last_year, lag, model, term, weight FROM priors"


def read_priors(store: Store) -> Mapping[tuple[int, int], Priors]:
    """What earlier falls teach, by last year learned from and lag."""
    weights = {tuple(row[:-1]): float(str(row[-1])) for row in store.rows(_WEIGHTS)}
    terms = (("gain", FEATURES[:OF_FLOW]), ("rise", (*FEATURES, "constant")), ("spread", SPREAD))
    return {
        (last, lag): Priors(last, lag, *(np.array([weights[last, lag, m, t] for t in named]) for m, named in terms))
        for last, lag in sorted({(int(str(key[0])), int(str(key[1]))) for key in weights})
    }
