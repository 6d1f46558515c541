"""A Problem and its Plan -> why: how far money goes, what to buy first, regret, what holds under other parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monazite.core.values import Band, Progress, silent
from monazite.plan.programme import Spread, make_plan
from monazite.plan.values import Choices, Kind, Lever, Outlook, Plan, Problem
from monazite.simulation.ranges import one_in_each, value_at

__all__ = ["Robust", "front", "regrets", "robust", "urgency", "words"]

Array = NDArray[np.float64]


def front(problem: Problem, budgets_musd_per_yr: Sequence[float], progress: Progress = silent) -> tuple[Plan, ...]:
    """The plan for each budget: how far money goes."""
    found = []
    for budget in budgets_musd_per_yr:
        progress(f"{budget:,.1f} million USD a year")
        found.append(make_plan(replace(problem, choices=replace(problem.choices, budget_musd_per_yr=budget))))
    return tuple(found)


def urgency(problem: Problem) -> Array:
    """What the first tonne of each lever saves for each dollar it costs, with none bought yet, (levers,).

    Above 1 it pays, and the lever with most is the one to buy first. One that costs nothing has infinity, or 0 where
    it saves nothing.
    """
    bare = replace(problem, choices=replace(problem.choices, budget_musd_per_yr=np.inf, cover_share=0.0))
    held = tuple(replace(v, limit_t=0.0, block_t=0.0) for v in problem.levers)
    plan = make_plan(replace(bare, levers=held))
    cost = np.array([v.cost_usd_per_t_yr.mid for v in problem.levers]) * plan.years
    saved = np.maximum(plan.worth_usd_per_t, 0.0)
    free = np.where(saved > 0, np.inf, 0.0)
    return np.divide(saved, cost, out=free, where=cost > 0)


def regrets(problem: Problem, plan: Plan, spread: Spread = map) -> Array:
    """What the plan costs more in each scenario than the plan made knowing that it comes, million USD, (scenarios,).

    For the scenario in which nothing happens it is all that the levers cost.
    """
    spent = plan.levers_musd_per_yr * plan.years
    known = (_surely(problem, k) for k in range(len(problem.outlook.names)))
    best = [made.cost_musd for made in spread(make_plan, known)]
    found: Array = spent + plan.loss_musd - np.array(best)
    return found


def _surely(problem: Problem, k: int) -> Problem:
    seen = problem.outlook
    parts: dict[str, Any] = {
        name: x[k : k + 1]
        for name in Outlook.__slots__
        if isinstance(x := getattr(seen, name), np.ndarray) and name != "probability"
    }
    only = replace(seen, names=(seen.names[k],), probability=np.ones(1), **parts)
    return replace(problem, outlook=only, choices=replace(problem.choices, risk_weight=0.0))


@dataclass(frozen=True, slots=True, eq=False)
class Robust:
    """Plans over draws of all parameters and of the levers' costs.

    `bought_share` (levers,) is in how many draws a lever is bought, `amount_t` its amount at the 10th, 50th and 90th
    percentile, (3, levers); `cost_musd` and `without_musd` (3,) are those of the whole plan and of none.
    """

    draws: int
    seed: int
    bought_share: Array
    amount_t: Array
    cost_musd: Array
    without_musd: Array


def robust(
    problem: Problem,
    changed: Callable[[Problem, Mapping[str, float]], Problem],
    bands: Mapping[str, Band],
    draws: int,
    seed: int = 1,
    progress: Progress = silent,
) -> Robust:
    """The plan under other parameters and costs, from a Latin hypercube (McKay, Beckman and Conover 1979).

    :param changed: gives the problem under other values of the parameters that `bands` names with their ranges.
    """
    random, costs = np.random.default_rng(seed), [v.cost_usd_per_t_yr for v in problem.levers]
    values = np.array([value_at(b, one_in_each(draws, random)) for b in [*bands.values(), *costs]])
    amounts, cost = np.zeros((draws, len(problem.levers))), np.zeros((2, draws))
    for i, drawn in enumerate(values.T.tolist()):
        progress(f"draw {i + 1} of {draws}")
        paid = zip(problem.levers, drawn[len(bands) :], strict=True)
        levers = tuple(replace(v, cost_usd_per_t_yr=Band(c, c, c)) for v, c in paid)
        one = changed(replace(problem, levers=levers), dict(zip(bands, drawn, strict=False)))
        plan = make_plan(one)
        amounts[i] = plan.amount_t
        cost[:, i] = plan.cost_musd, make_plan(replace(one, levers=(), choices=_lax(one.choices))).cost_musd
    percent = [10, 50, 90]
    return Robust(
        draws,
        seed,
        (amounts > 1e-6).mean(axis=0),
        np.percentile(amounts, percent, axis=0),
        *np.percentile(cost, percent, axis=1).T,
    )


def _lax(choices: Choices) -> Choices:
    return replace(choices, cover_share=0.0)


_WHAT = {
    Kind.STOCK: "tonne of {stage} held in {partner}",
    Kind.CAPACITY: "tonne a year of plants for {stage} in {partner}",
    Kind.RECYCLING: "tonne a year of {stage} won back from scrap in {partner}",
    Kind.OFFTAKE: "tonne a year of {stage} that {supplier} sells {partner} under contract",
    Kind.THRIFT: "tonne a year of {stage} saved in {partner}",
    Kind.ROUTE: "tonne a year of {stage} on a second route to {partner}",
}


def words(lever: Lever, worth_usd_per_t: float, years: float) -> str:
    """What the next tonne of a lever is worth, in a sentence.

    >>> from monazite.core.values import Stage
    >>> lever = Lever(Kind.STOCK, "JPN", Stage.METAL, Band(900, 1000, 1100), 500, 2, "test")
    >>> words(lever, 15_000, 3)
    'the next tonne of metal held in JPN saves 15,000 USD and costs 3,000 in 3 years'
    """
    what = _WHAT[lever.kind].format(stage=lever.stage, partner=lever.partner, supplier=lever.supplier)
    saves = f"saves {worth_usd_per_t:,.0f} USD" if worth_usd_per_t >= 0.5 else "saves nothing"
    return f"the next {what} {saves} and costs {lever.cost_usd_per_t_yr.mid * years:,.0f} in {years:g} years"
