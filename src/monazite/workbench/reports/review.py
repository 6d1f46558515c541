"""A reviewer's words -> a decision on record: ids or their beginnings to claims, texts to values of fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime

from monazite.core.errors import UsageError
from monazite.core.gazetteer import fold
from monazite.ledger.claims.decisions import Decision, Kind, Value
from monazite.ledger.claims.life import STAGES
from monazite.ledger.claims.state import State, state_of
from monazite.ledger.reading.dates import find_dates
from monazite.ledger.values import Claim, Commitment, Measure, Window
from monazite.record.keep import Kept, decision_note, kept
from monazite.record.log import append, entries, open_log
from monazite.reference.store import gazetteer, open_store

__all__ = ["Request", "decide", "find_claim"]

_Worded = tuple[tuple[str, ...], tuple[tuple[str, Value], ...]]
_ACTORS = {"actors", "partners", "imposer", "target"}
_FIXED = {"id", "kind", "evidence", "context", "standing"}
_STATUSES = {Commitment: tuple(STAGES), Measure: ("in_force", "announced", "ended", "denied")}


@dataclass(frozen=True, slots=True)
class Request:
    """A decision as its maker words it: `names` are ids or their beginnings.

    `answer` is the resolution of a conflict; `fields` are what `correct` sets, `on` the day from which it holds.
    """

    kind: Kind
    names: tuple[str, ...]
    who: str
    why: str
    answer: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    on: date | None = None


def decide(where: str, asked: Request, at: datetime) -> Decision:
    """Put a decision on record.

    :raises UsageError: for a name that fits no claim or several, and for what cannot be decided so.
    """
    with open_log(where) as log:
        held = kept(entries(log))
        state = state_of(held.readings, at.date(), held.decisions)
        named, values = _WORDED[asked.kind](asked, state, held)
        decision = Decision(asked.kind, named, asked.who, at, asked.why, values, asked.on)
        append(log, [decision_note(decision)], asked.who, at)
    return decision


def find_claim(state: State, name: str) -> Claim:
    """The claim whose id, or a quotation's id, begins like this.

    :raises UsageError: if there is none, or more than one.
    """
    claims = {c.id: c for c in state.ledger.claims}
    return claims[_only(name, (c for c in claims if any(i.startswith(name) for i in (c, *state.quotations[c]))))]


def _only(name: str, ids: Iterable[str]) -> str:
    found = sorted(ids) if name else []
    if not found:
        raise UsageError(
            name or "''", "nothing on record has this id", "see monazite record show; its beginning is enough"
        )
    if len(found) > 1:
        raise UsageError(name, f"{len(found)} ids begin so: {', '.join(found[:4])}", "give more of it")
    return found[0]


def _claims(asked: Request, state: State) -> list[Claim]:
    return list({c.id: c for c in (find_claim(state, name) for name in asked.names)}.values())


def _whole(claims: Iterable[Claim], state: State) -> tuple[str, ...]:
    return tuple(q for claim in claims for q in state.quotations[claim.id])


def _accept(asked: Request, state: State, held: Kept) -> _Worded:
    """Claims as they stand, or what was rejected before."""
    named: list[str] = []
    for name in asked.names:
        rejected = (d for d in held.decisions if d.kind == "reject" and any(q.startswith(name) for q in d.quotations))
        back = next(rejected, None) if name else None
        named += back.quotations if back is not None else _whole([find_claim(state, name)], state)
    return tuple(named), ()


def _reject(asked: Request, state: State, _: Kept) -> _Worded:
    return _whole(_claims(asked, state), state), ()


def _merge(asked: Request, state: State, _: Kept) -> _Worded:
    claims = _claims(asked, state)
    if len(claims) < 2 or len({c.kind for c in claims}) > 1:
        raise UsageError(" ".join(asked.names), "these are not two claims of one kind", "name two of one kind or more")
    return _whole(claims, state), ()


def _split(asked: Request, state: State, _: Kept) -> _Worded:
    """Quotations that stand apart from the rest of their claim."""
    every = {q: c.id for c in state.ledger.claims for q in state.quotations[c.id]}
    named = tuple(_only(name, (q for q in every if q.startswith(name))) for name in asked.names)
    for claim in {every[q] for q in named}:
        if set(state.quotations[claim]) <= set(named):
            what = "these are all of its quotations"
            raise UsageError(claim, what, "name those that belong apart; monazite record history shows their ids")
    return named, ()


def _resolve(asked: Request, state: State, _: Kept) -> _Worded:
    if not asked.answer.strip():
        raise UsageError("--answer", "is empty", "say what holds")
    known = {c.id: c.type for c in state.ledger.conflicts}
    named = [_only(name, (c for c in known if c.startswith(name))) for name in asked.names]
    if len(kinds := {known[n] for n in named}) != 1:
        raise UsageError(" ".join(asked.names), "these are conflicts of several types", "resolve them one by one")
    return tuple(q for n in named for q in state.quotations[n]), (("type", kinds.pop()), ("resolution", asked.answer))


def _correct(asked: Request, state: State, _: Kept) -> _Worded:
    claims = _claims(asked, state)
    if len(claims) != 1 or not isinstance(claims[0], Commitment | Measure):
        what = "a correction is of one commitment or measure"
        raise UsageError(" ".join(asked.names), what, "name one; what is wrong with an event can be rejected")
    claim = claims[0]
    types = {f.name: str(f.type) for f in fields(claim) if f.name not in _FIXED}
    if asked.on is not None:
        types = {n: types[n] for n in ("status", "due") if isinstance(claim, Commitment)}
    if not asked.fields or (unknown := sorted({n for n, _ in asked.fields} - set(types))):
        what = f"{', '.join(unknown)} cannot be set" if asked.fields else "no field is set"
        since = " from a day on" if asked.on else ""
        raise UsageError(claim.id, what + since, f"a {claim.kind} has {', '.join(types)}; write --set FIELD=VALUE")
    return _whole(claims, state), tuple((n, _value(n, types[n], text, claim, asked)) for n, text in asked.fields)


def _value(name: str, kind: str, text: str, claim: Commitment | Measure, asked: Request) -> Value:
    if name == "status" and text not in _STATUSES[type(claim)]:
        raise UsageError(f"status {text!r}", "is none", f"one of {', '.join(_STATUSES[type(claim)])}")
    if kind.startswith("Window"):
        return _window(text, asked.on) if text else None
    if kind.startswith("tuple"):
        parts = [p.strip() for p in text.split("|") if p.strip()]
        return _codes(parts) if name in _ACTORS else tuple(parts)
    return text or (None if "None" in kind else "")


def _window(text: str, on: date | None) -> Window:
    """A time as a report would word it, or its first and last day as 2027-01-01/2027-06-30."""
    try:
        days = [date.fromisoformat(part) for part in text.split("/")]
    except ValueError:
        found = find_dates(text, on)
        if len(found) != 1 or found[0].window.start is None:
            raise UsageError(
                f"due {text!r}", "is no time", "write 2027-03-01, 2027-01-01/2027-06-30 or 'early 2027'"
            ) from None
        return found[0].window
    return Window(text, min(days), max(days))


def _codes(names: Iterable[str]) -> tuple[str, ...]:
    """Governments as ISO codes, coalitions as themselves."""
    with open_store() as store:
        known = gazetteer(store)
    coalitions = {fold(n): c.id for c in known.coalitions for n in (c.id, c.name, *c.aliases)}
    return tuple(coalitions.get(fold(name)) or known.country(name).iso3 for name in names)


_WORDED: dict[Kind, Callable[[Request, State, Kept], _Worded]] = {
    "accept": _accept,
    "reject": _reject,
    "merge": _merge,
    "split": _split,
    "resolve": _resolve,
    "correct": _correct,
}
