"""The words of a measure -> the goods it covers, as the report names them, and their HS codes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monazite.core.gazetteer import Gazetteer
from monazite.ledger.clauses import lemma_of
from monazite.ledger.scene import Passage, Scene
from monazite.ledger.vocabulary import Vocabulary

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["goods_of", "hs_of", "with_minerals"]

_LEAD = re.compile(
    r"^(?:just|almost|nearly|roughly|about|around|under|over|up|at|least|than|to|[\w]*-?made|all|some|certain|most|several|other|various|made|its|their|the|a|an|new|any|both|more|these|those|outbound"
    r"|imported|key|\d+|two|three|four|five|six|seven|twelve)\s+",
    re.IGNORECASE,
)
_OF = ("of", "on", "for", "over", "covering", "against")


def goods_of(scene: Scene, passage: Passage, core: Token, trigger: Token | None) -> tuple[str, ...]:
    """The goods named in the phrase of a measure or a flow, else the minerals of its trigger's sentence."""
    found = [*_before(scene, passage, core), *_after(scene, passage, core)]
    if not any(good not in scene.words["measures.goods.generic"] for good in found):
        found = [*(_listed(passage, core) or _of_clause(scene, passage, core)), *found]
    if not found and _is_good(scene, passage, core):
        found = _chain(scene, passage, core, 0)
    if not found and trigger is not None:
        sentence = trigger.sent
        minerals = [n for n in passage.names if n.kind == "mineral"]
        inside = [n for n in minerals if sentence.start_char <= n.start < sentence.end_char]
        found = _after(scene, passage, trigger) or [passage.text[n.start : n.end].lower() for n in inside]
    return tuple(dict.fromkeys(g for g in found if g))


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


def hs_of(goods: tuple[str, ...], gazetteer: Gazetteer) -> tuple[str, ...]:
    """The HS 1992 codes of the goods that are minerals the gazetteer knows, or are made of one."""
    codes: set[str] = set()
    for good in goods:
        words = good.split()
        runs = (words[i : i + n] for n in range(len(words), 0, -1) for i in range(len(words) - n + 1))
        codes.update(next((c for run in runs if (c := _hs(" ".join(run), gazetteer))), ()))
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
