"""A setting x a scenario -> WeeklyOutcome: the chain played over draws of every assumption."""

from __future__ import annotations

from collections.abc import Mapping

from monazite.network.supply import SupplyNetwork
from monazite.scenario.reach import first_day, sides
from monazite.scenario.values import Closure, Scenario
from monazite.simulation.weekly.build import REST, Setting
from monazite.simulation.weekly.drive import driven, last_week, ranges
from monazite.simulation.weekly.habits import PARAMETERS, drawn, habits_of
from monazite.simulation.weekly.outcome import NotShown, WeeklyOutcome, watch
from monazite.simulation.weekly.run import Kernel, runs

__all__ = ["DRAWS", "horizon", "play"]

DRAWS = 200
"""How many draws are played by default."""

_AFTER = 52  # weeks played after the last shock is over
_MOST = 1040
_ASSUMED = (
    "a year's figures, a 52nd of them each week, are the steady state before: no seasons, no growth",
    "supply that is on no record goes on as before, whatever happens",
    "between countries without a sea lane goods are under way for a week",
    "one cover and one spare capacity for all countries at a stage; makers and users share a country's stock",
    f"all countries but the largest of each stage are one, {REST}",
)


def horizon(scenario: Scenario) -> int:
    """How many weeks are played: until a year after the last shock is over."""
    return min(last_week(scenario) + _AFTER, _MOST)


def play(
    setting: Setting,
    networks: Mapping[str, SupplyNetwork],
    scenario: Scenario,
    kernel: Kernel,
    draws: int = DRAWS,
    seed: int = 1,
) -> WeeklyOutcome:
    """What the scenario does week by week; bands are the 10th, 50th and 90th percentile over draws."""
    parameters, weeks = (*PARAMETERS, *ranges(scenario)), horizon(scenario)
    used = {f"cover_{g.stage}" for g in setting.goods}
    parameters = tuple(p for p in parameters if not p.name.startswith("cover_") or p.name in used)
    values = drawn(parameters, draws, seed)
    told = driven(setting, networks, scenario, values, weeks)
    habits = habits_of(values, [g.stage for g in setting.goods])
    over = min(last_week(scenario), weeks)
    named = {c for s in scenario.shocks if not isinstance(s, Closure) for side in sides(s) for c in side}
    seen = watch(runs(setting.chain, habits, told.drivers, kernel), setting, over, named)
    chain = setting.chain
    supply = (chain.production_t + chain.flow_in_t + abs(chain.unrecorded_t)).sum(axis=1)
    unrecorded = chain.unrecorded_t.clip(min=0).sum(axis=1)
    return WeeklyOutcome(
        years=setting.years,
        first_day=first_day(scenario.shocks),
        weeks=weeks,
        last_week=over,
        draws=draws,
        seed=seed,
        uses=seen.uses,
        makers=seen.makers,
        prices=seen.prices,
        unrecorded_share={
            name: float(u / max(s, 1e-300)) for name, u, s in zip(chain.goods, unrecorded, supply, strict=True)
        },
        not_shown=tuple(NotShown(*one) for one in told.not_shown),
        parameters=parameters,
        assumptions=(*scenario.assumptions, *_ASSUMED),
        sources=setting.sources,
        residual_share=seen.residual_share,
    )
