"""Drafts of all reports -> groups that speak of one thing. Slots decide, not likeness of wording."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import TypeVar

from monazite.ledger.claims.life import SAME_DAYS
from monazite.ledger.claims.likeness import (
    MEETINGS,
    SIGNS,
    TAXES,
    VETO,
    common_stems,
    held_office,
    kinds_of,
    pledge_likeness,
    stems,
)
from monazite.ledger.drafts import Fact, Pledge, Step
from monazite.ledger.reading.dates import MONTHS
from monazite.ledger.reading.quantities import quantities
from monazite.ledger.values import UNCLEAR

__all__ = [
    "companions",
    "fact_signs",
    "grouped",
    "pledge_signs",
    "same_fact",
    "same_person",
    "same_pledge",
    "step_signs",
]

T = TypeVar("T")
_WORD = re.compile(r"\w+")
_TELLING = re.compile(r"\b[A-Z][a-zé-]{2,}|\b\d[\d.,]*\d")
_CALENDAR = frozenset(m.capitalize() for m in (*MONTHS, "The", "And", "But", "For", "They", "Both", "Under"))
NEAREST = 16
"""Where more share a sign, a chain through those between joins the first and the last, as it would without."""


_FEW = 3


def grouped(
    items: Sequence[T],
    likeness: Callable[[T, T], float],
    signs: Callable[[T], Iterable[Hashable]],
    place: Callable[[T], Hashable] = id,
    teller: Callable[[T], Hashable] | None = None,
    fits: Callable[[T, T], bool] | None = None,
) -> list[list[T]]:
    """The items in groups: two are together where a chain of pairs with a `likeness` above nothing joins them.

    The likest pairs are joined first. With a `teller`, what one says in two groups is two things to it: these are not
    joined, however like the one is to another's. With `fits`, two groups are joined only where their first few fit each
    other: what is vague may be one with either of two that differ. Order of items is kept, and changes nothing else.

    Only items that share one of their `signs`, or their `place`, are compared, each with the `NEAREST` before it that
    have the sign; and of items whose signs are all alike only the first: a text that says one thing ten thousand times
    must not take ten thousand squared comparisons.
    """
    parent = list(range(len(items)))
    own = [{teller(item)} if teller else set() for item in items]
    tellers = list(own)
    heads = [[item] for item in items]

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    def join(i: int, j: int) -> None:
        one, two = sorted((root(i), root(j)))
        if one == two or (own[i] != own[j] and tellers[one] & tellers[two]):
            return
        if fits is None or all(fits(x, y) for x in heads[one] for y in heads[two]):
            parent[two] = one
            heads[one] = [*heads[one], *heads[two]][:_FEW]
            tellers[one] = tellers[one] | tellers[two]

    for i, j in _likest(items, likeness, signs, place, teller):
        join(i, j)
    groups: dict[int, list[T]] = {}
    for i, item in enumerate(items):
        groups.setdefault(root(i), []).append(item)
    return list(groups.values())


def _likest(
    items: Sequence[T],
    likeness: Callable[[T, T], float],
    signs: Callable[[T], Iterable[Hashable]],
    place: Callable[[T], Hashable],
    teller: Callable[[T], Hashable] | None,
) -> list[tuple[int, int]]:
    """The pairs of items that are alike: those of one teller first, then the likest."""
    sharing: dict[Hashable, list[int]] = defaultdict(list)
    twins: dict[Hashable, int] = {}
    pairs: list[tuple[bool, float, int, int]] = []

    def compare(i: int, j: int) -> bool:
        like = likeness(items[i], items[j])
        if like > 0:
            pairs.append((teller is not None and teller(items[i]) != teller(items[j]), -like, j, i))
        return like > 0

    for i, item in enumerate(items):
        marks: frozenset[Hashable] = frozenset(signs(item))
        own = {(teller(item), mark) for mark in marks} if teller else set()
        # a twin stands for its like: among all that is told, and among what its own report tells
        near: set[Hashable] = {*marks, *own}
        done = {i}
        for twin, covered in ((marks, marks), ((teller(item), marks) if teller else marks, own)):
            first = twins.setdefault(twin, i)
            if first in done - {i} or (first != i and compare(i, first)):
                near -= covered
            done.add(first)
        near.add(place(item))
        for j in sorted({j for mark in near for j in sharing.get(mark, ())[-NEAREST:]} - done):
            compare(j, i)
        for mark in near:
            sharing[mark].append(i)
    return [(i, j) for _, _, i, j in sorted(pairs)]


def companions(pledges: Iterable[Pledge]) -> Callable[[Pledge, Pledge], bool]:
    """Whether two pledges stand in reports of the same days that share many names and numbers: of one event, then."""
    words = defaultdict[str, set[str]](set)
    for pledge in pledges:
        words[pledge.evidence.report] |= {*_TELLING.findall(pledge.evidence.text)} - _CALENDAR

    @lru_cache(maxsize=2**14)
    def alike(one: str, two: str) -> bool:
        both = len(words[one] & words[two])
        return both >= 3 and both >= 0.3 * min(len(words[one]), len(words[two]))

    def beside(a: Pledge, b: Pledge) -> bool:
        near = a.day is None or b.day is None or abs(a.day - b.day) <= SAME_DAYS
        if a.evidence.report == b.evidence.report or not stems(a.heads) & stems(b.heads):
            return False
        return near and alike(a.evidence.report, b.evidence.report)

    return beside


def pledge_signs(pledge: Pledge) -> Iterator[Hashable]:
    """What two pledges of one undertaking share at least one of, if not the sentence: the sides and a word."""
    sides, words = frozenset((*pledge.actors, *pledge.partners)), stems(pledge.heads | pledge.names | pledge.key)
    yield from ((sides, word) for word in pledge.key | pledge.names)
    # over the years only rare words bring two together, within a fortnight any
    yield from ((pledge.actors, word) for word in words - common_stems())
    yield from ((actor, amount) for actor in pledge.actors[:3] for amount in pledge.amounts if amount[0] != "%")
    if pledge.status == "under_discussion":
        yield pledge.evidence.report, pledge.passage
    yield from (("office", name) for name in held_office(pledge))
    for fortnight in _fortnights(pledge.day):
        for actor in pledge.actors[:3]:
            yield from ((actor, amount, fortnight) for amount in pledge.amounts)
            yield from ((actor, word, fortnight) for word in words)
            yield from ((actor, due, fortnight) for due in _fortnights(pledge.due.end if pledge.due else None))
        if pledge.act in SIGNS or pledge.key & MEETINGS:
            yield sides, pledge.act in SIGNS, fortnight
        yield sides, fortnight
        if pledge.act in SIGNS:
            yield from ((actor, "sign", fortnight) for actor in pledge.actors[:3])


def step_signs(step: Step) -> Iterator[Hashable]:
    """What two steps of one measure share at least one of: imposer, exports or imports, and a word, sum or report."""
    if step.measure == UNCLEAR:
        for flow in ("export", "import"):
            yield from step_signs(replace(step, measure=flow))
        return
    flow = "import" if step.measure in TAXES else step.measure.partition("_")[0]
    # the beginning of a word is enough: "magnet" and "magnets"
    words = {word[:4] for good in step.goods for word in _WORD.findall(good)}
    yield step.imposer, flow, step.evidence.report
    for who in step.imposer[:3]:
        yield from ((who, flow, word) for word in words)
        yield from ((who, flow, kind) for kind in kinds_of(step.goods))
        yield from ((who, flow, amount) for amount in step.amounts if amount[0] != "%")
        yield from ((who, flow, fortnight) for fortnight in _fortnights(step.day))
    # one of the two may not say who imposes it
    yield from ((flow, word, fortnight) for word in words for fortnight in _fortnights(step.day))


def _fortnights(day: date | None) -> Iterator[tuple[int, int]]:
    """Two fortnights that hold a day: any two days a week apart share one."""
    if day is not None:
        yield 0, day.toordinal() // 14
        yield 1, (day.toordinal() + 7) // 14


def fact_signs(fact: Fact) -> Iterator[Hashable]:
    """What two tellings of one fact share."""
    yield fact.fact, fact.about
    value = fact.value if isinstance(fact.value, dict) else {"value": str(fact.value)}
    yield from ((fact.fact, fact.about, name, told) for name, told in value.items() if told)


def same_pledge(a: Pledge, b: Pledge) -> float:
    """How much speaks for two sentences undertaking the same thing; above nothing they do.

    In one report with mechanisms on both sides these decide; without, the same kind of act on the same named thing, or
    nearly the same words.
    """
    if a.evidence.report != b.evidence.report:
        return pledge_likeness(a, b)
    return 1.0 if _restated(a, b) else VETO


def _restated(a: Pledge, b: Pledge) -> bool:
    sides_a, sides_b = {*a.actors, *a.partners}, {*b.actors, *b.partners}
    if sides_a and sides_b and not sides_a & sides_b:
        return False
    if a.evidence == b.evidence and a.due and b.due and a.due.end != b.due.end:
        return False  # "to be begun in May and finished in June"
    if a.key and b.key:
        # a body's first meeting is told beside its foundation
        other = ("session" in a.key) != ("session" in b.key) or _other_number(a, b)
        return sides_a == sides_b and _same_mechanism(a.key, b.key) and not other
    if bool(a.key) != bool(b.key):
        return a.passage == b.passage and bool(a.heads & b.heads) and a.heads >= b.heads and a.evidence == b.evidence
    if _same_talk(a, b):
        return True
    if a.actors != b.actors:
        return False
    share = len(a.heads & b.heads) / max(1, min(len(a.heads), len(b.heads)))
    if a.classes & b.classes and a.names & b.names:
        return len(a.names & b.names) >= 2 or share >= 0.2
    if a.names & b.names and share >= 0.5:
        return True
    overlap = len(a.heads & b.heads) / max(1, len(a.heads | b.heads))
    return bool(a.classes & b.classes or a.act == b.act) and overlap >= 0.5


def _other_number(a: Pledge, b: Pledge) -> bool:
    """ "45 agreements" and "31 accords"."""
    one, two = ({q.number for q in quantities(p.object)} for p in (a, b))
    return bool(one and two) and one.isdisjoint(two)


def _same_talk(a: Pledge, b: Pledge) -> bool:
    """Whether the next sentence goes on about what is under discussion: "talks on the transfer are under way"."""
    open_ended = a.status == b.status == "under_discussion"
    together = a.passage == b.passage and a.evidence != b.evidence
    return together and open_ended and bool({*a.actors, *a.partners} & {*b.actors, *b.partners})


def _same_mechanism(a: frozenset[str], b: frozenset[str]) -> bool:
    if a == b:
        return True
    small, large = sorted((a, b), key=len)
    return small <= large and len(small) >= 3 and len(large) - len(small) <= 1


def same_fact(a: Fact, b: Fact) -> float:
    """How much two sentences have in common that state one fact of one meeting; nothing where values do not fit."""
    if not _compatible(a, b):
        return 0.0
    parts = (f.value.items() if isinstance(f.value, dict) else () for f in (a, b))
    shared = {k for k, v in set(next(parts)) & set(next(parts)) if v is not None}
    return 1.0 + len(shared) + 0.5 * (a.evidence.report == b.evidence.report)


def _compatible(a: Fact, b: Fact) -> bool:
    if a.fact != b.fact or a.about != b.about:
        return False
    if a.fact == "round":
        return bool(a.value == b.value)
    if a.fact == "place":
        cities = {a.value["city"], b.value["city"]} - {None}
        return len(cities) <= 1 and a.value["iso3"] == b.value["iso3"]
    if a.fact == "date":
        days = {a.value["resolved"], b.value["resolved"]} - {None}
        weekdays = {a.value["weekday"], b.value["weekday"]} - {None}
        return len(days) <= 1 and (
            len(weekdays) <= 1 or (len(days) == 1 and None not in (a.value["resolved"], b.value["resolved"]))
        )
    if a.fact == "visit_period":
        return all(
            a.value[k] == b.value[k] or None in (a.value[k], b.value[k]) for k in ("where", "from", "to")
        ) and same_person(a, b)
    return bool(_surnames(a) & _surnames(b))


def same_person(a: Fact, b: Fact) -> bool:
    """Whether two visits can be of one person."""
    one, two = a.value["who"], b.value["who"]
    return one is None or two is None or one.split()[-1] == two.split()[-1]


def _surnames(fact: Fact) -> set[str]:
    return {p["name"].split()[-1] for p in fact.value}
