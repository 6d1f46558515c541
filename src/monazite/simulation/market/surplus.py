"""Who gains and who loses by a shock, in money."""

from __future__ import annotations

import numpy as np

from monazite.simulation.market.solve import supply_log
from monazite.simulation.market.state import cap_log, price_paid
from monazite.simulation.market.values import Array, Clearing, Draws, Market, Welfare

__all__ = ["welfare"]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(32)


def welfare(market: Market, draws: Draws, found: Clearing) -> Welfare:
    """Change of surpluses, tariff revenue and quota rents by a clearing, against the year before.

    With ``E_j`` what importer j spent and ``R_i`` what exporter i earned before, and ``r_i`` its price before::

        consumer_j = -E_j (exp((1-eta) P_j) - 1) / (1-eta)        the area left of demand, up to the index
        producer_i = k_i R_i (V + I(p_i)) - R_i V                 the area left of supply, up to the price
                     with V = 1/(1+epsilon), I(p) = integral from 0 to p of exp(x) S(x)/S(0) dx
        revenue_j  = sum_i r_i (tariff_ij exp(p_i) q_ij - tariff_before_ij q0_ij)
        rent_ij    = r_i exp(p_i) (1 + tariff_ij) (exp(t_ij) - 1) q_ij

    These are the effects of Francois and Hall (2003), who take the first two terms of each area. A bundle of which
    nothing is left to buy costs ``E_j / (eta - 1)``, without bound at eta = 1. Consumers are taken to pay the rent;
    whoever holds the quota has it. The four together are the change of the world's surplus.
    """
    price = np.ones(1) if market.price_usd_per_t is None else market.price_usd_per_t
    factor = np.ones(1) if market.supply_factor is None else market.supply_factor
    tariff, before = (0.0 if x is None else x for x in (market.tariff, market.tariff_before))
    paid = price_paid(market)
    spent = (found.base_t if paid is None else found.base_t * paid).sum(axis=1)
    eta = draws.eta[:, None]
    with np.errstate(all="ignore"):
        dearer = np.where(eta == 1, found.index_log, np.expm1((1 - eta) * found.index_log) / (1 - eta))
        # Where nothing is sold a price is no number, and a ban has no rent.
        worth = np.where(found.flow_t > 0, (price * np.exp(found.price_log))[..., None] * found.flow_t, 0.0)
        rent = np.where(worth > 0, worth * (1 + tariff) * np.expm1(found.shadow_log), 0.0)
    earned = price * found.base_t.sum(axis=2)
    epsilon, most = (x[:, None] if x.ndim == 1 else x for x in (draws.epsilon, cap_log(draws)))
    whole = 1 / (1 + epsilon)
    left = np.where(
        factor > 0, factor * (whole + _risen(np.where(factor > 0, found.price_log, 0.0), epsilon, most)), 0.0
    )
    return Welfare(
        consumer=np.where(spent > 0, -spent * dearer, 0.0),
        producer=earned * (left - whole),
        revenue=(worth * tariff - price[..., None] * before * found.base_t).sum(axis=1),
        rent=rent,
    )


def _risen(price: Array, epsilon: Array, most: Array) -> Array:
    """What a unit of sales gains as log price goes from 0 to `price`: in closed form below 0, by quadrature above."""
    up = np.maximum(price, 0.0)[..., None]
    at = up * (_NODES + 1) / 2
    level, _ = supply_log(at, epsilon[..., None], most[..., None])
    gained = (np.exp(level + at) @ _WEIGHTS) * up[..., 0] / 2
    lost = np.expm1((1 + epsilon) * np.minimum(price, 0.0)) / (1 + epsilon)
    return gained + lost
