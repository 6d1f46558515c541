"""Parameters with ranges -> their values at points of the unit cube, and which of them an outcome follows most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import ScenarioError
from monazite.simulation.values import Model, Parameter

__all__ = ["HARMONICS", "LEAST_DRAWS", "first_order", "latin_hypercube", "outcomes_at", "values_at"]

Array = NDArray[np.float64]

HARMONICS = 4
"""How many waves over a parameter's range `first_order` takes for its effect; more of them is noise."""

LEAST_DRAWS = 4 * HARMONICS
"""Draws from which `first_order` can tell."""


def latin_hypercube(count: int, parameters: int, seed: int) -> Array:
    """Points of the unit cube, (count, parameters): one in each of `count` equal slices of every axis.

    Few points cover all ranges evenly (McKay, Beckman and Conover 1979, Technometrics 21).

    >>> bool((np.sort(latin_hypercube(4, 2, seed=1) * 4 // 1, axis=0) == np.arange(4)[:, None]).all())
    True
    """
    random = np.random.default_rng(seed)
    slices = np.stack([random.permutation(count) for _ in range(parameters)], axis=1)
    return (slices + random.random((count, parameters))) / max(count, 1)


def values_at(parameters: Sequence[Parameter], points: Array) -> dict[str, Array]:
    """The value of each parameter at points (rows, parameters): the ends of its range at 0 and 1, its centre at 1/2.

    Between them logs are linear in the point where the whole range is above 0, and the values themselves elsewhere.

    >>> from monazite.core.values import Band
    >>> values_at([Parameter("cover", Band(1, 2, 8), "weeks", "assumption")], np.array([[0.0], [0.25], [1.0]]))["cover"]
    array([1.        , 1.41421356, 8.        ])
    """
    found = {}
    for parameter, u in zip(parameters, points.T, strict=True):
        ends = np.array([parameter.band.low, parameter.band.mid, parameter.band.high])
        at = [0.0, 0.5, 1.0]
        found[parameter.name] = np.exp(np.interp(u, at, np.log(ends))) if ends[0] > 0 else np.interp(u, at, ends)
    return found


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
