"""When a trade measure was announced, begins and ends, by the words around each date; whether it is only recalled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from monazite.ledger.reading.clauses import is_background, kid, lemma_of, modal, sayer
from monazite.ledger.reading.dates import MONTHS, Dated, deadline, find_dates
from monazite.ledger.reading.day_words import is_after, is_put_off, role_of
from monazite.ledger.reading.scene import Passage, Scene
from monazite.ledger.reading.trade_acts import Act
from monazite.ledger.values import Window

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["Times", "as_field", "at_once", "is_ahead", "recalled", "span", "times_of"]

_SINCE = re.compile(r"\bsince\s+(?:(?:the|midnight|about|around)\s+)*(?:of\s+)?$", re.IGNORECASE)
_TO_COME = re.compile(
    r"\b(?:will|shall|would|must|(?:is|are) (?:to|due|set)|takes?|comes?|enters?|goes|go|kicks?|begins?|starts?"
    r"|expires?|lapses?|ends?|runs?|appl(?:y|ies)|becomes?|rises?|falls?|until|till|through|from)\b[^.;]*$",
    re.IGNORECASE,
)
_NAMED = "|".join(month[:3].title() for month in MONTHS)
_SURE = re.compile(r"\b(?:with effect (?:from|as of)|effective|as (?:of|from))\s+(?:(?:on|from)\s+)?(?:the\s+)?$")
_SPAN = re.compile(r"^(?:(?:from|between)\b.*)?\d.*\b(?:to|and|until|till|through)\b.*\d", re.IGNORECASE)
_LONGER = re.compile(
    r"\b(?:by|for)\s+(?:a\s+)?(?:further\s+|another\s+|additional\s+)?(?P<time>(?:\w+)\s+(?:day|week|month|year)s?)\b"
)
_LENGTH = re.compile(
    r"\b(?P<n>\w+)-(?P<unit>day|week|month|year)\s+(?:\w+\s+)?(?:ban|suspension|halt|embargo|moratorium|freeze|quota|pause)"
)
_AHEAD = re.compile(r"\b(?:will|would|shall|(?:is|are) (?:due|set|about|going) to|plans?)\b", re.IGNORECASE)
_NOT_THEN = re.compile(
    r"\b(?:will|would|did|does|is|are|to)(?: now)? (?:not|no longer|never) (?:now )?(?:be )?"
    r"(?:tak(?:e|ing) effect|(?:com|go|enter)(?:e|ing)? into|start|begin|apply|introduced|imposed)",
    re.IGNORECASE,
)
_PROLONGS = ("extend", "prolong", "renew", "roll")
_AT_ONCE = re.compile(
    r"\bwith immediate effect\b|\b(?:effective|effect|force) immediately\b|\bimmediately effective\b"
    r"|\b(?:an|the) immediate\b",
    re.IGNORECASE,
)


def recalled(scene: Scene, passage: Passage, act: Act) -> bool:
    """Whether a sentence only recalls a measure: an old date of its own, an aside, an unreported past perfect."""
    verb, puts = act.trigger, act.move in ("impose", "announce")
    if puts and _standing(verb):
        return False
    dates = list(_dates_of(scene, passage, act))
    own = [d for d, governor in dates if governor.i in (verb.i, act.core.i)]
    if puts and any(_older(scene, d.window.end, 60 if d.day else 30) for d in own):
        return True
    if act.move == "lift" and any(_older(scene, d.window.end, 365) for d, governor in dates if governor == verb):
        return True
    # the date of what is lifted may be old; only the lifting must be news
    if (
        act.move != "rumour"
        and not puts
        and any(_recent(scene, d) for d in passage.dated(verb.sent.start_char, verb.sent.end_char))
    ):
        return False
    fresh = any(_recent(scene, d) and d.day for d in passage.dated(verb.left_edge.idx, verb.right_edge.idx + 30))
    if verb.dep_ in ("advcl", "relcl", "acl") and puts and not fresh:
        mark = kid(verb, "mark", "advmod")
        if _by_law(scene, verb):
            return False
        if verb.dep_ == "relcl" or (mark is not None and mark.lower_ in scene.words["background.marks"]):
            return True
    if act.move == "deny":
        return False  # "denied that it had halted": the past perfect is the claim denied
    return is_background(scene, passage, verb, min(act.core.idx, verb.idx)) and not fresh


def _standing(verb: Token) -> bool:
    """ "has maintained a ban since 2020": old, and in force today."""
    present = verb.tag_ in ("VBZ", "VBP") or any(c.lower_ in ("has", "have") for c in verb.children)
    return lemma_of(verb) in ("maintain", "keep") and present


def _by_law(scene: Scene, verb: Token) -> bool:
    """ "passed a law that prohibits exports", "a policy to ban exports": the clause is the news its noun is in."""
    words, noun = scene.words, verb.head
    made = words["measures.announce.verbs"] | words["measures.impose.verbs"] | words["measures.carrier.making"]
    return lemma_of(noun) in words["measures.carrier.laws"] and lemma_of(noun.head) in made


def _older(scene: Scene, day: date | None, days: int) -> bool:
    return scene.anchor is not None and day is not None and day < scene.anchor - timedelta(days)


def _recent(scene: Scene, dated: Dated) -> bool:
    return scene.anchor is not None and dated.window.end is not None and not _older(scene, dated.window.end, 20)


def _dates_of(scene: Scene, passage: Passage, act: Act) -> Iterator[tuple[Dated, Token]]:
    """The times of an act's sentence with the verb each belongs to: the last verb before it, else the act's own.

    By place and not by the parse, in which days are blank. What happened cannot lie ahead: without a year it was last.
    """
    verb = act.trigger
    past = verb.tag_ in ("VBD", "VBN") and modal(verb) is None and lemma_of(verb.head) != "expect"
    for dated in passage.dated(verb.sent.start_char, verb.sent.end_char):
        before = [t for t in verb.sent if t.pos_ == "VERB" and t.idx < dated.start]
        nearest = before[-1] if before else verb
        governor = nearest if nearest.i > verb.i or nearest in _joined_to(scene, verb) else verb
        if past and governor == verb and scene.anchor and not dated.explicit and not dated.weekday:
            ahead = dated.window.start is not None and dated.window.start > scene.anchor
            earlier = find_dates(dated.window.text, scene.anchor - timedelta(183))
            cued = role_of(passage.text, verb.sent.start_char, dated) in ("effective", "ended")
            dated = replace(dated, window=earlier[0].window) if ahead and earlier and not cued else dated
        yield dated, governor


def _joined_to(scene: Scene, verb: Token) -> tuple[Token, ...]:
    """The verb of another measure that a verb is joined to: "will lift the ban on 1 May and impose quotas"."""
    moves = scene.words["measures.lift.verbs"] | scene.words["measures.impose.verbs"]
    return (verb.head,) if verb.dep_ == "conj" and lemma_of(verb.head) in moves else ()


@dataclass(slots=True)
class Times:
    """The times of one measure, as far as its sentence tells them; `lasting` is for how long it holds."""

    announced: Window | None = None
    effective: Window | None = None
    ended: Window | None = None
    lasting: Window | None = None


def times_of(scene: Scene, passage: Passage, act: Act) -> Times:
    """When it was announced, begins, ends, and for how long it holds, by the verb and the words before each date."""
    times, lifts, done = Times(), act.move == "lift", False
    for dated, governor in _dates_of(scene, passage, act):
        field = _field(scene, passage, act, dated, governor)
        if field == "effective" and not lifts and (both := span(dated.window)):
            times.effective, times.ended = times.effective or both[0], times.ended or both[1]
            continue
        if lifts and field in ("effective", "lasting"):
            since = _SINCE.search(passage.text[: dated.start])
            field = None if field == "lasting" else "effective" if since else "ended"
        if lifts and field == "announced" and _older(scene, dated.window.end, 12):
            continue  # "withdrew its order of 4 March"
        if field is not None and getattr(times, field) is None:
            done = done or (field == "announced" and governor == act.trigger and _imposes(scene, act))
            setattr(times, field, as_field(scene, passage.text, act.trigger.sent.start_char, dated, field))
    text = act.trigger.sent.text
    if times.lasting is None and not lifts and (length := _LENGTH.search(text)):
        times.lasting = next(
            (d.window for d in find_dates(f"within {length['n']} {length['unit']}s", scene.anchor)), None
        )
    if times.lasting is None and (more := _LONGER.search(text)) and act.trigger.lower_.startswith(_PROLONGS):
        times.lasting = next((d.window for d in find_dates(f"within {more['time']}", scene.anchor)), None)
    if not lifts and at_once(text) and (times.effective is None or times.effective.start != times.effective.end):
        day = times.announced.start if times.announced else scene.anchor
        times.effective = Window("with immediate effect", day, day)
    if not lifts and _NOT_THEN.search(text):
        times.effective = None
    if lifts and times.ended is None and not is_ahead(text):
        times.ended = times.announced
    if times.effective is None and done and times.announced is not None:
        times.effective = times.announced
    return times


def _imposes(scene: Scene, act: Act) -> bool:
    """Whether an act's word itself is what puts the measure in place: "barred", "imposed", and not "approved"."""
    lemma, words = lemma_of(act.trigger), scene.words
    kinds = ("ban", "quota", "licence", "restriction", "tax", "impose")
    past = act.trigger.tag_ == "VBD" and act.move == "impose"
    return past and any(lemma in words[f"measures.{kind}.verbs"] for kind in kinds)


