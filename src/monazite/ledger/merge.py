"""Drafts of all reports -> groups that speak of one thing. Slots decide, not likeness of wording."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import TypeVar

from monazite.ledger.drafts import Fact, Pledge, Step
from monazite.ledger.life import SAME_DAYS, apart

__all__ = [
    "fact_signs",
    "grouped",
    "pledge_signs",
    "same_fact",
    "same_person",
    "same_pledge",
    "same_step",
    "step_signs",
]

T = TypeVar("T")
_WORD = re.compile(r"\w+")
FAR = timedelta(400)
"""Reports this far apart tell of two measures."""
_SIGNS = frozenset({"sign", "ink", "conclude", "seal", "exchange", "strike", "finalise", "finalize", "clinch", "adopt"})
# words that tell no agreement from another
_PLAIN = frozenset({"agreement", "deal", "pact", "accord", "document", "memorandum", "understanding", "treaty"})
_MEETINGS = frozenset({"summit", "meeting", "round", "dialogue", "talk", "negotiation", "conference", "forum"})
_TAXES = frozenset({"import_tariff", "anti_dumping", "safeguard"})


def grouped(
    items: Sequence[T],
    same: Callable[[T, T], bool],
    signs: Callable[[T], Iterable[Hashable]],
    place: Callable[[T], Hashable] = id,
) -> list[list[T]]:
    """The items in groups: two are together where a chain of `same` joins them. Order of items is kept.

    Only items that share one of their `signs`, or their `place`, are compared; and of items whose signs are all alike
    only the first: a text that says one thing ten thousand times must not take ten thousand squared comparisons.
    """
    parent = list(range(len(items)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    def join(i: int, j: int) -> None:
        if root(i) != root(j) and same(items[i], items[j]):
            parent[max(root(i), root(j))] = min(root(i), root(j))

    sharing: dict[Hashable, list[int]] = {}
    twins: dict[frozenset[Hashable], int] = {}
    for i, item in enumerate(items):
        marks: frozenset[Hashable] = frozenset(signs(item))
        first = twins.setdefault(marks, i)
        join(i, first)
        told = first != i and root(i) == root(first)
        near = (place(item),) if told else (*marks, place(item))
        for j in sorted({j for mark in near for j in sharing.get(mark, ())}):
            join(i, j)
        for mark in near:
            sharing.setdefault(mark, []).append(i)
    groups: dict[int, list[T]] = {}
    for i, item in enumerate(items):
        groups.setdefault(root(i), []).append(item)
    return list(groups.values())


def pledge_signs(pledge: Pledge) -> Iterator[Hashable]:
    """What two pledges of one undertaking share at least one of, if not the sentence: the sides and a word."""
    sides = frozenset((*pledge.actors, *pledge.partners))
    yield from ((sides, word) for word in pledge.key | pledge.names)
    if not pledge.key:
        yield from ((pledge.actors, word) for word in pledge.heads | pledge.names)
    if pledge.status == "under_discussion":
        yield pledge.evidence.report, pledge.passage
    for fortnight in _fortnights(pledge.day):
        yield from ((pledge.actors, amount, fortnight) for amount in pledge.amounts)
        yield from ((pledge.actors[:1], word, fortnight) for word in pledge.heads)
        if pledge.act in _SIGNS or pledge.key & _MEETINGS:
            yield sides, pledge.act in _SIGNS, fortnight


def step_signs(step: Step) -> Iterator[Hashable]:
    """What two steps of one measure share at least one of: imposer, exports or imports, and a word or the report."""
    flow = step.measure.partition("_")[0]
    yield step.imposer, flow, step.evidence.report
    # the beginning of a word is enough: "magnet" and "magnets"
    yield from {(step.imposer, flow, word[:4]) for good in step.goods for word in _WORD.findall(good)}
    yield from ((step.imposer, flow, fortnight) for fortnight in _fortnights(step.day))


def _fortnights(day: date | None) -> Iterator[tuple[int, int]]:
    """Two fortnights that hold a day: any two days a week apart share one."""
    if day is not None:
        yield 0, day.toordinal() // 14
        yield 1, (day.toordinal() + 7) // 14


def _near(a: Pledge | Step, b: Pledge | Step) -> bool:
    """Whether two reports speak from days so close that they may tell of one event, and need less in common."""
    told_apart = a.evidence.report != b.evidence.report
    return told_apart and a.day is not None and b.day is not None and abs(a.day - b.day) <= SAME_DAYS


def fact_signs(fact: Fact) -> Iterator[Hashable]:
    """What two tellings of one fact share."""
    yield fact.fact, fact.about


def same_pledge(a: Pledge, b: Pledge) -> bool:
    """Whether two sentences undertake the same thing.

    With mechanisms on both sides these decide; without, the same kind of act on the same named thing, or nearly
    the same words.
    """
    sides_a, sides_b = {*a.actors, *a.partners}, {*b.actors, *b.partners}
    if sides_a and sides_b and not sides_a & sides_b:
        return False
    if _near(a, b) and _same_event(a, b):
        return True
    if a.key and b.key:
        return sides_a == sides_b and _same_mechanism(a.key, b.key)
    if bool(a.key) != bool(b.key):
        return (
            a.evidence.report == b.evidence.report
            and a.passage == b.passage
            and bool(a.heads & b.heads)
            and a.heads >= b.heads
            and a.evidence == b.evidence
        )
    if _same_talk(a, b) or _same_wish(a, b):
        return True
    if a.actors != b.actors:
        return False
    if a.amounts & b.amounts and a.classes & b.classes and a.evidence.report != b.evidence.report:
        return True
    share = len(a.heads & b.heads) / max(1, min(len(a.heads), len(b.heads)))
    if a.classes & b.classes and a.names & b.names:
        return len(a.names & b.names) >= 2 or share >= 0.2
    if a.names & b.names and share >= 0.5:
        return True
    overlap = len(a.heads & b.heads) / max(1, len(a.heads | b.heads))
    return bool(a.classes & b.classes or a.act == b.act) and overlap >= 0.5


def _same_event(a: Pledge, b: Pledge) -> bool:
    """Whether reports of the same days tell of one undertaking in other words: one sum, one signing, one meeting to
    come, or the same kind of act on much the same thing."""
    sides_a, sides_b = {*a.actors, *a.partners}, {*b.actors, *b.partners}
    lead = bool({*a.actors} & {*b.actors}) and (sides_a <= sides_b or sides_b <= sides_a)
    if not lead:
        return False
    if any(unit != "%" for unit, _ in a.amounts & b.amounts):
        return True
    signed = a.act in _SIGNS and b.act in _SIGNS and a.status == b.status == "agreed"
    if signed and len(sides_a) > 1 and sides_a == sides_b:
        one, two = ((p.key or p.heads) - _PLAIN - p.names for p in (a, b))
        return bool(one & two) or not (one or two)
    if a.key & _MEETINGS and b.key & _MEETINGS and a.due and b.due and sides_a == sides_b:
        return not apart(a.due, b.due) and (a.round in (None, b.round) or b.round is None)
    known = len(a.heads & b.heads)
    share = known / max(1, min(len(a.heads), len(b.heads)))
    return bool(a.classes & b.classes) and known >= 2 and share >= 0.5 and (not a.key or not b.key or a.key == b.key)


def _same_talk(a: Pledge, b: Pledge) -> bool:
    """Whether the next sentence goes on about what is under discussion: "talks on the transfer are under way"."""
    together = a.evidence.report == b.evidence.report and a.passage == b.passage and a.evidence != b.evidence
    open_ended = a.status == b.status == "under_discussion"
    return together and open_ended and bool({*a.actors, *a.partners} & {*b.actors, *b.partners})


def _same_wish(a: Pledge, b: Pledge) -> bool:
    """Whether one report tells as decided what another tells as wished for: the same sides on the same named thing."""
    one_open = (a.status == "under_discussion") != (b.status == "under_discussion")
    together = {*a.actors, *a.partners} == {*b.actors, *b.partners} and a.evidence.report != b.evidence.report
    return one_open and together and bool(a.names & b.names) and len(a.heads & b.heads) >= 2


def _same_mechanism(a: frozenset[str], b: frozenset[str]) -> bool:
    if a == b:
        return True
    small, large = sorted((a, b), key=len)
    return small <= large and len(small) >= 3 and len(large) - len(small) <= 1


def same_step(a: Step, b: Step) -> bool:
    """Whether two sentences tell of one trade measure: imposer, type, goods and target agree where both name them."""
    if set(a.imposer) != set(b.imposer) or not _same_type(a, b):
        return False
    if a.target and b.target and not set(a.target) & set(b.target):
        return False
    if (a.status == "ended") != (b.status == "ended"):
        return False
    if a.day is not None and b.day is not None and abs(a.day - b.day) > FAR:
        return False
    if not a.goods or not b.goods:
        return (a.evidence.report == b.evidence.report and abs(a.passage - b.passage) <= 2) or _near(a, b)
    return any(x in y or y in x for x in a.goods for y in b.goods)


def _same_type(a: Step, b: Step) -> bool:
    loose = {"restriction", "licence"}
    flow_a, _, kind_a = a.measure.partition("_")
    flow_b, _, kind_b = b.measure.partition("_")
    if a.measure == b.measure or (flow_a == flow_b and {kind_a, kind_b} <= loose):
        return True
    if _near(a, b) and {a.measure, b.measure} <= _TAXES:
        return True
    # "the suspension" told once as a ban and once as a restriction is one measure in one report
    return flow_a == flow_b and a.evidence.report == b.evidence.report and "restriction" in (kind_a, kind_b)


def same_fact(a: Fact, b: Fact) -> bool:
    """Whether two sentences state one fact of one meeting with compatible values."""
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
