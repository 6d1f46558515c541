"""The weekly chain over its arcs only, compiled; equal to `plain` to 1e-10.

Draws are played in blocks of `_LANES`, the last axis of every array, so that one instruction does several of them;
blocks are shared out among threads. Importing this module loads Numba.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import DTypeLike, NDArray

from monazite.simulation.compiling import compiled, inlined
from monazite.simulation.weekly.plain import GONE, LEAST
from monazite.simulation.weekly.values import Array, Chain, Drivers, Habits, Run

__all__ = ["advance"]

_LANES = 16
_SHOWN = 8  # of what a Run holds by week and place


class _Arcs(NamedTuple):
    """Arcs by buyer: those of place p are `starts[p]` to `starts[p + 1]`; `pattern` is (arcs, lanes) or empty."""

    starts: NDArray[np.int64]
    seller: NDArray[np.int32]
    lag: NDArray[np.int32]
    group: NDArray[np.int32]
    flow: Array
    pattern: Array


class _Places(NamedTuple):
    """What is so before any shock, by place."""

    made: Array
    used: Array
    sent: Array
    come: Array
    claims: Array
    taken: Array
    unrecorded_in: Array
    unrecorded_out: Array
    group: NDArray[np.int64]


class _Rules(NamedTuple):
    """Steps and by-products, as in `Chain`."""

    step_start: NDArray[np.int64]
    step_end: NDArray[np.int64]
    by_product: NDArray[np.int64]
    host: NDArray[np.int64]
    step_input: Array
    recycled: Array
    host_share: Array


class _Hits(NamedTuple):
    """Drivers of a block, (weeks, groups, lanes), and habits, (goods, lanes) or (lanes,)."""

    limit: Array
    delay: NDArray[np.int64]
    capacity: Array
    demand: Array
    cover: Array
    release: Array
    cover_weeks: Array
    spare: Array
    catch_up: Array
    rate: Array
    slope: Array
    told: NDArray[np.bool_]


class _State(NamedTuple):
    """What differs from before, (places, lanes); `wish` and `passed` (arcs, lanes), `ring` (places, weeks, lanes)."""

    stock0: Array
    stock: Array
    under_way: Array
    aim: Array
    claims: Array
    down: Array
    own: Array
    lift: Array
    asked: Array
    plan: Array
    abroad: Array
    shipped: Array
    made: Array
    there: Array
    served: Array
    fed: Array
    arrived: Array
    taken: Array
    wish: Array
    passed: Array
    ring: Array


def advance(chain: Chain, habits: Habits, drivers: Drivers, threads: int = 0) -> Run:
    """What happens week by week; the equations are in docs/methods/weekly.md.

    :param threads: how many; 0: as many as there are processors.
    """
    k, c = chain.production_t.shape
    n, draws = k * c, habits.draws
    buyer = chain.good * c + chain.buyer
    order = np.argsort(buyer, kind="stable")
    starts = np.searchsorted(buyer[order], np.arange(n + 1))
    seller = (chain.good * c + chain.seller)[order]
    by_arc = _alike(np.int32, seller, chain.lag_weeks[order], drivers.arc_group[order])
    arcs = _Arcs(starts, *by_arc, *_alike(np.float64, chain.flow_t[order], np.empty((0, _LANES))))
    unrecorded = np.maximum(chain.unrecorded_t, 0.0), np.maximum(-chain.unrecorded_t, 0.0)
    levels = chain.production_t, chain.use_t, chain.sent_t, chain.flow_in_t, chain.claims_t, chain.taken_t
    places = _Places(
        *(_alike(np.float64, *(x.ravel() for x in (*levels, *unrecorded)))),
        *_alike(np.int64, drivers.place_group.ravel()),
    )
    ties = _alike(np.int64, chain.step_start, chain.step_end, chain.by_product, chain.host)
    rules = _Rules(*ties, *_alike(np.float64, chain.step_input_t, chain.recycled_share, chain.host_share))
    told = np.zeros(drivers.weeks, dtype=bool)
    if drivers.pattern_t is not None:
        told = ~told if drivers.pattern_weeks is None else drivers.pattern_weeks
    seen = np.empty((draws, _SHOWN, drivers.weeks, n))
    residual = np.zeros(draws)
    slots = int(chain.lag_weeks.max(initial=1)) + int(drivers.delay_weeks.max(initial=0)) + 1

    def play(first: int) -> None:
        lanes = np.minimum(np.arange(first, first + _LANES), draws - 1)
        by_place = drivers.capacity, drivers.demand, drivers.cover, drivers.release
        by_draw = habits.cover_weeks, habits.spare, habits.catch_up_weeks, habits.contract_rate, habits.price_slope
        late = drivers.delay_weeks.astype(np.int64)
        hits = _Hits(*(_lanes(x, lanes) for x in (drivers.limit, late, *by_place, *by_draw)), *_alike(np.bool_, told))
        own = arcs if drivers.pattern_t is None else arcs._replace(pattern=_lanes(drivers.pattern_t[:, order], lanes))
        some = slice(first, first + _LANES)
        residual[some] = _block(own, places, rules, hits, slots, seen[some])[: draws - first]

    with ThreadPoolExecutor(threads or numba.get_num_threads()) as pool:
        list(pool.map(play, range(0, draws, _LANES)))
    return Run(*[*seen.reshape(draws, _SHOWN, drivers.weeks, k, c).swapaxes(0, 1), residual])


def _alike(kind: DTypeLike, *arrays: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """The arrays in one form, so that one compilation serves all."""
    return tuple(np.require(x, kind, ["C", "W"]) for x in arrays)


def _lanes(x: NDArray[Any], lanes: NDArray[np.intp]) -> NDArray[Any]:
    """The rows of some draws, by lane as the last axis; a single row is of all draws."""
    return np.ascontiguousarray(np.moveaxis(x[np.minimum(lanes, len(x) - 1)], 0, -1))


@inlined
def _bound(limit: float, flow: float) -> float:
    """The most that may pass; a new arc has no flow before, but is free without a limit."""
    return np.inf if np.isinf(limit) else limit * flow


@inlined
def _order(t: int, arcs: _Arcs, places: _Places, rules: _Rules, hits: _Hits, state: _State) -> None:
    """What each place asks at home and abroad: last week's claims, of exports what was sent, and part of its gap."""
    n, k = len(places.made), len(rules.recycled)
    c, now = n // k, t % state.ring.shape[1]
    for p in range(n):
        g, supply = places.group[p], places.made[p] + places.come[p]
        for x in range(_LANES):
            gap = state.stock0[p, x] * (hits.cover[t, g, x] - 1) - state.stock[p, x] + state.aim[p, x]
            gap -= state.under_way[p, x]
            more = (state.claims[p, x] + gap / hits.catch_up[x]) / supply if supply > 0 else 0.0
            state.lift[p, x] = max(0.0, 1 + more)
            state.asked[p, x] = state.own[p, x] * state.lift[p, x]
            most = places.made[p] * (1 + hits.spare[p // c, x]) * hits.capacity[t, g, x] * (1 - state.down[p, x])
            state.plan[p, x] = min(state.asked[p, x], most)
            state.abroad[p, x] = 0.0
            state.shipped[p, x] = 0.0
            state.arrived[p, x] = state.ring[p, now, x]
            state.ring[p, now, x] = 0.0
    for p in range(n):
        for i in range(arcs.starts[p], arcs.starts[p + 1]):
            s, g, flow = arcs.seller[i], arcs.group[i], arcs.flow[i]
            for x in range(_LANES):
                passes = min(state.wish[i, x] * state.lift[p, x], _bound(hits.limit[t, g, x], flow))
                state.passed[i, x] = passes
                state.abroad[s, x] += passes - flow
    for p in range(n):
        for x in range(_LANES):
            state.claims[p, x] = state.abroad[p, x] + places.used[p] * (hits.demand[t, places.group[p], x] - 1)
    for s in range(len(rules.step_input)):
        for at in range(c):
            start, end = rules.step_start[s] * c + at, rules.step_end[s] * c + at
            for x in range(_LANES):
                state.claims[start, x] += rules.step_input[s] * (state.plan[end, x] - places.made[end])


@inlined
def _supply(t: int, places: _Places, rules: _Rules, hits: _Hits, state: _State) -> None:
    """What is made and there, from the first stage on; each place serves all claims on it alike."""
    n, k = len(places.made), len(rules.recycled)
    c = n // k
    for p in range(n):
        for x in range(_LANES):
            state.fed[p, x] = 1.0
    for g in range(k):
        for s in range(len(rules.step_input)):
            if rules.step_end[s] == g:
                for at in range(c):
                    start = rules.step_start[s] * c + at
                    for x in range(_LANES):
                        state.fed[g * c + at, x] = min(state.fed[g * c + at, x], state.served[start, x])
        scrapless = 1 - rules.recycled[g]
        for p in range(g * c, (g + 1) * c):
            for x in range(_LANES):
                plan = state.plan[p, x]
                state.made[p, x] = plan - plan * scrapless * (1 - state.fed[p, x])
                let_go = hits.release[t, places.group[p], x] * places.claims[p]
                there = state.stock[p, x] + state.arrived[p, x] + let_go + (state.made[p, x] - places.made[p])
                state.there[p, x] = there
                all_claims = places.claims[p] + state.claims[p, x]
                short = max(0.0, state.claims[p, x] - state.stock0[p, x] - there)
                state.served[p, x] = max(0.0, 1 - short / all_claims) if all_claims > 0 else 1.0


@inlined
def _ship(t: int, arcs: _Arcs, places: _Places, hits: _Hits, state: _State) -> None:
    """Goods leave and are under way; `passed` becomes the part of an order that is delivered."""
    slots = state.ring.shape[1]
    for p in range(len(places.made)):
        for x in range(_LANES):
            state.under_way[p, x] -= state.arrived[p, x]
        for i in range(arcs.starts[p], arcs.starts[p + 1]):
            s, g, flow = arcs.seller[i], arcs.group[i], arcs.flow[i]
            lands = (t + arcs.lag[i]) % slots
            for x in range(_LANES):
                goes = state.passed[i, x] * state.served[s, x]
                state.shipped[s, x] += goes
                state.under_way[p, x] += goes - flow
            if g == 0:
                for x in range(_LANES):
                    state.ring[p, lands, x] += state.passed[i, x] * state.served[s, x] - flow
                    state.passed[i, x] = state.served[s, x]
            else:
                for x in range(_LANES):
                    goes, fill = state.passed[i, x] * state.served[s, x], state.served[s, x]
                    late = (lands + hits.delay[t, g, x]) % slots
                    state.ring[p, lands, x] += (goes if late == lands else 0.0) - flow
                    state.ring[p, late, x] += 0.0 if late == lands else goes
                    ordered = state.wish[i, x] * state.lift[p, x]
                    if ordered > 0:
                        fill = goes / ordered
                    elif _bound(hits.limit[t, g, x], flow) == 0:
                        fill = 0.0
                    state.passed[i, x] = fill


@inlined
def _contract(t: int, arcs: _Arcs, places: _Places, hits: _Hits, state: _State) -> None:
    """Contracts move toward the pattern, by what each source delivers of an order."""
    told = hits.told[t]
    total, ratio, pace = np.empty(_LANES), np.empty(_LANES), np.empty(_LANES)
    for p in range(len(places.made)):
        made0, supply = places.made[p], places.made[p] + places.come[p]
        for x in range(_LANES):
            total[x] = 0.0
            state.aim[p, x] = 0.0
        for i in range(arcs.starts[p], arcs.starts[p + 1]):
            flow = arcs.flow[i]
            for x in range(_LANES):
                goal = arcs.pattern[i, x] if told else flow
                total[x] += goal * state.passed[i, x] - flow
        for x in range(_LANES):
            offer = made0 * (state.made[p, x] / state.asked[p, x] if state.asked[p, x] > 0 else 1.0)
            offered = supply + (total[x] + (offer - made0))
            known = offered > GONE * supply
            ratio[x] = supply / offered if known else 0.0
            pace[x] = hits.rate[x] if known else 0.0
            state.own[p, x] += pace[x] * (offer * ratio[x] - state.own[p, x])
        for i in range(arcs.starts[p], arcs.starts[p + 1]):
            g, flow, lag = arcs.group[i], arcs.flow[i], float(arcs.lag[i])
            for x in range(_LANES):
                goal, wish = arcs.pattern[i, x] if told else flow, state.wish[i, x]
                wish += pace[x] * (goal * state.passed[i, x] * ratio[x] - wish)
                state.wish[i, x] = wish
                state.aim[p, x] += wish * (lag + hits.delay[t, g, x]) - flow * lag


@inlined
def _take(places: _Places, rules: _Rules, state: _State) -> None:
    """What next stages take out of stocks, less what they took before."""
    n = len(places.made)
    c = n // len(rules.recycled)
    for p in range(n):
        for x in range(_LANES):
            state.taken[p, x] = 0.0
    for s in range(len(rules.step_input)):
        for at in range(c):
            start, end = rules.step_start[s] * c + at, rules.step_end[s] * c + at
            for x in range(_LANES):
                took = rules.step_input[s] * (state.plan[end, x] * state.fed[end, x] - places.made[end])
                state.taken[start, x] += took


@inlined
def _settle(t: int, places: _Places, hits: _Hits, state: _State, shown: Array, residual: Array) -> None:
    """Stocks at the end of the week, what a reader sees of it, and what does not add up."""
    for p in range(len(places.made)):
        g = places.group[p]
        for x in range(_LANES):
            served, made, taken = state.served[p, x], state.made[p, x], state.taken[p, x]
            use = places.used[p] * hits.demand[t, g, x]
            used, out = use * served, places.unrecorded_out[p] * served
            sent = served * (places.sent[p] + state.abroad[p, x])
            left = state.there[p, x] - (sent - places.sent[p]) - taken
            left = max(-state.stock0[p, x], left - (used - places.used[p]) - (out - places.unrecorded_out[p]))
            change = made + (places.come[p] + state.arrived[p, x]) + hits.release[t, g, x] * places.claims[p]
            change += places.unrecorded_in[p] - state.shipped[p, x]
            change -= places.taken[p] + taken + used + out
            usual = state.stock0[p, x] + places.claims[p]
            scale = usual + places.made[p] + places.come[p]
            off = abs(left - state.stock[p, x] - change) / scale if scale > 0 else 0.0
            residual[x] = max(residual[x], off)
            wanted = state.stock0[p, x] * hits.cover[t, g, x] + places.claims[p] + state.claims[p, x] + LEAST * usual
            dear = wanted / (usual + state.there[p, x] + LEAST * usual) if usual > 0 else 1.0
            state.stock[p, x] = left
            state.claims[p, x] += sent - places.sent[p] - state.abroad[p, x]
            shown[0, p, x] = use - used
            shown[1, p, x] = made
            shown[2, p, x] = sent
            shown[3, p, x] = state.stock0[p, x] + left
            shown[4, p, x] = hits.slope[x] * np.log(dear)
            shown[5, p, x] = places.come[p] + state.arrived[p, x]
            shown[6, p, x] = places.sent[p] + state.abroad[p, x]
            shown[7, p, x] = state.plan[p, x]


@inlined
def _couple(places: _Places, rules: _Rules, state: _State) -> None:
    """How far the hosts of by-products are down, which limits these next week."""
    c = len(places.made) // len(rules.recycled)
    for p in range(len(places.made)):
        for x in range(_LANES):
            state.down[p, x] = 0.0
    for b in range(len(rules.by_product)):
        for at in range(c):
            host, place = rules.host[b] * c + at, rules.by_product[b] * c + at
            for x in range(_LANES):
                ran = state.made[host, x] / places.made[host] if places.made[host] > 0 else 1.0
                state.down[place, x] += rules.host_share[b] * (1 - ran)


@compiled
def _block(arcs: _Arcs, places: _Places, rules: _Rules, hits: _Hits, slots: int, seen: Array) -> Array:
    """All weeks of a block, into `seen` (draws, shown, weeks, places); gives the residual by lane."""
    n, a = len(places.made), len(arcs.flow)
    c = n // len(rules.recycled)
    state = _State(
        *(np.zeros((n, _LANES)), np.zeros((n, _LANES)), np.zeros((n, _LANES)), np.zeros((n, _LANES))),
        *(np.zeros((n, _LANES)), np.zeros((n, _LANES)), np.zeros((n, _LANES)), np.zeros((n, _LANES))),
        *(np.zeros((n, _LANES)), np.zeros((n, _LANES)), np.zeros((n, _LANES)), np.zeros((n, _LANES))),
        *(np.zeros((n, _LANES)), np.zeros((n, _LANES)), np.zeros((n, _LANES)), np.zeros((n, _LANES))),
        *(np.zeros((n, _LANES)), np.zeros((n, _LANES)), np.zeros((a, _LANES)), np.zeros((a, _LANES))),
        np.zeros((n, slots, _LANES)),
    )
    for p in range(n):
        for x in range(_LANES):
            state.stock0[p, x] = hits.cover_weeks[p // c, x] * places.claims[p]
            state.own[p, x] = places.made[p]
    for i in range(a):
        for x in range(_LANES):
            state.wish[i, x] = arcs.flow[i]
    residual = np.zeros(_LANES)
    shown = np.empty((_SHOWN, n, _LANES))
    for t in range(hits.limit.shape[0]):
        _order(t, arcs, places, rules, hits, state)
        _supply(t, places, rules, hits, state)
        _ship(t, arcs, places, hits, state)
        _contract(t, arcs, places, hits, state)
        _take(places, rules, state)
        _settle(t, places, hits, state, shown, residual)
        _couple(places, rules, state)
        for x in range(len(seen)):
            for v in range(_SHOWN):
                for p in range(n):
                    seen[x, v, t, p] = shown[v, p, x]
    return residual
