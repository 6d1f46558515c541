"""The market's values: trade before, what is stated after, the parameters by draw, and the answer."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import ScenarioError

__all__ = ["Clearing", "Draws", "Market", "Welfare"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """Parameters by draw, each of shape (draws,); `epsilon` and `spare` by exporter too if (draws, exporters).

    sigma: elasticity of substitution between suppliers, above 1. eta: elasticity of the bundle's demand, from 1 (below
    it, losing a supplier would raise the tonnes bought) to below sigma.
    epsilon: elasticity of supply, above 0. spare: spare capacity over present sales, above 0; infinite where supply
    never flattens. latent: share of an importer's purchases that exporters who do not sell to it yet could win at
    today's prices, 0 or more. distance: elasticity by which new links fall with distance, 0 or more; without it they
    go by the exporters' size alone.
    """

    sigma: Array
    eta: Array
    epsilon: Array
    spare: Array
    latent: Array
    distance: Array | None = None

    def __post_init__(self) -> None:
        given = {f.name: x for f in fields(self) if (x := getattr(self, f.name)) is not None}
        if len({len(x) for x in given.values()}) > 1:
            lengths = ", ".join(f"{name} {len(x)}" for name, x in given.items())
            raise ScenarioError(
                "market parameters", f"unequal numbers of draws: {lengths}", "give one value for each draw"
            )
        far = given.get("distance", np.zeros(1))
        bounds = {
            "sigma above 1": (self.sigma > 1) & (self.sigma < np.inf),
            "eta of 1 or more": self.eta >= 1,
            "eta below sigma": self.eta < self.sigma,
            "epsilon above 0": (self.epsilon > 0) & (self.epsilon < np.inf),
            "spare above 0": self.spare > 0,
            "latent from 0 to below 1": (self.latent >= 0) & (self.latent < 1),
            "distance of 0 or more": (far >= 0) & (far < np.inf),
        }
        broken = [rule for rule, held in bounds.items() if not np.all(held)]
        if broken:
            raise ScenarioError("market parameters", f"expected {', '.join(broken)}", "keep to these bounds")

    def rows(self, rows: slice) -> Draws:
        """Some of the draws."""
        return replace(self, **{f.name: x[rows] for f in fields(self) if (x := getattr(self, f.name)) is not None})


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """The market before the shock and what is stated after it.

    `base_t` (exporters, importers): tonnes a year. `stated` (exporters, importers): whether a flow is stated, and
    `stated_t` what it is then: 0 is a ban, another number a quota, an upper limit that need not bind. `exact`: stated
    flows that hold to the tonne even where trade would be smaller.

    `tariff` and `tariff_before`: ad-valorem tariffs after and before, shares of the seller's price. `supply_factor`
    (exporters,): what an exporter offers at today's price over what it sells; 0.6 where 40% of its capacity is lost.
    `price_usd_per_t` (exporters,): prices before; without them a tonne is worth the same from everyone, and surpluses
    count tonnes at today's price. `distance_km`: steers the latent links, with `Draws.distance`.

    Each of them may be by draw, with the draws as axis 0.
    """

    base_t: Array
    stated: Mask
    stated_t: Array
    exact: Mask | None = None
    tariff: Array | None = None
    tariff_before: Array | None = None
    supply_factor: Array | None = None
    price_usd_per_t: Array | None = None
    distance_km: Array | None = None

    def __post_init__(self) -> None:
        for name, axes in AXES.items():
            x, shape = getattr(self, name), self.base_t.shape[-2:]
            if x is not None and not (x.shape[-axes:] == shape[:axes] and axes <= x.ndim <= axes + 1):
                what = f"{name} has shape {x.shape} beside flows of shape {self.base_t.shape}"
                raise ScenarioError("market", what, "give (exporters, importers), or (exporters,), or these by draw")
        self._check("base_t", "a base flow is negative or not finite", 0.0)
        if not np.all((self.stated_t >= 0) | ~self.stated):
            raise ScenarioError("market", "a stated flow is negative or not a number", "state what is left of it")
        if self.exact is not None and np.any(self.exact & ~(self.stated & np.isfinite(self.stated_t))):
            raise ScenarioError("market", "an exact flow is not stated or not finite", "state its tonnes")
        self._check("tariff", "a tariff is -1 or less, or not finite", -1.0, apart=True)
        self._check("tariff_before", "a tariff before is -1 or less, or not finite", -1.0, apart=True)
        self._check("supply_factor", "a supply factor is negative or not finite", 0.0)
        self._check("price_usd_per_t", "a price is 0 or less, or not finite", 0.0, apart=True)
        self._check("distance_km", "a distance is negative or not finite", 0.0)

    def _check(self, name: str, wrong: str, least: float, apart: bool = False) -> None:
        x = getattr(self, name)
        if x is not None and not (np.isfinite(x).all() and ((x > least) if apart else (x >= least)).all()):
            raise ScenarioError(
                "market", wrong, f"give numbers {'above' if apart else 'of'} {least:g}{'' if apart else ' or more'}"
            )

    def rows(self, rows: slice) -> Market:
        """The market of some of the draws."""
        by_draw = {n: x for n, axes in AXES.items() if (x := getattr(self, n)) is not None and x.ndim > axes}
        return replace(self, **{name: x[rows] for name, x in by_draw.items()})


AXES = {f.name: 1 if f.name in ("supply_factor", "price_usd_per_t") else 2 for f in fields(Market)}
"""How many axes each array of a `Market` has, apart from the draws."""


@dataclass(frozen=True, slots=True, eq=False)
class Clearing:
    """The market after the shock.

    `base_t` and `flow_t` (draws, exporters, importers); `price_log` (draws, exporters): change of each exporter's
    price, natural log; minus infinity where none may buy from it, infinite where it has nothing left to sell;
    `index_log` (draws, importers): change of each importer's price index, which also rises with the
    choice it has lost, infinite where nothing is left to buy; `shadow_log` (draws, exporters, importers): what
    the buyer would pay on top for a stated flow, natural log: infinite for a ban, 0 where a quota does not bind,
    negative where an exact flow is more than would be bought.

    `residuals` (draws,) is the certificate: how far the worst market of a draw is from clear, an index from its
    definition, a shadow price or the room under its quota from 0, all as logs.
    """

    base_t: Array
    flow_t: Array
    price_log: Array
    index_log: Array
    shadow_log: Array
    residuals: Array

    @property
    def residual(self) -> float:
        """The largest residual of all draws."""
        return float(self.residuals.max(initial=0.0))


@dataclass(frozen=True, slots=True, eq=False)
class Welfare:
    """Who gains and loses by a shock, against the year before, USD a year (or tonnes at today's price).

    `consumer` (draws, importers): change of consumer surplus. `producer` (draws, exporters): change of producer
    surplus. `revenue` (draws, importers): change of tariff revenue. `rent` (draws, exporters, importers): what a quota
    is worth to whoever holds the right to sell or buy under it.
    """

    consumer: Array
    producer: Array
    revenue: Array
    rent: Array
