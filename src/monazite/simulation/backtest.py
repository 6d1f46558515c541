"""Episode -> what the market model says of it, before anyone looks at the outcome; and the simple rules beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import NotConverged, ScenarioError
from monazite.core.values import Band
from monazite.simulation.market import Draws, Market, clear
from monazite.simulation.priors import TUNING, Priors, Tuning, expected_base, spread_terms

__all__ = [
    "CENTRAL",
    "HISTORY",
    "HORIZONS",
    "LONGEST",
    "RULES",
    "Episode",
    "Predicted",
    "Shock",
    "alone",
    "capacity",
    "hit_importers",
    "misplaced_share",
    "predict",
    "proportional",
    "right_share",
    "unchanged",
]

Array = NDArray[np.float64]
Places = NDArray[np.int64]

HISTORY = 4
"""Years of trade an episode rests on, the last of them the base year."""

HORIZONS = (0, 1)
"""The year of the shock, and the year after."""

LONGEST = 5
"""Years from the base year to the shock at most; what is learned of falls reaches two, and serves beyond."""

CENTRAL: Mapping[str, float] = {"sigma": 2.4, "eta": 2.3, "epsilon": 0.8, "spare": 0.3, "latent": 0.0}
"""The market's parameters in a backtest: those that fit past episodes best, left one out (docs/methods/backtest.md)."""

# Of the width that falls stray by, so much: chosen so that documented and mined falls are held four times in five.
_NARROWER = 0.9
_DAMPED = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Shock:
    """What is stated of one year: `year`, and tonnes `left_t` (exporters, importers) where `stated`."""

    year: int
    stated: NDArray[np.bool_]
    left_t: Array


@dataclass(frozen=True, slots=True, eq=False)
class Episode:
    """A disruption as it was known before its outcome.

    `history_t` (4, n, n): tonnes, exporters x importers by `labels`, oldest year first, the last is `base_year`.
    `shocked` and `affected` are positions; `shocks` are by horizon, None where nothing is stated.
    """

    id: str
    base_year: int
    labels: tuple[str, ...]
    history_t: Array
    shocked: Places
    affected: Places
    shocks: tuple[Shock | None, ...]

    def __post_init__(self) -> None:
        where = f"episode {self.id}"
        if not (np.isfinite(self.history_t).all() and (self.history_t >= 0).all()):
            raise ScenarioError(where, "a flow is negative or not finite", "give tonnes of 0 or more")
        sold = self.history_t[-1][self.shocked].sum(axis=1)
        if not len(self.shocked) or not (sold > 0).all():
            names = ", ".join(self.labels[i] for i in self.shocked[sold <= 0]) or "none"
            what = f"shocked exporters that sell nothing in {self.base_year}: {names}"
            raise ScenarioError(where, what, "name exporters with sales in the year before")
        for shock in filter(None, self.shocks):
            if not (np.isfinite(shock.left_t).all() and (shock.left_t >= 0).all()):
                raise ScenarioError(where, "a stated flow is negative or not finite", "state tonnes of 0 or more")


@dataclass(frozen=True, slots=True, eq=False)
class Predicted:
    """All flows of one horizon, (exporters, importers), and the 80% interval of each affected importer's total."""

    episode: Episode
    horizon: int
    flow_t: Array
    total_t: tuple[Band, ...]


def hit_importers(now_t: Array, left_t: Array, shocked: Places) -> Places:
    """The importers hit as in the falls that `Priors` are learned from, those that bought most of the exporters first.

    They had 8% or more of their imports from the shocked exporters, lose 15% or more of that, and buy 0.15% of world
    trade or more.
    """
    bought, before, left = now_t.sum(axis=0), now_t[shocked].sum(axis=0), left_t[shocked].sum(axis=0)
    hit = (before >= 0.08 * bought) & (bought >= 0.0015 * now_t.sum()) & (left <= 0.85 * before) & (before > 0)
    found = np.flatnonzero(hit)
    return found[np.argsort(-before[found], kind="stable")]


