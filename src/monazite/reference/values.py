"""What this room hands to the pure ones: figures over shared labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monazite.core.values import Columns

__all__ = ["Economy", "Figures", "Lanes", "Ways"]


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """Trade rows and country-year figures over shared labels.

    `goods` names what a trade row's `good` points to: the HS codes of one mineral, or all materials.
    Row arrays have one length: good, year, exporter, importer (positions), value_usd, gross_t (NaN: not reported).
    `stages` has who produces at which stage (`reference.figures.stage_production`, with year and country as positions)
    and `chain` the yields between the mineral's own stages; both are None for materials.
    `production` is (goods or 1, years, countries) in the published unit; years before the first published are NaN.
    """

    goods: tuple[str, ...]
    years: tuple[int, ...]
    countries: tuple[str, ...]
    trade: Columns
    production: NDArray[np.float64]
    stability: NDArray[np.float64]
    attributes: Columns
    stages: Columns | None = None
    chain: Columns | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Lanes:
    """Sea lanes between countries: (countries, countries) whether one is `known`, and which `uses` each passage."""

    countries: tuple[str, ...]
    known: NDArray[np.bool_]
    uses: Mapping[str, NDArray[np.bool_]]


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """How long goods sail between countries, days, (countries, countries); NaN where no lane is known.

    `more_days` has, for passages closed together, how much longer it is then: infinite where no way is left.
    """

    countries: tuple[str, ...]
    days: NDArray[np.float64]
    more_days: Mapping[tuple[str, ...], NDArray[np.float64]]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Economy:
    """Who sells how much to whom for production in a year, millions of USD at basic prices.

    A node is an industry of an economy: node `economy * len(industries) + industry`, n in all. `flows_musd` is (n, n),
    sellers in rows, buyers in columns; it is single or double precision, as asked for. The others are (n,):

        output = flows summed over buyers + final use,      final use: final demand and sales outside the economies
        output = flows summed over sellers + other inputs   value added, net taxes, inputs from outside the economies
    """

    economies: tuple[str, ...]
    industries: tuple[str, ...]
    flows_musd: NDArray[np.floating[Any]]
    output_musd: NDArray[np.float64]
    final_use_musd: NDArray[np.float64]
    other_inputs_musd: NDArray[np.float64]
    sources: tuple[str, ...]
