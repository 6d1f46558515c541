"""Undertakings found in sentences -> pledges: with whom, by when, in which mechanism, on whose word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from monazite.ledger.clauses import (
    amounts,
    attribution,
    clause_end,
    is_background,
    is_opinion,
    kid,
    noun_phrase,
    object_of,
    said,
    squeeze,
)
from monazite.ledger.dates import Dated, find_dates, ordinal
from monazite.ledger.drafts import Pledge
from monazite.ledger.frames import Frame, frames
from monazite.ledger.mechanisms import Mechanism, content_words, mechanism_of, proper_words, topics_of
from monazite.ledger.scene import Passage, Scene, evidence
from monazite.ledger.values import Window

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["pledges"]

_RUN = r"(?:[A-Z][\w–-]*\s+)*[A-Z][\w–-]*(?:\s+\([A-Z][\w ]+\))?(?:\s+[a-z-]+){0,2}"
_SAID = re.compile(r"\b(?:said|told|announced|reported|added)\s+(?:reporters\s+)?(?:on\s+)?$")
# kinds of mechanism that meet in numbered rounds
_COUNTED = frozenset({"dialogue", "summit", "meeting", "round", "forum", "commission", "committee", "negotiation"})


def pledges(scene: Scene, taken: frozenset[int] = frozenset()) -> Iterator[Pledge]:
    """The undertakings of a report; `taken` are the characters of verbs that state trade measures."""
    for number, passage in enumerate(scene.passages):
        for sentence in passage.doc.sents:
            done: set[int] = set()
            for frame in frames(scene, passage, sentence):
                token = frame.content
                if token.i in done or passage.offset + token.idx in taken:
                    continue
                if is_background(scene, passage, frame.trigger, token.idx) or is_opinion(scene, frame.trigger):
                    continue
                pledge = _pledge(scene, number, frame)
                if pledge is not None:
                    done.add(token.i)
                    yield pledge


def _pledge(scene: Scene, number: int, frame: Frame) -> Pledge | None:
    passage, content, sentence = scene.passages[number], frame.content, frame.content.sent
    span = (
        content.doc[content.i : clause_end(content)]
        if content.pos_ in ("VERB", "AUX")
        else _thing_phrase(scene, content)
    )
    thing = content if content.pos_ not in ("VERB", "AUX") else object_of(content) or _prep_object(content)
    mechanism = mechanism_of(scene, passage, thing) if thing is not None else None
    purpose = content.lemma_.lower() in scene.words["substance.nouns"] and " to " in span.text
    if mechanism is not None and (purpose or mechanism.head.i == frame.trigger.i):
        mechanism = None
    words = span.text + " " + _antecedent(passage, thing)
    names = proper_words(scene, passage, span.start_char, span.end_char) | proper_words_of(words, span.text)
    names -= frozenset(w for m in (mechanism,) if m for w in m.key)
    heads = content_words(scene, words)
    if frame.status in ("will_do", "planned") and _of_trade(scene, words):
        return None
    none = thing is not None and any(c.lower_ == "no" for c in thing.children)
    if none or (not heads and mechanism is None):
        return None
    shown = squeeze(f"{said(passage, span)} {_antecedent(passage, thing)}")
    end = max(span.end_char, _last(frame))
    classes = _classes(scene, words, frame)
    actors, partners = _sides(scene, passage, frame, (span.start_char, end))
    act = content.lemma_.lower() if content.pos_ == "VERB" else frame.trigger.lemma_.lower()
    return Pledge(
        evidence=evidence(scene, passage, *_quote(sentence)),
        passage=number,
        actors=actors,
        partners=partners,
        act=act,
        object=squeeze(
            shown.partition(" ")[2] if act in scene.words["launch.verbs"] and content.pos_ == "VERB" else shown
        ),
        mechanism=mechanism.name if mechanism else None,
        key=mechanism.key if mechanism else frozenset(),
        classes=classes,
        names=names,
        heads=heads,
        topics=topics_of(
            scene.words, words if mechanism is None or len(mechanism.key) < 2 else f"{words} {mechanism.name}"
        )
        or topics_of(scene.words, sentence.text),
        level=_level(sentence.text),
        due=_due_window(scene, passage, frame, span.start_char),
        status=frame.status,
        asset=_asset(names, words) if _named_thing(scene, mechanism, classes) else None,
        attribution=attribution(scene, passage, frame.trigger),
        round=_round(_beside(passage, frame, mechanism)) if mechanism and mechanism.kind in _COUNTED else None,
        amounts=amounts(said(passage, span)),
        new=bool(
            re.search(
                r"\b(?:new|newly|first|inaugural|first-ever|creation|establish\w*|launch\w*)\b",
                passage.text[frame.trigger.idx : end],
                re.IGNORECASE,
            )
        ),
    )


def _of_trade(scene: Scene, words: str) -> bool:
    """Whether it is a trade measure that is promised: those are told as measures."""
    found = set(re.findall(r"[a-z]+", words.lower()))
    return any(
        found
        & scene.words[f"measures.{kind}.nouns"]
        - {"list", "regime", "approval", "clearance", "limit", "freeze", "halt", "permit"}
        for kind in ("ban", "quota", "tax", "restriction")
    ) or ("export" in found and bool(found & {"controls", "licence", "licences", "license", "licensing"}))


def _thing_phrase(scene: Scene, noun: Token) -> Span:
    """A noun's phrase with the purpose that is its substance: "a deal to supply the navy with antennas"."""
    phrase = noun_phrase(noun)
    doc, end = noun.doc, phrase.end
    if (
        noun.lemma_.lower() in scene.words["substance.nouns"]
        and end + 1 < noun.sent.end
        and doc[end].lower_ == "to"
        and doc[end + 1].tag_ == "VB"
    ):
        end = max(end + 2, clause_end(doc[end + 1]))
    return doc[phrase.start : end]


