"""The words of a measure -> the goods it covers, as the report names them, and their HS codes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monazite.core.errors import UnknownCode
from monazite.core.gazetteer import Gazetteer
from monazite.ledger.scene import Passage, Scene

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["goods_of", "hs_of"]

_LEAD = re.compile(
    r"^(?:all|some|certain|most|several|other|various|made|its|their|the|a|an|new|any|both|more|these|those|outbound|imported"
    r"|key|\d+|two|three|four|five|six|seven|twelve)\s+",
    re.IGNORECASE,
)


_GENERIC = frozenset({"product", "item", "good", "material", "metal", "mineral", "element", "resource"})


def goods_of(scene: Scene, passage: Passage, core: Token, trigger: Token | None) -> tuple[str, ...]:
    """The goods named in the phrase of a measure or a flow, else the minerals of its sentence.

    A mineral goes by the name the gazetteer knows; anything else by the report's own words.
    """
    found = [*_before(scene, passage, core), *_after(scene, passage, core)]
    if not found and trigger is not None:
        found = _after(scene, passage, trigger)
    if not found and trigger is not None:
        sentence = trigger.sent
        found = [
            passage.text[n.start : n.end].lower()
            for n in passage.names
            if n.kind == "mineral" and sentence.start_char <= n.start < sentence.end_char
        ]
    if not found and trigger is None and _good(scene, passage, core):
        found = [_phrase(passage, core)]
    return tuple(dict.fromkeys(g for g in found if g))


def hs_of(goods: tuple[str, ...], gazetteer: Gazetteer) -> tuple[str, ...]:
    """The HS 1992 codes of the goods that are minerals the gazetteer knows, or are made of one."""
    codes: set[str] = set()
    for good in goods:
        words = good.split()
        for size in range(len(words), 0, -1):
            known = [c for i in range(len(words) - size + 1) if (c := _hs(" ".join(words[i : i + size]), gazetteer))]
            if known:
                codes.update(known[0])
                break
    return tuple(sorted(codes))


def _hs(name: str, gazetteer: Gazetteer) -> tuple[str, ...]:
    try:
        return gazetteer.mineral(name).hs92
    except UnknownCode:
        return ()


def _good(scene: Scene, passage: Passage, token: Token) -> bool:
    if (
        token.pos_ not in ("NOUN", "PROPN")
        or token.lemma_.lower() in scene.words["measures.goods.not"]
        or token.lower_ in scene.words["measures.goods.not"]
    ):
        return _has_modifier(token) and token.lemma_.lower() in scene.words["measures.goods.heads"]
    if any(
        token.lower_ in scene.words[f"measures.{k}.nouns"]
        for k in ("ban", "quota", "licence", "restriction", "tax", "other")
    ):
        return False
    if any(n.start <= token.idx < n.end and n.kind != "mineral" for n in passage.names):
        return False
    return not any(d.start <= token.idx < d.end for d in passage.dates)


def _has_modifier(token: Token) -> bool:
    return any(
        c.dep_ == "compound" or (c.dep_ in ("amod", "nmod") and c.pos_ in ("NOUN", "PROPN")) for c in token.children
    )


def _phrase(passage: Passage, head: Token) -> str:
    """A good's own words: its compound and adjectives, without countries, articles and numbers."""
    parts = [
        t
        for t in head.doc[head.left_edge.i : head.i + 1]
        if (not _foreign(passage, t) and t.dep_ not in ("det", "poss", "case", "nummod", "punct", "cc", "preconj"))
        or t.text == "-"
    ]
    text = re.sub(r"\s*-\s*", "-", " ".join(t.text for t in parts)).strip(" -–").lower()
    minerals = [n for n in passage.names if n.kind == "mineral" and parts and parts[0].idx <= n.start <= parts[-1].idx]
    bare = minerals and all(minerals[-1].start <= t.idx < minerals[-1].end for t in parts[:-1])
    if bare and head.lemma_.lower() in _GENERIC:
        return passage.text[minerals[-1].start : minerals[-1].end].lower()  # "germanium products" are germanium
    while (shorter := _LEAD.sub("", text)) != text:
        text = shorter
    return text


