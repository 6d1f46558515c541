"""Ranges of parameters -> Sobol' points that cover them, and from outcomes there what each parameter accounts for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc, sobol_indices

from monazite.core.errors import ScenarioError
from monazite.simulation.values import Parameter

__all__ = ["Design", "VarianceShares", "points", "variance_shares"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Design:
    """Which points of the parameters' ranges are taken: `count` of them, a power of 2, by a scrambled Sobol' sequence.

    With `shares`, `count * (parameters + 2)` points: two independent samples A and B, and A with one column of B at a
    time, as Saltelli et al. (2010, Computer Physics Communications 181) ask for to tell the parameters' parts apart.
    """

    parameters: tuple[Parameter, ...]
    count: int
    seed: int
    shares: bool = True

    def __post_init__(self) -> None:
        if not (2 <= self.count <= 1 << 20 and self.count & (self.count - 1) == 0):
            near = max(2, min(1 << 20, 1 << max(self.count, 1).bit_length()))
            raise ScenarioError("ensemble", f"{self.count} points, expected a power of 2 to 1,048,576", f"take {near}")
        names = [p.name for p in self.parameters]
        if not names or len(set(names)) < len(names):
            raise ScenarioError("ensemble", "parameters have no name of their own", "name each once")

    @property
    def rows(self) -> int:
        """How many points there are."""
        return self.count * (len(self.parameters) + 2) if self.shares else self.count


@dataclass(frozen=True, slots=True, eq=False)
class VarianceShares:
    """What part of an outcome's variance is each parameter's, (outcomes, parameters).

    `first`: by itself. `total`: with all in which it acts together with others. Both are estimates that may stray a
    little below 0 or above 1; NaN for an outcome that is everywhere the same.
    """

    first: Array
    total: Array


def points(design: Design) -> Array:
    """The points of a design in the unit cube, (rows, parameters); the first `count` are a sample by themselves.

    >>> from monazite.core.values import Band
    >>> from monazite.simulation.values import Parameter
    >>> two = tuple(Parameter(name, Band(1, 2, 3), "weeks", "assumption") for name in ("cover", "delay"))
    >>> points(Design(two, 4, seed=1)).shape
    (16, 2)
    """
    width = len(design.parameters)
    sequence = qmc.Sobol(2 * width if design.shares else width, rng=np.random.default_rng(design.seed))
    drawn: Array = sequence.random(design.count)
    if not design.shares:
        return drawn
    a, b = drawn[:, :width], drawn[:, width:]
    mixed = np.repeat(a[None], width, axis=0)
    for i in range(width):
        mixed[i, :, i] = b[:, i]
    return np.concatenate([a, b, *mixed])


def variance_shares(design: Design, outcomes: Array) -> VarianceShares:
    """First-order and total Sobol' indices of outcomes at the design's points, (rows, outcomes).

    ``S_i = V(E(y | x_i)) / V(y)``, ``T_i = 1 - V(E(y | all but x_i)) / V(y)``, by the estimators of Saltelli et al.
    2010 as SciPy has them.

    :raises ScenarioError: for a design without the points to tell.
    """
    if not design.shares or len(outcomes) != design.rows:
        raise ScenarioError("ensemble", "its points do not tell parameters apart", "run it with the points that do")
    count, width = design.count, len(design.parameters)
    of = outcomes.T.reshape(-1, width + 2, count)
    moving = np.ptp(outcomes, axis=0) > 0
    first, total = np.full((2, len(of), width), np.nan)
    if moving.any():
        # The estimators square outcomes: far from 0 they would lose their last digits.
        level, size = of[moving].mean(axis=(1, 2)), np.ptp(outcomes, axis=0)[moving]
        scaled = (of[moving] - level[:, None, None]) / size[:, None, None]
        parts: Mapping[str, Array] = {
            "f_A": scaled[:, 0],
            "f_B": scaled[:, 1],
            "f_AB": scaled[:, 2:].transpose(1, 0, 2),
        }
        found = sobol_indices(func=parts, n=count)
        first[moving], total[moving] = (np.reshape(s, (-1, width)) for s in (found.first_order, found.total_order))
    return VarianceShares(first, total)
