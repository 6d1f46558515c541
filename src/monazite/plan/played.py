"""A Plan -> what it avoids when the weekly chain is played with it and without it, beside the programme's own figure.

Both get the same levers, shocks, onsets and probabilities. In the chain makers and buyers answer, week by week, to what
the levers change; the programme counts with what they do without a plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from monazite.core.values import Band
from monazite.plan.abroad import CENTRAL, World, habits_by_level, held_up_t, later, places
from monazite.plan.chain import WEEKS_A_QUARTER
from monazite.plan.programme import make_plan
from monazite.plan.values import Kind, Lever, Plan, Problem, restricted
from monazite.simulation.ranges import drawn
from monazite.simulation.weekly.build import WEEKS, Setting
from monazite.simulation.weekly.habits import PARAMETERS
from monazite.simulation.weekly.run import runs
from monazite.simulation.weekly.values import Drivers, Habits

__all__ = ["DRAWS", "TOLERANCE", "Check", "Missed", "play_plan"]

Array = NDArray[np.float64]

TOLERANCE = 0.25
"""Of the larger of two avoided losses, within which they agree."""
DRAWS = 16
_LEAST_T = 0.5
_LEAST_MUSD = 0.05  # shown as nothing


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
    """What is missed without a plan and with it.

    By the programme and by the weekly chain at the middle of its habits, with which the programme was drawn up, a draw
    each; and by the chain over draws of them. In all three each partner is by itself, with the levers that fall on it:
    the chain knows no passing on. `shared_musd` is what passing on to each other avoids besides, by the programme,
    without a plan and with it. `not_played` are levers for which there is no place in the chain.
    """

    programme: tuple[Missed, Missed]
    central: tuple[Missed, Missed]
    chain: tuple[Missed, Missed]
    shared_musd: tuple[float, float]
    draws: int
    seed: int
    not_played: tuple[str, ...]

    @property
    def programme_avoided_musd(self) -> float:
        """What the plan avoids by the programme."""
        return float(_avoided(self.programme)[0])

    @property
    def central_avoided_musd(self) -> float:
        """What it avoids in the chain at the middle of its habits."""
        return float(_avoided(self.central)[0])

    @property
    def avoided_musd(self) -> Band:
        """What it avoids in the chain, 10th, 50th and 90th percentile over draws."""
        return Band(*np.percentile(_avoided(self.chain), (10, 50, 90)).tolist())

    @property
    def agrees(self) -> bool:
        """Whether the programme's figure and the chain's at the middle of its habits are within the tolerance."""
        own, chain = self.programme_avoided_musd, self.central_avoided_musd
        return abs(own - chain) <= max(TOLERANCE * max(abs(own), abs(chain)), _LEAST_MUSD)


def play_plan(problem: Problem, without: Plan, plan: Plan, world: World, draws: int = DRAWS, seed: int = 1) -> Check:
    """The plan played through the weekly chain, over draws of how firms hold stock and order.

    A stockpile gives, from its quarter on and until it is empty, what its place is short of without it, week by week;
    nobody orders it again. Plants, contracts, recycling and thrift give a week of their yield from theirs on.

    :param problem: as in the chain, see `as_in_chain`.
    """
    both, values = (without, plan), drawn(PARAMETERS, draws, np.random.default_rng(seed))
    apart = [_apart(problem, p) for p in both]
    central, chain = ([_played(problem, p, world, v) for p in both] for v in (CENTRAL, values))
    weight = problem.outlook.probability
    joint = [
        _missed(problem, *(np.einsum("k,ktps->ps", weight, x)[None] for x in (p.unmet_t, p.unsold_t))) for p in both
    ]
    shared = [float(a.worth_musd[0] - j.worth_musd[0]) for a, j in zip(apart, joint, strict=True)]
    return Check(
        programme=(apart[0], apart[1]),
        central=(central[0], central[1]),
        chain=(chain[0], chain[1]),
        shared_musd=(shared[0], shared[1]),
        draws=draws,
        seed=seed,
        not_played=tuple(v.name for v, _ in _bought(plan) if _place(v, world.setting) is None),
    )


def _avoided(found: tuple[Missed, Missed]) -> Array:
    return found[0].worth_musd - found[1].worth_musd


def _missed(problem: Problem, unmet_t: Array, unsold_t: Array) -> Missed:
    chain = problem.chain
    worth = unmet_t * chain.loss_usd_per_t + unsold_t * chain.price_usd_per_t
    return Missed(unmet_t, unsold_t, worth.sum(axis=(1, 2)) * 1e-6)


def _apart(problem: Problem, plan: Plan) -> Missed:
    """What the programme says of each partner by itself, with what the plan bought there."""
    free = Band(0.0, 0.0, 0.0)
    held = tuple(
        replace(v, limit_t=t, block_t=0.0, cost_usd_per_t_yr=free)
        for v, t in zip(plan.levers, plan.amount_t.clip(min=0.0).tolist(), strict=True)
    )
    choices = replace(problem.choices, budget_musd_per_yr=np.inf, cover_share=0.0)
    bare = replace(problem, levers=held, choices=choices)
    alone = [make_plan(restricted(bare, (i,))) for i in range(len(problem.chain.partners))]
    parts = ([getattr(p, name) for p in alone] for name in ("unmet_t", "unsold_t"))
    weight = problem.outlook.probability
    return _missed(problem, *(np.einsum("k,ktps->ps", weight, np.concatenate(x, axis=2))[None] for x in parts))


def _played(problem: Problem, plan: Plan, world: World, values: Mapping[str, Array]) -> Missed:
    """What the weekly chain says, by draw of its habits."""
    chain, outlook, draws = problem.chain, problem.outlook, len(values["spare"])
    total = np.zeros((2, draws, len(chain.partners), len(chain.stages)))
    for trial in world.trials:
        levels, weeks = len(trial.at), trial.drivers.weeks
        habits = habits_by_level(values, trial, world.setting)
        first, free = _repeated(trial.drivers, draws), _repeated(trial.open or trial.drivers, draws)
        quiet = _lost(problem, world, habits, first)
        for onset, those in zip(trial.onsets, trial.at.T, strict=True):
            start = onset * WEEKS_A_QUARTER
            lost = quiet[:, :, : weeks - start]  # the same as it would be later, but for where the years end
            if _bought(plan):
                short = np.concatenate([np.zeros_like(lost[2, :, :1]).repeat(start, axis=1), lost[2]], axis=1)
                felt = _Felt(np.repeat(outlook.open_share[those], draws, axis=0), short)
                drivers = _with_levers(later(first, start), habits, plan, felt, problem, world.setting)
                drivers = _with_routes(drivers, later(free, start), plan, problem, world)
                lost = _lost(problem, world, habits, drivers)
            by_level = lost[:2].sum(axis=2).reshape(2, levels, draws, *total.shape[2:])
            total += np.einsum("l,xldps->xdps", outlook.probability[those], by_level)
    return _missed(problem, *total)


def _repeated(drivers: Drivers, times: int) -> Drivers:
    """What a case does, each level several times over."""
    return drivers.over_draws(lambda name: np.repeat(getattr(drivers, name), times, axis=0))


def _lost(problem: Problem, world: World, habits: Habits, drivers: Drivers) -> Array:
    """Unmet use, unsold goods, and all that was asked for and not there, by draw and week, (3, draws, weeks, partners,
    stages)."""
    whole, at = world.setting.chain, places(problem, world.setting)
    found = []
    for run in runs(whole, habits, drivers, world.kernel):
        short = run.unmet_t + run.asked_t - run.sent_t
        for s, e, a in zip(whole.step_start, whole.step_end, whole.step_input_t, strict=True):
            new = 1 - whole.recycled_share[e]
            short[:, :, s] += a * (run.planned_t[:, :, e] - run.made_t[:, :, e]) / (new if new > 0 else 1.0)
        unsold = np.maximum(whole.sent_t - run.sent_t, 0.0)
        found.append(np.stack([x[:, :, *at] for x in (run.unmet_t, unsold, short)]))
    return np.concatenate(found, axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class _Felt:
    """What a scenario does by draw: how much of their sales suppliers can deliver, (draws, quarters, countries,
    partners, stages), and what the partners' places are short of without a plan, (draws, weeks, partners, stages)."""

    open_share: Array
    short_t: Array


