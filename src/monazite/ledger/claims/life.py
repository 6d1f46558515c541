"""What reports of different days say of one undertaking -> its life: where it stands, since when, and on whose word.

Reports of the same days tell one state of things: where they differ, they contradict each other. Reports of later days
move it: what was agreed in January and launched in March is launched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from monazite.ledger.drafts import Fact, Pledge, Step
from monazite.ledger.values import Evidence, Window

__all__ = ["STAGES", "Moment", "Move", "apart", "course", "history", "sharpest", "spells", "standing"]

STAGES = {
    "under_discussion": "proposed",
    "agreed": "agreed",
    "reaffirmed": "agreed",
    "will_do": "scheduled",
    "planned": "scheduled",
    "delayed": "delayed",
    "launched": "launched",
    "done": "done",
    "dropped": "dropped",
}
"""The stage of life for each status, in the order of life."""

Draft = TypeVar("Draft", Pledge, Step)
DUE_SOON = timedelta(30)
SAME_DAYS = timedelta(7)
_FIRM = {
    "under_discussion": 0,
    "agreed": 1,
    "reaffirmed": 1,
    "will_do": 2,
    "planned": 2,
    "delayed": 3,
    "launched": 4,
    "done": 5,
    "dropped": 6,
}


@dataclass(frozen=True, slots=True)
class Move:
    """What a reviewer found out: from this day on the undertaking has this status, this due time, or both."""

    on: date
    who: str
    why: str
    status: str | None
    due: Window | None


@dataclass(frozen=True, slots=True)
class Moment:
    """A line of the history: on a day (None: unknown) a report, or a reviewer, gave this status and due time.

    `id` names the report's quotation; a reviewer has a reason instead.
    """

    on: date | None
    source: str
    status: str
    due: Window | None
    id: str
    evidence: Evidence | None
    why: str = ""


def spells(group: Sequence[Draft], days: Mapping[str, date]) -> list[list[Draft]]:
    """The drafts of reports from the same days together, the older first; a report of no known day joins the first."""
    found: list[list[Draft]] = []
    begun: date | None = None
    for draft in sorted(group, key=lambda d: days.get(d.evidence.report, date.min)):
        day = days.get(draft.evidence.report)
        if not found or (begun and day and day - begun > SAME_DAYS):
            found.append([])
            begun = day
        begun = begun or day
        found[-1].append(draft)
    return found


def course(group: Sequence[Pledge], days: Mapping[str, date], moves: Sequence[Move] = ()) -> tuple[str, Window | None]:
    """Status and due time of an undertaking after all that was said and found out of it, in the order of days."""
    told: list[tuple[date, str, Window | None, bool]] = []
    for spell in spells(group, days):
        day = min((days[p.evidence.report] for p in spell if p.evidence.report in days), default=date.min)
        told.append((day, _status(spell), sharpest(p.due for p in _postponing(spell)), False))
    told += [(m.on, m.status or "", m.due, True) for m in moves]
    status, due = "", None
    for _, said, when, sure in sorted(told, key=lambda t: (t[0], t[3])):
        later = when is not None and (due is None or sure or said == "delayed" or apart(due, when))
        due = when if later else sharpest((due, when))
        status = (said or status) if sure or not status else _onward(status, said)
    return status or "agreed", due


def _status(spell: Sequence[Pledge]) -> str:
    """How firm it is: in each report the firmest it says, across reports that disagree the weaker."""
    by_report: dict[str, list[str]] = {}
    for pledge in spell:
        by_report.setdefault(pledge.evidence.report, []).append(pledge.status)
    best = [max(s, key=_FIRM.__getitem__) for _, s in sorted(by_report.items())]
    if "under_discussion" in best:
        return "under_discussion"
    return max(best, key=lambda s: (_FIRM[s], s))


def _postponing(spell: Sequence[Pledge]) -> Sequence[Pledge]:
    """Those that give the new time, where one was given up; else all."""
    return [p for p in spell if p.status == "delayed" and p.due] or spell


def _onward(now: str, said: str) -> str:
    """The status after a later report: forward, delayed or dropped; what is only mentioned again does not go back."""
    if now == "done":
        return now
    if now == "dropped":
        return said if _FIRM[said] else now
    if said in ("dropped", "delayed"):
        return said
    return said if _FIRM[said] >= _FIRM[now] else now


def history(
    quotations: Iterable[tuple[str, Pledge | Step | Fact]], days: Mapping[str, date], moves: Iterable[Move] = ()
) -> tuple[Moment, ...]:
    """All that was said, by quotations with their ids, and found out of a claim, the older first."""
    told = [Moment(m.on, m.who, m.status or "", m.due, "", None, m.why) for m in moves]
    for name, draft in quotations:
        status, due = getattr(draft, "status", ""), getattr(draft, "due", None) or getattr(draft, "effective", None)
        told.append(Moment(days.get(draft.evidence.report), draft.evidence.report, status, due, name, draft.evidence))
    return tuple(sorted(told, key=lambda m: (m.on or date.min, m.source, m.evidence.start if m.evidence else -1, m.id)))


def standing(status: str, due: Window | None, as_of: date) -> str:
    """Where a commitment is on a day, as far as the reports and the calendar tell."""
    settled = {"launched": "launched", "done": "done", "dropped": "dropped", "under_discussion": "under-discussion"}
    if status in settled:
        return settled[status]
    if due is None or due.end is None:
        return "no-date"
    if due.end < as_of:
        return "overdue-unverified"
    return "due-soon" if due.end - as_of <= DUE_SOON else "open"


def sharpest(windows: Iterable[Window | None]) -> Window | None:
    """The narrowest window with days, else the first that only has words."""
    known = [w for w in windows if w is not None]
    dated = [w for w in known if w.start and w.end]
    if dated:
        return min(dated, key=lambda w: ((w.end - w.start).days, w.start, w.text))  # type: ignore[operator]
    return known[0] if known else None


def apart(a: Window | None, b: Window | None) -> bool:
    """Whether two times have no day in common."""
    if a is None or b is None or not (a.start and a.end and b.start and b.end):
        return False
    return a.end < b.start or b.end < a.start
