"""Sentences beside a measure's own -> the days they tell of it: "It takes effect on 1 May", "he said on Monday"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import timedelta

from monazite.ledger.drafts import Step
from monazite.ledger.reading.act_times import as_field, at_once, is_ahead, span
from monazite.ledger.reading.clauses import quote
from monazite.ledger.reading.dates import find_dates
from monazite.ledger.reading.day_words import role_of
from monazite.ledger.reading.grounds import headline
from monazite.ledger.reading.scene import Scene
from monazite.ledger.values import Evidence, Window

__all__ = ["with_days"]

# what a sentence may call a measure told before it
_ONE = (
    r"ban|prohibition|embargo|moratorium|halt|stop|freeze|suspension|curbs?|restrictions?|controls?|quotas?|cap|ceiling"
    r"|limits?|dut(?:y|ies)|tariffs?|lev(?:y|ies)|tax(?:es)?|surcharge|rates?|fees?|licen[cs]\w+|permits?|requirements?"
    r"|exemption|waiver|measures?|moves?|steps?|decision|change|relief|cut|increase|listing|extension|lifting"
)
# what holds for all measures told before it
_ALL = (
    r"decree|order|resolution|regulations?|rules?|law|act|notice|notification|announcement|circular|package|measures"
    r"|restrictions|controls|duties|tariffs|rates|sanctions|curbs|quotas|provisions|sections?|articles?|instrument"
    r"|directive|both|they|all"
)
_MEANT = re.compile(
    r"\b(?:the|this|that|these|its|his|their|such|new|present|said|all|both|article|sections?)\s+(?:[\w-]+\s+){0,3}?"
    rf"(?:{_ONE}|{_ALL})\b|\b(?:it|they|both|all|which)\b|^\s*(?:A|An|The|This)\s+(?:[\w-]+\s+){{0,2}}(?:{_ALL})\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    rf"\b(?:{_ALL})\b(?:\s+[\w-]+){{0,10}}?\s+(?:(?:shall|will|to|also|all|now)\s+)*"
    r"(?:t[ao]kes?|took|comes?|came|enters?|entered|go(?:es)?|went|appl(?:y|ies)|applied|starts?|begins?|becomes?|bites?)\b",
    re.IGNORECASE,
)
# "The decree enters into force on 1 May", "the duties apply from July", "it runs until June"
_HOLDS = re.compile(
    r"\b(?:force|place|effect|effective|appl(?:y|ies|ied|icable)|valid|start(?:s|ed)?|beg[aiu]ns?|commences?|kick\w* in"
    r"|bit(?:es?|ing)|lasts?|r[au]ns?|stays?|remains?|holds?|expires?|lapses?|ends?|entry)\b",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(r"\b(?:publication|promulgation|gazetting)$", re.IGNORECASE)
_GAZETTED = re.compile(r"\b(?:publish\w*|gazett\w*|promulgat\w*)\b", re.IGNORECASE)
_NEVER = re.compile(r"\b(?:would|was to|were to) have\b")  # "would have begun in June"
_AT_ONCE = "with immediate effect"
_NEWS_DAY = "news"
"""The field of a day on which something happened, whatever it was: in a report's opening, what it is about."""
_OPENING = 3
_TOLD = (None, "announced")
_STANDING = re.compile(r"\b(?:remain|stay|continue)s?\b|\b(?:still|until now|kept)\b", re.IGNORECASE)
# a headline of what announces by itself: "Ministerial Decree No. 8", and not "Miners fear a decree"
_PAPER = re.compile(
    r"\W*(?:[A-ZÀ-Ž][\w’']*:?\s+){0,3}(?i:announcement|notice|notification|resolution|decree|proclamation|circular|statement"
    r"|communiqu[eé]|(?:press|media|news) release|fact ?sheet)\b"
)
_NEWS = timedelta(12)
"""What was announced longer before its report is not what the report is about."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A sentence at a place (passage, character) and a time told in it, of this field of a measure.

    `several` where it speaks of all measures before it, `about` where of any, `holds` where it says that one does.
    """

    place: tuple[int, int]
    quote: Evidence
    names: frozenset[str]
    several: bool
    about: bool
    holds: bool
    field: str
    window: Window


