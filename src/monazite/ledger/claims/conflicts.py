"""Groups of drafts -> conflicts: what cannot all be true (hard), or differs in a way worth knowing (soft).

Silence is no conflict, nor are two words for one time, act or place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations, product
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from monazite.ledger.claims.life import SAME_DAYS, apart, spells
from monazite.ledger.claims.likeness import held_office, one_occasion
from monazite.ledger.claims.merge import same_person
from monazite.ledger.claims.reconcile import complete, told
from monazite.ledger.drafts import Fact, Pledge, Slip, Step
from monazite.ledger.reading.dates import MONTHS, find_dates, ordinal
from monazite.ledger.reading.quantities import Quantity, quantities, rounded
from monazite.ledger.values import Evidence, Window

__all__ = ["Clash", "fact_clashes", "pledge_clashes", "step_clashes", "weekday_clashes"]

Draft = TypeVar("Draft", Pledge, Step)
Severity = Literal["hard", "soft"]
_NO_DAYS: Mapping[str, date] = MappingProxyType({})
_NONE: Mapping[str, str] = MappingProxyType({})
_SIGNED = frozenset({"sign", "ink", "seal"})
_SIGNING = re.compile(r"\b(?:sign|signed|signing|ink|inked)\b", re.IGNORECASE)
_NEGOTIATED = re.compile(
    r"\bconclu\w+ (?:of )?(?:the |their )?(?:\w+ )?(?:negotiations|talks)"
    r"|\b(?:negotiations|talks) [^.;]{0,80}\bconcluded\b"
)
_UNTIL = re.compile(r"\b(?:until|till|through|up to)\s+(?:the\s+)?", re.IGNORECASE)
_GIVEN_UP = re.compile(
    r"\b(?:drop|scrap|shelv|abandon|ditch|withdr|axe|strik|struck|remov|reject|delet)\w*\b[^.;]*"
    r"\b(?:plan|proposal|bill|clause|provision|idea|draft)\b",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    r"\b(?:the|its|their) (?P<n>first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d+(?:st|nd|rd|th))"
    r"(?P<name>(?: [a-z][\w-]+){2,5})",
    re.IGNORECASE,
)
_FEW = 8
_REMAINS = re.compile(
    r"\b(?:remain\w*|still|stays?|continues?) (?:\w+ ){0,2}(?:in (?:force|place|effect)|stands?|applies)\b"
    r"|\b(?:another|extend|prolong|renew|roll\w* over)\w*"
    r"|\b(?:not|never|denied|refused)\b[^.;]{0,30}\b(?:lift|remov|eas|end|scrap|abolish|withdraw)\w*",
    re.IGNORECASE,
)
_BEGUN = re.compile(r"\b(?:took|taken|came|come|went|gone) (?:into )?(?:effect|force) (?:on |in )?$")
_DATED = re.compile(rf"\d|\b(?:{'|'.join(m.capitalize() for m in MONTHS)})\b")
_EDGE = re.compile(r"(?:by|before|until|from|not? later than|(?:the )?end of)\b")
_PART = re.compile(r"[\d.,]+\s*(?:%|per\s?cent) of\b")
SAME_MEETING = timedelta(14)
"""Meetings of the same parties further apart than this are different meetings."""
_MONTH = timedelta(31)


@dataclass(frozen=True, slots=True)
class Clash:
    """A conflict before its claims have ids: `groups` are the indices of the groups it is between."""

    type: str
    severity: Severity
    groups: tuple[int, ...]
    evidence: tuple[Evidence, ...]
    explanation: str
    resolution: str | None = None


def _reports(drafts: Iterable[Pledge | Step | Fact]) -> frozenset[str]:
    return frozenset(d.evidence.report for d in drafts)


def fact_clashes(
    groups: Sequence[Sequence[Fact]], origin: Mapping[str, str], days: Mapping[str, date] = _NO_DAYS
) -> Iterator[Clash]:
    """Places, days, rounds and visits that do not fit together for one meeting.

    :param origin: whose word a report is, by its id
    :param days: the day each report speaks from, by its id
    """
    meeting, said = defaultdict[Any, list[int]](list), defaultdict[str, list[Fact]](list)
    for i, group in enumerate(groups):
        for sign in {sign for fact in group for sign in _occasions(fact)}:
            meeting[sign].append(i)
        for fact in group:
            said[fact.evidence.report].append(fact)
    for i, j in sorted({pair for same in meeting.values() for pair in _near(same, groups, said)}):
        a, b = groups[i], groups[j]
        # one report that says both speaks of two things
        if _reports(a) & _reports(b) or not _one_occasion(a[0], b[0]) or not _same_meeting(said, days, a, b):
            continue
        if (difference := _difference(a, b)) is not None:
            severity, explanation = difference
            place = a[0].fact == "place"
            visits = (v for v in groups if v[0].fact == "visit_period" and v[0].about == a[0].about)
            extra = _visits(visits, a, b) if place else ()
            kind = a[0].fact if place or a[0].fact == "round" else "date"
            quotes = _unique((*told(a), *told(b), *extra))
            yield Clash(kind, severity, (i, j), quotes, explanation, _resolve(kind, (a, b), extra, origin))


def _occasions(fact: Fact) -> Iterator[tuple[object, ...]]:
    """What facts of one meeting share at least one of: two of its parties; visits, the visitor and the country."""
    yield from ((fact.fact, *pair) for pair in combinations(sorted(_parties(fact))[:8], 2))
    if fact.fact == "visit_period" and fact.value["who"]:
        yield fact.fact, fact.value["where"], fact.value["who"].split()[-1]


def _parties(fact: Fact) -> frozenset[str]:
    """Whose meeting it is; the sort of a numbered meeting is in small letters."""
    return frozenset(p for p in fact.about if p != p.lower())


def _one_occasion(a: Fact, b: Fact) -> bool:
    """Whether two facts can be of one meeting: the parties of one are among the other's, its sort is the same."""
    if a.fact == "visit_period" and a.value["who"] and b.value["who"]:
        return bool(a.value["where"] == b.value["where"])
    one, two = _parties(a), _parties(b)
    return (one <= two or two <= one) and a.about - one == b.about - two


