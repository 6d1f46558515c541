"""An act of trade policy -> its two sides: whose measure it is, and whom it is aimed at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from monazite.ledger.drafts import Step
from monazite.ledger.reading.actors import Name
from monazite.ledger.reading.clauses import REASON, sayer
from monazite.ledger.reading.scene import Passage, Scene, subject_of
from monazite.ledger.reading.signs import Told
from monazite.ledger.reading.trade_acts import Act, actor_of, flow_of, kind_of

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["directed", "target_of", "whose"]

_AIMED = re.compile(
    r"\b(?:to|from|against|on|for|towards?|targeting|hitting|including|respect of)\s+"
    r"(?:(?:all|the|most|some|certain|originating|imported|imports|exports|goods|products|companies|firms|users|of|from|in|to"
    r"|other|republic|\d+)\s+){0,4}$",
    re.IGNORECASE,
)
# "the frontier with Haiti", "goods originating in China"
_BESIDE = re.compile(
    r"\b(?:borders?|frontiers?|trade|commerce|crossings?|traffic)\s+with\s+(?:the\s+)?(?:republic\s+of\s+)?$"
    r"|\b(?:originating|customers?|buyers?|users?|companies|firms|entities) in\s+(?:the\s+)?$",
    re.IGNORECASE,
)
# "Ukrainian wheat", "Chinese-made cars", but not "Chinese officials"
_GOODS_OF = re.compile(
    r"[- ](?!(?:government|officials?|ministry|minister|president|authorit|customs|firm|compan|buyer|law|measure|dut"
    r"|tariff|ban\b|embargo|rule|council|cabinet|side))[a-z]"
)
_FIRMS_OF = re.compile(
    r"\.?(?:['’]s)?[- ](?:\w+ )?(?:banks?|firms?|compan|refiner|vessels?|ships\b(?! \d)|tankers?|entit|sector|industr"
    r"|subsidiar|individual)"
)
# "Brazil 1.1 million tonnes; Argentina 511,000 tonnes", "Vietnam 20 per cent"
_RATED = re.compile(r":?\s+(?:at\s+)?\d[\d.,]*\s*(?:(?:million|thousand)\s+)?(?:%|per\s?cent|tons?\b|tonnes?\b)")
_LISTED = re.compile(r",\s+(?:(?:and|or)\s+)?(?:the\s+)?|\s+(?:and|or)\s+(?:the\s+)?")
_DEAL = re.compile(r"\b(?:deal|agreement|pact|accord|treaty|CEPA|FTA|truce)\b")
_SPARED = re.compile(r"\b(?:except|excluding|apart from|other than|but not|exempt\w*)\b[^.;]*$")
_FROM = re.compile(r"\b(?:from|originating in)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_INTO = re.compile(
    r"\b(?:into|enter(?:s|ing)?) (?:the|its|our) (?:country|market|territory)|\bbrought in\b|\blet in\b|\bkeep out\b"
    r"|\bimported\b|\bmay enter\b",
    re.IGNORECASE,
)
_WHATEVER = re.compile(
    r"\b(?:whatever (?:their|its|the) origin|(?:from )?(?:all|any|every) (?:countries|origins?)|outside"
    r"|(?:without|no) (?:a )?(?:free )?trade agreement)",
    re.IGNORECASE,
)


def directed(scene: Scene, passage: Passage, act: Act) -> Act:
    """The act, of imports where its sentence speaks of no exports but of goods from abroad or into the country."""
    kind, sentence = act.measure.removeprefix("export_"), act.trigger.sent
    if kind == act.measure or kind == "tax" or any(flow_of(scene, t) == "export" for t in sentence):
        return act
    after = [n for n in passage.named(sentence.start_char, sentence.end_char) if not set(n.codes) & set(act.imposer)]
    foreign = any(
        _FROM.search(passage.text[max(0, n.start - 40) : n.start])
        or (n.kind == "demonym" and _GOODS_OF.match(passage.text, n.end))
        for n in after
    )
    return replace(act, measure=f"import_{kind}") if foreign or _INTO.search(sentence.text) else act


def whose(scene: Scene, one: Told, act: Act, found: Sequence[Step]) -> tuple[str, ...]:
    """Who imposes it: whom the sentence says, else the nearest the report speaks of at whom it is not aimed."""
    passage, start = one.passage, act.trigger.sent.start_char
    aimed = _aimed(scene, passage, act)
    sure = any(act.imposer == _named_doer(scene, passage, v) for v in (act.trigger, sayer(act.trigger, scene)) if v)
    if act.imposer and (sure or not set(act.imposer) <= aimed):
        return act.imposer
    nearest = (
        *(s.imposer for s in reversed(found) if s.passage == one.number),
        *(n.codes for n in passage.named(0, start, "capital", "country", "office", "coalition")[:1]),
        scene.home,
        *(s.imposer for s in reversed(found)),
        *((p,) for p in scene.parties),
    )
    return next((codes for codes in nearest if codes and not set(codes) <= aimed), act.imposer)


def _named_doer(scene: Scene, passage: Passage, verb: Token) -> tuple[str, ...]:
    """Who does or says what a verb tells, where the sentence names that side itself."""
    subject = subject_of(verb)
    named = subject is not None and passage.named(subject.left_edge.idx, subject.idx + len(subject))
    return actor_of(scene, passage, verb) if named else ()


def target_of(scene: Scene, passage: Passage, act: Act) -> tuple[str, ...]:
    """Whom the measure is aimed at: countries after "to", "from", "against", or whose goods they are.

    Where a report of a deal of two parties names none, what one does to imports is aimed at the other.
    """
    own, found = set(act.imposer), _aimed(scene, passage, act)
    alone = _imports(act) and own and not found - own and not _WHATEVER.search(act.trigger.sent.text)
    if alone and len(scene.parties) == 2 and own < set(scene.parties) and _of_a_deal(scene):
        found = set(scene.parties)
    return tuple(sorted(found - own))


def _of_a_deal(scene: Scene) -> bool:
    opening = (p.text for p in scene.passages[:2])
    return any(_DEAL.search(text) for text in (scene.report.title, *opening))


def _imports(act: Act) -> bool:
    return bool(act.measure) and not act.measure.startswith("export") and act.measure != "sanction"


def _aimed(scene: Scene, passage: Passage, act: Act) -> set[str]:
    """Whom the words of an act's clause are aimed at, its own side included where that is named so."""
    sentence = act.trigger.sent
    names = passage.named(sentence.start_char, sentence.end_char)
    hit: list[Name] = []
    for name in names:
        beside = hit and _LISTED.fullmatch(passage.text, hit[-1].end, name.start)
        if (beside or _hit(passage, act, name)) and not _owns(scene, act, name):
            hit.append(name)
    found = {c for n in hit for c in n.codes}
    if act.measure == "sanction":
        found |= {c for n in passage.named(act.core.left_edge.idx, act.core.idx) for c in n.codes}
    return found


