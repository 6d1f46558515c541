"""The words of a measure -> the goods it covers, as the report names them, and their HS codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from monazite.core.gazetteer import Gazetteer
from monazite.ledger.reading.clauses import REASON, kid, lemma_of, quote
from monazite.ledger.reading.grounds import headline
from monazite.ledger.reading.scene import Passage, Scene
from monazite.ledger.reading.trade_acts import KINDS, flow_of, kind_of
from monazite.ledger.values import Evidence
from monazite.ledger.vocabulary import Vocabulary, load_vocabulary

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["goods_of", "goods_of_report", "hs_of", "with_minerals", "with_plain"]

_LEAD = re.compile(
    r"^(?:just|almost|nearly|roughly|about|around|under|over|up|at|least|than|to|[\w]*-?made|all|some|certain|most|several|other|various|made|its|their|the|a|an|new|any|both|more|these|those|outbound"
    r"|imported|key|\d+|two|three|four|five|six|seven|twelve)\s+",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_OF = ("of", "on", "for", "over", "covering", "against")


def goods_of(scene: Scene, passage: Passage, core: Token, trigger: Token | None) -> tuple[str, ...]:
    """The goods named in the phrase of a measure or a flow, else what its trigger's sentence names that is traded."""
    found = [*_before(scene, passage, core), *_after(scene, passage, core)]
    if not any(good not in scene.words["measures.goods.generic"] for good in found):
        found = [*(_listed(passage, core) or _of_clause(scene, passage, core)), *found]
    if not found and _is_good(scene, passage, core):
        found = _chain(scene, passage, core, 0)
    found = _sound(scene, found)
    if trigger is None:
        return tuple(found)
    heads = scene.words["measures.goods.heads"]
    sure = [g for g in found if _traded(scene, passage, g) or (" " in g and g.split()[-1].rstrip("s") in heads)]
    if not sure and not _tells(scene, core):
        found = []
    start, end = trigger.sent.start_char, trigger.sent.end_char
    return tuple(sure or _sound(scene, _traded_in(scene, passage, start, end)) or found)


def _sound(scene: Scene, goods: Iterable[str]) -> list[str]:
    """Goods, each once, without slips of the parser and what only seems one."""
    none = scene.words["measures.goods.none"]
    sound = (g for g in goods if g and not _ODD.search(g) and not none & {g, g.rsplit(maxsplit=1)[-1]})
    return list(dict.fromkeys(sound))


def _tells(scene: Scene, core: Token) -> bool:
    """Whether a word names a measure, a flow or what stops one: its object is a good then, known or not."""
    stops = any(lemma_of(core) in scene.words[f"measures.{kind}.verbs"] for kind in KINDS)
    barred = core.dep_ == "nsubjpass" and lemma_of(core.head) in scene.words["measures.flow.exporting"]
    return stops or barred or flow_of(scene, core) is not None or kind_of(scene, core) is not None


# a phrase with a number or a mark in it is a slip of the parser
_ODD = re.compile(r"\d|[,;:.()]|\bcent\b")


@cache
def _longest() -> int:
    """How many words the longest name of a good has."""
    return max(len(_WORD.findall(name)) for name in load_vocabulary().goods)


