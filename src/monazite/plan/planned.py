"""A plan with all that explains it: what leaves the room."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monazite.plan.played import Check
from monazite.plan.together import Together
from monazite.plan.values import Plan, Problem
from monazite.plan.why import Robust
from monazite.scenario.values import Scenario
from monazite.simulation.values import Parameter

__all__ = ["Planned"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """The plan with all that explains it.

    `without` is what happens with no lever at all; `urgency` (levers,) what the first dollar of each saves;
    `regret_musd` (scenarios,) that of the joint plan; `fronts` the plans from no money to enough, of each partner and
    then of all, and `check` the plan played through the weekly chain, where they were asked for; `no_loss_data` are the
    partners' stages whose value added lost no table tells: there the price is counted.
    """

    problem: Problem
    together: Together
    without: Plan
    urgency: Array
    regret_musd: Array
    fronts: tuple[tuple[Plan, ...], ...]
    robust: Robust | None
    check: Check | None
    scenarios: tuple[Scenario, ...]
    probabilities: tuple[float, ...]
    parameters: tuple[Parameter, ...]
    not_shown: tuple[str, ...]
    no_loss_data: tuple[str, ...]
    sources: tuple[str, ...]
