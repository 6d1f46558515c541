"""Parsed sentences -> trade measures: who restricts or frees what toward whom, from when, and how sure that is.

A measure needs a word that puts it in place, moves it or denies it. What only mentions one ("Japan regrets the ban",
"the curbs pushed prices up", "after last year's ban") is background, effect or reaction, and gives nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from monazite.core.gazetteer import Gazetteer
from monazite.ledger.drafts import Step
from monazite.ledger.reading.act_times import recalled, times_of
from monazite.ledger.reading.belief import belief, is_believed
from monazite.ledger.reading.clauses import (
    amounts,
    attribution,
    is_negated,
    is_opinion,
    kid,
    lemma_of,
    modal,
    quote,
    sayer,
)
from monazite.ledger.reading.goods import goods_of, goods_of_report, hs_of, with_minerals, with_plain
from monazite.ledger.reading.grounds import with_grounds
from monazite.ledger.reading.measure_days import with_days
from monazite.ledger.reading.plain import plain_act
from monazite.ledger.reading.scene import Scene, who
from monazite.ledger.reading.sides import directed, target_of, whose
from monazite.ledger.reading.signs import Told
from monazite.ledger.reading.trade_acts import UP_TO, Act, flow_of, kind_of
from monazite.ledger.values import UNCLEAR, Evidence, Window

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["steps"]

_LEAST_OF_PART = 0.15
"""How likely a part that no grammar reads states a measure at least; its sentence is believed already."""
_HEARSAY = re.compile(
    r"\b(?:reportedly|allegedly|sources|people familiar|media reports|unconfirmed|reports (?:say|said|claim)|rumou?r)"
)

_INWARD = re.compile(r"\b(?:import\w*|customs|tariffs?|brought in|(?:from|into|with) [A-Z])")
_FORMER = frozenset({"earlier", "previous", "former", "past", "prior"})
_ASKING = frozenset({"how", "whether", "why", "what", "if"})
_SAME = re.compile(r"\bon (?:the same|these|them)\b")
_FREED = re.compile(
    r"\b(?:may|can|will|is|are|has|have|again)\b[^.;]{0,60}\b(?:resum\w+|once more|reopen\w*|unblocked|unfrozen)\b"
    r"|\b(?:may|can|free to|able to|allowed to|let)\b[^.;]{0,40}"
    r"\b(?:enter|leave|go|sail|travel|cross|order|sell|buy|brought|shipped|sold|sent|exported|imported)\b[^.;]{0,40}\bagain\b"
    r"|\b(?:no longer|not) (?:be )?appl\w+|\b(?:roll|flow|sail|leave|enter|arrive|go|goes|move)s? [^.;]{0,40}\bagain\b"
    r"|\b(?:will be|are|is) gone\b|\bwill go(?=\s\s| (?:in|by|from) [A-Z\d])"
    r"|\bopen(?:s|ed)? [^.;]{0,60}\bagain\b|\bcleared the way\b|\b(?:is|are|will be) free again\b",
    re.IGNORECASE,
)
_SPARED = re.compile(
    r"\b(?:is|are|become|be)(?: now)? (?:free|exempt) (?:of|from) (?:\w+ ){0,2}(?:dut|tax|lev|tariff)"
    r"|\b(?:no longer|not) (?:be )?(?:subject to|charged|levied|collected|payable)",
    re.IGNORECASE,
)


def steps(scene: Scene, sentences: Iterable[Told], gazetteer: Gazetteer) -> tuple[Step, ...]:
    """The measures of a report."""
    found: list[Step] = []
    for one in sentences:
        if not is_believed("measure", one.signs):
            continue
        several: list[Step] = []
        for part in one.parts:
            drafts = _drafts(scene, part, one, gazetteer, [*found, *several])
            several += _apart(scene, part, drafts, several)
        found += several if len(several) > 1 else _drafts(scene, one, one, gazetteer, found)
    return with_days(scene, found)


def _drafts(scene: Scene, one: Told, whole: Told, gazetteer: Gazetteer, found: Sequence[Step]) -> list[Step]:
    """The measures of a sentence, or of a part of the `whole` that is quoted."""
    told = (
        replace(act, imposer=whose(scene, one, act, found))
        for act in (_capped(scene, directed(scene, one.passage, a)) for a in _stated(scene, one, one is not whole))
    )
    read = ((_with_earlier(scene, one, _step(scene, one, whole, act, gazetteer), act, found), act) for act in told)
    full = (_in_full(scene, whole.sentence, act, step, gazetteer) for step, act in read if step)
    drafts = [_of_exports(step, one.sentence.text, found) for step in full if step]
    seen = {(s.measure, s.status, s.imposer): s for s in reversed(drafts)}
    return list(reversed(seen.values()))


def _of_exports(step: Step, said: str, found: Sequence[Step]) -> Step:
    """The step, of exports where a duty names no flow and what its imposer did before was to tax exports, or to stop
    those of the same goods."""
    own = [s for s in found if set(s.imposer) & set(step.imposer)]
    if step.measure != "import_tariff" or not own or step.target or _INWARD.search(said):
        return step
    words = {w for g in step.goods for w in g.split()} if not step.borrowed else set()
    stopped = [s for s in own if s.measure.startswith("export_") and words & {w for g in s.goods for w in g.split()}]
    same = stopped or (own[-1].measure.startswith("export_") and _SAME.search(said))
    return replace(step, measure="export_tax") if same or own[-1].measure == "export_tax" else step


def _apart(scene: Scene, part: Told, drafts: Sequence[Step], told: Sequence[Step]) -> Iterator[Step]:
    """The measures of a part that goods or a target of their own tell from those `told` in the same sentence.

    One that names no flow is of the flow of the one before: "its ban on imports of beef and that on pork".
    """
    flows = any(flow_of(scene, t) for t in part.sentence)
    for step in drafts:
        kind = step.measure.partition("_")[2]
        before = (s.measure for s in reversed(told) if not flows and s.measure.partition("_")[2] == kind)
        measure = next(before, step.measure)
        same = (s for s in told if (s.measure, s.imposer) == (measure, step.imposer))
        # in words that no grammar reads a good must be known
        named = step.goods and not step.borrowed and (part.acts or step.hs)
        own = (named or step.target) and not any({*s.goods} & {*step.goods} for s in same)
        if own and measure != UNCLEAR:
            yield replace(step, measure=measure)


def _stated(scene: Scene, one: Told, part: bool) -> tuple[Act, ...]:
    """The acts that a believed sentence states, or a part of one; its plainest where the grammar reads none."""
    # "banned exports, bringing forward a ban" tells of one measure
    kinds = Counter(a.measure for a in one.acts)
    apart = [a for a in one.acts if a.trigger.dep_ != "advcl" or kinds[a.measure] < 2]
    fresh = [a for a in apart if not is_opinion(scene, a.trigger) and not recalled(scene, one.passage, a)]
    if apart:
        return tuple(fresh or (apart if is_believed("measure", one.signs) else ()))
    plain = _moved(scene, plain_act(scene, one.passage, one.sentence))
    if _is_asked(plain) or _is_hoped(scene, one, plain.trigger):
        return ()
    if part:
        return (plain,) if belief("measure", one.signs) >= _LEAST_OF_PART and not _had_effect(plain) else ()
    return (plain,) if is_believed("measure", one.signs, _had_effect(plain)) else ()


def _capped(scene: Scene, act: Act) -> Act:
    """The act, a quota where it lets so much of a flow through and no more."""
    flow, _, kind = act.measure.partition("_")
    lets = act.move in ("lift", "impose") and lemma_of(act.trigger) not in scene.words["measures.lift.verbs"]
    capped = kind in ("ban", "restriction", "quota") and lets and UP_TO.search(act.trigger.sent.text)
    return replace(act, measure=f"{flow}_quota", move="impose") if capped else act


def _moved(scene: Scene, act: Act) -> Act:
    """The act with what its sentence says happens: a flow that stops is not freed, what goes out again is."""
    stops = act.move in ("lift", "end") and kind_of(scene, act.core) is None and flow_of(scene, act.core) is not None
    if stops and lemma_of(act.trigger) in scene.words["measures.end.verbs"] | scene.words["measures.ban.verbs"]:
        return replace(act, move="impose")
    text = act.trigger.sent.text
    spared = _SPARED.search(text)
    freed = spared or (not is_negated(act.trigger) and _FREED.search(text))
    moves = ("impose", "rumour", "announce") if spared else ("impose", "rumour")
    return replace(act, move="lift") if freed and act.move in moves else act


def _had_effect(act: Act) -> bool:
    """ "The ban had rattled the market", "earlier bans lowered prices": what a measure did before."""
    verb, over = act.core.head, any(c.lower_ in _FORMER for c in act.core.children)
    return act.core.dep_ == "nsubj" and (over or any(c.lower_ == "had" and c.dep_ == "aux" for c in verb.children))


def _is_asked(act: Act) -> bool:
    """What is open about a measure: "depends on how licences are handled", "whether the ban holds"."""
    clauses = (t for t in act.core.ancestors if t.dep_ in ("ccomp", "pcomp", "csubj"))
    return any(c.lower_ in _ASKING and c.i < t.i for t in clauses for c in t.children)


def _is_hoped(scene: Scene, one: Told, verb: Token) -> bool:
    """What one side wants of another: "Kyiv expects Poland to lift its ban"."""
    wants = lemma_of(verb.head) in scene.words["measures.ask.verbs"] | {"expect"}
    return wants and verb.dep_ in ("ccomp", "xcomp") and bool(who(scene, one.passage, kid(verb, "nsubj")))


def _with_earlier(scene: Scene, one: Told, step: Step, act: Act, found: Sequence[Step]) -> Step | None:
    """The step with goods and imposer of the one told before: "The cap was set at ...", "the duties apply from ..."."""
    doers = one.passage.named(act.trigger.sent.start_char, act.trigger.idx)
    own = kid(act.core, "poss") is not None or any(n.codes == step.imposer for n in doers)
    alike = [s for s in found if s.goods and (s.imposer == step.imposer or (s.measure == step.measure and not own))]
    if not step.measure:
        told = alike or [s for s in found if s.goods]
        # "the measure takes effect", where nothing told which
        if not told and not step.goods:
            return None
        step = replace(step, measure=told[-1].measure, support=_telling(told[-1])) if told else step
    if step.goods or not alike:
        return step
    last = alike[-1]
    return replace(
        step,
        imposer=last.imposer,
        goods=last.goods,
        hs=last.hs,
        target=step.target or last.target,
        support=(*step.support, *_telling(next(s for s in found if s.goods == last.goods))),
        borrowed=True,
    )


def _telling(step: Step) -> tuple[Evidence, ...]:
    return step.evidence, *step.support


def _in_full(scene: Scene, sentence: Span, act: Act, step: Step, gazetteer: Gazetteer) -> Step | None:
    """The step with the goods its report is about where it names none, and its type unclear where nothing tells it."""
    if not step.goods and step.measure != "sanction":
        about, told = goods_of_report(scene)
        goods = with_minerals(scene.words, about, gazetteer)
        support = (*step.support, *([told] if told else []))
        step = replace(step, goods=goods, hs=hs_of(scene.words, goods, gazetteer), support=support, borrowed=True)
    if not step.goods and not step.target and act.move in ("begin", "end"):
        return None
    return with_grounds(scene, sentence, replace(step, measure=step.measure or UNCLEAR))


def _step(scene: Scene, one: Told, whole: Told, act: Act, gazetteer: Gazetteer) -> Step:
    passage = one.passage
    told = goods_of(scene, passage, act.core, act.trigger) if act.measure != "sanction" else ()
    goods = with_plain(scene.words, with_minerals(scene.words, told, gazetteer))
    times = times_of(scene, passage, act)
    said = attribution(scene, passage, act.trigger)
    return Step(
        evidence=quote(scene, whole.passage, whole.sentence),
        passage=one.number,
        imposer=tuple(sorted(set(act.imposer))),
        target=target_of(scene, passage, act),
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
    if act.move == "stay":
        return "in_force"
    verbs = (verb, verb.head) if verb.dep_ == "xcomp" else (verb,)
    future = any(modal(v) in ("will", "would") for v in verbs) or act.move in ("rumour", "announce")
    later = effective is not None and effective.start is not None and scene.anchor and effective.start > scene.anchor
    begun = lemma_of(verb.head) in ("begin", "start", "continue", "move", "proceed")
    return "announced" if future or later or (verb.tag_ == "VB" and not begun) else "in_force"
