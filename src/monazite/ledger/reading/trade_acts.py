"""What all trade measures are told with: the flow, the kind of measure, whose it is, and what happens to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monazite.ledger.reading.clauses import doer, is_negated, kid, lemma_of, modal, sayer, under
from monazite.ledger.reading.scene import Passage, Scene, agent_of, subject_of, who

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = [
    "KINDS",
    "UP_TO",
    "Act",
    "act_of",
    "actor_of",
    "flow_near",
    "flow_of",
    "imposer_of",
    "kind_of",
    "owner_of",
    "type_of",
]

KINDS = ("ban", "quota", "licence", "restriction", "tax")
_LIMIT = r"(?:(?:only|(?:no|not) more than|at most|up to)\s+)+[\d,.]+"
UP_TO = re.compile(
    rf"\b(?:ship|export|import)(?:s|ed)?\s+{_LIMIT}"
    rf"|\b{_LIMIT}\s*(?:(?:million|thousand)\s+)?(?:metric\s+)?(?:tons?|tonnes?|barrels|head)\b",
    re.IGNORECASE,
)
"""How much of a flow is let through."""
_EXPORT_TAX = re.compile(
    r"export\s+(?:dut|tax|tariff|lev)|(?:dut|tax|lev|tariff)\w*\s+(?:of\s+[\w.]+\s?(?:%|per\s?cent)\s+)?on\s+"
    r"(?:(?:\w+\s+)*exports|(?:the\s+)?export\b|shipments)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Act:
    """A trade measure as one sentence tells it: its governing word, what it is, what happens to it, and by whom, where
    the sentence says so."""

    trigger: Token
    core: Token  # the word that names the measure or the flow it stops
    measure: str
    move: str  # impose | announce | lift | begin | end | stay | deny | rumour
    imposer: tuple[str, ...]


def act_of(scene: Scene, passage: Passage, verb: Token, core: Token, measure: str, move: str = "impose") -> Act | None:
    """The act of a verb, where the words around it leave it standing."""
    moved = _move(scene, passage, verb, move)
    tells = move != "deny" and kid(verb, "nsubj") != core
    imposer = (actor_of(scene, passage, verb) if tells else ()) or imposer_of(scene, passage, verb, core)
    return Act(verb, core, measure, moved, imposer) if moved else None


def flow_of(scene: Scene, token: Token | None) -> str | None:
    """export or import, where a word by itself names a flow."""
    flows = ("export", "import") if token is not None else ()
    return next((f for f in flows if token is not None and token.lower_ in scene.words[f"measures.flow.{f}"]), None)


def flow_near(scene: Scene, noun: Token) -> str | None:
    """The flow named in a noun's phrase, or beside it where the parser hangs it on the verb."""
    beside = noun.doc[max(noun.sent.start, noun.i - 4) : min(noun.sent.end, noun.i + 10)]
    for token in (noun, *(t for t in noun.subtree if abs(t.i - noun.i) < 14), *beside):
        if (flow := flow_of(scene, token)) and token.lower_ not in scene.words["measures.flow.weak"]:
            return flow
    meant = any(t.lower_ in ("them", "it", "these") for t in under(noun, "on", "of"))
    before = (flow_of(scene, t) for t in noun.doc[noun.sent.start : noun.i]) if meant else ()
    return next((f for f in before if f), None)


def kind_of(scene: Scene, noun: Token | None) -> str | None:
    """ban | quota | licence | restriction | tax | other, where a noun names such a measure."""
    if noun is None or noun.pos_ not in ("NOUN", "PROPN"):
        return None
    words, inside = scene.words, {c.lower_ for c in noun.children}
    if lemma_of(noun) in words["measures.licence.lists"] and not inside & words["measures.licence.listed"]:
        return None
    for kind in (*KINDS, "other"):
        if {noun.lower_, lemma_of(noun)} & words[f"measures.{kind}.nouns"]:
            return kind
    if lemma_of(noun) in words["measures.carrier.rules"]:  # "licensing requirement"
        return next((k for k in KINDS if inside & words[f"measures.{k}.nouns"]), None)
    return None


def type_of(kind: str, flow: str | None, text: str) -> str:
    """The measure's type in the terms of the Global Trade Alert."""
    lower = text.lower()
    if kind == "tax":
        if re.search(r"dumping|countervailing", lower):
            return "anti_dumping"
        return "export_tax" if flow == "export" and _EXPORT_TAX.search(lower) else "import_tariff"
    if kind == "quota" and flow != "export" and re.search(r"tariff[ -]rate|\b(?:duty|tariff)[ -]free", lower):
        return "tariff_quota"
    if kind == "other":
        return "safeguard" if "safeguard" in lower else "sanction"
    return f"{flow or 'export'}_{kind}"


