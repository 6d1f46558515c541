"""The weekly chain on dense arrays (draws, goods, sellers, buyers), over any array namespace.

The obvious form, beside which `compiled` is checked; it also runs where the arrays of the namespace live, on a GPU for
one. All state is kept as what differs from the baseline, so that without a shock it is zero, exactly, for ever.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from monazite.simulation.weekly.values import Chain, Drivers, Habits, Run

__all__ = ["GONE", "LEAST", "advance"]

LEAST = 0.05
"""Part of a place's stock and claims before that a price always finds, so that it stays finite (assumption)."""

GONE = 1e-9
"""Below this part of a place's supply its sources count as gone: there is no pattern to move toward."""


def advance(chain: Chain, habits: Habits, drivers: Drivers, xp: Any = np) -> Run:  # noqa: PLR0915 - a week in order
    """What happens week by week, for all draws at once; the equations are in docs/methods/weekly.md.

    :param xp: the array namespace to compute in; the result is NumPy's.
    """
    k, c = chain.production_t.shape
    goods = range(k)

    def flat(x: Any) -> Any:
        return xp.asarray(np.asarray(x, dtype=float))

    def dense(x: Any, fill: float = 0.0) -> Any:
        """(arcs,) or (draws, arcs) by (draws or 1, goods, sellers, buyers)."""
        rows = np.atleast_2d(x)
        full = np.full((len(rows), k, c, c), fill)
        full[:, chain.good, chain.seller, chain.buyer] = rows
        return xp.asarray(full)

    def by_group(x: Any, group: Any, t: int) -> Any:
        taken = xp.take(flat(x[:, t]), xp.asarray(group.ravel()), axis=1)
        return xp.reshape(taken, (taken.shape[0], *group.shape))

    arc_group = np.zeros((k, c, c), dtype=np.int64)
    arc_group[chain.good, chain.seller, chain.buyer] = drivers.arc_group
    unrecorded = chain.unrecorded_t
    levels = chain.production_t, chain.use_t, chain.sent_t, chain.claims_t, chain.flow_in_t, chain.taken_t
    made0, used0, sent0, claims0, come0, taken0 = (flat(x[None]) for x in levels)
    in0, out0 = (flat(np.maximum(x, 0.0)[None]) for x in (unrecorded, -unrecorded))
    flow0, lag = dense(chain.flow_t), dense(chain.lag_weeks)
    longest = int(chain.lag_weeks.max(initial=1)) + int(drivers.delay_weeks.max(initial=0))
    supply0 = made0 + come0
    pattern = flow0 if drivers.pattern_t is None else dense(drivers.pattern_t)
    told = drivers.pattern_weeks if drivers.pattern_weeks is not None else np.ones(drivers.weeks, dtype=bool)

    stock0 = flat(habits.cover_weeks[:, :, None]) * claims0
    most = made0 * (1 + flat(habits.spare[:, :, None]))
    by_draw = habits.catch_up_weeks, habits.contract_rate, habits.price_slope
    catch_up, rate, slope = (flat(x[:, None, None]) for x in by_draw)
    zero = stock0 * 0.0
    stock, under_way, aim_under_way, claims, host_down = zero, zero, zero, zero, zero
    ring = [zero] * (longest + 1)
    own, wish = made0 + zero, flow0 + zero[:, :, None, :]
    scale = stock0 + claims0 + supply0
    residual = zero
    seen: list[tuple[Any, ...]] = []

    for t in range(drivers.weeks):
        limit, delay = (by_group(x, arc_group, t) for x in (drivers.limit, drivers.delay_weeks))
        capacity, demand, cover, release = (
            by_group(x, drivers.place_group, t)
            for x in (drivers.capacity, drivers.demand, drivers.cover, drivers.release)
        )
        # Orders: what was claimed last week, of exports what was sent, and a part of what stock and goods under way
        # fall short of their aims.
        gap = stock0 * (cover - 1) - stock + aim_under_way - under_way
        lift = xp.where(supply0 > 0, _no_less(xp, 1 + (claims + gap / catch_up) / _some(xp, supply0)), 1.0)
        asked = own * lift
        plan = xp.minimum(asked, most * capacity * (1 - host_down))
        ordered = wish * lift[:, :, None, :]
        free = xp.isinf(limit)
        bound = xp.where(free, 0.0, limit) * flow0
        passed = xp.where(free, ordered, xp.minimum(ordered, bound))
        asked_abroad = xp.sum(passed - flow0, axis=3)
        wanted = [zero[:, 0, :]] * k
        for s, e, a in zip(chain.step_start, chain.step_end, chain.step_input_t, strict=True):
            wanted[s] = wanted[s] + float(a) * (plan[:, e, :] - made0[:, e, :])
        claims = asked_abroad + xp.stack(wanted, axis=1) + used0 * (demand - 1)
        # Supply, from the first stage on: each place serves all claims on it alike.
        arrived = ring[t % len(ring)]
        made, there, served, fed = ([zero[:, 0, :]] * k for _ in range(4))
        for g in goods:
            starts = chain.step_start[chain.step_end == g]
            fed[g] = 1.0 + zero[:, 0, :]
            for s in starts:
                fed[g] = xp.minimum(fed[g], served[s])
            lost = plan[:, g, :] * (1 - float(chain.recycled_share[g])) * (1 - fed[g])
            made[g] = plan[:, g, :] - lost
            there[g] = (
                stock[:, g, :] + arrived[:, g, :] + release[:, g, :] * claims0[:, g, :] + (made[g] - made0[:, g, :])
            )
            all_claims = claims0[:, g, :] + claims[:, g, :]
            short = _no_less(xp, claims[:, g, :] - stock0[:, g, :] - there[g])
            served[g] = xp.where(all_claims > 0, _no_less(xp, 1 - short / _some(xp, all_claims)), 1.0)
        made_, there_, served_ = (xp.stack(x, axis=1) for x in (made, there, served))
        sent = served_ * (sent0 + asked_abroad)
        took = [zero[:, 0, :]] * k
        for s, e, a in zip(chain.step_start, chain.step_end, chain.step_input_t, strict=True):
            took[s] = took[s] + float(a) * (plan[:, e, :] * fed[e] - made0[:, e, :])
        taken = xp.stack(took, axis=1)
        used, out = used0 * demand * served_, out0 * served_
        left = there_ - (sent - sent0) - taken - (used - used0) - (out - out0)
        left = xp.maximum(left, -stock0)
        shipped = passed * served_[:, :, :, None]
        change = made_ + (come0 + arrived) + release * claims0 + in0 - xp.sum(shipped, axis=3)
        change = change - taken0 - taken - used - out
        residual = xp.maximum(residual, xp.abs(left - stock - change) / _some(xp, scale))
        # Goods under way.
        under_way = under_way - arrived + xp.sum(shipped - flow0, axis=2)
        ring[t % len(ring)] = zero
        for ahead in range(1, len(ring)):
            lands = xp.where(lag + delay == ahead, shipped, 0.0) - xp.where(lag == ahead, flow0, 0.0)
            at = (t + ahead) % len(ring)
            ring[at] = ring[at] + xp.sum(lands, axis=2)
        # Contracts move toward the pattern, by what each source delivers of an order.
        would = xp.where(free | (bound > 0), served_[:, :, :, None], 0.0)
        filled = xp.where(ordered > 0, shipped / _some(xp, ordered), would)
        filled_own = xp.where(asked > 0, made_ / _some(xp, asked), 1.0)
        goal = pattern if told[t] else flow0
        offer, offer_own = goal * filled, made0 * filled_own
        total = supply0 + (xp.sum(offer - flow0, axis=2) + (offer_own - made0))
        known = total > GONE * supply0
        ratio = xp.where(known, supply0 / _some(xp, total), 0.0)
        pace = xp.where(known, rate, 0.0)
        wish = wish + pace[:, :, None, :] * (offer * ratio[:, :, None, :] - wish)
        own = own + pace * (offer_own * ratio - own)
        aim_under_way = xp.sum(wish * (lag + delay) - flow0 * lag, axis=2)
        down = [zero[:, 0, :]] * k
        for b, h, part in zip(chain.by_product, chain.host, chain.host_share, strict=True):
            ran = xp.where(made0[:, h, :] > 0, made_[:, h, :] / _some(xp, made0[:, h, :]), 1.0)
            down[b] = down[b] + float(part) * (1 - ran)
        host_down = xp.stack(down, axis=1)
        usual = stock0 + claims0
        dear = (stock0 * cover + claims0 + claims + LEAST * usual) / _some(xp, usual + there_ + LEAST * usual)
        dear = xp.where(usual > 0, dear, 1.0)
        stock = left
        claims = claims - asked_abroad + (sent - sent0)
        price = slope * xp.log(dear)
        seen.append(
            (used0 * demand - used, made_, sent, stock0 + stock, price, come0 + arrived, sent0 + asked_abroad, plan)
        )
    shown = (np.asarray(xp.stack(x, axis=1)) for x in zip(*seen, strict=True))
    return Run(*[*shown, np.asarray(xp.max(residual, axis=(1, 2)))])


def _some(xp: Any, x: Any) -> Any:
    """The array with 1 in place of 0, to divide by."""
    return xp.where(x > 0, x, 1.0)


def _no_less(xp: Any, x: Any) -> Any:
    """The array with 0 in place of what is below."""
    return xp.where(x > 0, x, 0.0)
