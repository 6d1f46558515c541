"""A Problem -> every coalition's plan, what acting together saves, and who pays whom for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from math import inf

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import UsageError
from monazite.core.values import Progress, silent
from monazite.plan.programme import Spread, make_plan
from monazite.plan.sharing import Core, core, members, nucleolus, shapley
from monazite.plan.values import Plan, Problem, restricted

__all__ = ["MOST_PARTNERS", "Together", "act_together"]

Array = NDArray[np.float64]

MOST_PARTNERS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """All coalitions of the partners; a coalition S counts its members by bits, the last is all of them.

    `plans[S - 1]` is that coalition's; `saved_musd` (2^n,) what it saves against each alone, over the
    whole plan. `shapley_musd` and `nucleolus_musd` (n,) divide what all save; the cores say whether these divisions
    hold. `payment_musd` (n,) is what each pays the others, less what it is paid, so that it ends with its nucleolus:
    it bears `borne_musd` in the joint plan, and `alone_musd` is what it would bear alone.
    """

    partners: tuple[str, ...]
    plans: tuple[Plan, ...]
    saved_musd: Array
    shapley_musd: Array
    nucleolus_musd: Array
    shapley_core: Core
    nucleolus_core: Core
    alone_musd: Array
    borne_musd: Array
    payment_musd: Array

    @property
    def joint(self) -> Plan:
        """The plan of all partners."""
        return self.plans[-1]


def act_together(
    problem: Problem, time_limit_s: float = inf, progress: Progress = silent, spread: Spread = map
) -> Together:
    """Every coalition's plan, and the gain of all divided.

    A budget is each partner's in proportion to what it would lose with no lever at all, so that a coalition has the sum
    of its members'. A coalition can always act as parts of it would: it is worth at least what they are.

    :raises UsageError: for more partners than `MOST_PARTNERS`.
    """
    chain = problem.chain
    n = len(chain.partners)
    if n > MOST_PARTNERS:
        what = f"{n} partners are {2**n - 1:,} coalitions, each a programme of its own"
        raise UsageError("plan", what, f"name at most {MOST_PARTNERS}")
    who = members(n)
    parts = _budget_parts(problem)
    coalitions = list[Problem]()
    for coalition in who[1:]:
        of = tuple(int(i) for i in np.flatnonzero(coalition))
        budget = problem.choices.budget_musd_per_yr * parts[list(of)].sum() if parts.any() else inf
        choices = replace(problem.choices, budget_musd_per_yr=float(budget))
        coalitions.append(replace(restricted(problem, of), choices=choices))
    plans = list[Plan]()
    for plan in spread(partial(make_plan, time_limit_s=time_limit_s), coalitions):
        plans.append(plan)
        progress(", ".join(plan.partners))
    cost = np.array([0.0, *(plan.cost_musd for plan in plans)])
    alone = cost[1 << np.arange(n)]
    saved = _at_least_its_parts(who @ alone - cost)
    kernel, mean = nucleolus(saved), shapley(saved)
    borne = plans[-1].borne_musd
    return Together(
        partners=chain.partners,
        plans=tuple(plans),
        saved_musd=saved,
        shapley_musd=mean,
        nucleolus_musd=kernel,
        shapley_core=core(saved, mean),
        nucleolus_core=core(saved, kernel),
        alone_musd=alone,
        borne_musd=borne,
        payment_musd=alone - kernel - borne,
    )


def _budget_parts(problem: Problem) -> Array:
    """Each partner's part of the budget, (n,); all 0 where there is none to divide."""
    n = len(problem.chain.partners)
    if problem.choices.budget_musd_per_yr == inf:
        return np.zeros(n)
    bare = replace(problem, levers=(), choices=replace(problem.choices, budget_musd_per_yr=inf, cover_share=0.0))
    lost = np.array([make_plan(restricted(bare, (i,))).cost_musd for i in range(n)])
    return lost / lost.sum() if lost.sum() > 0 else np.full(n, 1 / n)


def _at_least_its_parts(worth: Array) -> Array:
    """The superadditive cover: a coalition is worth the best of its partitions."""
    covered = worth.copy()
    for s in range(1, len(worth)):
        part = (s - 1) & s
        while part:
            covered[s] = max(covered[s], covered[part] + covered[s ^ part])
            part = (part - 1) & s
    return covered
