"""A balanced network -> how much of a buyer's supply passed through a country at any earlier stage.

Material is followed back from the buyer as an absorbing Markov chain. At every place (stage, country) what is there is
a mix of what came in and what was made there; what was made came from the stage before in the same country, or from a
mine, or from scrap. What leaves has the mix of what is there, so that re-exports carry the origin of their goods. With
T the shares of the ways back and every place of country X absorbing, the share that passed through X is

    h = (I - T)^-1 b,   b the share that comes from X in one step   (Kemeny and Snell 1960, Finite Markov Chains).

The mix is an assumption: customs see no batch of metal. The band comes from draws of every figure within its standard
deviation.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import splu

from monazite.core.errors import UsageError
from monazite.core.values import Band
from monazite.indicators.values import HiddenDependence, Route
from monazite.network.balance import Balance

__all__ = ["hidden_dependence", "largest_producer", "origins", "passes_through", "through_largest", "ways"]

Array = NDArray[np.float64]

_ROUTES = 10


def passes_through(found: Balance, through: str) -> Array:
    """Share of what is at each place that passed through a country, shape (stages, countries).

    The country's own places are 1; a place with nothing is 0.
    """
    chain, _, _ = ways(found)
    inside = np.tile([c == through for c in found.countries], len(found.stages)).astype(float)
    onward = sparse.diags_array(1 - inside) @ chain
    return _solved(onward, inside).reshape(found.production_t.shape)


def origins(found: Balance) -> tuple[Array, Array]:
    """Where what is at each place was mined, (stages, countries, countries), and which share was made from scrap.

    The two add up to 1 wherever there is anything. What was made of an input that is on no record counts as mined where
    it was made.
    """
    chain, mined, scrap = ways(found)
    k, n = found.production_t.shape
    ends = np.zeros((k * n, n + 1))
    ends[np.arange(k * n), np.tile(np.arange(n), k)] = mined
    ends[:, n] = scrap
    solved = _solved(chain, ends)
    return solved[:, :n].reshape(k, n, n), solved[:, n].reshape(k, n)


def hidden_dependence(
    found: Balance, members: tuple[str, ...], through: str, draws: int = 32, seed: int = 1
) -> tuple[HiddenDependence, ...]:
    """How much of the members' imports passed through a country, for every stage whose trade is on record.

    What members sell each other is inside. The band holds the 10th and 90th percentile of the draws. Pass the balanced
    figures or the published ones (`network.balance.prior`); where the two differ, the balance rests on what it moved.

    :raises UsageError: if the country is one of the members.
    """
    if through in members:
        raise UsageError("hidden dependence", f"{through} is one of the buyers", "name another country")
    found = _live(found)
    inside = np.array([c in members for c in found.countries], dtype=bool)
    passed = passes_through(found, through)
    rng = np.random.default_rng(seed)
    varied = [_drawn(found, rng) for _ in range(draws)]
    drawn = [(one, passes_through(one, through)) for one in varied]
    shown = []
    for at, stage in enumerate(found.stages):
        imports = np.where(inside, 0.0, found.flow_t[at][:, inside].sum(axis=1))
        if found.untraded[at] or not imports.sum() > 0:
            continue
        share, supply = _shares(found, passed, at, inside)
        spread = np.array([_shares(one, through_it, at, inside) for one, through_it in drawn])
        order = np.argsort(-imports, kind="stable")[:_ROUTES]
        routes = [(found.countries[i], imports[i] / imports.sum(), passed[at, i]) for i in order if imports[i] > 0]
        shown.append(
            HiddenDependence(
                members=members,
                mineral=found.mineral,
                stage=stage,
                year=found.year,
                through=through,
                direct_share=float(imports[[c == through for c in found.countries]].sum() / imports.sum()),
                through_share=_band(share, spread[:, 0]),
                supply_share=_band(supply, spread[:, 1]) if found.production_t[at, inside].sum() > 0 else None,
                imports_t=float(imports.sum()),
                routes=tuple(Route(name, float(part), float(way)) for name, part, way in routes),
                draws=draws,
                seed=seed,
                sources=found.sources,
            )
        )
    return tuple(shown)


def largest_producer(found: Balance) -> str | None:
    """The country with the largest part of the world's output, over all stages with any; None where there is none."""
    total = found.production_t.sum(axis=1, keepdims=True)
    parts = np.divide(found.production_t, total, out=np.zeros_like(found.production_t), where=total > 0).sum(axis=0)
    return found.countries[int(parts.argmax())] if parts.max(initial=0.0) > 0 else None


