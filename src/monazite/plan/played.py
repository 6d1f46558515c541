"""A Plan -> what it avoids when the weekly chain is played with it and without it, beside the programme's own figure.

The programme runs each partner's chain as well as it can, knowing what comes; the weekly chain knows nothing ahead and
shares what there is alike. Both get the same levers, shocks, onsets and probabilities.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monazite.core.values import Band
from monazite.network.supply import SupplyNetwork
from monazite.plan.chain import WEEKS_A_QUARTER, Case, variants
from monazite.plan.values import Kind, Lever, Plan, Problem
from monazite.scenario.values import ExportCut, Licence, Scenario, Shock
from monazite.simulation.ranges import drawn
from monazite.simulation.weekly.build import WEEKS, Setting
from monazite.simulation.weekly.drive import driven
from monazite.simulation.weekly.habits import PARAMETERS, habits_of
from monazite.simulation.weekly.run import Kernel, runs
from monazite.simulation.weekly.values import Drivers, Habits

__all__ = ["DRAWS", "TOLERANCE", "Check", "Missed", "World", "play_plan"]

Array = NDArray[np.float64]

TOLERANCE = 0.25
"""Of the larger of two avoided losses, within which they agree."""
DRAWS = 16
_LEAST_T = 0.5
_BY_DRAW = ("limit", "delay_weeks", "capacity", "demand", "cover", "release")
_CENTRAL = {p.name: np.array([p.band.mid]) for p in PARAMETERS}


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """What a plan is played in: the weekly chain of its mineral, what plays it, and the cases it was made for."""

    setting: Setting
    network: SupplyNetwork
    cases: tuple[Case, ...]
    kernel: Kernel


@dataclass(frozen=True, slots=True, eq=False)
class Missed:
    """Unmet use and unsold goods, expected over all that may come and all years, (draws, partners, stages).

    `worth_musd` (draws,) is both together: value added lost, and sales at their price.
    """

    unmet_t: Array
    unsold_t: Array
    worth_musd: Array


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """What is missed without a plan and with it, by the programme (one draw) and by the weekly chain.

    `other_musd` is what the programme loses besides without and with the plan: premiums and freight. Where the two do
    not agree, `why_musd` is what the plan avoids in the chain played otherwise, at central habits: `orders stay` with
    their sellers, in place of moving as the yearly market answers; `others spared`, only the partners are cut off,
    left out where nobody else is. `not_played` are levers for which there is no place in the chain.
    """

    programme: tuple[Missed, Missed]
    chain: tuple[Missed, Missed]
    other_musd: tuple[float, float]
    why_musd: Mapping[str, float]
    draws: int
    seed: int
    not_played: tuple[str, ...]

    @property
    def programme_avoided_musd(self) -> float:
        """What the plan avoids by the programme."""
        return float(_avoided(self.programme)[0])

    @property
    def avoided_musd(self) -> Band:
        """What it avoids in the chain, 10th, 50th and 90th percentile over draws."""
        return Band(*np.percentile(_avoided(self.chain), (10, 50, 90)).tolist())

    @property
    def agrees(self) -> bool:
        """Whether the programme's figure and the middle of the chain's are within the tolerance."""
        own, chain = self.programme_avoided_musd, self.avoided_musd.mid
        return abs(own - chain) <= TOLERANCE * max(abs(own), abs(chain))


def play_plan(problem: Problem, without: Plan, plan: Plan, world: World, draws: int = DRAWS, seed: int = 1) -> Check:
    """The plan played through the weekly chain, over draws of how firms hold stock and order.

    A stockpile stands in its place from its quarter on, on top of the stock that firms aim at, and is drawn on when
    claims exceed what comes. Plants, contracts, recycling and thrift give a week of their yield from theirs on.
    """
    both, values = (without, plan), drawn(PARAMETERS, draws, np.random.default_rng(seed))
    by_programme = _pair([_told(problem, p) for p in both])

    def played(rules: _Rules, values: Mapping[str, Array]) -> tuple[Missed, Missed]:
        trials = _trials(problem, world, rules)
        return _pair([_played(problem, p, world, trials, values) for p in both])

    found = Check(
        programme=by_programme,
        chain=played(_Rules(), values),
        other_musd=(
            without.expected_loss_musd - float(by_programme[0].worth_musd[0]),
            plan.expected_loss_musd - float(by_programme[1].worth_musd[0]),
        ),
        why_musd={},
        draws=draws,
        seed=seed,
        not_played=tuple(v.name for v, _ in _bought(plan) if _place(v, world.setting) is None),
    )
    if found.agrees:
        return found
    otherwise = {"orders stay": _Rules(orders_move=False), "others spared": _Rules(others_hit=False)}
    shocks = [s for case in world.cases for s in case.scenario.shocks]
    if set(_toward(problem.chain.partners, shocks)) == set(shocks):
        del otherwise["others spared"]
    why = {name: float(_avoided(played(rules, _CENTRAL))[0]) for name, rules in otherwise.items()}
    return replace(found, why_musd=why)


@dataclass(frozen=True, slots=True)
class _Rules:
    """How the chain is played: whether orders move toward the yearly market's answer, and all it hits are hit."""

    orders_move: bool = True
    others_hit: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class _Trial:
    """A case: at which quarters it may begin, where its levels and onsets stand in the outlook, (levels, onsets), and
    what it does to the chain from the first week on, a draw for each level."""

    onsets: tuple[int, ...]
    at: NDArray[np.intp]
    drivers: Drivers


