"""Past falls of large suppliers in the trade table -> the table `priors`.

A fall: an exporter with 1% of the world's exports of a code or more sells less than 80% of what it sold, and importers
that took 8% or more of their imports from it lose 15% of that flow or more, 5% of their imports together. The weights
for a last year rest on falls whose outcome lies in that year or before; nothing later is read. How far totals stray is
learned from well-recorded falls alone (`recorded`): elsewhere slips in the records stray, not trade.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monazite.reference.store import Store
from monazite.simulation.backtest import HISTORY
from monazite.simulation.priors import FEATURES, OF_FLOW, SPREAD, Priors, candidates, features, spread_terms
from monazite.workbench.history.backtest import trade_cubes
from reference_build.writing import write_csv

__all__ = ["FIRST_YEAR", "LAGS", "Falls", "build_priors", "codes_of", "falls_of", "fit_priors", "mine", "recorded"]

Array = NDArray[np.float64]

FIRST_YEAR = 2000
"""The earliest last year: two outcome years after the four that a fall needs before it."""

LAGS = (1, 2)
"""Years from the base year to the outcome: the year of a shock, and the year after."""

Cubes = tuple[int, Array, Array, Array]
"""The first year; tonnes, USD, and USD whose tonnes were estimated, each (years, exporters, importers)."""

_ESTIMATED, _JUMP = 0.25, 6.0
_RIDGE = 1e-3
_NEWTON_STEPS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Falls:
    """Flows and importers of the falls of one lag, one row each.

    `terms` (flows, features), `before` and `after`: shares of the importer's imports before; `group`: which importer of
    which fall; `year`: the outcome's. `spread` (importers, 6) and `stray`: log change of what others supply;
    `recorded`: whether that is trade and no slip of the records.
    """

    terms: Array
    before: Array
    after: Array
    group: NDArray[np.int64]
    year: NDArray[np.int64]
    spread: Array
    stray: Array
    recorded: NDArray[np.bool_]
    spread_year: NDArray[np.int64]


def mine(cubes: Iterable[Cubes], lag: int) -> Falls:
    """All falls in the trade of some codes, each as `trade_cubes` gives it."""
    flows: list[tuple[Any, ...]] = []
    importers: list[tuple[Any, ...]] = []
    groups = 0
    for first, cube, value, estimated in cubes:
        for at in range(HISTORY - 1, len(cube) - lag):
            history, after = cube[at - HISTORY + 1 : at + 1], cube[at + lag]
            year = first + at + lag
            for shocked, affected, lost in falls_of(history[-1], after):
                able = candidates(history, shocked, affected)
                j, i = np.nonzero(able.T)  # importer by importer
                total = history[-1][:, affected].sum(axis=0)
                terms = features(history, lost, shocked, affected)[i, j]
                ends = [m[:, affected][i, j] / total[j] for m in (history[-1], after)]
                flows.append((terms, *ends, groups + j, np.full(len(i), year)))
                groups += len(affected)
                others = [np.delete(m[:, affected], shocked, axis=0).sum(axis=0) for m in (history[-1], after)]
                stray = np.log((others[1] + 0.02 * total) / (others[0] + 0.02 * total))
                both = [np.stack([m[at], m[at + lag]])[:, :, affected] for m in (cube, value, estimated)]
                told = recorded(both[0], both[1], both[2], shocked)
                importers.append(
                    (spread_terms(history, lost, shocked, affected), stray, told, np.full(len(total), year))
                )
    return Falls(*(np.concatenate(c) for c in zip(*flows, strict=True)),
                 *(np.concatenate(c) for c in zip(*importers, strict=True)))  # fmt: skip


def falls_of(before: Array, after: Array) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], Array]]:
    world, sold, bought = before.sum(), before.sum(axis=1), before.sum(axis=0)
    if not 0.2 * world < after.sum() < 5 * world:  # a year that few reported
        return
    share = before / np.maximum(bought, 1e-12)
    hit = (share >= 0.08) & (after <= 0.85 * before) & (bought >= 0.0015 * world) & (after.sum(axis=0) > 0.05 * bought)
    large = (sold >= 0.01 * world) & (after.sum(axis=1) < 0.8 * sold)
    for x in np.flatnonzero(hit.any(axis=1) & large):
        affected = np.flatnonzero(hit[x])
        affected = affected[np.argsort(-before[x, affected], kind="stable")][:12]
        lost = np.maximum(before[x] - after[x], 0.0)
        if lost[affected].sum() >= 0.05 * bought[affected].sum():
            yield np.array([x]), affected, lost


def recorded(tonnes: Array, value: Array, estimated: Array, shocked: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which importers are well recorded in both years; arrays are (2, exporters, importers).

    Tonnes were reported for three quarters of what they bought, by value, and the unit value of what others supply
    did not jump by more than six times: then it is a slip of the records, not trade.
    """
    known = estimated.sum(axis=1) <= _ESTIMATED * value.sum(axis=1)
    other_t, other_usd = (np.delete(m, shocked, axis=1).sum(axis=1) for m in (tonnes, value))
    price = other_usd / np.maximum(other_t, 1e-9)
    steady = (other_t > 0).all(axis=0) & (np.maximum(price[0], price[1]) <= _JUMP * np.minimum(price[0], price[1]))
    told: NDArray[np.bool_] = known.all(axis=0) & steady
    return told