def predict(
    episode: Episode,
    horizon: int,
    priors: Priors | None,
    tuning: Tuning = TUNING,
    central: Mapping[str, float] = CENTRAL,
) -> Predicted:
    """The market's answer to an episode's stated shock; without priors, that of the market model alone.

    The priors move the base flows, the shocked exporters' flows are stated, the market clears. A stated flow above the
    base flow is the base: nothing is lost there. With no priors there are no intervals: they are the point itself.

    :raises ScenarioError: if the episode states nothing for this horizon.
    :raises NotConverged: if the market finds no balance.
    """
    shock = _shock(episode, horizon)
    now = episode.history_t[-1]
    lost = _lost(episode, shock)
    base = now.copy()
    if priors:
        base = expected_base(episode.history_t, lost, episode.shocked, episode.affected, priors, tuning)
    base = np.where(shock.stated, np.maximum(base, shock.left_t), base)
    stated = shock.stated & (base > 0)
    market = Market(base, stated, np.where(stated, np.minimum(shock.left_t, base), 0.0))
    try:
        found = clear(market, Draws(**{name: np.array([value]) for name, value in central.items()}))
    except NotConverged as error:
        raise NotConverged(f"episode {episode.id}, horizon {horizon}", error.what, error.mend) from error
    flow = np.where(shock.stated, shock.left_t, found.flow_t[0])
    flow.setflags(write=False)
    return Predicted(episode, horizon, flow, _totals(episode, lost, flow, priors))


def alone(episode: Episode, horizon: int, draws: Draws) -> Predicted:
    """What the market says without what earlier falls teach, as `monazite shock` plays it: medians over draws.

    The totals' intervals are the 10th and 90th percentile over the draws: what the parameters leave open, no more.
    """
    shock = _shock(episode, horizon)
    base = np.where(shock.stated, np.maximum(episode.history_t[-1], shock.left_t), episode.history_t[-1])
    stated = shock.stated & (base > 0)
    found = clear(Market(base, stated, np.where(stated, shock.left_t, 0.0)), draws)
    flow = np.where(shock.stated, shock.left_t, np.median(found.flow_t, axis=0))
    flow.setflags(write=False)
    totals = np.percentile(found.flow_t[:, :, episode.affected].sum(axis=1), [10, 50, 90], axis=0)
    return Predicted(episode, horizon, flow, tuple(Band(*map(float, total)) for total in totals.T))


def _totals(episode: Episode, lost: Array, flow: Array, priors: Priors | None) -> tuple[Band, ...]:
    """What each affected importer buys in all, with its 80% interval: stated flows are certain, other supply is not."""
    columns = flow[:, episode.affected]
    total = columns.sum(axis=0)
    if priors is None:
        return tuple(Band(float(t), float(t), float(t)) for t in total)
    stated = columns[episode.shocked].sum(axis=0)
    damp = _DAMPED * episode.history_t[-1][:, episode.affected].sum(axis=0)
    terms = spread_terms(episode.history_t, lost, episode.shocked, episode.affected)
    width = _NARROWER * np.exp(terms @ priors.spread)
    other = total - stated + damp
    low, high = (stated + np.maximum(other * np.exp(sign * width) - damp, 0.0) for sign in (-1, 1))
    return tuple(Band(float(a), float(max(a, t)), float(max(t, b))) for a, t, b in zip(low, total, high, strict=True))


def _shock(episode: Episode, horizon: int) -> Shock:
    shock = episode.shocks[horizon]
    if shock is None:
        raise ScenarioError(f"episode {episode.id}", f"nothing is stated for horizon {horizon}", "leave it out")
    return shock


def _lost(episode: Episode, shock: Shock) -> Array:
    now = episode.history_t[-1]
    fallen: Array = np.where(shock.stated, np.maximum(now - shock.left_t, 0.0), 0.0).sum(axis=0)
    return fallen