def span(window: Window) -> tuple[Window, Window] | None:
    """The first and the last day of "from 1 July to 31 December"; None of another time."""
    if window.end is None or not _SPAN.search(window.text):
        return None
    return replace(window, end=window.start), replace(window, start=window.end)


def at_once(text: str) -> bool:
    """Whether a text says that something holds at once."""
    return _AT_ONCE.search(text) is not None


def is_ahead(text: str) -> bool:
    """Whether a text tells of what is still to be done."""
    return _AHEAD.search(text) is not None


def as_field(scene: Scene, text: str, start: int, dated: Dated, field: str) -> Window:
    """The window of a time that is told as the beginning, the end or the announcement of a measure, in a sentence that
    begins at `start`."""
    clause, last = text[start : dated.start], dated.window.end
    if field == "effective" and last is not None and is_after(clause):
        return Window(dated.window.text, last + timedelta(1), last + timedelta(1))
    dated = replace(dated, window=_turned(scene, clause, dated, field))
    window, late = dated.window, re.search(r"\bend\b", dated.window.text)
    if field == "ended" or (late and field == "effective" and is_put_off(clause[-80:])):
        return replace(window, start=window.end)
    return deadline(text, dated, scene.anchor) if field == "effective" else window


def _turned(scene: Scene, clause: str, dated: Dated, field: str) -> Window:
    """What a time that names no year, or only a weekday, means: since when lies behind, until when lies ahead."""
    window, anchor = dated.window, scene.anchor
    if anchor is None or dated.explicit or window.start is None or window.end is None or field == "announced":
        return window
    if _SINCE.search(clause):
        step = -183 if window.start > anchor else 0
    elif dated.weekday and not re.search(r"\d|last", window.text):
        return _days_on(window, 7) if window.end < anchor and _TO_COME.search(clause) else window
    else:
        step = 183 if window.end < anchor - timedelta(45) and (_TO_COME.search(clause) or field == "ended") else 0
    other = find_dates(window.text, anchor + timedelta(step)) if step and re.search(_NAMED, window.text) else ()
    return other[0].window if len(other) == 1 else window


