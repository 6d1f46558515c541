"""Drafts of all reports -> claims told once, each with every report's quotation, and the conflicts between reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, TypeVar

from monazite.ledger.claims.life import SAME_DAYS, Move, course, sharpest, standing
from monazite.ledger.claims.likeness import pledge_likeness, step_likeness
from monazite.ledger.claims.merge import (
    companions,
    fact_signs,
    grouped,
    pledge_signs,
    same_fact,
    same_pledge,
    step_signs,
)
from monazite.ledger.drafts import Fact, Pledge, Step
from monazite.ledger.reading.dates import find_dates
from monazite.ledger.values import UNCLEAR, Commitment, Event, Evidence, Measure, Window

__all__ = [
    "commitment_of",
    "complete",
    "event_of",
    "group_facts",
    "group_pledges",
    "group_steps",
    "in_order",
    "measure_of",
    "told",
]

Draft = TypeVar("Draft", Pledge, Step)
_ONE_EVENT = 0.5
"""What it says for two pledges of two reports that these tell of one event."""
_FIT = -1.5
"""How like any two of a group's first few are at least, though others between them are like both."""
_NONE: Mapping[str, str] = MappingProxyType({})


def group_pledges(drafts: Sequence[Pledge]) -> list[list[Pledge]]:
    """Pledges of one undertaking together, in order of report and place."""
    beside = companions(drafts)

    def likeness(a: Pledge, b: Pledge) -> float:
        like = same_pledge(a, b)  # the event is asked after only where it decides
        return like + _ONE_EVENT if -_ONE_EVENT < like <= 0 and beside(a, b) else like

    return grouped(
        sorted(drafts, key=in_order),
        likeness,
        pledge_signs,
        lambda p: p.evidence,
        lambda p: p.evidence.report,
        lambda a, b: a.evidence.report == b.evidence.report or pledge_likeness(a, b) > _FIT,
    )


def group_steps(drafts: Sequence[Step]) -> list[list[Step]]:
    """Steps of one measure together; a denial stands beside what it denies, not with it."""
    groups = grouped(
        sorted(drafts, key=in_order),
        step_likeness,
        step_signs,
        teller=lambda s: s.evidence.report,
        fits=lambda a, b: a.evidence.report == b.evidence.report or step_likeness(a, b) > _FIT,
    )
    parted = [[d for d in g if (d.status == "denied") == denied] for g in groups for denied in (False, True)]
    return [g for g in parted if g]


def group_facts(drafts: Sequence[Fact]) -> list[list[Fact]]:
    """Facts of one meeting with compatible values together."""
    return grouped(sorted(drafts, key=in_order), same_fact, fact_signs, fits=lambda a, b: same_fact(a, b) > 0)


def in_order(draft: Pledge | Step | Fact) -> tuple[Any, ...]:
    """What sorts drafts by report and place."""
    return (draft.evidence.report, draft.evidence.start, draft.evidence.end, repr(draft))


def told(drafts: Iterable[Pledge | Step | Fact]) -> tuple[Evidence, ...]:
    """The quotations of a group in order; a sentence printed twice in one report is one quotation."""
    return _unique(draft.evidence for draft in drafts)


def _unique(quotes: Iterable[Evidence]) -> tuple[Evidence, ...]:
    seen: dict[tuple[str, str], Evidence] = {}
    for quoted in quotes:
        seen.setdefault((quoted.report, quoted.text), quoted)
    return tuple(sorted(seen.values(), key=lambda e: (e.report, e.start)))


def _own(group: Sequence[Draft], origin: Mapping[str, str]) -> Sequence[Draft]:
    """The drafts of reports that speak for themselves; of a group that only copies tell, all."""
    return [d for d in group if origin.get(d.evidence.report, d.evidence.report) == d.evidence.report] or group


def _most(values: Iterable[Any]) -> Any:
    """The value most often given, the first in order among equals; None without any."""
    counts = Counter(v for v in values if v)
    return min(counts, key=lambda v: (-counts[v], repr(v))) if counts else None


def commitment_of(
    group: Sequence[Pledge],
    as_of: date,
    days: Mapping[str, date],
    moves: Sequence[Move] = (),
    origin: Mapping[str, str] = _NONE,
) -> Commitment:
    """One commitment from all that is said of it; the most telling sentence gives its words.

    :param days: the day each report speaks from, by its id
    :param moves: what reviewers found out of it
    :param origin: whose word a report is: where reports are outvoted, copies do not count
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
    status, due = course(group, days, moves)
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


_FRESH = timedelta(31)
_SURE = ("official", "reported", "rumoured")
_STANDS = ("denied", "ended", "in_force", "announced")


def measure_of(group: Sequence[Step], origin: Mapping[str, str] = _NONE) -> Measure:
    """One measure from all that is said of it; as of commitments, copies have no vote."""
    voices = _own(group, origin)
    quotes = told(group)
    announced = sharpest(s.announced for s in group)
    effective = sharpest(s.effective for s in group if s.effective != s.announced) or sharpest(
        s.effective for s in group
    )
    return Measure(
        "",
        _most(s.imposer for s in voices) or (),
        tuple(sorted({t for s in group for t in s.target})),
        _most(s.measure for s in voices if s.measure != UNCLEAR) or UNCLEAR,
        tuple(dict.fromkeys(g for s in group for g in s.goods)),
        tuple(sorted({h for s in group for h in s.hs})),
        announced,
        effective,
        sharpest(s.ended for s in group) or _lasting(sharpest(s.lasting for s in group), _counted_from(group)),
        min((s.certainty for s in group), key=_SURE.index),
        _standing(group),
        _most(s.attribution for s in voices),
        quotes,
        tuple(e for e in _unique(e for s in group for e in s.support) if e not in quotes),
    )


def _counted_from(group: Sequence[Step]) -> Window | None:
    """From when "for four months" counts: the beginning that the same sentence knows, else any; what is prolonged, from
    the day on which that was told."""
    lasting = [s for s in group if s.lasting is not None]
    windows = [getattr(s, field) for field in ("effective", "announced") for s in (*lasting, *group)]
    days = [s.day for s in lasting if s.day is not None]
    recent = (w for w in windows if w is not None and w.start and (not days or w.start >= min(days) - _FRESH))
    return next(recent, None)


def _standing(group: Sequence[Step]) -> str:
    """Where a measure stands after all reports: what the last days' say, unless they only announce it again."""
    last = max((s.day for s in group if s.day is not None), default=None)
    late = [s for s in group if last is None or s.day is None or last - s.day <= SAME_DAYS]
    now, ever = (min((s.status for s in steps), key=_STANDS.index) for steps in (late, group))
    return ever if now == "announced" and ever == "in_force" else now


def _lasting(how_long: Window | None, since: Window | None) -> Window | None:
    """The last day of "for four months", counted from the day it took effect, else from its announcement."""
    if how_long is None or not (how_long.start and how_long.end):
        return how_long
    begin = since.start if since is not None and since.start else how_long.start
    counted = next((d.window.end for d in find_dates(how_long.text, begin)), None)
    last = (counted or begin + (how_long.end - how_long.start)) - timedelta(1)
    return Window(how_long.text, last, last)


def event_of(group: Sequence[Fact]) -> Event:
    """One fact of a meeting, with the most complete value told."""
    return Event("", group[0].fact, max((f.value for f in group), key=complete), told(group))


def complete(value: Any) -> tuple[int, str]:
    """How much of a fact's value is told, to find the fullest."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
    return sum(p is not None for p in parts), repr(value)
