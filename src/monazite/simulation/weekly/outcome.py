"""Runs of the chain -> what a reader asks: when each use runs short, for how long, when it is over, at what price."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from monazite.core.values import Band
from monazite.scenario.values import Shock
from monazite.simulation.ranges import LEAST_DRAWS, band, first_order
from monazite.simulation.values import Parameter
from monazite.simulation.weekly.build import REST, Setting
from monazite.simulation.weekly.values import Run

__all__ = ["NotShown", "PlaceOutcome", "PricePath", "Trail", "Watched", "WeeklyOutcome", "Weeks", "longest", "watch"]

Array = NDArray[np.float64]

SHORT = 0.01
"""A place is short in a week in which more than this share of what it used or made before is missing."""

_FELT = 0.05  # of a week's claims, by which a stock is below that before when a shock is felt
_SMALL = 1e-4  # of the world's use or output, below which a place is not shown
_SHOWN = 12
_PERCENTILES = (10, 50, 90)
_NOTHING = 0.01  # part of a variance that is not told


@dataclass(frozen=True, slots=True)
class NotShown:
    """A shock that the chain does not show, and why."""

    shock: Shock
    reason: str


@dataclass(frozen=True, slots=True)
class Weeks:
    """How many weeks, as percentiles over draws; None: not within the weeks that were played."""

    low: float | None
    mid: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Trail:
    """A number in each week, as percentiles over draws."""

    low: tuple[float, ...]
    mid: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class PlaceOutcome:
    """What happens to the use of a good in a country, or to its making there; percentiles are the 10th, 50th and 90th.

    `before_t_per_week`: use or output before. `short_draws_share`: draws in which it is short in any week. Weeks from
    the scenario's first day: `impact_weeks` until stocks there fall, `survive_weeks` until it is first short. From the
    end of its last shock: `recover_weeks` until it is short no more. `longest_weeks`: the longest run of short weeks.
    `missing_t` and `missing_share`: over all weeks. `missing_trail`: share by week; `price_trail_pct`: change of what a
    buyer there pays. `matters`: what part of the variance of what is missing each parameter accounts for by itself, the
    largest first; empty where too few draws tell, or none differs.
    """

    mineral: str
    stage: str
    country: str
    before_t_per_week: float
    short_draws_share: float
    impact_weeks: Weeks
    survive_weeks: Weeks
    longest_weeks: Weeks
    recover_weeks: Weeks
    missing_t: Band
    missing_share: Band
    missing_trail: Trail
    price_trail_pct: Trail
    matters: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class PricePath:
    """Change of a good's price, the mean over all places weighted by what goes out of them before."""

    mineral: str
    stage: str
    change_pct: Trail


@dataclass(frozen=True, slots=True)
class WeeklyOutcome:
    """What a scenario does week by week: `weeks` from `first_day`, its last shock over after `last_week`.

    `uses` and `makers`: places short in any draw, the largest by what is missing first, and those the scenario names.
    `unrecorded_share`: by good, the part of supply that comes from where no figure says; it is taken to go on.
    `not_shown`: shocks that the chain does not show, with the reason. `residual_share`: the largest part of a place's
    weekly tonnes that the arithmetic made or lost.
    """

    years: Mapping[str, int]
    first_day: date | None
    weeks: int
    last_week: int
    draws: int
    seed: int
    uses: tuple[PlaceOutcome, ...]
    makers: tuple[PlaceOutcome, ...]
    prices: tuple[PricePath, ...]
    unrecorded_share: Mapping[str, float]
    not_shown: tuple[NotShown, ...]
    parameters: tuple[Parameter, ...]
    assumptions: tuple[str, ...]
    sources: tuple[str, ...]
    residual_share: float


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """What is kept of the runs."""

    uses: tuple[PlaceOutcome, ...]
    makers: tuple[PlaceOutcome, ...]
    prices: tuple[PricePath, ...]
    residual_share: float


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """By draw and week at some places: share missing, whether stock is low, log price (draws, weeks, places)."""

    at: tuple[NDArray[np.intp], NDArray[np.intp]]
    missing: list[Array]
    low: list[NDArray[np.bool_]]
    price: list[Array]


