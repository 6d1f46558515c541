"""Runs of the chain -> what leaves a country by month or year, to stand beside what its customs counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import ScenarioError
from monazite.simulation.weekly.values import Chain, Drivers, Run

__all__ = ["Span", "by_span", "exports_leaving", "leaving"]

Array = NDArray[np.float64]
Span = Literal["month", "year"]


def leaving(sent: Array, delay_weeks: NDArray[np.int64]) -> Array:
    """What leaves in each week, (draws, weeks): what is sent in week t is held at the border for `delay_weeks` of t.

    What is still held after the last week is in none.

    >>> leaving(np.array([[1.0, 2.0, 3.0]]), np.array([[0, 1, 0]]))
    array([[1., 0., 5.]])
    """
    draws, weeks = sent.shape
    when = np.broadcast_to(np.arange(weeks) + delay_weeks, sent.shape)
    draw = np.broadcast_to(np.arange(draws)[:, None], sent.shape)
    gone = when < weeks
    left = np.zeros_like(sent)
    np.add.at(left, (draw[gone], when[gone]), sent[gone])
    return left


def exports_leaving(
    runs: Iterable[Run], chain: Chain, drivers: Drivers, places: Sequence[tuple[int, int]]
) -> tuple[Array, ...]:
    """What leaves in each week over what was sent before, (draws, weeks), for each place: a good in a country.

    :raises ScenarioError: if a place sends none, or to some buyers with another delay than to others: a run does not
        tell how much went to whom.
    """
    delays = [_delay(chain, drivers, *place) for place in places]
    goods, countries = np.array(places).T
    sent = np.concatenate([run.sent_t[:, :, goods, countries] for run in runs])
    return tuple(
        leaving(sent[:, :, i], delay) / chain.sent_t[place]
        for i, (place, delay) in enumerate(zip(places, delays, strict=True))
    )


def _delay(chain: Chain, drivers: Drivers, good: int, country: int) -> NDArray[np.int64]:
    """How much later all exports of a place leave, (draws or 1, weeks)."""
    where = f"{chain.goods[good]}, {chain.countries[country]}"
    arcs = (chain.good == good) & (chain.seller == country)
    if not arcs.any():
        raise ScenarioError(where, "no exports are on record before", "name another good or country")
    delay = drivers.delay_weeks[:, :, np.unique(drivers.arc_group[arcs])]
    if (delay != delay[:, :, :1]).any():
        raise ScenarioError(where, "some exports are delayed otherwise than others", "delay all of them alike")
    return delay[:, :, 0]


def by_span(left: Array, first_day: date, span: Span = "month") -> Mapping[str, Array]:
    """The daily mean of each whole month or year, (draws,), of weeks from a day on; 1 on the days of it before.

    >>> {month: mean.round(2).tolist() for month, mean in by_span(np.zeros((1, 9)), date(2023, 10, 20)).items()}
    {'2023-10': [0.61], '2023-11': [0.0]}
    """
    unit = "M" if span == "month" else "Y"
    start = np.datetime64(first_day, "D")
    earlier = int((start - start.astype(f"M8[{unit}]").astype("M8[D]")).astype(int))
    daily = np.concatenate([np.ones((len(left), earlier)), np.repeat(left, 7, axis=1)], axis=1)
    of = (start - earlier + np.arange(daily.shape[1] + 1)).astype(f"M8[{unit}]")
    whole = np.unique(of)[:-1]  # the day after the last is in the last: not whole, or not begun
    return {str(one): daily[:, of[:-1] == one].mean(axis=1) for one in whole}
