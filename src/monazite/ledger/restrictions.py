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
    object_of,
    sayer,
)
from monazite.ledger.goods import goods_of
from monazite.ledger.scene import Passage, Scene, agent_of, subject_of, who

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["Act", "acts"]


@dataclass(frozen=True, slots=True)
class Act:
    """A trade measure as one sentence tells it: its governing word, what it is, what happens to it, by whom."""

    trigger: Token
    core: Token  # the word that names the measure or the flow it stops
    measure: str
    move: str  # impose | announce | lift | begin | end | deny | rumour
    imposer: tuple[str, ...]


def acts(scene: Scene, passage: Passage, sentence: Span) -> Iterator[Act]:
    """The measures a sentence words, one at most for each word that may govern one."""
    for token in sentence:
        if token.pos_ not in ("VERB", "AUX", "NOUN", "ADJ"):
            continue
        act = (
            _verb_ban(scene, passage, token)
            or _need(scene, passage, token)
            or _noun_moved(scene, passage, token)
            or _noun_begins(scene, passage, token)
            or _listed_good(scene, passage, token)
            or _announced_noun(scene, passage, token)
        )
        if act is not None and act.imposer is not None:
            yield act


def _flow(scene: Scene, token: Token | None) -> str | None:
    """export or import, where a noun or the words beside it name a flow."""
    if token is None:
        return None
    words = scene.words
    near = [token, *(t for t in token.subtree if abs(t.i - token.i) < 14)]
    for t in near:
        for flow in ("export", "import"):
            if t.lower_ in words[f"measures.flow.{flow}"] and t.lower_ not in (
                "supply",
                "supplies",
                "entry",
                "overseas",
            ):
                return flow
    return None


def _is_flow(scene: Scene, token: Token) -> str | None:
    for flow in ("export", "import"):
        if token.lower_ in scene.words[f"measures.flow.{flow}"]:
            return flow
    return None


