"""A mineral's network in one year -> the rows of an indicator's table, for all stages or countries."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import NoDataError
from monazite.core.values import Stage, Status
from monazite.indicators.concentration import governance_risk, governance_weighted_hhi, hhi, n_minus_1, top_share
from monazite.indicators.exposure import net_import_reliance
from monazite.indicators.geopolrisk import UNKNOWN_RISK
from monazite.network.supply import SupplyNetwork, flows, stages_traded

__all__ = [
    "governance_weighted_hhi_rows",
    "hhi_rows",
    "import_reliance_rows",
    "n_minus_1_rows",
    "supplier_hhi_rows",
    "top_3_rows",
]

Array = NDArray[np.float64]
Row = tuple[object, ...]


def _concentration(measure: Callable[[Array, Array, float], float]) -> Callable[[SupplyNetwork, int], Iterable[Row]]:
    """A measure of (supply, governance risk, supply nobody names) over every stage's production and exports."""

    def rows(network: SupplyNetwork, year: int) -> Iterable[Row]:
        risk = np.nan_to_num(governance_risk(network.stability[network.year_position(year)]), nan=UNKNOWN_RISK)
        made = {m.stage: (m.supply, m.rest) for m in network.made if m.year == year}
        none = np.zeros(len(network.countries)), 0.0
        supplies = [(f"{stage} production", *made.get(stage, none), Status.NO_PRODUCTION) for stage in Stage]
        for stage in stages_traded(network):
            exports = flows(network, stage, year).value_usd.sum(axis=1)
            supplies.append((f"{stage} exports", exports, 0.0, Status.NO_TRADE))
        for stage_name, supply, rest, missing in supplies:
            try:
                value, status = measure(supply, risk, rest), Status.OK
                largest = network.countries[int(supply.argmax())]
                share = top_share(supply, rest=rest)
            except NoDataError:
                value, status, largest, share = np.nan, missing, "", np.nan
            yield network.mineral, stage_name, year, value, largest, share, status.value

    return rows


def import_reliance_rows(network: SupplyNetwork, year: int) -> Iterable[Row]:
    """Net import reliance of every country that trades the mineral, with its range."""
    rows = network.year == network.year_position(year)
    traders = np.unique(np.concatenate([network.importer[rows], network.exporter[rows]]))
    inside = np.zeros(len(network.countries), dtype=bool)
    for i in traders:
        inside[i] = True
        reading = net_import_reliance(network, inside, year)
        inside[i] = False
        low, high = (reading.band.low, reading.band.high) if reading.band else (np.nan, np.nan)
        value = np.nan if reading.value is None else reading.value
        yield network.mineral, network.countries[i], year, value, low, high, reading.status.value


def supplier_hhi_rows(network: SupplyNetwork, year: int) -> Iterable[Row]:
    """Concentration of every importer's suppliers by value, by stage, with the largest of them."""
    for stage in stages_traded(network):
        value = flows(network, stage, year).value_usd
        total = value.sum(axis=0)
        for i in np.flatnonzero(total > 0):
            largest = int(value[:, i].argmax())
            share = float(value[largest, i] / total[i])
            yield (
                network.mineral,
                stage,
                network.countries[i],
                year,
                hhi(value[:, i]),
                network.countries[largest],
                share,
                "ok",
            )


hhi_rows = _concentration(lambda supply, _, rest: hhi(supply, rest))
n_minus_1_rows = _concentration(lambda supply, _, rest: n_minus_1(supply, rest=rest))
top_3_rows = _concentration(lambda supply, _, rest: top_share(supply, 3, rest))
governance_weighted_hhi_rows = _concentration(governance_weighted_hhi)
