"""All indicators by name: what the command, the docs and the tests go through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import NoDataError, UnknownCode
from monazite.core.gazetteer import nearest
from monazite.core.values import Columns, Stage, Status
from monazite.indicators.concentration import governance_risk, governance_weighted_hhi, hhi, n_minus_1, top_share
from monazite.indicators.eu_criticality import eu_economic_importance, eu_supply_risk
from monazite.indicators.exposure import net_import_reliance
from monazite.indicators.geopolrisk import UNKNOWN_RISK, geopolrisk
from monazite.indicators.hidden import largest_producer, passes_through
from monazite.network.balance import balance
from monazite.network.supply import SupplyNetwork, flows, stages_traded
from monazite.reference.values import Figures

__all__ = ["REGISTRY", "FromTables", "Indicator", "indicator"]

Array = NDArray[np.float64]
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


def _concentration(measure: Callable[[Array, Array], float]) -> Callable[[SupplyNetwork, int], Iterable[Row]]:
    """A measure of (supply, governance risk) over every stage's production and exports."""

    def rows(network: SupplyNetwork, year: int) -> Iterable[Row]:
        risk = np.nan_to_num(governance_risk(network.stability[network.year_position(year)]), nan=UNKNOWN_RISK)
        made = {
            m.stage: np.nan_to_num(np.where(np.isnan(m.share), m.contained_t, m.share))
            for m in network.made
            if m.year == year
        }
        none = np.zeros(len(network.countries))
        supplies = [(f"{stage} production", made.get(stage, none), Status.NO_PRODUCTION) for stage in Stage]
        for stage in stages_traded(network):
            supplies.append((f"{stage} exports", flows(network, stage, year).value_usd.sum(axis=1), Status.NO_TRADE))
        for stage_name, supply, missing in supplies:
            try:
                value, status = measure(supply, risk), Status.OK
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


def _supplier_hhi(network: SupplyNetwork, year: int) -> Iterable[Row]:
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


def _self_sufficiency(network: SupplyNetwork, year: int) -> Iterable[Row]:
    found = balance(network, year)
    used = found.production_t + found.flow_t.sum(axis=1) - found.flow_t.sum(axis=2) - found.stock_change_t
    for at, i in np.argwhere(used > 0.001):
        inferred = "inferred" if found.inferred[at] else "published"
        value = float(found.production_t[at, i] / used[at, i])
        yield network.mineral, found.stages[at], found.countries[i], year, value, float(used[at, i]), inferred, "ok"


def _hidden(network: SupplyNetwork, year: int) -> Iterable[Row]:
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
        "Herfindahl-Hirschman index of production and of exports, by stage",
        "0-1",
        "HHI = sum_i (q_i / sum_k q_k)^2",
        "Hirschman 1945; Herfindahl 1950",
        _BY_STAGE,
        from_network=_concentration(lambda supply, _: hhi(supply)),
    ),
    Indicator(
        "n-1",
        "What remains without the largest supplier, by stage",
        "share",
        "N-1 = (sum_i q_i - max_i q_i) / D, with demand D taken as supply (assumption)",
        "International Energy Agency 2025",
        _BY_STAGE,
        from_network=_concentration(lambda supply, _: n_minus_1(supply)),
    ),
    Indicator(
        "top-3",
        "Share of the three largest suppliers, by stage",
        "share",
        "sum of the three largest q_i / sum_k q_k",
        "International Energy Agency 2025",
        _BY_STAGE,
        from_network=_concentration(lambda supply, _: top_share(supply, 3)),
    ),
    Indicator(
        "governance-weighted-hhi",
        "HHI weighted by the governance risk of the suppliers, by stage",
        "0-1",
        "HHI_g = sum_i g_i (q_i / sum_k q_k)^2, g = (2.5 - political stability) / 5",
        "after Graedel et al. 2012; World Bank governance estimates",
        _BY_STAGE,
        from_network=_concentration(governance_weighted_hhi),
    ),
    Indicator(
        "supplier-hhi",
        "Concentration of a country's suppliers, by stage and value",
        "0-1",
        "HHI_j = sum_i (v_ij / sum_k v_kj)^2",
        "Hirschman 1945; Herfindahl 1950",
        ("mineral", "stage", "country", "year", "value", "largest", "largest_share", "status"),
        from_network=_supplier_hhi,
    ),
    Indicator(
        "self-sufficiency",
        "Own production over own use, by stage, of the balanced network",
        "ratio; 1 and more: net exporter",
        "P / (P + M - X - K)",
        "Food and Agriculture Organization 2012, the self-sufficiency ratio",
        ("mineral", "stage", "country", "year", "value", "used_t", "production", "status"),
        from_network=_self_sufficiency,
    ),
    Indicator(
        "hidden-dependence",
        "Imports that passed through the largest producer at any earlier stage",
        "share",
        "h = (I - T)^-1 b over the balanced network",
        "Kemeny and Snell 1960, absorbing Markov chains",
        ("mineral", "stage", "country", "year", "value", "direct_share", "through", "status"),
        from_network=_hidden,
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
