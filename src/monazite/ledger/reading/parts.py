"""A sentence that tells several measures -> simple sentences in its own words, each of one, parsed by themselves.

"banned exports of tin and tightened licences for zinc" leaves out a subject, "a tariff on steel and a quota on imports
of shoes" a verb, "lifted the ban on beef but kept that on pork" a noun. What is left out is put back from what stands
before it; nothing is added that the sentence does not say. A short sentence is also parsed better than a long one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from monazite.ledger.reading.actors import Name
from monazite.ledger.reading.belief import is_believed
from monazite.ledger.reading.clauses import is_negated, kid, lemma_of
from monazite.ledger.reading.dates import Dated
from monazite.ledger.reading.scene import Passage, Scene
from monazite.ledger.reading.signs import Told, told_part
from monazite.ledger.reading.trade_acts import KINDS, flow_of, kind_of

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span, Token

__all__ = ["in_parts"]

_LONGEST = 120
"""The words of a sentence that is taken apart at most: a longer one is a table or a list without stops."""
_JOINS = frozenset({",", ";", "—", "–", "and", "but", "while", "whereas", "yet", "although", "though"})
_APART = frozenset({";", "—", "–", "but", "while", "whereas", "yet", "although", "though"})
_BESIDE = frozenset({"also", "then", "separately", "meanwhile", "instead", "later", "again", "now", "still", "that"})
_UNDER = frozenset({"after", "when", "since", "before", "until", "because", "as", "if", "unless", "once"})
_STANDS_IN = frozenset({"that", "those", "one", "ones", "own"})
_FINITE = ("VBD", "VBZ", "VBP", "MD")
_OF = ("of", "on", "for", "against")
_RATES = frozenset({"%", "percent", "cent", "tonnes", "tons"})
_STOPS = frozenset('.!?"”’)')
_AGAIN = frozenset({"it", "they", "he", "she"})

Range = tuple[int, int]
"""Tokens [first:last] of a document."""
N = TypeVar("N", Name, Dated)


@dataclass(frozen=True, slots=True)
class _Clause:
    """What later parts may leave out: the words before a verb, the verb with its auxiliaries, and what it governs."""

    lead: tuple[Range, ...]
    group: Range
    verb: Token
    end: int


def in_parts(scene: Scene, sentences: Iterable[Told], parser: Language) -> tuple[Told, ...]:
    """The sentences, those that are believed to state measures and name several with each as a part of its own."""
    told = list(sentences)
    cut = {
        n: pieces
        for n, one in enumerate(told)
        if is_believed("measure", one.signs) and len(pieces := _pieces(scene, one.passage, one.sentence)) > 1
    }
    texts = [_text(told[n].passage.doc.text, told[n].sentence, piece) for n in cut for piece in cut[n]]
    parsed = parser.pipe(texts)
    for n, pieces in cut.items():
        one = told[n]
        told[n] = replace(
            one, parts=tuple(told_part(scene, one, _passage(one, piece, next(parsed))) for piece in pieces)
        )
    return tuple(told)


def _chars(doc: Doc, piece: Sequence[Range]) -> list[tuple[int, int]]:
    """Where the words of a part stand in the characters of its passage."""
    return [(doc[a].idx, doc[b - 1].idx + len(doc[b - 1])) for a, b in piece]


def _text(text: str, sentence: Span, piece: Sequence[Range]) -> str:
    return " ".join(text[a:b] for a, b in _chars(sentence.doc, piece))


def _passage(one: Told, piece: Sequence[Range], parsed: Doc) -> Passage:
    """The passage as if it ended with a part in place of its sentence."""
    whole, start = one.passage, one.sentence.start_char
    before = type(parsed).from_docs(
        [*([whole.doc[: one.sentence.start].as_doc()] if one.sentence.start else []), parsed], ensure_whitespace=False
    )
    places, at = list[tuple[int, int, int]](), start
    for a, b in _chars(whole.doc, piece):
        places.append((a, b, at - a))
        at += b - a + 1
    return replace(
        whole,
        text=whole.text[:start] + _text(whole.text, one.sentence, piece),
        doc=before,
        names=tuple(_moved(whole.names, start, places)),
        dates=tuple(_moved(whole.dates, start, places)),
    )


def _moved(found: Iterable[N], start: int, places: Sequence[tuple[int, int, int]]) -> Iterator[N]:
    """Names or times before a sentence, and those in a part of it, where they stand there."""
    found = tuple(found)
    yield from (f for f in found if f.end <= start)
    for a, b, by in places:
        yield from (replace(f, start=f.start + by, end=f.end + by) for f in found if a <= f.start and f.end <= b)


def _pieces(scene: Scene, passage: Passage, sentence: Span) -> list[tuple[Range, ...]]:
    """The parts of a sentence that name a measure each, with what they leave out."""
    if len(sentence) > _LONGEST:
        return []
    doc, tail = sentence.doc, _tail(scene, sentence)
    cuts, end = list(_cuts(passage, sentence, tail)), tail
    found: list[tuple[int, int, int, str]] = []
    for n in range(len(cuts) - 1, -1, -1):
        at, begin = cuts[n]
        before = doc[cuts[n - 1][1] if n else sentence.start : at]
        kind = _kind(scene, passage, before, doc[at:begin], doc[begin:end]) if begin < end else None
        loose = doc[at:begin].text.strip() == "," and (not found or found[0][3] != kind)
        # a comma alone joins items of a list that goes on, clauses, and no verb: "the ban, imposed in May,"
        if kind is not None and not (loose and kind == "verb"):
            found.insert(0, (at, begin, end, kind))
            end = at
    if not found or not _names_measure(scene, doc[sentence.start : tail]):
        return []
    closing: tuple[Range, ...] = ((tail, sentence.end),) if tail < sentence.end else ()
    completed = _completed(scene, passage, sentence, end, found)
    return [tuple(r for r in (*piece, *closing) if r[0] < r[1]) for piece in completed]


def _completed(
    scene: Scene, passage: Passage, sentence: Span, first: int, found: Sequence[tuple[int, int, int, str]]
) -> Iterator[tuple[Range, ...]]:
    """Each part that names a measure, with what it leaves out."""
    doc, begin = sentence.doc, sentence.start
    clause = _clause(scene, (), doc[begin:first])
    if clause is None:  # "exports of tin and imports of steel were stopped"
        clause = _clause(scene, (), doc[found[0][1] : found[0][2]])
        rest: tuple[Range, ...] = ((clause.group[0], clause.end),) if clause is not None else ()
    elif found[0][3] == "noun":
        rest = _shared(doc[begin:first], doc[found[0][1] : found[0][2]])
    else:
        rest = ()
    if _names_measure(scene, doc[begin:first]):
        yield (begin, first), *rest
    last = doc[begin:first]
    for at, start, end, kind in found:
        own = doc[start:end]
        if kind == "clause":
            lead = _opening(scene, passage, sentence, first) if not _APART & {t.lower_ for t in doc[at:start]} else ()
            clause = _clause(scene, lead, own) or clause
            pieces = *lead, *_put_back(scene, last, own)
        elif clause is None:
            continue
        elif kind == "verb":
            helped = own[0].tag_ in ("VB", "VBN", clause.verb.tag_) and clause.group[0] < clause.verb.i
            helping: tuple[Range, ...] = ((clause.group[0], clause.verb.i),) if helped else ()
            pieces = *clause.lead, *helping, *_put_back(scene, last, own)
            following = _clause(scene, (), own)
            clause = replace(following, lead=clause.lead) if following is not None else clause
        elif kind == "noun" and start <= clause.verb.i:
            pieces = ((start, end),)
        elif kind == "noun":
            put_back, noun = _put_back(scene, last, own), _noun(scene, last)
            subject = noun is not None and noun.i < clause.group[0]  # "exports of tin were stopped, those of zinc"
            pieces = (*put_back, clause.group) if subject else (*clause.lead, clause.group, *put_back)
        else:  # the goods of the same act, at a time of their own
            until = next((t.i for t in doc[clause.verb.i + 1 : clause.end] if t.lower_ in _OF), clause.verb.i)
            opened = own[0].lower_ in _OF
            pieces = *clause.lead, (clause.group[0], until if opened else until + 1), (start, end)
        if kind == "time" or _names_measure(scene, own):
            yield pieces
        last = own if _noun(scene, own) is not None else last


def _shared(one: Span, other: Span) -> tuple[Range, ...]:
    """What stands behind the second of two and belongs to both: "exports to, and imports from, Israel"."""
    joins = [t for t in other if t.pos_ == "ADP" and t.lower_ in ("to", "from", "of")]
    words = [t for t in one if not t.is_punct and not t.is_space]
    if not joins or not words or words[-1].pos_ != "ADP":
        return ()
    return ((joins[-1].i + 1, other.end),)


def _cuts(passage: Passage, sentence: Span, end: int) -> Iterator[Range]:
    """Where something may begin anew: the first word that joins it, and its own first."""
    i, doc = sentence.start + 1, sentence.doc
    while i < end:
        joins = doc[i].lower_ in _JOINS or doc[i : i + 3].text == "as well as"
        inside = _timed(passage, doc[i]) or (i + 1 < end and all(_timed(passage, doc[k]) for k in (i - 1, i + 1)))
        if joins and not inside:
            begin = i + (3 if doc[i].lower_ == "as" else 1)
            while begin < end and (doc[begin].lower_ in _JOINS or _beside(doc[begin])):
                begin += 1
            yield i, begin
            i = begin
        else:
            i += 1


def _beside(token: Token) -> bool:
    """Whether a word only ties its clause to the one before; "that on pork" stands for a ban."""
    follows = token.nbor(1).lower_ if token.i + 1 < token.sent.end else ""
    return token.is_space or (token.lower_ in _BESIDE and not (token.lower_ in _STANDS_IN and follows in _OF))


def _kind(scene: Scene, passage: Passage, before: Span, join: Span, own: Span) -> str | None:
    """How what is joined begins: clause | verb | noun (of a measure) | time (of goods); None for none of them."""
    first, doc = own[0], own.doc
    timed = _at_a_time(passage, before, own)
    if not timed and not _names_measure(scene, own):
        return None
    finite = next((t for t in own if t.tag_ in _FINITE and t.pos_ in ("VERB", "AUX") and not _described(own, t)), None)
    verb = finite.head if finite is not None and finite.dep_ in ("aux", "auxpass") and finite.head in own else finite
    subject = kid(verb, "nsubj", "nsubjpass") if verb is not None else None
    if first.pos_ in ("VERB", "AUX"):
        told = any(t.tag_ in _FINITE and not _described(own, t) for t in doc[own.sent.start : join.start])
        return "verb" if told and _goes_on_with(scene, own) else None
    if first.lower_ in _AGAIN and verb is not None:
        return "clause"
    later = any(_timed(passage, t) for t in own[:2])  # "and the same evening cut the duty"
    if later and verb is not None and subject is None and verb.dep_ == "conj":
        return "verb"
    nominal = ("NOUN", "PROPN", "PRON", "NUM")
    beyond = subject is not None and subject.i < own.start and lemma_of(subject) not in _AGAIN
    if verb is not None and not beyond and any(t.pos_ in nominal for t in own if t.i < verb.i):
        bare = len(before) > 0 and all(t.pos_ in ("NOUN", "PROPN", "ADJ", "DET", "NUM") for t in before)
        listed = bare and before.start > own.sent.start and not any(t.lower_ in _APART for t in join)
        return None if listed else "clause"
    if timed:
        return "time"
    head = next((t for t in own if t.pos_ in nominal and not _goes_on(t, own)), None)
    named = head is not None and _own_measure(scene, doc[own.sent.start : join.start], own, head)
    return "noun" if named or _stand_in(own, 0) is not None else None


def _goes_on_with(scene: Scene, own: Span) -> bool:
    """Whether words begin with what is done next, and not with a participle: "and processed tin", ", hit by a ban"."""
    first, follows = own[0], own[1] if len(own) > 1 else None
    chain = [first, *first.ancestors] if first.dep_ == "conj" else []
    aside = any(t.dep_ in ("relcl", "acl") for t in chain)
    plain = follows is not None and follows.pos_ in ("DET", "PRON", "NUM", "PART", "ADV", "SCONJ")
    return first.tag_ != "VBG" and not aside and (first.pos_ == "AUX" or _acts(scene, first) or plain)


def _described(span: Span, verb: Token) -> bool:
    """Whether a verb stands in a clause on a noun or a time: "a quota that will last", "when it was imposed"."""
    if any(t.tag_ in ("WDT", "WP", "WRB") for t in span if t.i < verb.i):
        return True
    chain = [t for t in (verb, *verb.ancestors) if span.start <= t.i < span.end]
    marks = (kid(t, "mark") for t in chain)
    return any(t.dep_ in ("relcl", "acl") for t in chain) or any(m is not None and m.lower_ in _UNDER for m in marks)


def _own_measure(scene: Scene, before: Span, own: Span, noun: Token) -> bool:
    """Whether a noun is of a measure beside the one before, and no end of a list: "gallium and antimony exports"."""
    if not (kind_of(scene, noun) or flow_of(scene, noun) or _carries(scene, noun)):
        return False
    words = [t for t in before if not t.is_punct and not t.is_space]
    former = _noun(scene, before)
    if former is None or words[-1] == former:  # "the export and re-export of rice"
        return False
    follows = noun.i + 1 < own.end and own.doc[noun.i + 1].lower_ in (*_OF, "to", "from")
    flows = {flow_of(scene, t) for t in (noun, former)}
    return (own[0].pos_ in ("DET", "PRON") or own[0] == noun or len(flows - {None}) > 1) and (follows or len(own) > 1)


def _goes_on(token: Token, own: Span) -> bool:
    """Whether the head of a noun's phrase is yet to come: "the 10% | export | duty"."""
    follows = own.doc[token.i + 1] if token.i + 1 < own.end else None
    within = ("NOUN", "PROPN", "NUM", "SYM")
    return follows is not None and (follows.pos_ in within or follows.lower_ in ("'s", "’s", "%", "-"))


