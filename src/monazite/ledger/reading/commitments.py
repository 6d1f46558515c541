"""Undertakings found in sentences -> pledges: with whom, by when, in which mechanism, on whose word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monazite.ledger.drafts import Pledge
from monazite.ledger.reading.actors import Name
from monazite.ledger.reading.belief import is_believed
from monazite.ledger.reading.clauses import (
    amounts,
    attribution,
    clause_end,
    is_background,
    is_opinion,
    kid,
    lemma_of,
    noun_phrase,
    object_of,
    quote,
    said,
    squeeze,
    under,
)
from monazite.ledger.reading.dates import MONTHS, Dated, deadline, find_dates, ordinal
from monazite.ledger.reading.frames import Frame, is_idle, plain_frame
from monazite.ledger.reading.mechanisms import Mechanism, content_words, mechanism_of, proper_words, topics_of
from monazite.ledger.reading.quantities import CURRENCIES
from monazite.ledger.reading.scene import Passage, Scene, who
from monazite.ledger.reading.signs import Told
from monazite.ledger.values import Window

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["pledges"]

_RUN = re.compile(r"(?:[A-Z][\w–-]*\s+)*[A-Z][\w–-]*(?:\s+\([A-Z][\w ]+\))?(?:\s+[a-z-]+){0,2}")
_RUN_OVER = re.compile(
    r"\s+(?:to|and|for|of|in|on|with|under|by|from|as|the|or|a|at|over|through|within|per|each)\b.*$"
)
_PLACED = re.compile(r"\b(?:from|in|at|against|near|outside)\s+(?:the\s+)?$")
_EDGE = re.compile(r"\s+(?:border|frontier|coast|shore|waters|territory|soil)\b")
_LISTED = re.compile(r",?\s*(?:and|or)?\s*(?:the\s+)?")
_SAID = re.compile(r"\b(?:said|told|announced|reported|added)\s+(?:reporters\s+)?(?:on\s+)?$")
_LEADING = re.compile(
    r"\W*(?:(?:also|but|and|then|by|on|in|from|before|until|at|late|early)\s+)*(?:the\s+)?", re.IGNORECASE
)
# "since an interim accord took effect on 1 February"
_OCCASION = re.compile(
    r"\b(?:since|after|when|following)\s[^,;]{0,80}?\b(?:\w+ed|took|came|went|was|were|had)\b[^,;]*$"
)
# "their first talks in seven years", "the largest order in 10 years"
_RARE = re.compile(
    r"\b(?:first|second|only|\w+est|most|least)\s+(?:(?!will\b|would\b|to\b|is\b|are\b|be\b)[\w'’-]+\s+){0,5}(?:in|for)\s+"
    r"(?:\w+\s+){1,3}(?:years|decades?)$",
    re.IGNORECASE,
)
_WHOSE = re.compile(r"\bwhose\b(?![^,;]*\b(?:will|would|to be)\b)[^,;]*$")
_NEW = re.compile(
    r"\b(?:new|newly|first|inaugural|first-ever|creation|establish\w*|launch\w*)\b",
    re.IGNORECASE,
)
_LEVEL = re.compile(
    r"(?:co-?)?(?:led|chaired|headed)\s+by\s+[^,.;]+|at\s+(?:the\s+)?[\w\s-]{3,40}?\blevel\b"
    r"|\b(?:ministerial|vice-ministerial|cabinet|leader)[- ]level\b"
)
_ROUND = re.compile(
    r"\b(\d{1,3}(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\s+(?:[\w–-]+\s+){0,6}?"
    r"(?:round|dialogue|summit|meeting|session|talks|consultations|forum|edition)\b",
    re.IGNORECASE,
)
_FAR = 9
"""How many words may stand between what is signed and what it is on: where and when."""
_VENUE = re.compile(
    r"\b(?:held|hold|take place|meet|convened?|gather|host\w*|planned|scheduled|set|due|round|session)\b[^.;,]{0,60}?"
    r"\b(?:in|by) (?:the )?"
    rf"(?P<place>(?!{'|'.join(m.capitalize() for m in MONTHS)})[A-Z][\w-]+(?: [A-Z][\w-]+)?)"
)
_PARTICLES = ("aside ", "apart ", "forth ")
# kinds of act whose object may be a thing with a name of its own
_TANGIBLE = frozenset({"deliver", "speed", "build", "buy", "fund"})
# "the 2019 agreement": a year that is part of a name
_OF_YEAR = re.compile(
    r"\s+(?:agreement|deal|treaty|pact|declaration|summit|plan|strategy|vision|memorandum|accord|action)", re.IGNORECASE
)


# "Vision 2030", but not "in May 2030" or "By 2030"
_IN_NAME = re.compile(
    rf"(?<![.!?] )\b(?!(?:{'|'.join(MONTHS)}|by|in|from|until|since|before|after|fiscal|spring|summer|autumn|winter)\b)"
    r"(?-i:[A-Z])[a-z]+ $",
    re.IGNORECASE,
)


def pledges(scene: Scene, sentences: Iterable[Told]) -> Iterator[Pledge]:
    """The undertakings of a report."""
    for one in sentences:
        passage, done = scene.passages[one.number], set[tuple[int, int]]()
        likely = _likely(scene, passage, one)
        beside = _beside_trade(one, likely)
        if not is_believed("commitment", one.signs, bool(beside)):
            continue
        for frame in beside or likely:
            token, trigger = frame.content, frame.trigger
            # "work begins in May and is to be finished in 2030" tells two of one thing
            mark = token.i, trigger.i if token.i < trigger.i and token.pos_ == "NOUN" else 0
            if mark in done or token.idx < passage.lead:
                continue
            pledge = _pledge(scene, one.number, frame)
            if pledge is not None:
                done.add(mark)
                yield pledge
        plain = None if done else plain_frame(scene, passage, one.sentence)
        told = _pledge(scene, one.number, plain) if plain is not None else None
        if told is not None:
            yield told


def _beside_trade(one: Told, likely: Iterable[Frame]) -> tuple[Frame, ...]:
    """The undertakings of a sentence that states a trade measure too, where the grammar reads both apart."""
    acts = {t.i for a in one.acts for t in (a.trigger, a.core)}
    phrases = ((f, range(f.content.i, clause_end(f.content))) for f in likely)
    return tuple(f for f, own in phrases if acts and acts.isdisjoint(own) and f.trigger.i not in acts)


def _likely(scene: Scene, passage: Passage, one: Told) -> tuple[Frame, ...]:
    """The frames of a sentence that states an undertaking, without those that only recall one, if there are others."""
    fresh = [
        f
        for f in one.frames
        if not is_background(scene, passage, f.trigger, f.content.idx) and not is_opinion(scene, f.trigger)
    ]
    return tuple(fresh or one.frames)


def _pledge(scene: Scene, number: int, frame: Frame) -> Pledge | None:
    passage, content = scene.passages[number], frame.content
    acts = content.pos_ in ("VERB", "AUX")
    thing = object_of(content) or _prep_object(content) if acts else content
    span = content.doc[content.i : clause_end(content)] if acts else _thing_phrase(scene, content)
    mechanism = _mechanism(scene, passage, frame, thing, span)
    meant = _antecedent(passage, thing)
    if acts and not meant and thing is not None and thing.pos_ == "PRON" and is_idle(scene, content):
        return None  # "officials will lead it"
    words = f"{span.text} {meant}"
    names = proper_words(passage, span) | {w.lower() for w in re.findall(r"\b[A-Z][\w-]{2,}", meant)}
    heads = content_words(scene.words, words)
    if not heads and mechanism is None:
        return None
    if any(c.lower_ == "no" for c in (thing.children if thing is not None else ())) and not _agrees(scene, frame):
        return None
    told = squeeze(f"{lemma_of(content)} {thing.text if thing is not None else ''}")
    if frame.status in ("will_do", "planned") and not _by_agreement(scene, frame) and _of_trade(scene, told):
        return None
    end = max(span.end_char, frame.trigger.idx + len(frame.trigger), content.idx + len(content))
    actors, partners = _sides(scene, passage, frame, (span.start_char, end))
    classes = _classes(scene, words, frame)
    named = mechanism is not None and bool(mechanism.key - {mechanism.kind})
    return Pledge(
        evidence=quote(scene, passage, content.sent),
        passage=number,
        actors=actors,
        partners=partners,
        act=_act(frame),
        object=_object(scene, passage, frame, span, (thing, meant)),
        mechanism=mechanism.name if mechanism else None,
        key=mechanism.key if mechanism else frozenset(),
        classes=classes,
        names=names - mechanism.key if mechanism else names,
        heads=heads,
        topics=topics_of(scene.words, f"{words} {mechanism.name}" if mechanism and named else words)
        or topics_of(scene.words, content.sent.text),
        level=squeeze(match.group()) if (match := _LEVEL.search(content.sent.text)) else None,
        due=_due_window(scene, passage, frame, span.start_char),
        status=frame.status,
        asset=_asset(names, words) if classes & _TANGIBLE and not named else None,
        attribution=attribution(scene, passage, frame.trigger),
        round=_round(scene, passage, frame, mechanism),
        amounts=amounts(said(passage, span)),
        new=_NEW.search(passage.text[frame.trigger.idx : end]) is not None,
        day=scene.anchor,
        venue=_venue(passage, content.sent) if mechanism is not None else None,
    )


def _venue(passage: Passage, sentence: Span) -> tuple[str, str | None] | None:
    """Where a meeting to come will be, and the country, where that is known."""
    held = _VENUE.search(passage.text, sentence.start_char, sentence.end_char)
    if held is None:
        return None
    names = passage.named(held.start("place"), held.end("place"), "capital", "country")
    return held["place"], names[0].codes[0] if names else None


def _agrees(scene: Scene, frame: Frame) -> bool:
    return lemma_of(frame.trigger) in scene.words["agree.verbs"]


def _act(frame: Frame) -> str:
    act = lemma_of(frame.content if frame.content.pos_ == "VERB" else frame.trigger)
    return {"signing": "sign", "signature": "sign"}.get(act, act)


def _object(scene: Scene, passage: Passage, frame: Frame, span: Span, of: tuple[Token | None, str]) -> str:
    """What is undertaken, in the report's words; what is founded goes without its verb, unless that has a particle.

    `of` is the thing it is done to and what that means: "this project" is told by its name.

    Where it is a thing that is to do or to undergo it, that thing comes first: "Contracts are to be signed in May".
    """
    if (whole := _with_subject(scene, passage, frame)) is not None:
        return squeeze(said(passage, whole))
    thing, meant = of
    words = said(passage, span)
    if thing is not None and meant and _owned(thing) is None:
        words = words.replace(said(passage, thing.doc[thing.left_edge.i : thing.i + 1]), meant, 1)
    else:
        words = f"{words} {meant}"
    shown = squeeze(words).removeprefix("whose ")
    bare = frame.content.pos_ == "VERB" and _act(frame) in scene.words["launch.verbs"]
    # "set up", "set aside"
    if not bare or kid(frame.content, "prt") is not None or shown.partition(" ")[2].startswith(_PARTICLES):
        return shown
    founded = _founded(frame.content)
    return squeeze(said(passage, noun_phrase(founded))) if founded is not None else shown.partition(" ")[2] or shown


def _founded(verb: Token) -> Token | None:
    """What a verb without an object of its own founds: its subject in the passive, or the noun its clause is on."""
    if kid(verb, "dobj", "ccomp") is not None:
        return None
    clause = next((t for t in (verb, verb.head) if t.dep_ == "relcl"), None)
    thing = kid(verb, "nsubjpass") or (clause.head if clause is not None else None)
    return thing if thing is not None and thing.pos_ in ("NOUN", "PROPN") else None


def _with_subject(scene: Scene, passage: Passage, frame: Frame) -> Span | None:
    """The clause from its subject on, where that is no party but a thing of which something is to become."""
    verb = frame.trigger if frame.trigger.pos_ in ("VERB", "AUX") else frame.trigger.head
    subject = kid(frame.content, "nsubj", "nsubjpass") or kid(verb, "nsubj", "nsubjpass")
    ahead = frame.status in ("will_do", "planned") or frame.trigger.tag_ in ("VBZ", "VBP")
    if subject is None or subject.pos_ in ("PRON", "NUM", "SYM") or not ahead or _owned(subject) is not None:
        return None
    passive = kid(verb, "nsubjpass") is not None and frame.content.pos_ not in ("VERB", "AUX")
    if not passive and kid(frame.content, "nsubjpass") is None and who(scene, passage, subject):
        return None
    return verb.doc[subject.left_edge.i : clause_end(verb)] if subject.i < verb.i else None


def _mechanism(scene: Scene, passage: Passage, frame: Frame, thing: Token | None, span: Span) -> Mechanism | None:
    """The mechanism undertaken; an "agreement to build" is told by the building."""
    mechanism = mechanism_of(scene, passage, thing)
    purpose = lemma_of(frame.content) in scene.words["substance.nouns"] and " to " in span.text
    return None if mechanism is not None and (purpose or mechanism.head.i == frame.trigger.i) else mechanism


def _by_agreement(scene: Scene, frame: Frame) -> bool:
    return lemma_of(kid(frame.trigger, "nsubj")) in scene.words["sign.instruments"]


def _of_trade(scene: Scene, words: str) -> bool:
    """Whether it is a trade measure that is promised: those are told as measures."""
    found = set(re.findall(r"[a-z]+", words.lower()))
    kinds = ("ban", "quota", "tax", "restriction")
    plain = frozenset().union(*(scene.words[f"measures.{kind}.nouns"] for kind in kinds))
    licensed = "export" in found and found & {"controls", "licence", "licences", "license", "licensing"}
    return bool(found & (plain - scene.words["measures.ambiguous.nouns"]) or licensed)


def _thing_phrase(scene: Scene, noun: Token) -> Span:
    """A noun's phrase with the purpose that is its substance: "a deal to supply the navy with antennas"."""
    phrase = noun_phrase(noun)
    named = (t for t in phrase if t.i > noun.i and t.lower_ not in ("of", "understanding", "intent"))
    if lemma_of(noun) not in scene.words["substance.nouns"] or any(named):
        return phrase
    # "signed a deal in Doha on Friday to build a line"
    for token in noun.doc[phrase.end : min(phrase.end + _FAR, noun.sent.end)]:
        if token.is_punct or token.pos_ == "VERB":
            break
        topic = token.dep_ == "prep" and token.lower_ in ("on", "for") and token.head in (noun, noun.head)
        if topic or (token.tag_ == "TO" and token.head.tag_ == "VB"):
            return noun.doc[phrase.start : clause_end(token if topic else token.head)]
    return phrase


