"""A parsed sentence -> its signs: what may tell that it states a measure or an undertaking, or only speaks of one.

A sign is a short name: a class of the vocabulary that one of its words is in, how a measure's noun hangs on its verb,
the mood of that verb, a time past or ahead, a name, its place in the report, what the grammar of measures (`acts`) and
of undertakings (`frames`) reads in it. No sign is proof; `belief` weighs them together.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monazite.ledger.reading.act_times import recalled
from monazite.ledger.reading.clauses import (
    amounts,
    is_background,
    is_negated,
    is_opinion,
    is_passive,
    kid,
    lemma_of,
    modal,
    sayer,
)
from monazite.ledger.reading.frames import Frame, frames
from monazite.ledger.reading.restrictions import acts
from monazite.ledger.reading.scene import Passage, Scene, subject_of, who
from monazite.ledger.reading.trade_acts import Act, flow_of, kind_of

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["Told", "told", "told_part"]

_WORDS = re.compile(
    r"\b(?:if|unless|could|might|may|would|no|not|than|from|until|immediately|starting|beginning|effective|force"
    r"|will|had|has been|notice|decree|order|circular|gazette|notification|regulation|ministry|customs)\b"
)
# words that stand for no class: they are in nearly every sentence, or name what is talked about and not what is done
_BLANK = ("topics.", "navigation.", "parties.", "roles.", "stop.", "elsewhere.", "likeness.", "measures.goods.")
_TELLING = ("VERB", "NOUN", "ADJ", "ADV", "ADP", "SCONJ")
_OPENING = 5
# signs of where a sentence stands
_OF_PLACE = ("place:", "headline:", "after:", "seen", "item")
# a time by the days from the report's own to its end
_AGES = (("ahead", 0), ("now", -15), ("past", -60), ("old", -math.inf))


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of a report with what the grammar reads in it and its `signs`; `number` is that of its passage.

    Where it tells several measures its `parts` tell one each, in a passage that ends with them.
    """

    number: int
    passage: Passage
    sentence: Span
    acts: tuple[Act, ...]
    frames: tuple[Frame, ...]
    signs: frozenset[str]
    parts: tuple[Told, ...] = ()


def told(scene: Scene) -> Iterator[Told]:
    """The sentences of a report."""
    place, seen, before = 0, False, frozenset[str]()
    headline = _content(scene, re.findall(r"[\w-]+", scene.report.title.lower()))
    for number, passage in enumerate(scene.passages):
        for sentence in passage.doc.sents:
            one = _told(scene, number, passage, sentence)
            signs = {
                f"place:{('first', 'second')[place] if place < 2 else 'opening' if place < _OPENING else 'later'}",
                f"headline:{min(3, len(headline & _content(scene, (t.lower_ for t in sentence))))}",
                *(f"after:{sign}" for sign in before),
            }
            signs |= {name for name, so in (("seen", seen), ("item", passage.lead > 0)) if so}
            before = frozenset(name for name, so in (("act", one.acts), ("frame", one.frames)) if so)
            seen, place = seen or bool(one.acts), place + 1
            yield replace(one, signs=one.signs | signs)


def told_part(scene: Scene, whole: Told, passage: Passage) -> Told:
    """The part of a sentence that a passage ends with; its place in the report is that of the whole."""
    own = [s for s in passage.doc.sents if s.start_char >= whole.sentence.start_char]
    sentence = max(own, key=len)
    signs = (sign for sign in whole.signs if sign.startswith(_OF_PLACE))
    part = _told(scene, whole.number, passage, sentence)
    return replace(part, signs=part.signs.union(signs))


def _told(scene: Scene, number: int, passage: Passage, sentence: Span) -> Told:
    """A sentence with the signs of its own words."""
    own = [a for a in acts(scene, passage, sentence) if max(a.trigger.idx, a.core.idx) >= passage.lead]
    undertaken = tuple(frames(scene, passage, sentence))
    signs = (
        *_of_words(scene, sentence),
        *_of_measures(scene, sentence),
        *_of_mood(scene, passage, sentence),
        *_of_time(scene, passage, sentence),
        *_of_acts(scene, passage, own),
        *_of_frames(scene, passage, undertaken),
        *_of_trade(undertaken, own),
    )
    return Told(number, passage, sentence, tuple(own), undertaken, frozenset(signs))


def _content(scene: Scene, words: Iterable[str]) -> set[str]:
    """The words that say something, without their plural."""
    return {w.rstrip("s") for w in words if len(w) > 3 and w not in scene.words["stop.words"]}


def _classes(scene: Scene, token: Token) -> set[str]:
    """The vocabulary's classes of a word."""
    known = scene.words.classes
    both = {*known.get(lemma_of(token), ()), *known.get(token.lower_, ())}
    return {name for name in both if not name.startswith(_BLANK)}


def _mood(verb: Token) -> str:
    return modal(verb) or str(verb.tag_)


def _of_words(scene: Scene, sentence: Span) -> Iterator[str]:
    for token in sentence:
        if token.pos_ in ("VERB", "AUX"):
            for name in _classes(scene, token):
                yield f"verb:{name}"
                yield f"verb:{name}:{_mood(token)}"
        elif token.pos_ in ("NOUN", "PROPN"):
            yield from (f"noun:{name}" for name in _classes(scene, token))
        if token.pos_ in _TELLING and token.is_alpha:
            yield f"lemma:{lemma_of(token)}"
        if token.pos_ in ("VERB", "AUX") and is_negated(token):
            yield f"not:{_mood(token)}"
    yield from (f"word:{m.group()}" for m in _WORDS.finditer(sentence.text.lower()))
    if re.search('["“”]', sentence.text):
        yield "quoted"
    yield f"tens of words:{min(4, len(sentence) // 10)}"
    yield from (f"amount:{unit}" for unit, _ in amounts(sentence.text))


