"""A Problem and the weekly chain of its mineral -> the Problem as the chain sees the world around the partners.

What arrives, what is asked for from abroad and what makers mean to make are read from the chain, played without a plan:
so orders that move, goods that are late and suppliers who go short themselves are in the programme as they are there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monazite.network.supply import SupplyNetwork
from monazite.plan.chain import WEEKS_A_QUARTER, Case, variants
from monazite.plan.values import Kind, Lever, Problem
from monazite.scenario.values import Closure
from monazite.simulation.weekly.build import WEEKS, Setting
from monazite.simulation.weekly.drive import driven
from monazite.simulation.weekly.habits import PARAMETERS, habits_of
from monazite.simulation.weekly.run import Kernel, runs
from monazite.simulation.weekly.values import Drivers, Habits

__all__ = [
    "CENTRAL",
    "Trial",
    "World",
    "as_in_chain",
    "habits_by_level",
    "held_up_t",
    "later",
    "places",
    "world_of",
]

Array = NDArray[np.float64]

CENTRAL = {p.name: np.array([p.band.mid]) for p in PARAMETERS}
"""The middle of every habit, a draw."""
_LEAST_T = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """A case: at which quarters it may begin, where its levels and onsets stand in the outlook, (levels, onsets), and
    what it does to the chain from the first week on, a draw for each level; the same were every passage `open`, None
    where none closes."""

    onsets: tuple[int, ...]
    at: NDArray[np.intp]
    drivers: Drivers
    open: Drivers | None


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """What a plan is played in: the weekly chain of its mineral, what may come there, and what plays it."""

    setting: Setting
    trials: tuple[Trial, ...]
    kernel: Kernel


def world_of(setting: Setting, network: SupplyNetwork, cases: Sequence[Case], kernel: Kernel, quarters: int) -> World:
    """The weekly chain with all that may come, in the order of `outlook_of`."""
    found, seen, weeks = [], 0, WEEKS_A_QUARTER * quarters
    nothing = np.zeros(len(setting.chain.flow_t))
    every = dict.fromkeys(setting.more_weeks, nothing)
    passable = replace(setting, more_weeks=every, shut_share=every)
    for case in cases:
        ways = variants(case, network, quarters)
        onsets = tuple(dict.fromkeys(v.onset for v in ways))
        exact = [replace(case.scenario, shocks=v.shocks) for v in ways if v.onset == onsets[0]]
        at = seen + np.arange(len(ways)).reshape(len(exact), len(onsets))
        closes = any(isinstance(s, Closure) for s in case.scenario.shocks)
        told, free = (
            [driven(where, {network.mineral: network}, one, {}, weeks).drivers for one in exact]
            for where in (setting, passable)
        )
        found.append(Trial(onsets, at, _joined(told), _joined(free) if closes else None))
        seen += len(ways)
    return World(setting, tuple(found), kernel)


def as_in_chain(problem: Problem, world: World, values: Mapping[str, Array] = CENTRAL) -> Problem:
    """The problem with what the weekly chain says of the world around the partners, for one draw of its habits.

    A second route is a lever only where closed passages hold up a tonne or more, and of as much as they do.
    """
    chain, outlook, whole = problem.chain, problem.outlook, world.setting.chain
    shape, at = outlook.capacity_share.shape, places(problem, world.setting)
    come, sent, made = whole.flow_in_t[at], whole.sent_t[at], whole.production_t[at]
    more, late, asked, planned = *np.zeros((2, *shape)), *np.ones((2, *shape))
    stopped = np.einsum("cps,ktcps->ktps", chain.inflow_t, 1 - outlook.open_share)
    for trial in world.trials:
        habits = habits_by_level(values, trial, world.setting)
        (run,) = runs(whole, habits, trial.drivers, world.kernel, habits.draws)
        arrived, orders, meant = (_by_quarter(x[:, :, *at]) for x in (run.arrived_t, run.asked_t, run.planned_t))
        passed = arrived
        if trial.open:
            (free,) = runs(whole, habits, trial.open, world.kernel, habits.draws)
            passed = _by_quarter(free.arrived_t[:, :, *at])
        for onset, those in zip(trial.onsets, trial.at.T, strict=True):  # the same later, but for where the years end
            left = shape[1] - onset
            more[those, onset:] = WEEKS * (arrived - come)[:, :left] + stopped[those, onset:]
            asked[those, onset:], planned[those, onset:] = _over(orders, sent)[:, :left], _over(meant, made)[:, :left]
            late[those, onset:] = WEEKS * (passed - arrived)[:, :left]
    held = held_up_t(problem, world)
    behind = np.where(held > 0, late / np.where(held > 0, held, 1.0), 0.0)
    seen = replace(outlook, more_t=more, asked_share=asked, planned_share=planned, late_share=behind)
    return replace(problem, outlook=seen, levers=tuple(_routes(problem, world)))


def held_up_t(problem: Problem, world: World) -> Array:
    """Tonnes a year of the partners' imports that passages closed in any case make late or keep away, (partners,
    stages)."""
    setting, chain = world.setting, world.setting.chain
    ways = zip(setting.more_weeks.values(), setting.shut_share.values(), strict=True)
    hit = sum(((np.rint(more) > 0) | (shut > 0) for more, shut in ways), start=np.zeros(len(chain.flow_t), dtype=bool))
    found = np.zeros_like(chain.production_t)
    np.add.at(found, (chain.good, chain.buyer), WEEKS * chain.flow_t * hit)
    by_partner: Array = found[places(problem, setting)]
    return by_partner


def _routes(problem: Problem, world: World) -> Iterator[Lever]:
    """The levers, second routes bounded by what may be held up; without those for which there is nothing."""
    chain, held = problem.chain, held_up_t(problem, world)
    for lever in problem.levers:
        if lever.kind is not Kind.ROUTE:
            yield lever
        elif (most := held[chain.partners.index(lever.partner), chain.stages.index(lever.stage)]) >= _LEAST_T:
            yield replace(lever, limit_t=min(lever.limit_t, float(most)))


def places(problem: Problem, setting: Setting) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where the partners' stages stand in the weekly chain: goods (stages,) and countries (partners, 1)."""
    goods = np.array([[g.stage for g in setting.goods].index(stage) for stage in problem.chain.stages])
    return goods, np.array([setting.chain.countries.index(p) for p in problem.chain.partners])[:, None]


