"""A stage's market under a cut x what earlier falls teach -> what the importers hit buy, and who takes up what is lost.

It is the model that is held against history (`simulation/backtest.py`), asked of a scenario. It stands beside the
market's own answer: that gives prices and what any parameter does, this what falls of the past tell to expect.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import NotConverged
from monazite.core.values import Stage
from monazite.network.supply import SupplyNetwork, flows
from monazite.scenario.reach import first_day
from monazite.scenario.values import ExportCut, Licence, Quota
from monazite.simulation.backtest import HISTORY, LONGEST, Episode, Predicted, Shock, hit_importers, predict
from monazite.simulation.priors import Priors, learned
from monazite.simulation.stated import Stated
from monazite.simulation.values import Foretold, Taker

__all__ = ["foretell"]

Array = NDArray[np.float64]

_SMALLEST = 1e-5
_TAKERS = 8
_WORTH_TELLING = 0.01


def foretell(
    network: SupplyNetwork, told: Stated, stage: Stage, priors: Mapping[tuple[int, int], Priors]
) -> Foretold | None:
    """What falls before the base year teach of this one, for the importers hit as those were.

    None where they teach nothing: a shock that is no limit on exports, an importer that loses less than those learned
    from, a code without four years on record, a base year before there was anything to learn from, a year too far from
    it.
    """
    if not all(isinstance(s, ExportCut | Quota | Licence) for s in told.shocks):
        return None
    base_year, day = told.trade.year, first_day(told.shocks)
    year = day.year if day else base_year + 1
    if not 1 <= year - base_year <= LONGEST or network.year_position(base_year) < HISTORY - 1:
        return None
    known = learned(priors, base_year, year)
    if known is None:
        return None
    episode = _episode(network, told, stage, year)
    if episode is None:
        return None
    try:
        found = predict(episode, 0, known)
    except NotConverged:  # the market's own answer stands
        return None
    bought = {episode.labels[j]: total for j, total in zip(episode.affected, found.total_t, strict=True)}
    return Foretold(year, known.last_year, bought, tuple(_takers(found)))


def _episode(network: SupplyNetwork, told: Stated, stage: Stage, year: int) -> Episode | None:
    """The cut as an episode over all countries, its flows at the middle of their draws."""
    countries, base_year = network.countries, told.trade.year
    history = _history(network, stage, base_year)
    if not history.any(axis=(1, 2)).all():
        return None
    place = np.array([countries.index(c) for c in told.labels[:-1]])  # all others together, the last, are not hit
    limit = told.market.stated_t
    left, stated = np.zeros(history[-1].shape), np.zeros(history[-1].shape, dtype=bool)
    left[np.ix_(place, place)] = (limit if limit.ndim == 2 else np.median(limit, axis=0))[:-1, :-1]
    stated[np.ix_(place, place)] = told.market.stated[:-1, :-1]
    stated &= history[-1] > 0
    shocked = np.flatnonzero(stated.any(axis=1))
    if not len(shocked):
        return None
    affected = hit_importers(history[-1], np.where(stated, left, history[-1]), shocked)
    if not len(affected):
        return None
    return Episode(
        told.trade.stage, base_year, countries, history, shocked, affected, (Shock(year, stated, left), None)
    )


@lru_cache(maxsize=8)
def _history(network: SupplyNetwork, stage: Stage, base_year: int) -> Array:
    """A stage's trade of the years up to one, without the least flows; kept, for a cut is asked at many sizes."""
    history = np.stack([flows(network, stage, base_year - k).gross_t for k in reversed(range(HISTORY))])
    history[history < _SMALLEST * history.sum(axis=(1, 2), keepdims=True)] = 0.0
    history.setflags(write=False)
    return history


def _takers(found: Predicted) -> Iterator[Taker]:
    """For each importer hit, who adds how much of what others add; the largest first."""
    episode = found.episode
    more = np.maximum(found.flow_t - episode.history_t[-1], 0.0)
    more[episode.shocked] = 0.0
    for j in episode.affected:
        added = more[:, j].sum()
        for i in np.argsort(-more[:, j], kind="stable")[:_TAKERS]:
            if more[i, j] > _WORTH_TELLING * added:
                share = float(more[i, j] / added)
                yield Taker(episode.labels[i], episode.labels[j], float(episode.history_t[-1, i, j]), share)