def _prep_object(verb: Token) -> Token | None:
    prep = next((c for c in verb.children if c.dep_ == "prep" and c.i > verb.i), None)
    return kid(prep, "pobj") if prep is not None else None


def _antecedent(passage: Passage, thing: Token | None) -> str:
    """What "this project" means: the last phrase with the same noun before it; of "whose round", whose it is."""
    if thing is not None and (owned := _owned(thing)) is not None:
        return f"of {noun_phrase(owned.head).text}"
    article = kid(thing, "det") if thing is not None else None
    if thing is None or article is None or article.lower_ not in ("this", "that", "the", "these"):
        return ""
    telling = ("compound", "amod", "nmod", "prep", "poss")
    if kid(thing, *telling) is not None:
        return ""
    before = (t for t in reversed(passage.doc[: thing.left_edge.i]) if lemma_of(t) == lemma_of(thing))
    return next((noun_phrase(t).text for t in before if kid(t, *telling[:4]) is not None), "")


def _owned(thing: Token) -> Token | None:
    """The verb of the clause that a thing opens with "whose": its own noun stands before it."""
    clause = next((t for t in thing.ancestors if t.dep_ == "relcl"), None)
    owner = kid(thing, "poss")
    return clause if owner is not None and owner.lower_ == "whose" else None


