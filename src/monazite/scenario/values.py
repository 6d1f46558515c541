"""A scenario: what is disrupted, by whom, from when, for how long, how sure that is, and what it rests on.

Each kind of shock is a value. What its fields hold, in which unit and range, stands beside them (`Key`): the reader of
files, its JSON schema and the table in the docs are all made from that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import inf
from typing import Annotated, Literal

from monazite.core.values import Band, Stage

__all__ = [
    "Assumption",
    "Closure",
    "ExportCut",
    "Grounds",
    "Key",
    "Licence",
    "Outage",
    "Panic",
    "Quota",
    "Quotation",
    "Release",
    "Scenario",
    "Shock",
    "Surge",
    "Tariff",
    "Window",
    "exactly",
]


@dataclass(frozen=True, slots=True)
class Key:
    """What a field holds, as a key of a scenario file: its meaning, unit and range, and its name in the file if other.

    A number lies from `low` to `high`, above `low` where `above` says so. `names` says what texts are names of:
    country, passage, mineral, hs, measure or source; `optional`, that a file may leave the key out and mean everyone.
    """

    what: str
    unit: str = ""
    low: float = -inf
    high: float = inf
    above: bool = False
    name: str = ""
    names: str = ""
    optional: bool = False


_MOST_T = 1e12
_Names = tuple[str, ...]
_From = Annotated[_Names, Key("who sells less", name="from", names="country")]
_To = Annotated[_Names, Key("whom they sell less to; without it, everyone", name="to", names="country", optional=True)]
_At = Annotated[_Names, Key("where it happens", names="country")]
_Mineral = Annotated[str, Key("which mineral", names="mineral")]
_OneStage = Annotated[Stage, Key("the stage of its chain")]
_AnyStage = Annotated[Stage | None, Key("the stage of its chain; without it, all that are traded")]
_Hs = Annotated[_Names, Key("the stage by its trade codes, all of them", names="hs")]


@dataclass(frozen=True, slots=True)
class Window:
    """When a shock is in force: `weeks` from `start`, the first `ramp_weeks` of them rising evenly to full strength.

    Without a `start` it begins with the earliest of its scenario, or on whatever day the scenario is played from.
    """

    start: Annotated[date | None, Key("first day; without it, the earliest of the scenario")] = None
    weeks: Annotated[int, Key("how long it lasts", "weeks", 1, 520)] = 52
    ramp_weeks: Annotated[int, Key("how long it takes to rise to full strength, within these", "weeks", 0, 520)] = 0


@dataclass(frozen=True, slots=True)
class ExportCut:
    """Exporters, one or a coalition's members together, sell a share less to some importers: a share of 1 is a ban.

    An empty `targets` means everyone. `stage` or `hs`, the trade codes meant, keep it to a part of the chain.
    """

    imposers: _From
    targets: _To
    mineral: _Mineral
    share: Annotated[Band, Key("share of the trade before that is refused", "share", 0, 1, above=True)]
    window: Window = Window()
    stage: _AnyStage = None
    hs: _Hs = ()
    kind: Literal["cut"] = "cut"


@dataclass(frozen=True, slots=True)
class Quota:
    """Exporters sell no more than a limit to some importers together; an empty `targets` means everyone.

    Gross tonnes of two stages cannot be added: where the mineral is traded at several, `stage` or `hs` is needed.
    """

    imposers: _From
    targets: _To
    mineral: _Mineral
    limit_t_per_yr: Annotated[Band, Key("most they sell to them together", "t gross a year", 0, _MOST_T)]
    window: Window = Window()
    stage: _AnyStage = None
    hs: _Hs = ()
    kind: Literal["quota"] = "quota"


@dataclass(frozen=True, slots=True)
class Tariff:
    """A tax on trade, a percentage of the seller's price, on top of today's. An empty side means everyone."""

    exporters: Annotated[_Names, Key("who sells; without it, everyone", name="from", names="country", optional=True)]
    importers: Annotated[_Names, Key("who buys; without it, everyone", name="to", names="country", optional=True)]
    mineral: _Mineral
    rate_pct: Annotated[Band, Key("rate on top of today's", "percent of the seller's price", 0, 10_000, above=True)]
    levied_by: Annotated[Literal["exporter", "importer"], Key("who levies it")]
    window: Window = Window()
    stage: _AnyStage = None
    hs: _Hs = ()
    kind: Literal["tariff"] = "tariff"


@dataclass(frozen=True, slots=True)
class Licence:
    """Exports need a licence: what is granted leaves later by `delay_weeks`, and a share is refused."""

    imposers: _From
    targets: _To
    mineral: _Mineral
    delay_weeks: Annotated[Band, Key("how much later granted exports leave", "weeks", 0, 520)]
    refused_share: Annotated[Band, Key("share of the trade before that is refused", "share", 0, 1)]
    window: Window = Window()
    stage: _AnyStage = None
    hs: _Hs = ()
    kind: Literal["licence"] = "licence"


@dataclass(frozen=True, slots=True)
class Outage:
    """Countries lose a share of their capacity at a stage."""

    countries: _At
    mineral: _Mineral
    stage: _OneStage
    lost_share: Annotated[Band, Key("share of capacity lost", "share", 0, 1, above=True)]
    window: Window = Window()
    kind: Literal["outage"] = "outage"


@dataclass(frozen=True, slots=True)
class Closure:
    """No ship goes through these sea passages."""

    passages: Annotated[_Names, Key("which sea passages", names="passage")]
    window: Window = Window()
    kind: Literal["closure"] = "closure"


@dataclass(frozen=True, slots=True)
class Surge:
    """Countries use more of a mineral at a stage."""

    countries: _At
    mineral: _Mineral
    stage: _OneStage
    more_share: Annotated[Band, Key("how much more they want, over what they use", "share", 0, 100, above=True)]
    window: Window = Window()
    kind: Literal["surge"] = "surge"


@dataclass(frozen=True, slots=True)
class Panic:
    """Importers want to hold more stock than before."""

    countries: _At
    mineral: _Mineral
    stage: _OneStage
    extra_cover_weeks: Annotated[Band, Key("stock wanted on top", "weeks of their use", 0, 520, above=True)]
    window: Window = Window()
    kind: Literal["panic"] = "panic"


@dataclass(frozen=True, slots=True)
class Release:
    """Countries let go of stocks, `amount_t` together and over the window."""

    countries: _At
    mineral: _Mineral
    stage: _OneStage
    amount_t: Annotated[Band, Key("stock let go, all of them together", "t contained", 0, _MOST_T, above=True)]
    window: Window = Window()
    kind: Literal["release"] = "release"


Shock = ExportCut | Quota | Tariff | Licence | Outage | Closure | Surge | Panic | Release


@dataclass(frozen=True, slots=True)
class Quotation:
    """Verbatim characters [start:end] of a report, and the SHA-256 of the report's file."""

    report: Annotated[str, Key("the report's file name")]
    sha256: Annotated[str, Key("SHA-256 of that file")]
    start: Annotated[int, Key("place of the first character", "characters", 0, _MOST_T)]
    end: Annotated[int, Key("place after the last character", "characters", 0, _MOST_T)]
    text: Annotated[str, Key("the characters between, verbatim")]


