"""The values of the economy model: the table as traded, how firms behave, what hits them, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import ScenarioError

__all__ = ["BOARIO", "YEAR_DAYS", "Array", "Habits", "Rebuilding", "Run", "Shock", "Table"]

Array = NDArray[np.float64]

YEAR_DAYS = 365.0


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """An inter-country table by product bought, for the kernels.

    Nodes are industries of regions, n = products x regions in all, *product by product* (node `product * regions +
    region`); `by_product` and `by_region` turn arrays from the order of `reference.values.Economy` and back.

    `shares` (products, regions, n): what part of a product that a node buys comes from each region; columns sum to 1,
    or to 0 where a node buys none. `inputs_musd` (products, n): how much of each product a node buys a year.
    `output_musd`, `sold_musd` (to industries), `value_added_musd` (n,): a year's. `capital_musd` (n,): what it takes.
    """

    products: int
    regions: int
    shares: Array
    inputs_musd: Array
    output_musd: Array
    sold_musd: Array
    value_added_musd: Array
    capital_musd: Array

    @property
    def nodes(self) -> int:
        """How many industries of regions."""
        return self.products * self.regions

    def by_product(self, x: Array) -> Array:
        """An array over nodes on its last axis, from the order of an `Economy` to that of the table."""
        return x.reshape(*x.shape[:-1], self.regions, self.products).swapaxes(-1, -2).reshape(x.shape)

    def by_region(self, x: Array) -> Array:
        """The way back from `by_product`."""
        return x.reshape(*x.shape[:-1], self.products, self.regions).swapaxes(-1, -2).reshape(x.shape)


@dataclass(frozen=True, slots=True)
class Habits:
    """How firms behave.

    stock_days: days of use in stock of every input. restock_days: in how many days a gap is reordered. alarm_share
    (psi): below which part of the stock aimed at an input holds production back. overtime_most: the most a firm makes
    over what it made before; overtime_days: how long it takes to get there, and back. negligible_share: an input of
    less than this part of a node's output never holds it back. step_days: one step of the model; record_steps: how many
    a record is the mean of.

    The last three are for comparison with BoARIO 0.7.2 (see `BOARIO`). still_share: stocks and orders that are all
    within this of where they should be are left alone. signed_scarcity: overtime falls with negative scarcity instead
    of going back. forgets_rebuilding: what was just delivered for rebuilding counts as no demand when inputs are
    ordered.
    """

    stock_days: float = 90.0
    restock_days: float = 60.0
    alarm_share: float = 0.8
    overtime_most: float = 1.25
    overtime_days: float = 365.0
    negligible_share: float = 1e-5
    step_days: float = 1.0
    record_steps: int = 1
    still_share: float = 0.0
    signed_scarcity: bool = False
    forgets_rebuilding: bool = False

    def __post_init__(self) -> None:
        held = {
            "days above 0": min(self.stock_days, self.restock_days, self.overtime_days, self.step_days) > 0,
            "a step no longer than stocks and restocking": self.step_days <= min(self.stock_days, self.restock_days),
            "records of 1 step or more": self.record_steps >= 1,
            "alarm_share above 0, at most 1": 0 < self.alarm_share <= 1,
            "overtime_most of 1 or more": self.overtime_most >= 1,
            "shares of 0 or more": min(self.negligible_share, self.still_share) >= 0,
        }
        if wrong := [rule for rule, kept in held.items() if not kept]:
            raise ScenarioError("economy", f"expected {', '.join(wrong)}", "keep to these bounds")


BOARIO = Habits(negligible_share=1e-5 / YEAR_DAYS, still_share=1e-5, signed_scarcity=True, forgets_rebuilding=True)
"""The habits of `ARIOPsiModel` of BoARIO 0.7.2, its oddities included: docs/methods/ario.md names them."""


@dataclass(frozen=True, slots=True, eq=False)
class Rebuilding:
    """Destroyed capital that has to be built up again, by those who sell what that takes.

    `destroyed_share` (scenarios or 1, n): of each node's capital. `sectors` (products,): what of the damage is rebuilt
    by which product, summing to 1. `start`: the step at which it is lost; `since`: the step from which it is rebuilt;
    `days`: how fast, the part of what is left that is asked for a day being 1 / days.
    """

    destroyed_share: Array
    sectors: Array
    start: int
    since: int
    days: float


@dataclass(frozen=True, slots=True, eq=False)
class Shock:
    """What hits the economy; nodes (n) in the order of an `Economy`, scenarios first: all of them, or 1 for all.

    `lost_share` (scenarios, periods, n): capacity lost, which overtime can make up for; destroyed capital is one.
    `tied_share` (scenarios, n): the part of a node's output that needs something short; `missing_share` (scenarios,
    periods, n): the part of its normal output that cannot be made for want of it, at most `tied_share`; no overtime
    helps. A period is `period_days` long; after the last one nothing is lost or missing any more.
    """

    lost_share: Array | None = None
    tied_share: Array | None = None
    missing_share: Array | None = None
    rebuilding: tuple[Rebuilding, ...] = ()
    period_days: float = 7.0

    def __post_init__(self) -> None:
        tied, missing = self.tied_share, self.missing_share
        if (tied is None) != (missing is None):
            raise ScenarioError("economy", "what is missing comes without what is tied", "give both or none")
        if not all(((x >= 0) & (x <= 1)).all() for x in self._arrays()):
            raise ScenarioError("economy", "a share is outside 0 to 1", "give parts of capacity or output")
        if tied is not None and missing is not None and (missing > tied[:, None] + 1e-9).any():
            raise ScenarioError("economy", "more is missing than is tied", "tie all that needs the input")
        if len({len(x) for x in self._arrays()} - {1}) > 1:
            raise ScenarioError("economy", "arrays of different numbers of scenarios", "give each all or one")

    def _arrays(self) -> tuple[Array, ...]:
        own = (self.lost_share, self.tied_share, self.missing_share, *(r.destroyed_share for r in self.rebuilding))
        return tuple(x for x in own if x is not None)

    @property
    def scenarios(self) -> int:
        """How many are played."""
        return max((len(x) for x in self._arrays()), default=1)

    def rows(self, rows: slice) -> Shock:
        """Some of the scenarios."""

        def some(x: Array) -> Array:
            return x if len(x) == 1 else x[rows]

        names = ("lost_share", "tied_share", "missing_share")
        own: dict[str, Any] = {name: some(x) for name in names if (x := getattr(self, name)) is not None}
        rebuilding = tuple(replace(r, destroyed_share=some(r.destroyed_share)) for r in self.rebuilding)
        return replace(self, **own, rebuilding=rebuilding)


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What comes of it. `output_share` (scenarios, records, n): output over normal output, nodes as in an `Economy`.

    A record is the mean of `record_days`.
    """

    output_share: Array
    record_days: float
