"""The tables of many indicators -> one long table: a row for each number, or for the reason why there is none."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from monazite.core.values import Columns
from monazite.indicators.registry import Indicator

__all__ = ["CUBE", "KEYS", "cube"]

KEYS = ("indicator", "material", "mineral", "stage", "country", "passage", "basis")
"""What tells one series of the cube from another. `material` is set where an indicator counts by World Mining Data's or
the EU's names, `basis` where it has published, recomputed and estimated figures."""
CUBE = (*KEYS, "year", "value", "low", "high", "status")
"""The columns of the cube."""


def cube(tables: Iterable[tuple[Indicator, Columns]]) -> Columns:
    """All numbers of some indicators. An indicator with several measures is named `indicator:measure`.

    Texts an indicator does not have are empty, numbers it does not have NaN.
    """
    parts: dict[str, list[np.ndarray]] = {column: [] for column in CUBE}
    for chosen, table in tables:
        rows = len(table["year"])
        for measure in chosen.measures:
            name = chosen.name if len(chosen.measures) == 1 else f"{chosen.name}:{measure}"
            made = {"indicator": np.full(rows, name), "value": table[measure]}
            for column in CUBE:
                default = np.full(rows, "" if column in KEYS else np.nan)
                parts[column].append(made.get(column, table.get(column, default)))
    return {column: np.concatenate(values) for column, values in parts.items()}
