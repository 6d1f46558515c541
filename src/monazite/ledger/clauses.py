"""Questions about a parsed sentence that commitments, measures and events all ask. Pure functions on tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from monazite.ledger.scene import Passage, Scene, agent_of, evidence, subject_of, who
from monazite.ledger.values import Evidence

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = [
    "amounts", "attribution", "clause_end", "conjoined", "doer", "has_to", "is_background", "is_negated",
    "is_opinion", "is_passive", "kid", "lemma_of", "modal", "noun_phrase", "object_of", "quote", "said", "sayer",
    "squeeze", "under",
]  # fmt: skip

_AMOUNT = re.compile(
    r"(?P<money>(?:US|A|C|S|NZ)?[$€£¥₹]|(?:Rs|Rp|USD|EUR)\.?\s?)?(?P<number>\d+(?:,\d{3})*(?:\.\d+)?)\s*(?P<scale>million|billion|trillion|bn|mn|m|thousand)?\s*"
    r"-?(?P<unit>per\s?cent|percent|%|(?:metric\s+)?tonnes?|(?:metric\s+)?tons?|mt\b|barrels|dollars|euros|yen|yuan|rupees|pounds|won)?"
)
_SCALE = {"million": 1e6, "mn": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12, "thousand": 1e3}


def kid(token: Token, *deps: str) -> Token | None:
    """The first child with one of the dependencies."""
    return next((c for c in token.children if c.dep_ in deps), None)


def under(token: Token, *words: str) -> Iterator[Token]:
    """What stands after one of these prepositions of a word: "talks *on* lithium", "agreed *on* building"."""
    for child in token.children:
        if child.dep_ in ("prep", "dative") and child.lower_ in words and child.i > token.i:
            thing = kid(child, "pcomp", "pobj")
            if thing is not None:
                yield thing


def lemma_of(token: Token | None) -> str:
    """The lemma of a word in lower case; empty for no word."""
    return str(token.lemma_).lower() if token is not None else ""


def conjoined(token: Token) -> Iterator[Token]:
    """A token and what is joined to it ("expand X and create Y")."""
    yield token
    for child in token.children:
        # "to expand X ..., safeguarding Y" is often parsed as joined: only like is joined to like
        if child.dep_ == "conj" and (
            token.pos_ != "VERB" or child.tag_ == token.tag_ or "VBG" not in (child.tag_, token.tag_)
        ):
            yield from conjoined(child)


def object_of(verb: Token) -> Token | None:
    """What a verb acts on: its object, or the subject of a passive."""
    direct = kid(verb, "dobj", "obj")
    if direct is not None:
        return direct
    passive = kid(verb, "nsubjpass")
    if passive is None and verb.dep_ in ("acl", "relcl") and verb.tag_ == "VBN":
        return verb.head
    return passive


def doer(scene: Scene, passage: Passage, verb: Token) -> tuple[str, ...]:
    """The codes of whoever does what a verb says; empty for a passive that names nobody."""
    agent = agent_of(verb)
    if agent is not None:
        return who(scene, passage, agent)
    if kid(verb, "nsubjpass") is not None or (verb.dep_ == "acl" and verb.tag_ == "VBN"):
        return ()
    return who(scene, passage, subject_of(verb))


_MODALS = {
    "will": "will", "shall": "will", "'ll": "will", "’ll": "will", "wo": "will", "would": "would",
    "could": "may", "may": "may", "might": "may", "can": "can", "should": "must", "must": "must",
}  # fmt: skip


def modal(verb: Token) -> str | None:
    """The mood a verb is set in: will | would | may | can | must; None where it is stated."""
    return next((_MODALS[c.lower_] for c in verb.children if c.dep_ == "aux" and c.lower_ in _MODALS), None)


def has_to(verb: Token) -> bool:
    """Whether a verb is an infinitive with "to"."""
    return any(c.lower_ == "to" and c.dep_ == "aux" for c in verb.children)


def is_passive(verb: Token) -> bool:
    """Whether a verb has a passive subject or auxiliary."""
    return kid(verb, "nsubjpass", "auxpass") is not None


def is_negated(verb: Token) -> bool:
    """Whether a verb is denied: "did not agree", "refused to", "no longer"."""
    negated = any(c.dep_ == "neg" or c.lower_ in ("not", "never", "n't", "n’t", "hardly") for c in verb.children)
    above = verb.head if verb.dep_ in ("xcomp", "ccomp") else None
    return negated or (
        above is not None and above.lemma_.lower() in ("refuse", "fail", "decline", "stop", "deny", "oppose")
    )


def sayer(verb: Token, scene: Scene) -> Token | None:
    """The verb of saying that governs a verb, if one does: above it, or set into it ("The ban, he said, will ...")."""
    says, links = scene.words["say.verbs"], ("ccomp", "parataxis", "xcomp", "dep", "advcl")
    for token in (verb, *verb.ancestors):
        if token.dep_ in links and token.head.pos_ == "VERB" and lemma_of(token.head) in says:
            return token.head
    inset = (c for c in verb.sent.root.children if c.dep_ in ("parataxis", "ccomp") and c.pos_ == "VERB")
    return next((c for c in inset if lemma_of(c) in says and verb.i < c.i), None)


def attribution(scene: Scene, passage: Passage, verb: Token) -> str | None:
    """Who says so, in the report's words: the subject of the verb of saying, or what follows "according to"."""
    above = sayer(verb, scene)
    subject = subject_of(above) if above is not None else None
    if subject is not None and subject.pos_ != "PRON":
        return _short(passage, subject)
    for token in verb.sent:
        if (
            token.lower_ == "to"
            and token.i > token.sent.start
            and passage.doc[token.i - 1].lower_ in ("according", "per")
        ):
            target = kid(token, "pobj")
            if target is not None:
                return _short(passage, target)
    return None