def _sides(
    scene: Scene, passage: Passage, frame: Frame, span: tuple[int, int]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Actors, and the partners named in what is undertaken or standing beside the trigger ("with Chile")."""
    actors, partners = set(frame.actors), set[str]()
    if (givers := set(_givers(scene, passage, frame))) and len(actors) < 2:
        return tuple(sorted(givers)), tuple(sorted(actors - givers))
    beside = set(_with(scene, passage, frame))
    if len(actors) > 1 and beside:
        # "we will hold talks with Seoul": they are none of us
        others = actors - beside or actors
        actors = set(scene.home) if beside - actors and others & set(scene.home) else others
        return tuple(sorted(actors)), tuple(sorted(beside - actors))
    # "buy power from Laos", "pledged 60 million euros for projects in Peru": there the place is the partner
    gives = scene.words["class.deliver"] | scene.words["class.buy"] | {"pledge"}
    near = {lemma_of(frame.content), lemma_of(frame.trigger)} & gives
    if len(actors) < 2:
        named = list(passage.named(span[0], frame.content.sent.end_char if near else span[1]))
        for after in under(frame.trigger, "with", "to", "for"):
            named += passage.named(after.left_edge.idx, after.right_edge.idx + len(after.right_edge))
        placed = set(_placed(passage.text, named))
        told = {n for n in named if n.kind == "person" and n.start >= span[1]}  # who says so
        told |= {n for n in named if n.kind == "demonym" and _EDGE.match(passage.text, n.end)}
        meant = (n for n in named if n.kind != "office" and (near or n not in placed) and n not in told)
        partners = ({c for n in meant for c in n.codes} | beside) - actors
    return tuple(sorted(actors or partners)), tuple(sorted(partners if actors else ()))


def _givers(scene: Scene, passage: Passage, frame: Frame) -> Iterator[str]:
    """From whom: "will receive six ships from Japan"."""
    if lemma_of(frame.content) in ("receive", "obtain", "get"):
        for token in (frame.content, object_of(frame.content)):
            for giver in under(token, "from") if token is not None else ():
                yield from who(scene, passage, giver)


def _with(scene: Scene, passage: Passage, frame: Frame) -> Iterator[str]:
    """The countries named after "with" beside what undertakes, what is undertaken, or its object."""
    thing = object_of(frame.content) if frame.content.pos_ == "VERB" else None
    for token in (frame.trigger, frame.content, *([thing] if thing is not None else [])):
        for prep in (c for c in token.children if c.dep_ == "prep" and c.lower_ == "with"):
            other = kid(prep, "pobj")
            if other is not None and passage.named(other.left_edge.idx, other.right_edge.idx + len(other.right_edge)):
                yield from who(scene, passage, other)


def _placed(text: str, named: Iterable[Name]) -> Iterator[Name]:
    """The names that say where: "from Vietnam, Indonesia or Saudi Arabia"."""
    end = -1
    for name in sorted(named, key=lambda n: n.start):
        joined = 0 <= end <= name.start and _LISTED.fullmatch(text[end : name.start])
        if joined or _PLACED.search(text[max(0, name.start - 14) : name.start]):
            end = name.end
            yield name


def _classes(scene: Scene, words: str, frame: Frame) -> frozenset[str]:
    lemmas = {lemma_of(frame.trigger), *re.findall(r"[a-z]+", words.lower())}
    lemmas |= {lemma_of(t) for t in (frame.content, *frame.content.subtree) if t.pos_ == "VERB"}
    kinds = scene.words.group("class").items()
    return frozenset(name for name, members in kinds if lemmas & members)


def _due_window(scene: Scene, passage: Passage, frame: Frame, start: int) -> Window | None:
    """The time by which it is due: the first in its clause that does not lie before the report; what stands behind the
    undertaking itself goes before what stands before it."""
    sentence, joined = frame.content.sent, frame.trigger.dep_ == "conj"  # "begins in May and is to be ready in June"
    begin = min(frame.trigger.idx, start) if frame.status == "planned" and not joined else frame.trigger.idx
    if (future := kid(frame.trigger, "aux")) is not None:  # "will within six months take"
        begin = min(begin, future.idx)
    dates = passage.dated(sentence.start_char, _next_clause(frame))
    # "In July it will open an office, and in September it will send experts"
    openings = (frame.trigger.left_edge.idx, sentence.start_char)
    leading = [d for o in openings for d in dates if d.start < begin and _LEADING.fullmatch(passage.text, o, d.start)]
    own = sorted((d for d in dates if d.start >= begin), key=lambda d: (_joined_before(frame, d), d.start))
    # "will spend 40 million over two years and open an office"
    own = [d for d in own if not (_joined_before(frame, d) and d.window.text.lower().startswith(("over", "for")))]
    told = (*own, *(leading if frame.status in ("will_do", "planned") else ()))
    for dated in (_to_come(scene, frame, d) for d in told):
        window = _ahead(scene, frame, dated, passage.text)
        past = scene.anchor and window.end and window.end < scene.anchor - timedelta(1)
        lasts = re.match(r"for\b", dated.window.text, re.IGNORECASE)  # how long it holds is not when it is due
        aside = _OCCASION.search(passage.text, sentence.start_char, dated.start) or _of_a_thing(passage, frame, dated)
        if not past and not lasts and not aside and not _of_the_report(scene, passage, frame, dated):
            return window
    return None


def _of_a_thing(passage: Passage, frame: Frame, dated: Dated) -> bool:
    """Whether a time tells how rare a thing is, or of what another has: "the first talks in seven years", "with miners
    whose licences end in 2030"."""
    return bool(_RARE.search(passage.text, 0, dated.end) or _WHOSE.search(passage.text, frame.content.idx, dated.start))


def _joined_before(frame: Frame, dated: Dated) -> bool:
    """Whether a time belongs to what is joined before: "will lend 40 million this year and offer places next year"."""
    content = frame.content
    return content.dep_ == "conj" and content != frame.trigger and dated.start < content.idx


def _to_come(scene: Scene, frame: Frame, dated: Dated) -> Dated:
    """A bare weekday of what will be is the next one."""
    day, will = dated.day, frame.status in ("will_do", "planned")
    bare = dated.weekday is not None and dated.weekday == dated.window.text
    if not will or not bare or day is None or scene.anchor is None or day >= scene.anchor:
        return dated
    return replace(dated, window=replace(dated.window, start=day + timedelta(7), end=day + timedelta(7)))


def _next_clause(frame: Frame) -> int:
    """The character where a joined clause with its own "will" or subject, or another undertaking, begins: its times are
    its own."""
    content, sentence = frame.content, frame.content.sent
    several = content == frame.trigger or content in frame.trigger.conjuncts
    begin = max(content.i, frame.trigger.i) if frame.trigger.dep_ == "conj" else content.i
    for token in content.doc[begin + 1 : sentence.end]:
        if token.dep_ == "conj" and token.pos_ in ("VERB", "AUX") and token.i > content.i:
            if (token.head == frame.trigger or token.head.is_ancestor(content)) and not several:
                return int(token.idx)
            own = [c for c in token.children if c.dep_ in ("aux", "nsubj", "nsubjpass") and c.lower_ != "to"]
            if own and not any(c.i < content.i for c in own):
                before = (c.left_edge for c in token.children if c.i < token.i and c.dep_ != "cc")
                return int(min((t.idx for t in before if t.i > content.i), default=token.idx))
    return int(sentence.end_char)


def _of_the_report(scene: Scene, passage: Passage, frame: Frame, dated: Dated) -> bool:
    """Whether a time says when it was said or agreed, or names a thing, and not when it is due."""
    text, settled = dated.window.text, frame.status in ("agreed", "launched", "reaffirmed")
    weekday = dated.weekday and not re.search(r"\d|next", text, re.IGNORECASE)
    near = dated.day and scene.anchor and abs((dated.day - scene.anchor).days) <= 7
    return bool(
        _SAID.search(passage.text[: dated.start])
        or (weekday and (settled or (scene.anchor and dated.day and dated.day <= scene.anchor)))
        or (near and frame.status == "launched")
        or re.fullmatch(r"today|yesterday", text, re.IGNORECASE)
        or (text.isdigit() and _OF_YEAR.match(passage.text[dated.end : dated.end + 25]))
        or (text.isdigit() and _IN_NAME.search(passage.text[: dated.start]))
    )


def _ahead(scene: Scene, frame: Frame, dated: Dated, text: str) -> Window:
    """The window of what is due: "in October" is the October to come, "by October" the time from now to its end; what
    has been done was done in the last."""
    done = frame.status in ("done", "launched", "dropped") and frame.trigger.tag_ in ("VBD", "VBN")
    behind = re.match(r"(?:the\s+)?(?:last|previous)\b|yesterday", dated.window.text, re.IGNORECASE)
    settled = done or dated.explicit or dated.weekday or behind or dated.window.end is None
    if scene.anchor is None or settled or (dated.window.end and dated.window.end >= scene.anchor):
        return deadline(text, dated, scene.anchor)
    later = find_dates(dated.window.text, scene.anchor + timedelta(183))
    if len(later) == 1 and later[0].window.text == dated.window.text:
        dated = replace(dated, window=later[0].window)
    return deadline(text, dated, scene.anchor)


def _round(scene: Scene, passage: Passage, frame: Frame, mechanism: Mechanism | None) -> int | None:
    """The number of a meeting: in its own phrase, just before it, or in what it will hold."""
    if mechanism is None or mechanism.kind not in scene.words["mechanism.counted"]:
        return None
    start, held = mechanism.head.left_edge.idx, kid(frame.trigger, "dobj")
    own = passage.text[held.left_edge.idx : held.idx + len(held)] if held is not None else ""
    beside = f"{passage.text[max(0, start - 30) : mechanism.head.idx + len(mechanism.head)]} {own}"
    return ordinal(match.group(1)) if (match := _ROUND.search(beside)) else None


def _asset(names: frozenset[str], words: str) -> str | None:
    """The named thing that is promised: the longest run of proper words with the noun after it, unless a place."""
    found = ((_RUN_OVER.sub("", m.group()), words[: m.start()]) for m in _RUN.finditer(words))
    runs = [run for run, before in found if re.search(r"\s[a-z]", run) or not _PLACED.search(before)]
    # one bare word is a place or a person as often as a thing
    telling = (r for r in runs if " " in r or (r.isupper() and r not in CURRENCIES))
    named = [r for r in telling if any(n in r.lower() for n in names)]
    return squeeze(max(named, key=len)) if named else None
