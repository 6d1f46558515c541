"""Exposures and the trade of a network -> views: what a map, a Sankey diagram, a heat map and lines show of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from monazite.brief import words
from monazite.brief.values import Arc, FlowView, HeatView, Passage, SankeyNode, SankeyView, YearLine, YearsView
from monazite.core.gazetteer import Gazetteer
from monazite.core.values import Reading, Stage
from monazite.indicators.legs import SCRAP, UNRECORDED, Leg
from monazite.indicators.values import Exposure
from monazite.network.supply import SupplyNetwork, flows, stages_traded

__all__ = [
    "chain_view",
    "exposure_arcs",
    "flow_view",
    "heat_by_supplier",
    "mixed_note",
    "trade_arcs",
    "trade_view",
    "years_view",
]

_FROM, _AS, _USED = "supplier", "imported as", "used in"
_MADE = {
    Stage.ORE: "mined in",
    Stage.REFINED: "refined in",
    Stage.METAL: "made into metal in",
    Stage.COMPONENT: "made into parts in",
}


def chain_view(
    found: Sequence[Leg], members: tuple[str, ...], mineral: str, year: int, gazetteer: Gazetteer
) -> SankeyView:
    """Where what `members` use of a mineral was made at each stage, in contained tonnes: a column for each stage."""
    present = {leg.start_stage for leg in found}
    columns = {stage: _MADE[stage] for stage in Stage if stage in present}
    nodes: dict[tuple[Stage | None, str], int] = {}
    links = tuple(
        (
            nodes.setdefault((leg.start_stage, leg.start), len(nodes)),
            nodes.setdefault((leg.end_stage, leg.end), len(nodes)),
            leg.contained_t,
        )
        for leg in found
    )
    places = {SCRAP: "Scrap", UNRECORDED: "Not on record"}
    return SankeyView(
        title=f"Origins of the {words.mineral(mineral, gazetteer)} used in {words.countries(members, gazetteer)}, "
        f"{year}, stage by stage",
        unit="t contained",
        stages=(*columns.values(), _USED),
        nodes=tuple(
            SankeyNode(
                places.get(code) or words.one_line(gazetteer.name_of(code)),
                columns[stage] if stage else _USED,
                "" if code in places else code,
            )
            for stage, code in nodes
        ),
        links=links,
        notes=(
            "An estimate: published production and trade, balanced, and followed back stage by stage. Material is "
            "taken to be mixed wherever it passes (assumption). Losses on the way are left out.",
        ),
    )


def trade_view(network: SupplyNetwork, members: tuple[str, ...], year: int, gazetteer: Gazetteer) -> SankeyView:
    """What `members` import of a mineral as customs record it, in USD: from each supplier, as goods of each stage.

    Their trade with each other is inside and left out.
    """
    at = {code: n for n, code in enumerate(network.countries)}
    inside = [at[code] for code in members if code in at]
    nodes: dict[tuple[str, str], int] = {}
    links: list[tuple[int, int, float]] = []
    for stage in stages_traded(network):
        bought = _bought(network, stage, year, inside)
        if not bought.any():
            continue
        goods = nodes.setdefault((_AS, str(stage)), len(nodes))
        for supplier in np.flatnonzero(bought.sum(axis=1)).tolist():
            source = nodes.setdefault((_FROM, network.countries[supplier]), len(nodes))
            links.append((source, goods, float(bought[supplier].sum())))
        for buyer, value in zip(inside, bought.sum(axis=0).tolist(), strict=True):
            if value > 0:
                links.append((goods, nodes.setdefault((_USED, network.countries[buyer]), len(nodes)), value))
    return SankeyView(
        title=f"Imports of {words.mineral(network.mineral, gazetteer)} into {words.countries(members, gazetteer)}, "
        f"{year}, by value",
        unit="USD",
        stages=(_FROM, _AS, _USED),
        nodes=tuple(
            SankeyNode(words.sentence(name), column)
            if column == _AS
            else SankeyNode(words.one_line(gazetteer.name_of(name)), column, name)
            for column, name in nodes
        ),
        links=tuple(links),
        notes=("Trade as customs record it: what a supplier’s goods were made of, and where, is not seen.",),
    )


def trade_arcs(
    network: SupplyNetwork, members: tuple[str, ...], year: int, stages: Sequence[Stage] | None = None
) -> tuple[Arc, ...]:
    """What each of `members` buys of a mineral from each supplier outside, some or all stages together, in USD."""
    at = {code: n for n, code in enumerate(network.countries)}
    inside = [at[code] for code in members if code in at]
    bought = np.zeros((len(network.countries), len(inside)))
    for stage in stages_traded(network) if stages is None else stages:
        bought += _bought(network, stage, year, inside)
    return tuple(
        Arc(network.countries[i], network.countries[inside[j]], float(bought[i, j])) for i, j in np.argwhere(bought > 0)
    )


def exposure_arcs(exposure: Exposure) -> tuple[Arc, ...]:
    """The same from the exposure of a single country."""
    (buyer,) = exposure.members
    sold: dict[str, float] = {}
    for supplier in (s for stage in exposure.stages for s in stage.suppliers):
        sold[supplier.country] = sold.get(supplier.country, 0.0) + supplier.value_usd
    return tuple(Arc(code, buyer, value) for code, value in sold.items())


def flow_view(
    exposure: Exposure, arcs: tuple[Arc, ...], passages: tuple[Passage, ...], gazetteer: Gazetteer
) -> FlowView:
    """The arcs of one mineral to a buyer, with the title they go by."""
    goods, buyer = _goods(exposure, gazetteer), words.countries(exposure.members, gazetteer)
    stages = "all stages, by value" if sum(bool(s.suppliers) for s in exposure.stages) > 1 else "by value"
    title = f"Imports of {goods} into {buyer} by supplier, {exposure.year}, {stages}"
    return FlowView(title, "USD", arcs, passages)


def heat_by_supplier(exposures: Sequence[Exposure], gazetteer: Gazetteer, most: int = 8) -> HeatView:
    """Minerals against the suppliers that matter most to one buyer: each one's share of imports by value, all stages.

    A mineral without imports on record is a row without data; a supplier with none of a mineral has a share of 0.
    """
    shares = [_by_supplier(e) for e in exposures]
    # Squares: who is most of one mineral's imports matters more than who is a little of many.
    weight: dict[str, float] = {}
    for row in shares:
        for code, share in row.items():
            weight[code] = weight.get(code, 0.0) + share**2
    named = sorted(weight, key=lambda code: (-weight[code], code))[:most]
    cells = tuple(
        (*(row.get(code, 0.0) for code in named), sum(share for code, share in row.items() if code not in named))
        if row else (None,) * (len(named) + 1)
        for row in shares
    )  # fmt: skip
    first = exposures[0]
    largest = [
        f"{_goods(e, gazetteer)}: {words.one_line(gazetteer.name_of(max(row, key=lambda c: row[c])))} "
        f"{words.pct(max(row.values()))}" if row else f"{_goods(e, gazetteer)}: no data"
        for e, row in zip(exposures, shares, strict=True)
    ]  # fmt: skip
    return HeatView(
        title=f"Where the imports of {words.countries(first.members, gazetteer)} come from, {first.year}, by value",
        summary=f"Each supplier’s share of imports of each mineral. The largest of each: {'; '.join(largest)}.",
        rows=tuple(words.sentence(_goods(e, gazetteer)) for e in exposures),
        columns=(*(words.one_line(gazetteer.name_of(code)) for code in named), "Others"),
        shares=cells,
        of="Mineral",
        by="Supplier",
        notes=mixed_note(exposures, gazetteer),
    )


def years_view(exposure: Exposure, gazetteer: Gazetteer, reliance: Sequence[Reading] = ()) -> YearsView:
    """The largest supplier's share of imports through the years by stage, and `reliance` on imports with its band."""
    lines = [
        YearLine(
            s.stage, tuple((year, share, share, share, gazetteer.name_of(code)) for year, share, code in s.history)
        )
        for s in exposure.stages
        if len(s.history) > 1
    ]
    known = [
        (r.year, r.band.low, r.value, r.band.high, "")
        for r in reliance
        if r.value is not None and r.year is not None and r.band is not None
    ]
    if known:
        lines.append(YearLine("net import reliance", tuple(known)))
    years = sorted({p[0] for line in lines for p in line.points}) or [exposure.year]
    told = "; ".join(
        f"{line.label} from {words.pct(line.points[0][2])} to {words.pct(line.points[-1][2])}" for line in lines
    )
    dot = "A dot marks the first year and each year in which another country became the largest supplier."
    band = "The band of net import reliance is that of the content of the goods traded."
    return YearsView(
        title=f"Largest supplier of {_goods(exposure, gazetteer)} to "
        f"{words.countries(exposure.members, gazetteer)}, {years[0]}–{years[-1]}",
        summary=f"Share of the largest supplier in each year's imports, by value. {words.sentence(told)}.",
        lines=tuple(lines),
        of="Stage",
        note_name="Largest supplier",
        notes=(f"{dot} {band}" if known else dot,),
    )


