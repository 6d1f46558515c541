"""Groups of drafts -> conflicts: what cannot all be true (hard), or differs in a way worth knowing (soft).

Silence is no conflict, nor are two words for one time, act or place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Any, Literal, TypeVar

from monazite.ledger.drafts import Fact, Pledge, Slip, Step
from monazite.ledger.life import apart, spells
from monazite.ledger.merge import same_person
from monazite.ledger.reconcile import complete, told
from monazite.ledger.values import Evidence

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


def fact_clashes(groups: Sequence[Sequence[Fact]], origin: Mapping[str, str]) -> Iterator[Clash]:
    """Places, days, rounds and visits that do not fit together for one meeting; `origin`: whose word a report is."""
    alike, said = defaultdict[Any, list[int]](list), defaultdict[str, list[Fact]](list)
    for i, group in enumerate(groups):
        alike[group[0].fact, group[0].about].append(i)
        for fact in group:
            said[fact.evidence.report].append(fact)
    for i, j in (pair for same in alike.values() for pair in combinations(same, 2)):
        a, b = groups[i], groups[j]
        # one report that says both speaks of two things
        explanation = None if _reports(a) & _reports(b) or not _same_meeting(said, a, b) else _difference(a, b)
        if explanation is not None:
            place = a[0].fact == "place"
            extra = _visits((groups[v] for v in alike.get(("visit_period", a[0].about), ())), a, b) if place else ()
            kind = a[0].fact if place or a[0].fact == "round" else "date"
            quotes = _unique((*told(a), *told(b), *extra))
            yield Clash(kind, "hard", (i, j), quotes, explanation, _resolve(kind, (a, b), extra, origin))


def _same_meeting(said: Mapping[str, Sequence[Fact]], a: Sequence[Fact], b: Sequence[Fact]) -> bool:
    """Whether two groups can speak of one meeting: no differing round, no days far apart."""
    if a[0].fact == "visit_period":
        return True
    rounds = [set(_values(said, g, "round")) for g in (a, b)]
    if a[0].fact != "round" and all(rounds) and not rounds[0] & rounds[1]:
        return False
    days = [[date.fromisoformat(v["resolved"]) for v in _values(said, g, "date") if v["resolved"]] for g in (a, b)]
    return not all(days) or min(abs(x - y) for x in days[0] for y in days[1]) <= SAME_MEETING


def _values(said: Mapping[str, Sequence[Fact]], of: Sequence[Fact], fact: str) -> list[Any]:
    """What the reports of a group say of another fact."""
    return [f.value for report in sorted(_reports(of)) for f in said[report] if f.fact == fact]


def _difference(a: Sequence[Fact], b: Sequence[Fact]) -> str | None:
    """How two groups differ in what one meeting can only have one of; None where both can be true."""
    one, two = (_best(g) for g in (a, b))
    if a[0].fact == "place":
        apart = None not in (one["city"], two["city"]) or len({one["iso3"], two["iso3"]} - {None}) == 2
        at = [f"in {_label(g)} ({_named(g)})" for g in (a, b)]
        return f"The same meeting is placed {at[0]} and {at[1]}." if apart else None
    if a[0].fact == "round":
        return f"The meeting is called number {one} ({_named(a)}) and number {two} ({_named(b)})."
    if a[0].fact == "date" and one["date"] and two["date"] and one["date"] != two["date"]:
        return f"The meeting is dated {one['date']} ({_named(a)}) and {two['date']} ({_named(b)})."
    if a[0].fact == "visit_period" and one["where"] == two["where"] and same_person(a[0], b[0]):
        for end, word in (("to", "end"), ("from", "begin")):
            days = one[end], two[end]
            if all(days) and 0 < abs((date.fromisoformat(days[0]) - date.fromisoformat(days[1])).days) <= 31:
                return f"The visit is said to {word} on {days[0]} ({_named(a)}) and on {days[1]} ({_named(b)})."
    return None


def _best(group: Sequence[Fact]) -> Any:
    """The most complete value of a group."""
    return max((f.value for f in group), key=complete)


def _label(group: Sequence[Fact]) -> Any:
    value = _best(group)
    if not isinstance(value, dict):
        return value
    return next((value[k] for k in ("city", "iso3", "date", "to", "from") if value.get(k)), None)


def _named(drafts: Sequence[Pledge | Step | Fact]) -> str:
    return ", ".join(sorted(_reports(drafts)))


def _visits(visits: Iterable[Sequence[Fact]], a: Sequence[Fact], b: Sequence[Fact]) -> tuple[Evidence, ...]:
    """Quotations of visits that say in which of two countries somebody was."""
    places = {_best(a)["iso3"], _best(b)["iso3"]}
    return told(f for visit in visits for f in visit if f.value["where"] in places)


def _resolve(
    kind: str, groups: tuple[Sequence[Fact], Sequence[Fact]], extra: Sequence[Evidence], origin: Mapping[str, str]
) -> str | None:
    """What independent reports support: a date whose weekday fits, or more of them; None where nothing decides."""
    a, b = groups
    wrong = [bool(g[0].mismatch) for g in groups]
    if kind == "date" and wrong[0] != wrong[1]:
        return f"{_label(b if wrong[0] else a)}: the other date does not fall on the weekday it is given"
    # a text printed by two reports is one witness, a copy is none; a visit to the country speaks for the place
    said = [set({e.text: e.report for e in told(g)}.values()) | _visitors(g, extra) for g in groups]
    counts = [len({origin.get(report, report) for report in reports}) for reports in said]
    if counts[0] == counts[1]:
        return None
    word = "independent reports" if sum(counts) < len(_reports(a) | _reports(b)) else "reports"
    return f"{_label(a if counts[0] > counts[1] else b)}: {max(counts)} of {sum(counts)} {word}"


def _visitors(group: Sequence[Fact], extra: Sequence[Evidence]) -> set[str]:
    return {e.report for e in extra if e.report in _reports(group)}


def _unique(quotes: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(sorted(set(quotes), key=lambda e: (e.report, e.start, e.end)))


def weekday_clashes(slips: Iterable[Slip]) -> Iterator[Clash]:
    """Dates that do not fall on the weekday they are given."""
    for slip in slips:
        advice = f"perhaps {slip.fits}" if slip.fits else None
        yield Clash("weekday", "hard", (), (slip.evidence,), slip.explanation, advice)


def pledge_clashes(groups: Sequence[Sequence[Pledge]], days: Mapping[str, date]) -> Iterator[Clash]:
    """Reports that differ on how firm an undertaking is, its number, due time or size, or whether it is new.

    Reports of the same days only (`days`: by report id), but for the size: what later reports say moves the rest.
    """
    for i, group in enumerate(groups):
        if len(_reports(group)) > 1:
            for spell in spells(group, days):
                yield from _status_clash(i, spell)
                yield from _number_clash(i, spell)
                yield from _window_clash(i, [p for p in spell if p.status == "delayed"] or spell, "due")
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


def _window_clash(i: int, group: Sequence[Draft], field: str) -> Iterator[Clash]:
    """Two reports that give times with no day in common: the first such pair."""
    for a, b in combinations(group, 2):
        one, two = getattr(a, field), getattr(b, field)
        if a.evidence.report != b.evidence.report and apart(one, two):
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
    denials = [n for n, group in enumerate(groups) if group[0].status == "denied"]
    for i, j in (sorted((n, m)) for n in denials for m, group in enumerate(groups) if group[0].status != "denied"):
        one, two = groups[i], groups[j]
        if any(_denies(x, y) for x in one for y in two):
            yes, no = (two, one) if one[0].status == "denied" else (one, two)
            explanation = f"The measure is told in {_named(yes)} and denied in {_named(no)}."
            severity: Literal["hard", "soft"] = "soft" if _reports(yes) == _reports(no) else "hard"  # both sides heard
            yield Clash("status", severity, (i, j), _unique((*told(one), *told(two))), explanation)


def _denies(a: Step, b: Step) -> bool:
    apart = a.evidence.report != b.evidence.report
    if apart and (a.day is None or b.day is None or abs(a.day - b.day) > SAME_MEETING):
        return False
    goods = not a.goods or not b.goods or any(x in y or y in x for x in a.goods for y in b.goods)
    targets = not a.target or not b.target or bool(set(a.target) & set(b.target))
    return bool(set(a.imposer) & set(b.imposer)) and goods and targets and a.measure[:6] == b.measure[:6]