def _short(passage: Passage, head: Token) -> str:
    start, end = head.left_edge.i, head.i + 1
    extra = kid(head, "appos")
    if extra is not None and extra.i - head.i < 6:
        end = extra.i + 1
    return squeeze(said(passage, head.doc[start:end]))[:120]


def is_opinion(scene: Scene, verb: Token) -> bool:
    """Whether somebody with an opinion, not a party, says it."""
    above = sayer(verb, scene)
    subject = subject_of(above) if above is not None else None
    return subject is not None and subject.lemma_.lower() in scene.words["opinion.speakers"]


def is_background(scene: Scene, passage: Passage, verb: Token, until: int) -> bool:
    """Whether a sentence only recalls something: an old date, "last year", "after ...", an unreported past perfect.

    `until` is the character where what is undertaken begins; times inside that are its own.
    """
    sentence, words, end = verb.sent, scene.words, max(verb.idx, until)
    if modal(verb) != "will":  # what lies ahead is not recalled, whatever is told beside it
        before = passage.text[sentence.start_char : end].lower()
        if any(re.search(rf"\b{re.escape(p)}\b", before) for p in words["background.phrases"]):
            return True
        told = passage.dated(sentence.start_char, end)
        if scene.anchor and any(d.window.end and d.window.end < scene.anchor - timedelta(60) for d in told):
            return True
    for top in (verb, *verb.ancestors):
        mark = (
            top.head if top.dep_ == "pcomp" else kid(top, "mark", "advmod") if top.dep_ in ("advcl", "relcl") else None
        )
        if mark is not None and mark.lower_ in words["background.marks"]:
            return True
        if top.dep_ not in ("conj", "ccomp", "xcomp", "advcl", "relcl", "pcomp", "acl"):
            break
    perfect = any(c.dep_ == "aux" and c.lower_ in ("had", "’d", "'d") for c in verb.children)
    return perfect and sayer(verb, scene) is None


# where something is done, and no part of it: "at a summit in Rome"
_OCCASIONS = frozenset({"summit", "meeting", "ceremony", "talk", "dialogue", "forum", "conference", "session"})


