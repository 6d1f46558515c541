"""A parsed sentence -> the words that free a flow, let goods in or out, spare them, or take such leave back."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from monazite.ledger.reading.clauses import amounts, is_negated, kid, lemma_of, object_of, under
from monazite.ledger.reading.scene import Passage, Scene, subject_of, who
from monazite.ledger.reading.trade_acts import KINDS, Act, act_of, flow_near, flow_of, kind_of, type_of

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["eased"]

_LICENSED = re.compile(r"\b(?:licen[cs]|permit|control|authori[sz])", re.IGNORECASE)
# leave that must be asked for is a licence
_ASKED_FOR = re.compile(
    r"\b(?:on the basis of|subject to|only (?:with|on|after|upon|under)|case[- ]by[- ]case)\b[^.;]{0,60}"
    r"\b(?:permission|approval|consent|licen[cs]es?|permits?|authori[sz]ation|request)",
    re.IGNORECASE,
)
_LOW_DUTY = re.compile(
    r"\b(?:duty|tariff)[- ]free\b|\bfree of (?:all )?(?:duty|duties|tariffs?|customs)\b|\bzero[- ](?:duty|tariff)"
    r"|\bat zero(?: per ?cent|%| duty| tariff)?\b|\bat (?:an? |the )?(?:[\w.-]+ ){0,4}(?:duty|tariff|rate) of [\d.]+",
    re.IGNORECASE,
)


def eased(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """The act of a verb that lets goods pass, or stops letting them."""
    if verb.pos_ != "VERB":
        return None
    for read in (_flow_freed, _leave_given, _leave_taken, _spared, _let_in, _left_to_lapse, _rule_dropped):
        if act := read(scene, passage, verb):
            return act
    return None


def _flow_freed(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "is freeing shipments of X", "allowed exports of X", "exports of X may resume"."""
    thing, resumed = object_of(verb), kid(verb, "nsubj")
    flow = flow_of(scene, thing)
    if lemma_of(verb) in ("resume", "restart") and resumed is not None and (started := flow_of(scene, resumed)):
        own = passage.named(resumed.left_edge.idx, verb.idx, "country", "demonym", "office")
        codes = own[0].codes if own else scene.home
        return Act(verb, resumed, f"{started}_ban", "lift", codes) if codes and not is_negated(verb) else None
    if lemma_of(verb) not in scene.words["measures.free.verbs"] or thing is None or flow is None:
        return None
    if flow == "export" and _ASKED_FOR.search(verb.sent.text, verb.idx - verb.sent.start_char):
        return act_of(scene, passage, verb, thing, "export_licence", "announce")
    kind = "licence" if _LICENSED.search(verb.sent.text) else "ban"
    return act_of(scene, passage, verb, thing, f"{flow}_{kind}", "lift")


def _trading(scene: Scene, verb: Token) -> tuple[str, Token] | None:
    """The flow and the verb of "to export X", "to ship X", anywhere under a verb's permit, addressee or clause."""
    for child in (verb, object_of(verb)):
        for action in (c for c in child.children if c.pos_ == "VERB" and c.i > verb.i) if child is not None else ():
            for flow in ("export", "import"):
                if lemma_of(action) in scene.words[f"measures.flow.{flow}ing"] and kid(action, "dobj") is not None:
                    return flow, action
    return None


def _leave_given(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "granted a miner a permit to export X", "cleared traders to ship X", "mills got leave to export X": a quota
    where it says how much."""
    trading, given = _trading(scene, verb), lemma_of(object_of(verb)) in ("leave", "permission", "consent", "nod")
    words, got = scene.words, kind_of(scene, object_of(verb)) == "licence" or given
    giving = words["measures.free.verbs"] | words["measures.free.giving"]
    if trading is None or lemma_of(verb) not in (giving | words["measures.free.getting"] if got else giving):
        return None
    flow, action = trading
    counted = any(unit == "t" for unit, _ in amounts(verb.sent.text))
    return act_of(scene, passage, verb, action, f"{flow}_{'quota' if counted else 'licence'}")


def _leave_taken(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "revoked a licence to ship X to Y": a tightening, in the words of an easing."""
    thing = object_of(verb)
    if lemma_of(verb) not in scene.words["measures.free.taking"] or kind_of(scene, thing) != "licence" or thing is None:
        return None
    shipped = (t for t in thing.subtree if lemma_of(t) in scene.words["measures.flow.exporting"] and t.i > thing.i)
    action = next((t for t in shipped if t.pos_ == "VERB"), None)
    return act_of(scene, passage, verb, action, "export_licence") if action is not None else None


def _spared(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "X will be spared China's duties", "exempted X from the ban"."""
    goods = kid(verb, "nsubjpass") or kid(verb, "dobj")
    if lemma_of(verb) not in scene.words["measures.free.sparing"] or goods is None:
        return None
    for charge in (kid(verb, "dobj"), *under(verb, "from", "of")):
        kind = kind_of(scene, charge)
        if charge is not None and charge != goods and kind in ("tax", "ban"):
            flow = flow_near(scene, charge) or ("import" if kind == "tax" else "export")
            act = act_of(scene, passage, verb, charge, type_of(kind, flow, verb.sent.text), "announce")
            return replace(act, core=goods) if act is not None else None
    return None


def _let_in(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "will let in 49,000 cars at a rate of 6.1%", "goods will enter Britain free of duty"."""
    if not _LOW_DUTY.search(verb.sent.text) or lemma_of(verb) not in scene.words["measures.free.letting"]:
        return None
    thing, goods = kid(verb, "dobj") or next(under(verb, "in"), None), subject_of(verb)
    if lemma_of(verb) in scene.words["measures.free.entering"]:
        host = who(scene, passage, thing) or scene.home
        return Act(verb, goods, "import_tariff", "announce", host) if goods is not None and host else None
    return act_of(scene, passage, verb, thing, "import_tariff", "announce") if thing is not None else None


def _left_to_lapse(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "allowed its limits on imports to expire", "let the ban lapse"."""
    left = kid(verb, "dobj")
    action = kid(verb, "ccomp", "xcomp") or (kid(left, "acl") if left is not None else None)
    if lemma_of(verb) not in ("allow", "let") or lemma_of(action) not in scene.words["measures.end.verbs"]:
        return None
    thing = (kid(action, "nsubj") if action is not None else None) or left
    kind = kind_of(scene, thing)
    if kind is None or thing is None:
        return None
    return act_of(scene, passage, verb, thing, type_of(kind, flow_near(scene, thing), verb.sent.text), "lift")


def _rule_dropped(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "rescinded the rule, which would have capped sales of X"."""
    words, thing = scene.words, object_of(verb)
    laws = words["measures.carrier.laws"] | words["measures.carrier.rules"]
    if thing is None or lemma_of(verb) not in words["measures.lift.verbs"] or lemma_of(thing) not in laws:
        return None
    for told in (t for t in thing.subtree if t.i > thing.i):
        flow = flow_of(scene, told)
        if flow is not None and told.lower_ not in words["measures.flow.weak"]:
            kinds = (k for k in KINDS for t in thing.subtree if lemma_of(t) in words[f"measures.{k}.verbs"])
            return act_of(scene, passage, verb, told, type_of(next(kinds, "licence"), flow, verb.sent.text), "lift")
    return None