def _foreign(passage: Passage, token: Token) -> bool:
    return any(n.start <= token.idx < n.end and n.kind not in ("mineral",) for n in passage.names)


def _chain(scene: Scene, passage: Passage, head: Token, depth: int = 0) -> list[str]:
    """A good and those joined to it; a flow inside ("exports of nickel") opens to its own goods."""
    found: list[str] = []
    for token in (head, *head.conjuncts):
        if token.lemma_.lower() in scene.words["measures.counted.nouns"]:
            found += _before(scene, passage, token) or (_after(scene, passage, token, depth + 1) if depth < 4 else [])
        elif _good(scene, passage, token) and not (
            token.dep_ == "conj" and any(d.start <= token.idx < d.end for d in passage.dates)
        ):
            found.append(_phrase(passage, token))
            for child in token.children:
                if child.dep_ == "appos" and _good(scene, passage, child):
                    found.append(_phrase(passage, child))
                if (child.dep_ == "prep" and child.lower_ in ("including", "like", "as")) or child.lower_ == "such":
                    for inner in child.subtree:
                        if inner.dep_ in ("pobj", "conj") and _good(scene, passage, inner):
                            found.append(_phrase(passage, inner))
    return found


def _after(scene: Scene, passage: Passage, core: Token, depth: int = 0) -> list[str]:
    """Goods in "of X", "on X", "for X", or as the object of "exporting X"."""
    found: list[str] = []
    for child in core.children:
        if child.i < core.i and child.dep_ != "nsubjpass":
            continue
        if child.dep_ in ("dobj", "nsubjpass") and core.pos_ == "VERB":
            found += _chain(scene, passage, child, depth)
        elif child.dep_ == "prep" and child.lower_ in ("of", "on", "for", "over", "covering", "against"):
            for inner in child.children:
                if inner.dep_ in ("pobj", "pcomp"):
                    found += _chain(scene, passage, inner, depth)
    if (
        not found
        and core.i + 1 < len(core.doc)
        and core.doc[core.i + 1].lower_ in ("on", "of", "for")
        and core.doc[core.i + 1].head is not core
    ):
        after = next((c for c in core.doc[core.i + 1].children if c.dep_ == "pobj"), None)
        found = _chain(scene, passage, after, depth) if after is not None else []
    return found


def _before(scene: Scene, passage: Passage, core: Token) -> list[str]:
    """Goods that stand before the noun: "nickel ore exports", "gallium export ban", "steel tariffs"."""
    flows = scene.words["measures.plain.words"]
    tokens = [
        t
        for t in core.doc[core.left_edge.i : core.i]
        if t.pos_ in ("NOUN", "PROPN", "ADJ", "PUNCT", "CCONJ")
        and t.dep_ in ("compound", "amod", "nmod", "npadvmod", "conj", "punct", "cc")
    ]
    kept = [
        t
        for t in tokens
        if (t.lower_ not in flows and not _foreign(passage, t) and t.pos_ in ("NOUN", "PROPN", "PUNCT"))
        or any(n.kind == "mineral" and n.start <= t.idx < n.end for n in passage.names)
    ]
    kept = [t for t in kept if t.text == "-" or not any(d.start <= t.idx < d.end for d in passage.dates)]
    while kept and kept[0].pos_ == "PUNCT":
        kept = kept[1:]
    while kept and kept[-1].pos_ == "PUNCT":
        kept = kept[:-1]
    text = re.sub(r"\s*-\s*", "-", " ".join(t.text for t in kept)).lower()
    return (
        [text]
        if text and not text.isdigit() and re.search("[a-z]{3}", text) and text not in scene.words["measures.goods.not"]
        else []
    )
