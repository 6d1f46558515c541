"""All indicators by name: what the command, the docs and the tests go through."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import NoDataError, UnknownCode
from monazite.core.gazetteer import nearest
from monazite.core.values import Columns, Status
from monazite.indicators.concentration import hhi, n_minus_1
from monazite.indicators.exposure import net_import_reliance
from monazite.indicators.geopolrisk import geopolrisk
from monazite.network.supply import SupplyNetwork, flows, stages_traded
from monazite.reference.values import Figures

__all__ = ["REGISTRY", "Indicator", "indicator"]

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator as a table: its unit, its equation and where that comes from.

    Exactly one of `from_figures` (all materials at once) and `from_network` (one mineral in one year) makes it.
    """

    name: str
    title: str
    unit: str
    equation: str
    method: str
    columns: tuple[str, ...]
    from_figures: Callable[[Figures], Columns] | None = None
    from_network: Callable[[SupplyNetwork, int], Iterable[Row]] | None = None


def indicator(name: str) -> Indicator:
    """The indicator of a name; an unknown one raises with the nearest names."""
    found = {i.name: i for i in REGISTRY}
    if name not in found:
        known = f"known are: {', '.join(found)}"
        raise UnknownCode("indicator", name, nearest(name, found), known)
    return found[name]


def _concentration(measure: Callable[[NDArray[np.float64]], float]) -> Callable[[SupplyNetwork, int], Iterable[Row]]:
    def rows(network: SupplyNetwork, year: int) -> Iterable[Row]:
        mined = np.nan_to_num(network.mined[network.year_position(year)])
        supplies = [("mine", mined, Status.NO_PRODUCTION)]
        for stage in stages_traded(network):
            supplies.append((f"{stage} exports", flows(network, stage, year).value_usd.sum(axis=1), Status.NO_TRADE))
        for stage_name, supply, missing in supplies:
            try:
                value, status = measure(supply), Status.OK
                largest = network.countries[int(supply.argmax())]
                share = float(supply.max() / supply.sum())
            except NoDataError:
                value, status, largest, share = np.nan, missing, "", np.nan
            yield network.mineral, stage_name, year, value, largest, share, status.value

    return rows


def _import_reliance(network: SupplyNetwork, year: int) -> Iterable[Row]:
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


_BY_STAGE = ("mineral", "stage", "year", "value", "largest", "largest_share", "status")

REGISTRY = (
    Indicator(
        "geopolrisk",
        "GeoPolRisk score, price and characterisation factor",
        "score 0-1; USD per kg; kg Cu-eq per kg",
        "score = HHI x sum_i g_i q_i / (sum_i q_i + p); CF = score x price / 0.409412948",
        "Santillan-Saldivar et al. 2022; Koyamparambath et al. 2024",
        ("material", "country", "year", "hhi", "import_risk", "score", "price_usd_per_kg", "cf", "status"),
        from_figures=geopolrisk,
    ),
    Indicator(
        "hhi",
        "Herfindahl-Hirschman index of mining and of exports, by stage",
        "0-1",
        "HHI = sum_i (q_i / sum_k q_k)^2",
        "Hirschman 1945; Herfindahl 1950",
        _BY_STAGE,
        from_network=_concentration(hhi),
    ),
    Indicator(
        "n-1",
        "What remains without the largest supplier, by stage",
        "share",
        "N-1 = (sum_i q_i - max_i q_i) / D, with demand D taken as supply (assumption)",
        "International Energy Agency 2025",
        _BY_STAGE,
        from_network=_concentration(n_minus_1),
    ),
    Indicator(
        "import-reliance",
        "Net import reliance over all traded stages, contained tonnes",
        "share",
        "IR = max(0, M - X) / (P + M - X)",
        "US Geological Survey, Mineral Commodity Summaries",
        ("mineral", "country", "year", "value", "low", "high", "status"),
        from_network=_import_reliance,
    ),
)
"""Every indicator that can be asked for by name."""