def _carries(scene: Scene, noun: Token) -> bool:
    return lemma_of(noun) in scene.words["measures.carrier.news"]


def _at_a_time(passage: Passage, before: Span, own: Span) -> bool:
    """Whether goods go on with a time or a rate of their own: "of ore on 1 May and of concentrates from 1 July"."""
    first = own[0]
    again = first.lower_ in _OF and any(t.lower_ == first.lower_ for t in before)
    if again and before[-1].lower_ in _RATES and any(t.lower_ in _RATES for t in own):
        return True
    ends = passage.dated(before.start_char, before.end_char)[-1:] if len(before) else ()
    behind = all(t.is_space or t.pos_ == "ADP" or _timed(passage, t) for d in ends for t in before if t.idx >= d.start)
    goods = again and len(own) > 1 and not _timed(passage, own[1])
    goods = goods or (first.pos_ in ("NOUN", "PROPN", "ADJ") and not _timed(passage, first))
    return goods and bool(ends) and behind and bool(passage.dated(own.start_char, own.end_char))


def _timed(passage: Passage, token: Token) -> bool:
    return any(d.start <= token.idx < d.end for d in passage.dates)


def _acts(scene: Scene, verb: Token) -> bool:
    """Whether a verb may do something to a measure or a flow."""
    words, lemma = scene.words, lemma_of(verb)
    moves = ("impose", "announce", "lift", "free", "deny", "rumour", "need")
    return _stops(scene, verb) or any(lemma in words[f"measures.{m}.verbs"] for m in moves)


