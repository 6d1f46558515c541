"""What one report says by itself, before reports are brought together: frozen values, one for each kind of claim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from monazite.ledger.values import Evidence, Report, Window

__all__ = ["Fact", "Pledge", "Reading", "Slip", "Step"]


@dataclass(frozen=True, slots=True)
class Pledge:
    """One sentence's undertaking. `key` holds the words that tell its mechanism from others, `names` its proper
    words, `heads` its content lemmas, `classes` the kinds of act; `amounts` are (unit, number); `venue` is where a
    meeting to come will be, and in which country; `day` is the one its report speaks from."""

    evidence: Evidence
    passage: int
    actors: tuple[str, ...]
    partners: tuple[str, ...]
    act: str
    object: str
    mechanism: str | None
    key: frozenset[str]
    classes: frozenset[str]
    names: frozenset[str]
    heads: frozenset[str]
    topics: tuple[str, ...]
    level: str | None
    due: Window | None
    status: str
    asset: str | None
    attribution: str | None
    round: int | None
    amounts: frozenset[tuple[str, float]]
    new: bool
    day: date | None = None
    venue: tuple[str, str | None] | None = None

    def __hash__(self) -> int:
        return hash((self.evidence.report, self.evidence.start, self.object))  # all fields would take longer


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence's trade measure; `support` quotes the other sentences that say what of it its own does not, its
    goods among that where they are `borrowed`."""

    evidence: Evidence
    passage: int
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
    amounts: frozenset[tuple[str, float]]
    lasting: Window | None = None
    day: date | None = None
    support: tuple[Evidence, ...] = ()
    borrowed: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """One sentence's fact of a meeting: `about` holds the parties and the kind of meeting it belongs to."""

    evidence: Evidence
    fact: str
    value: Any
    about: frozenset[str]
    mismatch: str | None = None


@dataclass(frozen=True, slots=True)
class Slip:
    """A date that does not fall on the weekday it is given; `fits` is a day near by that does."""

    evidence: Evidence
    explanation: str
    fits: date | None


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one report says by itself: plain values, to be kept or sent and brought together with others.

    `anchor` is the day it speaks from; where its own text names none (it is not `dated`) and `parties` are known to
    others, theirs may do.
    """

    report: Report
    parties: tuple[str, ...]
    anchor: date | None
    pledges: tuple[Pledge, ...]
    steps: tuple[Step, ...]
    facts: tuple[Fact, ...]
    slips: tuple[Slip, ...]
    dated: bool = True

    @property
    def drafts(self) -> tuple[Pledge | Step | Fact | Slip, ...]:
        """All of them, kind by kind."""
        return (*self.pledges, *self.steps, *self.facts, *self.slips)
