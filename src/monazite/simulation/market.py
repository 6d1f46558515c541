"""One stage of one mineral over one year: who goes short, who steps in, at what price, for many draws at once.

Importers choose among exporters with constant elasticity of substitution (Armington 1969; the partial-equilibrium
form of Francois and Hall 2003), exporters supply along a rising curve that flattens at their spare capacity, and
every exporter's market clears. A stated flow is a constraint with a shadow price.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from monazite.core.errors import NotConverged, ScenarioError

__all__ = ["TOLERANCE", "Clearing", "Draws", "Market", "clear", "with_latent_links"]

Array = NDArray[np.float64]

TOLERANCE = 1e-10
"""Largest log residual of any market at which a solution counts as found."""

_STEPS, _LONGEST_STEP = 200, 1.0
# A stated flow below this part of the base flow is none: its shadow price would be beyond all measure.
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """Parameters by draw, each of shape (draws,).

    sigma: elasticity of substitution between suppliers, above 1. eta: elasticity of the bundle's demand, from 1 (below
    it, losing a supplier would raise the tonnes bought) to below sigma.
    epsilon: elasticity of supply, above 0. spare: spare capacity over present sales, above 0. latent: share of an
    importer's purchases that exporters who do not sell to it yet could win at today's prices, 0 or more.
    """

    sigma: Array
    eta: Array
    epsilon: Array
    spare: Array
    latent: Array

    def __post_init__(self) -> None:
        bounds = {
            "sigma above 1": self.sigma > 1,
            "eta of 1 or more": self.eta >= 1,
            "eta below sigma": self.eta < self.sigma,
            "epsilon above 0": self.epsilon > 0,
            "spare above 0": self.spare > 0,
            "latent from 0 to below 1": (self.latent >= 0) & (self.latent < 1),
        }
        broken = [rule for rule, held in bounds.items() if not np.all(held)]
        if broken:
            raise ScenarioError("market parameters", f"expected {', '.join(broken)}", "keep to these bounds")


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """The market before the shock and what is stated after it.

    `base_t` (exporters, importers): tonnes a year. `stated` (exporters, importers): whether a flow is stated;
    `stated_t`: what it is then, between 0 and the base flow; by draw, (draws, exporters, importers), where it is not
    known to a point.
    """

    base_t: Array
    stated: NDArray[np.bool_]
    stated_t: Array

    def __post_init__(self) -> None:
        if not (np.isfinite(self.base_t).all() and (self.base_t >= 0).all()):
            raise ScenarioError("market", "a base flow is negative or not finite", "give tonnes of 0 or more")
        beyond = self.stated & ~((self.stated_t >= 0) & (self.stated_t <= self.base_t))
        if beyond.any():
            raise ScenarioError("market", "a stated flow is outside 0 to the base flow", "state what is left of it")


@dataclass(frozen=True, slots=True, eq=False)
class Clearing:
    """The market after the shock.

    `base_t` and `flow_t` (draws, exporters, importers); `price_log` (draws, exporters): change of each exporter's
    price, natural log; `index_log` (draws, importers): change of each importer's price index, which also rises with the
    choice it has lost, infinite where nothing is left to buy; `shadow_log` (draws, exporters, importers): what
    the buyer would pay on top for a stated flow; `residual`: largest log residual of all markets and draws.
    """

    base_t: Array
    flow_t: Array
    price_log: Array
    index_log: Array
    shadow_log: Array
    residual: float


def with_latent_links(base_t: Array, latent: Array) -> Array:
    """Base flows by draw, (draws, exporters, importers), with small flows where there are none.

    An importer's new links take the share `latent` of its purchases, spread over the exporters that do not sell to it
    by their size in the world; its present suppliers give way in proportion, so its total stays. None sells to itself.
    """
    sold, bought = base_t.sum(axis=1), base_t.sum(axis=0)
    open_ = (base_t == 0) & (sold[:, None] > 0) & (np.arange(base_t.shape[0])[:, None] != np.arange(base_t.shape[1]))
    weight = np.where(open_, (sold / max(sold.sum(), 1e-300))[:, None], 0.0)
    new = latent[:, None, None] * weight * bought
    with np.errstate(invalid="ignore", divide="ignore"):
        room = np.where(bought > 0, 1.0 - new.sum(axis=1) / bought, 1.0)
    linked: Array = base_t * room[:, None, :] + new
    return linked


def clear(market: Market, draws: Draws) -> Clearing:
    """The equilibrium after the shock in every draw.

    With log price changes ``p_i`` of exporters and shadow prices ``t_ij`` of stated flows::

        P_j  = -1/(sigma-1) log sum_i s_ij exp(-(sigma-1)(p_i + t_ij))
        q_ij = q0_ij exp(-sigma (p_i + t_ij - P_j) - eta P_j)
        S_i  = S0_i exp(c (1 - exp(-epsilon p_i / c)))   for p_i > 0, with c = log(1 + spare)
        S_i  = S0_i exp(epsilon p_i)                     for p_i <= 0
        sum_j q_ij = S_i,   q_ij = stated_ij or t_ij = 0

    Supply has elasticity epsilon at today's price and flattens smoothly at the spare capacity. Solved by Newton's
    method on logs; since an exporter's demand falls more by its own price than it rises by all others', the Jacobian
    is diagonally dominant and steps of limited length reach the one solution.

    :raises NotConverged: if a residual stays above `TOLERANCE`; there is no partial answer.
    """
    base = with_latent_links(market.base_t, draws.latent)
    nothing = market.stated_t <= _NOTHING * market.base_t
    stopped = market.stated & nothing.all(axis=tuple(range(nothing.ndim - 2)))  # in all draws alike
    kept = np.where(stopped, 0.0, base)
    sellers = np.flatnonzero(kept.sum(axis=(0, 2)) > 0)
    buyers = np.flatnonzero(kept.sum(axis=(0, 1)) > 0)
    arcs = np.argwhere((market.stated & ~stopped)[np.ix_(sellers, buyers)])
    stated = market.stated_t[..., sellers[arcs[:, 0]], buyers[arcs[:, 1]]]
    bought, sold = base[:, :, buyers].sum(axis=1), base[:, sellers].sum(axis=2)
    state = _State(bought, sold, kept[:, sellers][:, :, buyers], arcs, stated, draws)
    # The matrices are small and many: threads inside each one wait for each other longer than they work.
    with threadpool_limits(limits=1, user_api="blas"):
        price, shadow, residual = _solve(state)
    q, index, _ = _demand(state, price, shadow)
    d, shape = len(draws.sigma), market.base_t.shape
    flow, shadow_log = np.zeros((d, *shape)), np.zeros((d, *shape))
    flow[:, sellers[:, None], buyers] = q
    shadow_log[:, sellers[arcs[:, 0]], buyers[arcs[:, 1]]] = shadow
    shadow_log[:, stopped] = np.inf
    price_log = np.zeros((d, shape[0]))
    price_log[:, sellers] = price
    index_log = np.where(base.sum(axis=1) > 0, np.inf, 0.0)
    index_log[:, buyers] = index
    return Clearing(base, flow, price_log, index_log, shadow_log, residual)


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """The market without empty rows and columns.

    `bought` (draws, importers) and `sold` (draws, exporters) are before the shock; `kept` (draws, exporters, importers)
    are the base flows that are not stopped; `arcs` (n, 2) are positions of stated flows above zero.
    """

    bought: Array
    sold: Array
    kept: Array
    arcs: NDArray[np.int64]
    stated: Array
    draws: Draws


def _demand(state: _State, price: Array, shadow: Array) -> tuple[Array, Array, Array]:
    """Flows (draws, exporters, importers), price indices (draws, importers), and suppliers' shares at these prices."""
    sigma, eta = state.draws.sigma[:, None], state.draws.eta[:, None]
    # Only stated flows have a price of their own: what all others pay is an exponential by exporter, not by flow.
    weight = state.kept / state.bought[:, None, :] * np.exp(-(sigma - 1) * price)[:, :, None]
    q = state.kept * np.exp(-sigma * price)[:, :, None]
    stated = (slice(None), *state.arcs.T)
    weight[stated] *= np.exp(-(sigma - 1) * shadow)
    q[stated] *= np.exp(-sigma * shadow)
    sum_ = weight.sum(axis=1)
    index = -np.log(sum_) / (sigma - 1)
    return q * np.exp((sigma - eta) * index)[:, None, :], index, weight / sum_[:, None, :]


