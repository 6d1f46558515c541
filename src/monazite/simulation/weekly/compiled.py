"""The weekly chain over its arcs only, compiled; draws are shared out among threads. Equal to `plain` to 1e-10.

Importing this module loads Numba. What it compiles is kept beside the module or, where that may not be written, in the
user's cache; where neither may, it is compiled anew.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import DTypeLike, NDArray

from monazite.simulation.weekly.plain import GONE, LEAST
from monazite.simulation.weekly.values import Array, Chain, Drivers, Habits, Run

__all__ = ["advance"]

_F = TypeVar("_F", bound=Callable[..., Any])


def _compiled(function: _F) -> _F:
    try:
        made: Any = numba.njit(function, cache=True, nogil=True, error_model="numpy")
    except RuntimeError:  # nowhere to keep it
        made = numba.njit(function, nogil=True, error_model="numpy")
    return cast(_F, made)


def advance(chain: Chain, habits: Habits, drivers: Drivers, threads: int = 0) -> Run:
    """What happens week by week; the equations are in docs/methods/weekly.md.

    :param threads: how many; 0: as many as there are processors.
    """
    k, c = chain.production_t.shape
    n, draws = k * c, habits.draws
    buyer = chain.good * c + chain.buyer
    order = np.argsort(buyer, kind="stable")
    starts = np.searchsorted(buyer[order], np.arange(n + 1))
    flow = chain.flow_t[order]
    pattern = flow[None] if drivers.pattern_t is None else drivers.pattern_t[:, order]
    told = drivers.pattern_weeks if drivers.pattern_weeks is not None else np.ones(drivers.weeks, dtype=bool)
    seller = (chain.good * c + chain.seller)[order]
    by_arc = _alike(np.int32, seller, chain.lag_weeks[order], drivers.arc_group[order])
    arcs = (starts, *by_arc, *_alike(np.float64, flow, pattern), *_alike(np.bool_, told))
    unrecorded = np.maximum(chain.unrecorded_t, 0.0), np.maximum(-chain.unrecorded_t, 0.0)
    levels = chain.production_t, chain.use_t, chain.sent_t, chain.flow_in_t, chain.claims_t, chain.taken_t
    places = np.stack([x.ravel() for x in (*levels, *unrecorded)])
    ties = _alike(np.int64, chain.step_start, chain.step_end, chain.by_product, chain.host)
    rules = *ties, *_alike(np.float64, chain.step_input_t, chain.recycled_share, chain.host_share)
    groups = *_alike(np.int64, drivers.delay_weeks), *_alike(np.int64, drivers.place_group.ravel())
    by_place = drivers.capacity, drivers.demand, drivers.cover, drivers.release
    hits = *groups, *_alike(np.float64, drivers.limit, *by_place)
    by_draw = habits.catch_up_weeks, habits.contract_rate, habits.price_slope
    ways = _alike(np.float64, habits.cover_weeks, habits.spare, *by_draw)
    seen = np.empty((draws, 5, drivers.weeks, n))
    residual = np.zeros(draws)
    longest = int(chain.lag_weeks.max(initial=1)) + int(drivers.delay_weeks.max(initial=0))

    def play(draw: int) -> None:
        residual[draw] = _one(draw, arcs, places, rules, hits, ways, longest, seen[draw])

    with ThreadPoolExecutor(threads or numba.get_num_threads()) as pool:
        list(pool.map(play, range(draws)))
    unmet, made, sent, stock, price = seen.reshape(draws, 5, drivers.weeks, k, c).swapaxes(0, 1)
    return Run(unmet, made, sent, stock, price, residual)


def _alike(kind: DTypeLike, *arrays: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """The arrays in one form, so that one compilation serves all."""
    return tuple(np.require(x, kind, ["C", "W"]) for x in arrays)


@_compiled
def _bound(limit: float, flow: float) -> float:
    """The most that may pass; a new arc has no flow before, but is free without a limit."""
    return np.inf if np.isinf(limit) else limit * flow


@_compiled
def _one(  # noqa: C901, PLR0913, PLR0915 - the whole of a draw, for one compilation
    draw: int, arcs: Any, places: Array, rules: Any, hits: Any, ways: Any, longest: int, seen: Array
) -> float:
    """One draw, all weeks, into `seen` (5, weeks, places); gives the residual."""
    starts, seller, lag, arc_group, flow, patterns, told = arcs
    step_start, step_end, by_product, host, step_input, recycled, host_share = rules
    delays, place_group, limits, capacities, demands, covers, releases = hits
    cover_weeks, spare, catch_ups, rates, slopes = ways
    made0, used0, sent0, come0, claims0, taken0, in0, out0 = places
    n, a, k, weeks = places.shape[1], len(flow), len(recycled), seen.shape[1]
    c = n // k
    catch_up, rate, slope = catch_ups[draw], rates[draw], slopes[draw]
    patterned = patterns[min(draw, len(patterns) - 1)]
    limit_by, delay_by = limits[min(draw, len(limits) - 1)], delays[min(draw, len(delays) - 1)]
    capacity_by, demand_by = capacities[min(draw, len(capacities) - 1)], demands[min(draw, len(demands) - 1)]
    cover_by, release_by = covers[min(draw, len(covers) - 1)], releases[min(draw, len(releases) - 1)]

    stock0, most, supply0 = np.empty(n), np.empty(n), np.empty(n)
    for p in range(n):
        stock0[p] = cover_weeks[draw, p // c] * claims0[p]
        most[p] = made0[p] * (1 + spare[draw, p // c])
        supply0[p] = made0[p] + come0[p]
    stock, under_way, aim, claims, down = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    slots = longest + 1
    ring = np.zeros((n, slots))  # what arrives differently from before, by place and week
    own, wish = made0.copy(), flow.copy()
    lift, asked, plan, abroad, shipped_by = np.empty(n), np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    made, there, served, fed = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    arrived, ordered, passed = np.empty(n), np.empty(a), np.empty(a)
    worst = 0.0

    for t in range(weeks):
        limit, delay = limit_by[t], delay_by[t]
        now = t % slots
        for p in range(n):
            arrived[p] = ring[p, now]
            ring[p, now] = 0.0
        # Orders: what was claimed last week, and a part of what stock and goods under way fall short of their aims.
        for p in range(n):
            gap = stock0[p] * (cover_by[t, place_group[p]] - 1) - stock[p] + aim[p] - under_way[p]
            lift[p] = max(0.0, 1 + (claims[p] + gap / catch_up) / supply0[p]) if supply0[p] > 0 else 1.0
            asked[p] = own[p] * lift[p]
            plan[p] = min(asked[p], most[p] * capacity_by[t, place_group[p]] * (1 - down[p]))
            abroad[p] = 0.0
            shipped_by[p] = 0.0
        for p in range(n):
            for i in range(starts[p], starts[p + 1]):
                ordered[i] = wish[i] * lift[p]
                passed[i] = ordered[i]
                if arc_group[i]:
                    passed[i] = min(ordered[i], _bound(limit[arc_group[i]], flow[i]))
                abroad[seller[i]] += passed[i] - flow[i]
        for p in range(n):
            claims[p] = abroad[p] + used0[p] * (demand_by[t, place_group[p]] - 1)
        for s in range(len(step_input)):
            for x in range(c):
                end = step_end[s] * c + x
                claims[step_start[s] * c + x] += step_input[s] * (plan[end] - made0[end])
        # Supply, from the first stage on: each place serves all claims on it alike.
        for g in range(k):
            for x in range(c):
                p = g * c + x
                fed[p] = 1.0
                for s in range(len(step_input)):
                    if step_end[s] == g:
                        fed[p] = min(fed[p], served[step_start[s] * c + x])
                made[p] = plan[p] - plan[p] * (1 - recycled[g]) * (1 - fed[p])
                there[p] = stock[p] + arrived[p] + release_by[t, place_group[p]] * claims0[p] + (made[p] - made0[p])
                all_claims = claims0[p] + claims[p]
                short = max(0.0, claims[p] - stock0[p] - there[p])
                served[p] = max(0.0, 1 - short / all_claims) if all_claims > 0 else 1.0
        # Goods leave, and contracts move toward the pattern, by what each source delivers of an order.
        patterned_now = told[t]
        for p in range(n):
            received, aimed, total = 0.0, 0.0, 0.0
            for i in range(starts[p], starts[p + 1]):
                fill = served[seller[i]]
                goes = passed[i] * fill
                shipped_by[seller[i]] += goes
                more = goes - flow[i]
                received += more
                lands = now + lag[i]
                lands -= slots if lands >= slots else 0
                if arc_group[i]:
                    g = arc_group[i]
                    late = (lands + delay[g]) % slots
                    if late != lands:
                        ring[p, lands] -= flow[i]
                        ring[p, late] += goes
                    else:
                        ring[p, lands] += more
                    if ordered[i] > 0:
                        fill = goes / ordered[i]
                    elif _bound(limit[g], flow[i]) == 0:
                        fill = 0.0
                else:
                    ring[p, lands] += more
                goal = patterned[i] if patterned_now else flow[i]
                passed[i] = goal * fill  # what this source offers; what passed is no longer needed
                total += passed[i] - flow[i]
            offer = made0[p] * (made[p] / asked[p] if asked[p] > 0 else 1.0)
            total = supply0[p] + (total + (offer - made0[p]))
            known = total > GONE * supply0[p]
            ratio, pace = (supply0[p] / total, rate) if known else (0.0, 0.0)
            own[p] += pace * (offer * ratio - own[p])
            for i in range(starts[p], starts[p + 1]):
                wish[i] += pace * (passed[i] * ratio - wish[i])
                aimed += wish[i] * (lag[i] + delay[arc_group[i]]) - flow[i] * lag[i]
            aim[p] = aimed
            under_way[p] += received - arrived[p]
        # Stocks; `abroad` becomes what next stages take, less that before.
        for p in range(n):
            left = there[p] - (served[p] * (sent0[p] + abroad[p]) - sent0[p])
            seen[2, t, p] = served[p] * (sent0[p] + abroad[p])
            lift[p] = left
            abroad[p] = 0.0
        for s in range(len(step_input)):
            for x in range(c):
                end = step_end[s] * c + x
                abroad[step_start[s] * c + x] += step_input[s] * (plan[end] * fed[end] - made0[end])
        for p in range(n):
            g = place_group[p]
            used, out = used0[p] * demand_by[t, g] * served[p], out0[p] * served[p]
            left = max(-stock0[p], lift[p] - abroad[p] - (used - used0[p]) - (out - out0[p]))
            change = made[p] + (come0[p] + arrived[p]) + release_by[t, g] * claims0[p] + in0[p] - shipped_by[p]
            change -= taken0[p] + abroad[p] + used + out
            usual, dear = stock0[p] + claims0[p], 1.0
            if usual + supply0[p] > 0:
                worst = max(worst, abs(left - stock[p] - change) / (usual + supply0[p]))
            if usual > 0:
                wanted = stock0[p] * cover_by[t, g] + claims0[p] + claims[p] + LEAST * usual
                dear = wanted / (usual + there[p] + LEAST * usual)
            stock[p] = left
            seen[0, t, p] = used0[p] * demand_by[t, g] - used
            seen[1, t, p] = made[p]
            seen[3, t, p] = stock0[p] + left
            seen[4, t, p] = slope * np.log(dear)
        for p in range(n):
            down[p] = 0.0
        for b in range(len(by_product)):
            for x in range(c):
                h = host[b] * c + x
                ran = made[h] / made0[h] if made0[h] > 0 else 1.0
                down[by_product[b] * c + x] += host_share[b] * (1 - ran)
    return worst
