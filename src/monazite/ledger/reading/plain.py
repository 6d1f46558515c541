"""A sentence that states a trade measure in words the grammar does not read -> the plainest act its words allow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from monazite.ledger.reading.clauses import is_negated, kid, lemma_of, modal
from monazite.ledger.reading.goods import goods_of
from monazite.ledger.reading.scene import Passage, Scene
from monazite.ledger.reading.trade_acts import (
    KINDS,
    UP_TO,
    Act,
    actor_of,
    flow_near,
    flow_of,
    imposer_of,
    kind_of,
    owner_of,
    type_of,
)

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["plain_act"]

_DUTY = re.compile(r"\b(?:dut(?:y|ies)|tariffs?|tax|taxes|lev(?:y|ies)|surcharge)\b", re.IGNORECASE)
_DUMPED = re.compile(r"\bdumping\b|\bcountervailing\b", re.IGNORECASE)
_LICENCE = re.compile(r"\b(?:licen[cs]\w*|permits?|authori[sz]ations?|export controls?)\b", re.IGNORECASE)
_QUOTA = re.compile(r"\b(?:quotas?|ceilings?|caps?|capped|tonnes? a year)\b", re.IGNORECASE)
_SANCTION = re.compile(r"\b(?:sanction\w*|black-?list\w*|entity list|embargo\w*)\b", re.IGNORECASE)
_NO_MORE = re.compile(
    r"\b(?:no (?:more|longer)|(?:may|can|will|must) ?not|cannot|barred|closed?|shut|refused)\b", re.IGNORECASE
)
_BUT_FOR = re.compile(
    r"\b(?:except|excluding|apart from|other than|save for)\b[^.;,]*?"
    r"(?=\s(?:is|are|was|were|will|may|can|has|have)\b|[.;,]|$)",
    re.IGNORECASE,
)
# what is done to a measure, nearest word first; the name is that of the vocabulary's class
_MOVES = (
    ("deny", ("measures.deny.verbs",)),
    ("lift", ("measures.lift.verbs", "measures.end.verbs", "measures.free.verbs", "measures.free.sparing",
              "measures.carrier.easing")),
    ("rumour", ("measures.rumour.verbs",)),
    ("announce", ("measures.announce.verbs",)),
)  # fmt: skip


def plain_act(scene: Scene, passage: Passage, sentence: Span) -> Act:
    """The act of a sentence by its words alone: the measure or flow it names, what is done to that, and by whom.

    Without a word for the kind of measure its `measure` is empty: what was told before may say.
    """
    core = _core(scene, passage, sentence)
    verbs = (t for t in (core, *core.ancestors) if t.pos_ in ("VERB", "AUX"))
    # "charges 55% on whatever Brazil sells beyond the quota": who sells does not charge
    verb = next((v for v in verbs if v.dep_ != "pcomp" or kid(v, "nsubj") is None), sentence.root)
    # "Japan protested against China's ban"
    owner = owner_of(scene, passage, core) if kind_of(scene, core) else ()
    imposer = owner or actor_of(scene, passage, verb) or imposer_of(scene, passage, verb, core)
    return Act(verb, core, _kind_by_words(scene, sentence, core), _move(scene, verb, core), imposer)


def _core(scene: Scene, passage: Passage, sentence: Span) -> Token:
    """The word that names the measure: its noun with goods or a flow, else a flow, else a verb that stops one."""
    spared = [m.span() for m in _BUT_FOR.finditer(sentence.text)]
    own = [t for t in sentence if not any(a <= t.idx - sentence.start_char < b for a, b in spared)]
    nouns = [t for t in own if kind_of(scene, t)]
    flows = [t for t in own if flow_of(scene, t) and t.lower_ not in scene.words["measures.flow.weak"]]
    stops = [t for t in own if t.pos_ == "VERB" and _kind_of_verb(scene, t)]
    near = [t for t in nouns if flow_near(scene, t) or goods_of(scene, passage, t, None)]
    return next(iter((*near, *flows, *stops, *nouns)), sentence.root)


def _kind_of_verb(scene: Scene, verb: Token) -> str | None:
    return next((k for k in KINDS if lemma_of(verb) in scene.words[f"measures.{k}.verbs"]), None)


def _kind_by_words(scene: Scene, sentence: Span, core: Token) -> str:
    """The type of measure a sentence speaks of, empty where it names neither a measure nor a flow."""
    text = _BUT_FOR.sub("", sentence.text)
    flow = flow_near(scene, core) or next((f for t in sentence if (f := flow_of(scene, t))), None)
    kind = "quota" if UP_TO.search(text) else kind_of(scene, core) or _kind_of_verb(scene, core)
    if kind is None or kind == "restriction":
        told = ((_DUMPED, "tax"), (_SANCTION, "other"), (_QUOTA, "quota"), (_LICENCE, "licence"), (_DUTY, "tax"))
        kind = next((name for words, name in told if words.search(text)), kind)
    if kind is None:
        stops = (k for t in sentence if t.pos_ == "VERB" and (k := _kind_of_verb(scene, t)))
        kind = next(stops, "ban" if flow and _NO_MORE.search(text) else None)
    return type_of(kind or "restriction", flow, text) if kind or flow else ""


def _move(scene: Scene, trigger: Token, core: Token) -> str:
    if modal(trigger) == "may":
        return "rumour"
    for token in _above(core, trigger):
        for move, classes in _MOVES:
            if any({lemma_of(token), token.lower_} & scene.words[name] for name in classes):
                return "lift" if move == "lift" and not is_negated(token) else "impose" if move == "lift" else move
    return "impose"


def _above(core: Token, trigger: Token) -> Iterator[Token]:
    """The words a measure hangs on, nearest first, and the actions hung on its verb."""
    yield from (t for t in core.ancestors if t.pos_ in ("NOUN", "VERB"))
    yield from (t for t in trigger.children if t.pos_ == "VERB")
