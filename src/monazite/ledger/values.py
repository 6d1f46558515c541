"""The ledger's values: what reports say, each with its verbatim quotation, and where they disagree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

__all__ = ["UNCLEAR", "Claim", "Commitment", "Conflict", "Event", "Evidence", "Ledger", "Measure", "Report", "Window"]

UNCLEAR = "instrument_unclear"
"""The type of a measure whose report does not say what kind it is, in the term of the Global Trade Alert."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A verbatim quotation: characters [start:end] of the report's text."""

    report: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """One document that was read. `id` is its file name or address; `text` all that was read of it.

    `origin` is the path or address it came from, `kind` is text, page, pdf, docx or feed, `fetched` its time.
    `copy_of` is the id of the report whose text this one repeats: a copy is no second witness.
    """

    id: str
    sha256: str
    title: str
    publisher: str | None
    published: date | None
    language: str
    text: str
    origin: str = ""
    kind: str = "text"
    fetched: datetime | None = None
    copy_of: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """When something is due or happened: the words and the first and last day they can mean."""

    text: str
    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True)
class Commitment:
    """Somebody undertakes something. `status` is what the reports say of it; `standing` is where it is on a date.

    status: agreed | planned | launched | will_do | reaffirmed | under_discussion | delayed | done | dropped.
    standing: open | due-soon | overdue-unverified | launched | done | dropped | under-discussion | no-date.
    """

    id: str
    actors: tuple[str, ...]
    partners: tuple[str, ...]
    act: str
    object: str
    mechanism: str | None
    topics: tuple[str, ...]
    level: str | None
    due: Window | None
    status: str
    standing: str
    asset: str | None
    attribution: str | None
    evidence: tuple[Evidence, ...]
    kind: Literal["commitment"] = "commitment"


@dataclass(frozen=True, slots=True)
class Measure:
    """A government restricts or frees trade. Types follow the Global Trade Alert: export_ban, export_quota, ...

    certainty: official | reported | rumoured. status: in_force | announced | ended | denied. `evidence` states the
    measure; `context` are the sentences that say whose it is, against whom or on what, where those do not.
    """

    id: str
    imposer: tuple[str, ...]
    target: tuple[str, ...]
    measure: str
    goods: tuple[str, ...]
    hs: tuple[str, ...]
    announced: Window | None
    effective: Window | None
    ended: Window | None
    certainty: str
    status: str
    attribution: str | None
    evidence: tuple[Evidence, ...]
    context: tuple[Evidence, ...] = ()
    kind: Literal["measure"] = "measure"


@dataclass(frozen=True, slots=True)
class Event:
    """One fact of a meeting or visit: place, date, visit_period, round or participants."""

    id: str
    fact: str
    value: Any
    evidence: tuple[Evidence, ...]
    kind: Literal["event"] = "event"


Claim = Commitment | Measure | Event


@dataclass(frozen=True, slots=True)
class Conflict:
    """Claims that cannot all be true (hard) or that differ in a way worth knowing (soft)."""

    id: str
    type: str
    severity: Literal["hard", "soft"]
    claims: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    explanation: str
    resolution: str | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that a set of reports says, reconciled, as of a date."""

    reports: tuple[Report, ...]
    claims: tuple[Claim, ...]
    conflicts: tuple[Conflict, ...]
    as_of: date

    def told_by(self, evidence: Iterable[Evidence]) -> tuple[int, int]:
        """How many reports some quotations are from, and how many of these are copies among them."""
        origin = {r.id: r.copy_of or r.id for r in self.reports}
        reports = {e.report for e in evidence}
        return len(reports), len(reports) - len({origin[r] for r in reports})

    @property
    def commitments(self) -> tuple[Commitment, ...]:
        """The commitments, in the order of their first quotation."""
        return tuple(c for c in self.claims if isinstance(c, Commitment))

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The trade measures."""
        return tuple(c for c in self.claims if isinstance(c, Measure))

    @property
    def events(self) -> tuple[Event, ...]:
        """The facts of meetings and visits."""
        return tuple(c for c in self.claims if isinstance(c, Event))