def _with_levers(
    drivers: Drivers, habits: Habits, plan: Plan, felt: _Felt, problem: Problem, setting: Setting
) -> Drivers:
    """The drivers with what was bought: its places become groups of their own."""
    weeks, group = drivers.weeks, drivers.place_group.copy()
    told = [(v, t, place) for v, t in _bought(plan) if v.kind is not Kind.ROUTE and (place := _place(v, setting))]
    at = {place: drivers.capacity.shape[2] + i for i, place in enumerate(dict.fromkeys(place for *_, place in told))}
    columns = [*range(drivers.capacity.shape[2]), *(int(group[place]) for place in at)]
    capacity, demand, cover, release = (
        x[:, :, columns] for x in (drivers.capacity, drivers.demand, drivers.cover, drivers.release)
    )
    chain = problem.chain
    for place, g in at.items():
        group[place] = g
    for lever, tonnes, place in told:
        since, g, good = WEEKS_A_QUARTER * lever.lead_quarters, at[place], place[0]
        p, s = chain.partners.index(lever.partner), chain.stages.index(lever.stage)
        part = tonnes / _base(lever.kind, setting)[place]
        if lever.kind is Kind.STOCK:
            given = np.diff(np.minimum(felt.short_t[:, since:, p, s].cumsum(axis=1), tonnes), axis=1, prepend=0.0)
            release[:, since:, g] += given / _base(lever.kind, setting)[place]
        elif lever.kind is Kind.CAPACITY:
            capacity[:, since:, g] *= 1 + part / WEEKS / (1 + habits.spare[:, good, None])
        elif lever.kind is Kind.THRIFT:
            demand[:, since:, g] -= part / WEEKS
        else:
            release[:, since:, g] += part / WEEKS * _delivered(lever, felt.open_share, problem)[:, since:weeks]
    return replace(
        drivers, place_group=group, capacity=capacity, demand=demand.clip(min=0.0), cover=cover, release=release
    )