def _spans_of_goods(scene: Scene, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where goods the vocabulary knows stand in a text, the longest at each place, in order."""
    goods = scene.words.goods
    words, last, most = [m.span() for m in _WORD.finditer(text, start, end)], start, _longest()
    for i, (first, _) in enumerate(words):
        for _, after in reversed(words[i : i + most]) if first >= last else ():
            name = text[first:after].lower()
            if name in goods or (name[-1] == "s" and (name[:-1] in goods or name.removesuffix("es") in goods)):
                yield first, after
                last = after
                break


def _traded(scene: Scene, passage: Passage, phrase: str) -> bool:
    """Whether a phrase holds a good the vocabulary knows, or a mineral its passage names."""
    minerals = (passage.text[n.start : n.end].lower() for n in passage.names if n.kind == "mineral")
    known = next(_spans_of_goods(scene, phrase, 0, len(phrase)), None)
    return known is not None or any(m in phrase for m in minerals)


def _traded_in(scene: Scene, passage: Passage, start: int, end: int) -> list[str]:
    """The goods and minerals named between two characters, in the report's words."""
    spans = [*_spans_of_goods(scene, passage.text, start, end)]
    spans += [(n.start, n.end) for n in passage.names if n.kind == "mineral" and start <= n.start < end]
    other = [(n.start, n.end) for n in passage.names if n.kind != "mineral"]
    # "will scrap duties" is of no scrap
    acts = {(t.idx, t.idx + len(t)) for t in passage.doc if t.pos_ == "VERB" and kid(t, "dobj") is not None}
    spans = [s for s in spans if not REASON.search(passage.text[max(start, s[0] - 60) : s[0]])]
    kept = [s for s in spans if s not in acts and not any(a <= s[0] < b for a, b in other)]
    whole = [s for s in kept if not any(o != s and o[0] <= s[0] and s[1] <= o[1] for o in kept)]
    return [passage.text[a:b].lower() for a, b in sorted(whole)]


def goods_of_report(scene: Scene) -> tuple[tuple[str, ...], Evidence | None]:
    """What a report is about, with the quotation: the goods its headline names, else the first its text does."""
    if (told := headline(scene)) is not None:
        names = [told.text[a:b] for a, b in _spans_of_goods(scene, told.text, 0, len(told.text))]
        names += [told.text[n.start : n.end] for n in scene.heading if n.kind == "mineral"]
        if names:
            return tuple(dict.fromkeys(name.lower() for name in names)), told
    for passage in scene.passages[:3]:
        for sentence in passage.doc.sents:
            if goods := _traded_in(scene, passage, sentence.start_char, sentence.end_char)[:3]:
                return tuple(dict.fromkeys(goods)), quote(scene, passage, sentence)
    return (), None


def with_plain(vocabulary: Vocabulary, goods: tuple[str, ...]) -> tuple[str, ...]:
    """Goods with their plain names: "raw shea nuts", shea nuts; "frozen chicken", chicken."""
    named = list(goods)
    for good in goods:
        words = good.split()
        ends = (" ".join(words[k:]) for k in range(1, len(words)))
        named += [next((e for e in ends if e in vocabulary.goods or e + "s" in vocabulary.goods), "")]
    return tuple(dict.fromkeys(g for g in named if g))


def _listed(passage: Passage, core: Token) -> list[str]:
    """Goods behind a colon: "exports of three materials: photoresists, etching gas and polyimide"."""
    rest = passage.text[core.idx : core.sent.end_char]
    behind = re.match(r"[^:;]{5,120}:\s+(?P<list>[^.;:]+)", rest)
    parts = re.split(r",\s+(?:and\s+)?|\s+and\s+", behind["list"]) if behind else []
    return [p.strip().lower() for p in parts if re.fullmatch(r"[\w\s()-]{3,40}", p.strip()) and len(p.split()) <= 4]


def _of_clause(scene: Scene, passage: Passage, core: Token) -> list[str]:
    """Goods that a measure's own clause names: "the tariff that kept Australian barley out"."""
    clause = next((c for c in core.children if c.dep_ == "relcl"), None)
    thing = next((c for c in clause.children if c.dep_ == "dobj"), None) if clause is not None else None
    return _chain(scene, passage, thing, 0) if thing is not None else []


def with_minerals(vocabulary: Vocabulary, goods: tuple[str, ...], gazetteer: Gazetteer) -> tuple[str, ...]:
    """Goods with the plain name of the mineral they are a form of: "heavy rare earths", rare earths; "nickel ore"."""
    forms, named = vocabulary["measures.goods.forms"], list(goods)
    for good in goods:
        words = good.split()
        if gazetteer.find_mineral(good) is not None:
            continue
        # what follows the mineral must be a form of it: graphite items are graphite, lithium batteries are not lithium
        ends = (n for n in range(len(words), 0, -1) if all(w in forms for w in words[n:]))
        runs = (" ".join(words[start:n]) for n in ends for start in range(n))
        mineral = next((m for run in runs if (m := gazetteer.find_mineral(run))), None)
        if mineral is not None:
            named.append(mineral.name.lower())
    return tuple(dict.fromkeys(named))


def hs_of(vocabulary: Vocabulary, goods: tuple[str, ...], gazetteer: Gazetteer) -> tuple[str, ...]:
    """The HS codes of the goods: in full (HS 1992) of a mineral or what is made of one, else chapters or headings."""
    codes: set[str] = set()
    for good in goods:
        words = good.split()
        runs = [" ".join(words[i : i + n]) for n in range(len(words), 0, -1) for i in range(len(words) - n + 1)]
        mineral = next((c for run in runs if (c := _hs(run, gazetteer))), ())
        plain = next((h for run in runs if (h := vocabulary.goods.get(run) or vocabulary.goods.get(f"{run}s"))), None)
        codes.update(mineral or (plain.split("|") if plain else ()))
    return tuple(sorted(codes))


def _hs(name: str, gazetteer: Gazetteer) -> tuple[str, ...] | None:
    mineral = gazetteer.find_mineral(name)
    return mineral.hs or mineral.mixed_hs if mineral else None


def _named(passage: Passage, token: Token, mineral: bool) -> bool:
    """Whether a word is part of a mineral's name, or of another name."""
    return any(n.start <= token.idx < n.end and (n.kind == "mineral") == mineral for n in passage.names)


def _timed(passage: Passage, token: Token) -> bool:
    return any(d.start <= token.idx < d.end for d in passage.dates)


def _is_good(scene: Scene, passage: Passage, token: Token) -> bool:
    words = scene.words
    if token.pos_ not in ("NOUN", "PROPN") or {lemma_of(token), token.lower_} & words["measures.goods.not"]:
        noun = ("NOUN", "PROPN")
        described = any(
            c.dep_ == "compound"
            or (c.dep_ in ("amod", "nmod") and (c.pos_ in noun or c.lower_ not in words["measures.goods.vague"]))
            for c in token.children
        )
        return described and lemma_of(token) in words["measures.goods.heads"]
    kinds = ("ban", "quota", "licence", "restriction", "tax", "other")
    is_measure = any(token.lower_ in words[f"measures.{k}.nouns"] for k in kinds)
    return not is_measure and not _named(passage, token, mineral=False) and not _timed(passage, token)


def _phrase(scene: Scene, passage: Passage, head: Token) -> str:
    """A good's own words: its compound and adjectives, without countries, articles and numbers."""
    bare = ("det", "poss", "case", "nummod", "punct", "cc", "preconj")
    inside = head.doc[head.left_edge.i : head.i + 1]
    parts = [t for t in inside if t.text == "-" or (t.dep_ not in bare and not _named(passage, t, mineral=False))]
    if lemma_of(head) in scene.words["measures.goods.generic"] and all(_named(passage, t, True) for t in parts[:-1]):
        parts = parts[:-1] or parts  # "germanium products" are germanium
    text = _joined(parts).strip(" -–")
    while (shorter := _LEAD.sub("", text)) != text:
        text = shorter
    return text


def _joined(parts: list[Token]) -> str:
    return re.sub(r"\s*-\s*", "-", " ".join(t.text for t in parts)).lower()


def _chain(scene: Scene, passage: Passage, head: Token, depth: int) -> list[str]:
    """A good and those joined to it; a flow inside ("exports of nickel") opens to its own goods."""
    found: list[str] = []
    for token in (head, *head.conjuncts):
        if lemma_of(token) in scene.words["measures.counted.nouns"]:
            found += _before(scene, passage, token) or (_after(scene, passage, token, depth + 1) if depth < 4 else [])
        elif _is_good(scene, passage, token):
            named = [token, *(c for c in token.children if c.dep_ == "appos")]
            for child in token.children:
                if child.lower_ in ("including", "like", "as", "such"):
                    named += [t for t in child.subtree if t.dep_ in ("pobj", "conj")]
            found += [_phrase(scene, passage, t) for t in named if _is_good(scene, passage, t)]
    return found


def _after(scene: Scene, passage: Passage, core: Token, depth: int = 0) -> list[str]:
    """Goods in "of X", "on X", "for X", or as the object of "exporting X"."""
    found: list[str] = []
    for child in core.children:
        if core.pos_ == "VERB" and (child.dep_ == "nsubjpass" or (child.dep_ == "dobj" and child.i > core.i)):
            found += _chain(scene, passage, child, depth)
        elif child.dep_ == "prep" and child.lower_ in _OF and child.i > core.i:
            found += _inside(scene, passage, child, depth)
    if not found and core.i + 1 < len(core.doc) and core.doc[core.i + 1].lower_ in ("on", "of", "for"):
        found = _inside(scene, passage, core.doc[core.i + 1], depth)  # hung on another word by the parser
    return found


def _inside(scene: Scene, passage: Passage, prep: Token, depth: int) -> list[str]:
    things = (c for c in prep.children if c.dep_ in ("pobj", "pcomp"))
    return [good for thing in things for good in _chain(scene, passage, thing, depth)]


def _before(scene: Scene, passage: Passage, core: Token) -> list[str]:
    """Goods that stand before the noun: "nickel ore exports", "gallium export ban", "steel tariffs"."""
    flows = scene.words["measures.plain.words"]
    deps = ("compound", "amod", "nmod", "npadvmod", "conj", "punct", "cc")
    kept = [
        t
        for t in core.doc[core.left_edge.i : core.i]
        if t.dep_ in deps
        and not _timed(passage, t)
        and (
            _named(passage, t, mineral=True)
            or (
                t.pos_ in ("NOUN", "PROPN", "PUNCT") and t.lower_ not in flows and not _named(passage, t, mineral=False)
            )
        )
    ]
    text = _joined(kept).strip(" ,-–\"'“”‘’()")
    return [text] if re.search("[a-z]{3}", text) and text not in scene.words["measures.goods.not"] else []
