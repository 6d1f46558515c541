"""All indicators by name: what the command, the docs and the tests go through."""

from __future__ import annotations

from dataclasses import dataclass

from monazite.core.errors import UnknownCode
from monazite.core.gazetteer import nearest

__all__ = ["REGISTRY", "Indicator", "indicator"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator as a table: its unit, its equation and where that comes from.

    Exactly one function makes it, named as `module:function` so that only what is asked for is loaded: `from_figures`
    (`Figures` of all materials -> `Columns`), `from_network` (a `SupplyNetwork` and a year -> rows), `from_lanes` (the
    sea `Lanes`, a network and a year -> rows) or `from_tables` (the reference tables it names in `tables`, the network
    of a mineral, the years -> `Columns`). `measures` are the columns that hold its numbers.
    """

    name: str
    title: str
    unit: str
    equation: str
    method: str
    columns: tuple[str, ...]
    from_figures: str = ""
    from_network: str = ""
    from_lanes: str = ""
    from_tables: str = ""
    tables: tuple[str, ...] = ()
    measures: tuple[str, ...] = ("value",)


def indicator(name: str) -> Indicator:
    """The indicator of a name; an unknown one raises with the nearest names."""
    found = {i.name: i for i in REGISTRY}
    if name not in found:
        known = f"known are: {', '.join(found)}"
        raise UnknownCode("indicator", name, nearest(name, found), known)
    return found[name]


_BY_STAGE = ("mineral", "stage", "year", "value", "largest", "largest_share", "status")

REGISTRY = (
    Indicator(
        "geopolrisk",
        "GeoPolRisk score, price and characterisation factor",
        "score 0-1; USD per kg; kg Cu-eq per kg",
        "score = HHI x sum_i g_i q_i / (sum_i q_i + p); CF = score x price / 0.409412948",
        "Santillan-Saldivar et al. 2022; Koyamparambath et al. 2024",
        ("material", "country", "year", "hhi", "import_risk", "score", "price_usd_per_kg", "cf", "status"),
        from_figures="monazite.indicators.geopolrisk:geopolrisk",
        measures=("score", "price_usd_per_kg", "cf"),
    ),
    Indicator(
        "hhi",
        "Herfindahl-Hirschman index of production and of exports, by stage",
        "0-1",
        "HHI = sum_i (q_i / sum_k q_k)^2",
        "Hirschman 1945; Herfindahl 1950",
        _BY_STAGE,
        from_network="monazite.indicators.rows:hhi_rows",
    ),
    Indicator(
        "n-1",
        "What remains without the largest supplier, by stage",
        "share",
        "N-1 = (sum_i q_i - max_i q_i) / D, with demand D taken as supply (assumption)",
        "International Energy Agency 2025",
        _BY_STAGE,
        from_network="monazite.indicators.rows:n_minus_1_rows",
    ),
    Indicator(
        "top-3",
        "Share of the three largest suppliers, by stage",
        "share",
        "sum of the three largest q_i / sum_k q_k",
        "International Energy Agency 2025",
        _BY_STAGE,
        from_network="monazite.indicators.rows:top_3_rows",
    ),
    Indicator(
        "governance-weighted-hhi",
        "HHI weighted by the governance risk of the suppliers, by stage",
        "0-1",
        "HHI_g = sum_i g_i (q_i / sum_k q_k)^2, g = (2.5 - political stability) / 5",
        "after Graedel et al. 2012; World Bank governance estimates",
        _BY_STAGE,
        from_network="monazite.indicators.rows:governance_weighted_hhi_rows",
    ),
    Indicator(
        "supplier-hhi",
        "Concentration of a country's suppliers, by stage and value",
        "0-1",
        "HHI_j = sum_i (v_ij / sum_k v_kj)^2",
        "Hirschman 1945; Herfindahl 1950",
        ("mineral", "stage", "country", "year", "value", "largest", "largest_share", "status"),
        from_network="monazite.indicators.rows:supplier_hhi_rows",
    ),
    Indicator(
        "apparent-consumption",
        "What a country has of a stage for its own use or stocks, of the published figures",
        "contained t a year",
        "P + M - X",
        "US Geological Survey, Mineral Commodity Summaries, without the change of stocks",
        (
            *("mineral", "stage", "country", "year", "value", "produced_t", "imported_t", "exported_t", "production"),
            "status",
        ),
        from_network="monazite.indicators.chain_rows:apparent_consumption_rows",
    ),
    Indicator(
        "self-sufficiency",
        "Own production over own use, by stage, of the balanced network",
        "ratio; 1 and more: net exporter",
        "P / (P + M - X - K)",
        "Food and Agriculture Organization 2012, the self-sufficiency ratio",
        ("mineral", "stage", "country", "year", "value", "used_t", "production", "status"),
        from_network="monazite.indicators.chain_rows:self_sufficiency_rows",
    ),
    Indicator(
        "hidden-dependence",
        "Imports that passed through the largest producer at any earlier stage",
        "share",
        "h = (I - T)^-1 b over the balanced network",
        "Kemeny and Snell 1960, absorbing Markov chains",
        ("mineral", "stage", "country", "year", "value", "direct_share", "through", "status"),
        from_network="monazite.indicators.chain_rows:hidden_rows",
    ),
    Indicator(
        "betweenness",
        "Part of the flow between all others that passes through a country on its way from mine to last use",
        "share",
        "B_x = sum_e U_e (v_x(e) - s_x(e)) / sum_e U_e (1 - s_x(e))",
        "Freeman, Borgatti and White 1991, over the flows on record; Kemeny and Snell 1960",
        ("mineral", "country", "year", "value", "through_share", "untraded", "status"),
        from_network="monazite.indicators.betweenness:betweenness_rows",
    ),
    Indicator(
        "passage-betweenness",
        "Part of the world's trade that sails through a sea passage, by stage and value",
        "share",
        "b_p = sum_ij F_ij u_pij / sum_ij F_ij k_ij",
        "Freeman, Borgatti and White 1991, with one lane for each pair",
        (
            *("mineral", "stage", "passage", "year", "value", "low", "high", "tonnes_share", "unknown_share"),
            "status",
        ),
        from_lanes="monazite.indicators.passages:passage_rows",
    ),
    Indicator(
        "import-reliance",
        "Net import reliance over all traded stages, contained tonnes",
        "share",
        "IR = max(0, M - X) / (P + M - X)",
        "US Geological Survey, Mineral Commodity Summaries",
        ("mineral", "country", "year", "value", "low", "high", "status"),
        from_network="monazite.indicators.rows:import_reliance_rows",
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
        from_tables="monazite.indicators.eu_criticality:eu_supply_risk",
        measures=("supply_risk",),
        tables=("eu_components", "eu_criticality", "coalitions"),
    ),
    Indicator(
        "eu-economic-importance",
        "Economic importance for the European Union, as published",
        "0-10; high from 2.8",
        "EI = 10 sum_s A_s Q_s / max_s Q_s x SI_EI",
        "European Commission 2017",
        ("material", "mineral", "year", "economic_importance", "status", "source_id"),
        from_tables="monazite.indicators.eu_criticality:eu_economic_importance",
        measures=("economic_importance",),
        tables=("eu_components", "eu_criticality"),
    ),
)
"""Every indicator that can be asked for by name."""
