"""Sentences beside a measure's own -> the days they tell of it: "It takes effect on 1 May.", "... , he said on Monday."."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monazite.ledger.drafts import Step
from monazite.ledger.reading.act_times import as_field, at_once
from monazite.ledger.reading.clauses import quote
from monazite.ledger.reading.dates import find_dates
from monazite.ledger.reading.day_words import role_of
from monazite.ledger.reading.scene import Scene
from monazite.ledger.values import Evidence, Window

if TYPE_CHECKING:
    from spacy.tokens import Span

__all__ = ["with_days"]

# what a sentence may call a measure told before it
_ONE = (
    r"ban|prohibition|embargo|moratorium|halt|stop|freeze|suspension|curbs?|restrictions?|controls?|quotas?|cap|ceiling|limits?"
    r"|dut(?:y|ies)|tariffs?|lev(?:y|ies)|tax(?:es)?|surcharge|rates?|fees?|licen[cs]\w+|permits?|requirements?|exemption|waiver"
    r"|measures?|moves?|steps?|decision|change|relief|cut|increase|listing|extension|lifting"
)
_ALL = (
    r"decree|order|resolution|regulations?|rules?|law|act|notice|notification|announcement|circular|package|measures|restrictions"
    r"|controls|duties|tariffs|rates|sanctions|curbs|quotas|provisions|sections?|articles?|instrument|directive|both|they|all"
)
_MEANT = re.compile(
    rf"\b(?:the|this|that|these|its|his|their|such|new|present|said|all|both|article|sections?)\s+(?:[\w-]+\s+){{0,3}}?(?:{_ONE}|{_ALL})\b"
    rf"|\b(?:it|they|both|all|which)\b|^\s*(?:A|An|The|This)\s+(?:[\w-]+\s+){{0,2}}(?:{_ALL})\b",
    re.IGNORECASE,
)
# "The decree enters into force on 1 May", "the duties apply from July", "it runs until June"
_HOLDS = re.compile(
    r"\b(?:force|effect|effective|appl(?:y|ies|ied|icable)|valid|start(?:s|ed)?|beg[aiu]ns?|commences?|kick\w* in|bit(?:es?|ing)|lasts?"
    r"|r[au]ns?|stays?|remains?|holds?|expires?|lapses?|ends?|entry)\b",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(r"\b(?:publication|promulgation|gazetting)$", re.IGNORECASE)
_GAZETTED = re.compile(r"\b(?:publish\w*|gazett\w*|promulgat\w*)\b", re.IGNORECASE)
_SEVERAL = re.compile(rf"\b(?:{_ALL})\b", re.IGNORECASE)
_NEWS = timedelta(12)
"""What was announced longer before its report is not what the report is about."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A time told in a sentence, and for what: announced, effective or ended."""

    field: str
    window: Window
    quote: Evidence
    place: tuple[int, int]
    several: bool
    names: frozenset[str]
    about: bool
    holds: bool