def _supply_log(price: Array, draws: Draws) -> tuple[Array, Array]:
    """Log of supply over base supply, and its slope."""
    push, cap = draws.epsilon[:, None] * price, np.log1p(draws.spare)[:, None]
    up = np.maximum(push, 0.0)
    level = np.where(push > 0, cap * -np.expm1(-up / cap), push)
    slope = draws.epsilon[:, None] * np.where(push > 0, np.exp(-up / cap), 1.0)
    return level, slope


def _solve(state: _State) -> tuple[Array, Array, float]:
    d, e = state.kept.shape[:2]
    k = len(state.arcs)
    price, shadow = np.zeros((d, e)), np.zeros((d, k))
    binding = np.ones((d, k), dtype=bool)
    log_base = np.log(state.sold)
    residual = np.inf
    for _ in range(_STEPS):
        q, _, share = _demand(state, price, shadow)
        level, slope = _supply_log(price, state.draws)
        sold = q.sum(axis=2)
        arc_q = q[:, state.arcs[:, 0], state.arcs[:, 1]]
        gap_price = np.log(sold) - log_base - level
        gap_arc = np.where(binding, np.log(arc_q) - np.log(state.stated), shadow)
        residual = float(max(np.abs(gap_price).max(initial=0.0), np.abs(gap_arc).max(initial=0.0)))
        if residual < TOLERANCE:
            # A stated flow is an upper limit: where its shadow price fell below zero it does not bind.
            loose = binding & (shadow < -1e-9)
            if not loose.any():
                return price, shadow, residual
            binding &= ~loose
            continue
        step = np.linalg.solve(
            _jacobian(state, q, share, slope, binding), -np.concatenate([gap_price, gap_arc], 1)[..., None]
        )
        step = step[..., 0]
        longest = np.abs(step).max(axis=1, keepdims=True)
        step *= np.minimum(1.0, _LONGEST_STEP / np.maximum(longest, 1e-300))
        price, shadow = price + step[:, :e], shadow + step[:, e:]
    raise NotConverged("market", f"largest residual is {residual:.1e} after {_STEPS} steps", "narrow the parameters")