@dataclass(frozen=True, slots=True)
class Assumption:
    """What no report states: `what` was assumed, `why`, in a sentence, its value and range, and its source if any."""

    what: Annotated[str, Key("what was assumed")]
    why: Annotated[str, Key("why, in a sentence")]
    value: Annotated[float | None, Key("the value assumed")] = None
    low: Annotated[float | None, Key("lowest value of its range")] = None
    high: Annotated[float | None, Key("highest value of its range")] = None
    source: Annotated[str, Key("whose assumption; *assumption* if not given")] = "assumption"

    def __str__(self) -> str:
        """The assumption as a reader sees it.

        >>> print(Assumption("share", "the size is not stated", 0.5, 0.2, 0.8))
        the size is not stated (share: 0.5, 0.2 to 0.8)
        """
        band = f", {self.low:g} to {self.high:g}" if self.low is not None and self.high is not None else ""
        told = f" ({self.what}: {self.value:g}{band})" if self.value is not None else ""
        return self.why + told + (f" [{self.source}]" if self.source != "assumption" else "")


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a scenario rests on: the claim of a ledger on a day, the quotations behind it, and what was assumed.

    `measures` are rows of the table `measures`, `sources` of the table `sources`.
    """

    claim: Annotated[str, Key("the claim of a ledger it was made from")] = ""
    as_of: Annotated[date | None, Key("the day that ledger speaks from")] = None
    measures: Annotated[_Names, Key("rows of the table `measures` it follows", names="measure")] = ()
    sources: Annotated[_Names, Key("rows of the table `sources` it follows", names="source")] = ()
    evidence: Annotated[tuple[Quotation, ...], Key("quotations of reports")] = ()
    assumptions: Annotated[tuple[Assumption, ...], Key("what no report states", name="assumption")] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named disruption: its shocks, which may overlap, its origin, and the assumptions a reader must know of.

    `origin` says where it comes from: a claim of the ledger, a file, the command line. `assumptions` are those of the
    grounds in words.
    """

    title: Annotated[str, Key("what it is called; made from its shocks if not given", optional=True)]
    shocks: Annotated[tuple[Shock, ...], Key("what happens, a table for each shock", name="shock")]
    certainty: Annotated[str, Key("how sure it is; *hypothetical* if not given", optional=True)]
    origin: Annotated[str, Key("where it comes from; the file if not given", optional=True)]
    assumptions: tuple[str, ...] = ()
    grounds: Grounds = Grounds()


def exactly(value: float) -> Band:
    """A number known to a point.

    >>> exactly(0.5)
    Band(low=0.5, mid=0.5, high=0.5)
    """
    return Band(value, value, value)
