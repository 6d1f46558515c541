"""ARIO with inventories over any array namespace: the obvious form, beside which `compiled` is checked.

Everything is kept as what differs from the baseline, so that without a shock it is zero, exactly, for ever. It also
runs where the arrays of the namespace live, on a GPU for one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from monazite.simulation.economy.rebuilding import asked_share, lost_share
from monazite.simulation.economy.values import YEAR_DAYS, Array, Habits, Run, Shock, Table

__all__ = ["NONE", "Exchange", "advance", "exchange", "holds_back"]

Exchange = Callable[[Any, Any, Any, Any], tuple[Any, Any]]
"""(served, offered, made, aimed), each (scenarios, n) -> (least stock, orders); it keeps the stocks and the orders."""

NONE = 1e-9
"""Below this part of the normal there is no supply, no demand and no scarcity, but rounding."""


def holds_back(table: Table, habits: Habits) -> Array:
    """0 where want of a product holds a node back, infinite where it does not, (products, n)."""
    bites = (table.inputs_musd > habits.negligible_share * table.output_musd) & (table.inputs_musd > 0)
    return np.where(bites, 0.0, np.inf)


def exchange(table: Table, count: int, habits: Habits, xp: Any = np) -> Exchange:
    """What a step does to the stocks and orders of `count` scenarios, which are those of the baseline at first.

    Node j orders of supplier i of product p `O_ij = (1 + order_pj) (1 + offered_i) Z_ij`. So the matrix of all orders
    need never be there, only `order` and `stock` (products, scenarios, n): orders over normal ones, and what is in
    stock above the normal stock, in steps of normal use.
    """
    k, r, n = table.products, table.regions, table.nodes
    shares, inputs = xp.asarray(table.shares), xp.asarray(table.inputs_musd)[:, None, :]
    idle = xp.asarray(holds_back(table, habits))[:, None, :]
    aim, restock = habits.stock_days / habits.step_days, habits.restock_days / habits.step_days
    stock, order = xp.zeros((k, count, n)), xp.zeros((k, count, n))

    def by_product(x: Any) -> Any:
        return xp.permute_dims(xp.reshape(x, (count, k, r)), (1, 0, 2))

    def unless_still(change: Any, level: Any) -> Any:
        """The change, or 0 in scenarios where all are within the tolerance of a level."""
        unit = inputs * (habits.step_days / YEAR_DAYS)
        near = xp.abs(change) * unit <= 1e-8 + habits.still_share * xp.abs(level) * unit
        return xp.where(xp.all(near, axis=(0, 2))[None, :, None], 0.0, change)

    def step(served: Any, offered: Any, made: Any, aimed: Any) -> tuple[Any, Any]:
        nonlocal stock, order
        change = order + (1.0 + order) * xp.matmul(by_product(served), shares) - made
        stock = stock + (unless_still(change, 1.0 + made) if habits.still_share else change)
        gap = aim * aimed - stock
        gap = unless_still(gap, aim * (1.0 + aimed)) if habits.still_share else gap
        on_offer = xp.matmul(by_product(offered), shares)
        wanted = made + xp.where(gap > 0.0, gap, 0.0) / restock
        some = 1.0 + on_offer > NONE
        order = xp.where(some, (wanted - on_offer) / xp.where(some, 1.0 + on_offer, 1.0), -1.0)
        asked = xp.matmul(order * inputs, xp.matrix_transpose(shares))
        return xp.min(stock + idle, axis=0), xp.reshape(xp.permute_dims(asked, (1, 0, 2)), (count, n))

    return step


def advance(
    table: Table, shock: Shock, steps: int, habits: Habits, make: Callable[..., Exchange] = exchange, xp: Any = np
) -> Run:
    """What happens step by step, for all scenarios at once; the equations are in docs/methods/ario.md.

    :param make: what keeps stocks and orders: `exchange`, or a faster one.
    :param xp: the array namespace to compute in; the result is NumPy's.
    """
    count, n = shock.scenarios, table.nodes
    trade = make(table, count, habits, xp)
    output = xp.asarray(np.where(table.output_musd > 0, table.output_musd, 1.0))
    sold_share = xp.asarray(table.sold_musd) / output
    aim, zero = habits.stock_days / habits.step_days, xp.zeros((count, n))
    overtime, made, offered, asked, least = zero, zero, zero, zero, zero
    asked_at_first = [asked_share(table, event, xp) for event in shock.rebuilding]
    left = [xp.ones((count, n)) for _ in shock.rebuilding]
    summed, records = zero, []
    for t in range(steps):
        due = [float(t >= event.since) for event in shock.rebuilding]
        rebuilding = zero + sum(now * base * x for now, base, x in zip(due, asked_at_first, left, strict=True))
        demand = (1.0 + offered) * asked / output + offered * sold_share + rebuilding
        if t:
            overtime = _overtime(overtime, demand, made, habits, xp)
        gone = zero + sum(
            lost_share(table, e, x, xp) for e, x in zip(shock.rebuilding, left, strict=True) if t >= e.start
        )
        before, offered = (
            offered,
            _offered(table, shock, int(t * habits.step_days // shock.period_days), overtime, gone, xp),
        )
        aimed = xp.minimum(demand, offered)
        # What the shortest stock allows, from where it is below the alarm's part of what is aimed at.
        made = xp.minimum(aimed, (1.0 + least / aim) / habits.alarm_share - 1.0)
        some = 1.0 + demand > NONE
        short = xp.where(some, (made - demand) / xp.where(some, 1.0 + demand, 1.0), 0.0)
        for i, (event, now) in enumerate(zip(shock.rebuilding, due, strict=True)):
            left[i] = left[i] * (1.0 - now * (1.0 + short) * habits.step_days / event.days)
        if habits.forgets_rebuilding:
            aimed = xp.minimum(demand - rebuilding * (1.0 + short), offered)
        least, asked = trade(before + (1.0 + before) * short, offered, made, aimed)
        summed = summed + (1.0 + made)
        if (t + 1) % habits.record_steps == 0 or t + 1 == steps:
            records.append(table.by_region(np.asarray(summed)) / (t % habits.record_steps + 1))
            summed = zero
    return Run(np.stack(records, axis=1), habits.step_days * habits.record_steps)


def _overtime(overtime: Any, demand: Any, made: Any, habits: Habits, xp: Any) -> Any:
    """Overtime grows with the part of demand that was not met, and goes back once all is."""
    some = 1.0 + demand > NONE
    scarcity = xp.where(some, (demand - made) / xp.where(some, 1.0 + demand, 1.0), 0.0)
    scarce = scarcity != 0.0 if habits.signed_scarcity else scarcity > NONE
    change = xp.where(scarce, (habits.overtime_most - 1.0 - overtime) * scarcity, -overtime)
    overtime = overtime + change * (habits.step_days / habits.overtime_days)
    return xp.where(overtime > 0.0, overtime, 0.0)


def _offered(table: Table, shock: Shock, period: int, overtime: Any, gone: Any, xp: Any) -> Any:
    """The most each node can make, over normal output, less 1."""

    def now(x: Array | None) -> Any:
        """The rows of a period; nothing after the last one."""
        return 0.0 if x is None or period >= x.shape[1] else xp.asarray(table.by_product(x[:, period]))

    lost = xp.minimum(now(shock.lost_share) + gone, xp.ones_like(gone))
    offered = overtime - lost - overtime * lost
    if shock.tied_share is None:
        return offered
    tied = xp.asarray(table.by_product(shock.tied_share))
    return xp.minimum(offered, (1.0 - tied) * offered - now(shock.missing_share))