def with_days(scene: Scene, steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps of a report with the days that other sentences give them; what a step's own sentence says stands."""
    told = tuple(_told(scene)) if steps else ()
    return tuple(_counted(_announced(scene, _beside(scene, step, steps, told), steps, told), told) for step in steps)


def _place(scene: Scene, step: Step) -> tuple[int, int]:
    return step.passage, step.evidence.start - scene.passages[step.passage].offset


def _told(scene: Scene) -> Iterator[_Told]:
    """All times of a report whose words say what of a measure they are the time of."""
    for number, passage in enumerate(scene.passages):
        for sentence in passage.doc.sents:
            start = max(sentence.start_char, passage.lead)
            text, times = passage.text[start : sentence.end_char], list[tuple[str, Window]]()
            if _NEVER.search(text):
                continue
            for dated in passage.dated(start, sentence.end_char):
                lasts = re.match(r"for\b(?! the (?:rest|remainder))", dated.window.text, re.IGNORECASE)
                role = "lasting" if lasts else role_of(passage.text, start, dated)
                own = dated.explicit and dated.day == scene.anchor  # the report's day, and of nothing it tells
                field = role or ("former" if own else _NEWS_DAY)
                if field != "former" and dated.window.end and (dated.day or field not in ("announced", _NEWS_DAY)):
                    both = span(dated.window) if field == "effective" else None
                    told = as_field(scene, passage.text, start, dated, field)
                    times += zip(("effective", "ended"), both, strict=True) if both else ((field, told),)
            if at_once(text):
                times.append(("effective", Window(_AT_ONCE, None, None)))
            if times:
                names = frozenset(c for n in passage.named(start, sentence.end_char) for c in n.codes)
                several, about, holds = (words.search(text) is not None for words in (_SEVERAL, _MEANT, _HOLDS))
                about = about or several
                quoted, place = quote(scene, passage, sentence), (number, start)
                for field, window in times:
                    yield _Told(place, quoted, names, several, about, holds, field, window)


def _beside(scene: Scene, step: Step, steps: Sequence[Step], told: Sequence[_Told]) -> Step:
    """The step with its beginning or end as a sentence after it tells them that speaks of it."""
    own, lifts, places = _place(scene, step), step.status == "ended", [_place(scene, s) for s in steps]
    for time in told:
        field = "ended" if lifts and time.field == "effective" else time.field
        skips = field in ("announced", _NEWS_DAY) or (lifts and time.field in ("ended", "lasting"))
        if skips or step.status == "denied" or getattr(step, field) not in (None, step.announced):
            continue
        if own >= time.place or not time.about or not time.holds or _past(scene, time, lifts):
            continue
        if any(
            s.goods and not s.borrowed and not {*s.goods} & {*step.goods}
            for s in steps
            if _place(scene, s) == time.place
        ):
            continue  # that is the other's day
        nearest = own == max(p for p in places if p == own or p < time.place) and time.place[0] - own[0] <= 2
        if nearest or (time.several and time.field == "effective"):
            step = _with(step, field, time)
            start = time.window.start
            ahead = field == "effective" and scene.anchor is not None and start is not None and start > scene.anchor
            step = replace(step, status="announced") if ahead and step.status == "in_force" else step
    return step


def _with(step: Step, field: str, time: _Told) -> Step:
    """The step with one of its times, and the sentence that tells it among what it rests on."""
    known = time.quote == step.evidence or time.quote in step.support
    step = step if known else replace(step, support=(*step.support, time.quote))
    return _set(step, field, time.window)


def _set(step: Step, field: str, window: Window) -> Step:
    if field == "effective":
        return replace(step, effective=window)
    if field == "ended":
        return replace(step, ended=window)
    return replace(step, announced=window) if field == "announced" else replace(step, lasting=window)


def _past(scene: Scene, time: _Told, lifts: bool) -> bool:
    """Whether a time lies too far back to be of the measure that is the news; a lifting is no older than that."""
    last = time.window.end
    if re.search(rf"\b(?:force|place|effect) since {re.escape(time.window.text)}", time.quote.text):
        return lifts
    return scene.anchor is not None and last is not None and last < scene.anchor - timedelta(20 if lifts else 60)


def _announced(scene: Scene, step: Step, steps: Sequence[Step], told: Sequence[_Told]) -> Step:
    """The step with the day on which it was announced, where a sentence by it says so: the last before it that is on
    nobody else's measure, else one in the next passage that speaks of it or names who imposes it."""
    if step.announced is not None or step.status == "denied" or _old(scene, step):
        return step
    own = _place(scene, step)
    days = [t for t in told if t.field == "announced" and _is_news(scene, t.window)]
    others = {_place(scene, s) for s in steps if s.imposer and step.imposer and not {*s.imposer} & {*step.imposer}}
    near = (t for t in days if t.place <= own and own[0] - t.place[0] <= 3)
    before = [t for t in near if t.place == own or t.place not in others or not _of_others(step, t.names)]
    after = (
        t for t in days if t.place > own and t.place[0] - own[0] <= 1 and (t.about or not _of_others(step, t.names))
    )
    time = before[-1] if before else next(after, None)
    if time is None and not _STANDING.search(step.evidence.text):
        time = _opening(scene, step, told) or _of_itself(scene, step)
    begun = step.effective.end if step.effective is not None and step.status != "ended" else None
    late = time is not None and begun is not None and time.window.start is not None and time.window.start > begun
    if time is None or late:
        return step
    done = step.status == "ended" and step.ended is None and not is_ahead(step.evidence.text)
    return _with(replace(step, ended=time.window) if done else step, "announced", time)


def _opening(scene: Scene, step: Step, told: Sequence[_Told]) -> _Told | None:
    """The day of what a report opens with, where that is of no others: "Refiners lost their exemption on Monday"."""
    days = (t for t in told if t.field == _NEWS_DAY and t.place[0] < _OPENING and t.place <= _place(scene, step))
    return next((t for t in days if _is_news(scene, t.window) and not _of_others(step, t.names)), None)


def _of_others(step: Step, names: Set[str]) -> bool:
    return bool(names) and names.isdisjoint({*step.imposer, *step.target})


def _of_itself(scene: Scene, step: Step) -> _Told | None:
    """The day that a headline tells, or on which a decree or a statement, which announces by itself, was issued."""
    report, title = scene.report, headline(scene)
    mine = not _of_others(step, {c for n in scene.heading for c in n.codes})
    told = find_dates(report.title, scene.anchor) if mine else ()
    days = [(d, title) for d in told if role_of(report.title, 0, d) in _TOLD]
    if _PAPER.match(report.title):
        issued = (d for d in find_dates(report.text) if d.explicit and d.day == scene.anchor)
        days += [(d, Evidence(report.id, d.start, d.end, report.text[d.start : d.end])) for d in issued]
    news = ((d.window, quoted) for d, quoted in days if d.day and quoted and _is_news(scene, d.window))
    own, nobody = _place(scene, step), frozenset[str]()
    return next((_Told(own, quoted, nobody, False, False, False, "announced", day) for day, quoted in news), None)


def _counted(step: Step, told: Sequence[_Told]) -> Step:
    """The step with what begins at once, or days after it was published, counted from the day it was announced."""
    day = step.announced.start if step.announced is not None else None
    said = (t.quote.text for t in told if t.window == step.announced)
    published = any(_GAZETTED.search(text) for text in said)
    for field in ("effective", "ended"):
        window: Window | None = getattr(step, field)
        if day is None or window is None:
            continue
        if window.text in (_AT_ONCE, "now on"):
            step = _set(step, field, replace(window, start=day, end=day))
        elif published and _PUBLISHED.search(window.text) and (counted := find_dates(window.text, day)):
            step = _set(step, field, counted[0].window)
    return step


def _old(scene: Scene, step: Step) -> bool:
    """Whether a measure stood long before its report, and still does."""
    since = step.effective.end if step.effective is not None and step.status != "ended" else None
    return scene.anchor is not None and since is not None and since < scene.anchor - _NEWS


def _is_news(scene: Scene, window: Window) -> bool:
    day = window.start
    return scene.anchor is not None and day is not None and timedelta(0) <= scene.anchor - day <= _NEWS