def _with_routes(drivers: Drivers, free: Drivers, plan: Plan, problem: Problem, world: World) -> Drivers:
    """The drivers with what was booked past closed passages: its arcs are as far between shut and `free` as it goes."""
    chain, held = world.setting.chain, held_up_t(problem, world)
    booked = np.zeros_like(chain.production_t)
    for lever, tonnes in _bought(plan):
        if lever.kind is Kind.ROUTE and (place := _place(lever, world.setting)):
            p, s = problem.chain.partners.index(lever.partner), problem.chain.stages.index(lever.stage)
            booked[place] = min(1.0, tonnes / held[p, s])
    share = booked[chain.good, chain.buyer]
    at = np.flatnonzero(share)
    part, group = share[at], drivers.arc_group.copy()
    shut, passes = (x.limit[:, :, x.arc_group[at]] for x in (drivers, free))
    late, soon = (x.delay_weeks[:, :, x.arc_group[at]] for x in (drivers, free))
    bound = np.where(np.isinf(shut), 0.0, shut)
    some = bound + part * (np.where(np.isinf(passes), 1.0, passes) - bound)
    limit = np.where(np.isinf(shut) | (part == 1), passes, some)
    delay = np.rint(late + part * (soon - late)).astype(np.int64)
    group[at] = drivers.limit.shape[2] + np.arange(len(at))
    return replace(
        drivers,
        arc_group=group,
        limit=np.concatenate([drivers.limit, limit], axis=2),
        delay_weeks=np.concatenate([drivers.delay_weeks, delay], axis=2),
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