def proper_words_of(words: str, shown: str) -> frozenset[str]:
    """Proper words of an antecedent that the phrase itself does not show."""
    extra = words[len(shown) :]
    return frozenset(w.lower() for w in re.findall(r"\b[A-Z][\w-]{2,}", extra))


def _prep_object(verb: Token) -> Token | None:
    prep = next((c for c in verb.children if c.dep_ == "prep" and c.i > verb.i), None)
    return kid(prep, "pobj") if prep is not None else None


def _last(frame: Frame) -> int:
    return max(frame.trigger.idx + len(frame.trigger), frame.content.idx + len(frame.content))


def _quote(sentence: Span) -> tuple[int, int]:
    text = sentence.text
    return sentence.start_char + len(text) - len(text.lstrip()), sentence.start_char + len(text.rstrip())


def _antecedent(passage: Passage, thing: Token | None) -> str:
    """What "this project" means: the last phrase with the same noun before it in the passage."""
    if thing is None or kid(thing, "det") is None or kid(thing, "det").lower_ not in ("this", "that", "the", "these"):  # type: ignore[union-attr]
        return ""
    if kid(thing, "compound", "amod", "nmod", "prep", "poss") is not None:
        return ""
    for token in reversed(passage.doc[: thing.left_edge.i]):
        if token.lemma_.lower() == thing.lemma_.lower() and kid(token, "compound", "amod", "prep", "nmod") is not None:
            return noun_phrase(token).text
    return ""


