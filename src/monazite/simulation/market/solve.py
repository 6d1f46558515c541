"""Prices at which every exporter's market clears: a fixed point on logs, for many draws at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from monazite.simulation.market.state import State
from monazite.simulation.market.values import Array

__all__ = ["Balance", "balance", "solve", "supply_log"]

_STEPS, _MEMORY, _AIM = 500, 5, 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Balance:
    """Demand against supply at given prices.

    `gap` (draws, exporters): log of what is wanted over what is offered; `slope`: how fast it closes as the own price
    rises. `index_log` (draws, importers). A flow is `State.flow` times its exporter's `push` and its importer's `pull`;
    at arcs it is `bought` (arcs,), at a shadow price `shadow_log`.
    """

    gap: Array
    slope: Array
    index_log: Array
    push: Array
    pull: Array
    bought: Array
    shadow_log: Array


def balance(state: State, price: Array, index: Array) -> Balance:
    """Demand against supply at log prices (draws, exporters) and, for shadow prices, log indices of `State.index`."""
    sigma, cross = state.sigma, state.sigma - state.eta
    weight = np.where(state.sells, np.exp(-(sigma - 1) * price), 0.0)
    push = np.where(state.sells, np.exp(-sigma * price), 0.0)
    draw, seller, buyer = state.arc
    arc_sigma, arc_cross = sigma[draw, 0], cross[draw, 0]
    own = price[draw, seller] + state.arc_tax_log
    # What a buyer would pay, tariff and shadow price included, for just the limit: demand solved for its price.
    limit = np.log(state.arc_flow / state.arc_limit) / arc_sigma
    paid = _paid(state, own, limit + arc_cross / arc_sigma * index[draw, state.arc_index])
    left = state.worth.bought(weight) / state.spent
    left += state.by_buyer(state.arc_worth * np.exp((1 - arc_sigma) * paid))
    index_log = np.log(left) / (1 - sigma)
    pull = np.where(left > 0, np.exp(cross * index_log), 0.0)
    at_arc = arc_cross * index_log[draw, buyer]
    wanted = state.arc_flow * np.exp(at_arc - arc_sigma * own)
    held = state.arc_exact | (wanted >= state.arc_limit)
    bought = np.where(held, state.arc_limit, wanted)
    free = push * state.flow.sold(pull)
    sold = free + state.by_seller(bought)
    free += state.by_seller(np.where(held, 0.0, bought))
    level, slope = supply_log(price, state.epsilon, state.cap_log)
    return Balance(
        gap=np.where(state.offers, np.log(sold / state.offered) - level, 0.0),
        slope=np.where(state.offers, sigma * free / sold + slope, 1.0),
        index_log=index_log,
        push=push,
        pull=pull,
        bought=bought,
        shadow_log=_paid(state, own, limit + at_arc / arc_sigma) - own,
    )


def _paid(state: State, own: Array, at_limit: Array) -> Array:
    return np.where(state.arc_exact, at_limit, np.maximum(own, at_limit))


def supply_log(price: Array, epsilon: Array, cap_log: Array) -> tuple[Array, Array]:
    """Log of supply over supply at old prices, and its slope, at log prices (draws, exporters)."""
    push = epsilon * price
    up = np.maximum(push, 0.0)
    return np.where(push > 0, -cap_log * np.expm1(-up / cap_log), push), epsilon * np.exp(-up / cap_log)


def solve(state: State) -> tuple[Array, Array, Array]:
    """Log prices (draws, exporters), log indices of `State.index`, and the largest residual of each draw.

    The plain step, "price + gap / (sigma + epsilon), and the index at these prices", is a contraction: raise all by at
    most some amount and the next rise by less, since a bundle is bought less the dearer it is (eta > 0) and supplied
    more (epsilon > 0). It has one fixed point. Anderson's mixing (1965) of the last points gets there faster; where a
    mixed point lies farther off, the plain step is taken from the best point so far, and always gets nearer.
    """
    draws, exporters = state.offered.shape
    size = exporters + len(state.index)
    cross = (state.sigma - state.eta) / state.sigma
    # Indices of a step ago weigh less than prices, but more than they move themselves: then both shrink together.
    weight = np.concatenate(
        [np.ones((draws, exporters)), np.broadcast_to((1 + cross) / 2, (draws, len(state.index)))], 1
    )
    solved, certified, left = np.zeros((draws, size)), np.zeros(draws), np.arange(draws)
    x = np.zeros((draws, size))
    best, step, plain = x, x, x
    distance, residual = np.full(draws, np.inf), np.full(draws, np.inf)
    moved, changed = np.zeros((draws, _MEMORY, size)), np.zeros((draws, _MEMORY, size))
    for k in range(_STEPS):
        now = balance(state, x[:, :exporters], x[:, exporters:])
        jump = np.where(state.tied, now.index_log[:, state.index] - x[:, exporters:], 0.0)
        new_plain = np.concatenate([now.gap / (state.sigma + state.epsilon), jump], axis=1)
        new_step = np.concatenate([now.gap / now.slope, jump], axis=1)
        new_distance = np.abs(weight * new_plain).max(axis=1, initial=0.0)
        nearer = new_distance < distance
        row = nearer[:, None]
        if k > 0:
            moved[:, k % _MEMORY] = np.where(row, x - best, 0.0)
            changed[:, k % _MEMORY] = np.where(row, new_step - step, 0.0)
        best, step, plain = np.where(row, x, best), np.where(row, new_step, step), np.where(row, new_plain, plain)
        distance = np.where(nearer, new_distance, distance)
        gap = np.maximum(np.abs(now.gap).max(axis=1, initial=0.0), np.abs(jump).max(axis=1, initial=0.0))
        residual = np.where(nearer, gap, residual)
        solved[left], certified[left] = best, residual
        wide = ~(residual <= _AIM)
        if not wide.any():
            break
        x = best + np.where(row, _mixed(step, moved, changed), plain)
        if 2 * wide.sum() <= len(wide):  # the others need no more work
            state, left = state.rows(wide), left[wide]
            x, best, step, plain, weight = (a[wide] for a in (x, best, step, plain, weight))
            distance, residual, moved, changed = distance[wide], residual[wide], moved[wide], changed[wide]
    return solved[:, :exporters], solved[:, exporters:], certified


def _mixed(step: Array, moved: Array, changed: Array) -> Array:
    """The step from which as much is taken as the last moves (draws, memory, size) explain: Anderson's mixing."""
    gram = changed @ changed.transpose(0, 2, 1)
    scale = np.sqrt(np.diagonal(gram, axis1=1, axis2=2))[..., None]
    scale = np.where(scale == 0, 1.0, scale)
    gram = gram / scale / scale.transpose(0, 2, 1) + 1e-12 * np.eye(_MEMORY)
    part = np.linalg.solve(gram, changed @ step[..., None] / scale) / scale
    mixed: Array = step - (part.transpose(0, 2, 1) @ (moved + changed))[:, 0]
    return mixed
