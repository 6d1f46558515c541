"""Falls of the trade table and files of episodes -> how well the market foretells them, by eight measures, and which
of some settings does best where it was not chosen.

The measures are those disruptions are commonly judged by: errors of totals and flows, and who gains. `BARS` says how
much worse than two simple rules the model may be, or how much better it has to be. One figure stands for a setting: the
chance that all bars hold in twenty cases drawn at random, so that no measure can pay for another.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monazite.reference.figures import areas
from monazite.reference.store import Store
from monazite.simulation.backtest import CENTRAL, HISTORY, HORIZONS, RULES, Episode, Shock, predict
from monazite.simulation.priors import TUNING, Priors, Tuning, learned
from monazite.workbench.history.backtest import trade_cubes
from monazite.workbench.history.episodes import read_episodes
from reference_build.priors import codes_of, falls_of, recorded

__all__ = [
    "AGAINST",
    "BARS",
    "MEASURES",
    "Case",
    "Setting",
    "by_rules",
    "chance",
    "documented",
    "held",
    "margins",
    "measured",
    "mined",
    "played",
    "settings",
    "written",
]

Array = NDArray[np.float64]
Foretell = Callable[[Episode, int], Array]
Known = frozenset[tuple[str, str, int]]

MEASURES = ("totals", "shares", "exporters", "flows", "smape", "direction", "direction_t", "gains")
"""Errors of importers' totals, of supplier shares, of exporters' totals, of flows; symmetric error of flows; part of
the directions that is right, each flow alike and by tonnes; part of the gains that is foretold of others."""

BARS: Mapping[str, float] = {
    "totals": 0.005, "shares": 0.005, "exporters": 0.005, "flows": 0.01, "smape": 0.01,
    "direction": 0.04, "direction_t": 0.05, "gains": -0.02,
}  # fmt: skip
"""By how much the model may differ from each rule: at most, or for directions at least."""

AGAINST = ("proportional", "capacity")
"""The rules to be held against."""

_BETTER_UP = ("direction", "direction_t")
_WORST = 2.0  # where hardly anything came, an error over it can be any number, and would rule all others
_DRAWN, _DRAWS = 20, 4000


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """An episode and, by horizon, the flows that came, or None."""

    episode: Episode
    actual_t: tuple[Array | None, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """What can be chosen: how strongly the priors move the base, and the market's parameters."""

    tuning: Tuning
    eta: float

    def __str__(self) -> str:
        t = self.tuning
        return f"even {t.even:g}, taken {t.taken:g}, eta {self.eta:g}"


def settings() -> tuple[Setting, ...]:
    """The settings to choose from, by the three strengths that the answer turns on; others hardly matter near these."""
    grid = product((-1.0, -0.85, -0.7, -0.5), (0.15, 0.3, 0.5), (1.9, 2.3))
    return tuple(Setting(replace(TUNING, even=even, taken=taken), eta) for even, taken, eta in grid)


def played(setting: Setting, priors: Mapping[tuple[int, int], Priors]) -> Foretell:
    """What the model foretells under a setting, by weights learned up to the base year of each episode."""

    def foretell(episode: Episode, horizon: int) -> Array:
        shock = episode.shocks[horizon]
        known = learned(priors, episode.base_year, shock.year) if shock else None
        return predict(episode, horizon, known, setting.tuning, {**CENTRAL, "eta": setting.eta}).flow_t

    return foretell


def measured(cases: Iterable[Case], horizon: int, foretell: Foretell) -> Array:
    """The measures of each case, and the root of the number of its importers last, (cases, measures + 1).

    NaN where a measure does not apply: nothing rose, or nobody else sells. Where the horizon has no outcome, all are.
    """
    rows = []
    for case in cases:
        came, e = case.actual_t[horizon], case.episode
        has = came is not None and e.shocks[horizon] is not None
        of = _measures(e, foretell(e, horizon), came) if has and came is not None else [np.nan] * len(MEASURES)
        rows.append([*of, np.sqrt(len(e.affected)) if has else 0.0])
    found: Array = np.array(rows)
    found[:, :-1] = np.minimum(found[:, :-1], _WORST)
    return found


