"""A parsed sentence -> the words that put a trade measure in place, move it or deny it, and whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from monazite.ledger.reading.clauses import amounts, conjoined, is_negated, kid, lemma_of, modal, object_of, under
from monazite.ledger.reading.easings import eased
from monazite.ledger.reading.goods import goods_of
from monazite.ledger.reading.scene import Passage, Scene, subject_of, who
from monazite.ledger.reading.trade_acts import (
    KINDS,
    UP_TO,
    Act,
    act_of,
    flow_near,
    flow_of,
    imposer_of,
    kind_of,
    type_of,
)

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["acts"]

_MOVES = ("impose", "lift", "announce", "deny", "rumour")
_STILL = re.compile(r"\b(?:still|again|now|already|continue\w*)\b", re.IGNORECASE)
_FROM = re.compile(r"\bfrom (?:(?:the|most of|parts of|\d+ of) )?$")
_RATE = re.compile(r"\b(?:per ?cent|%|percent|duty|duties|tariffs?|levy|levies|surcharge)")
_IN_FORCE = re.compile(r"\w+\s+(?:in(?:to)?\s+)?(?:effect|force|effective)", re.IGNORECASE)


def acts(scene: Scene, passage: Passage, sentence: Span) -> Iterator[Act]:
    """The measures a sentence words, one at most for each verb that may govern one."""
    for verb in sentence:
        if verb.pos_ not in ("VERB", "AUX") or _by_agreement(scene, verb):
            continue
        yield from _replaced(scene, passage, verb)
        act = (
            _flow_stopped(scene, passage, verb)
            or _forbidden(scene, passage, verb)
            or _let_out(scene, passage, verb)
            or _needed(scene, passage, verb)
            or _announced_noun(scene, passage, verb)
            or _noun_moved(scene, passage, verb)
            or _noun_begins(scene, passage, verb)
            or _listed_good(scene, passage, verb)
            or _made_subject(scene, passage, verb)
            or _standstill(scene, passage, verb)
            or _paid(scene, passage, verb)
            or eased(scene, passage, verb)
        )
        if act is not None:
            yield act


def _by_agreement(scene: Scene, verb: Token) -> bool:
    """ "The agreement will eliminate duties" is an undertaking of its parties, not yet anybody's measure."""
    subject = kid(verb, "nsubj")
    return modal(verb) == "will" and lemma_of(subject) in scene.words["sign.instruments"]