def mixed_note(exposures: Sequence[Exposure], gazetteer: Gazetteer) -> tuple[str, ...]:
    """What a reader has to know of minerals whose trade codes hold other materials too; nothing if there are none."""
    mixed = [words.mineral(e.mineral, gazetteer) for e in exposures if any(s.mixed for s in e.stages if s.suppliers)]
    told = f"Traded in part under codes that hold other materials too: {words.spoken(mixed)}."
    return (told,) if mixed else ()


def _goods(exposure: Exposure, gazetteer: Gazetteer) -> str:
    """The mineral, with its stage where only one of several was asked for."""
    name = words.mineral(exposure.mineral, gazetteer)
    return f"{name}, {exposure.only}" if exposure.only else name


def _bought(network: SupplyNetwork, stage: Stage, year: int, inside: list[int]) -> NDArray[np.float64]:
    """What some countries buy of a stage outside themselves, USD, (sellers, they)."""
    bought: NDArray[np.float64] = flows(network, stage, year).value_usd[:, inside].copy()
    bought[inside] = 0.0
    return bought


def _by_supplier(exposure: Exposure) -> dict[str, float]:
    total = sum(s.value_usd for stage in exposure.stages for s in stage.suppliers)
    found: dict[str, float] = {}
    for supplier in (s for stage in exposure.stages for s in stage.suppliers):
        found[supplier.country] = found.get(supplier.country, 0.0) + supplier.value_usd / total
    return found
