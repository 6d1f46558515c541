"""Readings and reviewers' decisions -> the state of the ledger on a day, made anew each time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import TypeVar

from monazite.ledger.claims.conflicts import Clash, fact_clashes, pledge_clashes, step_clashes, weekday_clashes
from monazite.ledger.claims.copies import marked, origins
from monazite.ledger.claims.decisions import Decision, amended, moves, quotation_ids, regrouped, resolution, short_id
from monazite.ledger.claims.life import Moment, Move, history
from monazite.ledger.claims.reconcile import (
    commitment_of,
    event_of,
    group_facts,
    group_pledges,
    group_steps,
    measure_of,
)
from monazite.ledger.drafts import Fact, Pledge, Reading, Step
from monazite.ledger.values import Claim, Conflict, Evidence, Ledger

__all__ = ["State", "state_of"]

Draft = TypeVar("Draft", Pledge, Step, Fact)


@dataclass(frozen=True, slots=True)
class State:
    """A ledger, and by the id of a claim or conflict what a reviewer needs beside it.

    `quotations` are the ids of what it rests on, the oldest first; `decisions` are those that name any of them;
    `histories` are of claims.
    """

    ledger: Ledger
    quotations: Mapping[str, tuple[str, ...]]
    decisions: Mapping[str, tuple[Decision, ...]]
    histories: Mapping[str, tuple[Moment, ...]]


@dataclass(frozen=True, slots=True)
class _Told:
    """A claim with the ids and quotations of its drafts, the decisions on it, and its history."""

    claim: Claim
    drafts: tuple[tuple[str, Evidence], ...]
    decisions: tuple[Decision, ...]
    history: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class _Dispute:
    """A conflict with the claims it is between and, for each side, the ids of the quotations it rests on."""

    clash: Clash
    claims: tuple[str, ...]
    sides: tuple[tuple[str, ...], ...]


def state_of(readings: Iterable[Reading], as_of: date, decisions: Sequence[Decision] = ()) -> State:
    """The state on a day. The order of the readings changes nothing; decisions are applied in theirs.

    All readings count, whatever their day.
    """
    ordered = sorted(readings, key=lambda r: r.report.id)
    ids = quotation_ids(ordered)
    days = {r.report.id: r.anchor for r in ordered if r.anchor is not None}
    reports = marked(r.report for r in ordered)
    origin = origins(reports)
    hashes = {r.report.id: r.report.sha256 for r in ordered}

    def name(draft: object) -> str:
        return ids[id(draft)]

    promises = regrouped(group_pledges([p for r in ordered for p in r.pledges]), name, decisions)
    measures = regrouped(group_steps([s for r in ordered for s in r.steps]), name, decisions)
    events = regrouped(group_facts([f for r in ordered for f in r.facts]), name, decisions)
    touching, correcting = _by_quotation(
        decisions, {name(d) for kind in (promises, measures, events) for group in kind for d in group}
    )

    def told(group: Sequence[Draft], make: Callable[[Sequence[Draft], Sequence[Move]], Claim]) -> _Told:
        oldest = sorted(
            group, key=lambda d: (days.get(d.evidence.report, date.max), hashes[d.evidence.report], name(d))
        )
        drafts = tuple((name(d), d.evidence) for d in oldest)
        on, own = (
            tuple(decisions[n] for n in sorted({n for q, _ in drafts for n in by.get(q, ())}))
            for by in (touching, correcting)
        )
        moved = moves(own, as_of)
        claim = replace(amended(make(group, moved), own, as_of), id=drafts[0][0])
        return _Told(claim, drafts, on, history(((name(d), d) for d in group), days, moved))

    commitments = [told(g, lambda group, moved: commitment_of(group, as_of, days, moved, origin)) for g in promises]
    restrictions = [told(g, lambda group, _: measure_of(group, origin)) for g in measures]
    meetings = [told(g, lambda group, _: event_of(group)) for g in events]
    every = [t for kind in (commitments, restrictions, meetings) for t in sorted(kind, key=_place)]
    slips = [s for r in ordered for s in r.slips]
    disputes = [
        *(_between(c, commitments) for c in pledge_clashes(promises, days, origin)),
        *(_between(c, restrictions) for c in step_clashes(measures, origin)),
        *(_between(c, meetings) for c in fact_clashes(events, origin, days)),
        *_within(weekday_clashes(slips), every, [(s.evidence, name(s)) for s in slips]),
    ]
    conflicts = list(_conflicts(disputes, decisions))
    return State(
        Ledger(reports, tuple(t.claim for t in every), tuple(c for c, _ in conflicts), as_of),
        MappingProxyType({t.claim.id: tuple(q for q, _ in t.drafts) for t in every} | {c.id: q for c, q in conflicts}),
        MappingProxyType({t.claim.id: t.decisions for t in every if t.decisions}),
        MappingProxyType({t.claim.id: t.history for t in every}),
    )


def _by_quotation(
    decisions: Iterable[Decision], alive: set[str]
) -> tuple[Mapping[str, list[int]], Mapping[str, list[int]]]:
    """The positions of decisions by all quotations they name, and by the first of them that is still told."""
    touching, first = defaultdict[str, list[int]](list), defaultdict[str, list[int]](list)
    for n, decision in enumerate(decisions):
        for quotation in decision.quotations:
            touching[quotation].append(n)
        first[next((q for q in decision.quotations if q in alive), "")].append(n)
    return touching, first


def _place(told: _Told) -> tuple[str, int, int]:
    quote = told.claim.evidence[0]
    return quote.report, quote.start, quote.end


def _between(clash: Clash, told: Sequence[_Told]) -> _Dispute:
    """A conflict between groups, or between the reports of one."""
    sides = [told[i] for i in clash.groups]
    quotes = set(clash.evidence)
    return _Dispute(
        clash, tuple(t.claim.id for t in sides), tuple(tuple(q for q, e in t.drafts if e in quotes) for t in sides)
    )


def _within(
    clashes: Iterable[Clash], told: Iterable[_Told], slips: Iterable[tuple[Evidence, str]]
) -> Iterator[_Dispute]:
    """Conflicts of a report with itself, with the claims that hold their quotation."""
    named = defaultdict[Evidence, list[str]](list)
    for quote, slip in slips:
        named[quote].append(slip)
    reports = {quote.report for quote in named}
    held = defaultdict[str, list[tuple[Evidence, str]]](list)
    for each in told:
        for quote in each.claim.evidence:
            if quote.report in reports:
                held[quote.report].append((quote, each.claim.id))
    for clash in clashes:
        (own,) = clash.evidence
        claims = dict.fromkeys(c for quote, c in held[own.report] if quote.start <= own.start and own.end <= quote.end)
        yield _Dispute(clash, tuple(claims), (tuple(named[own]),))


def _conflicts(
    disputes: Iterable[_Dispute], decisions: Sequence[Decision]
) -> Iterator[tuple[Conflict, tuple[str, ...]]]:
    """The conflicts in order, the hard ones first, each with its quotations; what a reviewer decided resolves it."""

    def order(dispute: _Dispute) -> tuple[object, ...]:
        clash = dispute.clash
        return clash.severity, clash.evidence[0].report, clash.evidence[0].start, clash.type, clash.explanation

    seen = Counter[tuple[object, ...]]()
    for dispute in sorted(disputes, key=order):
        clash, named = dispute.clash, (dispute.clash.type, *(min(s, default="") for s in dispute.sides))
        answer = resolution(clash.type, dispute.sides, decisions) or clash.resolution
        yield (
            Conflict(
                short_id("x", *named, seen[named]),
                clash.type,
                clash.severity,
                dispute.claims,
                clash.evidence,
                clash.explanation,
                answer,
            ),
            tuple(q for side in dispute.sides for q in side),
        )
        seen[named] += 1