def _sides(
    scene: Scene, passage: Passage, frame: Frame, span: tuple[int, int]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Actors, and the partners named in what is undertaken or standing beside the trigger ("with Chile")."""
    actors = tuple(sorted(set(frame.actors)))
    partners: set[str] = set()
    lemmas = {frame.content.lemma_.lower(), frame.trigger.lemma_.lower()}
    # "buy power from Laos", "pledged 60 million euros for projects in Peru": there the place is the partner
    near = lemmas & (scene.words["class.buy"] | {"pledge"})
    if len(actors) < 2:
        stop = frame.content.sent.end_char if near else span[1]
        named = [n for n in passage.named(span[0], stop) if n.kind != "office"]
        for child in frame.trigger.children:
            if child.dep_ == "prep" and child.lower_ in ("with", "to", "for"):
                named += passage.named(child.idx, child.right_edge.idx + len(child.right_edge))
        partners |= {c for n in named if near or not _is_origin(passage, n.start) for c in n.codes}
        if (
            not partners - set(actors)
            and len(scene.parties) == 2
            and actors
            and actors[0] in scene.parties
            and _gives(scene, frame)
        ):
            partners |= set(scene.parties)
    partners -= set(actors)
    if not actors:
        actors, partners = tuple(sorted(partners)), set()
    return actors, tuple(sorted(partners))


def _is_origin(passage: Passage, at: int) -> bool:
    """Whether a place only says where from or where: "from Australia", "in Chile"."""
    return (
        re.search(r"\b(?:from|in|at|against|near|outside)\s+(?:the\s+)?$", passage.text[max(0, at - 14) : at])
        is not None
    )


def _gives(scene: Scene, frame: Frame) -> bool:
    return frame.content.lemma_.lower() in scene.words["class.deliver"] and frame.status != "planned"


def _classes(scene: Scene, words: str, frame: Frame) -> frozenset[str]:
    lemmas = {frame.content.lemma_.lower()} | set(re.findall(r"[a-z]+", words.lower()))
    lemmas |= {t.lemma_.lower() for t in frame.content.subtree if t.pos_ == "VERB"} | {frame.trigger.lemma_.lower()}
    return frozenset(name for name, members in scene.words.group("class").items() if lemmas & members)


def _level(sentence: str) -> str | None:
    match = re.search(
        r"(?:co-?)?(?:led|chaired|headed)\s+by\s+[^,.;]+|at\s+(?:the\s+)?[\w\s-]{3,40}?\blevel\b"
        r"|\b(?:ministerial|vice-ministerial|cabinet|leader)[- ]level\b",
        sentence,
    )
    return squeeze(match.group()) if match else None


def _due_window(scene: Scene, passage: Passage, frame: Frame, start: int) -> Window | None:
    """The time by which it is due: the first after the trigger that does not lie before the report."""
    sentence = frame.content.sent
    begin = min(frame.trigger.idx, start) if frame.status == "planned" else frame.trigger.idx
    for dated in passage.dated(begin, sentence.end_char):
        window = _ahead(scene, dated)
        if _SAID.search(passage.text[: dated.start]):
            continue
        if (
            dated.weekday
            and not any(c.isdigit() for c in window.text)
            and "next" not in window.text.lower()
            and frame.status in ("agreed", "launched", "reaffirmed")
        ):
            continue
        if scene.anchor and window.end and window.end < scene.anchor - timedelta(1):
            continue
        if frame.status in ("launched",) and dated.day and scene.anchor and abs((dated.day - scene.anchor).days) <= 7:
            continue
        if re.fullmatch(r"today|yesterday", window.text, re.IGNORECASE) or _names_a_thing(
            passage, dated.start, dated.end
        ):
            continue
        return window
    return None


def _ahead(scene: Scene, dated: Dated) -> Window:
    """The window of what is due: "in October" is the October to come."""
    if (
        scene.anchor is None
        or dated.explicit
        or dated.weekday
        or not dated.window.end
        or dated.window.end >= scene.anchor
    ):
        return dated.window
    later = find_dates(dated.window.text, scene.anchor + timedelta(183))
    return later[0].window if len(later) == 1 and later[0].window.text == dated.window.text else dated.window


def _names_a_thing(passage: Passage, start: int, end: int) -> bool:
    """Whether a year is part of a name: "the 2019 agreement"."""
    after = passage.text[end : end + 25]
    return (
        passage.text[start:end].isdigit()
        and re.match(
            r"\s+(?:agreement|deal|treaty|pact|declaration|summit|plan|strategy|vision|memorandum|accord|action)",
            after,
            re.IGNORECASE,
        )
        is not None
    )


def _round(sentence: str) -> int | None:
    return (
        ordinal(match.group(1))
        if (
            match := re.search(
                r"\b(\d{1,3}(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\s+(?:[\w–-]+\s+){0,6}?(?:round|dialogue|summit|meeting|session|talks|consultations|forum|edition)\b",
                sentence,
                re.IGNORECASE,
            )
        )
        else None
    )


def _beside(passage: Passage, frame: Frame, mechanism: Mechanism) -> str:
    """The words in which a meeting's number may stand: its own phrase, what is just before it, what it will hold."""
    start = mechanism.head.left_edge.idx
    held = kid(frame.trigger, "dobj")
    own = passage.text[held.left_edge.idx : held.idx + len(held)] if held is not None else ""
    return f"{passage.text[max(0, start - 30) : mechanism.head.idx + len(mechanism.head)]} {own}"


def _asset(names: frozenset[str], words: str) -> str | None:
    """The named thing that is promised: the longest run of proper words with the noun after it."""
    runs = [_trimmed(r) for r in re.findall(_RUN, words)]
    # one bare word is a place or a person as often as a thing
    named = [r for r in runs if any(n in r.lower() for n in names) and (" " in r or r.isupper())]
    return squeeze(max(named, key=len)) if named else None


def _trimmed(run: str) -> str:
    """A run of proper words without the "to" or "and" after it."""
    return re.sub(r"(?:\s+(?:to|and|for|of|in|on|with|under|by|from|as|the|or|a|at))+$", "", run)


def _named_thing(scene: Scene, mechanism: Mechanism | None, classes: frozenset[str]) -> bool:
    tangible = classes & {"deliver", "speed", "build", "buy", "fund"}
    return bool(tangible) and (mechanism is None or not mechanism.key - {mechanism.kind})