def _of_measures(scene: Scene, sentence: Span) -> Iterator[str]:
    """The measures and flows a sentence names, and what is done to them."""
    named = set()
    for token in sentence:
        kind, flow = kind_of(scene, token), flow_of(scene, token)
        if flow and token.lower_ in scene.words["measures.flow.weak"]:
            flow = None
        named |= {sign for sign in (kind, flow) if sign}
        if token.pos_ not in ("NOUN", "PROPN") or not (kind or flow):
            continue
        thing, verb = "measure" if kind else "flow", _governor(token)
        articles = {c.lower_ for c in token.children if c.dep_ == "det"}
        yield from (f"{thing}:{article}" for article in articles & {"a", "an", "the", "this", "these", "any"})
        if token.dep_ in ("nsubj", "nsubjpass"):
            yield f"{thing}:subject"
            if token.dep_ == "nsubj" and kid(token.head, "dobj") is not None:
                yield f"{thing}:acts"  # "the ban rattled the market"
        if verb is not None:
            yield f"{thing}<{_mood(verb)}"
            yield from (f"{thing}<{name}" for name in _classes(scene, verb))
    flows = named & {"export", "import"}
    yield from (f"names:{name}" for name in named)
    if named - flows:
        yield "names:measure"
    if flows:
        yield "names:flow"
    if flows and named - flows:
        yield "names:both"


def _governor(noun: Token) -> Token | None:
    """The verb above a noun, at most five words up."""
    token = noun.head
    for _ in range(5):
        if token.pos_ in ("VERB", "AUX"):
            return token
        token = token.head
    return None


def _of_mood(scene: Scene, passage: Passage, sentence: Span) -> Iterator[str]:
    """Who speaks, whether a government is the subject, how sure and how direct the sentence is."""
    root, start, end = sentence.root, sentence.start_char, sentence.end_char
    yield f"root:{_mood(root)}"
    if who(scene, passage, subject_of(root)):
        yield "root:government"
    ahead = any(scene.anchor and d.window.end and d.window.end > scene.anchor for d in passage.dated(start, end))
    plus = "ahead" if ahead else "amount" if amounts(sentence.text) else "plain"
    for verb in (t for t in sentence if t.pos_ == "VERB"):
        subject, mood = subject_of(verb), _mood(verb)
        by = "passive" if is_passive(verb) else "government" if who(scene, passage, subject) else "other"
        yield from (f"{by}:{mood}", f"{by}:{mood}:{plus}", f"{_sort_of(scene, subject)}:{by}:{mood}")
    if is_opinion(scene, root) or lemma_of(subject_of(root)) in scene.words["opinion.speakers"]:
        yield "opinion"
    if sayer(root, scene) is not None or lemma_of(root) in scene.words["say.verbs"]:
        yield "said"
    if sentence.text.rstrip().endswith("?"):
        yield "question"
    yield f"governments:{min(3, len({c for n in passage.named(start, end) for c in n.codes}))}"
    if any(n.kind == "mineral" and start <= n.start < end for n in passage.names):
        yield "mineral"


def _sort_of(scene: Scene, subject: Token | None) -> str:
    """What a subject is: paper | meeting | public | private | body | name | thing | nobody, or the pronoun itself."""
    if subject is None:
        return "nobody"
    words, lemma = scene.words, lemma_of(subject)
    sorts = (
        ("paper", words["sign.instruments"]),
        ("meeting", words["mechanism.counted"] | words["meet.things"] | {"session"}),
        ("public", words["parties.home"] | words["parties.both"]),
        ("private", words["parties.private"]),
        ("body", words["mechanism.heads"]),
    )
    plain = "name" if subject.pos_ == "PROPN" else subject.lower_ if subject.pos_ == "PRON" else "thing"
    return next((name for name, of in sorts if lemma in of), plain)


def _of_time(scene: Scene, passage: Passage, sentence: Span) -> Iterator[str]:
    lower = sentence.text.lower()
    if any(re.search(rf"\b{re.escape(p)}\b", lower) for p in scene.words["background.phrases"]):
        yield "time:recalled"
    times = passage.dated(sentence.start_char, sentence.end_char)
    if not times:
        yield "time:none"
    for dated in times:
        if dated.window.end and scene.anchor:
            days = (dated.window.end - scene.anchor).days
            yield f"time:{next(name for name, least in _AGES if days > least)}"


def _of_acts(scene: Scene, passage: Passage, own: Sequence[Act]) -> Iterator[str]:
    for act in own:
        yield "act"
        yield f"act:{act.move}"
        yield "act:opinion" if is_opinion(scene, act.trigger) else "act:reported"
        yield "act:recalled" if recalled(scene, passage, act) else "act:fresh"


def _of_frames(scene: Scene, passage: Passage, own: Sequence[Frame]) -> Iterator[str]:
    for frame in own:
        yield "frame"
        yield f"frame:{frame.status}:{_sort_of(scene, subject_of(frame.trigger))}"
        yield f"frame:{frame.status}"
        yield f"frame:{min(2, len(frame.actors))} actors"
        yield "frame:opinion" if is_opinion(scene, frame.trigger) else "frame:reported"
        yield "frame:recalled" if is_background(scene, passage, frame.trigger, frame.content.idx) else "frame:fresh"


def _of_trade(undertaken: Sequence[Frame], own: Sequence[Act]) -> Iterator[str]:
    """Whether what is undertaken is a trade measure: those are told as measures."""
    if {t for a in own for t in (a.trigger, a.core)} & {t for f in undertaken for t in f.content.subtree}:
        yield "frame:of trade"