def habits_by_level(values: Mapping[str, Array], trial: Trial, setting: Setting) -> Habits:
    """The same draws of habits once for each level of a case."""
    times = len(trial.at)
    return habits_of({name: np.tile(x, times) for name, x in values.items()}, [g.stage for g in setting.goods])


def _joined(told: Sequence[Drivers]) -> Drivers:
    """Drivers alike but for their numbers, one after the other."""
    return told[0].over_draws(lambda name: np.concatenate([getattr(d, name) for d in told]))


def later(drivers: Drivers, weeks: int) -> Drivers:
    """The same some weeks later, with nothing before."""

    def put_off(name: str) -> Any:
        x = getattr(drivers, name)
        if name == "pattern_t":
            return x
        before = np.broadcast_to(x[:, :1, :1], (len(x), weeks, x.shape[2]))  # of the group that is left alone
        return np.concatenate([before, x], axis=1)[:, : x.shape[1]]

    told = drivers.pattern_weeks
    if told is not None:
        told = np.concatenate([np.zeros(weeks, dtype=bool), told])[: len(told)]
    return replace(drivers.over_draws(put_off), pattern_weeks=told)


def _by_quarter(x: Array) -> Array:
    by_quarter: Array = x.reshape(len(x), -1, WEEKS_A_QUARTER, *x.shape[2:]).mean(axis=2)
    return by_quarter


def _over(x: Array, before: Array) -> Array:
    return np.where(before > 0, x / np.where(before > 0, before, 1.0), 1.0)
