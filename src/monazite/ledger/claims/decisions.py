"""What reviewers decided, applied to what was read: pure functions from groups and claims to groups and claims.

A decision names quotations, by ids that stay when reports are added; a claim is named by the quotations it had when the
decision was made, so that a decision covers what its maker saw and nothing that came later.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal, TypeVar, get_args

from monazite.ledger.claims.life import Move, standing
from monazite.ledger.claims.reconcile import in_order
from monazite.ledger.drafts import Fact, Pledge, Reading, Slip, Step
from monazite.ledger.values import Claim, Commitment, Window

__all__ = [
    "KINDS",
    "Decision",
    "Kind",
    "amended",
    "lost",
    "moves",
    "quotation_ids",
    "regrouped",
    "resolution",
    "short_id",
]

Kind = Literal["accept", "reject", "merge", "split", "resolve", "correct"]
KINDS: tuple[str, ...] = get_args(Kind)

Draft = TypeVar("Draft", Pledge, Step, Fact)
Value = str | tuple[str, ...] | Window | None
_DIGITS = 10  # base 32: of a million quotations two share an id once in two thousand records


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: who, when, why, and the quotations it speaks of.

    `fields` are the corrected values by field; those of status and due may hold from a day `on`, until a later report
    moves them. For `resolve` they are the `type` of conflict and the `resolution`.
    """

    kind: Kind
    quotations: tuple[str, ...]
    who: str
    at: datetime
    why: str
    fields: tuple[tuple[str, Value], ...] = ()
    on: date | None = None


def short_id(letter: str, *parts: object) -> str:
    """A short id, the same for the same parts: a letter and ten more.

    >>> short_id("c", "report", 1, 2)
    'ct34u7b7s6t'
    """
    digest = hashlib.sha256("|".join(map(str, parts)).encode()).digest()
    return letter + base64.b32encode(digest).decode().lower()[:_DIGITS]


def quotation_ids(readings: Iterable[Reading]) -> dict[int, str]:
    """The id of each draft of the readings, by its identity (`id()`): two drafts may be alike.

    It is made of kind, report (by its SHA-256) and place, and so the same whatever other reports there are.
    """
    ids: dict[int, str] = {}
    seen = Counter[tuple[object, ...]]()
    letters = {Pledge: "c", Step: "m", Fact: "e", Slip: "x"}
    for reading in readings:
        for draft in reading.drafts:
            place = letters[type(draft)], reading.report.sha256, draft.evidence.start, draft.evidence.end
            ids[id(draft)] = short_id(*place, seen[place])
            seen[place] += 1
    return ids


def regrouped(
    groups: Iterable[Sequence[Draft]], name: Callable[[Draft], str], decisions: Iterable[Decision]
) -> list[list[Draft]]:
    """The groups after merging, splitting and rejecting, one decision after the other."""
    home = {name(draft): group for group in map(list, groups) for draft in group}
    rejected: set[str] = set()
    for decision in decisions:
        named = [q for q in decision.quotations if q in home]
        if decision.kind == "merge" and named:
            merged = [d for group in {id(home[q]): home[q] for q in named}.values() for d in group]
            home |= {name(d): merged for d in merged}
        elif decision.kind == "split" and named:
            _split(home, named, name)
        elif decision.kind == "reject":
            rejected |= set(decision.quotations)
        elif decision.kind == "accept":
            rejected -= set(decision.quotations)
    whole = {id(group): group for group in home.values()}.values()
    kept = ([d for d in sorted(group, key=in_order) if name(d) not in rejected] for group in whole)
    return sorted((g for g in kept if g), key=lambda g: in_order(g[0]))


def _split(home: dict[str, list[Draft]], named: Sequence[str], name: Callable[[Draft], str]) -> None:
    """The named quotations stand apart from the rest of each of their groups."""
    for group in {id(home[q]): home[q] for q in named}.values():
        inside = [d for d in group if name(d) in named]
        if len(inside) < len(group):
            group[:] = [d for d in group if name(d) not in named]
            home |= {name(d): inside for d in inside}


def lost(readings: Iterable[Reading], decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The decisions on quotations that no reading holds: the reader has changed, or the report was never added."""
    known = set(quotation_ids(readings).values())
    return tuple(d for d in decisions if known.isdisjoint(d.quotations))


def moves(decisions: Iterable[Decision], as_of: date) -> tuple[Move, ...]:
    """The corrections of status and due time that hold from a day on, as far as it has come."""
    found = []
    for decision in decisions:
        fields = dict(decision.fields)
        if decision.kind == "correct" and decision.on is not None and decision.on <= as_of:
            status, due = fields.get("status"), fields.get("due")
            told = status if isinstance(status, str) else None, due if isinstance(due, Window) else None
            found.append(Move(decision.on, decision.who, decision.why, *told))
    return tuple(found)


def amended(claim: Claim, decisions: Iterable[Decision], as_of: date) -> Claim:
    """A claim with the corrections that hold for all days."""
    fields: dict[str, Any] = dict(f for d in decisions if d.kind == "correct" and d.on is None for f in d.fields)
    changed = replace(claim, **fields) if fields else claim
    if isinstance(changed, Commitment):
        return replace(changed, standing=standing(changed.status, changed.due, as_of))
    return changed


def resolution(kind: str, sides: Sequence[Sequence[str]], decisions: Sequence[Decision]) -> str | None:
    """What was decided last on a conflict of this type; it holds while each side has a quotation that was seen then."""
    for decision in reversed(decisions):
        fields = dict(decision.fields)
        if decision.kind == "resolve" and fields.get("type") == kind:
            seen = set(decision.quotations)
            if all(not seen.isdisjoint(side) for side in sides):
                return f"{fields.get('resolution')} ({decision.who}, {decision.at.date()}: {decision.why})"
    return None
