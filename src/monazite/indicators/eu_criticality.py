"""The European Commission's criticality of raw materials: supply risk and economic importance.

Method: European Commission (2017), Methodology for establishing the EU list of critical raw materials: Guidelines,
doi:10.2873/769526; reasons in Blengini et al. (2017), EUR 28654 EN, doi:10.2760/73303. The assessments of 2017, 2020
and 2023 follow it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from monazite.core.errors import NoDataError
from monazite.core.values import Columns, Stage, Status
from monazite.indicators.concentration import governance_risk
from monazite.indicators.reliance import import_reliance
from monazite.network.supply import Made, SupplyNetwork

__all__ = [
    "EU_TRADE_FACTOR",
    "economic_importance",
    "eu_economic_importance",
    "eu_supply_risk",
    "hhi_wgi_t",
    "supply_risk",
]

EU_TRADE_FACTOR = 0.8
"""Trade factor t of the EU's own members in the Commission's tables of 2023; nearly all others have 1."""

_STAGES = {"extraction": (Stage.ORE,), "processing": (Stage.METAL, Stage.REFINED)}
_EU = "eu27"

Row = tuple[Any, ...]


def hhi_wgi_t(shares: ArrayLike, wgi: ArrayLike, trade_factor: ArrayLike) -> float:
    """Concentration of a supply weighted by governance and trade, 0 to 10 times the largest trade factor.

    ``HHI_WGI,t = sum_c (100 S_c)^2 WGI_c t_c / 10,000``, with ``WGI_c`` the World Bank's estimate turned round and
    stretched to 0-10: ``WGI_c = 10 g_c`` (see `governance_risk`). The Commission takes the mean of the six dimensions
    of governance. The scale is the one of its printed figures: China alone refines dysprosium, and makes 5.7 in 2023.

    :param shares: each country's share of the supply, 0-1, shape (n,). They may sum to less than 1: what small
        suppliers add is next to nothing.
    :param wgi: World Bank estimate, about -2.5 (weak) to 2.5 (strong), shape (n,).
    :param trade_factor: t, shape (n,) or one number: 0.8 for EU members, 1 for others, more if exports are restricted.
    :raises NoDataError: if there is no share, or one lies outside 0-1.

    >>> round(hhi_wgi_t([0.5, 0.3], [-0.5, 0.5], [1.1, 0.8]), 3)
    1.938
    """
    s = np.asarray(shares, dtype=float)
    if not s.sum() > 0 or np.any(s < 0) or np.any(s > 1):
        raise NoDataError("HHI_WGI,t", "shares are missing or outside 0-1", "give shares of a supply, not percent")
    weight = 10.0 * governance_risk(wgi) * np.asarray(trade_factor, dtype=float)
    return float((s**2 * weight)[s > 0].sum())


def supply_risk(
    hhi_global: ArrayLike,
    hhi_eu: ArrayLike,
    import_reliance_share: ArrayLike,
    eol_rir_share: ArrayLike,
    si_sr: ArrayLike,
) -> NDArray[np.float64]:
    """Supply risk of materials, 0 and up; the Commission calls 1 and more high. NaN where a part is missing.

    ``SR = [HHI_WGI,t(global) IR/2 + HHI_WGI,t(EU) (1 - IR/2)] (1 - EoL_RIR) SI_SR``

    Where only one of the two concentrations is known it stands alone, whatever the import reliance, as in the
    Commission's assessments. An import reliance below 0 (more is exported than imported) counts 0; above 1 nothing is
    left to consume, and there is no number.

    :param hhi_global: HHI_WGI,t of the world's supply; NaN: not to be counted. All parameters have one shape.
    :param hhi_eu: HHI_WGI,t of what the EU produces and imports; NaN: not to be counted.
    :param import_reliance_share: net imports over apparent consumption of the EU, 0-1.
    :param eol_rir_share: end-of-life recycling input rate, 0-1.
    :param si_sr: substitution index of supply risk, 0-1: 1 where nothing else will do.

    Antimony in 2017, published as 4.3:

    >>> round(float(supply_risk(7.1, 5.7, 1.0, 0.28, 0.9)), 2)
    4.15
    """
    world, eu, ir = (np.asarray(a, dtype=float) for a in (hhi_global, hhi_eu, import_reliance_share))
    half = np.where(ir > 1, np.nan, np.maximum(ir, 0.0)) / 2
    alone = np.where(np.isfinite(world), world, eu)
    both = np.isfinite(world) & np.isfinite(eu)
    concentration = np.where(both, world * half + eu * (1 - half), alone)
    risk: NDArray[np.float64] = concentration * (1 - np.asarray(eol_rir_share)) * np.asarray(si_sr)
    return risk


def economic_importance(use_shares: ArrayLike, value_added: ArrayLike, si_ei: ArrayLike) -> NDArray[np.float64]:
    """Economic importance of materials, 0-10; the Commission calls 2.8 and more high.

    ``EI = 10 sum_s A_s Q_s / max_s Q_s x SI_EI``: value added of the sectors that use the material, by use, relative to
    the largest sector of manufacturing. That scale is the one of the Commission's figures of 2023.

    :param use_shares: A, share of the material's use in each sector, 0-1, shape (..., sectors).
    :param value_added: Q, gross value added of all sectors of manufacturing, two digits of NACE, shape (sectors,), any
        unit. The largest must be among them, whether it uses the material or not.
    :param si_ei: substitution index of economic importance, 0-1, shape (...).
    :raises NoDataError: if the value added of a sector is missing or none is above 0.

    Aggregates in 2023 go to mineral products (64,990 million EUR); machinery (204,200) is the largest. Published: 3.2.

    >>> round(float(economic_importance([1.0, 0.0], [64_990, 204_200], 1.0)), 2)
    3.18
    """
    q = np.asarray(value_added, dtype=float)
    if not (np.isfinite(q).all() and q.max(initial=0.0) > 0):
        raise NoDataError("economic importance", "value added is missing or 0", "give it for every sector")
    importance: NDArray[np.float64] = 10.0 * (np.asarray(use_shares, dtype=float) @ (q / q.max())) * np.asarray(si_ei)
    return importance


def eu_supply_risk(
    tables: Mapping[str, Columns], network: Callable[[str], SupplyNetwork], years: Sequence[int]
) -> Columns:
    """Supply risk of every material and assessment, recomputed or as published, and an estimate for later years.

    `basis` says which: *recomputed* from the published components; *published*, where the Commission gives no
    components; *estimate*: the EU27's supply in one of `years` from the tables of production, trade and governance,
    with recycling, substitution and the choice of supplies (global, EU or both) of 2017.

    :param tables: eu_components, eu_criticality and coalitions.
    :param network: gives the supply network of a mineral.
    :param years: years to estimate.
    """
    parts = tables["eu_components"]
    nothing = (np.nan,) * 3
    rows: list[Row] = list(_recomputed(parts))
    for *key, score, status, source in _without_components(tables, "sr"):
        rows.append((*key, "published", *nothing, score, score, status, source))
    members = dict(zip(tables["coalitions"]["id"], tables["coalitions"]["members"], strict=True))[_EU].split("|")
    for i, mineral in enumerate(parts["mineral"].tolist() if years else ()):
        if mineral:
            rows += _estimates(network(mineral), {k: v[i] for k, v in parts.items()}, members, years)
    names = ("material", "mineral", "year", "basis", "hhi_wgi_t_global", "hhi_wgi_t_eu", "import_reliance_share")
    return _columns((*names, "supply_risk", "published", "status", "source_id"), rows)


def eu_economic_importance(tables: Mapping[str, Columns], *_: object) -> Columns:
    """Economic importance of every material and assessment as published: shares by sector are not all in the tables.

    :param tables: eu_components and eu_criticality.
    """
    rows = [*_scores(tables["eu_components"], "ei"), *_without_components(tables, "ei")]
    return _columns(("material", "mineral", "year", "economic_importance", "status", "source_id"), rows)


def _recomputed(parts: Columns) -> Iterator[Row]:
    world = np.where(parts["supply_data"] == "eu", np.nan, parts["hhi_wgi_t_global"])
    eu = np.where(parts["supply_data"] == "global", np.nan, parts["hhi_wgi_t_eu"])
    risk = supply_risk(world, eu, parts["import_reliance_share"], parts["eol_rir_share"], parts["si_sr"])
    status = np.where(np.isfinite(risk), Status.OK.value, Status.NOT_PUBLISHED.value)
    basis = np.full(len(risk), "recomputed")
    columns = (parts["material"], parts["mineral"], parts["year"], basis, world, eu, parts["import_reliance_share"])
    yield from zip(*columns, risk, parts["sr"], status, parts["source_id"], strict=True)


def _without_components(tables: Mapping[str, Columns], column: str) -> Iterator[Row]:
    known = {(material, year) for material, _, year, *_ in _scores(tables["eu_components"], column)}
    return (row for row in _scores(tables["eu_criticality"], column) if (row[0], row[2]) not in known)


def _scores(table: Columns, column: str) -> Iterator[Row]:
    """Material, mineral, year, score, status, source: without a score where none is published for it alone."""
    status = np.where(np.isfinite(table[column]), Status.OK.value, Status.NOT_PUBLISHED.value)
    columns = (table["material"], table["mineral"], table["year"], table[column], status, table["source_id"])
    yield from zip(*(c.tolist() for c in columns), strict=True)


def _estimates(
    network: SupplyNetwork, part: Mapping[str, Any], members: Sequence[str], years: Sequence[int]
) -> Iterator[Row]:
    inside = np.isin(network.countries, members)
    factor = np.where(inside, EU_TRADE_FACTOR, 1.0)
    for year in years:
        world = eu = reliance = np.nan
        sources = {part["source_id"]}
        made = _made(network, part["stage"], year)
        status = Status.OK if made else Status.NO_PRODUCTION
        if made:
            wgi = np.nan_to_num(network.stability[network.year_position(year)])  # unrated counts as the middle
            world = hhi_wgi_t(made.supply / (made.supply.sum() + made.rest), wgi, factor)
            sources |= {made.source, "eu-crm-2023", "wgi"}
            if part["supply_data"] == "both":
                supply, reliance, status = _sourcing(network, made, inside)
                eu = hhi_wgi_t(supply / supply.sum(), wgi, factor) if status is Status.OK else np.nan
                codes = [network.codes[i] for i in network.codes_at(made.stage)]
                sources |= {s for code in codes for s in (*code.trade_sources, code.content_source)}
        risk = supply_risk(world, eu, reliance, part["eol_rir_share"], part["si_sr"])
        value = float(risk) if status is Status.OK else np.nan
        found = (world, eu, reliance, value, np.nan, status.value, "|".join(sorted(sources)))
        yield part["material"], part["mineral"], year, "estimate", *found


def _made(network: SupplyNetwork, stage: str, year: int) -> Made | None:
    """Who produces the stage the Commission assessed: metal before its compounds, where both are counted."""
    found = {m.stage: m for m in network.made if m.year == year and m.supply.sum() > 0}
    return next((found[s] for s in _STAGES[stage] if s in found), None)


def _sourcing(
    network: SupplyNetwork, made: Made, inside: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], float, Status]:
    """What the members produce and import of a stage, by country of origin, contained tonnes; their import reliance."""
    codes = network.codes_at(made.stage)
    nothing = np.zeros(len(inside))
    if not codes or any(network.codes[i].mixed_with for i in codes):
        return nothing, np.nan, Status.NO_CODE
    if any(network.codes[i].content is None for i in codes):
        return nothing, np.nan, Status.NO_CONTENT
    if not np.isfinite(made.contained_t).any():
        return nothing, np.nan, Status.NO_PRODUCTION  # shares of the world's output are not tonnes
    rows = np.isin(network.code, codes) & (network.year == network.year_position(made.year))
    content = np.array([c.content.mid if c.content else np.nan for c in network.codes])
    tonnes = network.gross_t[rows] * content[network.code[rows]]
    seller, arriving, leaving = network.exporter[rows], inside[network.importer[rows]], inside[network.exporter[rows]]
    imports = np.bincount(seller, tonnes * (arriving & ~leaving), minlength=len(inside))
    exported = float(tonnes[leaving & ~arriving].sum())
    own = np.where(inside, made.supply, 0.0)
    if not tonnes.sum() > 0:
        return nothing, np.nan, Status.NO_TRADE
    try:
        return own + imports, import_reliance(float(own.sum()), float(imports.sum()), exported), Status.OK
    except NoDataError:
        return nothing, np.nan, Status.NO_SUPPLY


def _columns(names: Sequence[str], rows: Sequence[Row]) -> Columns:
    return {name: np.array(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
