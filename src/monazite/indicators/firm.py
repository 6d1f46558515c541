"""A firm's list of purchases and the world around it -> what depends on whom, by material and stage.

The figures of a list with gaps are ranges. What the list does not place in a country can come from many that are not
named, or from any one: a range holds all of these, and its middle takes it for one country more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum

import numpy as np
from numpy.typing import NDArray

from monazite.core.values import Band, Reading, Status
from monazite.indicators.concentration import governance_risk, governance_weighted_hhi, hhi, n_minus_1
from monazite.indicators.firm_values import (
    Basis,
    Concentration,
    FirmExposure,
    FirmList,
    FirmMaterial,
    FirmSupplier,
    MeasureOn,
    Problem,
    Purchase,
    Supply,
    World,
)
from monazite.indicators.geopolrisk import UNKNOWN_RISK

__all__ = ["TOLERANCE_SHARE", "firm_exposure", "rows_text"]

TOLERANCE_SHARE = 0.01
"""How far the shares of a material may add up beside 1 and still be taken as rounded."""

_HHI, _WEIGHTED = "supplier HHI", "supplier HHI weighted by governance risk"
_WITHOUT = "purchases left without the largest supplier country"
_UNDER_MEASURE = "share from countries with a measure in force"


@dataclass(frozen=True, slots=True)
class _Weights:
    """Shares of the purchases by country, and the rest; `share` is empty where the total is not known."""

    amount: Mapping[str, float]
    share: Mapping[str, float]
    rest: float
    status: Status
    note: str = ""


def firm_exposure(listed: FirmList, world: World, members: tuple[str, ...] = ()) -> FirmExposure:
    """What depends on whom, by material and stage; those with most value at stake first.

    `members` (ISO3) are where the firm buys, if that is told: it decides whether a measure against some buyers counts,
    and supplies from inside are under no measure. A material whose lines cannot be added up is a problem and left out;
    everything else is done.
    """
    groups: dict[tuple[str, str], list[Purchase]] = defaultdict(list)
    for p in listed.purchases:
        groups[p.material, p.stage].append(p)
    whole, notices = _of_whole_materials(groups)
    problems, found = list(listed.problems), []
    for (material, stage), lines in sorted(groups.items()):
        basis = _basis(lines)
        if isinstance(basis, Problem):
            problems.append(basis)
            continue
        weights = _weigh(lines, basis, material in whole)
        if isinstance(weights, Problem):
            problems.append(weights)
            continue
        if weights.note:
            notices.append(f"{_name(material, stage)}: {weights.note}")
        found.append(_material(lines, basis, weights, world, members))
    found.sort(key=_rank)
    sources = {s for m in found for r in m.readings for s in r.sources}
    sources |= {s for m in found for w in m.world for s in w.sources}
    return FirmExposure(
        file=listed.file,
        sheet=listed.sheet,
        currency=listed.currency,
        members=members,
        materials=tuple(found),
        problems=tuple(sorted(problems, key=lambda p: (p.row, p.column, p.reason))),
        notices=(*listed.notices, *_duplicates(listed.purchases), *notices),
        sources=tuple(sorted(sources)),
    )


def rows_text(rows: Iterable[int]) -> str:
    """Row numbers for a message.

    >>> rows_text([4]), rows_text([9, 2]), rows_text(range(2, 12))
    ('row 4', 'rows 2 and 9', 'rows 2, 3, 4, 5 and 6 more')
    """
    ordered = sorted(set(rows))
    if len(ordered) > 5:
        return f"rows {', '.join(map(str, ordered[:4]))} and {len(ordered) - 4:,} more"
    *head, last = map(str, ordered)
    return f"rows {', '.join(head)} and {last}" if head else f"row {last}"


def _name(material: str, stage: str) -> str:
    return f"{material}, {stage}" if stage else material


def _rank(m: FirmMaterial) -> tuple[object, ...]:
    largest = m.suppliers[0].share if m.suppliers else None
    return (m.value_at_stake is None, -(m.value_at_stake or 0.0), -(largest or 0.0), m.material, m.stage)


def _of_whole_materials(groups: Mapping[tuple[str, str], Sequence[Purchase]]) -> tuple[set[str], list[str]]:
    """The materials whose shares add up to 1 over several stages together: they are of the material, not of a stage."""
    shares: dict[str, list[float]] = defaultdict(list)
    stages: dict[str, set[str]] = defaultdict(set)
    for (material, stage), lines in groups.items():
        stages[material].add(stage)
        shares[material] += [p.share for p in lines if p.share is not None]
    whole = {m for m, s in shares.items() if len(stages[m]) > 1 and abs(fsum(s) - 1.0) <= TOLERANCE_SHARE}
    text = "the shares add up to 100% over all stages together, so each stage is taken as a whole of its own"
    return whole, [f"{m}: {text}" for m in sorted(whole)]


def _basis(lines: Sequence[Purchase]) -> Basis | Problem:
    """The first of tonnes and share that all lines with either have; the value where none has either."""
    told = [p for p in lines if p.mass_t is not None or p.share is not None]
    if not told:
        return Basis.VALUE
    without = {
        Basis.MASS: [p.row for p in told if p.mass_t is None],
        Basis.SHARE: [p.row for p in told if p.share is None],
    }
    for basis, rows in without.items():
        if not rows:
            return basis
    first = min(told, key=lambda p: p.row)
    what = f"a share in {rows_text(without[Basis.MASS])}, a mass in {rows_text(without[Basis.SHARE])}"
    mend = "They cannot be added: give one of them for all its lines. None of its lines is counted"
    return Problem(first.row, "amount", "", f"{_name(first.material, first.stage)}: {what}. {mend}")


def _amount(p: Purchase, basis: Basis) -> float | None:
    return p.mass_t if basis is Basis.MASS else p.share if basis is Basis.SHARE else p.value


def _weigh(lines: Sequence[Purchase], basis: Basis, whole: bool) -> _Weights | Problem:
    told: dict[str, list[float]] = defaultdict(list)
    for p in lines:
        amount = _amount(p, basis)
        if amount is not None:
            told[p.country].append(amount)
    amounts = {c: fsum(a) for c, a in sorted(told.items()) if c}
    total = fsum(a for country in told.values() for a in country)
    lacking = [p.row for p in lines if _amount(p, basis) is None]
    note = ""
    if basis is Basis.SHARE:
        if total > 1.0 + TOLERANCE_SHARE:
            first = min(lines, key=lambda p: p.row)
            reason = f"{_name(first.material, first.stage)}: the shares of {rows_text(p.row for p in lines)} add up to "
            mend = "Give shares of all purchases of the material at that stage. None of its lines is counted"
            return Problem(first.row, "share", "", f"{reason}{total:.1%}, more than 100%. {mend}")
        if total < 1.0 - TOLERANCE_SHARE and not whole:
            note = f"the shares add up to {total:.1%}; the rest is of unknown origin, and the figures are ranges"
            total = 1.0
    elif lacking:
        note = f"no {basis if told else 'amount'} could be read in {rows_text(lacking)}: shares cannot be told"
        return _Weights(amounts, {}, 0.0, Status.INCOMPLETE, note)
    if not total > 0:
        return _Weights(amounts, {}, 0.0, Status.NO_SUPPLY, "nothing is bought: all amounts are 0")
    share = {c: a / total for c, a in amounts.items()}
    placed = fsum(share.values())
    rest = 1.0 - placed if placed < 1.0 - 1e-12 else 0.0
    if not placed > 0:
        return _Weights(amounts, {}, 0.0, Status.INCOMPLETE, "no line with an amount tells its country")
    if rest and not note:
        note = f"{rest:.1%} comes from countries that could not be told, and the figures are ranges"
    return _Weights(amounts, share, rest, Status.OK, note)


def _material(
    lines: Sequence[Purchase], basis: Basis, weights: _Weights, world: World, members: tuple[str, ...]
) -> FirmMaterial:
    material, stage = lines[0].material, lines[0].stage
    of: dict[str, list[Purchase]] = defaultdict(list)
    for p in lines:
        of[p.country].append(p)
    countries = sorted((c for c in of if c), key=lambda c: (-weights.amount.get(c, 0.0), c))
    suppliers = tuple(_supplier(c, of[c], weights) for c in countries)
    measures = _measures(material, stage, countries, world, members)
    return FirmMaterial(
        material=material,
        stage=stage,
        basis=basis,
        lines=len(lines),
        suppliers=suppliers,
        unplaced_share=weights.rest if weights.status is Status.OK else None,
        mass_t=_sum(p.mass_t for p in lines),
        value=_sum(p.value for p in lines),
        value_at_stake=suppliers[0].value if suppliers else None,
        valued=sum(p.value is not None for p in lines),
        readings=(*_readings(weights, world), _under_measure(material, stage, weights, measures, world)),
        measures=measures,
        world=_concentrations(material, stage, world),
        parts=tuple(sorted({p.part for p in lines if p.part})),
    )


def _supplier(country: str, lines: Sequence[Purchase], weights: _Weights) -> FirmSupplier:
    return FirmSupplier(
        country=country,
        share=weights.share.get(country),
        mass_t=_sum(p.mass_t for p in lines),
        value=_sum(p.value for p in lines),
        lines=len(lines),
        names=tuple(sorted({p.supplier for p in lines if p.supplier})),
    )


def _sum(amounts: Iterable[float | None]) -> float | None:
    known = [a for a in amounts if a is not None]
    return fsum(known) if known else None


def _readings(weights: _Weights, world: World) -> tuple[Reading, ...]:
    """HHI, the same weighted by governance risk, and N-1, each with its range where the list has a gap."""
    if weights.status is not Status.OK:
        units = {_HHI: "0-1", _WEIGHTED: "0-1", _WITHOUT: "share"}
        return tuple(Reading(n, None, unit, weights.status, note=weights.note) for n, unit in units.items())
    known = {c: world.stability[c] for c in weights.share if np.isfinite(world.stability.get(c, np.nan))}
    unknown = ", ".join(c for c in weights.share if c not in known)
    risks = {c: float(governance_risk(e)) for c, e in known.items()}
    share = np.array([*weights.share.values(), weights.rest])
    risk = np.array([*(risks.get(c, UNKNOWN_RISK) for c in weights.share), UNKNOWN_RISK])
    largest = min(weights.share, key=lambda c: (-weights.share[c], c))
    top = weights.share[largest]
    concentrated, weighted = hhi(share), governance_weighted_hhi(share, risk)
    edges = 1.0 - top - weights.rest, n_minus_1(share), 1.0 - top
    without = f"without {largest if top >= weights.rest else 'what is of unknown origin'}"
    return (
        Reading(_HHI, concentrated, "0-1", band=_range(weights, np.ones(len(share)), concentrated)),
        Reading(
            _WEIGHTED,
            weighted,
            "0-1",
            year=world.stability_year,
            sources=("wgi",),
            note=f"no estimate for {unknown}: taken as {UNKNOWN_RISK}" if unknown else "",
            band=_range(weights, risk, weighted),
        ),
        Reading(_WITHOUT, edges[1], "share", note=without, band=_band(*edges) if weights.rest else None),
    )


def _range(weights: _Weights, weight: NDArray[np.float64], mid: float) -> Band | None:
    """The range of sum_i s_i^2 w_i over all that can stand behind the rest: many unnamed, or any one country."""
    if not weights.rest:
        return None
    share, rest = np.array(list(weights.share.values())), weights.rest
    low = float((share**2 * weight[:-1]).sum())
    joined = low + weight[:-1] * (2.0 * share * rest + rest**2)
    return _band(low, mid, max(float(joined.max()), low + rest**2))


def _band(low: float, mid: float, high: float) -> Band:
    """A band whose edges are off by rounding at most."""
    return Band(min(max(low, 0.0), mid), mid, max(high, mid))


def _under_measure(
    material: str, stage: str, weights: _Weights, measures: Sequence[MeasureOn], world: World
) -> Reading:
    if material not in world.groups:
        note = "the tables do not follow this material"
        return Reading(_UNDER_MEASURE, None, "share", Status.UNKNOWN_MATERIAL, note=note)
    if weights.status is not Status.OK:
        return Reading(_UNDER_MEASURE, None, "share", weights.status, note=weights.note)
    counted = [m for m in measures if not m.why_not]
    covered = {c for m in counted for c in m.countries}
    under = fsum(s for c, s in weights.share.items() if c in covered)
    none = f"none of {len(measures)} listed counts" if measures else "none on record in the table of measures"
    note = ", ".join(m.measure_id for m in counted) or none
    note += "" if stage else "; no stage given, so measures at any stage count"
    band = _band(under, under, under + weights.rest) if weights.rest else None
    return Reading(_UNDER_MEASURE, min(under, 1.0), "share", note=note, band=band)


def _measures(
    material: str, stage: str, countries: Sequence[str], world: World, members: tuple[str, ...]
) -> tuple[MeasureOn, ...]:
    if material not in world.groups:
        return ()
    groups, found = world.groups[material], []
    for m in world.measures:
        if not ({material, *groups} & set(m.minerals)) or not m.stages or (stage and stage not in m.stages):
            continue
        importing = m.type.startswith("import_")
        supplying, buying = (m.targets, m.imposers) if importing else (m.imposers, m.targets)
        abroad = [c for c in countries if c not in members]
        covered = tuple(c for c in abroad if c in supplying or not supplying)
        if not covered or (members and buying and not set(members) & set(buying)):
            continue
        why_not = ""
        if m.status != "in_force":
            why_not = m.status.replace("_", " ")
        elif m.type == "sanction":
            why_not = "against named firms"
        elif material not in m.minerals:
            why_not = f"on {', '.join(g for g in groups if g in m.minerals)}, the group: see the goods"
        elif buying and not members:
            why_not = f"binds buyers in {', '.join(buying)} only; say where the firm buys"
        found.append(MeasureOn(m.measure_id, m.goods, m.status, m.as_of, covered, why_not))
    return tuple(sorted(found, key=lambda m: (bool(m.why_not), m.measure_id)))


def _concentrations(material: str, stage: str, world: World) -> tuple[Concentration, ...]:
    """The world's production and exports at a stage; at every stage on record where none is given."""
    if material not in world.groups:
        note = "the tables do not follow this material"
        return (Concentration(stage, "production", Status.UNKNOWN_MATERIAL, note=note),)
    there = {(s.stage, s.kind): s for s in world.supplies if s.mineral == material}
    stages = [stage] if stage else sorted({s for s, _ in there}, key=["ore", "refined", "metal", "component"].index)
    found = []
    for at in stages or [""]:
        no_exports = Status.NO_TRADE if (material, at) in world.coded else Status.NO_CODE
        for kind, status in (("production", Status.NO_PRODUCTION), ("exports", no_exports)):
            supply = there.get((at, kind))
            if supply is None and (stage or not stages):
                groups = world.groups[material]
                note = f"part of {' and '.join(groups)}" if groups else ""
                found.append(Concentration(at, kind, status, note=note))
            elif supply is not None:
                found.append(_concentration(supply))
    return tuple(found)


def _concentration(supply: Supply) -> Concentration:
    amounts = np.array([a for _, a in supply.amounts])
    at = int(amounts.argmax())
    total = float(amounts.sum()) + supply.others
    return Concentration(
        stage=supply.stage,
        kind=supply.kind,
        status=Status.OK,
        year=supply.year,
        largest=supply.amounts[at][0],
        largest_share=float(amounts[at]) / total,
        hhi=float(((amounts / total) ** 2).sum()),
        sources=supply.sources,
        note=supply.note,
    )


def _duplicates(purchases: Sequence[Purchase]) -> list[str]:
    """What is said of lines that are alike in all but their amounts."""
    seen: set[tuple[str, ...]] = set()
    again = []
    for p in purchases:
        line = (p.material, p.stage, p.country, p.supplier, p.part, p.hs)
        again += [p.row] if line in seen else []
        seen.add(line)
    return [f"{rows_text(again)}: as an earlier line in all but the amounts, summed with it"] if again else []
