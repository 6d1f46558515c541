"""Groups of drafts -> conflicts: what cannot all be true (hard), or differs in a way worth knowing (soft).

Silence is no conflict, nor are two words for one time, act or place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Any, Literal, TypeVar

from monazite.ledger.dates import weekday_name
from monazite.ledger.drafts import Fact, Pledge, Step
from monazite.ledger.reconcile import told
from monazite.ledger.scene import Scene, evidence
from monazite.ledger.values import Evidence, Window

__all__ = ["Clash", "fact_clashes", "pledge_clashes", "step_clashes", "weekday_clashes"]

Draft = TypeVar("Draft", Pledge, Step)
# meetings of the same parties further apart than this are different meetings
SAME_MEETING = timedelta(31)


@dataclass(frozen=True, slots=True)
class Clash:
    """A conflict before its claims have ids: `groups` are the indices of the groups it is between."""

    type: str
    severity: Literal["hard", "soft"]
    groups: tuple[int, ...]
    evidence: tuple[Evidence, ...]
    explanation: str
    resolution: str | None = None


def _reports(drafts: Iterable[Pledge | Step | Fact]) -> frozenset[str]:
    return frozenset(d.evidence.report for d in drafts)


def fact_clashes(groups: Sequence[Sequence[Fact]]) -> Iterator[Clash]:
    """Places, days, rounds and visits that do not fit together for one meeting."""
    for (i, a), (j, b) in combinations(enumerate(groups), 2):
        if (
            a[0].fact != b[0].fact
            or a[0].about != b[0].about
            or _reports(a) & _reports(b)  # one report that says both speaks of two things
        ):
            continue
        if not _same_meeting(groups, a, b):
            continue
        said = _fact_difference(a[0].fact, a, b)
        if said is None:
            continue
        kind, explanation = said
        extra = _support(groups, a, b) if kind == "place" else ()
        quotes = _unique((*told(a), *told(b), *extra))
        yield Clash(kind, "hard", (i, j), quotes, explanation, _resolve(kind, a, b, extra))


def _same_meeting(groups: Sequence[Sequence[Fact]], a: Sequence[Fact], b: Sequence[Fact]) -> bool:
    """Whether two groups can speak of one meeting: no differing round, no days far apart."""
    if a[0].fact == "visit_period":
        return True
    rounds_a, rounds_b = (_values(groups, g, "round") for g in (a, b))
    if a[0].fact != "round" and rounds_a and rounds_b and not rounds_a & rounds_b:
        return False
    days_a, days_b = (
        {date.fromisoformat(v["resolved"]) for v in _facts(groups, g, "date") if v["resolved"]} for g in (a, b)
    )
    return not days_a or not days_b or min(abs(x - y) for x in days_a for y in days_b) <= SAME_MEETING


def _facts(groups: Sequence[Sequence[Fact]], of: Sequence[Fact], fact: str) -> list[Any]:
    reports = _reports(of)
    return [f.value for g in groups for f in g if f.fact == fact and f.evidence.report in reports]


def _values(groups: Sequence[Sequence[Fact]], of: Sequence[Fact], fact: str) -> set[Any]:
    return set(_facts(groups, of, fact))


def _fact_difference(fact: str, a: Sequence[Fact], b: Sequence[Fact]) -> tuple[str, str] | None:
    if fact == "place":
        one, two = (_best(g)["city"] or _best(g)["iso3"] for g in (a, b))
        countries = {_best(a)["iso3"], _best(b)["iso3"]} - {None}
        return (
            ("place", f"The same meeting is placed in {one} ({_named(a)}) and in {two} ({_named(b)}).")
            if len(countries) == 2 or None not in (_best(a)["city"], _best(b)["city"])
            else None
        )
    if fact == "round" and _reports(a) != _reports(b):
        return (
            "round",
            f"The meeting is called number {a[0].value} ({_named(a)}) and number {b[0].value} ({_named(b)}).",
        )
    if fact == "date":
        one, two = (next((f.value["date"] for f in g if f.value["date"]), None) for g in (a, b))
        if one and two and one != two:
            return "date", f"The meeting is dated {one} ({_named(a)}) and {two} ({_named(b)})."
    if fact == "visit_period" and a[0].value["where"] == b[0].value["where"] and _same_visitor(a, b):
        for end, word in (("to", "end"), ("from", "begin")):
            one, two = a[0].value[end], b[0].value[end]
            if one and two and one != two and abs(date.fromisoformat(one) - date.fromisoformat(two)) <= SAME_MEETING:
                return "date", f"The visit is said to {word} on {one} ({_named(a)}) and on {two} ({_named(b)})."
    return None


def _same_visitor(a: Sequence[Fact], b: Sequence[Fact]) -> bool:
    one, two = a[0].value["who"], b[0].value["who"]
    return one is None or two is None or one.split()[-1] == two.split()[-1]


def _best(group: Sequence[Fact]) -> Any:
    return max((f.value for f in group), key=lambda v: (sum(x is not None for x in v.values()), repr(v)))


def _named(drafts: Sequence[Pledge | Step | Fact]) -> str:
    return ", ".join(sorted(_reports(drafts)))


def _support(groups: Sequence[Sequence[Fact]], a: Sequence[Fact], b: Sequence[Fact]) -> tuple[Evidence, ...]:
    """Quotations of visits that say in which of two countries somebody was."""
    places = {_best(a)["iso3"], _best(b)["iso3"]}
    visits = [
        f
        for g in groups
        for f in g
        if f.fact == "visit_period" and f.about == a[0].about and f.value["where"] in places
    ]
    return told(visits)


def _resolve(kind: str, a: Sequence[Fact], b: Sequence[Fact], extra: Sequence[Evidence]) -> str | None:
    """What independent reports support: more of them, or a date whose weekday fits; None where nothing decides."""
    wrong = [bool(f.mismatch) for g in (a, b) for f in g[:1]]
    if kind == "date" and wrong[0] != wrong[1]:
        good = b if wrong[0] else a
        value = good[0].value.get("to") or good[0].value.get("date") or good[0].value.get("from")
        return f"{value}: the other date does not fall on the weekday it is given"
    witnesses = [{e.text: e.report for e in told(g)} for g in (a, b)]
    counts = [len(set(w.values())) for w in witnesses]
    if kind == "place":
        for index, group in enumerate((a, b)):
            counts[index] = len({*witnesses[index].values(), *(e.report for e in extra if _supports(group, extra, e))})
    if counts[0] == counts[1]:
        return None
    winner = a if counts[0] > counts[1] else b
    value = winner[0].value
    label = (
        (_best(winner)["city"] or _best(winner)["iso3"])
        if kind == "place"
        else value
        if kind == "round"
        else value.get("date") or value.get("to")
    )
    return f"{label}: {max(counts)} of {sum(counts)} reports"


def _supports(group: Sequence[Fact], extra: Sequence[Evidence], quote: Evidence) -> bool:
    return quote.report in {f.evidence.report for f in group} or quote.report not in {e.report for e in extra}


def _unique(quotes: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(sorted(set(quotes), key=lambda e: (e.report, e.start, e.end)))


def weekday_clashes(scenes: Sequence[Scene]) -> Iterator[Clash]:
    """Dates that do not fall on the weekday they are given."""
    for scene in scenes:
        for passage in scene.passages:
            for dated in passage.dates:
                if not dated.mismatch or dated.day is None:
                    continue
                near = [
                    dated.day + timedelta(d)
                    for d in (-10, 10, -1, 1, -20, 20)
                    if weekday_name(dated.day + timedelta(d)) == dated.weekday
                ]
                fits = f"; {near[0].isoformat()} is a {dated.weekday}" if near else ""
                yield Clash(
                    "weekday",
                    "hard",
                    (),
                    (evidence(scene, passage, dated.start, dated.end),),
                    f"{dated.window.text!r}: {dated.day.isoformat()} is a {weekday_name(dated.day)}{fits}.",
                    f"perhaps {near[0].isoformat()}" if near else None,
                )


def pledge_clashes(groups: Sequence[Sequence[Pledge]]) -> Iterator[Clash]:
    """Reports that differ on how firm an undertaking is, its number, due time or size, or whether it is new."""
    for i, group in enumerate(groups):
        if len(_reports(group)) > 1:
            yield from _status_clash(i, group)
            yield from _number_clash(i, group)
            yield from _window_clash(i, group, "due")
            yield from _amount_clash(i, group)


def _status_clash(i: int, group: Sequence[Pledge]) -> Iterator[Clash]:
    soft = _reports(p for p in group if p.status == "under_discussion")
    gone = _reports(p for p in group if p.status == "dropped")
    firm = _reports(p for p in group if p.status not in ("under_discussion", "dropped")) - soft - gone
    launched = _reports(p for p in group if p.status == "launched")
    if gone and firm:
        yield Clash("status", "hard", (i,), told(group), f"Given up in {_list(gone)}, standing in {_list(firm)}.")
    elif soft and firm:
        explanation = f"Decided in {_list(firm)}, only under discussion in {_list(soft)}."
        advice = "hold it as under discussion until it is confirmed"
        yield Clash("status", "soft", (i,), told(group), explanation, advice)
    elif launched and launched < _reports(group):
        explanation = f"Launched in {_list(launched)}, decided or planned in {_list(_reports(group) - launched)}."
        advice = "launched, as announced; a first meeting is not reported"
        yield Clash("status", "soft", (i,), told(group), explanation, advice)


def _number_clash(i: int, group: Sequence[Pledge]) -> Iterator[Clash]:
    rounds = {p.evidence.report: p.round for p in group if p.round}
    numbers = ", ".join(f"{n} ({r})" for r, n in sorted(rounds.items()))
    if len(set(rounds.values())) > 1:
        yield Clash(
            "round", "hard", (i,), told(p for p in group if p.round), f"It is given different numbers: {numbers}."
        )
    elif rounds and max(rounds.values()) > 1 and (others := _reports(group) - rounds.keys()):
        explanation = f"Number {numbers} of its kind; {_list(others)} does not say that it existed before."
        advice = f"number {max(rounds.values())}: the specific statement"
        yield Clash("novelty", "soft", (i,), told(group), explanation, advice)


def _list(reports: Iterable[str]) -> str:
    return ", ".join(sorted(reports))


def _apart(a: Window | None, b: Window | None) -> bool:
    """Whether two times have no day in common."""
    if a is None or b is None or not (a.start and a.end and b.start and b.end):
        return False
    return a.end < b.start or b.end < a.start


def _window_clash(i: int, group: Sequence[Draft], field: str) -> Iterator[Clash]:
    """Two reports that give times with no day in common: the first such pair."""
    for a, b in combinations(group, 2):
        one, two = getattr(a, field), getattr(b, field)
        if a.evidence.report != b.evidence.report and _apart(one, two):
            explanation = (
                f"{field.capitalize()} {one.text!r} ({a.evidence.report}) or {two.text!r} ({b.evidence.report})."
            )
            yield Clash("date", "hard", (i,), told((a, b)), explanation)
            return


def _amount_clash(i: int, group: Sequence[Pledge] | Sequence[Step]) -> Iterator[Clash]:
    """One number of a unit in one report, another of the same unit in the other."""
    drafts: list[Pledge | Step] = list(group)
    for a, b in combinations(drafts, 2):
        if a.evidence.report == b.evidence.report:
            continue
        for unit in sorted({u for u, _ in a.amounts} & {u for u, _ in b.amounts}):
            one, two = ({n for u, n in x.amounts if u == unit} for x in (a, b))
            if len(one) == len(two) == 1 and one != two:
                x, y = one.pop(), two.pop()
                explanation = f"{x:,.10g} {unit} ({a.evidence.report}) or {y:,.10g} {unit} ({b.evidence.report})."
                yield Clash("amount", "hard", (i,), told((a, b)), explanation)
                return


def step_clashes(groups: Sequence[Sequence[Step]]) -> Iterator[Clash]:
    """Measures denied by one report and told by another, or told with other dates and numbers."""
    for i, group in enumerate(groups):
        yield from _amount_clash(i, group)
        yield from _window_clash(i, group, "effective")
        yield from _window_clash(i, group, "ended")
    for (i, one), (j, two) in combinations(enumerate(groups), 2):
        if (one[0].status == "denied") != (two[0].status == "denied") and any(_denies(x, y) for x in one for y in two):
            yes, no = (two, one) if one[0].status == "denied" else (one, two)
            explanation = f"The measure is told in {_named(yes)} and denied in {_named(no)}."
            yield Clash("status", "hard", (i, j), _unique((*told(one), *told(two))), explanation)


def _denies(a: Step, b: Step) -> bool:
    goods = not a.goods or not b.goods or any(x in y or y in x for x in a.goods for y in b.goods)
    targets = not a.target or not b.target or bool(set(a.target) & set(b.target))
    return bool(set(a.imposer) & set(b.imposer)) and goods and targets and a.measure[:6] == b.measure[:6]