def _days_on(window: Window, days: int) -> Window:
    start, end = ((day + timedelta(days) if day else None) for day in (window.start, window.end))
    return replace(window, start=start, end=end)


def _field(scene: Scene, passage: Passage, act: Act, dated: Dated, governor: Token) -> str | None:
    """Which time of the measure a date is: announced, effective, ended, lasting; None where it is another's."""
    verb, words = act.trigger, dated.window.text.lower()
    before = passage.text[max(verb.sent.start_char, dated.start - 34) : dated.start].lower()
    role = role_of(passage.text, verb.sent.start_char, dated)
    until, since = role == "ended", role == "effective"
    sure = since and _SURE.search(before)
    if role == "former" or (_of_another(scene, act, governor) and not sure):
        return None
    if governor != verb and not until and not since:
        if lemma_of(governor) in scene.words["say.verbs"] and governor == sayer(verb, scene):
            return "announced"
        if not governor.is_ancestor(verb) and (governor.dep_ in ("relcl", "conj") or not verb.is_ancestor(governor)):
            return None
        if governor in _joined_to(scene, verb):
            return None
    if act.move in ("begin", "end") and role in ("announced", "effective"):
        return role
    if until or act.move == "end":
        return None if act.move == "lift" else "ended"  # how long the lifting lasts is no end of the measure
    ahead = dated.window.end is not None and scene.anchor is not None and dated.window.end > scene.anchor
    vague = dated.day is None and not words.startswith(("this", "last")) and re.search(r"\b(?:in|by|for)\s+$", before)
    if words.startswith(("for ", "within", "over", "in the tenth")):
        return "lasting" if words.startswith("for ") else None
    # what lies ahead of the report was not announced then
    if since or act.move == "begin" or (ahead and (vague or _later(scene, dated))):
        return "effective"
    if modal(verb) == "will" and governor == verb and role is None and dated.weekday == dated.window.text:
        return "effective" if dated.start > verb.idx else None
    loose = dated.day is None and not words.startswith(("this", "last", "next"))
    month = re.search(r"\bin\s+$", before) and _imposes(scene, act) and governor == verb and not _later(scene, dated)
    if loose and month and dated.window.end is not None and words[:2] != "20":
        return "effective"
    return None if loose or (verb.tag_ != "VB" and _older(scene, dated.window.end, 120)) else "announced"


def _later(scene: Scene, dated: Dated) -> bool:
    return scene.anchor is not None and dated.window.start is not None and dated.window.start > scene.anchor


def _of_another(scene: Scene, act: Act, governor: Token) -> bool:
    """Whether a verb stands in a clause on another thing: "bringing forward a ban that was due to start in May"."""
    chain = [governor, *governor.ancestors]
    inner = chain[: chain.index(act.trigger)] if act.trigger in chain else chain
    clauses = (t.head for t in inner if t.dep_ == "relcl")
    return any((t != act.core or act.move == "lift") and not _made_by(scene, act, t) for t in clauses)


def _made_by(scene: Scene, act: Act, law: Token) -> bool:
    """Whether a law is what an act is done by: "scrapped the tax in a decree that takes effect on Friday"."""
    return law.dep_ == "pobj" and law.head.head == act.trigger and lemma_of(law) in scene.words["measures.carrier.laws"]
