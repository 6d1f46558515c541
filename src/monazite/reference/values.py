"""What this room hands to the pure ones: figures over shared labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monazite.core.values import Columns

__all__ = ["Figures"]


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """Trade rows and country-year figures over shared labels.

    `goods` names what a trade row's `good` points to: the HS codes of one mineral, or all materials.
    Row arrays have one length: good, year, exporter, importer (positions), value_usd, gross_t (NaN: not reported).
    `production` is (goods or 1, years, countries) in the published unit; years before the first published are NaN.
    """

    goods: tuple[str, ...]
    years: tuple[int, ...]
    countries: tuple[str, ...]
    trade: Columns
    production: NDArray[np.float64]
    stability: NDArray[np.float64]
    attributes: Columns