def _measures(e: Episode, said_t: Array, came_t: Array) -> list[float]:
    shocked = np.isin(np.arange(len(said_t)), e.shocked)
    was, said, came = (m[~shocked][:, e.affected] for m in (e.history_t[-1], said_t, came_t))
    bought = e.history_t[-1][:, e.affected].sum(axis=0)
    total_said, total_came = (m[:, e.affected].sum(axis=0) for m in (said_t, came_t))
    large = ~shocked & (e.history_t[-1].sum(axis=1) >= 0.01 * e.history_t[-1].sum())
    of_exporters = _over(np.abs(said_t[large].sum(axis=1) - came_t[large].sum(axis=1)), came_t[large].sum(axis=1))
    seen = np.maximum(np.maximum(was, said), came) >= 0.005 * bought
    apart = 2 * np.abs(said - came) / np.maximum(said + came, 1e-12)
    largest = np.maximum(was, came)
    moved = (largest >= 0.01 * bought) & (np.abs(came - was) >= 0.1 * largest)
    step = said - was
    sign = np.where(np.abs(step) <= np.maximum(0.01 * was, 1e-4 * bought), 0.0, np.sign(step))
    right = np.where(sign == 0, 0.5, sign == np.sign(came - was))
    enough = came.sum() > 1e-3 * bought.sum()
    return [
        _over(np.abs(total_said - total_came), total_came),
        _mean(_misplaced(said, came, 1e-6 * bought), bought, came.sum(axis=0) > 1e-3 * bought),
        of_exporters,
        _over(np.abs(said - came), came) if enough else float("nan"),
        _mean(apart, np.ones(apart.shape), seen),
        _mean(right, np.ones(right.shape), moved),
        _mean(right, np.abs(came - was), moved),
        _mean(
            _misplaced(np.maximum(step, 0.0), np.maximum(came - was, 0.0), 1e-3 * bought),
            bought,
            np.maximum(came - was, 0.0).sum(axis=0) > 0.01 * bought,
        ),
    ]


def _over(errors: Array, of: Array) -> float:
    return float(errors.sum() / of.sum()) if of.sum() > 0 else float("nan")


def _mean(values: Array, weights: Array, where: NDArray[np.bool_]) -> float:
    return float(np.average(values[where], weights=weights[where])) if where.any() else float("nan")


def _misplaced(said: Array, came: Array, least: Array) -> Array:
    """Total variation between the shares of two sets of flows, by importer; 1 where less than `least` was said."""
    shares = [m / np.maximum(m.sum(axis=0), 1e-300) for m in (said, came)]
    apart: Array = np.where(said.sum(axis=0) > least, 0.5 * np.abs(shares[0] - shares[1]).sum(axis=0), 1.0)
    return apart


def margins(model: Array, rule: Array) -> Array:
    """Means of the model's measures less the rule's, cases weighted by the root of their importers, (measures,)."""
    return _means((model - rule)[:, :-1], model[:, -1])


def _means(values: Array, weight: Array) -> Array:
    known = np.isfinite(values)
    weights = weight[..., None] * known
    means: Array = (np.where(known, values, 0.0) * weights).sum(axis=-2) / np.maximum(weights.sum(axis=-2), 1e-12)
    return means


def held(margin: Array) -> NDArray[np.bool_]:
    """Which bars hold, (..., measures)."""
    bars = np.array([BARS[name] for name in MEASURES])
    up = np.array([name in _BETTER_UP for name in MEASURES])
    kept: NDArray[np.bool_] = np.where(up, margin >= bars, margin <= bars)
    return kept


def chance(model: Array, rules: Sequence[Array], seed: int = 1) -> float:
    """How often all bars hold against all rules in twenty cases drawn with replacement."""
    random = np.random.default_rng(seed)
    known = np.flatnonzero(model[:, -1] > 0)
    drawn = known[random.integers(0, len(known), (_DRAWS, _DRAWN))]
    weight = model[drawn, -1]
    kept = [held(_means((model - rule)[drawn][..., :-1], weight)).all(axis=-1) for rule in rules]
    return float(np.logical_and.reduce(kept).mean())


