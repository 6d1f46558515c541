"""A scenario -> the supply pattern of the yearly market, toward which orders move while its shocks are in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import NoDataError
from monazite.core.values import Band
from monazite.network.supply import SupplyNetwork
from monazite.scenario.reach import first_day, strength
from monazite.scenario.values import Closure, Scenario, Shock, Window, exactly
from monazite.simulation.market import Draws, clear
from monazite.simulation.shock import PARAMETERS
from monazite.simulation.stated import Stated, stated_market
from monazite.simulation.weekly.build import REST, Setting
from monazite.simulation.weekly.values import Drivers

__all__ = ["with_pattern"]

Array = NDArray[np.float64]


def with_pattern(
    drivers: Drivers, setting: Setting, networks: Mapping[str, SupplyNetwork], scenario: Scenario
) -> Drivers:
    """The drivers with the market's pattern in the weeks in which any shock but a closure is in force.

    The market is that of every stage the shocks reach, at its central parameters, all shocks in force for the year.
    Each arc's flow before changes as the market's flow does; arcs of stages without a market, or of minerals
    without a network, stay as they are.
    """
    of_market = [s for s in scenario.shocks if not isinstance(s, Closure)]
    if not of_market:
        return drivers
    origin = first_day(scenario.shocks)
    all_year = replace(scenario, shocks=tuple(_all_year(s, origin) for s in of_market))
    pattern = setting.chain.flow_t.copy()
    for g, good in enumerate(setting.goods):
        if good.mineral not in networks:
            continue
        try:
            told = stated_market(networks[good.mineral], all_year, good.stage, draws=1, seed=1)
        except NoDataError:
            continue
        pattern[setting.chain.good == g] *= _changed(told, setting)[setting.chain.good == g]
    force = np.any([strength(s.window, drivers.weeks, origin) > 0 for s in of_market], axis=0)
    return replace(drivers, pattern_t=pattern[None], pattern_weeks=force)


def _all_year(shock: Shock, origin: date | None) -> Shock:
    """The shock at its central numbers, from the scenario's first day for a year."""
    bands = {f.name: exactly(x.mid) for f in fields(shock) if isinstance(x := getattr(shock, f.name), Band)}
    central: dict[str, Any] = {**bands, "window": Window(origin)}
    return replace(shock, **central)


def _changed(told: Stated, setting: Setting) -> Array:
    """By arc of the chain, the market's flow over that before; 1 where there was none."""
    found = clear(told.market, Draws(**{p.name: np.array([p.band.mid]) for p in PARAMETERS})).flow_t[0]
    change = np.divide(found, told.base_t, out=np.ones_like(found), where=told.base_t > 0)
    at = {c: i for i, c in enumerate(told.labels)}
    places = np.array([at.get(c, at[REST]) for c in setting.chain.countries])
    by_arc: Array = change[places[setting.chain.seller], places[setting.chain.buyer]]
    return by_arc
