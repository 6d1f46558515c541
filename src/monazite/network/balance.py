"""A supply network -> its balance in one year: production + imports = use + exports + stock change, at every stage.

Published production and trade never agree. They are reconciled by the least-squares adjustment of Stone, Champernowne
and Meade (1942, The Precision of National Income Estimates, Review of Economic Studies 9), with bounds, in the form of
Byron (1978): each figure x0 has a standard deviation s, and the balance is the x that

    minimises sum ((x - x0) / s)^2   subject to   P + M - X - U - R - K = 0 for every country and stage,

with x >= 0 but for the stock change K. U is what the next stage takes: U_s = sum over next stages of P (1 - r) / y, y
the yield and r the share made from scrap. R is final use at the stage, K the change of stocks and whatever trade is not
on record. Clarabel, an interior-point solver, does the work.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import clarabel
import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import NotConverged
from monazite.core.values import Stage
from monazite.network.supply import ESTIMATED, Flows, Made, Step, SupplyNetwork, flows, stages_traded

__all__ = ["Balance", "Moved", "balance", "prior"]

Array = NDArray[np.float64]
Cells = tuple[NDArray[np.intp], NDArray[np.intp], Array]

MEASURED, INFERRED, STOCKS = 0.1, 1.0, 0.2
"""Relative standard deviations (assumptions): a reported figure, one inferred from the chain, and the stock change
relative to what passes through."""
_COUNTS_ALL = "wmd"  # World Mining Data lists every producer
_STEPS = (0.99, 0.9, 0.8)  # of the solver on its way to the bounds: cells 1e10 apart in size can stall long ones
_LARGEST_T = 1e12  # contained tonnes a year: a hundred times all that is mined
_DUST = 1e-9  # of the world's amount, ten times the solver's tolerance
_SMALL = 1e-4  # arcs below this share of their stage's trade stay as they are
_SHOWN = 0.01  # a cell that moved by less than this share of itself is not reported


@dataclass(frozen=True, slots=True, eq=False)
class _ByColumn:
    """A sparse matrix by columns, with the names under which the solver reads one; SciPy has the same, slow to load."""

    shape: tuple[int, int]
    indptr: NDArray[np.intp]
    indices: NDArray[np.intp]
    data: Array
    has_canonical_format: bool = True


@dataclass(frozen=True, slots=True)
class Moved:
    """One cell the balance moved: what it is, where, contained tonnes before and after."""

    kind: str
    stage: Stage
    country: str
    partner: str
    before_t: float
    after_t: float


@dataclass(frozen=True, slots=True, eq=False)
class Balance:
    """One mineral's year in contained tonnes. Arrays are (stages, countries); `flow_t` is (stages, sellers, buyers).

    `inferred` marks stages whose production nobody publishes for the year, `untraded` those without a trade code.
    `production_sd` and `flow_sd` are the relative standard deviations the figures were given; `residual_t` is the
    largest imbalance the solver left, which the stock change takes up.
    """

    mineral: str
    year: int
    stages: tuple[Stage, ...]
    countries: tuple[str, ...]
    production_t: Array
    flow_t: Array
    use_t: Array
    stock_change_t: Array
    steps: tuple[Step, ...]
    inferred: tuple[bool, ...]
    untraded: tuple[bool, ...]
    production_sd: Array
    flow_sd: Array
    moved: tuple[Moved, ...]
    residual_t: float
    sources: tuple[str, ...]

    def at(self, stage: Stage) -> int:
        """Where a stage stands in the arrays."""
        return self.stages.index(stage)


def prior(network: SupplyNetwork, year: int) -> Balance:
    """The figures as published, before any adjustment, with what nobody publishes inferred from the chain.

    *Production*: what a country has of a stage and does not sell goes on to the next stage, at the yield; a country
    that sells more than that makes what it sells. *Trade* of a stage without a code of its own (rare-earth ore): each
    country uses its own output first, and the surplus of some goes to the rest in proportion.

    :raises NoDataError: if the year is outside the tables.
    """
    made = {m.stage: m for m in network.made if m.year == year}
    contained = {s: _contained(flows(network, s, year)) for s in stages_traded(network)}
    stages = tuple(s for s in Stage if s in made or contained.get(s))
    n = len(network.countries)
    production, spread = np.zeros((2, len(stages), n))
    flow, flow_sd = np.zeros((2, len(stages), n, n))
    steps = tuple(s for s in network.steps if s.start in stages and s.end in stages)
    for k, stage in enumerate(stages):
        if found := contained.get(stage):
            flow[k], flow_sd[k] = found
        has = np.maximum(production + flow.sum(axis=1) - flow.sum(axis=2), 0.0)
        fed = np.zeros(n)
        for s in _into(steps, stage):
            fed += has[stages.index(s.start)] * s.onward_share * s.output.mid / (1 - s.recycled_share)
        production[k], spread[k] = _produced(made.get(stage), fed, flow[k])
    left = production + flow.sum(axis=1) - flow.sum(axis=2) - _taken(production, stages, steps)
    for k, stage in enumerate(stages):
        if not contained.get(stage) and any(s.start is stage for s in steps):
            flow[k], flow_sd[k] = _spread(left[k]), INFERRED
            left[k] += flow[k].sum(axis=0) - flow[k].sum(axis=1)
    published = {m.source for m in made.values()} | {part for s in steps for part in s.source.split("|")}
    published |= {c.content_source for c in network.codes if contained.get(c.stage) and c.content_source}
    return Balance(
        mineral=network.mineral,
        year=year,
        stages=stages,
        countries=network.countries,
        production_t=production,
        flow_t=flow,
        use_t=np.maximum(left, 0.0),
        stock_change_t=np.minimum(left, 0.0),
        steps=steps,
        inferred=tuple(s not in made for s in stages),
        untraded=tuple(not contained.get(s) for s in stages),
        production_sd=spread,
        flow_sd=flow_sd,
        moved=(),
        residual_t=0.0,
        sources=tuple(sorted(published | set(network.trade_sources))),
    )


@lru_cache(maxsize=8)  # several indicators of one mineral ask for the same years
def balance(network: SupplyNetwork, year: int) -> Balance:
    """The reconciled figures of a year, with every cell that moved.

    With bounds that allow any production there nearly always is a balance; figures of another order of magnitude than
    all others are what can keep the solver from it.

    :raises NotConverged: if no balance lies within the bounds; it names the places that keep it from closing.
    """
    _check_size(network, year)
    before = prior(network, year)
    if not before.stages:
        return before
    k, n = before.production_t.shape
    some = before.flow_t > _SMALL * before.flow_t.sum(axis=(1, 2), keepdims=True)
    arcs = np.argwhere(some & ~np.eye(n, dtype=bool))
    through = before.production_t + before.flow_t.sum(axis=1)
    x0 = np.concatenate(
        [before.flow_t[tuple(arcs.T)], before.production_t.ravel(), before.use_t.ravel(), np.zeros(k * n)]
    )
    leaving = before.flow_t.sum(axis=2) + _taken(before.production_t, before.stages, before.steps)
    scale = np.maximum(np.maximum(through, leaving).ravel(), 1e-9)
    spread = np.concatenate(
        [
            before.flow_sd[tuple(arcs.T)] * before.flow_t[tuple(arcs.T)],
            before.production_sd.ravel() * np.maximum(before.production_t.ravel(), 0.01 * scale),
            np.maximum(before.use_t.ravel(), 0.1 * scale),
            STOCKS * scale,
        ]
    )
    live = scale > 1e-9
    row, column, value = _cells(arcs, before, k, n)
    fixed = before.flow_t.copy()
    fixed[tuple(arcs.T)] = 0.0
    gap = np.bincount(row, value * x0[column], minlength=k * n) + (fixed.sum(axis=1) - fixed.sum(axis=2)).ravel()
    gap, weight = gap[live], scale[live]
    lowest = np.concatenate([np.zeros(len(x0) - k * n), -scale])
    kept = live[row]
    cells = (np.cumsum(live)[row[kept]] - 1, column[kept], value[kept] * (1 / scale[row[kept]]))
    moves = _adjust(cells, gap / weight, spread, lowest - x0)
    if moves is None:
        worst = np.flatnonzero(live)[np.argsort(-np.abs(gap / weight))[:5]]
        places = (f"{before.countries[i % n]} ({before.stages[i // n]})" for i in worst)
        raise _unbalanced(network.mineral, year, "furthest off", places)
    return _after(before, arcs, x0 + moves)


def _check_size(network: SupplyNetwork, year: int) -> None:
    """Refuse figures that no year of any mineral can have."""
    at, names = network.year_position(year), network.countries
    huge = [
        f"{names[i]} makes {made.contained_t[i]:.0e} t ({made.stage})"
        for made in network.made
        if made.year == year
        for i in np.flatnonzero(made.contained_t > _LARGEST_T)
    ]
    arcs = np.flatnonzero((network.year == at) & ~(network.gross_t <= _LARGEST_T))
    huge += [
        f"{names[network.exporter[i]]} sells {network.gross_t[i]:.0e} t to {names[network.importer[i]]} "
        f"({network.codes[network.code[i]].stage})"
        for i in arcs
    ]
    if huge:
        raise _unbalanced(network.mineral, year, f"above {_LARGEST_T:.0e} t", huge[:5])


def _unbalanced(mineral: str, year: int, what: str, places: Iterable[str]) -> NotConverged:
    bounds = "no balance with flows, production and use of 0 or more and stocks that give no more than passes through"
    mend = "look at production and trade of these places: monazite data coverage"
    return NotConverged(f"balance of {mineral}, {year}", f"{bounds}; {what}: {', '.join(places)}", mend)


def _after(before: Balance, arcs: NDArray[np.intp], x: Array) -> Balance:
    """The balance from what the solver found; the stock change closes it exactly."""
    k, n = before.production_t.shape
    flow = before.flow_t.copy()
    flow[tuple(arcs.T)] = np.maximum(x[: len(arcs)], 0.0)
    production, use, stock = (part.reshape(k, n) for part in np.split(x[len(arcs) :], 3))
    # what the solver leaves of nothing is nothing: somebody could go short of it
    dust = _DUST * np.maximum(production, use).sum(axis=1, keepdims=True)
    production, use = (np.where(x > dust, x, 0.0) for x in (production, use))
    taken = _taken(production, before.stages, before.steps)
    closing = production + flow.sum(axis=1) - flow.sum(axis=2) - taken - use
    moved = [
        *_moved("flow", before, before.flow_t, flow),
        *_moved("production", before, before.production_t, production),
    ]
    return replace(
        before,
        production_t=production,
        flow_t=flow,
        use_t=use,
        stock_change_t=closing,
        moved=tuple(sorted(moved, key=lambda m: -abs(m.after_t - m.before_t))),
        residual_t=float(np.abs(closing - stock).max(initial=0.0)),
    )


def _moved(kind: str, before: Balance, old: Array, new: Array) -> list[Moved]:
    total = old.reshape(len(old), -1).sum(axis=1)
    floor = np.maximum(_SHOWN * old, 1e-6 * total.reshape(-1, *[1] * (old.ndim - 1)))
    names = before.countries
    return [
        Moved(
            kind,
            before.stages[at[0]],
            names[at[1]],
            names[at[2]] if len(at) > 2 else "",
            float(old[tuple(at)]),
            float(new[tuple(at)]),
        )
        for at in np.argwhere(np.abs(new - old) > floor)
    ]


def _cells(arcs: NDArray[np.intp], before: Balance, k: int, n: int) -> Cells:
    """The balance of each (stage, country) over flows, production, use and stock change, by column."""
    m, cells = len(arcs), k * n
    at = np.arange(cells)
    stage, seller, buyer = arcs.T
    parts: list[Cells] = [
        (stage * n + buyer, np.arange(m), np.ones(m)),
        (stage * n + seller, np.arange(m), -np.ones(m)),
        (at, m + at, np.ones(cells)),
        (at, m + cells + at, -np.ones(cells)),
        (at, m + 2 * cells + at, -np.ones(cells)),
    ]
    for step in before.steps:
        start, end = before.at(step.start) * n, before.at(step.end) * n
        taken = -_inputs_per_output(step, before.steps)
        parts.append((start + np.arange(n), m + end + np.arange(n), np.full(n, taken)))
    row, column, value = (np.concatenate(p) for p in zip(*parts, strict=True))
    order = np.lexsort((row, column))
    return row[order], column[order], value[order]


def _adjust(cells: Cells, gap: Array, spread: Array, lowest: Array) -> Array | None:
    """The x of least sum (x / spread)^2 with rows x = -gap and x >= lowest; None if there is none.

    `cells` are those of the rows, by column: row, column, value.
    """
    row, column, value = cells
    size, at = len(spread), np.arange(len(spread))
    end = np.searchsorted(column, at, side="right")  # of each column, where its bound is put in
    constraints = _ByColumn(
        (len(gap) + size, size),
        np.append(0, end + at + 1),
        np.insert(row, end, len(gap) + at),
        np.insert(value * spread[column], end, -1.0),
    )
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_feas = settings.tol_gap_abs = settings.tol_gap_rel = 1e-10
    cones = [clarabel.ZeroConeT(len(gap)), clarabel.NonnegativeConeT(size)]
    cost = _ByColumn((size, size), np.arange(size + 1), at, np.ones(size))
    limits = np.concatenate([-gap, -lowest / spread])
    for step in _STEPS:
        settings.max_step_fraction = step
        found = clarabel.DefaultSolver(cost, np.zeros(size), constraints, limits, cones, settings).solve()
        if found.status in (clarabel.SolverStatus.Solved, clarabel.SolverStatus.AlmostSolved):
            moves: Array = np.asarray(found.x) * spread
            return moves
    return None


def _contained(matrix: Flows) -> tuple[Array, Array] | None:
    """Contained tonnes of a stage's trade and their relative standard deviation; None if a content is not known."""
    if any(c.content is None for c in matrix.codes) or not matrix.gross_t.sum() > 0:
        return None
    return matrix.contained_t, np.hypot(MEASURED, matrix.uncertainty)