def clause_end(head: Token) -> int:
    """The token index after the phrase that `head` begins, before participles, relative clauses and purposes."""
    inside = {t.i for t in head.subtree}
    doc, end = head.doc, head.i + 1
    limit = min(head.sent.end, head.i + 45)
    while end < limit and end in inside:
        token = doc[end]
        following = doc[end + 1] if end + 1 < limit else None
        if token.text in (";", "—", ":"):
            break
        if (
            token.text == ","
            and following is not None
            and (
                following.tag_ in ("VBG", "VBN", "WDT", "WRB", "WP", "VBD")
                or following.lower_ in ("with", "as", "but", "while", "which", "who", "where", "in", "a", "including")
            )
        ):
            break
        if token.lower_ in ("at", "during") and lemma_of(kid(token, "pobj")) in _OCCASIONS:
            break
        if token.dep_ == "cc" and any(c.dep_ == "conj" and c.pos_ == "VERB" and c.i > end for c in head.children):
            break
        if (
            token.lower_ in ("to", "in")
            and token.head.dep_ == "advcl"
            and token.head.head.i <= end
            and token.i < token.head.i
        ):
            break
        end += 1
    while end > head.i + 1 and (
        doc[end - 1].is_space or doc[end - 1].text in (",", "and", "“", '"', "”", "-", "–", "(", "’", ".")
    ):
        end -= 1
    return end


def noun_phrase(head: Token) -> Span:
    """A noun with what stands before it and its of/on/for/between/to phrases, without clauses."""
    start, end = head.left_edge.i, head.i + 1
    doc = head.doc
    while end < head.sent.end and doc[end].dep_ == "prep" and doc[end].lower_ in ("of", "on", "for", "between"):
        # taken by position: the parser often hangs "on critical minerals" on the verb
        if doc[end].head.i >= end or (doc[end].head.i < start and doc[end].head.pos_ != "VERB"):
            break
        thing = kid(doc[end], "pobj")
        if thing is None or thing.lower_.endswith("day") or thing.pos_ == "NUM":
            break
        end = max(end + 1, min(clause_end(doc[end]), _first_time(doc[end], thing)))
    return doc[start:end]


def _first_time(prep: Token, thing: Token) -> int:
    """The index where a phrase turns into another: "on minerals | under a framework"."""
    for token in prep.doc[thing.i + 1 : prep.sent.end]:
        if token.dep_ == "prep" and token.lower_ in (
            "under",
            "in",
            "by",
            "during",
            "after",
            "from",
            "at",
            "within",
            "through",
        ):
            return int(token.i)
    return int(prep.sent.end)


def said(passage: Passage, span: Span) -> str:
    """The report's own words of a span; the parsed text has its times blanked and its spelling made American."""
    return passage.text[span.start_char : span.end_char]


def squeeze(words: str) -> str:
    """Words on one line, without blanks doubled."""
    return " ".join(words.split()).strip(" ,;:")


def quote(scene: Scene, passage: Passage, sentence: Span) -> Evidence:
    """The quotation of a sentence, without the blanks around it."""
    text = sentence.text
    start = sentence.start_char + len(text) - len(text.lstrip())
    return evidence(scene, passage, start, sentence.start_char + len(text.rstrip()))


def amounts(text: str) -> frozenset[tuple[str, float]]:
    """The quantities in a text as (unit, number): shares in %, masses in t, money by its sign."""
    found = set()
    for m in _AMOUNT.finditer(text):
        unit, money = (m["unit"] or "").lower(), (m["money"] or "").strip()
        if not unit and not money:
            continue
        number = float(m["number"].replace(",", "")) * _SCALE.get((m["scale"] or "").lower(), 1)
        name = "%" if unit.startswith(("per", "%")) else "t" if "ton" in unit or unit == "mt" else unit or money
        found.add(("$" if name in ("dollars", "US$", "USD") else name, number))
    return frozenset(found)