def watch(
    runs: Iterable[Run], setting: Setting, last_week: int, named: Iterable[str], values: Mapping[str, Array]
) -> Watched:
    """What happened at the places that matter, over all runs; only these are kept. `values`: of parameters, by draw.

    The places are chosen by the first chunk of draws: `named` countries first, then those where most is missing.
    """
    chain, named = setting.chain, set(named)
    claims, before = chain.claims_t, {"use": chain.use_t, "made": chain.production_t}
    world = np.maximum(chain.use_t, chain.production_t).sum(axis=1)
    kept: dict[str, _Kept] = {}
    prices: list[Array] = []
    residual = 0.0
    for run in runs:
        residual = max(residual, float(run.residual.max()))
        weight = claims / np.maximum(claims.sum(axis=1, keepdims=True), 1e-300)
        prices.append((np.exp(run.price_log) * weight).sum(axis=3))
        for name, missing in (("use", run.unmet_t), ("made", np.maximum(chain.production_t - run.made_t, 0.0))):
            if name not in kept:
                kept[name] = _Kept(_chosen(missing, before[name], world, chain.countries, named), [], [], [])
            of = kept[name]
            stock = run.stock_t[:, :, *of.at]
            of.missing.append(missing[:, :, *of.at] / before[name][of.at])
            of.low.append(stock[:, :1] - stock > _FELT * claims[of.at])
            of.price.append(run.price_log[:, :, *of.at])
    found = {
        name: tuple(_place(setting, of, k, before[name], last_week, values) for k in range(len(of.at[0])))
        for name, of in kept.items()
    }
    change = 100 * (np.concatenate(prices) - 1)
    paths = tuple(PricePath(g.mineral, g.stage, _trail(change[:, :, k], 1)) for k, g in enumerate(setting.goods))
    return Watched(found["use"], found["made"], paths, residual)


def _chosen(
    missing: Array, before: Array, world: Array, countries: tuple[str, ...], named: set[str]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The places to watch, of those that are not next to nothing beside what the `world` makes or uses (goods,)."""
    lost = missing.sum(axis=1).mean(axis=0)
    short = (missing > SHORT * before).any(axis=(0, 1)) & (before > _SMALL * world[:, None])
    short[:, [i for i, c in enumerate(countries) if c == REST]] = False
    first = np.isin(countries, list(named)) & (lost > 0)
    wanted = np.where(short, np.where(first, np.inf, lost), 0.0)
    order = np.argsort(-wanted.ravel(), kind="stable")[:_SHOWN]
    order = order[wanted.ravel()[order] > 0]
    order = order[np.argsort(-lost.ravel()[order], kind="stable")]
    goods, places = np.unravel_index(order, before.shape)
    return goods, places


def _place(
    setting: Setting, kept: _Kept, k: int, before: Array, last_week: int, values: Mapping[str, Array]
) -> PlaceOutcome:
    g, c = kept.at[0][k], kept.at[1][k]
    missing, low, price = (np.concatenate([x[:, :, k] for x in part]) for part in (kept.missing, kept.low, kept.price))
    short, weeks = missing > SHORT, missing.shape[1]
    lost = missing.sum(axis=1)
    last = weeks - np.argmax(short[:, ::-1], axis=1)  # the week after the last short one
    over = np.where(short[:, -1], np.inf, np.maximum(last - last_week, 0))
    tonnes = float(before[g, c])
    return PlaceOutcome(
        mineral=setting.goods[g].mineral,
        stage=setting.goods[g].stage,
        country=setting.chain.countries[c],
        before_t_per_week=tonnes,
        short_draws_share=float(short.any(axis=1).mean()),
        impact_weeks=_weeks(_first(low)),
        survive_weeks=_weeks(_first(short)),
        longest_weeks=_weeks(longest(short)),
        recover_weeks=_weeks(np.where(short.any(axis=1), over, 0.0)),
        missing_t=band(lost * tonnes),
        missing_share=band(lost / weeks),
        missing_trail=_trail(missing, 4),
        price_trail_pct=_trail(100 * np.expm1(price), 1),
        matters=_matters(values, lost),
    )


def _matters(values: Mapping[str, Array], lost: Array) -> Mapping[str, float]:
    """The parameters that account for any of the variance of what is lost, the largest part first."""
    if len(lost) < LEAST_DRAWS or not np.ptp(lost) > 0:
        return {}
    shares = first_order(np.stack([*values.values()], axis=1), lost[:, None])[0]
    largest = sorted(zip(values, shares.tolist(), strict=True), key=lambda item: -item[1])
    return {name: round(share, 3) for name, share in largest if share > _NOTHING}


def _first(happens: NDArray[np.bool_]) -> Array:
    """The first week in which something happens, by draw; infinite where it never does."""
    return np.where(happens.any(axis=1), np.argmax(happens, axis=1), np.inf)


def longest(happens: NDArray[np.bool_]) -> Array:
    """The longest run of weeks in which something happens, (draws,), from (draws, weeks).

    >>> longest(np.array([[True, True, False, True], [False, True, False, False]]))
    array([2., 1.])
    """
    run = np.zeros(len(happens))
    most = run.copy()
    for week in happens.T:
        run = np.where(week, run + 1, 0.0)
        most = np.maximum(most, run)
    return most


def _weeks(by_draw: Array) -> Weeks:
    low, mid, high = np.percentile(by_draw, _PERCENTILES, method="inverted_cdf")
    return Weeks(*(float(x) if np.isfinite(x) else None for x in (low, mid, high)))


def _trail(by_draw: Array, digits: int) -> Trail:
    """(draws, weeks) as percentiles by week."""
    low, mid, high = (tuple(x.round(digits).tolist()) for x in np.percentile(by_draw, _PERCENTILES, axis=0))
    return Trail(low, mid, high)
