"""Balances and sea ways -> the weekly chain of one or several minerals, with what its goods and arcs are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import NoDataError
from monazite.core.gazetteer import REST
from monazite.core.values import Columns, Stage
from monazite.network.balance import Balance
from monazite.reference.values import Ways
from monazite.simulation.weekly.values import Chain

__all__ = ["LAND_DAYS", "REST", "Good", "Setting", "setting_of"]

Array = NDArray[np.float64]

WEEKS = 52
LAND_DAYS = 7.0
"""How long goods are under way between countries without a sea lane (assumption)."""


_LARGEST = 80
_DUST = 1e-6  # arcs below this share of their good's supply count as unrecorded


@dataclass(frozen=True, slots=True)
class Good:
    """A mineral at a stage."""

    mineral: str
    stage: Stage

    def __str__(self) -> str:
        return f"{self.mineral}, {self.stage}"


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """A chain, its `goods`, the year of its figures by mineral, and what closed passages do to its arcs.

    By passages closed together, (arcs,): `more_weeks` the goods that still have a way are longer under way, and the
    `shut_share` that has none.
    """

    chain: Chain
    goods: tuple[Good, ...]
    years: Mapping[str, int]
    more_weeks: Mapping[tuple[str, ...], Array]
    shut_share: Mapping[tuple[str, ...], Array]
    sources: tuple[str, ...]

    def places(self, mineral: str, stages: Collection[Stage]) -> NDArray[np.bool_]:
        """Which goods are of a mineral at some stages, (goods,)."""
        return np.array([g.mineral == mineral and g.stage in stages for g in self.goods])


def setting_of(
    balances: Sequence[Balance], ways: Ways, hosts: Columns | None = None, apart: Collection[str] = ()
) -> Setting:
    """The chain of some minerals' balances, a 52nd of their year each week.

    The largest countries and those of `apart` stand for themselves, all others for `ROW`, whose trade within itself is
    none. A balance has changes of stock and trade on no record; a steady chain can have none, so they go on each week
    as what comes from, or goes to, where nobody knows. `hosts` couples by-products to what they are won with, where
    both are in the chain.

    :raises NoDataError: if the balances hold no stage.
    """
    goods = tuple(Good(b.mineral, s) for b in balances for s in b.stages)
    if not goods:
        raise NoDataError("weekly chain", "no stage of it has production or trade on record", "name another mineral")
    countries = balances[0].countries
    production, use = (np.concatenate([getattr(b, n) for b in balances]) / WEEKS for n in ("production_t", "use_t"))
    flow = np.concatenate([b.flow_t for b in balances]) / WEEKS
    group, labels = _grouped(countries, production + flow.sum(axis=1) + flow.sum(axis=2), set(apart))
    n = len(labels)
    production, use = _summed(production, group, n), _summed(use, group, n)
    days = np.where(np.isfinite(ways.days), ways.days, LAND_DAYS)
    small = _between(flow, group, n)
    good, seller, buyer = np.nonzero(small > _DUST * (production + small.sum(axis=1)).sum(axis=1)[:, None, None])
    arcs = good, seller, buyer

    def mean(x: Array, of: Array = flow) -> Array:
        total = _between(of, group, n)[arcs]
        there: Array = _between(of * x, group, n)[arcs] / np.where(total > 0, total, 1.0)
        return there

    more, shut = {}, {}
    for closed, later in ways.more_days.items():
        gone = np.isinf(later)
        more[closed] = mean(np.where(gone, 0.0, later), np.where(gone, 0.0, flow)) / 7
        shut[closed] = mean(gone.astype(float))
    starts, ends, inputs = _steps(balances, goods)
    taken = np.zeros_like(production)
    np.add.at(taken, starts, inputs[:, None] * production[ends])
    kept = np.zeros_like(small)
    kept[arcs] = small[arcs]
    by_product, host, share = _coupled(goods, hosts)
    chain = Chain(
        goods=tuple(map(str, goods)),
        countries=labels,
        production_t=production,
        use_t=use,
        unrecorded_t=-(production + kept.sum(axis=1) - kept.sum(axis=2) - taken - use),
        good=good,
        seller=seller,
        buyer=buyer,
        flow_t=small[arcs],
        lag_weeks=np.maximum(np.rint(mean(days) / 7), 1).astype(np.int64),
        step_start=starts,
        step_end=ends,
        step_input_t=inputs,
        recycled_share=_recycled(balances, goods),
        by_product=by_product,
        host=host,
        host_share=share,
    )
    sources = {s for b in balances for s in b.sources} | set(ways.sources)
    return Setting(chain, goods, {b.mineral: b.year for b in balances}, more, shut, tuple(sorted(sources)))


def _grouped(countries: tuple[str, ...], handled: Array, apart: set[str]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """In which group each country is, and the groups' labels; those that handle nothing are in the last."""
    total = handled.sum(axis=1, keepdims=True)
    size = (handled / np.where(total > 0, total, 1.0)).max(axis=0)
    large = set(np.argsort(-size, kind="stable")[:_LARGEST].tolist())
    keep = [i for i, c in enumerate(countries) if size[i] > 0 and (i in large or c in apart)]
    group = np.full(len(countries), len(keep))
    group[keep] = np.arange(len(keep))
    return group, (*(countries[i] for i in keep), REST)


def _summed(x: Array, group: NDArray[np.int64], n: int) -> Array:
    by_group: Array = x @ (group[:, None] == np.arange(n))
    return by_group


def _between(x: Array, group: NDArray[np.int64], n: int) -> Array:
    """Flows (goods, sellers, buyers) between groups, none within one."""
    cell = group[:, None] * n + group
    out: Array = np.array([np.bincount(cell.ravel(), one.ravel(), n * n) for one in x]).reshape(len(x), n, n)
    return out * (1 - np.eye(n))


def _steps(balances: Sequence[Balance], goods: tuple[Good, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
    """From which good to which, and the tonnes taken per tonne made: each step's part of the new material."""
    rows = [(b.mineral, s, sum(o.end is s.end for o in b.steps)) for b in balances for s in b.steps]
    start = [goods.index(Good(m, s.start)) for m, s, _ in rows]
    end = [goods.index(Good(m, s.end)) for m, s, _ in rows]
    inputs = [(1 - s.recycled_share) / s.output.mid / several for _, s, several in rows]
    return np.array(start, dtype=np.int64), np.array(end, dtype=np.int64), np.array(inputs)


def _recycled(balances: Sequence[Balance], goods: tuple[Good, ...]) -> Array:
    share = np.zeros(len(goods))
    for b in balances:
        for s in b.steps:
            share[goods.index(Good(b.mineral, s.end))] = s.recycled_share
    return share


def _coupled(goods: tuple[Good, ...], hosts: Columns | None) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
    found = []
    if hosts is not None:
        rows = zip(*(hosts[k] for k in ("mineral", "stage", "host", "host_stage", "share")), strict=True)
        for mineral, stage, host, host_stage, share in rows:
            ends = Good(str(mineral), Stage(str(stage))), Good(str(host), Stage(str(host_stage)))
            if all(end in goods for end in ends):
                found.append((goods.index(ends[0]), goods.index(ends[1]), float(share)))
    product, host_at, part = zip(*found, strict=True) if found else ((), (), ())
    return np.array(product, dtype=np.int64), np.array(host_at, dtype=np.int64), np.array(part, dtype=float)
