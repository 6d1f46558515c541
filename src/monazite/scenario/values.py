"""A scenario: who sells less of what to whom, from when, for how long, how sure that is, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from monazite.core.values import Band, Stage

__all__ = ["UNITS", "Assumption", "ExportCut", "Grounds", "Mechanism", "Quotation", "Scenario"]

UNITS = {"ban": "", "quota": "t_per_yr", "licence": "weeks", "tax": "percent", "restriction": ""}
"""The kinds of mechanism and the unit of what each states: what a quota lets pass, a licence's delay, a tax rate."""


@dataclass(frozen=True, slots=True)
class ExportCut:
    """Exporters, one or a coalition's members together, sell a share less to some importers.

    `cut_share` is the share of the pre-shock flow that is refused (1 = a ban); `cut_range`, if it is not known to a
    point, has it as its central value. An empty `targets` means everyone. `stage` or `hs`, the trade codes meant,
    keep the cut to a part of the chain.
    """

    imposers: tuple[str, ...]
    targets: tuple[str, ...]
    mineral: str
    cut_share: float
    start: date | None
    weeks: int
    cut_range: Band | None = None
    stage: Stage | None = None
    hs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mechanism:
    """By what means exports are held back. `amount` is in the unit of its kind (`UNITS`), None where none is stated."""

    kind: str
    amount: float | None = None


@dataclass(frozen=True, slots=True)
class Quotation:
    """Verbatim characters [start:end] of a report, and the SHA-256 of the report's file."""

    report: str
    sha256: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Assumption:
    """What no report states: `what` was assumed, `why`, in a sentence, its value and range, and its source if any."""

    what: str
    why: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    source: str = "assumption"

    def __str__(self) -> str:
        """The assumption as a reader sees it.

        >>> print(Assumption("cut", "the size is not stated", 0.5, 0.2, 0.8))
        the size is not stated (cut: 0.5, 0.2 to 0.8)
        """
        band = f", {self.low:g} to {self.high:g}" if self.low is not None and self.high is not None else ""
        told = f" ({self.what}: {self.value:g}{band})" if self.value is not None else ""
        return self.why + told + (f" [{self.source}]" if self.source != "assumption" else "")


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a scenario rests on: the claim of a ledger on a day, the quotations behind it, and what was assumed."""

    claim: str = ""
    as_of: date | None = None
    mechanism: Mechanism | None = None
    evidence: tuple[Quotation, ...] = ()
    assumptions: tuple[Assumption, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named disruption, its origin, and the assumptions a reader must know of.

    `origin` says where it comes from: a claim of the ledger, a file, the command line. `assumptions` has those of the
    grounds in words, and what the model takes for granted on top.
    """

    title: str
    cut: ExportCut
    certainty: str
    origin: str
    assumptions: tuple[str, ...] = ()
    grounds: Grounds = Grounds()
