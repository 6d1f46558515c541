"""A parsed sentence -> the words that put a trade measure in place, move it or deny it, and whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monazite.ledger.clauses import (
    amounts,
    conjoined,
    doer,
    is_negated,
    kid,
    lemma_of,
    modal,
    object_of,
    sayer,
    under,
)
from monazite.ledger.goods import goods_of
from monazite.ledger.scene import Passage, Scene, agent_of, subject_of, who

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["Act", "acts"]

_KINDS = ("ban", "quota", "licence", "restriction", "tax")
_MOVES = ("impose", "lift", "announce", "deny", "rumour")
_EXPORT_TAX = re.compile(
    r"export\s+(?:dut|tax|tariff|lev)|(?:dut|tax|lev|tariff)\w*\s+on\s+(?:\w+\s+)*exports", re.IGNORECASE
)
_IN_FORCE = re.compile(r"\w+\s+(?:in(?:to)?\s+)?(?:effect|force|effective)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Act:
    """A trade measure as one sentence tells it: its governing word, what it is, what happens to it, by whom."""

    trigger: Token
    core: Token  # the word that names the measure or the flow it stops
    measure: str
    move: str  # impose | announce | lift | begin | end | deny | rumour
    imposer: tuple[str, ...]


def acts(scene: Scene, passage: Passage, sentence: Span) -> Iterator[Act]:
    """The measures a sentence words, one at most for each verb that may govern one."""
    for verb in sentence:
        if verb.pos_ not in ("VERB", "AUX") or _by_agreement(scene, verb):
            continue
        act = (
            _flow_stopped(scene, passage, verb)
            or _needed(scene, passage, verb)
            or _noun_moved(scene, passage, verb)
            or _noun_begins(scene, passage, verb)
            or _listed_good(scene, passage, verb)
            or _announced_noun(scene, passage, verb)
        )
        if act is not None:
            yield act


def _by_agreement(scene: Scene, verb: Token) -> bool:
    """ "The agreement will eliminate duties" is an undertaking of its parties, not yet anybody's measure."""
    subject = kid(verb, "nsubj")
    return modal(verb) == "will" and lemma_of(subject) in scene.words["sign.instruments"]


def _act(scene: Scene, passage: Passage, verb: Token, core: Token, measure: str, move: str = "impose") -> Act | None:
    """The act of a verb, where the words around it leave it standing and somebody can be said to do it."""
    moved = _move(scene, passage, verb, move)
    tells = move != "deny" and kid(verb, "nsubj") != core
    imposer = (doer(scene, passage, verb) if tells else ()) or _imposer(scene, passage, verb, core)
    return Act(verb, core, measure, moved, imposer) if moved and imposer else None


def _flow_of(scene: Scene, token: Token | None) -> str | None:
    """export or import, where a word by itself names a flow."""
    flows = ("export", "import") if token is not None else ()
    return next((f for f in flows if token is not None and token.lower_ in scene.words[f"measures.flow.{f}"]), None)


def _flow_near(scene: Scene, noun: Token) -> str | None:
    """The flow named in a noun's phrase, or beside it where the parser hangs it on the verb."""
    beside = noun.doc[max(noun.sent.start, noun.i - 4) : min(noun.sent.end, noun.i + 10)]
    for token in (noun, *(t for t in noun.subtree if abs(t.i - noun.i) < 14), *beside):
        if (flow := _flow_of(scene, token)) and token.lower_ not in scene.words["measures.flow.weak"]:
            return flow
    return None


