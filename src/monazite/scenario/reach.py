"""Shocks -> whose trade in what they reach, from which day on, and how strongly in each week."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
from numpy.typing import NDArray

from monazite.scenario.values import Closure, ExportCut, Licence, Outage, Quota, Scenario, Shock, Tariff, Window

__all__ = ["first_day", "minerals_of", "shocks_of", "sides", "strength"]


def minerals_of(scenario: Scenario) -> tuple[str, ...]:
    """The minerals its shocks are about, each once; a closed passage is about none."""
    return tuple(dict.fromkeys(s.mineral for s in scenario.shocks if not isinstance(s, Closure)))


def shocks_of(scenario: Scenario, mineral: str) -> tuple[Shock, ...]:
    """Its shocks that are about a mineral."""
    return tuple(s for s in scenario.shocks if not isinstance(s, Closure) and s.mineral == mineral)


def sides(shock: Shock) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who sells and who buys the goods a shock is about; empty for everyone."""
    if isinstance(shock, ExportCut | Quota | Licence):
        return shock.imposers, shock.targets
    if isinstance(shock, Tariff):
        return shock.exporters, shock.importers
    if isinstance(shock, Outage):
        return shock.countries, ()
    return (), (() if isinstance(shock, Closure) else shock.countries)


def first_day(shocks: Iterable[Shock]) -> date | None:
    """The earliest day any of the shocks is known to start."""
    return min((s.window.start for s in shocks if s.window.start), default=None)


def strength(window: Window, weeks: int, origin: date | None = None) -> NDArray[np.float64]:
    """The mean strength, 0 to 1, in each of some weeks from a day on, shape (weeks,).

    Within the window it is ``min(1, t / ramp_weeks)``, `t` the weeks since its start; `origin` is the first day of week
    0, by default the window's own.

    >>> strength(Window(weeks=3, ramp_weeks=2), 5)
    array([0.25, 0.75, 1.  , 0.  , 0.  ])
    >>> strength(Window(date(2026, 1, 8), weeks=1), 3, origin=date(2026, 1, 1))
    array([0., 1., 0.])
    """
    later = (window.start - origin).days / 7 if window.start and origin else 0.0
    t = np.clip(np.arange(weeks + 1) - later, 0.0, window.weeks)
    ramp = window.ramp_weeks
    risen = np.where(t < ramp, t**2 / (2 * ramp or 1), t - ramp / 2)
    felt: NDArray[np.float64] = np.diff(risen)
    return felt