def _hit(passage: Passage, act: Act, name: Name) -> bool:
    """Whether a name stands where those do at whom a measure is aimed."""
    text, first = passage.text, act.trigger.sent.start_char
    before = text[max(first, name.start - 48) : name.start]
    clause = text[max(first, name.start - 60) : name.start]
    if name.kind in ("office", "person") or _SPARED.search(clause) or REASON.search(clause):
        return False
    if act.measure.startswith("export") and re.search(r"(?<!\bto and )\b(?<!imports )from (?:the )?$", before):
        return False
    if _BESIDE.search(before):
        return True
    goods = _FIRMS_OF.match(text, name.end) or (
        (_imports(act) or _INTO.search(act.trigger.sent.text))
        and ((name.kind == "demonym" and _GOODS_OF.match(text, name.end)) or _RATED.match(text, name.end))
    )
    close = name.start > act.trigger.idx - 90 and not re.search(r"\b(?:in|with) $", before)
    return bool(goods or (close and _AIMED.search(before)))


def _owns(scene: Scene, act: Act, name: Name) -> bool:
    """Whether a measure is called a country's own: "the Chinese tariffs", "Colombia's ban"."""
    word = next((t for t in act.trigger.sent if name.start <= t.idx < name.end), None)
    return (
        word is not None and word.dep_ in ("amod", "poss", "compound", "nmod") and kind_of(scene, word.head) is not None
    )
