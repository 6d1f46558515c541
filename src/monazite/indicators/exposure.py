"""SupplyNetwork -> what a country or coalition depends on, stage by stage, with every indicator's status."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import NoDataError
from monazite.core.text import spans
from monazite.core.values import Band, Reading, Stage, Status
from monazite.indicators.concentration import governance_risk, governance_weighted_hhi, hhi, n_minus_1, top_share
from monazite.indicators.geopolrisk import UNKNOWN_RISK
from monazite.indicators.reliance import import_reliance
from monazite.indicators.values import Exposure, StageExposure, Supplier
from monazite.network.supply import Flows, SupplyNetwork, flows, stages_traded, trade_sources

__all__ = ["exposure", "net_import_reliance", "world_readings"]

_History = tuple[tuple[int, float, str], ...]
_MAKING = {
    Stage.ORE: ("mine", "mining"),
    Stage.REFINED: ("refining", "refining"),
    Stage.METAL: ("metal", "metal making"),
    Stage.COMPONENT: ("component", "component making"),
}


def exposure(
    network: SupplyNetwork, buyer: str, members: tuple[str, ...], year: int, more: tuple[Reading, ...] = ()
) -> Exposure:
    """Whom `members` together depend on for the network's mineral in a year; their trade with each other is inside.

    Suppliers' shares are by value: every row of the trade table has one, while some lack tonnes. `more` are readings of
    the buyer made elsewhere, shown with those of the whole chain.

    :raises NoDataError: if the year is outside the tables.
    """
    inside = np.array([c in members for c in network.countries])
    stages = tuple(_stage(network, stage, inside, year) for stage in stages_traded(network))
    world = (*world_readings(network, year), net_import_reliance(network, inside, year), *more)
    return Exposure(
        buyer=buyer,
        members=members,
        mineral=network.mineral,
        year=year,
        stages=stages,
        world=world,
        sources=tuple(sorted({*network.trade_sources, *(s for r in world for s in r.sources)})),
        untraded=tuple(s for s in Stage if s not in stages_traded(network)),
    )


def world_readings(network: SupplyNetwork, year: int) -> tuple[Reading, ...]:
    """Concentration of the world's production at every stage: HHI, weighted HHI, largest producer, N-1."""
    at = network.year_position(year)
    risk = np.nan_to_num(governance_risk(network.stability[at]), nan=UNKNOWN_RISK)
    found: list[Reading] = []
    for made in network.made:
        supply, rest = made.supply, made.rest
        if made.year != year or not supply.sum() > 0:
            continue
        what, largest = _MAKING[made.stage], network.countries[int(supply.argmax())]
        source, note = (made.source,), f"without {largest}; demand taken as supply (assumption)"
        weighted, share = governance_weighted_hhi(supply, risk, rest), f"largest producer's share of {what[1]}"
        unnamed = rest / (supply.sum() + rest)
        spread = f"{unnamed:.1%} is not told by country, taken as many small producers" if unnamed > 0.001 else ""
        found += [
            Reading(f"{what[0]} HHI", hhi(supply, rest), "0-1", year=year, sources=source, note=spread),
            Reading(f"{what[0]} HHI weighted by governance risk", weighted, "0-1", year=year, sources=(*source, "wgi")),
            Reading(share, top_share(supply, rest=rest), "share", year=year, sources=source, note=largest),
            Reading(f"N-1 of {what[1]}", n_minus_1(supply, rest=rest), "share", year=year, sources=source, note=note),
        ]
    if not found:
        years = sorted({m.year for m in network.made})
        note = (
            f"production is on record for {', '.join(map(str, years))}" if years else "no production is in the tables"
        )
        names = (f"{kind} {tail}" for kind, tail in (("mine", "HHI"), ("N-1", "of mining")))
        return tuple(Reading(n, None, "0-1", Status.NO_PRODUCTION, year, (), note) for n in names)
    return tuple(found)


def net_import_reliance(network: SupplyNetwork, inside: NDArray[np.bool_], year: int) -> Reading:
    """Net import reliance over all traded stages, in contained tonnes, with the range of the content factors.

    Mines are the only production the tables hold; what a country refines from imported ore is inside its net imports.
    """
    at = network.year_position(year)
    name = "net import reliance"
    if not network.codes:
        note = "no trade code belongs to this mineral alone"
        return Reading(name, None, "share", Status.NO_CODE, year, (), note)
    if any(c.content is None for c in network.codes):
        lacking = ", ".join(dict.fromkeys(c.hs for c in network.codes if c.content is None))
        note = f"content of {lacking} is not known"
        return Reading(name, None, "share", Status.NO_CONTENT, year, (*network.trade_sources, "wmd"), note)
    if not np.nan_to_num(network.mined_t[at]).sum() > 0:
        note = (
            "mine production is on record for 2018-2024" if network.material else "World Mining Data does not count it"
        )
        return Reading(name, None, "share", Status.NO_PRODUCTION, year, ("wmd",), note)
    if not (network.year == at).any():
        note = "no trade under these codes is on record for this year"
        return Reading(name, None, "share", Status.NO_TRADE, year, network.trade_sources, note)
    listed = np.isfinite(network.mined_t[at, inside])
    mined = float(np.nan_to_num(network.mined_t[at, inside]).sum())
    gross = _net_gross(network, inside, year)
    edges = np.array([c.content.values for c in network.codes if c.content])
    # A code of net imports adds most with its highest content; one of net exports takes off least with its lowest.
    least, most = edges[:, 0], edges[:, 2]
    contents = (np.where(gross > 0, least, most), edges[:, 1], np.where(gross > 0, most, least))
    net = [float(gross @ content) for content in contents]
    found = []
    for contained in net:
        try:
            found.append(import_reliance(mined, max(contained, 0.0), max(-contained, 0.0)))
        except NoDataError:
            excess = -contained - mined
            note = (
                f"exports exceed mine production and imports by {excess:,.0f} t: stocks or content differ"
                if excess > 0
                else "neither mine production nor net trade is on record"
            )
            return Reading(name, None, "share", Status.NO_SUPPLY, year, (*network.trade_sources, "wmd"), note)
    low, mid, high = sorted(found)
    content = sorted({c.content_source for c in network.codes})
    span = f"{low:.0%}" if f"{low:.0%}" == f"{high:.0%}" else f"{low:.0%}-{high:.0%}"
    note = f"{span} over the range of content factors; "
    note += (
        f"mined {mined:,.0f} t" if listed.any() else "not among the producers World Mining Data lists, taken as none"
    )
    if "assumption" in content:
        note += "; content factors are partly assumptions"
    return Reading(
        name,
        mid,
        "share",
        year=year,
        sources=(*network.trade_sources, "wmd", *content),
        note=note,
        band=Band(low, mid, high),
    )