def _move(scene: Scene, passage: Passage, verb: Token, base: str) -> str | None:
    """What happens to the measure, by the words around its verb; None where nobody says that it does."""
    mood, words, undone = modal(verb), scene.words, base in ("lift", "end")
    if is_negated(verb):
        if undone:
            return "stay" if mood in (None, "will") else None
        had = any(c.lower_ in ("has", "had", "have", "is", "was", "are", "were") for c in verb.children)
        return "deny" if had else None
    if mood == "may" or (mood in ("must", "can") and base not in ("impose", "begin", "end")):
        return "rumour" if mood == "may" else None
    if verb.dep_ == "advcl" and lemma_of(kid(verb, "mark")) in ("if", "unless", "whether"):
        return None
    if verb.dep_ not in ("xcomp", "ccomp", "pcomp", "acl"):
        return base
    if _denied(scene, verb) or _disowned(verb):
        return "stay" if undone else "deny"
    above = verb.head.head if verb.dep_ == "pcomp" else verb.head
    if lemma_of(above) in words["measures.carrier.hearsay"] and above.dep_ != "ROOT":
        above = above.head
    if lemma_of(above) in words["measures.rumour.verbs"] | {"expect"}:
        firm = lemma_of(above) in words["measures.rumour.firm"]  # a ban whose lifting is only weighed is no news yet
        hoper, doers = (who(scene, passage, subject_of(v)) for v in (above, verb))
        if lemma_of(above) == "expect" and hoper and not {*hoper} & {*doers}:
            return None  # "Kyiv expects Poland to lift its ban"
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


def _disowned(verb: Token) -> bool:
    """ "has no plans to restrict exports", "there was no policy of restricting"."""
    noun = verb.head.head if verb.dep_ == "pcomp" else verb.head
    plans = ("plan", "policy", "intention", "intent", "aim", "wish")
    return noun.lemma_.lower() in plans and any(c.lower_ == "no" for c in noun.children)


def actor_of(scene: Scene, passage: Passage, verb: Token) -> tuple[str, ...]:
    """Who does what a verb says, where that is somebody who rules: no "Russian banks", no "duties on Chinese wine"."""
    subject = agent_of(verb) or subject_of(verb)
    pays = lemma_of(verb) in scene.words["measures.impose.paid"]
    if subject is None or pays or flow_of(scene, subject) or not doer(scene, passage, verb):
        return ()
    own = passage.named(subject.left_edge.idx, subject.idx + len(subject))
    if kind_of(scene, subject):
        return tuple(c for n in own for c in n.codes)
    people = own and all(n.kind == "demonym" and n.end <= subject.idx for n in own)
    rules = lemma_of(subject) in scene.words["parties.home"] | scene.words["say.official"]
    if people and subject.pos_ == "NOUN" and not rules:
        return ()
    return doer(scene, passage, verb)


def owner_of(scene: Scene, passage: Passage, word: Token, before: Token | None = None) -> tuple[str, ...]:
    """Whose a word before it says a measure or flow is: "China's ban", "the American tariffs"; imports are nobody's."""
    thing = before or word
    for child in word.children if flow_of(scene, thing) != "import" else ():
        if child.dep_ in ("poss", "amod", "compound", "nmod") and child.i < thing.i:
            named = [n for n in passage.named(child.left_edge.idx, child.idx + len(child)) if n.kind != "person"]
            if named:
                return tuple(c for n in named for c in n.codes)
    return ()


def imposer_of(scene: Scene, passage: Passage, verb: Token, thing: Token) -> tuple[str, ...]:
    """Whose measure it is where the subject does not say: its possessor, who speaks, the first name of the sentence."""
    if codes := owner_of(scene, passage, thing) or owner_of(scene, passage, verb, thing):
        return codes
    given = verb.dep_ == "relcl" and verb.head.dep_ == "dobj"  # "granted waivers that allow": who grants them
    if given and (codes := actor_of(scene, passage, verb.head.head)):
        return codes
    said = sayer(verb, scene)
    if codes := who(scene, passage, agent_of(verb)) or (actor_of(scene, passage, said) if said is not None else ()):
        return codes
    if flow_of(scene, thing) == "export" and (
        origin := next((who(scene, passage, t) for t in under(thing, "from")), ())
    ):
        return origin
    start, subject = verb.sent.start_char, subject_of(verb)
    lead = [n for n in passage.named(start, verb.idx, "country", "office", "coalition") if n.start - start < 3]
    capital = (
        passage.named(subject.left_edge.idx, subject.right_edge.idx + len(subject.right_edge), "capital")
        if subject
        else ()
    )
    acts = subject is not None and verb.pos_ == "VERB" and not kid(verb, "nsubjpass")
    return lead[0].codes if lead else capital[0].codes if capital and acts else ()
