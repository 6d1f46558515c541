"""A ledger against a gold annotation -> how much of it was found, how much is false, which fields are right.

A gold record is found by a claim of its kind whose quotation overlaps the record's in the same report; pairs are made
one to one, the best overlap first. A quotation that overlaps no record of its kind is false. Optional records neither
help nor hurt. The shape of the annotation is told in `docs/methods/ledger.md`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from monazite.core.errors import UsageError
from monazite.ledger.values import Claim, Commitment, Conflict, Event, Evidence, Ledger, Measure, Window

__all__ = ["Quality", "evaluate"]

Record = Mapping[str, Any]
_KINDS: dict[str, type[Claim]] = {"commitment": Commitment, "disruption": Measure, "event_fact": Event}


@dataclass(frozen=True, slots=True)
class Quality:
    """How well one kind of claim was read: core records of the annotation, those found, and false quotations.

    `right` are (field, right, asked) over the found core records, asked where the annotation states the field.
    """

    kind: str
    wanted: int
    found: int
    false: int
    right: tuple[tuple[str, int, int], ...] = ()
    missed: tuple[str, ...] = ()

    @property
    def recall(self) -> float | None:
        """Found over wanted; None where nothing is wanted."""
        return self.found / self.wanted if self.wanted else None

    @property
    def precision(self) -> float | None:
        """Found over found and false; None where nothing was told."""
        return self.found / (self.found + self.false) if self.found + self.false else None


def evaluate(ledger: Ledger, gold: Mapping[str, Any]) -> tuple[Quality, ...]:
    """The quality of each kind of claim, of hard contradictions, and of claims that several reports tell.

    :raises UsageError: for an annotation without sources, records and contradictions, or of reports that were not read.
    """
    try:
        files = {s["id"]: str(s["file"]) for s in gold["sources"]}
        records = [dict(r, spans=_spans(r["evidence"], files)) for r in gold["records"] if r["kind"] in _KINDS]
        conflicts = [dict(c, spans=_spans(c["spans"], files)) for c in gold["contradictions"]]
    except (KeyError, TypeError) as error:
        raise UsageError("the annotation", f"lacks {error}", "see docs/methods/ledger.md for its shape") from error
    read = {r.id for r in ledger.reports}
    if unread := sorted(set(files.values()) - read):
        raise UsageError("the annotation", f"is also of {', '.join(unread[:5])}", "read all of its reports")
    where = {name: n for n, members in enumerate(_clusters(gold)) for name in members}
    found: list[Quality] = []
    owner: dict[str, Claim] = {}
    for kind, claims in _KINDS.items():
        of_kind = [r for r in records if r["kind"] == kind]
        told = [c for c in ledger.claims if isinstance(c, claims)]
        pairs, touched = _pairs(of_kind, told)
        owner |= {str(r["id"]): c for r, c in pairs}
        false = {(c.id, e.report) for c in told for e in c.evidence} - touched
        core = [r for r in of_kind if r.get("tier", "core") == "core"]
        hit = [(r, c) for r, c in pairs if r.get("tier", "core") == "core"]
        names = {str(r["id"]) for r, _ in hit}
        missed = tuple(str(r["id"]) for r in core if str(r["id"]) not in names)
        found.append(Quality(_name(claims), len(core), len(hit), len(false), _fields(kind, hit, where), missed))
    return (*found, _contradictions(ledger.conflicts, conflicts), _merges(_clusters(gold), where, owner))


def _clusters(gold: Mapping[str, Any]) -> list[list[str]]:
    """The names of the records that tell one thing, thing by thing."""
    return [list(map(str, c["members"])) for c in gold.get("clusters", ()) if "members" in c]


def _name(claims: type[Claim]) -> str:
    return f"{claims.__name__.lower()}s"


def _spans(evidence: Iterable[Record], files: Mapping[str, str]) -> list[tuple[str, int, int]]:
    return [(files[e["source"]], int(e["start"]), int(e["end"])) for e in evidence]


def _shared(quote: Evidence, span: tuple[str, int, int]) -> int:
    """Characters that a quotation and a span have in common."""
    same = quote.report == span[0]
    return max(0, min(quote.end, span[2]) - max(quote.start, span[1])) if same else 0


def _pairs(
    records: Sequence[Record], claims: Sequence[Claim]
) -> tuple[list[tuple[Record, Claim]], set[tuple[str, str]]]:
    """Records with the claim that tells them, and the (claim, report) that overlap any record."""
    candidates = []
    for n, record in enumerate(records):
        for claim in claims:
            hits = [(e, s) for e in claim.evidence for s in record["spans"] if _shared(e, s)]
            if not hits or (isinstance(claim, Event) and claim.fact != str(record.get("fact")).replace("-", "_")):
                continue
            tight = max(_shared(e, s) / (e.end - e.start) for e, s in hits)
            candidates.append((_likeness(record, claim) + tight, n, claim, hits[0][0].report))
    candidates.sort(key=lambda c: (-c[0], c[1], c[2].id))
    pairs: dict[int, Claim] = {}
    used: set[tuple[str, str]] = set()
    for _, n, claim, report in candidates:
        if n not in pairs and (claim.id, report) not in used:
            pairs[n] = claim
            used.add((claim.id, report))
    return [(records[n], c) for n, c in sorted(pairs.items())], {(c.id, report) for _, _, c, report in candidates}


def _likeness(record: Record, claim: Claim) -> float:
    """The share of words that what is undertaken or restricted has in common."""
    one = " ".join([str(record.get("object") or ""), *map(str, record.get("goods") or ())])
    two = " ".join([getattr(claim, "object", ""), *getattr(claim, "goods", ())])
    a, b = (set(re.findall(r"[a-z]{4,}", text.lower())) for text in (one, two))
    return len(a & b) / max(1, len(a | b))


def _fields(
    kind: str, hits: Sequence[tuple[Record, Any]], where: Mapping[str, int]
) -> tuple[tuple[str, int, int], ...]:
    """How many of the stated fields are right; where reports of one thing give it several days, a claim has one."""
    right, asked = Counter[str](), Counter[str]()
    for record, claim in hits:
        one = where.get(str(record["id"]))
        kin = [
            r for r, c in hits if c is claim and r is not record and one is not None and where.get(str(r["id"])) == one
        ]
        for name, check in _CHECKS[kind].items():
            if (verdict := check(record, claim)) is not None:
                asked[name] += 1
                right[name] += verdict or (name in _TIMES and any(check(r, claim) for r in kin))
    return tuple((name, right[name], asked[name]) for name in _CHECKS[kind] if asked[name])


def _sides(record: Record, claim: Commitment) -> bool:
    wanted = [
        set(record.get("actors") or ()) | set(record.get("partner") or ()),
        *map(set, record.get("actors_alt") or ()),
    ]
    return {*claim.actors, *claim.partners} in wanted


def _window(name: str) -> Callable[[Record, Any], bool | None]:
    def check(record: Record, claim: Any) -> bool | None:
        wanted, told = record.get(name), getattr(claim, name)
        return _same_time(wanted, told) if wanted else None

    return check


def _same_time(wanted: Record, told: Window | None) -> bool:
    """Whether a time is the one annotated: of a deadline the last day; what is counted may count its first day, and
    "from June" may be June or its first day."""
    if told is None:
        return False
    days = [date.fromisoformat(day) if (day := wanted.get(end)) else None for end in ("start", "end")]
    if [told.start, told.end] == days:
        return True
    if told.end is None or days[1] is None:
        return False
    words = str(wanted.get("text") or "")
    if _DEADLINE.match(words) or _DEADLINE.match(told.text):
        return told.end == days[1]
    if told.start == days[0] and told.start is not None and told.start.day == 1:
        return min(told.end, days[1]) == told.start and max(told.end, days[1]) - told.start < timedelta(31)
    counted = _COUNTED.search(words) is not None and _COUNTED.search(told.text) is not None
    return counted and told.start == told.end and abs(told.end - days[1]) <= timedelta(1)


def _same(name: str) -> Callable[[Record, Any], bool | None]:
    def check(record: Record, claim: Any) -> bool | None:
        wanted, told = record.get(name), getattr(claim, name)
        if isinstance(wanted, list):
            return sorted(wanted) == sorted(told)
        return None if wanted is None else bool(wanted == told)

    return check


def _goods(record: Record, claim: Measure) -> bool | None:
    wanted = {str(g).lower().rstrip("s") for g in record.get("goods") or ()}
    return bool(wanted & {g.lower().replace("-", " ").rstrip("s") for g in claim.goods}) if wanted else None


_TIMES = frozenset({"due", "announced", "effective", "ended"})
_DEADLINE = re.compile(r"(?:by|before|until|till|(?:no|not) later than|within)\b", re.IGNORECASE)
# "for four months" from the 22nd: to the 21st or to the 22nd
_COUNTED = re.compile(r"\b(?:day|week|month|year)s?\b", re.IGNORECASE)
_CHECKS: dict[str, dict[str, Callable[[Record, Any], bool | None]]] = {
    "commitment": {"sides": _sides, "due": _window("due"), "status": _same("status")},
    "disruption": {
        **{name: _same(name) for name in ("imposer", "target", "measure")},
        "goods": _goods,
        **{name: _window(name) for name in ("announced", "effective", "ended")},
        **{name: _same(name) for name in ("certainty", "status")},
    },
    "event_fact": {},
}


def _contradictions(conflicts: Sequence[Conflict], gold: Sequence[Record]) -> Quality:
    """Hard contradictions: found where one conflict quotes each report that differs; false where none is near."""
    hard = [c for c in gold if c["severity"] == "hard" and c["spans"]]
    told = [c for c in conflicts if c.severity == "hard"]
    missed = [str(g["id"]) for g in hard if not any(_covers(c, g) for c in conflicts)]
    near = (any(_shared(e, s) for e in c.evidence for g in gold for s in g["spans"]) for c in told)
    return Quality(
        "hard contradictions", len(hard), len(hard) - len(missed), sum(not n for n in near), (), tuple(missed)
    )


def _covers(conflict: Conflict, gold: Record) -> bool:
    reports = {s[0] for s in gold["spans"]}
    return all(any(_shared(e, s) for e in conflict.evidence for s in gold["spans"] if s[0] == r) for r in reports)


def _merges(together: Iterable[Sequence[str]], where: Mapping[str, int], owner: Mapping[str, Claim]) -> Quality:
    """Pairs of found records that several reports tell: one claim, where the annotation says so, and only there."""
    pairs = [(a, b) for m in together for a, b in combinations(m, 2) if a in owner and b in owner]
    known = [name for name in owner if name in where]
    wrong = sum(owner[a] is owner[b] and where[a] != where[b] for a, b in combinations(known, 2))
    parted = tuple(f"{a} {b}" for a, b in pairs if owner[a] is not owner[b])
    return Quality("claims told by several reports", len(pairs), len(pairs) - len(parted), wrong, (), parted)
