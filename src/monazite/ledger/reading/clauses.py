"""Questions about a parsed sentence that commitments, measures and events all ask. Pure functions on tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from monazite.ledger.reading.quantities import quantities
from monazite.ledger.reading.scene import Passage, Scene, agent_of, evidence, subject_of, who
from monazite.ledger.values import Evidence

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = [
    "REASON", "amounts", "attribution", "clause_end", "conjoined", "doer", "has_to", "is_background", "is_negated",
    "is_opinion", "is_passive", "kid", "lemma_of", "modal", "noun_phrase", "object_of", "quote", "said", "sayer",
    "squeeze", "under",
]  # fmt: skip


REASON = re.compile(
    r"\b(?:because of|due to|in response to|in retaliation for|in protest against|citing|to punish)\s+[^,.;]*$"
    r"|\bover\s+(?:[\w'’]+\s+){0,3}?(?:purchas\w+|buying|concerns?|fears?|worries|dispute|row|quarrel|claims?|refusal|failure"
    r"|support|war|links|ties|treatment|subsid\w+)\b[^,.;]*$",
    re.IGNORECASE,
)
"""What stands last in a text is why a thing is done, and not to whom or to what."""


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
        like = token.pos_ != "VERB" or child.tag_ == token.tag_ or "VBG" not in (child.tag_, token.tag_)
        if (child.dep_ == "conj" and like) or _listed(token, child):
            yield from conjoined(child)


def _listed(verb: Token, purpose: Token) -> bool:
    """Whether what is parsed as a purpose is an item of a list: "to speed up X, to set Y, and to hold Z"."""
    if purpose.dep_ != "advcl" or purpose.i < verb.i or not has_to(verb) or not has_to(purpose):
        return False
    return purpose.left_edge.nbor(-1).text in (",", ";") and any(
        c.dep_ == "conj" and has_to(c) for c in purpose.children
    )


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
    if any(c.dep_ == "neg" or c.lower_ in ("not", "never", "n't", "n’t", "hardly") for c in verb.children):
        return True
    refusing = ("refuse", "fail", "decline", "stop", "deny", "oppose")
    return verb.dep_ in ("xcomp", "ccomp") and lemma_of(verb.head) in refusing


def sayer(verb: Token, scene: Scene) -> Token | None:
    """The verb of saying that governs a verb, if one does: above it, or set into it ("The ban, he said, will ...")."""
    says, links = scene.words["say.verbs"], ("ccomp", "parataxis", "xcomp", "dep", "advcl")
    for token in (verb, *verb.ancestors):
        if token.dep_ in links and token.head.pos_ == "VERB" and lemma_of(token.head) in says:
            return token.head
    inset = (c for c in verb.sent.root.children if c.dep_ in ("parataxis", "ccomp") and c.pos_ == "VERB")
    return next((c for c in inset if lemma_of(c) in says and verb.i < c.i), None)


def _speaker(scene: Scene, verb: Token) -> Token | None:
    above = sayer(verb, scene)
    return subject_of(above) if above is not None else None


def attribution(scene: Scene, passage: Passage, verb: Token) -> str | None:
    """Who says so, in the report's words: the subject of the verb of saying, or what follows "according to"."""
    subject = _speaker(scene, verb)
    if subject is None or subject.pos_ == "PRON":
        according = (t for t in verb.sent if t.lower_ == "to" and t.i > verb.sent.start)
        named = (kid(t, "pobj") for t in according if t.nbor(-1).lower_ in ("according", "per"))
        subject = next((t for t in named if t is not None), None)
    if subject is None:
        return None
    extra = kid(subject, "appos")
    end = extra.i + 1 if extra is not None and extra.i - subject.i < 6 else subject.i + 1
    return squeeze(said(passage, subject.doc[subject.left_edge.i : end]))[:120]


def is_opinion(scene: Scene, verb: Token) -> bool:
    """Whether somebody with an opinion, not a party, says it."""
    return lemma_of(_speaker(scene, verb)) in scene.words["opinion.speakers"]


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


