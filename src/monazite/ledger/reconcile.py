"""Drafts of all reports -> claims told once, each with every report's quotation, and the conflicts between reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, TypeVar

from monazite.ledger.drafts import Fact, Pledge, Step
from monazite.ledger.merge import fact_signs, grouped, pledge_signs, same_fact, same_pledge, same_step, step_signs
from monazite.ledger.values import Commitment, Event, Evidence, Measure, Window

__all__ = [
    "commitment_of",
    "complete",
    "event_of",
    "group_facts",
    "group_pledges",
    "group_steps",
    "measure_of",
    "standing",
    "told",
]

Draft = TypeVar("Draft", Pledge, Step)
DUE_SOON = timedelta(30)
_NONE: Mapping[str, str] = MappingProxyType({})
FIRM = {"agreed": 1, "reaffirmed": 1, "will_do": 2, "planned": 2, "launched": 3, "done": 4, "dropped": 5}


def group_pledges(drafts: Sequence[Pledge]) -> list[list[Pledge]]:
    """Pledges of one undertaking together, in order of report and place."""
    return grouped(sorted(drafts, key=_order), same_pledge, pledge_signs)


def group_steps(drafts: Sequence[Step]) -> list[list[Step]]:
    """Steps of one measure together; a denial stands beside what it denies, not with it."""
    groups = grouped(sorted(drafts, key=_order), same_step, step_signs)
    parted = [[d for d in g if (d.status == "denied") == denied] for g in groups for denied in (False, True)]
    return [g for g in parted if g]


def group_facts(drafts: Sequence[Fact]) -> list[list[Fact]]:
    """Facts of one meeting with compatible values together."""
    return grouped(sorted(drafts, key=_order), same_fact, fact_signs)


def _order(draft: Pledge | Step | Fact) -> tuple[Any, ...]:
    return (draft.evidence.report, draft.evidence.start, draft.evidence.end, repr(draft))


def told(drafts: Iterable[Pledge | Step | Fact]) -> tuple[Evidence, ...]:
    """The quotations of a group in order; a sentence printed twice in one report is one quotation."""
    seen: dict[tuple[str, str], Evidence] = {}
    for draft in drafts:
        seen.setdefault((draft.evidence.report, draft.evidence.text), draft.evidence)
    return tuple(sorted(seen.values(), key=lambda e: (e.report, e.start)))


def _own(group: Sequence[Draft], origin: Mapping[str, str]) -> Sequence[Draft]:
    """The drafts of reports that speak for themselves; of a group that only copies tell, all."""
    return [d for d in group if origin.get(d.evidence.report, d.evidence.report) == d.evidence.report] or group


def _most(values: Iterable[Any]) -> Any:
    """The value most often given, the first in order among equals; None without any."""
    counts = Counter(v for v in values if v)
    return min(counts, key=lambda v: (-counts[v], repr(v))) if counts else None


def _sharpest(windows: Iterable[Window | None]) -> Window | None:
    """The narrowest window with days, else the first that only has words."""
    known = [w for w in windows if w is not None]
    dated = [w for w in known if w.start and w.end]
    if dated:
        return min(dated, key=lambda w: ((w.end - w.start).days, w.start, w.text))  # type: ignore[operator]
    return known[0] if known else None


def status_of(group: Sequence[Pledge]) -> str:
    """How firm an undertaking is: in each report the firmest it says, across reports that disagree the weaker."""
    by_report: dict[str, list[str]] = {}
    for pledge in group:
        by_report.setdefault(pledge.evidence.report, []).append(pledge.status)
    best = [max(s, key=lambda x: FIRM.get(x, 0)) for _, s in sorted(by_report.items())]
    if "under_discussion" in best:
        return "under_discussion"
    return max(best, key=lambda s: (FIRM[s], s))


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


def commitment_of(group: Sequence[Pledge], as_of: date, origin: Mapping[str, str] = _NONE) -> Commitment:
    """One commitment from all that is said of it; the most telling sentence gives its words.

    Where reports are outvoted, only those count that `origin` does not give to another.
    """
    voices = _own(group, origin)
    best = max(
        group,
        key=lambda p: (
            p.status != "under_discussion",
            p.mechanism is not None,
            len(p.names) + len(p.key),
            len(p.heads),
            p.evidence.report,
            -p.evidence.start,
        ),
    )
    sides = max(group, key=lambda p: (len(p.actors) + len(p.partners), p.evidence.report, -p.evidence.start))
    status, due = status_of(group), _sharpest(p.due for p in group)
    topics = tuple(sorted({t for p in group for t in p.topics}))
    return Commitment(
        "",
        sides.actors,
        sides.partners,
        best.act,
        best.object,
        best.mechanism or _most(p.mechanism for p in voices),
        topics,
        _most(p.level for p in voices),
        due,
        status,
        standing(status, due, as_of),
        best.asset or _most(p.asset for p in voices),
        best.attribution or _most(p.attribution for p in voices),
        told(group),
    )


_SURE = ("official", "reported", "rumoured")
_STANDS = ("denied", "ended", "in_force", "announced")


def measure_of(group: Sequence[Step], origin: Mapping[str, str] = _NONE) -> Measure:
    """One measure from all that is said of it; as of commitments, copies have no vote."""
    voices = _own(group, origin)
    effective, announced = (_sharpest(getattr(s, f) for s in group) for f in ("effective", "announced"))
    return Measure(
        "",
        _most(s.imposer for s in voices) or (),
        tuple(sorted({t for s in group for t in s.target})),
        _most(s.measure for s in voices),
        tuple(dict.fromkeys(g for s in group for g in s.goods)),
        tuple(sorted({h for s in group for h in s.hs})),
        announced,
        effective,
        _sharpest(s.ended for s in group) or _lasting(_sharpest(s.lasting for s in group), effective or announced),
        min((s.certainty for s in group), key=_SURE.index),
        min((s.status for s in group), key=_STANDS.index),
        _most(s.attribution for s in voices),
        told(group),
    )


def _lasting(how_long: Window | None, since: Window | None) -> Window | None:
    """The day on which "for four months" ends, counted from the day it took effect, else from its announcement."""
    if how_long is None or not (how_long.start and how_long.end):
        return how_long
    begin = since.start if since is not None and since.start else how_long.start
    end = begin + (how_long.end - how_long.start)
    return Window(how_long.text, end, end)


def event_of(group: Sequence[Fact]) -> Event:
    """One fact of a meeting, with the most complete value told."""
    return Event("", group[0].fact, max((f.value for f in group), key=complete), told(group))


def complete(value: Any) -> tuple[int, str]:
    """How much of a fact's value is told, to find the fullest."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
    return sum(p is not None for p in parts), repr(value)
