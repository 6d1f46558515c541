"""Market x draws -> the market after the shock: one market, or a stream of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields

import numpy as np

from monazite.core.errors import NotConverged
from monazite.core.threads import one_for_products
from monazite.simulation.market.solve import balance, solve
from monazite.simulation.market.state import banned, check_draws, state_of
from monazite.simulation.market.values import AXES, Array, Clearing, Draws, Market

__all__ = ["TOLERANCE", "clear", "cleared"]

TOLERANCE = 1e-10
"""Largest log residual at which a draw counts as cleared."""

# So many flows, those of all draws together, are solved at once.
_FLOWS = 1 << 21
_NEUTRAL = {
    "exact": False,
    "tariff": 0.0,
    "tariff_before": 0.0,
    "supply_factor": 1.0,
    "price_usd_per_t": 1.0,
    "distance_km": 1.0,
}


def clear(market: Market, draws: Draws) -> Clearing:
    """The equilibrium after the shock in every draw.

    With log changes ``p_i`` of exporters' prices, ``T_ij`` what tariffs add and ``t_ij`` shadow prices::

        P_j  = -1/(sigma-1) log sum_i s_ij exp(-(sigma-1)(p_i + T_ij + t_ij))
        q_ij = q0_ij exp(-sigma (p_i + T_ij + t_ij - P_j) - eta P_j)
        S_i  = k_i S0_i exp(c (1 - exp(-epsilon p_i / c)))   for p_i > 0, with c = log(1 + spare)
        S_i  = k_i S0_i exp(epsilon p_i)                     for p_i <= 0
        sum_j q_ij = S_i
        q_ij = 0 if banned; q_ij = stated_ij if exact; q_ij <= quota_ij, t_ij >= 0 and one of them equal; else t_ij = 0

    Supply has elasticity epsilon at today's price and flattens smoothly at the spare capacity.

    :raises ScenarioError: if exact flows are more than their exporter can supply.
    :raises NotConverged: if a residual stays above `TOLERANCE`, naming the draw; there is no partial answer.
    """
    check_draws(market, draws)
    count, most = len(draws.sigma), _at_once(market)
    rows = [slice(first, first + most) for first in range(0, max(count, 1), most)]
    found = [_answer(market.rows(part), draws.rows(part)) for part in rows]
    whole = found[0]
    if len(found) > 1:
        whole = Clearing(*(np.concatenate([getattr(x, f.name) for x in found]) for f in fields(Clearing)))
    _certify(whole, "market")
    return whole


def cleared(cases: Iterable[tuple[Market, Draws]]) -> Iterator[Clearing]:
    """The equilibrium of each case in turn; as many are solved at once as fit, and no more are held.

    A case may be a scenario, a part of the draws, or both. Cases are solved together as they come, while they have the
    same numbers of exporters and importers.

    :raises NotConverged: as `clear` does, naming the case by its place, from 0.
    """
    waiting: list[tuple[Market, Draws]] = []
    draws, done = 0, 0
    for market, drawn in cases:
        check_draws(market, drawn)
        draws += len(drawn.sigma)
        if waiting and (draws > _at_once(market) or _shape(waiting[0][0]) != _shape(market)):
            yield from _together(waiting, done)
            waiting, draws, done = [], len(drawn.sigma), done + len(waiting)
        waiting.append((market, drawn))
    if waiting:
        yield from _together(waiting, done)


def _at_once(market: Market) -> int:
    exporters, importers = _shape(market)
    return max(1, _FLOWS // max(1, exporters * importers))


def _shape(market: Market) -> tuple[int, int]:
    *_, exporters, importers = market.base_t.shape
    return exporters, importers


def _together(cases: list[tuple[Market, Draws]], first: int) -> Iterator[Clearing]:
    counts = [len(draws.sigma) for _, draws in cases]
    found = _answer(_stacked([market for market, _ in cases], counts), _drawn([draws for _, draws in cases]))
    ends = np.cumsum(counts)
    for k, (start, end) in enumerate(zip(ends - counts, ends, strict=True)):
        one = Clearing(*(getattr(found, f.name)[start:end] for f in fields(Clearing)))
        _certify(one, f"market, case {first + k}")
        yield one


def _stacked(markets: list[Market], counts: list[int]) -> Market:
    """One market by draw; what all have in common stays as it is."""
    shape = _shape(markets[0])
    joined = {}
    for name, axes in AXES.items():
        given = [getattr(market, name) for market in markets]
        if all(x is given[0] for x in given) and (given[0] is None or given[0].ndim == axes):
            joined[name] = given[0]
            continue
        each = [_NEUTRAL[name] if x is None else x for x in given]
        joined[name] = np.concatenate(
            [np.broadcast_to(x, (n, *shape[:axes])) for x, n in zip(each, counts, strict=True)]
        )
    return Market(**joined)


def _drawn(draws: list[Draws]) -> Draws:
    joined: dict[str, Array | None] = {}
    for field in fields(Draws):
        given = [getattr(d, field.name) for d in draws]
        if all(x is None for x in given):
            continue
        each: list[Array] = [np.zeros(len(d.sigma)) if x is None else x for x, d in zip(given, draws, strict=True)]
        width = max((x.shape[1] for x in each if x.ndim > 1), default=0)
        joined[field.name] = np.concatenate(
            [np.broadcast_to(x[:, None], (len(x), width)) if width and x.ndim == 1 else x for x in each]
        )
    return Draws(**joined)  # type: ignore[arg-type]


def _answer(market: Market, draws: Draws) -> Clearing:
    state = state_of(market, draws)
    # What leaves the range of numbers on the way is no warning; the residuals tell at the end.
    with one_for_products(), np.errstate(all="ignore"):
        price, index, residuals = solve(state)
        now = balance(state, price, index)
        room = np.log(state.arc_limit / now.bought)
        unmet = np.where(state.arc_exact, room, np.minimum(now.shadow_log, room))
        np.maximum.at(residuals, state.arc[0], np.abs(unmet))
    count, shape = len(price), _shape(market)
    price_log, index_log = (np.zeros((count, size)) for size in shape)
    unsold = np.where(state.sold, np.where(state.offered > 0, -np.inf, np.inf), 0.0)
    price_log[:, state.sellers] = np.where(state.offers, price, unsold)
    index_log[:, state.buyers] = np.where(state.spent > 0, now.index_log, 0.0)
    shadow_log = np.zeros((count, *shape))
    draw, seller, buyer = state.arc
    at = draw, state.sellers[seller], state.buyers[buyer]
    shadow_log[at] = now.shadow_log
    np.copyto(shadow_log, np.inf, where=banned(market))
    flow_t = state.whole(state.flow, shape, now.push, now.pull)
    flow_t[at] = now.bought
    return Clearing(
        base_t=state.whole(state.base, shape),
        flow_t=flow_t,
        price_log=price_log,
        index_log=index_log,
        shadow_log=shadow_log,
        residuals=residuals,
    )


def _certify(found: Clearing, name: str) -> None:
    wrong = np.flatnonzero(~(found.residuals <= TOLERANCE))
    if len(wrong):
        what = f"largest residual is {found.residuals[wrong[0]]:.1e}, expected {TOLERANCE:.0e} or less"
        more = f"; {len(wrong)} of {len(found.residuals)} draws found no balance" if len(wrong) > 1 else ""
        raise NotConverged(f"{name}, draw {wrong[0]}", what + more, "narrow the parameters, or ease what is stated")
