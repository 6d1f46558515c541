"""Parsed sentences -> trade measures: who restricts or frees what toward whom, from when, and how sure that is.

A measure needs a word that puts it in place, moves it or denies it. What only mentions one ("Japan regrets the ban",
"the curbs pushed prices up", "after last year's ban") is background, effect or reaction, and gives nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from monazite.core.gazetteer import Gazetteer
from monazite.ledger.act_times import recalled, times_of
from monazite.ledger.belief import is_believed
from monazite.ledger.clauses import (
    amounts,
    attribution,
    is_opinion,
    kid,
    lemma_of,
    modal,
    quote,
    sayer,
)
from monazite.ledger.drafts import Step
from monazite.ledger.goods import goods_of, hs_of, with_minerals, with_plain
from monazite.ledger.plain import plain_act
from monazite.ledger.scene import Passage, Scene
from monazite.ledger.signs import Told
from monazite.ledger.trade_acts import Act
from monazite.ledger.values import Window

if TYPE_CHECKING:
    pass

__all__ = ["steps"]

_HEARSAY = re.compile(
    r"\b(?:reportedly|allegedly|sources|people familiar|media reports|unconfirmed|reports (?:say|said|claim)|rumou?r)"
)
_AIMED = re.compile(
    r"\b(?:to|from|against|on|for|towards?|targeting|by|and|or|with|hitting|including)\s+"
    r"(?:(?:all|the|most|some|certain|imported|imports|exports|goods|products|companies|firms|users|of|from|in|to"
    r"|other)\s+){0,4}$|,\s*$"
)


# "Ukrainian wheat", "Chinese-made cars", but not "Chinese officials"
_GOODS_OF = re.compile(
    r"[- ](?!(?:government|officials?|ministry|minister|president|authorit|customs|firm|compan|buyer|law))[a-z]"
)
_SPARED = re.compile(r"\b(?:except|excluding|apart from|other than|but not|exempt\w*)\b[^.;]*$")


def steps(scene: Scene, sentences: Iterable[Told], gazetteer: Gazetteer) -> tuple[Step, ...]:
    """The measures of a report."""
    found: list[Step] = []
    for one in sentences:
        believed = _believed(scene, scene.passages[one.number], one)
        told = (replace(act, imposer=_whose(scene, one.number, act, found)) for act in believed)
        drafts = (_with_earlier(scene, _step(scene, one.number, act, gazetteer), act, found) for act in told)
        seen = {(s.measure, s.status, s.imposer): s for s in reversed([d for d in drafts if d is not None])}
        found += reversed(seen.values())
    return tuple(found)


def _believed(scene: Scene, passage: Passage, one: Told) -> tuple[Act, ...]:
    """The acts of a sentence that states a measure of its own; its plainest where the grammar reads none."""
    if not is_believed("measure", one.signs):
        return ()
    # "banned exports, bringing forward a ban" tells of one measure
    kinds = Counter(a.measure for a in one.acts)
    apart = [a for a in one.acts if a.trigger.dep_ != "advcl" or kinds[a.measure] < 2]
    fresh = [a for a in apart if not is_opinion(scene, a.trigger) and not recalled(scene, passage, a)]
    return tuple(fresh or apart or (plain_act(scene, passage, one.sentence),))


def _whose(scene: Scene, number: int, act: Act, found: Sequence[Step]) -> tuple[str, ...]:
    """Who imposes it: whom the sentence says, else the nearest the report speaks of at whom it is not aimed."""
    passage, start = scene.passages[number], act.trigger.sent.start_char
    aimed = set(_target(scene, passage, act))
    if act.imposer and not set(act.imposer) <= aimed:
        return act.imposer
    nearest = (
        *(s.imposer for s in reversed(found) if s.passage == number),
        *(n.codes for n in passage.named(0, start, "capital", "country", "office", "coalition")[:1]),
        scene.home,
        *(s.imposer for s in reversed(found)),
        *((p,) for p in scene.parties),
    )
    return next((codes for codes in nearest if codes and not set(codes) <= aimed), act.imposer)


def _with_earlier(scene: Scene, step: Step, act: Act, found: Sequence[Step]) -> Step | None:
    """The step with goods and imposer of the one told before: "The cap was set at ...", "the duties apply from ..."."""
    own = kid(act.core, "poss") is not None
    alike = [s for s in found if s.goods and (s.imposer == step.imposer or (s.measure == step.measure and not own))]
    if not step.measure and (told := alike or [s for s in found if s.goods]):
        step = replace(step, measure=told[-1].measure)
    if step.goods or not alike:
        # "the measure takes effect", where nothing told which
        begins = act.move in ("begin", "end") and not step.goods and not step.target
        return None if begins or not step.measure else step
    last = alike[-1]
    return replace(
        step,
        imposer=last.imposer,
        goods=last.goods,
        hs=last.hs,
        target=step.target or last.target,
    )


def _step(scene: Scene, number: int, act: Act, gazetteer: Gazetteer) -> Step:
    passage = scene.passages[number]
    told = goods_of(scene, passage, act.core, act.trigger) if act.measure != "sanction" else ()
    goods = with_plain(scene.words, with_minerals(scene.words, told, gazetteer))
    times = times_of(scene, passage, act)
    said = attribution(scene, passage, act.trigger)
    return Step(
        evidence=quote(scene, passage, act.trigger.sent),
        passage=number,
        imposer=tuple(sorted(set(act.imposer))),
        target=_target(scene, passage, act),
        measure=act.measure,
        goods=goods,
        hs=hs_of(scene.words, goods, gazetteer),
        announced=times.announced,
        effective=times.effective,
        ended=times.ended,
        certainty=_certainty(scene, act, said),
        status=_status(scene, act, times.effective),
        attribution=said,
        amounts=amounts(act.trigger.sent.text),
        lasting=times.lasting,
        day=scene.anchor,
    )


def _target(scene: Scene, passage: Passage, act: Act) -> tuple[str, ...]:
    """Whom the measure is aimed at: countries after "to", "from", "against", or whose goods they are.

    Where a report of two parties names none, what one does to imports is aimed at the other.
    """
    sentence, text = act.trigger.sent, passage.text
    found: set[str] = set()
    imports = not act.measure.startswith("export") and act.measure != "sanction"
    for name in passage.named(sentence.start_char, sentence.end_char):
        before = text[max(sentence.start_char, name.start - 32) : name.start]
        close = name.start > act.trigger.idx - 90 and not re.search(r"\b(?:in|with) $", before)
        spared = _SPARED.search(text[max(sentence.start_char, name.start - 60) : name.start])
        aimed = _AIMED.search(before) or (imports and name.kind == "demonym" and _GOODS_OF.match(text, name.end))
        if close and not spared and name.kind not in ("office", "person") and aimed:
            found |= set(name.codes)
    if act.measure == "sanction":
        found |= {c for n in passage.named(act.core.left_edge.idx, act.core.idx) for c in n.codes}
    own = set(act.imposer)
    if imports and own and not found - own and len(scene.parties) == 2 and own < set(scene.parties):
        found = set(scene.parties)
    return tuple(sorted(found - own))


def _certainty(scene: Scene, act: Act, said: str | None) -> str:
    if act.move == "rumour":
        return "rumoured"
    verb, speaker = sayer(act.trigger, scene), set(re.findall("[a-z]+", (said or "").lower()))
    plain = {w.rstrip("s") for w in speaker} & scene.words["say.sources"] and not speaker & scene.words["say.official"]
    weak = lemma_of(verb) in scene.words["say.weak"]
    return "reported" if weak or plain or _HEARSAY.search(act.trigger.sent.text.lower()) else "official"


def _status(scene: Scene, act: Act, effective: Window | None) -> str:
    verb = act.trigger
    if act.move in ("deny", "lift", "end"):
        return "denied" if act.move == "deny" else "ended"
    verbs = (verb, verb.head) if verb.dep_ == "xcomp" else (verb,)
    future = any(modal(v) in ("will", "would") for v in verbs) or act.move in ("rumour", "announce")
    later = effective is not None and effective.start is not None and scene.anchor and effective.start > scene.anchor
    begun = lemma_of(verb.head) in ("begin", "start", "continue", "move", "proceed")
    return "announced" if future or later or (verb.tag_ == "VB" and not begun) else "in_force"