def _near(
    same: Sequence[int], groups: Sequence[Sequence[Fact]], said: Mapping[str, Sequence[Fact]]
) -> Iterable[tuple[int, int]]:
    """All pairs of some groups, in order, but those of meetings on days far apart: each group stands in the months of
    its days, one of a visit or without a day beside all, so that years of meetings are not compared with each other."""
    months = defaultdict[int, set[int]](set)
    of: dict[int, set[int]] = {}
    for i in same:
        days = [] if groups[i][0].fact == "visit_period" else _days(said, groups[i])
        of[i] = {day.toordinal() // SAME_MEETING.days for day in days}
        for month in of[i]:
            months[month].add(i)
    beside = {i: {j for m in of[i] for n in (m - 1, m, m + 1) for j in months.get(n, ())} or same for i in same}
    return sorted({(min(i, j), max(i, j)) for i, others in beside.items() for j in others if i != j})


def _same_meeting(
    said: Mapping[str, Sequence[Fact]], days: Mapping[str, date], a: Sequence[Fact], b: Sequence[Fact]
) -> bool:
    """Whether two groups can speak of one meeting: no differing round, no days far apart."""
    told_on = [[days[r] for r in _reports(g) if r in days] for g in (a, b)]
    alike = _parties(a[0]) == _parties(b[0])
    if not all(told_on):
        if not alike:
            return False
    elif min(abs(x - y) for x in told_on[0] for y in told_on[1]) > (SAME_MEETING if alike else SAME_DAYS):
        return False
    if a[0].fact == "visit_period":
        return True
    rounds = [set(_values(said, g, "round")) for g in (a, b)]
    if a[0].fact != "round" and all(rounds) and not rounds[0] & rounds[1]:
        return False
    met = [_days(said, g) for g in (a, b)]
    return not all(met) or min(abs(x - y) for x in met[0] for y in met[1]) <= SAME_MEETING


def _days(said: Mapping[str, Sequence[Fact]], of: Sequence[Fact]) -> list[date]:
    """The days on which the reports of a group say that they met."""
    return [date.fromisoformat(v["resolved"]) for v in _values(said, of, "date") if v["resolved"]]


def _values(said: Mapping[str, Sequence[Fact]], of: Sequence[Fact], fact: str) -> list[Any]:
    """What the reports of a group say of another fact."""
    return [f.value for report in sorted(_reports(of)) for f in said[report] if f.fact == fact]


def _difference(a: Sequence[Fact], b: Sequence[Fact]) -> tuple[Severity, str] | None:
    """How two groups differ in what one meeting can only have one of; None where both can be true."""
    one, two = (_best(g) for g in (a, b))
    if a[0].fact == "place":
        at = [f"in {_label(g)} ({_named(g)})" for g in (a, b)]
        grade = _apart_places((a, one), (b, two))
        return (grade, f"The same meeting is placed {at[0]} and {at[1]}.") if grade else None
    if a[0].fact == "round":
        return "hard", f"The meeting is called number {one} ({_named(a)}) and number {two} ({_named(b)})."
    if a[0].fact == "date" and one["date"] and two["date"] and one["date"] != two["date"]:
        return "hard", f"The meeting is dated {one['date']} ({_named(a)}) and {two['date']} ({_named(b)})."
    if a[0].fact == "visit_period" and one["where"] == two["where"] and same_person(a[0], b[0]):
        for end, word in (("to", "end"), ("from", "begin")):
            days = one[end], two[end]
            if all(days) and 0 < abs((date.fromisoformat(days[0]) - date.fromisoformat(days[1])).days) <= 31:
                told_of = f"{days[0]} ({_named(a)}) and on {days[1]} ({_named(b)})"
                return "hard", f"The visit is said to {word} on {told_of}."
    return None


def _apart_places(*sides: tuple[Sequence[Fact], Any]) -> Severity | None:
    """How sure it is that two places are not one: countries differ, or towns of which neither report names both."""
    (a, one), (b, two) = sides
    if len({one["iso3"], two["iso3"]} - {None}) == 2:
        return "hard"
    if None in (one["city"], two["city"]) or one["city"] == two["city"]:
        return None
    beside = any(x["city"] in fact.evidence.text for x, group in ((one, b), (two, a)) for fact in group)
    # two towns the gazetteer does not know may be a town and its region
    return None if beside else "hard" if one["iso3"] or two["iso3"] else "soft"


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
    # a visit to the country speaks for the place
    reports = [_voices(g) | _visitors(g, extra) for g in groups]
    return _outvoted((str(_label(a)), str(_label(b))), (reports[0], reports[1]), origin)


def _voices(drafts: Iterable[Pledge | Step | Fact]) -> set[str]:
    """The reports that tell it in a text of their own: what two print word for word has one witness."""
    return set({e.text: e.report for e in told(drafts)}.values())


def _outvoted(labels: tuple[str, str], reports: tuple[set[str], set[str]], origin: Mapping[str, str]) -> str | None:
    """The side that more independent reports are on, a copy being none; None where neither has more."""
    counts = [len({origin.get(report, report) for report in side}) for side in reports]
    if counts[0] == counts[1] or not min(counts):
        return None
    word = "independent reports" if sum(counts) < len(reports[0] | reports[1]) else "reports"
    return f"{labels[counts[0] < counts[1]]}: {max(counts)} of {sum(counts)} {word}"


def _visitors(group: Sequence[Fact], extra: Sequence[Evidence]) -> set[str]:
    return {e.report for e in extra if e.report in _reports(group)}


def _unique(quotes: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(sorted(set(quotes), key=lambda e: (e.report, e.start, e.end)))


def weekday_clashes(slips: Iterable[Slip]) -> Iterator[Clash]:
    """Dates that do not fall on the weekday they are given."""
    for slip in slips:
        advice = f"perhaps {slip.fits}" if slip.fits else None
        yield Clash("weekday", "hard", (), (slip.evidence,), slip.explanation, advice)


def pledge_clashes(
    groups: Sequence[Sequence[Pledge]], days: Mapping[str, date], origin: Mapping[str, str] = _NONE
) -> Iterator[Clash]:
    """Reports that differ on how firm an undertaking is, its number, due time, size or doer, or whether it is new.

    Reports of the same days only (`days`: by report id), for the size of the same month: what later ones say moves it.
    Where more reports are on one side than on the other, copies do not count (`origin`: whose word a report is).
    """
    yield from _host_clashes(groups)
    for i, group in enumerate(groups):
        if len(_reports(group)) > 1:
            for spell in spells(group, days):
                yield from _ordinal_clash(i, spell)
                yield from _status_clash(i, spell)
                yield from _signing_clash(i, spell)
                yield from _number_clash(i, spell)
                yield from _actor_clash(i, spell)
                yield from _window_clash(i, [p for p in spell if p.status == "delayed"] or spell, "due", origin)
                yield from _venue_clash(i, spell)
            yield from _amount_clash(i, group, lambda p: quantities(p.object), origin)


def _signing_clash(i: int, group: Sequence[Pledge]) -> Iterator[Clash]:
    """Signed already in one report, only negotiated to the end, or to be signed later, in the other."""
    signed = [p for p in group if p.act in _SIGNED and p.status in ("agreed", "done")]
    days = [p.day for p in signed if p.day is not None]
    waiting = [p for p in group if p.evidence.report not in _reports(signed) and _unsigned(p, days)]
    if signed and waiting:
        explanation = f"Signed in {_list(_reports(signed))}, not yet signed in {_list(_reports(waiting))}."
        yield Clash("status", "hard", (i,), told((*signed, *waiting)), explanation)


def _unsigned(pledge: Pledge, signed: Sequence[date]) -> bool:
    if pledge.act == "initial" and pledge.status == "agreed":
        return not _SIGNING.search(pledge.evidence.text)
    if _NEGOTIATED.search(pledge.evidence.text) and not _SIGNING.search(pledge.evidence.text):
        return True
    ahead = pledge.due is not None and pledge.due.start is not None and bool(signed) and pledge.due.start > max(signed)
    return pledge.act in _SIGNED and pledge.status in ("planned", "will_do") and ahead


def _actor_clash(i: int, group: Sequence[Pledge]) -> Iterator[Clash]:
    """A chair or a seat that two reports give to two."""
    for a, b in combinations([p for p in group if p.actors and held_office(p)], 2):
        alone = not {*a.actors, *a.partners} & {*b.actors, *b.partners}
        if alone and a.evidence.report != b.evidence.report:
            by = [f"{_list(p.actors)} ({p.evidence.report})" for p in (a, b)]
            yield Clash("actor", "hard", (i,), told((a, b)), f"It falls to {by[0]} or to {by[1]}.")
            return


def _host_clashes(groups: Sequence[Sequence[Pledge]]) -> Iterator[Clash]:
    """Two hosts for one occasion, in reports of the same days that tell one undertaking more in common."""
    hosts = defaultdict[str, list[tuple[int, Pledge]]](list)
    for i, group in enumerate(groups):
        for p in group:
            if p.act == "host" and p.actors:
                hosts[p.evidence.report].append((i, p))
    kin = {pair for group in groups for pair in combinations(sorted(_reports(group) & hosts.keys())[:_FEW], 2)}
    for one, two in sorted(kin):
        for (i, a), (j, b) in product(hosts[one], hosts[two]):
            alone = not {*a.actors, *a.partners} & {*b.actors, *b.partners}
            if alone and _one_week(a, b) and one_occasion(a, b):
                by = [f"{_list(p.actors)} ({p.evidence.report})" for p in (a, b)]
                yield Clash("actor", "hard", tuple(sorted({i, j})), told((a, b)), f"The host is {by[0]} or {by[1]}.")


def _one_week(a: Pledge, b: Pledge) -> bool:
    return a.day is None or b.day is None or abs(a.day - b.day) <= SAME_DAYS


def _ordinal_clash(i: int, group: Sequence[Pledge]) -> Iterator[Clash]:
    """The number of an exercise or a meeting that is to be held, before the words of it that both reports have."""
    for a, b in combinations(group, 2):
        said = [_numbered(p, a.key & b.key) for p in (a, b)]
        if a.evidence.report != b.evidence.report and all(said) and not a.round and said[0] != said[1]:
            numbers = [f"{n} ({p.evidence.report})" for n, p in zip(said, (a, b), strict=True)]
            yield Clash("round", "hard", (i,), told((a, b)), f"It is given different numbers: {', '.join(numbers)}.")
            return


def _numbered(pledge: Pledge, named: frozenset[str]) -> int | None:
    """The number of what these words name: "their first coast guard exercise" is number one of its kind."""
    found = _ORDINAL.search(pledge.object)
    words = set(re.findall(r"[a-z]+", found["name"].lower())) if found else set()
    return ordinal(found["n"]) if found and len(words & named) >= 2 else None


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


def _venue_clash(i: int, group: Sequence[Pledge]) -> Iterator[Clash]:
    """Where a meeting to come will be; soft in one country, as one place may lie in the other."""
    for a, b in combinations([p for p in group if p.venue], 2):
        (one, here), (two, there) = a.venue, b.venue  # type: ignore[misc]
        beside = any(
            re.search(rf"\b(?:in|at|of|near) (?:the )?{re.escape(place)}\b", told_of.evidence.text)
            for place, told_of in ((one, b), (two, a))
        )
        if a.evidence.report != b.evidence.report and not beside:
            explanation = f"To be held in {one} ({a.evidence.report}) or in {two} ({b.evidence.report})."
            severity: Severity = "hard" if here and there and here != there else "soft"
            yield Clash("place", severity, (i,), told((a, b)), explanation)
            return


def _window_clash(i: int, group: Sequence[Draft], field: str, origin: Mapping[str, str]) -> Iterator[Clash]:
    """Two reports that give times with no day in common: the first such pair; a year says too little of a measure."""
    dated = [d for d in group if getattr(d, field) is not None and not _unsure(d, field)]
    for a, b in combinations(dated, 2):
        one, two = _seen_from(b.day, getattr(a, field)), _seen_from(a.day, getattr(b, field))
        if a.evidence.report != b.evidence.report and one and two and _apart_times(one, two):
            sides = [
                _voices(d for d in dated if not apart(_seen_from(d.day, getattr(d, field)), side))
                for side in (one, two)
            ]
            advice = _outvoted((repr(one.text), repr(two.text)), (sides[0] - sides[1], sides[1] - sides[0]), origin)
            yield _two_times(i, field.capitalize(), (a, one), (b, two), advice=advice)
            return


def _unsure(draft: Pledge | Step, field: str) -> bool:
    """Whether a due time may be of something else, a day before the report or the beginning of a longer phrase; or a
    measure's time too wide to contradict another."""
    window = getattr(draft, field)
    if field != "due" and window.start and window.end and window.end - window.start > _MONTH:
        return True
    if field != "due" or draft.day is None or window.end is None:
        return False
    cut = re.search(rf"{re.escape(window.text)}\s+of (?:next|this|the|\d)", draft.evidence.text) is not None
    begun = _BEGUN.search(draft.evidence.text.partition(window.text)[0]) is not None
    return cut or begun or (window.end < draft.day and draft.status not in ("done", "launched"))


def _two_times(i: int, word: str, *sides: tuple[Draft, Window], advice: str | None = None) -> Clash:
    (a, one), (b, two) = sides
    explanation = f"{word} {one.text!r} ({a.evidence.report}) or {two.text!r} ({b.evidence.report})."
    return Clash("date", "hard", (i,), told((a, b)), explanation, advice)


def _seen_from(day: date | None, window: Window | None) -> Window | None:
    """A time of a report that names no day of its own, as one on the same thing would mean it: "December 16".

    Of "until 2035" only the end counts.
    """
    if window is not None and window.end is not None and (until := _UNTIL.match(window.text)) and day is not None:
        last = find_dates(window.text[until.end() :], day)
        return last[0].window if len(last) == 1 and last[0].window.end == window.end else window
    if window is None or window.end is not None or day is None or not re.search(r"\d", window.text):
        return window
    found = find_dates(window.text, day)
    return found[0].window if len(found) == 1 else window


def _apart_times(a: Window, b: Window) -> bool:
    """Whether two times exclude each other; "Monday" for the ninth of another clock is the same day, and what is done
    by the end of April is there from May."""
    if a.end is None or b.end is None or not apart(a, b):
        return False
    gap = min(abs(x - y) for x in (a.start or a.end, a.end) for y in (b.start or b.end, b.end))
    dated = all(_DATED.search(w.text) for w in (a, b))
    edges = {_EDGE.match(w.text) is not None for w in (a, b)}
    return gap > timedelta(1) or (dated and len(edges) == 1)


def _amount_clash(
    i: int, group: Sequence[Draft], said: Callable[[Draft], Iterable[Quantity]], origin: Mapping[str, str]
) -> Iterator[Clash]:
    """One number of a unit in one report, another of the same unit in the other, and neither is the other rounded."""
    known = [(draft, by_unit) for draft in group if (by_unit := _by_unit(said(draft)))]
    for (a, one), (b, two) in combinations(known, 2):
        if a.evidence.report == b.evidence.report or not _one_month(a, b):
            continue
        for unit in sorted(one.keys() & two.keys()):
            if (pair := _odd(one[unit], two[unit], _one_due(a, b))) is not None:
                sides = [_voices(d for d, of in known if any(rounded(o, q) for o in of.get(unit, ()))) for q in pair]
                x, y = map(str, pair)
                explanation = f"{x} ({a.evidence.report}) or {y} ({b.evidence.report})."
                saying = (d for d in group if d in (a, b) or _says(d, pair))
                advice = _outvoted((x, y), (sides[0], sides[1]), origin)
                yield Clash("amount", "hard", (i,), told(saying), explanation, advice)
                return


def _says(draft: Draft, pair: Iterable[Quantity]) -> bool:
    """Whether a sentence holds one of two numbers."""
    return any(q.unit == of.unit and rounded(q, of) for q in quantities(draft.evidence.text) for of in pair)


def _by_unit(found: Iterable[Quantity]) -> dict[str, list[Quantity]]:
    """The quantities by unit, each number once; what was before does not count."""
    by_unit = defaultdict[str, dict[float, Quantity]](dict)
    for quantity in found:
        if not quantity.former:
            by_unit[quantity.unit].setdefault(quantity.number, quantity)
    return {unit: list(of.values()) for unit, of in by_unit.items()}


def _odd(a: Sequence[Quantity], b: Sequence[Quantity], one_due: bool) -> tuple[Quantity, Quantity] | None:
    """The number on each side that the other lacks: the only one, or the first of those for one due time.

    None where one side has all of the other's, or adds them up, or where it is not clear which stands for which.
    """
    one, two = ([x for x in xs if not any(rounded(x, y) for y in ys)] for xs, ys in ((a, b), (b, a)))
    summed = any(
        rounded(replace(xs[0], number=sum(x.number for x in xs)), y) for xs, ys in ((a, b), (b, a)) for y in ys
    )
    if not one or not two or summed:
        return None
    clear = len(one) == len(two) == 1 if len(a) == len(b) else one_due and len(one) == len(a) and len(two) == len(b)
    return (one[0], two[0]) if clear and (len(one) == 1 or len(two) == 1) else None


def _one_due(a: Pledge | Step, b: Pledge | Step) -> bool:
    """Whether two undertakings are due on one day."""
    one, two = (getattr(d, "due", None) for d in (a, b))
    return one is not None and two is not None and one.end is not None and one.end == two.end


def _one_month(a: Pledge | Step, b: Pledge | Step) -> bool:
    return a.day is None or b.day is None or abs(a.day - b.day) <= _MONTH


def step_clashes(groups: Sequence[Sequence[Step]], origin: Mapping[str, str] = _NONE) -> Iterator[Clash]:
    """Measures denied by one report and told by another, or told by reports of the same days with other dates,
    numbers or fates."""
    for i, group in enumerate(groups):
        days = {s.evidence.report: s.day for s in group if s.day is not None}
        for spell in spells(group, days) if len(_reports(group)) > 1 else ():
            yield from _amount_clash(i, spell, _of_measure, origin)
            sides = [[s for s in spell if (s.status == "ended") == lifted] for lifted in (False, True)]
            for alike in sides:
                yield from _window_clash(i, alike, "effective", origin)
            ended = [clash for alike in sides for clash in _window_clash(i, alike, "ended", origin)]
            yield from ended or _until_clash(i, spell)
            yield from _plan_clash(i, spell)
            yield from _stands_clash(i, spell)
            yield from _lasting_clash(i, spell)
    denials = [n for n, group in enumerate(groups) if group[0].status == "denied"]
    for i, j in (sorted((n, m)) for n in denials for m, group in enumerate(groups) if group[0].status != "denied"):
        one, two = groups[i], groups[j]
        if any(_denies(x, y) for x in one for y in two):
            yes, no = (two, one) if one[0].status == "denied" else (one, two)
            explanation = f"The measure is told in {_named(yes)} and denied in {_named(no)}."
            severity: Severity = "soft" if _reports(yes) == _reports(no) else "hard"  # both sides heard
            yield Clash("status", severity, (i, j), _unique((*told(one), *told(two))), explanation)


def _of_measure(step: Step) -> Iterator[Quantity]:
    """Rates, prices and masses of a measure's sentence; "99% of lines", "$3 billion of trade" are what it touches."""
    found = quantities(_PART.sub("", step.evidence.text))
    return (q for q in found if q.unit in ("%", "t", "barrels") or "/" in q.unit)


def _until_clash(i: int, group: Sequence[Step]) -> Iterator[Clash]:
    """Until when it holds, or is put off, where each report names one day."""
    until = [(s, w[0]) for s in group if len(w := _until(s)) == 1]
    for (a, one), (b, two) in combinations(until, 2):
        if a.evidence.report != b.evidence.report and _apart_times(one, two):
            yield _two_times(i, "Until", (a, one), (b, two))
            return


def _until(step: Step) -> tuple[Window, ...]:
    """The days that stand behind "until" in a sentence."""
    text = step.evidence.text
    if not _UNTIL.search(text):
        return ()
    dated = (d for d in find_dates(text, step.day) if _UNTIL.search(text[max(0, d.start - 16) : d.start]))
    return tuple(d.window for d in dated if re.search(r"\d", d.window.text))


def _plan_clash(i: int, group: Sequence[Step]) -> Iterator[Clash]:
    """A measure that one report says is planned or in force, and another that it was given up before it began."""
    gone = [s for s in group if s.status == "ended" and _GIVEN_UP.search(s.evidence.text)]
    stands = [s for s in group if s.status in ("announced", "in_force") and s.evidence.report not in _reports(gone)]
    if gone and stands:
        explanation = f"Given up in {_list(_reports(gone))}, standing in {_list(_reports(stands))}."
        yield Clash("status", "hard", (i,), told((*gone, *stands)), explanation)


def _stands_clash(i: int, group: Sequence[Step]) -> Iterator[Clash]:
    """A measure that was over before another report says that it stands, or goes on."""
    over = [s for s in group if s.status == "ended" and s.ended is not None and s.ended.end is not None]
    for gone in over:
        stands = [s for s in group if _stands_after(s, gone) and s.evidence.report not in _reports(over)]
        if stands:
            explanation = (
                f"Over since {gone.ended.end} in {gone.evidence.report}, standing in {_list(_reports(stands))}."  # type: ignore[union-attr]
            )
            yield Clash("status", "hard", (i,), told((gone, *stands)), explanation)
            return


def _stands_after(step: Step, gone: Step) -> bool:
    """Whether a measure stands for one report on a day on which it was over for another."""
    last = gone.ended.end if gone.ended is not None else None
    if step.status not in ("announced", "in_force") or step.day is None or last is None or last >= step.day:
        return False
    longer = step.ended is not None and step.ended.end is not None and step.ended.end > step.day
    return (longer or step.status == "in_force") and _REMAINS.search(step.evidence.text) is not None


def _lasting_clash(i: int, group: Sequence[Step]) -> Iterator[Clash]:
    """For how long it is imposed."""
    known = [(s, s.lasting) for s in group if s.status != "ended" and s.lasting is not None]
    for (a, one), (b, two) in combinations(known, 2):
        spans = [w.end - w.start for w in (one, two) if w.start and w.end]
        if a.evidence.report != b.evidence.report and len(spans) == 2 and abs(spans[0] - spans[1]) > _MONTH:
            yield _two_times(i, "For", (a, one), (b, two))
            return


def _denies(a: Step, b: Step) -> bool:
    apart = a.evidence.report != b.evidence.report
    if apart and (a.day is None or b.day is None or abs(a.day - b.day) > _MONTH):
        return False
    goods = not a.goods or not b.goods or any(x in y or y in x for x in a.goods for y in b.goods)
    targets = not a.target or not b.target or bool(set(a.target) & set(b.target))
    return bool(set(a.imposer) & set(b.imposer)) and goods and targets and a.measure[:6] == b.measure[:6]