def through_largest(found: Balance, members: tuple[str, ...]) -> tuple[HiddenDependence, ...]:
    """Hidden dependence on the largest producer; nothing for the producer itself."""
    country = largest_producer(found)
    return () if country is None or country in members else hidden_dependence(found, members, country)


def ways(found: Balance) -> tuple[sparse.csr_array, Array, Array]:
    """The chain of all places, (places, places) shares of the ways back, and the shares that end in mines and scrap."""
    k, n = found.production_t.shape
    there = found.flow_t.sum(axis=1) + found.production_t
    part = np.divide(1.0, there, out=np.zeros_like(there), where=there > 0)
    made = found.production_t * part
    stage, seller, buyer = np.nonzero(found.flow_t)
    cells = [(stage * n + buyer, stage * n + seller, found.flow_t[stage, seller, buyer] * part[stage, buyer])]
    mined, scrap = made.copy(), np.zeros_like(made)
    for at, into in enumerate([s for s in found.steps if s.end is stage] for stage in found.stages):
        for step in into:
            start = found.at(step.start)
            new = made[at] * (1 - step.recycled_share) / len(into)
            scrap[at] += made[at] * step.recycled_share / len(into)
            # Made of something, but of nothing that is on record in that country: it ends where it was made.
            new = np.where(there[start] > 0, new, 0.0)
            mined[at] -= new
            cells.append((at * n + np.arange(n), start * n + np.arange(n), new))
    mined -= scrap
    row, column, value = (np.concatenate(c) for c in zip(*cells, strict=True))
    chain = sparse.coo_array((value, (row, column)), shape=(k * n, k * n)).tocsr()
    return chain, np.maximum(mined, 0.0).ravel(), scrap.ravel()


def _solved(chain: sparse.csr_array, ends: Array) -> Array:
    """x = chain x + ends."""
    found: Array = splu(sparse.csc_array(sparse.eye_array(len(ends)) - chain)).solve(ends)
    return found


def _shares(found: Balance, passed: Array, at: int, inside: NDArray[np.bool_]) -> tuple[float, float]:
    """Of the imports and of all supply at a stage: the share that passed through."""
    imports = np.where(inside, 0.0, found.flow_t[at][:, inside].sum(axis=1))
    made = np.where(inside, found.production_t[at], 0.0)
    home = np.zeros_like(made)
    into = [s for s in found.steps if s.end is found.stages[at]]
    for step in into:
        home += passed[found.at(step.start)] * (1 - step.recycled_share) / len(into)
    through, total = float(imports @ passed[at]), float(imports.sum())
    supply = total + made.sum()
    return through / total if total > 0 else 0.0, float((through + made @ home) / supply) if supply > 0 else 0.0


def _drawn(found: Balance, rng: np.random.Generator) -> Balance:
    def varied(figures: Array, relative_sd: Array) -> Array:
        some = figures > 0
        width = np.sqrt(np.log1p(relative_sd[some] ** 2))
        drawn = np.zeros_like(figures)
        drawn[some] = figures[some] * np.exp(width * rng.standard_normal(len(width)) - width**2 / 2)
        return drawn

    return replace(
        found,
        flow_t=varied(found.flow_t, found.flow_sd),
        production_t=varied(found.production_t, found.production_sd),
    )


def _live(found: Balance) -> Balance:
    """The part of a balance where there is anything: a smaller system to solve."""
    some = (found.production_t + found.flow_t.sum(axis=1) + found.flow_t.sum(axis=2)).sum(axis=0) > 0
    return replace(
        found,
        countries=tuple(c for c, live in zip(found.countries, some, strict=True) if live),
        **{
            name: getattr(found, name)[:, some] for name in ("production_t", "use_t", "stock_change_t", "production_sd")
        },
        **{name: getattr(found, name)[:, some][:, :, some] for name in ("flow_t", "flow_sd")},
    )


def _band(mid: float, drawn: Array) -> Band:
    low, high = np.percentile(drawn, [10, 90])
    return Band(float(min(low, mid)), mid, float(max(high, mid)))
