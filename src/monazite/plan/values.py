"""What a plan is made from, and the plan: the partners' chain, what may happen, levers, choices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import MonaziteError, ScenarioError, UsageError
from monazite.core.values import Band, Stage

__all__ = ["Chain", "Choices", "Kind", "Lever", "Outlook", "Plan", "Problem", "restricted"]

Array = NDArray[np.float64]

QUARTERS_A_YEAR = 4
_ONE = 1e-9  # within which probabilities sum to one


class Kind(StrEnum):
    """What a lever does."""

    STOCK = "stockpile"
    CAPACITY = "capacity"
    RECYCLING = "recycling"
    OFFTAKE = "offtake"
    THRIFT = "thrift"
    ROUTE = "route"


@dataclass(frozen=True, slots=True)
class Lever:
    """Something a partner can buy ahead of time.

    `cost_usd_per_t_yr` is what one tonne (of a stockpile) or one tonne a year (of all else) costs in each year of the
    plan; `limit_t` how much of it there can be; `lead_quarters` how long until it is there. A lever with `block_t`
    comes in whole plants of that size. `supplier` is who sells under an offtake contract. A second route is for imports
    that closed passages would hold up: booked, they sail past them whatever comes.
    """

    kind: Kind
    partner: str
    stage: Stage
    cost_usd_per_t_yr: Band
    limit_t: float
    lead_quarters: int
    source: str
    supplier: str = ""
    block_t: float = 0.0
    note: str = ""

    def __post_init__(self) -> None:
        cost, where = self.cost_usd_per_t_yr, f"lever {self.name}"
        if not 0 <= cost.low <= cost.high < np.inf:
            raise MonaziteError(where, f"costs {cost.low} to {cost.high}", "state what a tonne costs a year, 0 or more")
        if not 0 <= self.limit_t < np.inf or self.block_t < 0 or self.lead_quarters < 0:
            what = f"limit {self.limit_t}, plants of {self.block_t}, lead time {self.lead_quarters}"
            raise MonaziteError(where, what, "expected numbers of 0 or more")

    @property
    def name(self) -> str:
        """The lever in a word or two: `capacity IND component`, `offtake JPN refined from AUS`."""
        return f"{self.kind} {self.partner} {self.stage}" + (f" from {self.supplier}" if self.supplier else "")


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """The partners' part of one mineral's chain in a year without trouble; contained tonnes a year.

    Arrays are (partners, stages) but for `inflow_t`, (countries, partners, stages): who sells them how much. `sales_t`
    go to countries that are no partners of anyone here, `firm_t` to possible partners outside this coalition; `other_t`
    enters (above 0) or leaves (below 0) without being on record. `need` is (stages, stages): tonnes of the first taken
    for a tonne made of the second. `stock_t` is what industry holds. `loss_usd_per_t` is the value added lost with a
    tonne of unmet use; `price_usd_per_t`, (stages,), what a tonne of sales is worth; `broken_usd_per_t`, (stages,),
    what a tonne of firm sales counts that is not delivered.
    """

    mineral: str
    year: int
    partners: tuple[str, ...]
    countries: tuple[str, ...]
    stages: tuple[Stage, ...]
    production_t: Array
    use_t: Array
    sales_t: Array
    firm_t: Array
    other_t: Array
    inflow_t: Array
    stock_t: Array
    need: Array
    price_usd_per_t: Array
    loss_usd_per_t: Array
    broken_usd_per_t: Array | float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """What may happen, and how likely each is. K scenarios of T quarters.

    `open_share` is (K, T, countries, partners, stages): how much of today's trade goes on; `capacity_share` and
    `demand_factor` are (K, T, partners, stages): how much of what plants can make is left, and use over that of today.
    Of the same shape, or one number for all: `more_t`, tonnes a year that arrive on top of today's trade as far as it
    is open, below 0 where suppliers go short themselves; `asked_share`, exports asked for over today's;
    `planned_share`, what makers would make with enough inputs over what they make today, None for what plants can make;
    `late_share`, for each tonne of imports that may be held up what closed passages keep back, below 0 as it comes in.
    """

    names: tuple[str, ...]
    probability: Array
    open_share: Array
    capacity_share: Array
    demand_factor: Array
    more_t: Array | float = 0.0
    asked_share: Array | float = 1.0
    planned_share: Array | None = None
    late_share: Array | float = 0.0

    def __post_init__(self) -> None:
        p = self.probability
        if not (p >= 0).all() or abs(p.sum() - 1) > _ONE:
            what = f"probabilities {', '.join(f'{x:g}' for x in p)} sum to {p.sum():g}, expected 0 or more and 1"
            raise ScenarioError("the scenarios of a plan", what, "make them sum to one")


@dataclass(frozen=True, slots=True)
class Choices:
    """What is wished, and what is taken for granted.

    `budget_musd_per_yr` limits what levers may cost. `risk_weight` (0 to below 1) is the weight of the conditional
    value at risk, the mean loss over the worst `tail_share` of what may happen, against the expected loss. With
    `cover_share` at least this share of every use is met in every scenario. Passing a tonne on between partners
    costs `freight_share` of the price, where it goes beyond today's trade.
    """

    budget_musd_per_yr: float = np.inf
    risk_weight: float = 0.0
    tail_share: float = 0.05
    cover_share: float = 0.0
    freight_share: float = 0.02

    def __post_init__(self) -> None:
        for name, low, high in (
            ("budget_musd_per_yr", 0, np.inf),
            ("risk_weight", 0, 0.999),
            ("tail_share", 1e-6, 1),
            ("cover_share", 0, 1),
            ("freight_share", 0, np.inf),
        ):
            if not low <= getattr(self, name) <= high:
                words = name.replace("_musd_per_yr", " in million USD a year").replace("_", " ")
                raise UsageError("plan", f"{words} is {getattr(self, name):g}", f"expected {low:g} to {high:g}")


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """All that a plan is made from."""

    chain: Chain
    outlook: Outlook
    levers: tuple[Lever, ...]
    choices: Choices


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What one coalition should buy, what it loses then, and what the next tonne of each lever would be worth.

    `amount_t` is (levers,), `loss_musd` (scenarios,), `unmet_t` and `unsold_t` (scenarios, quarters, partners, stages).
    `missing_weeks` (scenarios,) is for how many weeks a partner's use of a stage goes unmet, taken together, at most.
    `worth_usd_per_t` (levers,) is by how much one tonne more (of stock, or a year) would lower the weighed loss over
    the whole plan. `cost_musd` is the sum that was made least: levers over all years and the weighed loss; `borne_musd`
    (partners,) is the part of it that falls on each, its own levers and losses. `gap` is
    how far above the optimum it may be, relative to it: 0 but after a time limit.
    """

    partners: tuple[str, ...]
    levers: tuple[Lever, ...]
    amount_t: Array
    levers_musd_per_yr: float
    years: float
    loss_musd: Array
    expected_loss_musd: float
    tail_loss_musd: float
    cost_musd: float
    unmet_t: Array
    unsold_t: Array
    missing_weeks: Array
    borne_musd: Array
    worth_usd_per_t: Array
    gap: float