def _flow_stopped(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "banned the export of X", "exports of X were suspended", "barred companies from exporting X"."""
    words, lemma, thing = scene.words, lemma_of(verb), object_of(verb)
    kind = next((k for k in KINDS if lemma in words[f"measures.{k}.verbs"]), None)
    if kind is None or verb.pos_ != "VERB":
        return None
    if lemma_of(thing) in words["sign.instruments"] and thing is not None:  # "an agreement on exports of X"
        thing = next((t for t in under(thing, "on", "for", "of") if flow_of(scene, t)), thing)
    flow, doing = flow_of(scene, thing), kid(verb, "xcomp", "pcomp") or next(under(verb, "from"), None)
    for direction in ("export", "import"):
        if flow is None and doing is not None and lemma_of(doing) in words[f"measures.flow.{direction}ing"]:
            flow, thing = direction, doing
    if flow is None and any(lemma_of(t) in words["measures.free.entering"] for t in under(verb, "from")):
        flow = "import"  # "stopped garments from entering"
    if flow is None and thing is not None and lemma not in words["measures.ban.flow_only"]:
        flow = flow_near(scene, thing) or ("import" if lemma == "ban" and " from " in verb.sent.text else None)
        flow = flow if goods_of(scene, passage, thing, None) else None
    if flow is None or thing is None:
        return None
    own = kind == "tax" and flow_of(scene, thing) == "export"  # "exports of X will be taxed"
    return act_of(scene, passage, verb, thing, "export_tax" if own else type_of(kind, flow, verb.sent.text))


def _forbidden(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "bulls may not be exported", "no drone can be shipped to Norway", "no ore may leave the country"."""
    goods, mood = kid(verb, "nsubjpass"), modal(verb)
    if lemma_of(verb) == "leave" and (left := kid(verb, "dobj")) is not None:
        place = lemma_of(left) == "country" or who(scene, passage, left)
        goods = kid(verb, "nsubj") if place else None
    flows = (f for f in ("export", "import") if lemma_of(verb) in scene.words[f"measures.flow.{f}ing"])
    flow = "export" if lemma_of(verb) == "leave" else next(flows, None)
    if goods is None or flow is None or mood not in ("may", "can", "must", "will"):
        return None
    barred = is_negated(verb) or any(c.lower_ in ("no", "longer") for c in (*goods.children, *verb.children))
    sold = lemma_of(verb) in (flow, "ship", "leave") or any(t.lower_ in ("abroad", "overseas") for t in verb.children)
    if not barred or not sold or not goods_of(scene, passage, goods, None):
        return None
    return Act(verb, goods, f"{flow}_ban", "impose", imposer_of(scene, passage, verb, goods))


def _let_out(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "miners may export up to 900 tonnes of tin a year"."""
    flow = next((f for f in ("export", "import") if lemma_of(verb) in scene.words[f"measures.flow.{f}ing"]), None)
    capped = UP_TO.search(verb.sent.text, max(0, verb.idx - verb.sent.start_char))
    if flow is None or modal(verb) not in ("may", "can") or is_negated(verb) or not capped:
        return None
    return Act(verb, verb, f"{flow}_quota", "announce", imposer_of(scene, passage, verb, verb))


def _needed(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "exports of X will require a licence", "exporters must obtain permits", "X is now subject to controls"."""
    state, subject = kid(verb, "acomp"), subject_of(verb)
    needs = lemma_of(verb) in scene.words["measures.need.verbs"] or lemma_of(state) == "subject"
    if not needs or subject is None or is_negated(verb):
        return None
    holders = (verb, state) if state is not None else (verb,)
    things = [t for h in holders for t in under(h, "for", "to", "under")]
    thing = next((t for t in (*reversed(things), object_of(verb)) if kind_of(scene, t) in KINDS), None)
    if thing is None:
        return None
    kind, flow = kind_of(scene, thing), flow_of(scene, subject) or flow_near(scene, subject)
    if kind is None or flow is None:
        return None
    core = subject if goods_of(scene, passage, subject, None) else thing
    return act_of(scene, passage, verb, core, type_of(kind, flow, verb.sent.text))


def _noun_moved(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "imposed a ban on X", "lifted export controls", "put tariffs on X", "denied reports of a ban"."""
    words, lemma = scene.words, lemma_of(verb)
    move = next((m for m in _MOVES if lemma in words[f"measures.{m}.verbs"]), None)
    if move is None or verb.pos_ != "VERB":
        return None
    for thing in _things(scene, verb, move):
        kind = kind_of(scene, thing)
        flow = flow_near(scene, thing) or ("import" if _foreign(passage, thing) else None)
        if kind is None or not _trade(passage, thing, kind, flow):
            continue
        if lemma in words["measures.impose.rates"] and kind not in ("quota", "tax"):
            continue
        if move == "deny" and lemma_of(thing) != "ban" and thing.dep_ == "dobj":
            return None
        back = _put_back(scene, verb) if move == "lift" else None
        measure = type_of(kind, flow, verb.sent.text)
        if act := act_of(scene, passage, back or verb, thing, measure, "impose" if back else move):
            return act
    return None


def _put_back(scene: Scene, lifted: Token) -> Token | None:
    """The verb of "lifted the ban in 2014 and reinstated it in 2023"."""
    joined = (t for t in conjoined(lifted) if lemma_of(t) in scene.words["measures.back.verbs"])
    return next((t for t in joined if lemma_of(kid(t, "dobj")) in ("it", "they")), None)


def _replaced(scene: Scene, passage: Passage, verb: Token) -> Iterator[Act]:
    """ "will replace its ban on exports of X with quotas": one measure ends, another takes its place."""
    old = object_of(verb)
    if lemma_of(verb) not in scene.words["measures.replace.verbs"] or old is None or is_negated(verb):
        return
    # the parser may hang "with" on the nearest noun
    put = (t for t in verb.subtree if t.dep_ == "pobj" and t.i > old.i and t.head.lower_ in ("with", "by"))
    new = next((t for t in put if kind_of(scene, t) in KINDS), None)
    before, after = kind_of(scene, old), kind_of(scene, new)
    flow = flow_near(scene, old)
    if new is not None and before in KINDS and after is not None and _trade(passage, old, before, flow):
        for thing, kind, move in ((new, after, "impose"), (old, before, "lift")):
            if act := act_of(scene, passage, verb, thing, type_of(kind, flow, verb.sent.text), move):
                yield act


def _things(scene: Scene, verb: Token, move: str) -> Iterator[Token]:
    """What a verb may move: its object and those joined to it, the measure inside "a range of controls"."""
    thing = object_of(verb)
    if thing is not None:
        yield from conjoined(thing)
        if lemma_of(thing) in scene.words["measures.carrier.nouns"]:
            yield from (t for t in thing.subtree if t.i > thing.i and kind_of(scene, t) is not None)
    if lemma_of(verb) in scene.words["measures.under.verbs"]:
        yield from under(verb, "on", "under", "to", "with", "by", "of")
    action = kid(verb, "xcomp")
    if action is not None and move == "rumour" and lemma_of(action) not in scene.words["measures.lift.verbs"]:
        yield from _things(scene, action, "impose")


def _foreign(passage: Passage, noun: Token) -> bool:
    """Whether a measure is one on another country's goods: "a ban on Ukrainian grain", "on fish from Japan"."""
    beside = noun.nbor(1) if noun.i + 1 < noun.sent.end else noun  # the parser may hang "on" on the verb
    inside = [kid(t, "pobj") for t in noun.subtree if t.lower_ == "on" and t.i > noun.i]  # "of 33% on Thai boards"
    things = [
        *inside,
        *(under(noun.head, "from") if any(inside) else ()),
        *((kid(beside, "pobj"),) if beside.lower_ == "on" else ()),
    ]
    spans = [(t.left_edge.idx, t.right_edge.idx + len(t.right_edge)) for t in things if t is not None]
    whose = (n for start, end in spans for n in passage.named(start, end, "demonym", "country") if n.start > noun.idx)
    return any(n.kind == "demonym" or _FROM.search(passage.text[: n.start]) for n in whose)


def _trade(passage: Passage, noun: Token, kind: str, flow: str | None) -> bool:
    """Whether a ban or limit is one of trade: it names a flow, a good, or is a tariff."""
    if flow is not None or (kind == "tax" and noun.lower_.startswith(("tariff", "dut"))):
        return True
    if kind == "quota" and any(unit == "t" for unit, _ in amounts(noun.sent.text)) and kid(noun, "det") is not None:
        return True
    if kind in ("tax", "other"):
        return False
    if kind == "licence" and lemma_of(noun) not in ("control", "regime", "list", "check"):
        good = next(under(noun, "for", "on"), None)  # a mine's licence is no export licence, one "for graphite" is
        return good is not None and any(n.kind == "mineral" and n.start <= good.idx < n.end for n in passage.names)
    return any(n.kind == "mineral" for n in passage.names if noun.sent.start_char <= n.start < noun.sent.end_char)


def _noun_begins(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "the ban takes effect on 1 May", "tariffs on X will rise to 25%", "the ban expired on Monday"."""
    words, lemma, subject = scene.words, lemma_of(verb), kid(verb, "nsubj")
    kind, told_before = kind_of(scene, subject), lemma_of(subject) in words["measures.carrier.moves"]
    never = modal(verb) == "would" and any(lemma_of(c) == "have" for c in verb.children)  # "would have taken effect"
    if subject is None or not (kind or told_before) or is_negated(verb) or never:
        return None
    starts = lemma in words["measures.begin.starts"] and _IN_FORCE.match(verb.doc[verb.i : verb.sent.end].text)
    dated = lemma in words["measures.begin.dated"] and passage.dated(verb.idx, verb.sent.end_char)
    rises = kind in ("tax", "quota") and lemma in words["measures.begin.rises"]
    flow, definite = flow_near(scene, subject), kid(subject, "det") is not None
    stays = kind and lemma in words["measures.begin.stays"]
    if not (starts or rises or dated or stays) or not (definite or (kind and _trade(passage, subject, kind, flow))):
        return None
    move = "end" if lemma in words["measures.end.verbs"] else "begin"
    # "the measures take effect": which they are is told before
    return act_of(scene, passage, verb, subject, type_of(kind, flow, passage.text) if kind else "", move)


def _listed_good(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "added X to its export control list", "placed X under export controls"."""
    thing = object_of(verb)
    if thing is None or lemma_of(verb) not in scene.words["measures.under.verbs"]:
        return None
    for listed in (t for t in verb.subtree if t.dep_ == "pobj" and t.i > verb.i and t.i != thing.i):
        if kind_of(scene, listed) == "licence" and listed.head.lower_ in ("to", "under", "on", "in"):
            span = thing.left_edge.idx, thing.idx + len(thing)
            if "entity" in listed.sent.text.lower() and passage.named(*span):
                return act_of(scene, passage, verb, thing, "sanction")
            if not passage.named(*span, "country"):
                return act_of(scene, passage, verb, thing, "export_licence")
    return None


def _announced_noun(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "announced the suspension of exports of X", "ordered the lifting of the ban": a noun that is the news."""
    words, noun = scene.words, object_of(verb)
    if (
        noun is None
        or lemma_of(noun) not in words["measures.carrier.news"]
        or lemma_of(verb) not in words["measures.announce.verbs"] | {"order"}
    ):
        return None
    for thing in under(noun, "of", "on"):
        kind, flow = kind_of(scene, thing), flow_near(scene, thing)
        if kind is not None and _trade(passage, thing, kind, flow):
            move = "lift" if lemma_of(noun) in words["measures.carrier.easing"] else "announce"
            return act_of(scene, passage, verb, thing, type_of(kind, flow, verb.sent.text), move)
        if kind is None and flow_of(scene, thing) and lemma_of(noun) in words["measures.ban.nouns"]:
            return act_of(scene, passage, verb, thing, f"{flow_of(scene, thing)}_ban", "announce")
    return None


def _made_subject(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "makes exports of X subject to a permit"."""
    inside = next((kid(c, "nsubj") for c in verb.children if c.dep_ == "ccomp"), None)
    thing = kid(verb, "dobj") or inside
    flow = flow_of(scene, thing)
    if lemma_of(verb) != "make" or thing is None or flow is None:
        return None
    states = (t for t in verb.subtree if t.lower_ == "subject" and t.i > thing.i)
    kinds = (kind_of(scene, t) for state in states for t in under(state, "to"))
    kind = next((k for k in kinds if k in KINDS), None)
    return act_of(scene, passage, verb, thing, type_of(kind, flow, verb.sent.text)) if kind else None


def _standstill(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "shipments of X from A to B have come to a standstill": told of A, whoever ordered it."""
    flow_word = kid(verb, "nsubj")
    stands = {lemma_of(t) for t in under(verb, "to")} & {"standstill", "halt", "stop"}
    if not stands or flow_of(scene, flow_word) != "export" or flow_word is None:
        return None
    origin = next((who(scene, passage, t) for t in under(flow_word, "from", "out")), ())
    return Act(verb, flow_word, "export_ban", "impose", origin) if origin else None


def _paid(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "soybeans pay 26 per cent again", "machinery still faces a duty of 50 percent": told of the report's country."""
    goods, charge = kid(verb, "nsubj"), kid(verb, "dobj")
    if lemma_of(verb) not in scene.words["measures.impose.paid"] or goods is None or charge is None:
        return None
    rate = passage.text[charge.left_edge.idx : charge.right_edge.idx + len(charge.right_edge)]
    told = _STILL.search(verb.sent.text) and _RATE.search(rate) and not who(scene, passage, goods)
    if not told or not scene.home or is_negated(verb):
        return None
    export = re.search(r"export (?:tax|dut|lev)", scene.report.text, re.IGNORECASE)
    return Act(verb, goods, "export_tax" if export else "import_tariff", "impose", scene.home)
