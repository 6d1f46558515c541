"""A mineral's balanced network in one year -> the rows of an indicator's table. Apart, for it loads the solver."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from monazite.core.values import Status
from monazite.indicators.hidden import largest_producer, passes_through
from monazite.network.balance import balance, prior
from monazite.network.supply import SupplyNetwork

__all__ = ["apparent_consumption_rows", "hidden_rows", "self_sufficiency_rows"]

Row = tuple[object, ...]


def apparent_consumption_rows(network: SupplyNetwork, year: int) -> Iterable[Row]:
    """Production and imports less exports as published, by stage and country, contained tonnes, before any balance.

    None where a country sells more than it makes and buys in the figures: stocks, contents or records differ.
    """
    found = prior(network, year)
    imports, exports = found.flow_t.sum(axis=1), found.flow_t.sum(axis=2)
    for at, i in np.argwhere(found.production_t + imports + exports > 0.001):
        if found.untraded[at]:
            continue  # what nobody records is no trade of zero
        parts = (float(found.production_t[at, i]), float(imports[at, i]), float(exports[at, i]))
        value = parts[0] + parts[1] - parts[2]
        inferred = "inferred" if found.inferred[at] else "published"
        place = network.mineral, found.stages[at], found.countries[i], year
        told = (value, Status.OK) if value >= 0 else (np.nan, Status.NO_SUPPLY)
        yield *place, told[0], *parts, inferred, told[1].value


def self_sufficiency_rows(network: SupplyNetwork, year: int) -> Iterable[Row]:
    """Own production over own use, by stage and country; use in contained tonnes, production published or inferred."""
    found = balance(network, year)
    used = found.production_t + found.flow_t.sum(axis=1) - found.flow_t.sum(axis=2) - found.stock_change_t
    for at, i in np.argwhere(used > 0.001):
        if found.untraded[at]:
            continue  # trade that nobody records would show everybody as self-sufficient
        inferred = "inferred" if found.inferred[at] else "published"
        value = float(found.production_t[at, i] / used[at, i])
        yield network.mineral, found.stages[at], found.countries[i], year, value, float(used[at, i]), inferred, "ok"


def hidden_rows(network: SupplyNetwork, year: int) -> Iterable[Row]:
    """What of each country's imports passed through the largest producer, in all and directly, by stage."""
    found = balance(network, year)
    country = largest_producer(found)
    if country is None:
        return
    passed = passes_through(found, country)
    for at, stage in enumerate(found.stages):
        if found.untraded[at]:
            continue  # its flows are inferred, not on record
        imports = found.flow_t[at].sum(axis=0)
        for i in np.flatnonzero((imports > 0) & (np.array(found.countries) != country)):
            value = float(found.flow_t[at][:, i] @ passed[at] / imports[i])
            direct = float(found.flow_t[at][found.countries.index(country), i] / imports[i])
            yield network.mineral, stage, found.countries[i], year, value, direct, country, "ok"