def _verb_ban(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "banned the export of X", "exports of X were suspended", "barred companies from exporting X"."""
    words, lemma = scene.words, lemma_of(verb)
    if verb.pos_ != "VERB":
        return None
    kind = next(
        (k for k in ("ban", "quota", "licence", "restriction", "tax") if lemma in words[f"measures.{k}.verbs"]), None
    )
    if kind is None:
        return None
    thing = object_of(verb)
    gerund = kid(verb, "xcomp", "pcomp") or next(
        (kid(c, "pcomp") for c in verb.children if c.dep_ == "prep" and c.lower_ == "from"), None
    )
    flow = _is_flow(scene, thing) if thing is not None else None
    if (
        flow is None
        and gerund is not None
        and lemma_of(gerund) in ("export", "ship", "sell", "import", "buy", "supply")
    ):
        flow = "import" if lemma_of(gerund) in ("import", "buy") else "export"
        thing = gerund
    if flow is None and thing is not None and lemma not in words["measures.ban.flow_only"]:
        flow = _flow(scene, thing) or ("import" if " from " in verb.sent.text and lemma == "ban" else None)
        if flow is None or not (goods_of(scene, passage, thing, None) or _is_flow(scene, thing)):
            return None
    if flow is None or thing is None:
        return None
    if (
        lemma in ("suspend", "end", "stop", "halt", "freeze", "cease", "cut")
        and _measure_kind(scene, thing) is not None
        and _is_flow(scene, thing) is None
    ):
        return None
    move = _move(scene, verb)
    imposer = doer(scene, passage, verb) or _imposer(scene, passage, verb, thing)
    return Act(verb, thing, _type(scene, kind, flow, verb.sent.text), move, imposer) if imposer and move else None


def _need(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "exports of X will require a licence", "exporters must obtain permits", "X is now subject to controls"."""
    words, lemma = scene.words, lemma_of(verb)
    if lemma not in words["measures.need.verbs"] and not (
        lemma == "be" and kid(verb, "acomp") is not None and lemma_of(kid(verb, "acomp")) == "subject"
    ):
        return None
    subject = subject_of(verb)
    thing = object_of(verb) or kid(kid(verb, "acomp") or verb, "dobj")
    for holder in (verb, kid(verb, "acomp")):
        for child in holder.children if holder is not None else ():
            if child.dep_ == "prep" and child.lower_ in ("for", "to", "under") and kid(child, "pobj") is not None:
                inner = kid(child, "pobj")
                if inner is not None and _measure_kind(scene, inner) in (
                    "licence",
                    "tax",
                    "quota",
                    "ban",
                    "restriction",
                ):
                    thing = inner
    if subject is None or thing is None:
        return None
    kind = _measure_kind(scene, thing)
    flow = _is_flow(scene, subject) or _flow(scene, subject) or _flow(scene, thing)
    if kind is None or flow is None or (subject.lemma_.lower() in ("rule",) and not flow):
        return None
    if kind not in ("licence", "tax", "quota", "ban", "restriction") or is_negated(verb):
        return None
    move = _move(scene, verb)
    imposer = _imposer(scene, passage, verb, subject)
    core = subject if goods_of(scene, passage, subject, None) else thing
    return Act(verb, core, _type(scene, kind, flow, verb.sent.text), move or "impose", imposer) if imposer else None


def _measure_kind(scene: Scene, noun: Token | None) -> str | None:
    if noun is None or noun.pos_ not in ("NOUN", "PROPN"):
        return None
    for kind in ("ban", "quota", "licence", "restriction", "tax", "other"):
        if (
            noun.lower_ in scene.words[f"measures.{kind}.nouns"]
            or lemma_of(noun) in scene.words[f"measures.{kind}.nouns"]
        ):
            if lemma_of(noun) in ("list", "regime") and not any(
                c.lower_ in ("control", "controls", "export", "entity", "licensing", "license", "licence")
                for c in noun.children
            ):
                return None
            return kind
    if lemma_of(noun) in scene.words["measures.carrier.rules"] and (
        inner := next(
            (c for c in noun.children if c.dep_ in ("compound", "amod", "nmod") and _modifier_kind(scene, c)), None
        )
    ):
        return _modifier_kind(scene, inner) if lemma_of(noun) != "investigation" else None
    return None


def _modifier_kind(scene: Scene, word: Token) -> str | None:
    return next(
        (
            k
            for k in ("ban", "quota", "licence", "restriction", "tax")
            if word.lower_ in scene.words[f"measures.{k}.nouns"]
        ),
        None,
    )


def _noun_moved(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "imposed a ban on X", "lifted export controls", "put tariffs on X", "denied reports of a ban"."""
    words, lemma = scene.words, lemma_of(verb)
    if verb.pos_ != "VERB":
        return None
    move = next(
        (m for m in ("impose", "lift", "announce", "deny", "rumour") if lemma in words[f"measures.{m}.verbs"]), None
    )
    if move is None:
        return None
    if lemma in ("suspend", "halt", "stop", "end", "pause", "drop"):
        move = "lift"
    for thing in _things(scene, verb, move):
        kind = _measure_kind(scene, thing)
        if kind is None:
            continue
        if move == "lift" and lemma == "resume":
            move = "impose"
        if lemma in ("cut", "lower", "reduce", "raise", "increase") and kind not in ("quota", "tax"):
            continue
        if move == "deny" and not (lemma_of(thing) in ("ban",) or thing.dep_ != "dobj"):
            return None
        moved = _move(scene, verb, move)
        imposer = doer(scene, passage, verb) if move != "deny" else ()
        imposer = imposer or _imposer(scene, passage, verb, thing)
        flow = _flow(scene, thing) or _flow_beside(scene, thing)
        if moved is None or not imposer or not _trade(scene, passage, thing, kind, flow):
            continue
        return Act(verb, thing, _type(scene, kind, flow, verb.sent.text), moved, imposer)
    return None


def _things(scene: Scene, verb: Token, move: str) -> Iterator[Token]:
    thing = object_of(verb)
    if thing is not None:
        yield from conjoined(thing)
        if lemma_of(thing) in scene.words["measures.carrier.nouns"]:
            for child in thing.subtree:
                if child.i > thing.i and _measure_kind(scene, child) is not None:
                    yield child
    for child in verb.children:
        if child.dep_ == "prep" and child.lower_ in ("on", "under", "to", "with", "by", "of"):
            inner = kid(child, "pobj")
            if inner is not None and lemma_of(verb) in scene.words["measures.under.verbs"]:
                yield inner
        if child.dep_ in ("xcomp",) and move == "rumour":
            yield from _things(scene, child, "impose")


def _trade(scene: Scene, passage: Passage, noun: Token, kind: str, flow: str | None) -> bool:
    """Whether a ban or limit is one of trade: it names a flow, a good, or is a tariff."""
    if flow is not None or (kind == "tax" and noun.lower_.startswith(("tariff", "dut"))):
        return True
    if kind == "quota" and any(unit == "t" for unit, _ in amounts(noun.sent.text)) and kid(noun, "det") is not None:
        return True
    if kind == "licence" and lemma_of(noun) not in ("control", "regime", "list"):
        return False  # a mine's licence is no export licence
    return (
        kind in ("ban", "quota", "restriction", "licence")
        and any(n.kind == "mineral" for n in passage.names if noun.sent.start_char <= n.start < noun.sent.end_char)
        and kind != "other"
    )


def _flow_beside(scene: Scene, noun: Token) -> str | None:
    """A flow named beside the noun, though the parser hangs it on the verb: "lifted its ban on imports"."""
    doc = noun.doc
    for token in doc[max(noun.sent.start, noun.i - 4) : min(noun.sent.end, noun.i + 10)]:
        if (flow := _is_flow(scene, token)) and token.lower_ not in ("supply", "supplies", "entry", "overseas"):
            return flow
    return None


def _noun_begins(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "the ban takes effect on 1 May", "tariffs on X will rise to 25%", "the ban expired on Monday"."""
    words, lemma = scene.words, lemma_of(verb)
    if verb.pos_ not in ("VERB",) or lemma not in words["measures.begin.verbs"]:
        return None
    subject = kid(verb, "nsubj")
    kind = _measure_kind(scene, subject)
    if subject is None or kind is None or is_negated(verb):
        return None
    text = verb.doc[verb.i : verb.sent.end].text.lower()
    starts = lemma in ("take", "come", "enter", "go", "become") and re.match(
        r"\w+\s+(?:into\s+)?(?:effect|force|effective|in(?:to)? (?:force|effect))", text
    )
    dated = passage.dated(verb.idx, verb.sent.end_char)
    rises = kind in ("tax", "quota") and lemma in ("rise", "fall", "drop", "increase", "double")
    if not (
        starts
        or rises
        or (lemma in ("apply", "start", "begin", "expire", "lapse", "end", "kick", "run", "last") and dated)
    ):
        return None
    flow = _flow(scene, subject) or _flow_beside(scene, subject)
    if not _trade(scene, passage, subject, kind, flow) and not _earlier(passage, subject):
        return None
    imposer = _imposer(scene, passage, verb, subject)
    move = "end" if lemma in words["measures.end.verbs"] else "begin"
    return Act(verb, subject, _type(scene, kind, flow, passage.text), move, imposer) if imposer else None


def _earlier(passage: Passage, noun: Token) -> bool:
    return noun.sent.start > 0 and kid(noun, "det") is not None


def _listed_good(scene: Scene, passage: Passage, verb: Token) -> Act | None:
    """ "added X to its export control list", "placed X under export controls"."""
    if verb.pos_ != "VERB" or lemma_of(verb) not in ("add", "place", "put", "bring", "include", "subject"):
        return None
    thing = object_of(verb)
    for child in verb.subtree:
        if (
            child.dep_ == "pobj"
            and child.i > verb.i
            and _measure_kind(scene, child) == "licence"
            and child.head.lower_ in ("to", "under", "on", "in")
        ):
            imposer = doer(scene, passage, verb) or _imposer(scene, passage, verb, child)
            move = _move(scene, verb, "impose")
            listed = list(passage.named(thing.left_edge.idx, thing.idx + len(thing))) if thing is not None else []
            if listed and thing is not None and imposer and move and "entity" in child.sent.text.lower():
                return Act(verb, thing, "sanction", move, imposer)
            if (
                thing is not None
                and imposer
                and move
                and thing.i != child.i
                and not passage.named(thing.left_edge.idx, thing.idx + len(thing), "country")
            ):
                return Act(verb, thing, "export_licence", move, imposer)
    return None


def _announced_noun(scene: Scene, passage: Passage, noun: Token) -> Act | None:
    """ "announced the suspension of exports of X", "with a ban on X effective 1 May": a noun that is the news."""
    if noun.pos_ != "NOUN" or lemma_of(noun) not in scene.words["measures.carrier.news"]:
        return None
    verb = noun.head
    if (
        verb.pos_ != "VERB"
        or noun.dep_ not in ("dobj", "nsubjpass")
        or lemma_of(verb) not in scene.words["measures.announce.verbs"] | {"order"}
    ):
        return None
    of = next((c for c in noun.children if c.dep_ == "prep" and c.lower_ in ("of", "on")), None)
    thing = kid(of, "pobj") if of is not None else None
    imposer = doer(scene, passage, verb) or _imposer(scene, passage, verb, noun)
    if thing is None or not imposer:
        return None
    kind = _measure_kind(scene, thing)
    if kind is not None:
        move = "lift" if lemma_of(noun) in scene.words["measures.carrier.easing"] else "announce"
        flow = _flow(scene, thing) or _flow_beside(scene, thing)
        return (
            Act(verb, thing, _type(scene, kind, flow, verb.sent.text), move, imposer)
            if _trade(scene, passage, thing, kind, flow)
            else None
        )
    if (flow := _is_flow(scene, thing)) and lemma_of(noun) in ("suspension", "halt", "prohibition"):
        return Act(verb, thing, f"{flow}_ban", "announce", imposer)
    return None


def _type(scene: Scene, kind: str, flow: str | None, text: str) -> str:
    """The measure's type in the terms of the Global Trade Alert."""
    lower = text.lower()
    if kind == "tax":
        if re.search(r"anti-?dumping|countervailing", lower):
            return "anti_dumping"
        return (
            "export_tax"
            if flow == "export"
            and re.search(r"export\s+(?:dut|tax|tariff|lev)|(?:dut|tax|lev|tariff)\w*\s+on\s+(?:\w+\s+)*exports", lower)
            else "import_tariff"
        )
    if kind == "quota" and "tariff" in lower and "tariff-rate" in lower.replace(" ", "-"):
        return "tariff_quota"
    if kind == "other":
        return "safeguard" if "safeguard" in lower else "sanction"
    flow = flow or "export"
    return f"{flow}_{kind}"


def _move(scene: Scene, verb: Token, base: str = "impose") -> str | None:
    """What happens to the measure, by the verbs around it; None where nobody says it does."""
    if any(c.dep_ == "aux" and c.lower_ in scene.words["measures.rumour.modals"] for c in verb.children):
        return "rumour"
    if (
        any(c.dep_ == "aux" and c.lower_ in ("should", "must", "can", "cannot") for c in verb.children)
        and base != "impose"
    ):
        return None
    above = verb.head
    if is_negated(verb):
        return "deny" if _had(verb) else None
    if above is not verb and verb.dep_ in ("xcomp", "ccomp", "pcomp", "acl"):
        if verb.dep_ == "pcomp":
            above = above.head
        if _denied(scene, verb):
            return "deny"
        if lemma_of(above) in scene.words["measures.carrier.hearsay"] and above.dep_ != "ROOT":
            above = above.head
        if lemma_of(above) == "expect" or lemma_of(above) in scene.words["measures.rumour.verbs"]:
            return "lift" if base == "lift" else "rumour"
        if lemma_of(above) in scene.words["measures.ask.verbs"]:
            return None
        if verb.dep_ == "acl" and lemma_of(above) in scene.words["measures.ask.nouns"]:
            return "rumour" if lemma_of(above) in ("proposal", "threat") else None
    if (
        verb.dep_ == "advcl"
        and kid(verb, "mark") is not None
        and lemma_of(kid(verb, "mark")) in ("if", "unless", "whether")
    ):
        return None
    return base


def _denied(scene: Scene, verb: Token) -> bool:
    """Whether a verb of denial stands above: "denied reports that it had", "dismissed claims that it plans to"."""
    above = list(verb.ancestors)[:5]
    through = scene.words["measures.carrier.hearsay"] | {"on", "of", "about", "plan", "intend", "want"}
    for token in above:
        if lemma_of(token) in scene.words["measures.deny.verbs"]:
            return True
        if lemma_of(token) not in through:
            return False
    return False


def _had(verb: Token) -> bool:
    return any(c.lower_ in ("has", "had", "have", "is", "was", "are", "were") for c in verb.children)


def _imposer(scene: Scene, passage: Passage, verb: Token, thing: Token) -> tuple[str, ...]:
    """Whose measure it is where the subject does not say: its possessor, the first government named, the report's."""
    for child in (*thing.children, *verb.children):
        if (
            child.dep_ in ("poss", "amod", "compound", "nmod")
            and child.i < thing.i
            and (codes := _names(passage, child))
        ):
            return codes
    agent = agent_of(verb)
    if agent is not None and (codes := who(scene, passage, agent)):
        return codes
    said = sayer(verb, scene)
    if said is not None and (codes := who(scene, passage, subject_of(said))):
        return codes
    before = [
        n for n in passage.named(0, verb.sent.start_char) if n.kind in ("country", "capital", "office", "coalition")
    ]
    lead = [n for n in passage.named(verb.sent.start_char, verb.idx) if n.kind in ("country", "office", "coalition")]
    if lead and lead[0].start - verb.sent.start_char < 3:
        return lead[0].codes
    return before[0].codes if before else scene.home


def _names(passage: Passage, token: Token) -> tuple[str, ...]:
    return tuple(
        c for n in passage.named(token.left_edge.idx, token.idx + len(token)) if n.kind != "person" for c in n.codes
    )
