"""Weeks in which countries go short of minerals -> what their industries and those behind them lose in value added.

A mineral is short at a stage, by draw, week and country, whatever model says so. An industry that buys it in that form
cannot make the part of its output that needs it as far as it is short. What part that is nobody publishes: it is drawn
from a range (`TIED`). From there on inputs run out, stocks bridge, orders move.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import ScenarioError
from monazite.core.values import Band, Stage
from monazite.reference.values import Economy
from monazite.simulation.economy.plain import advance
from monazite.simulation.economy.table import grouped, labels_of, traded
from monazite.simulation.economy.values import YEAR_DAYS, Array, Habits, Run, Shock, Table
from monazite.simulation.ranges import band, bands, one_in_each, value_at
from monazite.simulation.unmet import Unmet
from monazite.simulation.values import Parameter

__all__ = [
    "TIED",
    "EconomyLoss",
    "EconomyOutcome",
    "IndustryLoss",
    "Losses",
    "Use",
    "concerned",
    "draw_tied",
    "losses",
    "outcome",
    "shortage",
]

TIED = Parameter(
    "tied", Band(0.005, 0.05, 0.5), "share of an industry's output that needs a mineral it uses", "assumption"
)
"""From a niche product to half of all: for minerals of which the table `reliance` tells nothing better."""

WEEKLY = Habits(step_days=7.0)

Kernel = Callable[[Table, Shock, int, Habits], Run]

_SHOWN = 20
_TAIL_WEEKS = 26
_WEEK_DAYS = 7.0


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a mineral: the industry that buys it in the form of a stage, and its share of all use (0-1)."""

    mineral: str
    stage: Stage
    industry: str
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class Losses:
    """Value added lost, millions of USD; gains of those who step in are below 0.

    `lost_musd` and `direct_musd` (draws, economies, industries): in all, and what the industries cannot make for want
    of the mineral itself. `by_week_musd` (draws, weeks): of all economies together. `normal_musd` (economies,
    industries): value added in as many weeks without a shortage.
    """

    economies: tuple[str, ...]
    industries: tuple[str, ...]
    lost_musd: Array
    direct_musd: Array
    by_week_musd: Array
    normal_musd: Array


@dataclass(frozen=True, slots=True)
class IndustryLoss:
    """What an industry of an economy loses in value added over the weeks played, and its share of the normal.

    `name` is the industry's code in words, where somebody knows them.
    """

    economy: str
    industry: str
    lost_musd: Band
    lost_share: Band
    direct_musd: Band
    name: str = ""


@dataclass(frozen=True, slots=True)
class EconomyLoss:
    """What an economy loses in value added over the weeks played, and its share of the normal."""

    economy: str
    lost_musd: Band
    lost_share: Band


@dataclass(frozen=True, slots=True)
class EconomyOutcome:
    """What a shortage costs: all economies, each, the industries that lose most, and week by week.

    Bands are the 10th, 50th and 90th percentile over draws. `uncovered` are countries that go short but are not in the
    table: their losses are not counted, which does not make them zero.
    """

    draws: int
    weeks: int
    world_musd: Band
    economies: tuple[EconomyLoss, ...]
    industries: tuple[IndustryLoss, ...]
    by_week_musd: tuple[Band, ...]
    uncovered: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    sources: tuple[str, ...]


def draw_tied(draws: int, seed: int, minerals: Mapping[str, Parameter]) -> dict[str, Array]:
    """The share of output that needs each mineral, (draws,): one in each equal slice of its range."""
    random = np.random.default_rng([seed, 2])
    return {m: value_at(tied.band, one_in_each(draws, random)) for m, tied in sorted(minerals.items())}


def concerned(economy: Economy, uses: Sequence[Use], unmet: Unmet, most: int = 8) -> tuple[str, ...]:
    """The economies whose using industries have most value added at stake, largest first, over all draws and weeks."""
    value_added, stake = _by_economy(economy, economy.other_inputs_musd), np.zeros(len(economy.economies))
    at, covered = _in_table(economy, unmet.countries)
    for _, j, share in _short(economy, uses, unmet):
        stake[at] += value_added[at, j] * share.mean(axis=(0, 1))[covered]
    order = sorted(np.flatnonzero(stake > 0), key=lambda i: (-stake[i], i))
    return tuple(economy.economies[i] for i in order[:most])


