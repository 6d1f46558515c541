"""Parsed sentences -> trade measures: who restricts or frees what toward whom, from when, and how sure that is.

A measure needs a word that puts it in place, moves it or denies it. What only mentions one ("Japan regrets the ban",
"the curbs pushed prices up", "after last year's ban") is background, effect or reaction, and gives nothing.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from monazite.core.gazetteer import Gazetteer
from monazite.ledger.clauses import (
    amounts,
    attribution,
    is_background,
    is_opinion,
    kid,
    lemma_of,
    sayer,
)
from monazite.ledger.dates import Dated
from monazite.ledger.drafts import Step
from monazite.ledger.goods import goods_of, hs_of
from monazite.ledger.restrictions import Act, acts
from monazite.ledger.scene import Passage, Scene, evidence
from monazite.ledger.values import Window

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["steps"]

_HEARSAY = re.compile(
    r"\b(?:reportedly|allegedly|sources|people familiar|media reports|unconfirmed|reports (?:say|said|claim)|rumou?r)"
)
_STEP = r"\s+(?:(?:on|in|from|at|of)\s+)?(?:the\s+)?$"
_UNTIL = re.compile(rf"\b(?:until|till|through|expir(?:es?|ed|ing)|lapses?|lasting|end(?:s|ing)?|up to){_STEP}")
_FROM = re.compile(
    rf"\b(?:from|effective|start(?:s|ed|ing)?|begin(?:s|ning)?|as of|with effect from|effect|since|force){_STEP}"
)


def steps(scene: Scene, gazetteer: Gazetteer) -> tuple[tuple[Step, ...], frozenset[int]]:
    """The measures of a report, and the characters of the verbs that state one, so that no commitment reuses them."""
    found: list[Step] = []
    taken: set[int] = set()
    for number, passage in enumerate(scene.passages):
        for sentence in passage.doc.sents:
            seen: set[tuple[object, ...]] = set()
            for act in acts(scene, passage, sentence):
                taken.add(passage.offset + act.trigger.idx)
                if is_opinion(scene, act.trigger) or _recalled(scene, passage, act):
                    continue
                step = _step(scene, number, act, gazetteer)
                step = _with_earlier(step, act, found)
                key = (step.measure, step.status, step.imposer)
                if key not in seen:
                    seen.add(key)
                    found.append(step)
    return tuple(found), frozenset(taken)


def _with_earlier(step: Step, act: Act, found: list[Step]) -> Step:
    """ "The cap was set at ...", "the duties apply from ...": goods and imposer are those told before."""
    told = [
        s
        for s in found
        if s.goods and (s.imposer == step.imposer or (s.measure == step.measure and kid(act.core, "poss") is None))
    ]
    if step.goods or not told:
        return step
    last = told[-1]
    return replace(step, imposer=last.imposer, goods=last.goods, hs=last.hs, target=step.target or last.target)


def _recalled(scene: Scene, passage: Passage, act: Act) -> bool:
    verb = act.trigger
    if act.move in ("impose", "announce") and any(
        _stale(scene, d) and _governor(passage, d) in (verb.i, act.core.i)
        for d in passage.dated(verb.idx, verb.sent.end_char)
    ):
        return True
    if act.move in ("lift", "end", "begin", "deny"):
        # the date of what is lifted may be old; only the lifting must be news
        recent = [d for d in passage.dated(verb.sent.start_char, verb.sent.end_char) if _recent(scene, d.window.end)]
        if recent:
            return False
    if (
        verb.dep_ in ("advcl", "relcl", "acl")
        and act.move in ("impose", "announce")
        and not _fresh(scene, passage, verb)
    ):
        mark = kid(verb, "mark", "advmod")
        if _by_law(scene, verb):
            return False
        if verb.dep_ == "relcl" or (mark is not None and mark.lower_ in scene.words["background.marks"]):
            return True
    if act.move == "deny":
        return False  # "denied that it had halted": the past perfect is the claim denied
    return is_background(scene, passage, verb, min(act.core.idx, verb.idx)) and not _fresh(scene, passage, verb)


def _by_law(scene: Scene, verb: Token) -> bool:
    """ "passed a law that prohibits exports", "a policy to ban exports": the clause is the news its noun is in."""
    noun = verb.head
    if noun.lemma_.lower() not in scene.words["measures.carrier.laws"]:
        return False
    return noun.head.lemma_.lower() in scene.words["measures.announce.verbs"] | scene.words["measures.impose.verbs"] | {
        "develop",
        "draft",
        "make",
        "prepare",
        "take",
        "adopt",
    }


def _stale(scene: Scene, dated: Dated) -> bool:
    return scene.anchor is not None and dated.window.end is not None and dated.window.end < scene.anchor - timedelta(60)


def _governor(passage: Passage, dated: Dated) -> int:
    """The index of the verb a time expression belongs to."""
    span = passage.doc.char_span(dated.start, dated.end, alignment_mode="expand")
    token = span.root if span is not None else passage.doc[0]
    while token.head is not token and token.pos_ not in ("VERB", "AUX"):
        token = token.head
    return int(token.i)


def _recent(scene: Scene, day: date | None) -> bool:
    return scene.anchor is not None and day is not None and day >= scene.anchor - timedelta(20)


def _fresh(scene: Scene, passage: Passage, verb: Token) -> bool:
    """Whether the verb's own clause carries a day close to the report's."""
    start, end = verb.left_edge.idx, verb.right_edge.idx + len(verb.right_edge)
    return any(d.day is not None and _recent(scene, d.window.end) for d in passage.dated(start, end))


def _step(scene: Scene, number: int, act: Act, gazetteer: Gazetteer) -> Step:
    passage, sentence = scene.passages[number], act.trigger.sent
    goods = goods_of(scene, passage, act.core, act.trigger) if act.measure != "sanction" else ()
    target = _target(passage, act, scene)
    announced, effective, ended = _when(scene, passage, act)
    said = attribution(scene, passage, act.trigger)
    start = sentence.start_char + len(sentence.text) - len(sentence.text.lstrip())
    end = sentence.start_char + len(sentence.text.rstrip())
    return Step(
        evidence=evidence(scene, passage, start, end),
        passage=number,
        imposer=tuple(sorted(set(act.imposer))),
        target=target,
        measure=act.measure,
        goods=goods,
        hs=hs_of(goods, gazetteer),
        announced=announced,
        effective=effective,
        ended=ended,
        certainty=_certainty(scene, act, said),
        status=_status(scene, act, effective),
        attribution=said,
        amounts=amounts(sentence.text),
    )


def _target(passage: Passage, act: Act, scene: Scene) -> tuple[str, ...]:
    """Whom the measure is aimed at: countries after "to", "from", "against", or whose goods they are."""
    sentence, text = act.trigger.sent, passage.text
    found: list[str] = []
    for name in passage.named(sentence.start_char, sentence.end_char):
        if set(name.codes) & set(act.imposer) or name.kind in ("office", "person"):
            continue
        before = text[max(sentence.start_char, name.start - 32) : name.start]
        aimed = re.search(
            r"\b(?:to|from|against|on|for|toward|towards|targeting|by|and|or|with|hitting|including)\s+(?:(?:all|the|most|some|certain|imported|imports|exports|goods|products|companies|firms|users|of|from|in|to|other)\s+){0,4}$|,\s*$",
            before,
        )
        if aimed and name.start > act.trigger.idx - 90 and not re.search(r"\b(?:in|with) $", before):
            found += name.codes
    if act.measure == "sanction":
        found += [
            c for n in passage.named(act.core.left_edge.idx, act.core.idx) for c in n.codes if c not in act.imposer
        ]
    return tuple(sorted(set(found)))


def _when(scene: Scene, passage: Passage, act: Act) -> tuple[Window | None, Window | None, Window | None]:
    """Announced, effective and ended, by the words before each date."""
    sentence = act.trigger.sent
    announced = effective = ended = None
    for dated in passage.dated(sentence.start_char, sentence.end_char):
        before = passage.text[max(sentence.start_char, dated.start - 34) : dated.start].lower()
        words = dated.window.text.lower()
        if _UNTIL.search(before) or (act.move == "end" and ended is None):
            ended = ended or dated.window
        elif (
            _FROM.search(before)
            or words.startswith("from")
            or act.move == "begin"
            or (
                re.search(r"\b(?:in|by|for)\s+$", before)
                and dated.day is None
                and not words.startswith(("this", "last"))
                and dated.window.end
                and scene.anchor
                and dated.window.end > scene.anchor
            )
        ):
            effective = effective or dated.window
        elif words.startswith(("for ", "within", "over")):
            ended = ended or dated.window
        else:
            announced = announced or dated.window
    if act.move == "lift" and ended is None and effective is not None:
        effective, ended = None, effective
    elif act.move == "lift" and ended is None and announced is not None:
        ended = announced
    return announced, effective, ended


def _certainty(scene: Scene, act: Act, said: str | None) -> str:
    verb = sayer(act.trigger, scene)
    if act.move == "rumour":
        return "rumoured"
    last = re.sub(r"[^a-z ]", "", (said or "").lower()).split()
    weak = verb is not None and verb.lemma_.lower() in scene.words["say.weak"]
    plain = any(w.rstrip("s") in scene.words["say.sources"] for w in last) and not any(
        w in ("ministry", "government", "spokesperson", "minister", "state") for w in last
    )
    text = act.trigger.sent.text.lower()
    hearsay = _HEARSAY.search(text)
    return "reported" if weak or plain or hearsay else "official"


def _status(scene: Scene, act: Act, effective: Window | None) -> str:
    if act.move == "deny":
        return "denied"
    if act.move in ("lift", "end"):
        return "ended"
    verbs = (act.trigger, act.trigger.head) if act.trigger.dep_ == "xcomp" else (act.trigger,)
    future = any(
        c.dep_ == "aux" and c.lower_ in ("will", "would", "shall") for v in verbs for c in v.children
    ) or act.move in ("rumour",)
    later = (
        effective is not None
        and effective.start is not None
        and scene.anchor is not None
        and effective.start > scene.anchor
    )
    begun = lemma_of(act.trigger.head) in ("begin", "start", "continue", "move", "proceed")
    infinitive = act.trigger.tag_ == "VB" and not future and not begun
    return "announced" if future or later or infinitive or act.move == "announce" else "in_force"
