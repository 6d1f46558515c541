"""Ranges -> values by draw; outcomes by draw -> bands, and which range an outcome follows most.

One draw lies in each of equal slices of every range (a Latin hypercube: McKay, Beckman and Conover 1979, Technometrics
21), so that few draws cover all ranges evenly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import ScenarioError
from monazite.core.values import Band
from monazite.simulation.values import Model, Parameter

__all__ = [
    "HARMONICS",
    "LEAST_DRAWS",
    "band",
    "bands",
    "drawn",
    "first_order",
    "latin_hypercube",
    "one_in_each",
    "outcomes_at",
    "value_at",
    "values_at",
]

Array = NDArray[np.float64]

HARMONICS = 4
"""How many waves over a parameter's range `first_order` takes for its effect; more of them is noise."""

LEAST_DRAWS = 4 * HARMONICS
"""Draws from which `first_order` can tell."""


def one_in_each(count: int, random: np.random.Generator) -> Array:
    """Points of 0 to 1, (count,), one in each of `count` equal slices, in random order."""
    return (random.permutation(count) + random.random(count)) / max(count, 1)


def latin_hypercube(count: int, parameters: int, seed: int) -> Array:
    """Points of the unit cube, (count, parameters): one in each of `count` equal slices of every axis.

    >>> bool((np.sort(latin_hypercube(4, 2, seed=1) * 4 // 1, axis=0) == np.arange(4)[:, None]).all())
    True
    """
    random = np.random.default_rng(seed)
    return np.stack([one_in_each(count, random) for _ in range(parameters)], axis=1)


def value_at(range_: Band, points: Array) -> Array:
    """The value of a range at points from 0 to 1: its ends at 0 and 1, its centre at 1/2.

    Between them logs are linear in the point where the whole range is above 0, and the values themselves elsewhere.

    >>> value_at(Band(1, 2, 8), np.array([0.0, 0.25, 1.0])), value_at(Band(0, 2, 8), np.array([0.25, 0.75]))
    (array([1.        , 1.41421356, 8.        ]), array([1., 5.]))
    """
    at, ends = [0.0, 0.5, 1.0], np.array(range_.values)
    found: Array = np.exp(np.interp(points, at, np.log(ends))) if ends[0] > 0 else np.interp(points, at, ends)
    return found


def drawn(parameters: Sequence[Parameter], draws: int, random: np.random.Generator) -> dict[str, Array]:
    """The value of each parameter by draw, one in each of `draws` equal slices of its range."""
    return {p.name: value_at(p.band, one_in_each(draws, random)) for p in parameters}


def band(values: Array) -> Band:
    """The 10th, 50th and 90th percentile of values by draw.

    >>> band(np.arange(11.0))
    Band(low=1.0, mid=5.0, high=9.0)
    """
    return bands(values[:, None])[0]


def bands(values: Array) -> list[Band]:
    """The 10th, 50th and 90th percentile of each column of (draws, n)."""
    return [Band(*three) for three in np.percentile(values, [10, 50, 90], axis=0).T.tolist()]


def values_at(parameters: Sequence[Parameter], points: Array) -> dict[str, Array]:
    """The value of each parameter at points (rows, parameters), as `value_at` has it.

    >>> values_at([Parameter("cover", Band(1, 2, 8), "weeks", "assumption")], np.array([[0.0], [0.5], [1.0]]))["cover"]
    array([1., 2., 8.])
    """
    return {p.name: value_at(p.band, u) for p, u in zip(parameters, points.T, strict=True)}


def outcomes_at(model: Model, points: Array) -> Mapping[str, Array]:
    """A model's outcomes at points of its parameters' ranges, (rows, parameters)."""
    return model.run(values_at(model.parameters, points))


def first_order(points: Array, outcomes: Array) -> Array:
    """Share of each outcome's variance that each parameter explains by itself, (outcomes, parameters), 0 to 1.

    ``S_i = V(E(y | x_i)) / V(y)``, from any sample whose parameters are independent: outcomes put in the order of x_i,
    rising over the odd places and falling over the even ones, show the effect of x_i as their first harmonics (EASI,
    Plischke 2010, Reliability Engineering and System Safety 95), less what pure chance would put there. NaN for an
    outcome that is everywhere the same.

    :param points: (rows, parameters), at least `LEAST_DRAWS` rows; only their order counts.
    :param outcomes: (rows, outcomes), finite.

    >>> u = latin_hypercube(512, 3, seed=1)
    >>> print(first_order(u, (2 * u[:, :1] + u[:, 1:2])).round(1))
    [[0.8 0.2 0. ]]
    """
    rows = len(points)
    if rows < LEAST_DRAWS:
        mend = f"draw at least {LEAST_DRAWS}"
        raise ScenarioError("which parameter matters", f"{rows} draws are too few to tell", mend)
    there_and_back = np.concatenate([np.arange(0, rows, 2), np.arange(1, rows, 2)[::-1]])
    order = np.argsort(points, axis=0, kind="stable")[there_and_back]
    spread = np.ptp(outcomes, axis=0)
    scaled = (outcomes - outcomes.mean(axis=0)) / np.where(spread > 0, spread, np.nan)
    power = np.abs(np.fft.rfft(scaled[order], axis=0)[1:]) ** 2
    if rows % 2 == 0:
        power[-1] /= 2  # the last wave of an even number of rows stands once in the spectrum, all others twice
    raw = (power[:HARMONICS].sum(axis=0) / power.sum(axis=0)).T
    chance = 2 * HARMONICS / rows
    shares: Array = np.clip((raw - chance) / (1 - chance), 0.0, 1.0)
    return shares