def shortage(
    economy: Economy, keep: tuple[str, ...], uses: Sequence[Use], unmet: Unmet, tied: Mapping[str, Array]
) -> Shock:
    """What the industries of `grouped(economy, keep)` cannot make, week by week.

        missing = 1 - product over minerals of (1 - tied x unmet)

    An industry's uses of one mineral are parts of the `tied` share of its output, (draws,) by mineral, by how much of
    it they take; its needs of different minerals fall independently over its output. Where less of a mineral is used
    than a country's industries would at the world's average, the `tied` share is as much smaller. In a group, countries
    count by the industry's output; a country that `unmet` does not name misses nothing.
    """
    labels = labels_of(economy, keep)
    group = np.array([labels.index(e) if e in labels else len(labels) - 1 for e in economy.economies])
    output, k = _by_economy(economy, economy.output_musd), len(economy.industries)
    at, covered = _in_table(economy, unmet.countries)
    can = np.ones((unmet.draws, unmet.weeks, len(labels), k))
    free = np.ones((unmet.draws, len(labels), k))
    for mineral, j, share in _short(economy, uses, unmet):
        weight = np.zeros((len(at), len(labels)))
        weight[np.arange(len(at)), group[at]] = output[at, j]
        whole = np.bincount(group, output[:, j], len(labels))
        weight /= np.where(whole > 0, whole, 1.0)
        can[..., j] *= 1.0 - tied[mineral][:, None, None] * (share[..., covered] @ weight)
        free[..., j] *= 1.0 - tied[mineral][:, None]
    shape = unmet.draws, unmet.weeks, len(labels) * k
    return Shock(
        tied_share=(1.0 - free).reshape(shape[0], shape[2]),
        missing_share=np.clip(1.0 - can, 0.0, (1.0 - free)[:, None]).reshape(shape),
        period_days=_WEEK_DAYS,
    )


def losses(
    economy: Economy,
    keep: tuple[str, ...],
    uses: Sequence[Use],
    unmet: Unmet,
    tied: Mapping[str, Array],
    kernel: Kernel = advance,
) -> Losses:
    """What is lost in value added while the mineral is short and half a year on, by draw, economy and industry.

    Value added is `other_inputs_musd` of the table: an upper figure, since it holds net taxes and inputs from outside
    too. It is lost in proportion to output. The economy goes by the steps of `WEEKLY`.

    :param kernel: what plays the economy: `plain.advance` or `compiled.advance`.
    """
    small = grouped(economy, keep)
    shock = shortage(economy, keep, uses, unmet, tied)
    weeks = unmet.weeks + _TAIL_WEEKS
    output = kernel(traded(small), shock, weeks, WEEKLY)
    value_added = np.maximum(small.other_inputs_musd, 0.0) / YEAR_DAYS
    lost = (1.0 - output.output_share) * (value_added * output.record_days)
    shape = len(lost), len(small.economies), len(small.industries)
    direct = np.zeros_like(value_added) if shock.missing_share is None else shock.missing_share.sum(axis=1)
    return Losses(
        economies=small.economies,
        industries=small.industries,
        lost_musd=lost.sum(axis=1).reshape(shape),
        direct_musd=(direct * value_added * _WEEK_DAYS).reshape(shape),
        by_week_musd=lost.sum(axis=2),
        normal_musd=(value_added * weeks * _WEEK_DAYS).reshape(shape[1:]),
    )