def proportional(episode: Episode, horizon: int, part: float = 0.1) -> Array:
    """A simple rule: `part` of each loss is made good by the importer's other suppliers, in proportion."""
    return _spread_over(episode, horizon, part, np.inf)


def capacity(episode: Episode, horizon: int, part: float = 0.5, room: float = 0.03) -> Array:
    """A simple rule: `proportional`, but no exporter adds more than the share `room` of what it sold."""
    return _spread_over(episode, horizon, part, room)


def _spread_over(episode: Episode, horizon: int, part: float, room: float) -> Array:
    shock = _shock(episode, horizon)
    now = episode.history_t[-1]
    others = np.where(shock.stated, 0.0, now)
    others[episode.shocked] = 0.0
    left = np.full(len(now), np.inf) if np.isinf(room) else room * now.sum(axis=1)
    need, added = part * _lost(episode, shock), np.zeros_like(now)
    for _ in range(20):
        weight = np.where((left > 1e-9)[:, None], others, 0.0)
        ask = weight * (need - added.sum(axis=0)) / np.maximum(weight.sum(axis=0), 1e-300)
        asked = ask.sum(axis=1)
        given = ask * np.minimum(1.0, left / np.maximum(asked, 1e-300))[:, None]
        added, left = added + given, left - given.sum(axis=1)
    return np.where(shock.stated, shock.left_t, now + added)


def unchanged(episode: Episode, horizon: int) -> Array:
    """A simple rule: only what is stated changes."""
    return proportional(episode, horizon, 0.0)


RULES: Mapping[str, Callable[[Episode, int], Array]] = {
    "unchanged": unchanged,
    "proportional": proportional,
    "capacity": capacity,
}
"""Rules to stand beside a prediction: others unchanged; a tenth made good; half made good within 3% more exports."""


def right_share(episode: Episode, flow_t: Array, actual_t: Array) -> float:
    """The part of what moved whose direction was foretold; NaN where nothing moved.

    Of flows from other suppliers of 1% of the importer's imports or more, before or after, that changed by a tenth or
    more, weighted by the change; a foretold change of less than 1% of the flow is none and counts half.
    """
    before, after, foretold, total = _others(episode, flow_t, actual_t)
    largest = np.maximum(before, after)
    moved = (largest >= 0.01 * total) & (np.abs(after - before) >= 0.1 * largest)
    if not moved.any():
        return float("nan")
    step = foretold - before
    said = np.where(np.abs(step) <= np.maximum(0.01 * before, 1e-4 * total), 0.0, np.sign(step))
    right = np.where(said == 0, 0.5, said == np.sign(after - before))
    return float(np.average(right[moved], weights=np.abs(after - before)[moved]))


def misplaced_share(episode: Episode, flow_t: Array, actual_t: Array) -> float:
    """The part of what other suppliers added that was foretold of others; NaN where nobody added anything.

    Total variation between the shares of foretold and actual gains, by importer, weighted by its imports; 1 where no
    gain was foretold.
    """
    before, after, foretold, total = _others(episode, flow_t, actual_t)
    gained, said = np.maximum(after - before, 0.0), np.maximum(foretold - before, 0.0)
    all_gained, all_said = gained.sum(axis=0), said.sum(axis=0)
    counted = all_gained > 0.01 * total
    if not counted.any():
        return float("nan")
    apart = 0.5 * np.abs(said / np.maximum(all_said, 1e-300) - gained / np.maximum(all_gained, 1e-300)).sum(axis=0)
    apart = np.where(all_said > 1e-3 * total, apart, 1.0)
    return float(np.average(apart[counted], weights=total[counted]))


def _others(episode: Episode, flow_t: Array, actual_t: Array) -> tuple[Array, Array, Array, Array]:
    """Flows from exporters that are not shocked into affected importers, (others, affected); and totals before."""
    before = episode.history_t[-1][:, episode.affected]
    rest = (
        np.delete(m[:, episode.affected], episode.shocked, axis=0) for m in (episode.history_t[-1], actual_t, flow_t)
    )
    return (*rest, before.sum(axis=0))
