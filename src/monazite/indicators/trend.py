"""A series over years -> its slope, robust to single odd years, with a confidence interval."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from monazite.core.values import Columns, Status
from monazite.indicators.cube import KEYS

__all__ = ["CONFIDENCE", "FEWEST_YEARS", "TREND", "theil_sen", "trend"]

Array = NDArray[np.float64]

CONFIDENCE = 0.95
FEWEST_YEARS = 5
"""Four years in one order happen by chance once in twelve: they can give no interval of 95%."""

TREND = (*KEYS, "first_year", "last_year", "years", "first", "last", "slope_per_year", "low", "high", "status")
"""The columns of a trend: a row for each series of the cube."""


def theil_sen(years: NDArray[np.int64], values: Array) -> tuple[Array, Array, Array]:
    """Slope per year of each series, with the low and high end of its 95% confidence interval.

    The median of the slopes of all pairs of years; the interval holds the middle C of the N slopes on either side,
    ``C = z sqrt(var)``, ``var = [n (n - 1)(2 n + 5) - sum_t t (t - 1)(2 t + 5)] / 18`` with n years and ties of t equal
    values (Sen 1968, Journal of the American Statistical Association 63; Theil 1950).

    :param years: (years,) increasing.
    :param values: (series, years); NaN: no figure. A series of one figure has no slope.

    >>> slope, low, high = theil_sen(np.arange(2018, 2024), np.array([[1.0, 2.0, 3.0, 4.0, 5.0, 90.0]]))
    >>> slope[0], low[0]
    (np.float64(1.0), np.float64(1.0))
    """
    early, late = np.triu_indices(len(years), 1)
    slopes = np.sort((values[:, late] - values[:, early]) / (years[late] - years[early]), axis=1)  # NaN goes last
    count = np.isfinite(slopes).sum(axis=1)
    n = np.isfinite(values).sum(axis=1)
    ties = np.where(np.isfinite(values), (values[:, :, None] == values[:, None, :]).sum(axis=2), 1)
    spread = np.sqrt((n * (n - 1) * (2 * n + 5) - ((ties - 1) * (2 * ties + 5)).sum(axis=1)) / 18)
    reach = NormalDist().inv_cdf((1 + CONFIDENCE) / 2) * spread

    def ranked(rank: Array) -> Array:
        at = np.clip(rank, 0, np.maximum(count - 1, 0)).astype(int)
        found: Array = np.where(count > 0, np.take_along_axis(slopes, at[:, None], axis=1)[:, 0], np.nan)
        return found

    middle = (ranked((count - 1) // 2) + ranked(count // 2)) / 2
    return middle, ranked(np.round((count - reach) / 2) - 1), ranked(np.round((count + reach) / 2))


def trend(found: Columns) -> Columns:
    """The slope of every series of a cube with at least 5 years, its first and last figure, or why there is none.

    A series is what agrees in all of `KEYS`. One without any figure has the status of its last year.
    """
    names = [found[key].astype(str) for key in KEYS]
    order = np.lexsort((found["year"], *reversed(names)))
    changes = np.any([name[order][1:] != name[order][:-1] for name in names], axis=0)
    series = np.concatenate([[0], np.cumsum(changes)])
    ends = np.flatnonzero(np.concatenate([changes, [True]]))
    years, at = np.unique(found["year"][order], return_inverse=True)
    values = np.full((len(ends), len(years)), np.nan)
    values[series, at] = found["value"][order]
    known = np.isfinite(values)
    n = known.sum(axis=1)
    rows, some, enough = np.arange(len(ends)), n > 0, n >= FEWEST_YEARS
    first, last = known.argmax(axis=1), len(years) - 1 - known[:, ::-1].argmax(axis=1)
    slopes = (np.where(enough, found, np.nan) for found in theil_sen(years, values))
    too_few = np.where(some, Status.TOO_FEW_YEARS.value, found["status"][order][ends])
    columns = (
        *(name[order][ends] for name in names),
        np.where(some, years[first], years[0]),
        np.where(some, years[last], years[-1]),
        n,
        values[rows, first],
        values[rows, last],
        *slopes,
        np.where(enough, Status.OK.value, too_few),
    )
    return dict(zip(TREND, columns, strict=True))
