"""A parsed sentence -> the words that undertake something, what is undertaken, how firmly and by whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monazite.ledger.clauses import (
    conjoined,
    doer,
    is_negated,
    kid,
    object_of,
    sayer,
)
from monazite.ledger.dates import MONTHS
from monazite.ledger.mechanisms import mechanism_of
from monazite.ledger.scene import Passage, Scene, subject_of, who

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["Frame", "frames"]


@dataclass(frozen=True, slots=True)
class Frame:
    """A word that undertakes (`trigger`), what is undertaken (`content`), how firmly, and by whom."""

    trigger: Token
    content: Token
    status: str
    actors: tuple[str, ...]


def frames(scene: Scene, passage: Passage, sentence: Span) -> Iterator[Frame]:
    """The undertakings a sentence words, the firmest form first; the same content may come twice."""
    if passage.item and passage.lead is not None and sentence.start == 0:
        yield from _listed(scene, passage, sentence)
    for token in sentence:
        if token.pos_ in ("VERB", "AUX") and not is_negated(token):
            yield from _verb(scene, passage, token)
        elif token.pos_ in ("NOUN", "PROPN", "ADJ"):
            yield from _noun(scene, passage, token)


def _verb(scene: Scene, passage: Passage, verb: Token) -> Iterator[Frame]:
    lemma, words = verb.lemma_.lower(), scene.words
    future = _future(verb, scene)
    if future and not _modal_idle(verb):
        yield from _will(scene, passage, verb, future)
        return
    if _modal_idle(verb):
        return
    if lemma in words["agree.verbs"] and verb.tag_ != "VB":
        yield from _agreed(scene, passage, verb, "agreed")
    if lemma in words["reaffirm.verbs"]:
        yield from _reaffirmed(scene, passage, verb)
    if lemma in words["plan.verbs"]:
        yield from _planned(scene, passage, verb)
    if lemma == "be":
        yield from _is_to(scene, passage, verb)
    if lemma in words["launch.verbs"]:
        yield from _launched(scene, passage, verb)
    if lemma in words["sign.verbs"] and verb.tag_ != "VB":
        yield from _signed(scene, passage, verb)
    if lemma in words["discuss.verbs"] and verb.tag_ != "VB":
        yield from _explored(scene, passage, verb)
    if lemma in words["drop.verbs"] and verb.tag_ in ("VBD", "VBN", "VBZ", "VBP"):
        yield from _dropped(scene, passage, verb)
    if verb.dep_ == "pcomp" and verb.tag_ == "VBG" and verb.head.lower_ == "with" and kid(verb, "nsubj") is not None:
        yield from _absolute(scene, passage, verb)


def _future(verb: Token, scene: Scene) -> str | None:
    """How a verb is set in the future: will | would | be-to; None where it is not."""
    aux = {c.lower_ for c in verb.children if c.dep_ in ("aux", "auxpass")}
    if aux & {"will", "shall", "'ll", "’ll", "wo"}:
        return "will"
    if "would" in aux:
        said = sayer(verb, scene)
        return "would" if said is not None and kid(verb, "advcl") is None else None
    return None


def _modal_idle(verb: Token) -> bool:
    return any(
        c.dep_ == "aux" and c.lower_ in ("could", "may", "might", "should", "must", "can") for c in verb.children
    )


def _agreed(scene: Scene, passage: Passage, verb: Token, status: str) -> Iterator[Frame]:
    actors = doer(scene, passage, verb)
    if not actors and kid(verb, "nsubjpass") is not None:
        actors = scene.parties
    subject = subject_of(verb)
    if not actors and (subject is None or not _private(scene, subject)) and not _impersonal(subject):
        return
    actors = actors or (scene.parties if _impersonal(subject) else ())
    vows = verb.lemma_.lower() in ("vow", "pledge", "promise", "swear", "resolve") and len(actors) < 2
    for content in _complements(scene, verb):
        if not (vows and content.lemma_.lower() in scene.words["agree.rhetoric"]):
            yield Frame(verb, content, status, actors)


def _impersonal(subject: Token | None) -> bool:
    return subject is not None and subject.lower_ == "it"


def _private(scene: Scene, subject: Token) -> bool:
    return subject.pos_ == "PROPN" or subject.lemma_.lower() in scene.words["parties.private"]


def _complements(scene: Scene, verb: Token) -> Iterator[Token]:
    """What is agreed: "to do", "on doing", "on a thing", "that somebody will", "a thing"."""
    empty = scene.words["agree.empty"]
    found = False
    for child in verb.children:
        if child.dep_ in ("xcomp", "ccomp", "advcl") and child.pos_ in ("VERB", "AUX") and child.i > verb.i:
            to = any(c.lower_ == "to" and c.dep_ == "aux" for c in child.children)
            bound = to or any(
                c.lower_ in ("will", "shall", "should", "would", "must") for c in child.children if c.dep_ == "aux"
            )
            told_by_will = _future(child, scene) == "will" and kid(child, "nsubj", "nsubjpass") is not None
            if bound and not told_by_will and not is_negated(child) and (child.dep_ != "advcl" or not found):
                found = True
                yield from (c for c in conjoined(child) if c.pos_ in ("VERB", "AUX"))
        elif (
            child.dep_ in ("prep", "dative") and child.lower_ in ("on", "to", "upon", "in", "for") and child.i > verb.i
        ):
            gerund, thing = kid(child, "pcomp"), kid(child, "pobj")
            if gerund is not None:
                found = True
                yield from (c for c in conjoined(gerund) if c.pos_ == "VERB")
            elif thing is not None and child.lower_ in ("on", "to", "upon") and not _only_when(thing, empty):
                found = True
                yield from (c for c in conjoined(thing) if c.pos_ in ("NOUN", "PROPN"))
    direct = object_of(verb) if verb.lemma_.lower() in scene.words["agree.direct"] and not found else None
    if direct is not None and direct.pos_ in ("NOUN", "PROPN", "SYM", "NUM") and direct.lemma_.lower() not in empty:
        yield direct


def _only_when(thing: Token, empty: frozenset[str]) -> bool:
    """Whether "on Friday" is a day, or "on the need for" a position, and not what was agreed."""
    day = thing.lower_.endswith("day") or thing.pos_ == "NUM" or thing.lower_ in MONTHS
    return day or thing.lemma_.lower() in empty


def _reaffirmed(scene: Scene, passage: Passage, verb: Token) -> Iterator[Frame]:
    noun = kid(verb, "dobj")
    if noun is None or noun.lemma_.lower() not in scene.words["agree.nouns"] | {
        "determination",
        "intention",
        "support",
        "vow",
    }:
        return
    actors = doer(scene, passage, verb) or scene.parties
    contents = list(_noun_complements(scene, noun)) or list(_complements(scene, verb))
    for content in contents:
        yield Frame(verb, content, "reaffirmed", actors)


def _noun_complements(scene: Scene, noun: Token) -> Iterator[Token]:
    """What a decision, commitment or agreement is about: "to do", "to doing", "on a thing"."""
    empty = scene.words["agree.empty"]
    for child in noun.children:
        if child.i < noun.i:
            continue
        if child.dep_ in ("acl", "relcl", "xcomp", "advcl") and any(
            c.lower_ == "to" and c.dep_ == "aux" for c in child.children
        ):
            yield from (c for c in conjoined(child) if c.pos_ == "VERB")
        elif child.dep_ == "prep" and child.lower_ in ("to", "on", "of"):
            gerund, thing = kid(child, "pcomp"), kid(child, "pobj")
            if gerund is not None:
                yield from (c for c in conjoined(gerund) if c.pos_ == "VERB")
            elif thing is not None and child.lower_ == "to" and thing.lemma_.lower() not in empty:
                yield thing


def _planned(scene: Scene, passage: Passage, verb: Token) -> Iterator[Frame]:
    """ "is planned for", "is set to convene", "are expected to sign", "plans to build"."""
    weak = verb.lemma_.lower() in scene.words["plan.weak"]
    action = kid(verb, "xcomp")
    if action is not None and action.pos_ != "VERB":
        action = None
    passive = kid(verb, "nsubjpass") is not None or kid(verb, "auxpass") is not None
    subject = subject_of(verb)
    if subject is None:
        return
    meeting = mechanism_of(scene, passage, subject)
    if passive and meeting is not None:
        yield Frame(
            verb, meeting.head, "planned", doer(scene, passage, verb) or who(scene, passage, subject) or scene.parties
        )
    elif action is not None and verb.lemma_.lower() not in ("agree",):
        actors = who(scene, passage, subject)
        obj = object_of(action)
        solid = obj is not None and mechanism_of(scene, passage, obj) is not None
        if actors and (solid or (not weak and action.lemma_.lower() not in scene.words["idle.verbs"])):
            yield from (Frame(verb, c, "planned", actors) for c in conjoined(action) if c.pos_ == "VERB")


def _is_to(scene: Scene, passage: Passage, verb: Token) -> Iterator[Frame]:
    """ "Egypt is to host the forum"."""
    action, subject = kid(verb, "xcomp"), kid(verb, "nsubj")
    if action is None or subject is None or action.tag_ != "VB" or kid(action, "aux") is None or _idle(scene, action):
        return
    if subject.pos_ == "PRON":
        return  # "it is to deepen cooperation" says what a new body is for
    actors, meeting = who(scene, passage, subject), mechanism_of(scene, passage, subject)
    if meeting is not None:
        yield Frame(verb, meeting.head, "planned", actors or scene.parties)
    elif actors:
        yield Frame(verb, action, "planned", actors)


def _will(scene: Scene, passage: Passage, verb: Token, how: str) -> Iterator[Frame]:
    subject, lemma = subject_of(verb), verb.lemma_.lower()
    if subject is None or _conditional(verb):
        return
    passive = kid(verb, "nsubjpass")
    meeting = mechanism_of(scene, passage, passive if passive is not None else subject)
    meets = lemma in scene.words["class.meet"] | scene.words["class.found"] | scene.words["class.settle"] or lemma in (
        "take",
        "enter",
    )
    if meeting is not None and (lemma == "take" or (meets and (kid(verb, "dobj") is None or _own_round(scene, verb)))):
        yield Frame(verb, meeting.head, "planned", who(scene, passage, subject) or scene.parties)
        return
    if passive is not None:
        return
    known = any(lemma in members for members in scene.words.group("class").values())
    actors = who(scene, passage, subject)
    if known and lemma not in scene.words["idle.verbs"] and (actors or _private(scene, subject)):
        body = subject.lemma_.lower() in scene.words["mechanism.bodies"] and kid(verb, "dobj") is not None
        if meeting is None or meeting.head.i != subject.i or subject.pos_ == "PRON" or body:
            yield from (
                Frame(verb, c, "will_do", actors)
                for c in conjoined(verb)
                if c.pos_ == "VERB" and (c is verb or _future_free(c))
            )


def _own_round(scene: Scene, verb: Token) -> bool:
    """Whether a dialogue "will hold its second round"."""
    thing = kid(verb, "dobj")
    return thing is not None and thing.lemma_.lower() in scene.words["outer.nouns"]


def _future_free(verb: Token) -> bool:
    return kid(verb, "nsubj", "nsubjpass") is None and kid(verb, "aux") is None and verb.tag_ in ("VB", "VBP")


def _conditional(verb: Token) -> bool:
    marks = (kid(c, "mark") for c in verb.children if c.dep_ == "advcl")
    return any(m is not None and m.lower_ in ("if", "unless") for m in marks)


def _launched(scene: Scene, passage: Passage, verb: Token) -> Iterator[Frame]:
    if verb.tag_ == "VB" or (verb.tag_ == "VBG" and verb.dep_ not in ("conj", "advcl", "ROOT", "pcomp")):
        return
    if (
        verb.dep_ in ("amod", "acl", "relcl")
        and verb.tag_ in ("VBN", "VBD")
        and kid(verb, "nsubj", "nsubjpass") is None
    ):
        return
    if verb.dep_ == "pcomp" and kid(verb, "nsubj") is None:
        return
    if verb.lemma_.lower() in ("set", "kick", "roll", "stand") and kid(verb, "prt") is None:
        return
    thing = object_of(verb)
    for item in conjoined(thing) if thing is not None else ():
        mechanism = mechanism_of(scene, passage, item)
        if (
            mechanism is None
            or not mechanism.key - {mechanism.kind}
            or item.lemma_.lower() in scene.words["mechanism.vague"]
        ):
            continue
        actors = doer(scene, passage, verb)
        if not actors and kid(verb, "nsubjpass") is not None:
            actors = scene.parties
        if actors:
            yield Frame(verb, item, "launched", actors)


def _signed(scene: Scene, passage: Passage, verb: Token) -> Iterator[Frame]:
    thing = object_of(verb)
    if thing is None or (
        verb.dep_ in ("acl", "relcl", "amod") and verb.tag_ == "VBN" and kid(verb, "nsubj", "nsubjpass") is None
    ):
        return
    subject = subject_of(verb)
    actors = doer(scene, passage, verb) or (scene.parties if kid(verb, "nsubjpass") is not None else ())
    if not actors and (subject is None or not _private(scene, subject)):
        return
    for item in conjoined(thing):
        substance = item.lemma_.lower() in scene.words["agree.nouns"] and any(
            c.pos_ == "VERB" for c in _noun_complements(scene, item)
        )
        if item.lemma_.lower() in scene.words["sign.instruments"] and not substance:
            yield Frame(verb, item, "agreed", actors)


def _explored(scene: Scene, passage: Passage, verb: Token) -> Iterator[Frame]:
    """ "is considering building": under discussion, where a party does it now."""
    if verb.lemma_.lower() in ("discuss", "assess", "examine", "study") or verb.tag_ not in (
        "VBG",
        "VBZ",
        "VBP",
        "VBD",
    ):
        return
    actors = doer(scene, passage, verb)
    gerund = kid(verb, "xcomp")
    thing = kid(verb, "dobj")
    if not actors:
        return
    if gerund is not None and gerund.pos_ == "VERB":
        yield Frame(verb, gerund, "under_discussion", actors)
    elif thing is not None and thing.lemma_.lower() in scene.words["sign.instruments"] and verb.tag_ == "VBG":
        yield Frame(verb, thing, "under_discussion", actors)


def _dropped(scene: Scene, passage: Passage, verb: Token) -> Iterator[Frame]:
    thing = object_of(verb)
    if thing is None and verb.lemma_.lower() in ("withdraw", "pull", "walk"):
        away = next((c for c in verb.children if c.dep_ == "prep" and c.lower_ in ("from", "of", "out")), None)
        thing = kid(away, "pobj") if away is not None else None
    if thing is None:
        return
    mechanism = mechanism_of(scene, passage, thing)
    actors = doer(scene, passage, verb) or (scene.parties if kid(verb, "nsubjpass") is not None else ())
    if mechanism is not None and mechanism.key - {mechanism.kind} and actors:
        status = "planned" if verb.lemma_.lower() == "postpone" else "dropped"
        yield Frame(verb, thing, status, actors)


def _absolute(scene: Scene, passage: Passage, verb: Token) -> Iterator[Frame]:
    """ "..., with Japan providing the trains": part of the undertaking it hangs on."""
    actors = who(scene, passage, kid(verb, "nsubj"))
    words = scene.words
    firm = any(t.lemma_.lower() in words["agree.verbs"] | {"sign", "launch", "will"} for t in verb.sent if t.i < verb.i)
    if (
        actors
        and firm
        and verb.lemma_.lower() in words["class.deliver"] | words["class.fund"] | words["class.build"] | {"host"}
    ):
        yield Frame(verb, verb, "will_do", actors)


def _noun(scene: Scene, passage: Passage, noun: Token) -> Iterator[Frame]:
    lemma, words = noun.lemma_.lower(), scene.words
    above = noun.head.lemma_.lower()
    if lemma in words["agree.nouns"] and above not in words["reaffirm.verbs"] and _stated(noun):
        actors = _owner(scene, passage, noun)
        for content in _noun_complements(scene, noun):
            if content.pos_ == "VERB" and actors:
                yield Frame(noun, content, "agreed", actors)
    if lemma in words["launch.nouns"] and noun.pos_ != "ADJ":
        yield from _creation(scene, passage, noun)
    if lemma in words["discuss.nouns"]:
        yield from _talks(scene, passage, noun)
    if lemma in words["plan.adjectives"] and noun.dep_ in ("acomp", "oprd"):
        yield from _due(scene, passage, noun)
    if (
        lemma == "plan"
        and noun.dep_ in ("dobj", "attr", "conj")
        and (above in words["measures.announce.verbs"] | {"announce", "outline", "have"})
    ):
        for content in _noun_complements(scene, noun):
            if content.pos_ == "VERB" and (actors := _owner(scene, passage, noun)):
                yield Frame(noun, content, "planned", actors)


def _stated(noun: Token) -> bool:
    """Whether a sentence states its noun, and does not only mention or deny it."""
    stating = ("attr", "dobj", "appos", "ROOT", "nsubj", "nsubjpass", "conj", "oprd")
    return noun.pos_ != "ADJ" and noun.dep_ in stating and not (noun.head.pos_ == "VERB" and is_negated(noun.head))


def _owner(scene: Scene, passage: Passage, noun: Token) -> tuple[str, ...]:
    """Whose decision it is: its possessor, else the subject of its verb, else the parties."""
    owner = kid(noun, "poss")
    if owner is not None and (codes := who(scene, passage, owner)):
        return codes
    verb = noun.head
    if verb.pos_ == "VERB" and noun.dep_ in ("dobj", "conj") and (codes := who(scene, passage, subject_of(verb))):
        return codes
    return scene.parties or scene.home


def _creation(scene: Scene, passage: Passage, noun: Token) -> Iterator[Frame]:
    of = next((c for c in noun.children if c.dep_ == "prep" and c.lower_ in ("of", "up")), None)
    thing = kid(of, "pobj") if of is not None else None
    if thing is None:
        return
    verb = noun.head
    stated = (
        noun.dep_ in ("attr", "nsubj", "nsubjpass", "conj", "appos", "oprd")
        or (noun.dep_ == "dobj" and verb.lemma_.lower() in scene.words["welcome.verbs"])
        or (noun.dep_ == "pobj" and verb.lower_ == "with")
    )
    if not stated:
        return
    for item in conjoined(thing):
        mechanism = mechanism_of(scene, passage, item)
        if mechanism is not None and mechanism.key - {mechanism.kind}:
            yield Frame(
                noun,
                item,
                "agreed" if noun.lemma_.lower() in ("creation", "establishment", "formation") else "launched",
                scene.parties or scene.home,
            )


def _talks(scene: Scene, passage: Passage, noun: Token) -> Iterator[Frame]:
    """ "expressing interest in doing", "talks are underway on doing", "discussions on launching"."""
    above, words = noun.head, scene.words
    voiced = (
        noun.lemma_.lower() == "interest"
        and noun.dep_ == "dobj"
        and above.lemma_.lower() in ("express", "show", "voice", "signal", "convey", "indicate", "reiterate")
    )
    running = (
        noun.dep_ in ("nsubj", "attr")
        and any(t.lower_ in words["discuss.ongoing"] for t in above.children if t.i > noun.i)
    ) or (noun.dep_ in ("nsubj",) and above.lemma_.lower() in ("continue", "proceed"))
    inside = (
        noun.dep_ == "pobj"
        and above.lower_ in ("in", "with")
        and (above.head.lemma_.lower() == "be" or above.lower_ == "with")
    )
    if noun.lemma_.lower() == "interest" and not voiced:
        return
    if not (voiced or running or inside):
        return
    actors = (
        who(scene, passage, subject_of(above))
        if voiced
        else who(scene, passage, subject_of(above.head))
        if inside and above.head.lemma_.lower() == "be"
        else ()
    )
    for content in _talked(noun, above, running):
        if content.pos_ == "VERB" or running or voiced:
            yield Frame(noun, content, "under_discussion", actors or scene.parties or scene.home)


def _talked(noun: Token, above: Token, running: bool) -> Iterator[Token]:
    for parent in (noun, above) if running else (noun,):
        for child in parent.children:
            if child.i > noun.i and child.dep_ == "prep" and child.lower_ in ("in", "on", "about", "for", "over"):
                content = kid(child, "pcomp", "pobj")
                if content is not None and content.lower_ not in ("way", "progress", "course", "place"):
                    yield content
            elif child.i > noun.i and child.dep_ in ("acl", "xcomp", "advcl") and child.tag_ == "VB":
                yield child


def _due(scene: Scene, passage: Passage, adjective: Token) -> Iterator[Frame]:
    """ "is due to meet", "are ready to sign", "is due in March"."""
    verb = adjective.head
    subject = kid(verb, "nsubj", "nsubjpass")
    if subject is None:
        return
    action, meeting = kid(adjective, "xcomp"), mechanism_of(scene, passage, subject)
    actors = who(scene, passage, subject)
    if meeting is not None:
        yield Frame(adjective, meeting.head, "planned", actors or scene.parties)
    elif action is not None and actors and adjective.lemma_.lower() != "likely" and not _idle(scene, action):
        yield Frame(adjective, action, "planned", actors)


def _idle(scene: Scene, verb: Token) -> bool:
    return verb.lemma_.lower() in scene.words["idle.verbs"]


def _listed(scene: Scene, passage: Passage, sentence: Span) -> Iterator[Frame]:
    """A list item under "The two sides agreed to:"."""
    lead = scene.passages[passage.lead or 0]
    triggers = [
        t
        for t in lead.doc
        if t.lemma_.lower() in scene.words["agree.verbs"] | {"announce", "include", "commit", "launch"}
        or t.lemma_.lower() in ("outcome", "deliverable", "will")
    ]
    if not triggers or is_negated(triggers[-1]):
        return
    actors = doer(scene, lead, triggers[-1]) or scene.parties
    root = sentence.root
    noun_like = root.pos_ in ("NOUN", "PROPN") and (
        mechanism_of(scene, passage, root) is not None or root.lemma_.lower() in scene.words["launch.nouns"]
    )
    if (root.pos_ == "VERB" and kid(root, "nsubj") is None) or noun_like:
        yield Frame(root, root, "agreed", actors)