def fit_priors(falls: Falls, last_year: int, lag: int) -> Priors:
    """The three models on falls with an outcome in or before a year; each a convex problem with one solution."""
    known = falls.year <= last_year
    terms, before, after = falls.terms[known], falls.before[known], falls.after[known]
    moved = (before >= 0.01) & (np.abs(after - before) >= 0.1 * np.maximum(after, before))
    of = (falls.spread_year <= last_year) & falls.recorded
    return Priors(
        last_year,
        lag,
        _gain(terms[:, :OF_FLOW], np.maximum(after - before, 0.0), falls.group[known]),
        _rise(terms[moved], (after > before)[moved].astype(float)),
        _spread(falls.spread[of], np.abs(falls.stray[of])),
    )


def _gain(terms: Array, gained: Array, group: NDArray[np.int64]) -> Array:
    """Multinomial logit of each importer's gains over its candidates, ridge-regularised."""
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    at = np.cumsum(np.diff(group, prepend=-1) > 0) - 1
    total = np.add.reduceat(gained, starts)
    used = total > 0.01
    target = np.where(used[at], gained / np.maximum(total[at], 1e-12), 0.0)
    mean, sd = terms.mean(axis=0), terms.std(axis=0) + 1e-9
    z, n = (terms - mean) / sd, used.sum()

    def slopes(w: Array) -> tuple[Array, Array]:
        u = z @ w
        e = np.exp(u - np.maximum.reduceat(u, starts)[at])
        p = np.where(used[at], e / np.add.reduceat(e, starts)[at], 0.0)
        centre = np.add.reduceat(p[:, None] * z, starts)
        hessian = ((z * p[:, None]).T @ z - centre.T @ centre) / n + 2 * _RIDGE * np.eye(len(w))
        return z.T @ (p - target) / n + 2 * _RIDGE * w, hessian

    weights: Array = _newton(slopes, terms.shape[1]) / sd
    return weights


def _rise(terms: Array, up: Array) -> Array:
    """Logit of rising, among flows of 1% of imports or more that moved by a tenth or more; the constant comes last."""
    mean, sd = terms.mean(axis=0), terms.std(axis=0) + 1e-9
    z = np.column_stack([(terms - mean) / sd, np.ones(len(terms))])
    ridge = np.append(np.full(terms.shape[1], 100.0), 0.0)

    def slopes(w: Array) -> tuple[Array, Array]:
        p = 1 / (1 + np.exp(-z @ w))
        return z.T @ (p - up) + ridge * w, (z * (p * (1 - p))[:, None]).T @ z + np.diag(ridge)

    w = _newton(slopes, z.shape[1])
    return np.append(w[:-1] / sd, w[-1] - (mean * w[:-1] / sd).sum())


def _spread(terms: Array, stray: Array) -> Array:
    """Scale of a Laplace distribution, log-linear in its terms, its constant set so that four in five lie within."""

    def slopes(w: Array) -> tuple[Array, Array]:
        e = stray * np.exp(-terms @ w)
        return terms.T @ (1 - e) + 1e-6 * w, (terms * e[:, None]).T @ terms + 1e-6 * np.eye(len(w))

    w = _newton(slopes, terms.shape[1])
    w[0] += np.log(np.quantile(stray * np.exp(-terms @ w), 0.8))
    return w


def _newton(slopes: Callable[[Array], tuple[Array, Array]], size: int) -> Array:
    """Where a convex function is least, from its gradient and Hessian, to machine precision."""
    w = np.zeros(size)
    for _ in range(_NEWTON_STEPS):
        gradient, hessian = slopes(w)
        step = np.linalg.solve(hessian, gradient)
        longest = np.abs(step).max()
        w -= step * min(1.0, 1.0 / longest)
        if longest < 1e-11:
            return w
    raise ArithmeticError(f"no minimum after {_NEWTON_STEPS} steps")


def rows(priors: Priors) -> list[tuple[object, ...]]:
    """The table's rows of one year and lag; six digits are more than the falls support and the same on any machine."""
    named = (("gain", FEATURES[:OF_FLOW], priors.gain), ("rise", (*FEATURES, "constant"), priors.rise),
             ("spread", SPREAD, priors.spread))  # fmt: skip
    return [
        (priors.last_year, priors.lag, model, term, f"{weight:.6g}", "baci")
        for model, terms, weights in named
        for term, weight in zip(terms, weights, strict=True)
    ]


def codes_of(store: Store) -> list[str]:
    """The trade codes falls are looked for in."""
    return [str(r[0]) for r in store.rows("SELECT DISTINCT hs FROM trade WHERE revision = 1992 ORDER BY hs")]


def build_priors(store: Store, folder: Path, progress: Callable[[str], None]) -> None:
    """Write the table `priors` from the trade table: a row for each last year, lag, model and term."""
    codes, last = codes_of(store), store.years("trade")[1]
    found: list[tuple[object, ...]] = []
    for lag in LAGS:
        falls = mine((trade_cubes(store, hs) for hs in codes), lag)
        progress(f"priors, lag {lag}: {len(falls.stray):,} importers in falls")
        for year in range(FIRST_YEAR, last + 1):
            found += rows(fit_priors(falls, year, lag))
    write_csv(folder, "priors", found)