def outcome(found: Losses, economy: Economy, unmet: Unmet, parameters: tuple[Parameter, ...]) -> EconomyOutcome:
    """The losses as bands a reader can use, the largest by their mean first."""
    lost, normal = found.lost_musd, found.normal_musd
    mean = lost.mean(axis=0)  # of losses most draws are spared, the median is 0
    by_economy = [
        EconomyLoss(e, band(lost[:, i].sum(axis=1)), band(lost[:, i].sum(axis=1) / normal[i].sum()))
        for i, e in enumerate(found.economies)
    ]
    order = np.argsort(-mean.sum(axis=1), kind="stable")
    largest = np.argsort(-mean, axis=None, kind="stable")[:_SHOWN]
    industries = [
        IndustryLoss(
            economy=found.economies[i],
            industry=found.industries[j],
            lost_musd=band(lost[:, i, j]),
            lost_share=band(lost[:, i, j] / normal[i, j]),
            direct_musd=band(found.direct_musd[:, i, j]),
        )
        for i, j in zip(*np.unravel_index(largest, mean.shape), strict=True)
        if mean[i, j] > 0
    ]
    short = np.any([x.any(axis=(0, 1)) for x in unmet.share.values()], axis=0)
    return EconomyOutcome(
        draws=len(lost),
        weeks=found.by_week_musd.shape[1],
        world_musd=band(lost.sum(axis=(1, 2))),
        economies=tuple(by_economy[i] for i in order),
        industries=tuple(industries),
        by_week_musd=tuple(bands(found.by_week_musd)),
        uncovered=tuple(c for c, hit in zip(unmet.countries, short, strict=True) if hit and c not in economy.economies),
        parameters=parameters,
        sources=economy.sources,
    )


def _short(economy: Economy, uses: Sequence[Use], unmet: Unmet) -> list[tuple[str, int, Array]]:
    """By mineral and using industry: how short the industry is of the mineral, (draws, weeks, countries).

    Where it buys the mineral in several forms, each counts by how much of the mineral it takes, and each country by how
    far it uses it at all.
    """
    if unknown := sorted({use.industry for use in uses} - {*economy.industries}):
        raise ScenarioError("uses", f"{', '.join(unknown)} is no industry of the table", "leave uses without one out")
    total: dict[tuple[str, str], float] = {}
    for use in uses:
        total[use.mineral, use.industry] = total.get((use.mineral, use.industry), 0.0) + use.share
    found: dict[tuple[str, str], Array] = {}
    for use in uses:
        key, share = (use.mineral, use.industry), unmet.share.get((use.mineral, use.stage))
        if share is not None and use.share > 0:
            used = _used_share(economy, [u for u in uses if (u.mineral, u.stage) == (use.mineral, use.stage)], unmet)
            found[key] = found.get(key, np.zeros(1)) + use.share / total[key] * share * used
    return [(m, economy.industries.index(i), share) for (m, i), share in sorted(found.items())]


def _used_share(economy: Economy, uses: Sequence[Use], unmet: Unmet) -> Array:
    """What each country uses of one form of a mineral over what its industries would at the world's average, at most 1,
    (countries,); 1 where nobody knows."""
    share, use_t = np.ones(len(unmet.countries)), unmet.use_t.get((uses[0].mineral, uses[0].stage))
    if use_t is None:
        return share
    at, covered = _in_table(economy, unmet.countries)
    output, of = _by_economy(economy, economy.output_musd)[at], [economy.industries.index(u.industry) for u in uses]
    average = (output / np.maximum(output.sum(axis=0), 1e-12))[:, of] @ np.array([u.share for u in uses])
    average, used = average / average.sum(), use_t[covered] / max(use_t[covered].sum(), 1e-12)
    share[covered] = np.minimum(1.0, np.divide(used, average, out=np.ones_like(used), where=average > 0))
    return share


def _in_table(economy: Economy, countries: tuple[str, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the countries the table has stand in it, and where they stand in `countries`."""
    spots = {e: i for i, e in enumerate(economy.economies)}
    pairs = [(spots[c], i) for i, c in enumerate(countries) if c in spots]
    at, covered = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return at, covered


def _by_economy(economy: Economy, x: Array) -> Array:
    return x.reshape(-1, len(economy.industries))
