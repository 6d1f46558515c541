"""What a brief and its pictures are made of: results of the other rooms, what charts show of them, the charts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from monazite.core.gazetteer import Gazetteer
from monazite.core.pictures import DE_FACTO
from monazite.core.values import Source
from monazite.indicators.legs import Leg
from monazite.indicators.values import Exposure
from monazite.ledger.values import Ledger
from monazite.plan.planned import Planned
from monazite.simulation.track import Track
from monazite.simulation.values import MarketOutcome

__all__ = [
    "Arc",
    "Brief",
    "Chart",
    "FlowView",
    "HeatView",
    "Passage",
    "SankeyNode",
    "SankeyView",
    "Sheet",
    "YearLine",
    "YearsView",
]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture as data: the engine's option, its size in px, what it says in words, and its figures as a table.

    `rows` are for reading; `figures`, below `columns`, are plain numbers for a file, with their units in the column's
    name. `notes` are lines that have to stand below the picture wherever it goes. `ground` names the world map that it
    is drawn on.
    """

    title: str
    summary: str
    option: dict[str, Any]
    width: int
    height: int
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    columns: tuple[str, ...] = ()
    figures: tuple[tuple[str | float | None, ...], ...] = ()
    notes: tuple[str, ...] = ()
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A chart to hand on by itself, with the sources of its figures and the command that makes it again."""

    chart: Chart
    sources: tuple[Source, ...]
    command: str
    version: str


@dataclass(frozen=True, slots=True)
class SankeyNode:
    """One country (or group) at one stage; `label` is the name it goes by, `country` its ISO3 code or empty."""

    label: str
    stage: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class SankeyView:
    """A mineral's way through `stages`, the columns of the picture from left to right.

    `links` are (from, to, value) with positions in `nodes`; each goes to a stage further on. `unit` is what the values
    count, as "USD" or "t contained". `notes` have to stand below the picture.
    """

    title: str
    unit: str
    stages: tuple[str, ...]
    nodes: tuple[SankeyNode, ...]
    links: tuple[tuple[int, int, float], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arc:
    """What one country sells to another, in the unit of the view."""

    exporter: str
    importer: str
    value: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A strait, canal or cape; `pairs` are the (exporter, importer) whose shortest sea lane goes through it.

    `sources` are the ids of the sources of its place and its lanes.
    """

    name: str
    longitude: float
    latitude: float
    pairs: frozenset[tuple[str, str]] = frozenset()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FlowView:
    """Who sells to whom, as a map shows it."""

    title: str
    unit: str
    arcs: tuple[Arc, ...]
    passages: tuple[Passage, ...] = ()
    ways: tuple[tuple[str, tuple[Leg, ...]], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeatView:
    """A matrix of shares (0-1), (rows, columns); None is no data. `of` and `by` say what rows and columns are."""

    title: str
    summary: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    shares: tuple[tuple[float | None, ...], ...]
    of: str
    by: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class YearLine:
    """A share (0-1) through the years: (year, low, central, high, what it is in that year); low = high has no band."""

    label: str
    points: tuple[tuple[int, float, float, float, str], ...]


@dataclass(frozen=True, slots=True)
class YearsView:
    """Shares through the years, one line each; `of` says what lines are, `note_name` what the points' notes are.

    Another `step` than years is named with its article left out: "week". A line of those has its name at its end alone.
    """

    title: str
    summary: str
    lines: tuple[YearLine, ...]
    of: str
    note_name: str
    notes: tuple[str, ...] = ()
    step: str = "year"


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything one brief shows. `sources` covers every source id that occurs in the results.

    `inputs` are (name, sha256) of the reports and reference tables used; `command` makes the brief again;
    `versions` are (part, version); `failed` are reports that could not be read, each with its reason; `unplayed`
    are measures (by claim id) that no outcome stands for, each with its reason; `unseen` are minerals the claims name
    that no exposure is shown for: they have no trade code of their own, or others were named more often; `passages`
    are those of the sea that maps show; `ways` says by buyer where what it uses of the first mineral was made, stage by
    stage; `tracks` are the market model's records, on disruptions of the outcomes' minerals; `plan` is what the
    partners could buy ahead of the measures, and `no_plan` why there is none; `boundaries` is the view of disputed ones
    that maps follow.
    """

    ledger: Ledger
    partners: tuple[str, ...]
    exposures: tuple[Exposure, ...]
    outcomes: tuple[MarketOutcome, ...]
    sources: tuple[Source, ...]
    inputs: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]
    command: str
    made_on: date
    gazetteer: Gazetteer
    failed: tuple[tuple[str, str], ...] = ()
    unplayed: tuple[tuple[str, str], ...] = ()
    unseen: tuple[str, ...] = ()
    passages: tuple[Passage, ...] = ()
    ways: tuple[tuple[str, tuple[Leg, ...]], ...] = ()
    tracks: tuple[Track, ...] = ()
    plan: Planned | None = None
    no_plan: str = ""
    boundaries: str = DE_FACTO
