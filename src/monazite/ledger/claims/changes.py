"""Two states of the ledger -> what changed from one to the other, claim by claim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from monazite.ledger.claims.state import State
from monazite.ledger.contract import headline
from monazite.ledger.values import Claim, Commitment, Event

__all__ = ["Change", "changes"]

_FALLEN = {"due-soon": "due soon", "overdue-unverified": "overdue, and no report says that it was done"}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a claim: `headline` says what the claim is, `detail` what is different."""

    kind: Literal["new", "confirmed", "contradicted", "moved", "fallen-due", "gone"]
    claim: str
    headline: str
    detail: str


def changes(before: State, after: State) -> tuple[Change, ...]:
    """What changed, in the order of the claims: new ones; confirmed by a further independent report; contradicted;
    moved in status or due time; fallen due; gone (rejected, or merged into another)."""
    old = {c.id: c for c in before.ledger.claims}
    holder = {q: old[c] for c, named in before.quotations.items() if c in old for q in named}
    disputed = {(c.type, q) for c in before.ledger.conflicts for q in before.quotations[c.id]}
    found: list[Change] = []
    for claim in after.ledger.claims:
        was = next((holder[q] for q in after.quotations[claim.id] if q in holder), None)
        more = was is not None and _witnesses(after, claim) > _witnesses(before, was)
        found += (Change(kind, claim.id, headline(claim), what) for kind, what in _changed(was, claim, more))
    now = {c.id: c for c in after.ledger.claims}
    for conflict in after.ledger.conflicts:
        if all((conflict.type, q) not in disputed for q in after.quotations[conflict.id]):
            found += (
                Change("contradicted", c, headline(now[c]), f"{conflict.severity}: {conflict.explanation}")
                for c in conflict.claims
            )
    found += _gone(old, before, after)
    order = {c: n for n, c in enumerate((*now, *old))}
    return tuple(sorted(found, key=lambda c: order[c.claim]))


def _changed(
    was: Claim | None, now: Claim, more: bool
) -> Iterator[tuple[Literal["new", "confirmed", "moved", "fallen-due"], str]]:
    if was is None:
        yield "new", f"told by {', '.join(_reports(now))}"
    elif more:
        yield "confirmed", f"by {', '.join(r for r in _reports(now) if r not in _reports(was))}"
    if was is not None and not isinstance(was, Event) and not isinstance(now, Event) and was.status != now.status:
        yield "moved", f"status: {was.status} -> {now.status}"
    if not isinstance(now, Commitment):
        return
    if isinstance(was, Commitment) and was.due != now.due and now.due is not None:
        yield "moved", f"due: {was.due.text if was.due else 'no date'} -> {now.due.text}"
    if now.standing in _FALLEN and (not isinstance(was, Commitment) or was.standing != now.standing):
        yield "fallen-due", f"{_FALLEN[now.standing]}: {now.due.text if now.due else ''}"


def _gone(old: Mapping[str, Claim], before: State, after: State) -> Iterator[Change]:
    told = {q for named in after.quotations.values() for q in named}
    firsts = {q: c for c, named in after.quotations.items() for q in named}
    for claim in old.values():
        named = before.quotations[claim.id]
        if told.isdisjoint(named):
            yield Change("gone", claim.id, headline(claim), "rejected, or no longer read in its reports")
        elif firsts.get(named[0], claim.id) != claim.id and claim.id not in after.quotations:
            yield Change("gone", claim.id, headline(claim), f"it is one with {firsts[named[0]]} now")


def _reports(claim: Claim) -> list[str]:
    return sorted({e.report for e in claim.evidence})


def _witnesses(state: State, claim: Claim) -> int:
    """The reports that tell of it: a copy is no witness."""
    told, copies = state.ledger.told_by(claim.evidence)
    return told - copies