def _produced(made: Made | None, fed: Array, flow: Array) -> tuple[Array, Array]:
    """Production of a stage by country and its relative standard deviation."""
    sold = flow.sum(axis=1) - flow.sum(axis=0)
    inferred = np.maximum(fed, sold)
    if made is None:
        return inferred, np.full(len(fed), INFERRED)
    by_share = np.isfinite(made.share).any()
    told = made.share * inferred.sum() if by_share else made.contained_t
    listed = np.isfinite(told)
    # A publisher of the leading countries only leaves the others out: those that sell make at least what they sell.
    production = np.where(listed, told, 0.0 if made.source == _COUNTS_ALL else np.maximum(sold, 0.0))
    return production, np.where(listed, ESTIMATED if by_share else MEASURED, INFERRED)


def _spread(left: Array) -> Array:
    """Surplus to want, in proportion, (sellers, buyers): as much as the smaller of the two sums."""
    surplus, want = np.maximum(left, 0.0), np.maximum(-left, 0.0)
    spread: Array = np.outer(surplus, want) / max(surplus.sum(), want.sum(), 1e-12)
    return spread


def _into(steps: Sequence[Step], stage: Stage) -> list[Step]:
    return [s for s in steps if s.end is stage]


def _inputs_per_output(step: Step, steps: Sequence[Step]) -> float:
    """Contained tonnes of this input per tonne made: its part of the new material, over the yield."""
    return (1 - step.recycled_share) / step.output.mid / len(_into(steps, step.end))


def _taken(production: Array, stages: tuple[Stage, ...], steps: Sequence[Step]) -> Array:
    taken = np.zeros_like(production)
    for step in steps:
        taken[stages.index(step.start)] += production[stages.index(step.end)] * _inputs_per_output(step, steps)
    return taken