def written(path: Path, store: Store) -> tuple[tuple[Case, ...], Known]:
    """The episodes of a file with their outcomes, and which falls they are: code, exporter, year."""
    told: dict[str, Any] = {e["id"]: e for e in json.loads(path.read_text())["episodes"]}
    cases = tuple(
        Case(e, tuple(_outcome(e, told[e.id]["outcome"][name]) for name in ("t", "t1")))
        for e in read_episodes(path, areas(store))
    )
    falls = {(str(e["hs92"]), x, int(e["year"])) for e in told.values() for x in e["shocked_exporters"]}
    return cases, frozenset(falls)


def _outcome(episode: Episode, told: Mapping[str, Any] | None) -> Array | None:
    if told is None:
        return None
    at = {c: i for i, c in enumerate(episode.labels)}
    came = np.zeros(episode.history_t.shape[1:])
    for exporter, importer, tonnes in told["arcs"]:
        if exporter in at and importer in at:  # newcomers to the code come in the outcome alone
            came[at[exporter], at[importer]] += tonnes
    return came


def documented(store: Store) -> Known:
    """The falls of the table of documented episodes."""
    rows = store.rows("SELECT hs92, exporter, year FROM episodes")
    return frozenset((str(hs), str(x), int(str(year))) for hs, x, year in rows)


def mined(store: Store, left_out: Known, part: float, seed: int = 1, first_base: int = 2000) -> Iterator[Case]:
    """Falls of the trade table such as are documented: a `part` of them, drawn at random.

    The exporter's buyers lose 1% of the code's world trade or more, the code's trade is worth 300 million USD a year or
    more, and importers are well recorded in the base year and the next. Falls of a code and exporter in `left_out`,
    within two years, are not among them.
    """
    random, labels = np.random.default_rng(seed), areas(store)
    for hs in codes_of(store):
        first, tonnes, value, estimated = trade_cubes(store, hs)
        apart = {(x, year + k) for code, x, year in left_out if code == hs for k in range(-2, 3)}
        for at in range(max(HISTORY - 1, first_base - first), len(tonnes) - 1):
            if value[at].sum() < 3e8:
                continue
            for shocked, affected, lost in falls_of(tonnes[at], tonnes[at + 1]):
                both = [m[at : at + 2][:, :, affected] for m in (tonnes, value, estimated)]
                affected = affected[recorded(both[0], both[1], both[2], shocked)]
                matters = lost[affected].sum() >= 0.01 * tonnes[at].sum()
                if matters and (labels[shocked[0]], first + at + 1) not in apart and random.random() < part:
                    yield _case(f"{hs}-{labels[shocked[0]]}", first, tonnes, at, (shocked, affected, labels))


def _case(
    name: str, first: int, tonnes: Array, at: int, who: tuple[NDArray[np.int64], NDArray[np.int64], tuple[str, ...]]
) -> Case:
    """A fall as an episode among those who trade: the exporter's flows are stated, its other sales fall as one."""
    years = tonnes[at - HISTORY + 1 : at + 1 + len(HORIZONS)]
    live = np.flatnonzero(years.any(axis=(0, 1)) | years.any(axis=(0, 2)))
    years = years[:, live][:, :, live]
    shocked, affected = (np.searchsorted(live, places) for places in who[:2])
    now, x = years[HISTORY - 1], shocked[0]
    rest = np.delete(np.arange(len(live)), affected)
    shocks: list[Shock | None] = []
    for horizon in HORIZONS:
        if HISTORY + horizon >= len(years):
            shocks.append(None)
            continue
        came = years[HISTORY + horizon]
        stated, left = np.zeros(now.shape, dtype=bool), np.zeros(now.shape)
        stated[x] = True
        left[x, affected] = came[x, affected]
        left[x, rest] = now[x, rest] * came[x, rest].sum() / max(now[x, rest].sum(), 1e-9)
        shocks.append(Shock(first + at + 1 + horizon, stated, left))
    labels = tuple(who[2][i] for i in live)
    episode = Episode(f"{name}-{first + at + 1}", first + at, labels, years[:HISTORY], shocked, affected, tuple(shocks))
    return Case(episode, tuple(years[HISTORY + h] if HISTORY + h < len(years) else None for h in HORIZONS))


def by_rules(cases: Sequence[Case], horizon: int) -> tuple[Array, ...]:
    """The measures of the rules to be held against."""
    return tuple(measured(cases, horizon, RULES[name]) for name in AGAINST)