def _stops(scene: Scene, verb: Token) -> bool:
    return verb.pos_ == "VERB" and any(lemma_of(verb) in scene.words[f"measures.{k}.verbs"] for k in KINDS)


def _noun(scene: Scene, span: Span) -> Token | None:
    """The noun of a measure, else of a flow."""
    nouns = (t for t in span if kind_of(scene, t) and not (t.dep_ == "compound" and kind_of(scene, t.head)))
    return next(nouns, None) or next((t for t in span if flow_of(scene, t) and not _weak(scene, t)), None)


def _weak(scene: Scene, token: Token) -> bool:
    return token.lower_ in scene.words["measures.flow.weak"]


def _names_measure(scene: Scene, span: Span) -> bool:
    """Whether words name a measure or a flow, stand for one, or forbid one."""
    stands = any(_stand_in(span, n) is not None for n in range(len(span)))
    trades = scene.words["measures.flow.exporting"] | scene.words["measures.flow.importing"]
    forbids = any(lemma_of(t) in trades and (is_negated(t) or _no_longer(t)) for t in span)
    paid = any(lemma_of(t) in scene.words["measures.impose.paid"] and t.nbor(1).like_num for t in span[:-1])
    stops = any(_stops(scene, t) and kid(t, "dobj", "nsubjpass", "nsubj") is not None for t in span)
    return stands or forbids or paid or stops or _noun(scene, span) is not None


