"""All indicators by name: what the command, the docs and the tests go through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import NoDataError, UnknownCode
from monazite.core.gazetteer import nearest
from monazite.core.values import Columns, Status
from monazite.indicators.concentration import hhi, n_minus_1
from monazite.indicators.eu_criticality import eu_economic_importance, eu_supply_risk
from monazite.indicators.exposure import net_import_reliance
from monazite.indicators.geopolrisk import geopolrisk
from monazite.network.supply import SupplyNetwork, flows, stages_traded
from monazite.reference.values import Figures

__all__ = ["REGISTRY", "FromTables", "Indicator", "indicator"]

Row = tuple[object, ...]

FromTables = Callable[[Mapping[str, Columns], Callable[[str], SupplyNetwork], Sequence[int]], Columns]
"""The reference tables by name, the network of a mineral and the years with mine production -> all rows."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator as a table: its unit, its equation and where that comes from.

    Exactly one makes it: `from_figures` (all materials at once), `from_network` (one mineral in one year) or
    `from_tables` (the reference tables it names in `tables`).
    """

    name: str
    title: str
    unit: str
    equation: str
    method: str
    columns: tuple[str, ...]
    from_figures: Callable[[Figures], Columns] | None = None
    from_network: Callable[[SupplyNetwork, int], Iterable[Row]] | None = None
    from_tables: FromTables | None = None
    tables: tuple[str, ...] = ()


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
    Indicator(
        "eu-supply-risk",
        "Supply risk for the European Union: recomputed, published, and estimated for later years",
        "0 and up; high from 1",
        "SR = [HHI_WGI,t(global) IR/2 + HHI_WGI,t(EU) (1 - IR/2)] (1 - EoL_RIR) SI_SR",
        "European Commission 2017",
        (
            *("material", "mineral", "year", "basis", "hhi_wgi_t_global", "hhi_wgi_t_eu", "import_reliance_share"),
            *("supply_risk", "published", "status", "source_id"),
        ),
        from_tables=eu_supply_risk,
        tables=("eu_components", "eu_criticality", "coalitions"),
    ),
    Indicator(
        "eu-economic-importance",
        "Economic importance for the European Union, as published",
        "0-10; high from 2.8",
        "EI = 10 sum_s A_s Q_s / max_s Q_s x SI_EI",
        "European Commission 2017",
        ("material", "mineral", "year", "economic_importance", "status", "source_id"),
        from_tables=lambda tables, *_: eu_economic_importance(tables),
        tables=("eu_components", "eu_criticality"),
    ),
)
"""Every indicator that can be asked for by name."""
