"""Noun phrases -> the mechanisms, topics and proper words by which two sentences are seen to speak of one thing."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monazite.ledger.reading.clauses import lemma_of, noun_phrase, said, squeeze, under
from monazite.ledger.reading.scene import Passage, Scene
from monazite.ledger.vocabulary import Vocabulary

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["Mechanism", "content_words", "mechanism_of", "proper_words", "topics_of"]


_MEETINGS = frozenset({"summit", "talk", "round", "conference"})


@dataclass(frozen=True, slots=True)
class Mechanism:
    """A dialogue, working group, agreement...: its noun, name, kind, and the words that tell it from others."""

    head: Token
    name: str
    kind: str
    key: frozenset[str]


def mechanism_of(scene: Scene, passage: Passage, noun: Token | None) -> Mechanism | None:
    """The mechanism a noun names, or the one it is a round, creation or part of; None where there is none."""
    for _ in range(4):
        if noun is None:
            return None
        lemma = noun.lemma_.lower()
        if (owner := _owner(scene, passage, noun)) is not None:
            return replace(owner, head=noun, key=owner.key | {"session"})
        inner = _inner(scene, noun)
        if inner is not None:
            noun = inner
            continue
        if lemma in scene.words["mechanism.heads"] or (
            _business(scene, noun) and lemma in scene.words["business.talk"]
        ):
            if lemma == "group" and not _grouped(scene, noun):
                return None
            return _mechanism(scene, passage, noun)
        # the parser hangs "which" on the nearest noun: climb from "minerals" to "working group on minerals"
        noun = (
            noun.head.head
            if noun.dep_ in ("pobj", "conj") and noun.head.head is not noun.head and noun.head.dep_ == "prep"
            else None
        )
    return None


def _inner(scene: Scene, noun: Token) -> Token | None:
    if lemma_of(noun) not in scene.words["outer.nouns"]:
        return None
    inner = next(under(noun, "of", "on"), None)
    return inner if lemma_of(inner) in scene.words["mechanism.heads"] else None


def _owner(scene: Scene, passage: Passage, noun: Token) -> Mechanism | None:
    """Whose meeting "its first meeting", "whose inaugural session" or "the committee's round" is: that of the last body
    named so before it."""
    owner = next((c for c in noun.children if c.dep_ == "poss"), None)
    if lemma_of(noun) not in scene.words["outer.nouns"] or owner is None:
        return None
    named = lemma_of(owner) in scene.words["mechanism.heads"]
    if not named and owner.lower_ not in ("its", "whose", "their"):
        return None
    passages = scene.passages[: scene.passages.index(passage) + 1]
    near = [(passage, t) for t in reversed(passage.doc[: noun.left_edge.i + named])]
    near += [(p, t) for p in passages[-2:-1] for t in reversed(p.doc)]
    plain = scene.words["sign.instruments"] | scene.words["outer.nouns"] | _MEETINGS
    heads = {lemma_of(owner)} if named else scene.words["mechanism.heads"] - plain
    bodies = (_mechanism(scene, p, t) for p, t in near if lemma_of(t) in heads and t.pos_ in ("NOUN", "PROPN"))
    return next((m for m in bodies if m.key - {m.kind}), None)


def _grouped(scene: Scene, noun: Token) -> bool:
    return any(c.lower_ in scene.words["mechanism.group_words"] for c in noun.children)


def _business(scene: Scene, noun: Token) -> bool:
    text = noun_phrase(noun).text.lower()
    return any(w in text for w in scene.words["business.words"])


def _mechanism(scene: Scene, passage: Passage, head: Token) -> Mechanism:
    phrase = noun_phrase(head)
    words = scene.words
    kind = words.maps["kind"].get(head.lemma_.lower(), head.lemma_.lower())
    if _business(scene, head) and head.lemma_.lower() in words["business.talk"]:
        return Mechanism(head, squeeze(said(passage, phrase)), "dialogue", frozenset({"dialogue", "private", "sector"}))
    text = said(passage, phrase)
    for name in passage.named(phrase.start_char, phrase.end_char):
        text = text.replace(passage.text[name.start : name.end], " ")
    text = text.lower()
    for date in passage.dated(phrase.start_char, phrase.end_char):
        text = text.replace(date.window.text.lower(), " ")
    for word, same in words.maps["same"].items():
        text = re.sub(rf"\b{re.escape(word)}\b", same, text)
    found = set(re.findall(r"[a-z][a-z0-9]+", text))
    # a qualifier like "strategic" tells mechanisms apart only where nothing else does
    own = {kind, head.lemma_.lower(), head.lower_, "group", "working"}
    common = words["mechanism.blank"] | words["stop.words"] | own
    key = found - common or found & {"strategic", "comprehensive", "ministerial"}
    return Mechanism(head, _display(said(passage, phrase)), kind, frozenset(key | {kind}))


def _display(text: str) -> str:
    return squeeze(re.sub(r"^(?:the|a|an|their|its|whose|this|new)\s+", "", squeeze(text), flags=re.IGNORECASE))


def proper_words(passage: Passage, span: Span) -> frozenset[str]:
    """The proper words of a span that name neither a country, a person, an office nor a time."""
    taken = [(n.start, n.end) for n in passage.names if n.kind != "mineral"] + [(d.start, d.end) for d in passage.dates]
    return frozenset(
        t.lower_
        for t in span
        if len(t) > 2
        and not t.text.endswith("$")
        and (t.pos_ == "PROPN" or t.is_upper)
        and t.text[:1].isupper()
        and not t.is_sent_start
        and not any(a <= t.idx < b for a, b in taken)
    )


def content_words(vocabulary: Vocabulary, words: str) -> frozenset[str]:
    """The words of a phrase that carry meaning, in a form that plurals share."""
    text = words.lower()
    for word, same in vocabulary.maps["same"].items():
        text = re.sub(rf"\b{re.escape(word)}\b", same, text)
    return frozenset(
        w[:-1] if w.endswith("s") and not w.endswith("ss") and len(w) > 3 else w
        for w in re.findall(r"[a-z][a-z0-9]+", text)
        if w not in vocabulary["stop.words"]
    )


def topics_of(vocabulary: Vocabulary, words: str) -> tuple[str, ...]:
    """The topics whose words a text shows, sorted."""
    text = words.lower()
    found = []
    for topic, signs in vocabulary.group("topics").items():
        if any(re.search(rf"\b{re.escape(s)}{'' if len(s) > 4 else chr(92) + 'b'}", text) for s in signs):
            found.append(topic)
    return tuple(sorted(found))