def _jacobian(state: _State, q: Array, share: Array, slope: Array, binding: NDArray[np.bool_]) -> Array:
    """Derivatives of (log sold - log supplied, log stated flow) by (price, shadow price), (draws, e + k, e + k)."""
    d, e = slope.shape
    k = len(state.arcs)
    sigma, cross = state.draws.sigma, state.draws.sigma - state.draws.eta
    part = q / q.sum(axis=2, keepdims=True)
    full = np.zeros((d, e + k, e + k))
    full[:, :e, :e] = cross[:, None, None] * (part @ share.transpose(0, 2, 1))
    at = np.arange(e)
    full[:, at, at] -= sigma[:, None] + slope
    if k:
        seller, buyer = state.arcs.T
        full[:, :e, e:] = cross[:, None, None] * part[:, :, buyer] * share[:, seller, buyer][:, None, :]
        full[:, seller, e + np.arange(k)] -= sigma[:, None] * part[:, seller, buyer]
        rows = cross[:, None, None] * share[:, :, buyer].transpose(0, 2, 1)
        rows[:, np.arange(k), seller] -= sigma[:, None]
        same = (buyer[:, None] == buyer[None, :]).astype(float)
        own = cross[:, None, None] * same * share[:, seller, buyer][:, None, :]
        own[:, np.arange(k), np.arange(k)] -= sigma[:, None]
        full[:, e:, :e] = np.where(binding[:, :, None], rows, 0.0)
        full[:, e:, e:] = np.where(binding[:, :, None], own, np.eye(k))
    return full