def _pair(found: Sequence[Missed]) -> tuple[Missed, Missed]:
    without, plan = found
    return without, plan


def _avoided(found: tuple[Missed, Missed]) -> Array:
    return found[0].worth_musd - found[1].worth_musd


def _missed(problem: Problem, unmet_t: Array, unsold_t: Array) -> Missed:
    chain = problem.chain
    worth = unmet_t * chain.loss_usd_per_t + unsold_t * chain.price_usd_per_t
    return Missed(unmet_t, unsold_t, worth.sum(axis=(1, 2)) * 1e-6)


def _told(problem: Problem, plan: Plan) -> Missed:
    """What the programme says."""
    weight = problem.outlook.probability
    return _missed(problem, *(np.einsum("k,ktps->ps", weight, x)[None] for x in (plan.unmet_t, plan.unsold_t)))


def _trials(problem: Problem, world: World, rules: _Rules) -> list[_Trial]:
    """All that may come, as the chain shows it."""
    found, seen, weeks = [], 0, WEEKS_A_QUARTER * problem.outlook.capacity_share.shape[1]
    for case in world.cases:
        ways = variants(case, world.network, weeks // WEEKS_A_QUARTER)
        onsets = tuple(dict.fromkeys(v.onset for v in ways))
        levels = [v.shocks for v in ways if v.onset == onsets[0]]
        if not rules.others_hit:
            levels = [_toward(problem.chain.partners, shocks) for shocks in levels]
        exact = [replace(case.scenario, shocks=shocks) for shocks in levels]
        at = seen + np.arange(len(ways)).reshape(len(levels), len(onsets))
        found.append(_Trial(onsets, at, _drivers(world, exact, weeks, rules.orders_move)))
        seen += len(ways)
    return found


def _played(
    problem: Problem, plan: Plan, world: World, trials: Sequence[_Trial], values: Mapping[str, Array]
) -> Missed:
    """What the weekly chain says, by draw of its habits."""
    chain, outlook, draws = problem.chain, problem.outlook, len(values["spare"])
    total = np.zeros((2, draws, len(chain.partners), len(chain.stages)))
    for trial in trials:
        levels, weeks = len(trial.at), trial.drivers.weeks
        habits = _tiled(values, levels, world.setting)
        first = _repeated(trial.drivers, draws)
        quiet = None if _bought(plan) else _lost(problem, world, habits, first)
        for onset, those in zip(trial.onsets, trial.at.T, strict=True):
            start = onset * WEEKS_A_QUARTER
            if quiet is None:
                open_share = np.repeat(outlook.open_share[those], draws, axis=0)
                drivers = _with_levers(_later(first, start), habits, plan, open_share, problem, world.setting)
                lost = _lost(problem, world, habits, drivers)
            else:  # the same as it would be later, but for where the years end
                lost = quiet[:, :, : weeks - start]
            by_level = lost.sum(axis=2).reshape(2, levels, draws, *total.shape[2:])
            total += np.einsum("l,xldps->xdps", outlook.probability[those], by_level)
    return _missed(problem, *total)


def _tiled(values: Mapping[str, Array], times: int, setting: Setting) -> Habits:
    return habits_of({name: np.tile(x, times) for name, x in values.items()}, [g.stage for g in setting.goods])


def _drivers(world: World, scenarios: Sequence[Scenario], weeks: int, orders_move: bool) -> Drivers:
    """What some scenarios, alike but for their numbers, do from the first week on, a draw for each."""
    networks = {world.network.mineral: world.network}
    found = [driven(world.setting, networks, exact, {}, weeks).drivers for exact in scenarios]
    if not orders_move:
        found = [replace(told, pattern_t=None, pattern_weeks=None) for told in found]
    return _over_draws(found[0], lambda name: np.concatenate([getattr(d, name) for d in found]))


def _over_draws(drivers: Drivers, change: Callable[[str], Any]) -> Drivers:
    """The drivers with all changed that goes by draw."""
    names = [*_BY_DRAW, *(["pattern_t"] if drivers.pattern_t is not None else [])]
    changed: dict[str, Any] = {name: change(name) for name in names}
    return replace(drivers, **changed)


def _repeated(drivers: Drivers, times: int) -> Drivers:
    """Each draw several times over."""
    return _over_draws(drivers, lambda name: np.repeat(getattr(drivers, name), times, axis=0))


def _later(drivers: Drivers, weeks: int) -> Drivers:
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
    return replace(_over_draws(drivers, put_off), pattern_weeks=told)


def _lost(problem: Problem, world: World, habits: Habits, drivers: Drivers) -> Array:
    """Unmet use and unsold goods by draw and week, (2, draws, weeks, partners, stages)."""
    chain, whole = problem.chain, world.setting.chain
    goods = np.array([[g.stage for g in world.setting.goods].index(stage) for stage in chain.stages])
    countries = np.array([whole.countries.index(p) for p in chain.partners])[:, None]
    found = []
    for run in runs(whole, habits, drivers, world.kernel):
        unsold = np.maximum(whole.sent_t[goods, countries] - run.sent_t[:, :, goods, countries], 0.0)
        found.append(np.stack([run.unmet_t[:, :, goods, countries], unsold]))
    return np.concatenate(found, axis=1)


def _with_levers(
    drivers: Drivers, habits: Habits, plan: Plan, open_share: Array, problem: Problem, setting: Setting
) -> Drivers:
    """The drivers with what was bought: its places become groups of their own.

    `open_share` (draws, quarters, countries, partners, stages) is how much of their sales suppliers can deliver.
    """
    weeks, group = drivers.weeks, drivers.place_group.copy()
    told = [(v, t, place) for v, t in _bought(plan) if (place := _place(v, setting))]
    at = {place: drivers.capacity.shape[2] + i for i, place in enumerate(dict.fromkeys(place for *_, place in told))}
    columns = [*range(drivers.capacity.shape[2]), *(int(group[place]) for place in at)]
    capacity, demand, cover, release = (
        x[:, :, columns] for x in (drivers.capacity, drivers.demand, drivers.cover, drivers.release)
    )
    for place, g in at.items():
        group[place] = g
    for lever, tonnes, place in told:
        since, g, good = WEEKS_A_QUARTER * lever.lead_quarters, at[place], place[0]
        part = tonnes / _base(lever.kind, setting)[place]
        if lever.kind is Kind.STOCK:
            release[:, since : since + 1, g] += part
            cover[:, since:, g] += part / habits.cover_weeks[:, good, None]
        elif lever.kind is Kind.CAPACITY:
            capacity[:, since:, g] *= 1 + part / WEEKS / (1 + habits.spare[:, good, None])
        elif lever.kind is Kind.THRIFT:
            demand[:, since:, g] -= part / WEEKS
        else:
            release[:, since:, g] += part / WEEKS * _delivered(lever, open_share, problem)[:, since:weeks]
    return replace(
        drivers, place_group=group, capacity=capacity, demand=demand.clip(min=0.0), cover=cover, release=release
    )


def _delivered(lever: Lever, open_share: Array, problem: Problem) -> Array:
    """How much of a contract, or of what is won from scrap, comes in each week, (draws, weeks)."""
    chain = problem.chain
    if not lever.supplier:
        return np.ones((len(open_share), WEEKS_A_QUARTER * open_share.shape[1]))
    by_quarter = open_share[:, :, chain.countries.index(lever.supplier), chain.partners.index(lever.partner)]
    by_week: Array = np.repeat(by_quarter[:, :, chain.stages.index(lever.stage)], WEEKS_A_QUARTER, axis=1)
    return by_week


def _bought(plan: Plan) -> list[tuple[Lever, float]]:
    return [(v, t) for v, t in zip(plan.levers, plan.amount_t.tolist(), strict=True) if t >= _LEAST_T]


def _base(kind: Kind, setting: Setting) -> Array:
    """What a lever adds to in a week, (goods, countries)."""
    chain = setting.chain
    return {Kind.CAPACITY: chain.production_t, Kind.THRIFT: chain.use_t}.get(kind, chain.claims_t)


def _place(lever: Lever, setting: Setting) -> tuple[int, int] | None:
    """Where a lever is, or None where nothing is made, used or held to which it could add."""
    place = [g.stage for g in setting.goods].index(lever.stage), setting.chain.countries.index(lever.partner)
    return place if _base(lever.kind, setting)[place] > 0 else None


def _toward(partners: Sequence[str], shocks: Sequence[Shock]) -> tuple[Shock, ...]:
    """The shocks with cuts and licences toward the partners only."""
    found: list[Shock] = []
    for shock in shocks:
        if isinstance(shock, ExportCut | Licence):
            among = tuple(p for p in partners if p in shock.targets) if shock.targets else tuple(partners)
            found += [replace(shock, targets=among)] if among else []
        else:
            found.append(shock)
    return tuple(found)
