"""Market and draws -> the arrays that are solved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import ScenarioError
from monazite.simulation.market.links import Flows, linked, new_links
from monazite.simulation.market.values import AXES, Array, Draws, Market, Mask

__all__ = ["State", "banned", "cap_log", "check_draws", "price_paid", "state_of", "tax_log"]

Places = NDArray[np.int64]

# A quota below this part of the base flow is a ban: its shadow price would be beyond all measure.
_NOTHING = 1e-9

# Draws whose flows are multiplied out at once, so that they stay in the processor's cache.
_AT_ONCE = 8


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """A market by draw, without the rows and columns that never trade.

    `sellers`, `buyers`: their places in the market. `sigma`, `eta` (draws, 1); `epsilon`, `cap_log` (draws, 1 or
    exporters). `base`: flows before. `flow`: what of them is wanted at the sellers' old prices, 0 where banned or at an
    arc; `worth`: the same at what buyers pay; `spent` (draws, importers): on all before. `sold` (draws, exporters):
    whether something was before. `offered` (draws, exporters): supply at old prices; `offers`: whether there is
    something to sell and someone to sell to; `sells`: whether some of it is at no arc.

    Arcs are the quotas and exact flows of all draws, one after the other: `arc` are their draws, exporters and
    importers, `arc_flow` the flow before, `arc_worth` its worth over what its buyer spent, `arc_tax_log` the tariff,
    `arc_limit` the limit, `arc_exact` whether it is exact. `index`: importers with arcs in any draw; `arc_index`:
    which of them an arc has; `tied` (draws, these importers): whether there is an arc.
    """

    sellers: Places
    buyers: Places
    sigma: Array
    eta: Array
    epsilon: Array
    cap_log: Array
    base: Flows
    flow: Flows
    worth: Flows
    spent: Array
    sold: Mask
    offered: Array
    offers: Mask
    sells: Mask
    arc: tuple[Places, Places, Places]
    arc_flow: Array
    arc_worth: Array
    arc_tax_log: Array
    arc_limit: Array
    arc_exact: Mask
    index: Places
    arc_index: Places
    tied: Mask

    def by_seller(self, arcs: Array) -> Array:
        """Sums over arcs, (draws, exporters)."""
        return _added(arcs, self.arc[0], self.arc[1], self.offered.shape)

    def by_buyer(self, arcs: Array) -> Array:
        """Sums over arcs, (draws, importers)."""
        return _added(arcs, self.arc[0], self.arc[2], self.spent.shape)

    def whole(
        self, flows: Flows, shape: tuple[int, int], push: Array | None = None, pull: Array | None = None
    ) -> Array:
        """Flows in the whole market of a shape, times what is given by draw and exporter, and by draw and importer."""
        count = len(self.offered)
        parts = [np.zeros((*x.shape[:-2], *shape)) for x in flows.parts]
        for part, x in zip(parts, flows.parts, strict=True):
            part[..., self.sellers[:, None], self.buyers] = x
        sides = [np.ones((count, size)) for size in shape]
        for side, given, places in zip(sides, (push, pull), (self.sellers, self.buyers), strict=True):
            if given is not None:
                side[:, places] = given
        weighs = [np.ones((count, shape[1])) for _ in parts]
        for weigh, x in zip(weighs, flows.weighs, strict=True):
            weigh[:, self.buyers] = x
        found, there = np.empty((count, *shape)), Flows(tuple(parts), tuple(w * sides[1] for w in weighs))
        for start in range(0, count, _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            np.multiply(there.rows(some).whole(), sides[0][some, :, None], out=found[some])
        return found

    def rows(self, rows: Mask) -> State:
        """The market of some draws."""
        arcs, number = rows[self.arc[0]], np.cumsum(rows) - 1
        draw, seller, buyer = (x[arcs] for x in self.arc)
        by_draw = {name: getattr(self, name)[rows] for name in _BY_DRAW}
        by_arc = {name: getattr(self, name)[arcs] for name in _BY_ARC}
        flows = {name: getattr(self, name).rows(rows) for name in ("base", "flow", "worth")}
        return replace(self, **by_draw, **by_arc, **flows, arc=(number[draw], seller, buyer))


_BY_DRAW = ("sigma", "eta", "epsilon", "cap_log", "spent", "sold", "offered", "offers", "sells", "tied")
_BY_ARC = ("arc_flow", "arc_worth", "arc_tax_log", "arc_limit", "arc_exact", "arc_index")


def check_draws(market: Market, draws: Draws) -> None:
    """Refuse a market and draws that are not about the same draws and exporters.

    :raises ScenarioError: naming what does not fit.
    """
    count, exporters = len(draws.sigma), market.base_t.shape[-2]
    by_draw = {n: x for n, axes in AXES.items() if (x := getattr(market, n)) is not None and x.ndim > axes}
    wrong = [f"{n} of {len(x)} draws" for n, x in by_draw.items() if len(x) != count]
    by_exporter = {"epsilon": draws.epsilon, "spare": draws.spare}
    wrong += [
        f"{n} of {x.shape[1:]} exporters" for n, x in by_exporter.items() if x.shape[1:] not in ((), (exporters,))
    ]
    if wrong:
        what = f"{', '.join(wrong)} beside {count} draws of {exporters} exporters"
        raise ScenarioError("market", what, "give all of them by the same draws and exporters")


def state_of(market: Market, draws: Draws) -> State:
    """The market in the form that is solved.

    :raises ScenarioError: if an exact flow has no link, or exact flows are more than their exporter can supply.
    """
    near = None
    if market.distance_km is not None and draws.distance is not None:
        near = np.where(market.distance_km > 0, market.distance_km, 1.0) ** -draws.distance[:, None, None]
    spread = new_links(market.base_t, near)
    market, spread, sellers, buyers = _compact(market, spread)
    base = linked(market.base_t, spread, draws.latent)
    ones = np.ones((len(draws.latent), 1))
    wide, tall = (np.broadcast_to(ones, (len(ones), len(x))) for x in (sellers, buyers))
    offered = base.sold(tall) * (1.0 if market.supply_factor is None else market.supply_factor)
    limited, stops = market.stated & np.isfinite(market.stated_t), banned(market)
    if market.exact is not None:
        most = offered * (1 + _column(draws.spare, sellers))
        _check_exact(np.where(market.exact & ~stops, market.stated_t, 0.0), base.whole(), most)
    free = ~limited
    flow = base.times(free[0] if free.ndim == 3 and (free == free[0]).all() else free)
    i, j = np.nonzero(limited.any(axis=tuple(range(limited.ndim - 2))))
    there = base.at(i, j)
    draw, which = np.nonzero(limited[..., i, j] & ~stops[..., i, j] & (offered[:, i] > 0) & (there > 0))
    arc, arc_flow = (draw, i[which], j[which]), there[draw, which]

    def at_arcs(x: NDArray[Any] | None, default: float) -> NDArray[Any]:
        if x is None:
            return np.full(len(draw), default)
        return np.broadcast_to(x, (len(ones), *limited.shape[-2:]))[arc]

    sells: Mask = (flow.sold(tall) > 0) & (offered > 0)
    offers = sells.copy()
    offers[arc[0], arc[1]] = True
    # Without tariffs and prices what is wanted and what it is worth are the same, which is half the work.
    tax, paid = tax_log(market), price_paid(market)
    wanted = flow if tax is None else flow.times(np.exp(-draws.sigma[:, None, None] * tax))
    worth = wanted if tax is None else wanted.times(np.exp(tax))
    worth = worth if paid is None else worth.times(paid)
    spent = (base if paid is None else base.times(paid)).bought(wide)
    index, arc_index = np.unique(arc[2], return_inverse=True)
    tied = np.zeros((len(ones), len(index)), dtype=bool)
    tied[arc[0], arc_index] = True
    return State(
        sellers=sellers,
        buyers=buyers,
        sigma=draws.sigma[:, None],
        eta=draws.eta[:, None],
        epsilon=_column(draws.epsilon, sellers),
        cap_log=_column(cap_log(draws), sellers),
        base=base,
        flow=wanted,
        worth=worth,
        spent=spent,
        sold=base.sold(tall) > 0,
        offered=offered,
        offers=offers,
        sells=sells,
        arc=arc,
        arc_flow=arc_flow,
        arc_worth=arc_flow * at_arcs(paid, 1.0) / spent[arc[0], arc[2]],
        arc_tax_log=at_arcs(tax, 0.0),
        arc_limit=at_arcs(market.stated_t, 0.0),
        arc_exact=at_arcs(market.exact, 0.0).astype(bool),
        index=index,
        arc_index=arc_index,
        tied=tied,
    )


def banned(market: Market) -> Mask:
    """Whether a flow is stated to stop."""
    stops: Mask = market.stated & (market.stated_t <= _NOTHING * market.base_t)
    return stops


def cap_log(draws: Draws) -> Array:
    """How far supply can rise, natural log, by draw (and exporter); without a limit, beyond all that matters."""
    rise: Array = np.minimum(np.log1p(draws.spare), 1e100)
    return rise


def tax_log(market: Market) -> Array | None:
    """How much tariffs raise what buyers pay, natural log; None without tariffs."""
    if market.tariff is None and market.tariff_before is None:
        return None
    after, before = (0.0 if x is None else x for x in (market.tariff, market.tariff_before))
    change: Array = np.log1p(after) - np.log1p(before)
    return change


def price_paid(market: Market) -> Array | None:
    """What buyers pay for a tonne before, tariff included; None where all pay alike."""
    if market.price_usd_per_t is None and market.tariff_before is None:
        return None
    price = np.ones(1) if market.price_usd_per_t is None else market.price_usd_per_t
    paid: Array = price[..., None] * (1.0 + (0.0 if market.tariff_before is None else market.tariff_before))
    return paid


def _added(arcs: Array, draw: Places, place: Places, shape: tuple[int, ...]) -> Array:
    sums: Array = np.bincount(draw * shape[1] + place, arcs, shape[0] * shape[1]).astype(float).reshape(shape)
    return sums


def _column(x: Array, sellers: Places) -> Array:
    return x[:, None] if x.ndim == 1 else x[:, sellers]


def _compact(market: Market, spread: Array) -> tuple[Market, Array, Places, Places]:
    """The market and its new links without the exporters and importers that never trade, and where the others stand."""
    apart = tuple(range(market.base_t.ndim - 2))
    sellers, buyers = (np.flatnonzero(market.base_t.any(axis=(*apart, axis))) for axis in (-1, -2))

    def part(x: NDArray[Any], axes: int) -> NDArray[Any]:
        x = x if len(sellers) == x.shape[-axes] else x.take(sellers, axis=-axes)
        return x if axes == 1 or len(buyers) == x.shape[-1] else x.take(buyers, axis=-1)

    given = {name: part(x, axes) for name, axes in AXES.items() if (x := getattr(market, name)) is not None}
    return replace(market, **given), part(spread, 2), sellers, buyers


def _check_exact(exact_t: Array, base: Array, most: Array) -> None:
    if np.any((exact_t > 0) & (base == 0)):
        raise ScenarioError("market", "an exact flow is above 0 where there is no trade", "give it a base flow")
    asked = np.broadcast_to(exact_t, base.shape).sum(axis=2)
    over = (asked > 0) & (asked >= most)
    if over.any():
        what = f"exact flows of {asked[over][0]:g} t, but their exporter supplies less than {most[over][0]:g} t"
        raise ScenarioError("market", what, "state less, or more spare capacity")
