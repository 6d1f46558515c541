"""A balanced network -> how much of a buyer's supply passed through a country at any earlier stage.

Material is followed back from the buyer as an absorbing Markov chain. At every place (stage, country) what is there is
a mix of what came in and what was made there; what was made came from the stage before in the same country, or from a
mine, or from scrap. What leaves has the mix of what is there, so that re-exports carry the origin of their goods. With
T the shares of the ways back and every place of country X absorbing, the share that passed through X is

    h = (I - T)^-1 b,   b the share that comes from X in one step   (Kemeny and Snell 1960, Finite Markov Chains).

No way back leads to a later stage: the system is solved stage by stage, for the countries that sell there, in all draws
at once.

The mix is an assumption: customs see no batch of metal. The band comes from draws of every figure within its standard
deviation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import UsageError
from monazite.core.threads import one_for_products
from monazite.core.values import Band, Stage
from monazite.indicators.values import HiddenDependence, Route
from monazite.network.balance import Balance

__all__ = ["hidden_dependence", "largest_producer", "origins", "passes_through", "through_largest", "ways"]

Array = NDArray[np.float64]

_ROUTES = 10


def passes_through(found: Balance, through: str) -> Array:
    """Share of what is at each place that passed through a country, shape (stages, countries).

    The country's own places are 1; a place with nothing is 0.
    """
    return _passed(found, through, found.flow_t, found.production_t)


def origins(found: Balance) -> tuple[Array, Array]:
    """Where what is at each place was mined, (stages, countries, countries), and which share was made from scrap.

    The two add up to 1 wherever there is anything. What was made of an input that is on no record counts as mined where
    it was made.
    """
    per_t = _per_t(found.flow_t, found.production_t)
    mined, scrap = _starts(found)
    ends = np.concatenate([mined[..., None] * np.eye(len(found.countries)), scrap[..., None]], axis=2)
    traced = _traced(found, found.flow_t, found.production_t * per_t, per_t, ends)
    return traced[..., :-1], traced[..., -1]


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
    flows, production_t, passed = _sample(found, through, draws, seed)
    inside = np.array([c in members for c in found.countries], dtype=bool)
    shown = []
    for at, stage in enumerate(found.stages):
        bought = flows.bought(at, inside)
        imports = bought[0]
        if found.untraded[at] or not imports.sum() > 0:
            continue
        share, supply = _shares(found, at, bought, np.where(inside, production_t[:, at], 0.0), passed)
        order = np.argsort(-imports, kind="stable")[:_ROUTES]
        routes = [(found.countries[i], imports[i] / imports.sum(), passed[0, at, i]) for i in order if imports[i] > 0]
        shown.append(
            HiddenDependence(
                members=members,
                mineral=found.mineral,
                stage=stage,
                year=found.year,
                through=through,
                direct_share=float(imports[[c == through for c in found.countries]].sum() / imports.sum()),
                through_share=_band(share),
                supply_share=_band(supply) if found.production_t[at, inside].sum() > 0 else None,
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


def ways(found: Balance) -> tuple[Array, Array, Array]:
    """The chain of all places, (places, places) shares of the ways back, and the shares that end in mines and scrap."""
    k, n = found.production_t.shape
    per_t, country = _per_t(found.flow_t, found.production_t), np.arange(n)
    chain = np.zeros((k, n, k, n))
    for at, stage in enumerate(found.stages):
        chain[at, :, at, :] = found.flow_t[at].T * per_t[at][:, None]
        for start, fresh, _ in _inputs(found, stage):
            made = found.production_t[at] * per_t[at] * fresh
            chain[at, country, start, country] += np.where(per_t[start] > 0, made, 0.0)
    mined, scrap = _starts(found)
    return chain.reshape(k * n, k * n), mined.ravel(), scrap.ravel()


def _starts(found: Balance) -> tuple[Array, Array]:
    """The shares of what is at each place that begin there: mined, or made of nothing on record, and from scrap."""
    per_t = _per_t(found.flow_t, found.production_t)
    made = found.production_t * per_t
    mined, scrap = made.copy(), np.zeros_like(made)
    for at, stage in enumerate(found.stages):
        for start, fresh, scrapped in _inputs(found, stage):
            scrap[at] += made[at] * scrapped
            # Made of something, but of nothing that is on record in that country: it ends where it was made.
            mined[at] -= np.where(per_t[start] > 0, made[at] * fresh, 0.0)
    return np.maximum(mined - scrap, 0.0), scrap


def _inputs(found: Balance, stage: Stage) -> list[tuple[int, float, float]]:
    """What a stage is made of: where each input stands, and its part of the output, new and from scrap."""
    into = [s for s in found.steps if s.end is stage]
    return [(found.at(s.start), (1 - s.recycled_share) / len(into), s.recycled_share / len(into)) for s in into]


def _per_t(flow_t: Array, production_t: Array) -> Array:
    """One over what is at each place, (..., stages, countries); 0 for nothing."""
    there = flow_t.sum(axis=-2) + production_t
    per_t: Array = np.divide(1.0, there, out=np.zeros_like(there), where=there > 0)
    return per_t


def _traced(found: Balance, flow_t: Array, made: Array, per_t: Array, ends: Array) -> Array:
    """The x = T x + ends, (..., stages, countries, columns), of the chain over all places.

    `made` is the share of what is at each place that was made there; 0 there and in `per_t` ends all ways at a place.
    """
    traced = ends.copy()
    for at, stage in enumerate(found.stages):
        here = traced[..., at, :, :]
        for start, fresh, _ in _inputs(found, stage):
            here += made[..., at, :, None] * fresh * traced[..., start, :, :]
        sells = np.flatnonzero(found.flow_t[at].any(axis=1))
        came = np.swapaxes(flow_t[..., at, sells, :], -1, -2) * per_t[..., at, :, None]
        with one_for_products():
            here += came @ np.linalg.solve(np.eye(len(sells)) - came[..., sells, :], here[..., sells, :])
    return traced


def _passed(found: Balance, through: str, flow_t: Array, production_t: Array) -> Array:
    """`passes_through` for figures of the same shape or more of them, (..., stages, countries)."""
    outside = np.array([c != through for c in found.countries])
    per_t = _per_t(flow_t, production_t) * outside
    ends = np.broadcast_to(~outside[:, None], (*production_t.shape, 1)).astype(float)
    return _traced(found, flow_t, production_t * per_t, per_t, ends)[..., 0]


def _shares(found: Balance, at: int, imports: Array, made: Array, passed: Array) -> tuple[Array, Array]:
    """Of the imports and of all supply at a stage: the share that passed through, (draws,)."""
    home = sum((passed[:, start] * fresh for start, fresh, _ in _inputs(found, found.stages[at])), np.zeros_like(made))
    through, total = (imports * passed[:, at]).sum(axis=1), imports.sum(axis=1)
    return through / total, (through + (made * home).sum(axis=1)) / (total + made.sum(axis=1))


@dataclass(frozen=True, slots=True)
class _Flows:
    """The arcs that carry anything: stage, seller and buyer of each, and tonnes, (1 + draws, arcs)."""

    stage: NDArray[np.intp]
    seller: NDArray[np.intp]
    buyer: NDArray[np.intp]
    contained_t: Array
    countries: int

    def bought(self, stage: int, inside: NDArray[np.bool_]) -> Array:
        """What the countries inside bought from each of the others at a stage, (1 + draws, countries)."""
        arcs = (self.stage == stage) & inside[self.buyer] & ~inside[self.seller]
        found = np.zeros((self.countries, len(self.contained_t)))
        np.add.at(found, self.seller[arcs], self.contained_t[:, arcs].T)
        return found.T

    def between(self, some: NDArray[np.bool_], stages: int) -> Array:
        """As a square of some countries, (1 + draws, stages, countries, countries)."""
        place, arcs = np.cumsum(some) - 1, some[self.buyer]
        square: Array = np.zeros((len(self.contained_t), stages, place[-1] + 1, place[-1] + 1))
        square[:, self.stage[arcs], place[self.seller[arcs]], place[self.buyer[arcs]]] = self.contained_t[:, arcs]
        return square


@lru_cache(maxsize=2)  # several buyers ask about one country in one year
def _sample(found: Balance, through: str, draws: int, seed: int) -> tuple[_Flows, Array, Array]:
    """What there is, drawn: flows, production, (1 + draws, stages, countries), and how much of it passed through.

    Who neither sells nor makes anything is on nobody's way: without these there is less to solve.
    """
    flows, production_t = _drawn(found, draws, np.random.default_rng(seed))
    some: NDArray[np.bool_] = np.any((found.production_t > 0) | found.flow_t.any(axis=2), axis=0)
    passed = np.zeros_like(production_t)
    live = _between(found, some)
    passed[..., some] = _passed(live, through, flows.between(some, len(found.stages)), production_t[..., some])
    return flows, production_t, passed


def _drawn(found: Balance, draws: int, rng: np.random.Generator) -> tuple[_Flows, Array]:
    """Flows and production: the figures themselves, then draws of them."""
    figures = np.concatenate([found.flow_t.ravel(), found.production_t.ravel()])
    relative_sd = np.concatenate([found.flow_sd.ravel(), found.production_sd.ravel()])
    some = np.flatnonzero(figures > 0)
    width = np.sqrt(np.log1p(relative_sd[some] ** 2))
    drawn = np.empty((1 + draws, len(some)))
    drawn[0] = figures[some]
    drawn[1:] = figures[some] * np.exp(width * rng.standard_normal((draws, len(width))) - width**2 / 2)
    arcs = int(np.searchsorted(some, found.flow_t.size))
    production_t = np.zeros((1 + draws, found.production_t.size))
    production_t[:, some[arcs:] - found.flow_t.size] = drawn[:, arcs:]
    stage, seller, buyer = np.unravel_index(some[:arcs], found.flow_t.shape)
    flows = _Flows(stage, seller, buyer, drawn[:, :arcs], len(found.countries))
    return flows, production_t.reshape(-1, *found.production_t.shape)


def _between(found: Balance, some: NDArray[np.bool_]) -> Balance:
    """A balance between some countries only: a smaller system to solve."""
    return replace(
        found,
        countries=tuple(c for c, live in zip(found.countries, some, strict=True) if live),
        **{
            name: getattr(found, name)[:, some] for name in ("production_t", "use_t", "stock_change_t", "production_sd")
        },
        **{name: getattr(found, name)[:, some][:, :, some] for name in ("flow_t", "flow_sd")},
    )


def _band(drawn: Array) -> Band:
    mid = float(drawn[0])
    low, high = np.percentile(drawn[1:], [10, 90])
    return Band(min(float(low), mid), mid, max(float(high), mid))
