"""A code's trade over years -> how easily its importers change supplier: an elasticity of substitution, with its range.

Feenstra (1994, American Economic Review 84) as Broda and Weinstein (2006, Quarterly Journal of Economics 121) weigh it.
What moves the price of one supplier against another's, and its share, is either demand or supply; where the two are
independent over the years, each pair of suppliers draws a hyperbola of elasticities that could be, and all pairs
together tell the one that is. Shares and prices are those of an importer, against one supplier it has bought from
longest, so that whatever moves all suppliers alike drops out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monazite.core.values import Band

__all__ = ["Pairs", "Substitution", "pairs_of", "substitution"]

Array = NDArray[np.float64]

_LEAST_USD, _LEAST_T = 20_000.0, 1.0  # below, a unit value is rounding
_LEAST_CHANGES, _LEAST_PAIRS = 5, 30
_SAMPLES = 200
_WIDEST, _TOLD = 4.0, 0.95  # a range is one if its ends are no more than so many times apart, in so many samples


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Suppliers of an importer against its first: mean squared changes of log price and log share, mean product.

    All (pairs,); `importer` says whose, `weight` how well the two are recorded.
    """

    importer: NDArray[np.int64]
    price2: Array
    share2: Array
    product: Array
    weight: Array


@dataclass(frozen=True, slots=True)
class Substitution:
    """The elasticity of substitution, 80% of the samples within its range; whether the trade tells it at all."""

    sigma: Band
    pairs: int
    importers: int
    told: bool


def pairs_of(tonnes: Array, value: Array, estimated: Array) -> Pairs:
    """The pairs of all importers, of the arrays of `trade_cubes`: (years, exporters, importers), tonnes and USD.

    A flow counts in years in which its tonnes were reported; a pair with five changes or more.
    """
    seen = (value >= _LEAST_USD) & (tonnes >= _LEAST_T) & (estimated < 0.5 * value)
    with np.errstate(divide="ignore", invalid="ignore"):
        price = np.where(seen, np.log(value / tonnes), np.nan)
        share = np.where(seen, np.log(value / value.sum(axis=1, keepdims=True)), np.nan)
    rows = []
    for j in range(tonnes.shape[2]):
        years = seen[:, :, j].sum(axis=0)
        first = max(range(len(years)), key=lambda i: (years[i], value[:, i, j].sum()))
        moved_p, moved_s = (np.diff(m[:, :, j] - m[:, [first], j], axis=0) for m in (price, share))
        with np.errstate(divide="ignore"):
            size = (1 / value[1:, :, j] + 1 / value[:-1, :, j]) ** -0.5
        for i in np.flatnonzero(years > _LEAST_CHANGES):
            known = np.isfinite(moved_p[:, i])
            if i != first and known.sum() >= _LEAST_CHANGES:
                p, s = moved_p[known, i], moved_s[known, i]
                weight = known.sum() ** 1.5 * size[known, i].mean()
                rows.append((j, (p * p).mean(), (s * s).mean(), (p * s).mean(), weight))
    found = np.array(rows).reshape(-1, 5)
    return Pairs(found[:, 0].astype(np.int64), found[:, 1], found[:, 2], found[:, 3], found[:, 4])


def substitution(pairs: Pairs, seed: int = 1) -> Substitution | None:
    """The elasticity the pairs tell, its range from drawing importers anew; None if too few pairs, or none fits."""
    point = _sigma(pairs, pairs.weight) if len(pairs.weight) >= _LEAST_PAIRS else float("nan")
    if not np.isfinite(point):
        return None
    random, of = np.random.default_rng(seed), np.unique(pairs.importer)
    counts = random.multinomial(len(of), np.full(len(of), 1 / len(of)), size=_SAMPLES)
    drawn = [_sigma(pairs, pairs.weight * count[np.searchsorted(of, pairs.importer)]) for count in counts]
    sound = [s for s in drawn if np.isfinite(s)]
    low, high = np.percentile([*sound, point], [10, 90])
    told = low <= point <= high <= _WIDEST * low and len(sound) >= _TOLD * _SAMPLES
    range_ = Band(min(low, point), point, max(high, point))
    return Substitution(range_, len(pairs.weight), len(of), bool(told))


def _sigma(pairs: Pairs, weight: Array) -> float:
    """Feenstra's estimate: price2 = a share2 + b product + c; NaN where a is not above 0 and no elasticity fits.

    The constant takes up what slips of the records add to every price.
    """
    terms, root = np.stack([pairs.share2, pairs.product, np.ones_like(weight)], axis=1), np.sqrt(weight)
    a, b, _ = np.linalg.lstsq(terms * root[:, None], pairs.price2 * root, rcond=None)[0]
    if a <= 0 or b == 0:
        return float("nan")
    rho = 0.5 + np.sign(b) * np.sqrt(0.25 - 1 / (4 + b * b / a))
    return float(1 + (2 * rho - 1) / ((1 - rho) * b))