def restricted(problem: Problem, members: tuple[int, ...]) -> Problem:
    """The problem of some of the partners, by position: all others are suppliers and customers as they are today.

    What they are promised and do not get counts as the most it could cost any partner: so coalitions that each count on
    the others' deliveries cannot seem cheaper apart than they are together.
    """
    chain, outlook = problem.chain, problem.outlook
    of = list(members)
    left_out = [i for i in range(len(chain.partners)) if i not in members]
    to_partners = np.array([chain.inflow_t[chain.countries.index(chain.partners[i])] for i in of])
    own = {
        name: getattr(chain, name)[of]
        for name in ("production_t", "use_t", "sales_t", "other_t", "stock_t", "loss_usd_per_t")
    }
    names = tuple(chain.partners[i] for i in of)
    part = replace(
        chain,
        partners=names,
        inflow_t=chain.inflow_t[:, of],
        firm_t=chain.firm_t[of] + to_partners[:, left_out].sum(axis=1),
        broken_usd_per_t=_most_lost(chain),
        **own,
    )
    parts: dict[str, Any] = {
        name: x[:, :, of]
        for name in ("capacity_share", "demand_factor", "more_t", "asked_share", "planned_share", "late_share")
        if isinstance(x := getattr(outlook, name), np.ndarray)
    }
    seen = replace(outlook, open_share=outlook.open_share[:, :, :, of], **parts)
    return replace(problem, chain=part, outlook=seen, levers=tuple(v for v in problem.levers if v.partner in names))


def _most_lost(chain: Chain) -> Array:
    """The most that a missing tonne of each stage could cost a partner, by its use or that of what is made from it."""
    worth: Array = np.maximum(chain.loss_usd_per_t.max(axis=0), chain.price_usd_per_t)
    for s in reversed(range(len(worth))):
        into = chain.need[s] > 0
        worth[s] = (worth[into] / chain.need[s, into]).max(initial=worth[s])
    return worth
