"""A balanced network -> how much of the world's material passes through a country on its way from mine to last use.

The chain of `indicators.hidden` follows what is used at every place back to where it was mined or made from scrap.
With T the shares of the ways back, N = (I - T)^-1 holds how often each place is visited (Kemeny and Snell 1960, Finite
Markov Chains), and the way back from place e visits country x, whose places are P, with the share

    v_x(e) = N[e, P] N[P, P]^-1 1.

Of what is used at e, in tonnes U_e, let s_x(e) start in x. The betweenness of x is the part of the flow between the
others that passes through it,

    B_x = sum_e U_e (v_x(e) - s_x(e)) / sum_e U_e (1 - s_x(e))        over places e outside x,

the normalised flow betweenness of Freeman, Borgatti and White (1991, Social Networks 13), over the flows on record in
place of the largest possible ones.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from monazite.core.values import Status
from monazite.indicators.hidden import ways
from monazite.network.balance import Balance, balance
from monazite.network.supply import SupplyNetwork

__all__ = ["betweenness", "betweenness_rows"]

Array = NDArray[np.float64]

_SMALL = 1e-9


def betweenness(found: Balance) -> tuple[Array, Array]:
    """Betweenness of every country, and the share of all that others use that was in it at any time, (countries,).

    The second counts what was mined or made from scrap there too. NaN: a country with no supply at all, or one without
    which there is no flow.
    """
    n = len(found.countries)
    supply = found.flow_t.sum(axis=1) + found.production_t
    live = np.flatnonzero(supply > _SMALL * supply.sum(axis=1, keepdims=True))  # less is what the solver leaves of none
    chain, mined, scrap = ways(found)
    # A ring of countries that only sell to each other would make the system singular: a hair of it leaks.
    visits = np.linalg.inv(np.eye(len(live)) - (1 - _SMALL) * chain[np.ix_(live, live)])
    starts, used, country = (mined + scrap)[live], found.use_t.ravel()[live], live % n
    weighted = used @ visits
    between, through = np.full((2, n), np.nan)
    for x in np.unique(country):
        own = country == x
        inner = visits[np.ix_(own, own)]
        arrived = weighted[own] - used[own] @ inner  # visits on the ways back from places outside x
        passed, started = arrived @ np.linalg.solve(inner, np.ones(len(inner))), arrived @ starts[own]
        others = used[~own].sum()
        if others > 0:
            through[x] = min(passed / others, 1.0)
        if others - started > 1e-6 * others:
            between[x] = np.clip((passed - started) / (others - started), 0.0, 1.0)
    return between, through


def betweenness_rows(network: SupplyNetwork, year: int) -> Iterable[tuple[object, ...]]:
    """Betweenness of every country that makes or buys the mineral, with the stages whose trade is on no record."""
    found = balance(network, year)
    if all(found.untraded):
        yield network.mineral, "", year, np.nan, np.nan, "", _reason(network).value
        return
    between, through = betweenness(found)
    untraded = "|".join(s for s, dark in zip(found.stages, found.untraded, strict=True) if dark)
    for x in np.flatnonzero(np.isfinite(between)).tolist():
        yield network.mineral, found.countries[x], year, float(between[x]), float(through[x]), untraded, "ok"


def _reason(network: SupplyNetwork) -> Status:
    if not network.codes:
        return Status.NO_CODE
    return Status.NO_CONTENT if any(c.content is None for c in network.codes) else Status.NO_TRADE
