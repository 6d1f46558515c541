"""Parsed sentences -> trade measures: who restricts or frees what toward whom, from when, and how sure that is.

A measure needs a word that puts it in place, moves it or denies it. What only mentions one ("Japan regrets the ban",
"the curbs pushed prices up", "after last year's ban") is background, effect or reaction, and gives nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
    modal,
    quote,
    sayer,
)
from monazite.ledger.dates import Dated, find_dates
from monazite.ledger.drafts import Step
from monazite.ledger.goods import goods_of, hs_of, with_minerals
from monazite.ledger.restrictions import acts
from monazite.ledger.scene import Passage, Scene
from monazite.ledger.trade_acts import Act
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
_AIMED = re.compile(
    r"\b(?:to|from|against|on|for|towards?|targeting|by|and|or|with|hitting|including)\s+"
    r"(?:(?:all|the|most|some|certain|imported|imports|exports|goods|products|companies|firms|users|of|from|in|to"
    r"|other)\s+){0,4}$|,\s*$"
)

_SPAN = re.compile(r"^from\b.*\d.*\b(?:to|until|till|through)\b.*\d", re.IGNORECASE)
_LONGER = re.compile(
    r"\b(?:by|for)\s+(?:a\s+)?(?:further\s+|another\s+|additional\s+)?(?P<time>(?:\w+)\s+(?:day|week|month|year)s?)\b"
)
_LENGTH = re.compile(
    r"\b(?P<n>\w+)-(?P<unit>day|week|month|year)\s+(?:\w+\s+)?(?:ban|suspension|halt|embargo|moratorium|freeze|quota|pause)"
)
_PROLONGS = ("extend", "prolong", "renew", "roll")
_AT_ONCE = re.compile(
    r"\bwith immediate effect\b|\beffective immediately\b|\bimmediately effective\b|\b(?:an|the) immediate\b",
    re.IGNORECASE,
)

_SPARED = re.compile(r"\b(?:except|excluding|apart from|other than|but not|exempt\w*)\b[^.;]*$")


def steps(scene: Scene, gazetteer: Gazetteer) -> tuple[tuple[Step, ...], frozenset[int]]:
    """The measures of a report, and the characters of the verbs that state one, so that no commitment reuses them."""
    found: list[Step] = []
    taken: set[int] = set()
    for number, passage in enumerate(scene.passages):
        for sentence in passage.doc.sents:
            told = [a for a in acts(scene, passage, sentence) if max(a.trigger.idx, a.core.idx) >= passage.lead]
            taken |= {passage.offset + act.trigger.idx for act in told}
            # "banned exports, bringing forward a ban" tells of one measure
            apart = [a for a in told if a.trigger.dep_ != "advcl" or [b.measure for b in told].count(a.measure) < 2]
            fresh = (a for a in apart if not is_opinion(scene, a.trigger) and not _recalled(scene, passage, a))
            drafts = (_with_earlier(_step(scene, number, act, gazetteer), act, found) for act in fresh)
            seen = {(s.measure, s.status, s.imposer): s for s in reversed([d for d in drafts if d is not None])}
            found += reversed(seen.values())
    return tuple(found), frozenset(taken)


def _with_earlier(step: Step, act: Act, found: Sequence[Step]) -> Step | None:
    """The step with goods and imposer of the one told before: "The cap was set at ...", "the duties apply from ..."."""
    own = kid(act.core, "poss") is not None
    told = [s for s in found if s.goods and (s.imposer == step.imposer or (s.measure == step.measure and not own))]
    if step.goods or not told:
        # "the measure takes effect", where nothing told which
        begins = act.move in ("begin", "end") and not step.goods and not step.target
        return None if begins or not step.measure else step
    last = told[-1]
    return replace(
        step,
        imposer=last.imposer,
        measure=step.measure or last.measure,
        goods=last.goods,
        hs=last.hs,
        target=step.target or last.target,
    )


def _recalled(scene: Scene, passage: Passage, act: Act) -> bool:
    """Whether a sentence only recalls a measure: an old date of its own, an aside, an unreported past perfect."""
    verb, puts = act.trigger, act.move in ("impose", "announce")
    if puts and _standing(verb):
        return False
    own = [d for d, governor in _dates_of(scene, passage, act) if governor.i in (verb.i, act.core.i)]
    if puts and any(_older(scene, d.window.end, 60 if d.day else 30) for d in own):
        return True
    # the date of what is lifted may be old; only the lifting must be news
    if (
        act.move != "rumour"
        and not puts
        and any(_recent(scene, d) for d in passage.dated(verb.sent.start_char, verb.sent.end_char))
    ):
        return False
    fresh = any(_recent(scene, d) and d.day for d in passage.dated(verb.left_edge.idx, verb.right_edge.idx + 30))
    if verb.dep_ in ("advcl", "relcl", "acl") and puts and not fresh:
        mark = kid(verb, "mark", "advmod")
        if _by_law(scene, verb):
            return False
        if verb.dep_ == "relcl" or (mark is not None and mark.lower_ in scene.words["background.marks"]):
            return True
    if act.move == "deny":
        return False  # "denied that it had halted": the past perfect is the claim denied
    return is_background(scene, passage, verb, min(act.core.idx, verb.idx)) and not fresh


def _standing(verb: Token) -> bool:
    """ "has maintained a ban since 2020": old, and in force today."""
    present = verb.tag_ in ("VBZ", "VBP") or any(c.lower_ in ("has", "have") for c in verb.children)
    return lemma_of(verb) in ("maintain", "keep") and present


def _by_law(scene: Scene, verb: Token) -> bool:
    """ "passed a law that prohibits exports", "a policy to ban exports": the clause is the news its noun is in."""
    words, noun = scene.words, verb.head
    made = words["measures.announce.verbs"] | words["measures.impose.verbs"] | words["measures.carrier.making"]
    return lemma_of(noun) in words["measures.carrier.laws"] and lemma_of(noun.head) in made


def _older(scene: Scene, day: date | None, days: int) -> bool:
    return scene.anchor is not None and day is not None and day < scene.anchor - timedelta(days)


def _recent(scene: Scene, dated: Dated) -> bool:
    return scene.anchor is not None and dated.window.end is not None and not _older(scene, dated.window.end, 20)


def _dates_of(scene: Scene, passage: Passage, act: Act) -> Iterator[tuple[Dated, Token]]:
    """The times of an act's sentence with the verb each belongs to: the last verb before it, else the act's own.

    By place and not by the parse, in which days are blank. What happened cannot lie ahead: without a year it was last.
    """
    verb = act.trigger
    past = verb.tag_ in ("VBD", "VBN") and modal(verb) is None and lemma_of(verb.head) != "expect"
    for dated in passage.dated(verb.sent.start_char, verb.sent.end_char):
        before = [t for t in verb.sent if t.pos_ == "VERB" and t.idx < dated.start]
        nearest = before[-1] if before else verb
        governor = nearest if nearest.i > verb.i or nearest in _joined_to(scene, verb) else verb
        if past and governor == verb and scene.anchor and not dated.explicit and not dated.weekday:
            ahead = dated.window.start is not None and dated.window.start > scene.anchor
            earlier = find_dates(dated.window.text, scene.anchor - timedelta(183))
            before_it = passage.text[: dated.start].lower()
            cued = _UNTIL.search(before_it) or _FROM.search(before_it) or not dated.window.text[:1].isupper()
            dated = replace(dated, window=earlier[0].window) if ahead and earlier and not cued else dated
        yield dated, governor


def _joined_to(scene: Scene, verb: Token) -> tuple[Token, ...]:
    """The verb of another measure that a verb is joined to: "will lift the ban on 1 May and impose quotas"."""
    moves = scene.words["measures.lift.verbs"] | scene.words["measures.impose.verbs"]
    return (verb.head,) if verb.dep_ == "conj" and lemma_of(verb.head) in moves else ()


def _step(scene: Scene, number: int, act: Act, gazetteer: Gazetteer) -> Step:
    passage = scene.passages[number]
    told = goods_of(scene, passage, act.core, act.trigger) if act.measure != "sanction" else ()
    goods = with_minerals(scene.words, told, gazetteer)
    times = _times(scene, passage, act)
    said = attribution(scene, passage, act.trigger)
    return Step(
        evidence=quote(scene, passage, act.trigger.sent),
        passage=number,
        imposer=tuple(sorted(set(act.imposer))),
        target=_target(passage, act),
        measure=act.measure,
        goods=goods,
        hs=hs_of(goods, gazetteer),
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


def _target(passage: Passage, act: Act) -> tuple[str, ...]:
    """Whom the measure is aimed at: countries after "to", "from", "against", or whose goods they are."""
    sentence, text = act.trigger.sent, passage.text
    found: set[str] = set()
    for name in passage.named(sentence.start_char, sentence.end_char):
        before = text[max(sentence.start_char, name.start - 32) : name.start]
        close = name.start > act.trigger.idx - 90 and not re.search(r"\b(?:in|with) $", before)
        spared = _SPARED.search(text[max(sentence.start_char, name.start - 60) : name.start])
        if close and not spared and name.kind not in ("office", "person") and _AIMED.search(before):
            found |= set(name.codes)
    if act.measure == "sanction":
        found |= {c for n in passage.named(act.core.left_edge.idx, act.core.idx) for c in n.codes}
    return tuple(sorted(found - set(act.imposer)))


@dataclass(slots=True)
class _Times:
    announced: Window | None = None
    effective: Window | None = None
    ended: Window | None = None
    lasting: Window | None = None


def _times(scene: Scene, passage: Passage, act: Act) -> _Times:
    """When it was announced, begins, ends, and for how long it holds, by the verb and the words before each date."""
    times, lifts = _Times(), act.move == "lift"
    for dated, governor in _dates_of(scene, passage, act):
        field = _field(scene, passage, act, dated, governor)
        if field == "effective" and not lifts and _SPAN.search(dated.window.text) and dated.window.end:
            first, last = dated.window.start, dated.window.end
            times.effective = times.effective or Window(dated.window.text, first, first)
            times.ended = times.ended or Window(dated.window.text, last, last)
            continue
        if lifts and field in ("effective", "lasting"):
            field = "ended" if field == "effective" else None
        if field is not None and getattr(times, field) is None:
            setattr(times, field, dated.window)
    text = act.trigger.sent.text
    if times.lasting is None and not lifts and (length := _LENGTH.search(text)):
        times.lasting = next(
            (d.window for d in find_dates(f"within {length['n']} {length['unit']}s", scene.anchor)), None
        )
    if times.lasting is None and (more := _LONGER.search(text)) and act.trigger.lower_.startswith(_PROLONGS):
        times.lasting = next((d.window for d in find_dates(f"within {more['time']}", scene.anchor)), None)
    if times.effective is None and not lifts and _AT_ONCE.search(text):
        day = times.announced.start if times.announced else scene.anchor
        times.effective = Window("with immediate effect", day, day)
    if lifts and times.ended is None and times.announced is not None:
        times.ended = times.announced
    return times


def _field(scene: Scene, passage: Passage, act: Act, dated: Dated, governor: Token) -> str | None:
    """Which time of the measure a date is: announced, effective, ended, lasting; None where it is another's."""
    verb, words = act.trigger, dated.window.text.lower()
    before = passage.text[max(verb.sent.start_char, dated.start - 34) : dated.start].lower()
    until, since = _UNTIL.search(before), _FROM.search(before) or words.startswith("from")
    if _of_another(act, governor):
        return None
    if governor != verb and not until and not since:
        if lemma_of(governor) in scene.words["say.verbs"] and governor == sayer(verb, scene):
            return "announced"
        if not governor.is_ancestor(verb) and (governor.dep_ in ("relcl", "conj") or not verb.is_ancestor(governor)):
            return None
        if governor in _joined_to(scene, verb):
            return None
    if until or act.move == "end":
        return None if act.move == "lift" else "ended"  # how long the lifting lasts is no end of the measure
    ahead = dated.window.end is not None and scene.anchor is not None and dated.window.end > scene.anchor
    vague = dated.day is None and not words.startswith(("this", "last")) and re.search(r"\b(?:in|by|for)\s+$", before)
    if since or act.move == "begin" or (ahead and vague):
        return "effective"
    if words.startswith("for "):
        return "lasting"
    if words.startswith(("within", "over", "in the tenth")):
        return None
    if act.move == "lift" and modal(verb) == "will" and ahead:
        return "ended"
    return "announced"


def _of_another(act: Act, governor: Token) -> bool:
    """Whether a verb stands in a clause on another thing: "bringing forward a ban that was due to start in May"."""
    chain = [governor, *governor.ancestors]
    inner = chain[: chain.index(act.trigger)] if act.trigger in chain else chain
    return any(t.dep_ == "relcl" and t.head != act.core for t in inner)


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
