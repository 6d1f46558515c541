"""Exposures of several buyers or years -> the same figures side by side, each a number or why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monazite.core.text import spans
from monazite.core.values import Reading, Stage, Status
from monazite.indicators.values import Exposure, HiddenDependence, StageExposure
from monazite.network.supply import SupplyNetwork, flows

__all__ = ["IN_ALL", "Comparison", "Side", "StageSide", "Way", "compared", "side"]

_LEAST, _MOST = 0.005, 4  # share from which a way round is told, and how many are
_ESTIMATED = 0.05
"""Share of the world's value from which it is said that the tonnes behind it were estimated."""
DIRECT, WEIGHT, IN_ALL = "bought from it, by value", "bought from it, by weight", "in all, by weight"
CONCENTRATION, RELIANCE = "supplier HHI", "net import reliance"


@dataclass(frozen=True, slots=True)
class Way:
    """A third country, and what it sells that passed through the country: a share (0-1) of all imports by weight."""

    supplier: str
    share: float


@dataclass(frozen=True, slots=True)
class StageSide:
    """One stage on one side: `readings` in the order of `Comparison.measures`; `ways` round, the largest first."""

    stage: Stage
    hs: tuple[str, ...]
    readings: tuple[Reading, ...]
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One buyer in one year. `reliance` is of the whole chain; `notes` say what its figures rest on."""

    label: str
    members: tuple[str, ...]
    year: int
    stages: tuple[StageSide, ...]
    reliance: Reading
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far each side depends on one country, `through`, for a mineral; all sides have the same stages."""

    mineral: str
    through: str
    measures: tuple[str, ...]
    sides: tuple[Side, ...]
    notes: tuple[str, ...]
    sources: tuple[str, ...]


def compared(mineral: str, through: str, sides: Sequence[Side], notes: Iterable[str] = ()) -> Comparison:
    """The sides as one comparison, with the ids of all their sources."""
    readings = [r for s in sides for r in (s.reliance, *(r for stage in s.stages for r in stage.readings))]
    cited = {source for r in readings if r.value is not None for source in r.sources}
    measures = (DIRECT, WEIGHT, IN_ALL, CONCENTRATION)
    return Comparison(mineral, through, measures, tuple(sides), tuple(notes), tuple(sorted(cited)))


def side(network: SupplyNetwork, found: Exposure, label: str, through: str) -> Side:
    """One side of a comparison: an exposure with what passed through a country (`Exposure.hidden`).

    Shares by value are as customs record them. Those by weight are of contained tonnes in the balanced network: what
    was bought from the country, and what has it anywhere on the way.
    """
    hidden = {h.stage: h for h in found.hidden}
    stages = tuple(_stage(network, found, s, hidden.get(Stage(s.stage)), through) for s in found.stages)
    made = sorted({m.year for m in network.made})
    notes = [f"{label}: {note}" for note in _estimates(network, found)]
    if hidden and found.year not in made:
        years = f"there is for {spans(made)}" if made else "nor for any other year"
        notes.append(
            f"{label}: no production is published for {found.year} ({years}); who makes what is inferred from trade"
        )
    reliance = next(r for r in found.world if r.name == RELIANCE)
    return Side(label, found.members, found.year, stages, reliance, tuple(notes))


def _stage(
    network: SupplyNetwork, found: Exposure, stage: StageExposure, hidden: HiddenDependence | None, through: str
) -> StageSide:
    at = Stage(stage.stage)
    if not stage.suppliers:
        note = next(r.note for r in stage.readings if r.name == CONCENTRATION)
        names = (DIRECT, WEIGHT, IN_ALL, CONCENTRATION)
        none = tuple(Reading(n, None, "share", Status.NO_TRADE, found.year, stage.sources, note) for n in names)
        return StageSide(at, stage.hs, none, ())
    bought = next((s.share for s in stage.suppliers if s.country == through), 0.0)
    direct = Reading(DIRECT, bought, "share", year=found.year, sources=stage.sources)
    concentration = next(r for r in stage.readings if r.name == CONCENTRATION)
    if hidden is None:
        lacking = [c.hs for c in network.codes if c.stage is at and c.content is None]
        status = Status.NO_CONTENT if lacking else Status.NO_TRADE
        note = f"content of {', '.join(dict.fromkeys(lacking))} is not known" if lacking else "no tonnes are on record"
        weights = tuple(Reading(n, None, "share", status, found.year, (), note) for n in (WEIGHT, IN_ALL))
        return StageSide(at, stage.hs, (direct, *weights, concentration), ())
    mid = hidden.through_share
    weight = Reading(WEIGHT, hidden.direct_share, "share", year=found.year, sources=hidden.sources)
    in_all = Reading(IN_ALL, mid.mid, "share", year=found.year, sources=hidden.sources, band=mid)
    ways = [Way(r.supplier, r.import_share * r.through_share) for r in hidden.routes if r.supplier != through]
    told = sorted((w for w in ways if w.share >= _LEAST), key=lambda w: -w.share)
    return StageSide(at, stage.hs, (direct, weight, in_all, concentration), tuple(told[:_MOST]))


def _estimates(network: SupplyNetwork, found: Exposure) -> Iterable[str]:
    """At which stages much of the weight was taken from values."""
    for stage in found.stages:
        share = flows(network, Stage(stage.stage), found.year).estimated_share if stage.suppliers else 0.0
        if share > _ESTIMATED:
            yield f"tonnes of {stage.stage} behind {share:.0%} of the world's value were estimated from value"