def _kind_of(scene: Scene, noun: Token | None) -> str | None:
    """ban | quota | licence | restriction | tax | other, where a noun names such a measure."""
    if noun is None or noun.pos_ not in ("NOUN", "PROPN"):
        return None
    words, inside = scene.words, {c.lower_ for c in noun.children}
    if lemma_of(noun) in words["measures.licence.lists"] and not inside & words["measures.licence.listed"]:
        return None
    for kind in (*_KINDS, "other"):
        if {noun.lower_, lemma_of(noun)} & words[f"measures.{kind}.nouns"]:
            return kind
    if lemma_of(noun) in words["measures.carrier.rules"]:  # "licensing requirement"
        return next((k for k in _KINDS if inside & words[f"measures.{k}.nouns"]), None)
    return None


def _flow_stopped(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "banned the export of X", "exports of X were suspended", "barred companies from exporting X"."""
    words, lemma, thing = scene.words, lemma_of(verb), object_of(verb)
    kind = next((k for k in _KINDS if lemma in words[f"measures.{k}.verbs"]), None)
    if kind is None or verb.pos_ != "VERB":
        return None
    if lemma_of(thing) in words["sign.instruments"] and thing is not None:  # "an agreement on exports of X"
        thing = next((t for t in under(thing, "on", "for", "of") if _flow_of(scene, t)), thing)
    flow, doing = _flow_of(scene, thing), kid(verb, "xcomp", "pcomp") or next(under(verb, "from"), None)
    for direction in ("export", "import"):
        if flow is None and doing is not None and lemma_of(doing) in words[f"measures.flow.{direction}ing"]:
            flow, thing = direction, doing
    if flow is None and thing is not None and lemma not in words["measures.ban.flow_only"]:
        flow = _flow_near(scene, thing) or ("import" if lemma == "ban" and " from " in verb.sent.text else None)
        flow = flow if goods_of(scene, passage, thing, None) else None
    if flow is None or thing is None:
        return None
    return _act(scene, passage, verb, thing, _type(kind, flow, verb.sent.text))


def _needed(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "exports of X will require a licence", "exporters must obtain permits", "X is now subject to controls"."""
    state, subject = kid(verb, "acomp"), subject_of(verb)
    needs = lemma_of(verb) in scene.words["measures.need.verbs"] or lemma_of(state) == "subject"
    if not needs or subject is None or is_negated(verb):
        return None
    holders = (verb, state) if state is not None else (verb,)
    things = [t for h in holders for t in under(h, "for", "to", "under")]
    thing = next((t for t in (*reversed(things), object_of(verb)) if _kind_of(scene, t) in _KINDS), None)
    if thing is None:
        return None
    kind, flow = _kind_of(scene, thing), _flow_of(scene, subject) or _flow_near(scene, subject)
    if kind is None or flow is None:
        return None
    core = subject if goods_of(scene, passage, subject, None) else thing
    return _act(scene, passage, verb, core, _type(kind, flow, verb.sent.text))


def _noun_moved(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "imposed a ban on X", "lifted export controls", "put tariffs on X", "denied reports of a ban"."""
    words, lemma = scene.words, lemma_of(verb)
    move = next((m for m in _MOVES if lemma in words[f"measures.{m}.verbs"]), None)
    if move is None or verb.pos_ != "VERB":
        return None
    for thing in _things(scene, verb, move):
        kind, flow = _kind_of(scene, thing), _flow_near(scene, thing)
        if kind is None or not _trade(passage, thing, kind, flow):
            continue
        if lemma in words["measures.impose.rates"] and kind not in ("quota", "tax"):
            continue
        if move == "deny" and lemma_of(thing) != "ban" and thing.dep_ == "dobj":
            return None
        if act := _act(scene, passage, verb, thing, _type(kind, flow, verb.sent.text), move):
            return act
    return None


def _things(scene: Scene, verb: Token, move: str) -> Iterator[Token]:
    """What a verb may move: its object and those joined to it, the measure inside "a range of controls"."""
    thing = object_of(verb)
    if thing is not None:
        yield from conjoined(thing)
        if lemma_of(thing) in scene.words["measures.carrier.nouns"]:
            yield from (t for t in thing.subtree if t.i > thing.i and _kind_of(scene, t) is not None)
    if lemma_of(verb) in scene.words["measures.under.verbs"]:
        yield from under(verb, "on", "under", "to", "with", "by", "of")
    action = kid(verb, "xcomp")
    if action is not None and move == "rumour" and lemma_of(action) not in scene.words["measures.lift.verbs"]:
        yield from _things(scene, action, "impose")


def _trade(passage: Passage, noun: Token, kind: str, flow: str | None) -> bool:
    """Whether a ban or limit is one of trade: it names a flow, a good, or is a tariff."""
    if flow is not None or (kind == "tax" and noun.lower_.startswith(("tariff", "dut"))):
        return True
    if kind == "quota" and any(unit == "t" for unit, _ in amounts(noun.sent.text)) and kid(noun, "det") is not None:
        return True
    if kind in ("tax", "other") or (kind == "licence" and lemma_of(noun) not in ("control", "regime", "list")):
        return False  # a mine's licence is no export licence
    return any(n.kind == "mineral" for n in passage.names if noun.sent.start_char <= n.start < noun.sent.end_char)


def _noun_begins(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "the ban takes effect on 1 May", "tariffs on X will rise to 25%", "the ban expired on Monday"."""
    words, lemma, subject = scene.words, lemma_of(verb), kid(verb, "nsubj")
    kind, told_before = _kind_of(scene, subject), lemma_of(subject) in words["measures.carrier.moves"]
    if subject is None or not (kind or told_before) or is_negated(verb):
        return None
    starts = lemma in words["measures.begin.starts"] and _IN_FORCE.match(verb.doc[verb.i : verb.sent.end].text)
    dated = lemma in words["measures.begin.dated"] and passage.dated(verb.idx, verb.sent.end_char)
    rises = kind in ("tax", "quota") and lemma in words["measures.begin.rises"]
    flow, definite = _flow_near(scene, subject), kid(subject, "det") is not None
    if not (starts or rises or dated) or not (definite or (kind and _trade(passage, subject, kind, flow))):
        return None
    move = "end" if lemma in words["measures.end.verbs"] else "begin"
    # "the measures take effect": which they are is told before
    return _act(scene, passage, verb, subject, _type(kind, flow, passage.text) if kind else "", move)


def _listed_good(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "added X to its export control list", "placed X under export controls"."""
    thing = object_of(verb)
    if thing is None or lemma_of(verb) not in scene.words["measures.under.verbs"]:
        return None
    for listed in (t for t in verb.subtree if t.dep_ == "pobj" and t.i > verb.i and t.i != thing.i):
        if _kind_of(scene, listed) == "licence" and listed.head.lower_ in ("to", "under", "on", "in"):
            span = thing.left_edge.idx, thing.idx + len(thing)
            if "entity" in listed.sent.text.lower() and passage.named(*span):
                return _act(scene, passage, verb, thing, "sanction")
            if not passage.named(*span, "country"):
                return _act(scene, passage, verb, thing, "export_licence")
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
        kind, flow = _kind_of(scene, thing), _flow_near(scene, thing)
        if kind is not None and _trade(passage, thing, kind, flow):
            move = "lift" if lemma_of(noun) in words["measures.carrier.easing"] else "announce"
            return _act(scene, passage, verb, thing, _type(kind, flow, verb.sent.text), move)
        if kind is None and _flow_of(scene, thing) and lemma_of(noun) in words["measures.ban.nouns"]:
            return _act(scene, passage, verb, thing, f"{_flow_of(scene, thing)}_ban", "announce")
    return None


def _type(kind: str, flow: str | None, text: str) -> str:
    """The measure's type in the terms of the Global Trade Alert."""
    lower = text.lower()
    if kind == "tax":
        if re.search(r"anti-?dumping|countervailing", lower):
            return "anti_dumping"
        return "export_tax" if flow == "export" and _EXPORT_TAX.search(lower) else "import_tariff"
    if kind == "quota" and re.search(r"tariff[ -]rate", lower):
        return "tariff_quota"
    if kind == "other":
        return "safeguard" if "safeguard" in lower else "sanction"
    return f"{flow or 'export'}_{kind}"


def _move(scene: Scene, passage: Passage, verb: Token, base: str) -> str | None:
    """What happens to the measure, by the words around its verb; None where nobody says that it does."""
    mood, words = modal(verb), scene.words
    if is_negated(verb):
        had = any(c.lower_ in ("has", "had", "have", "is", "was", "are", "were") for c in verb.children)
        return "deny" if had else None
    if mood == "may" or (mood in ("must", "can") and base not in ("impose", "begin", "end")):
        return "rumour" if mood == "may" else None
    if verb.dep_ == "advcl" and lemma_of(kid(verb, "mark")) in ("if", "unless", "whether"):
        return None
    if verb.dep_ not in ("xcomp", "ccomp", "pcomp", "acl"):
        return base
    if _denied(scene, verb):
        return "deny"
    above = verb.head.head if verb.dep_ == "pcomp" else verb.head
    if lemma_of(above) in words["measures.carrier.hearsay"] and above.dep_ != "ROOT":
        above = above.head
    if lemma_of(above) in words["measures.rumour.verbs"] | {"expect"}:
        firm = lemma_of(above) in words["measures.rumour.firm"]  # a ban whose lifting is only weighed is no news yet
        return "rumour" if base != "lift" else base if firm else None
    if lemma_of(above) in words["measures.ask.verbs"]:
        return base if _told_its_own(scene, passage, above) else None
    if verb.dep_ == "acl" and lemma_of(above) in words["measures.ask.nouns"]:
        return "rumour" if lemma_of(above) in ("proposal", "threat") else None
    return base


def _told_its_own(scene: Scene, passage: Passage, asking: Token) -> bool:
    """Whether a government asks a company and not another government: "India asked a state miner to stop exports"."""
    asked = kid(asking, "dobj", "dative") or next((kid(c, "nsubj") for c in asking.children if c.dep_ == "ccomp"), None)
    asker = who(scene, passage, subject_of(asking))
    firm = asked is not None and (asked.pos_ == "PROPN" or lemma_of(asked) in scene.words["parties.private"])
    return (
        lemma_of(asking) in ("ask", "request") and bool(asker) and firm and set(who(scene, passage, asked)) <= {*asker}
    )


def _denied(scene: Scene, verb: Token) -> bool:
    """Whether a verb of denial stands above: "denied reports that it had", "dismissed claims that it plans to"."""
    through = scene.words["measures.carrier.hearsay"] | {"on", "of", "about", "plan", "intend", "want"}
    for token in list(verb.ancestors)[:5]:
        if lemma_of(token) not in through:
            return lemma_of(token) in scene.words["measures.deny.verbs"]
    return False


def _imposer(scene: Scene, passage: Passage, verb: Token, thing: Token) -> tuple[str, ...]:
    """Whose measure it is where the subject does not say: its possessor, the first government named, the report's."""
    for child in (*thing.children, *verb.children):
        if child.dep_ in ("poss", "amod", "compound", "nmod") and child.i < thing.i:
            named = [n for n in passage.named(child.left_edge.idx, child.idx + len(child)) if n.kind != "person"]
            if named:
                return tuple(c for n in named for c in n.codes)
    said = sayer(verb, scene)
    speaker = subject_of(said) if said is not None else None
    if codes := who(scene, passage, agent_of(verb)) or who(scene, passage, speaker):
        return codes
    start, kinds = verb.sent.start_char, ("country", "office", "coalition")
    lead = [n for n in passage.named(start, verb.idx, *kinds) if n.start - start < 3]
    before = passage.named(0, start, "capital", *kinds)
    return lead[0].codes if lead else before[0].codes if before else scene.home
