"""A setting x a scenario -> WeeklyOutcome and Unmet: the chain played over draws of every assumption."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from monazite.network.supply import SupplyNetwork
from monazite.scenario.reach import first_day, sides
from monazite.scenario.values import Closure, Scenario
from monazite.simulation.ranges import drawn
from monazite.simulation.unmet import Unmet
from monazite.simulation.weekly.build import REST, Setting
from monazite.simulation.weekly.drive import driven, last_week, ranges
from monazite.simulation.weekly.habits import habits_at, habits_of
from monazite.simulation.weekly.outcome import NotShown, WeeklyOutcome, watch
from monazite.simulation.weekly.run import Kernel, runs
from monazite.simulation.weekly.values import Chain, Run

__all__ = ["DRAWS", "FOLLOWED", "horizon", "play"]

DRAWS = 200
"""How many draws are played by default."""

FOLLOWED = 64
"""Draws whose unmet use is kept for those who depend on it: the first of them, a sample like any other."""

_AFTER = 52  # weeks played after the last shock is over
_MOST = 1040
_ASSUMED = (
    "a year's figures, a 52nd of them each week, are the steady state before: no seasons, no growth",
    "while shocks are in force orders move toward the yearly market's central answer to them, after that back",
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
) -> tuple[WeeklyOutcome, Unmet]:
    """What the scenario does week by week, and what users do not get in the first `FOLLOWED` draws.

    Bands are the 10th, 50th and 90th percentile over draws.

    :raises NoDataError: if the chain shows no shock of it.
    """
    parameters, weeks = (*habits_at(g.stage for g in setting.goods), *ranges(scenario)), horizon(scenario)
    values = drawn(parameters, draws, np.random.default_rng(seed))
    told = driven(setting, networks, scenario, values, weeks).showing(scenario)
    habits = habits_of(values, [g.stage for g in setting.goods])
    over = min(last_week(scenario), weeks)
    named = {c for s in scenario.shocks if not isinstance(s, Closure) for side in sides(s) for c in side}
    chain, short = setting.chain, list[NDArray[np.float64]]()
    seen = watch(_followed(runs(chain, habits, told.drivers, kernel), chain, short), setting, over, named, values)
    supply = (chain.production_t + chain.flow_in_t + abs(chain.unrecorded_t)).sum(axis=1)
    unrecorded = chain.unrecorded_t.clip(min=0).sum(axis=1)
    outcome = WeeklyOutcome(
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
    share = np.concatenate(short)
    known = [i for i, c in enumerate(chain.countries) if c != REST]
    goods = [(g.mineral, g.stage) for g in setting.goods]
    by_good = {good: share[:, :, k, known] for k, good in enumerate(goods)}
    use = {good: chain.use_t[k, known] for k, good in enumerate(goods)}
    return outcome, Unmet(tuple(chain.countries[i] for i in known), by_good, use)


def _followed(played: Iterable[Run], chain: Chain, short: list[NDArray[np.float64]]) -> Iterator[Run]:
    """The runs as they come; the share of use that is unmet in the first of them is put into `short`."""
    left = FOLLOWED
    for run in played:
        if left > 0:
            unmet = run.unmet_t[:left] / np.where(chain.use_t > 0, chain.use_t, 1.0)
            short.append(np.clip(unmet, 0.0, 1.0))
            left -= len(unmet)
        yield run