def _no_longer(verb: Token) -> bool:
    return any(c.lower_ == "longer" for c in verb.children)


def _stand_in(span: Span, n: int) -> Range | None:
    """The tokens that stand for a noun told before, with its article, at a place: "that on", "the one for"."""
    if span[n].lower_ not in _STANDS_IN or n + 1 >= len(span) or span[n + 1].lower_ not in _OF:
        return None
    article = n > 0 and span[n - 1].lower_ in ("the", "its", "their")
    return span[n].i - article, span[n].i + 1


def _put_back(scene: Scene, last: Span, own: Span) -> tuple[Range, ...]:
    """The words of a part with the noun that "that on", "the one for" or "those of" stand for."""
    noun = _noun(scene, last)
    found = next((r for n in range(len(own)) if (r := _stand_in(own, n))), None)
    if noun is None or found is None:
        return ((own.start, own.end),)
    first, until, doc = noun.left_edge.i, noun.i + 1, own.doc
    behind = doc[until : last.end]
    # "its ban on exports of cod ... that on herring"
    flow = next((t for t in behind[:4] if flow_of(scene, t)), None)
    deep = flow is not None and flow.i + 1 < last.end and doc[flow.i + 1].lower_ in _OF
    until = flow.i + 2 if deep and flow is not None else until
    return (own.start, found[0]), (max(first, last.start), until), (found[1] + deep, own.end)