def _net_gross(network: SupplyNetwork, inside: NDArray[np.bool_], year: int) -> NDArray[np.float64]:
    """Imports less exports of the members by code, gross tonnes, shape (codes,)."""
    rows = network.year == network.year_position(year)
    arriving, leaving = inside[network.importer[rows]], inside[network.exporter[rows]]
    sign = arriving.astype(float) - leaving.astype(float)
    return np.bincount(network.code[rows], network.gross_t[rows] * sign, minlength=len(network.codes)).astype(float)


def _stage(network: SupplyNetwork, stage: Stage, inside: NDArray[np.bool_], year: int) -> StageExposure:
    matrix = flows(network, stage, year)
    value, mass = matrix.value_usd.copy(), matrix.gross_t.copy()
    value[inside] = mass[inside] = 0.0
    by_value, by_mass = value[:, inside].sum(axis=1), mass[:, inside].sum(axis=1)
    order = np.argsort(-by_value, kind="stable")
    total = by_value.sum()
    suppliers = tuple(
        Supplier(network.countries[i], float(by_mass[i]), float(by_value[i]), float(by_value[i] / total))
        for i in order
        if by_value[i] > 0
    )
    notes = list(dict.fromkeys(f"{c.hs}: {c.note}" for c in matrix.codes if c.note))
    if matrix.estimated_share > 0.005:
        notes.append(f"tonnes behind {matrix.estimated_share:.0%} of the world's value were estimated from value")
    history = _history(network, stage, inside)
    return StageExposure(
        stage=stage,
        hs=tuple(dict.fromkeys(c.hs for c in matrix.codes)),
        goods="; ".join(dict.fromkeys(c.goods for c in matrix.codes)),
        suppliers=suppliers,
        imports_gross_t=float(by_mass.sum()) if total > 0 else None,
        imports_value_usd=float(total),
        readings=_stage_readings(network, matrix, by_value, history),
        history=history,
        note="; ".join(notes),
        sources=trade_sources(matrix.codes),
        mixed=any(c.mixed_with for c in matrix.codes),
    )


def _stage_readings(
    network: SupplyNetwork, matrix: Flows, by_value: NDArray[np.float64], history: _History
) -> tuple[Reading, ...]:
    exports, known, year = matrix.value_usd.sum(axis=1), trade_sources(matrix.codes), matrix.year
    world = (
        Reading("world export HHI", hhi(exports), "0-1", year=year, sources=known)
        if exports.sum() > 0
        else Reading("world export HHI", None, "0-1", Status.NO_TRADE, year, known, "no trade on record")
    )
    names = ("supplier HHI", "supplier HHI weighted by governance risk", "imports left without the largest supplier")
    if not by_value.sum() > 0:
        note = _absent(network, matrix, history)
        return (*(Reading(n, None, "0-1", Status.NO_TRADE, year, known, note) for n in names), world)
    risk = np.nan_to_num(governance_risk(network.stability[network.year_position(year)]), nan=UNKNOWN_RISK)
    largest = network.countries[int(by_value.argmax())]
    return (
        Reading(names[0], hhi(by_value), "0-1", year=year, sources=known),
        Reading(names[1], governance_weighted_hhi(by_value, risk), "0-1", year=year, sources=(*known, "wgi")),
        Reading(names[2], n_minus_1(by_value), "share", year=year, sources=known, note=f"without {largest}, by value"),
        world,
    )


def _absent(network: SupplyNetwork, matrix: Flows, history: _History) -> str:
    """Why nothing is imported: nobody's trade is on record for the year, or theirs is not; and the years there are."""
    of = np.isin(network.code, network.codes_at(matrix.stage))
    recorded = [network.years[y] for y in np.unique(network.year[of])]
    if matrix.year not in recorded:
        return f"no data for {matrix.year}: years there are {spans(recorded)}" if recorded else "no data for any year"
    bought = spans(year for year, _, _ in history)
    return f"no imports in {matrix.year}: years there are {bought}" if bought else "no imports on record in any year"


def _history(network: SupplyNetwork, stage: Stage, inside: NDArray[np.bool_]) -> _History:
    """The largest supplier's share of imports by value, year by year; a year without imports is left out."""
    chosen = network.codes_at(stage)
    rows = np.isin(network.code, chosen) & inside[network.importer] & ~inside[network.exporter]
    n = len(network.countries)
    cell = network.year[rows] * n + network.exporter[rows]
    by_year = np.bincount(cell, network.value_usd[rows], minlength=len(network.years) * n).reshape(-1, n)
    return tuple(
        (year, float(values.max() / values.sum()), network.countries[int(values.argmax())])
        for year, values in zip(network.years, by_year, strict=True)
        if values.sum() > 0
    )