def with_days(scene: Scene, steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps of a report with the days that other sentences give them; what a step's own sentence says stands."""
    told = tuple(_told(scene, steps)) if steps else ()
    return tuple(_with_announced(scene, _with_beside(scene, step, steps, told), told) for step in steps)


def _told(scene: Scene, steps: Sequence[Step]) -> Iterator[_Told]:
    for number, passage in enumerate(scene.passages):
        for sentence in passage.doc.sents:
            start = max(sentence.start_char, passage.lead)
            dates = passage.dated(start, sentence.end_char)
            if not dates and not at_once(sentence.text):
                continue
            names = frozenset(c for n in passage.named(start, sentence.end_char) for c in n.codes)
            text = passage.text[start : sentence.end_char]
            about = _MEANT.search(text) is not None
            several = _SEVERAL.search(text) is not None
            rest = quote(scene, passage, sentence), (number, start), several, names, about, _HOLDS.search(text) is not None
            for dated in dates:
                role = role_of(passage.text, start, dated)
                if role not in (None, "former") and dated.window.end and (dated.day or role != "announced"):
                    yield _Told(str(role), as_field(scene, passage.text, start, dated, str(role)), *rest)
            if at_once(text):
                yield _Told("effective", Window("with immediate effect", None, None), *rest)


def _with_beside(scene: Scene, step: Step, steps: Sequence[Step], told: Sequence[_Told]) -> Step:
    """The step with its beginning or end as a sentence after it tells them that speaks of it and has no measure."""
    places = [(s.passage, s.evidence.start - scene.passages[s.passage].offset) for s in steps]
    own = places[steps.index(step)]
    lifts = step.status == "ended"
    for time in told:
        field = "ended" if lifts and time.field == "effective" else time.field
        known = getattr(step, field)
        if field == "announced" or not time.about or not (known is None or known == step.announced):
            continue
        if step.status == "denied" or (lifts and time.field == "ended"):
            continue
        if time.place == own or not time.holds or own > time.place or _past(scene, time, lifts):
            continue
        nearest = own == max(p for p in places if p <= time.place and p != time.place or p == own)
        if (nearest and time.place[0] - own[0] <= 2) or (time.several and time.field == "effective"):
            step = replace(step, **{field: time.window}, support=_more(step, time), status=_status(scene, step, field, time))
    return step


def _past(scene: Scene, time: _Told, lifts: bool) -> bool:
    """Whether a time lies too far back to be of the measure that is the news; a lifting is no older than that."""
    last, since = time.window.end, re.match(r"since|from", time.window.text)
    days = timedelta(20 if lifts or since else 60)
    return scene.anchor is not None and last is not None and last < scene.anchor - days


def _status(scene: Scene, step: Step, field: str, time: _Told) -> str:
    start = time.window.start
    ahead = field == "effective" and scene.anchor is not None and start is not None and start > scene.anchor
    return "announced" if ahead and step.status == "in_force" else step.status


def _with_announced(scene: Scene, step: Step, told: Sequence[_Told]) -> Step:
    """The step with the day on which it was announced, where a sentence by it says so, and what began at once then."""
    if step.announced is None and step.status != "denied" and not _old(scene, step):
        own = step.passage, step.evidence.start - scene.passages[step.passage].offset
        days = [t for t in told if t.field == "announced" and _is_news(scene, t.window)]
        before = [t for t in days if t.place <= own and own[0] - t.place[0] <= 3]
        after = [t for t in days if t.place > own and t.place[0] - own[0] <= 1 and (t.about or t.names & {*step.imposer})]
        if time := (before[-1] if before else after[0] if after else None):
            step = replace(step, announced=time.window, support=_more(step, time))
    day = step.announced.start if step.announced is not None and step.announced.start else None
    told_in = [t.quote.text for t in told if step.announced is not None and t.window == step.announced]
    published = any(_GAZETTED.search(text) for text in told_in)
    for field in ("effective", "ended"):
        window = getattr(step, field)
        if day is None or window is None:
            continue
        if window.text == "with immediate effect":
            step = replace(step, **{field: replace(window, start=day, end=day)})
        elif published and _PUBLISHED.search(window.text) and (counted := find_dates(window.text, day)):
            step = replace(step, **{field: counted[0].window})
    return step


def _more(step: Step, time: _Told) -> tuple[Evidence, ...]:
    own = time.quote == step.evidence or time.quote in step.support
    return step.support if own else (*step.support, time.quote)


def _old(scene: Scene, step: Step) -> bool:
    """Whether a measure stood long before its report."""
    since = step.effective.end if step.effective is not None else None
    return scene.anchor is not None and since is not None and since < scene.anchor - _NEWS


def _is_news(scene: Scene, window: Window) -> bool:
    day = window.start
    return scene.anchor is not None and day is not None and timedelta(0) <= scene.anchor - day <= _NEWS