def _clause(scene: Scene, lead: tuple[Range, ...], span: Span) -> _Clause | None:
    """The clause of some words: what is done to a measure in it, else its first verb."""
    verbs = [t for t in span if t.pos_ in ("VERB", "AUX") and not _described(span, t) and t.tag_ != "VBG"]
    verb = next((t for t in verbs if _acts(scene, t)), verbs[0] if verbs else None)
    if verb is None:
        return None
    start = verb.i
    while start > span.start and (span.doc[start - 1].pos_ in ("AUX", "ADV", "PART") or span.doc[start - 1].is_space):
        start -= 1
    end = verb.i + 1
    while end < span.end and (span.doc[end].dep_ == "prt" or span.doc[end].is_space):
        end += 1
    before: tuple[Range, ...] = ((span.start, start),) if start > span.start else ()
    return _Clause((*lead, *before), (start, end), verb, span.end)


def _opening(scene: Scene, passage: Passage, sentence: Span, end: int) -> tuple[Range, ...]:
    """What a sentence says of all its clauses before the first: "The ministry said that", "From 1 May,"."""
    said = next((t for t in sentence[: end - sentence.start] if lemma_of(t) in scene.words["say.verbs"]), None)
    if said is not None:
        that = next((t.i for t in sentence.doc[said.i : end] if t.lower_ == "that"), None)
        if that is not None:
            return ((sentence.start, that + 1),)
    times = passage.dated(sentence.start_char, sentence.doc[end - 1].idx)
    comma = next((t.i for t in sentence[: end - sentence.start] if t.text == ","), None)
    leads = times and comma is not None and times[0].start - sentence.start_char < 16
    return ((sentence.start, comma + 1),) if leads and comma is not None and comma - sentence.start < 9 else ()


def _tail(scene: Scene, sentence: Span) -> int:
    """Where what is said of the whole sentence begins behind it: ", the minister said on Monday"; else its stop."""
    doc, end = sentence.doc, sentence.end
    while end > sentence.start + 1 and doc[end - 1].text in _STOPS:
        end -= 1
    tails = (i for i in range(sentence.start + 3, end - 1) if doc[i].text == "," and _says_all(scene, doc[i + 1 : end]))
    return next(tails, end)


def _says_all(scene: Scene, behind: Span) -> bool:
    """Whether words behind a comma tell who says what stands before them."""
    if behind[0].lower_ == "according":
        return True
    verb = next((t for t in behind if t.pos_ in ("VERB", "AUX")), None)
    if verb is None or lemma_of(verb) not in scene.words["say.verbs"] or kid(verb, "nsubj") not in list(behind):
        return False
    told = kid(verb, "ccomp")
    return told is not None and told.i < behind.start and all(t.text != ";" for t in behind)