# words after a comma that begin an aside, and prepositions that begin another phrase
_WORTH = frozenset({"worth", "totalling", "totaling", "valued"})
_ASIDES = frozenset(["with", "as", "but", "while", "which", "who", "where", "in", "a", "including"])
_ELSEWHERE = frozenset(["under", "in", "by", "during", "after", "from", "at", "within", "through"])
_LOOSE_ENDS = frozenset([",", "and", "“", '"', "”", "-", "–", "(", "’", "."])


def clause_end(head: Token) -> int:
    """The token index after the phrase that `head` begins, before participles, relative clauses and purposes."""
    inside, doc, end = {t.i for t in head.subtree}, head.doc, head.i + 1
    limit = min(head.sent.end, head.i + 45)
    while end < limit and end in inside and not _leads_away(head, doc[end], doc[end + 1 : limit]):
        end += 1
    while end > head.i + 1 and (doc[end - 1].is_space or doc[end - 1].text in _LOOSE_ENDS):
        end -= 1
    return end


def _leads_away(head: Token, token: Token, rest: Span) -> bool:
    """Whether a word ends the phrase of `head`: an aside, an occasion, a joined verb, a purpose."""
    if token.text == "," and len(rest):
        return rest[0].tag_ in ("VBG", "VBN", "WDT", "WRB", "WP", "VBD") or rest[0].lower_ in _ASIDES
    if token.dep_ == "cc":
        return any(c.dep_ == "conj" and c.pos_ == "VERB" and c.i > token.i for c in head.children)
    occasion = token.lower_ in ("at", "during") and lemma_of(kid(token, "pobj")) in _OCCASIONS
    above = token.head
    purpose = token.lower_ in ("to", "in") and above.dep_ == "advcl" and above.head.i <= token.i < above.i
    return token.text in (";", "—", ":") or occasion or purpose


def noun_phrase(head: Token) -> Span:
    """A noun with what stands before it, its of/on/for/between phrases and what it is worth, without clauses."""
    start, end, doc = head.left_edge.i, head.i + 1, head.doc
    while end < head.sent.end and doc[end].dep_ == "prep" and doc[end].lower_ in ("of", "on", "for", "between"):
        prep, thing = doc[end], kid(doc[end], "pobj")
        # taken by position: the parser often hangs "on critical minerals" on the verb
        astray = prep.head.i >= end or (prep.head.i < start and prep.head.pos_ != "VERB")
        if astray or thing is None or thing.lower_.endswith("day") or thing.pos_ == "NUM":
            break
        following = (t.i for t in doc[thing.i + 1 : head.sent.end] if t.dep_ == "prep" and t.lower_ in _ELSEWHERE)
        end = max(end + 1, min(clause_end(prep), next(following, head.sent.end)))
    if end < head.sent.end and doc[end].lower_ in _WORTH:
        end = clause_end(doc[end])
    return doc[start:end]


def said(passage: Passage, span: Span) -> str:
    """The report's own words of a span; the parsed text has its times blanked and its spelling made American."""
    return passage.text[span.start_char : span.end_char]


def squeeze(words: str) -> str:
    """Words on one line, without blanks doubled or a quotation mark whose other is not among them."""
    if words.count('"') % 2 or words.count("“") != words.count("”"):
        words = re.sub('["“”]', "", words)
    return " ".join(words.split()).strip(" ,;:")


def quote(scene: Scene, passage: Passage, sentence: Span) -> Evidence:
    """The quotation of a sentence, without the blanks around it."""
    text = sentence.text
    start = sentence.start_char + len(text) - len(text.lstrip())
    return evidence(scene, passage, start, sentence.start_char + len(text.rstrip()))


def amounts(text: str) -> frozenset[tuple[str, float]]:
    """The shares, masses and sums of money in a text as (unit, number), a price by its money."""
    return frozenset((q.unit.partition("/")[0], q.number) for q in quantities(text) if not q.unit.startswith("#"))
