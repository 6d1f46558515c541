"""A parsed sentence -> the words that undertake something, what is undertaken, how firmly and by whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monazite.ledger.reading.clauses import (
    amounts,
    conjoined,
    doer,
    has_to,
    is_negated,
    is_passive,
    kid,
    lemma_of,
    modal,
    object_of,
    sayer,
    under,
)
from monazite.ledger.reading.dates import MONTHS
from monazite.ledger.reading.mechanisms import Mechanism, mechanism_of
from monazite.ledger.reading.quantities import CURRENCIES
from monazite.ledger.reading.scene import Passage, Scene, subject_of, who

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["Frame", "frames", "is_idle", "plain_frame"]


@dataclass(frozen=True, slots=True)
class Frame:
    """A word that undertakes (`trigger`), what is undertaken (`content`), how firmly, and by whom."""

    trigger: Token
    content: Token
    status: str
    actors: tuple[str, ...]


def frames(scene: Scene, passage: Passage, sentence: Span) -> Iterator[Frame]:
    """The undertakings a sentence words, the firmest form first; the same content may come twice."""
    for token in sentence:
        if token.pos_ in ("VERB", "AUX") and not is_negated(token):
            yield from _verb(scene, passage, token)
        elif token.pos_ in ("NOUN", "PROPN", "ADJ"):
            yield from _noun(scene, passage, token)


def plain_frame(scene: Scene, passage: Passage, sentence: Span) -> Frame | None:
    """The undertaking of a sentence in words no frame reads: what its first verb with a known doer does, one that only
    says more of a noun last, else its main verb, by the parties; None where there are none."""
    said = scene.words["say.verbs"]
    verbs = [t for t in sentence if t.pos_ == "VERB" and lemma_of(t) not in said and not _describes(scene, t)]
    verbs.sort(key=lambda v: v.dep_ == "relcl")
    done = ((v, _doers(scene, passage, v)) for v in verbs if not is_negated(v))
    verb, actors = next(((v, who_) for v, who_ in done if who_), (sentence.root, _subjects(scene, passage, sentence)))
    if not actors:
        return None
    action = kid(verb, "xcomp", "ccomp")
    content = action if action is not None and action.pos_ == "VERB" else verb
    trip = kid(content, "dobj")
    if (trip is not None and lemma_of(trip) in scene.words["meet.trips"]) or (
        is_negated(content) and is_idle(scene, content)
    ):  # "concluded his visit", "will not take effect"
        return None
    ahead = "will" in (modal(verb), modal(content))
    talked = lemma_of(verb) in scene.words["discuss.verbs"]
    above = verb.head if verb.dep_ == "xcomp" else verb
    hoped = lemma_of(above) in scene.words["plan.weak"]
    return Frame(
        verb,
        content,
        "will_do" if ahead else "under_discussion" if talked else "planned" if hoped else "agreed",
        actors,
    )


def _describes(scene: Scene, verb: Token) -> bool:
    """Whether a verb only says more of a noun: "the mechanism, to be led by both ministries, will"."""
    return verb.dep_ in ("acl", "relcl") and is_idle(scene, verb)


def _subjects(scene: Scene, passage: Passage, sentence: Span) -> tuple[str, ...]:
    """Who does what a sentence says: its main verb's subject, else the parties, else the report's own country."""
    return doer(scene, passage, sentence.root) or scene.parties or scene.home


def _verb(scene: Scene, passage: Passage, verb: Token) -> Iterator[Frame]:
    mood = modal(verb)
    if mood == "will" or (mood == "would" and sayer(verb, scene) is not None):
        yield from _will(scene, passage, verb)
    elif mood in (None, "would"):
        for words, read in _VERBS:
            if lemma_of(verb) in scene.words[words]:
                yield from read(scene, passage, verb)


def _doers(scene: Scene, passage: Passage, verb: Token) -> tuple[str, ...]:
    """Who does it; the parties, where a passive names nobody or the subject is "the ministers" or left out."""
    subject = subject_of(verb)
    meant = verb.dep_ == "ROOT" if subject is None else lemma_of(subject) in scene.words["parties.both"]
    return doer(scene, passage, verb) or ((scene.parties or scene.home) if meant or is_passive(verb) else ())


def _specific(scene: Scene, passage: Passage, noun: Token | None) -> Mechanism | None:
    """The mechanism a noun names, where its words tell it from others of its kind."""
    mechanism = mechanism_of(scene, passage, noun)
    return mechanism if mechanism is not None and mechanism.key - {mechanism.kind} else None


def _verbs(content: Token | None) -> Iterator[Token]:
    """A verb and those joined to it."""
    if content is not None:
        yield from (c for c in conjoined(content) if c.pos_ == "VERB")


def _agreed(scene: Scene, passage: Passage, verb: Token) -> Iterator[Frame]:
    if verb.tag_ == "VB":
        return
    actors, subject = _doers(scene, passage, verb), subject_of(verb)
    if subject is not None and subject.lower_ == "it":  # "it was agreed that"
        actors = actors or scene.parties
    elif not actors and not _private(scene, subject):
        return
    rhetoric = scene.words["agree.rhetoric"] if lemma_of(verb) in scene.words["agree.vows"] else ()
    for content in _complements(scene, verb):
        if len(actors) > 1 or lemma_of(content) not in rhetoric:
            yield Frame(verb, content, "agreed", actors)


def _private(scene: Scene, subject: Token | None) -> bool:
    return subject is not None and (subject.pos_ == "PROPN" or lemma_of(subject) in scene.words["parties.private"])


def _complements(scene: Scene, verb: Token) -> Iterator[Token]:
    """What is agreed: "to do", "on doing", "on a thing", "that somebody should", "a thing"."""
    empty = scene.words["agree.empty"]
    found = [
        action
        for child in verb.children
        if child.dep_ in ("xcomp", "ccomp", "advcl")
        and child.i > verb.i
        and not is_negated(child)
        and not any(c.lower_ in ("whether", "if") for c in child.children)
        # "that they will" is told by its own "will"
        and (has_to(child) or modal(child) in ("must", "would"))
        for action in conjoined(child)
        if action.pos_ in ("VERB", "AUX")
    ]
    by = ("on", "to", "upon", "in", "for", *(("with",) if lemma_of(verb) in scene.words["agree.charges"] else ()))
    for thing in under(verb, *by):
        if thing.dep_ == "pcomp":
            found += _verbs(thing)
        elif thing.head.lower_ in ("on", "to", "upon") and not _is_day(thing) and lemma_of(thing) not in empty:
            found += [c for c in conjoined(thing) if c.pos_ in ("NOUN", "PROPN")]
    yield from found
    direct = object_of(verb) if lemma_of(verb) in scene.words["agree.direct"] and not found else None
    if direct is not None and direct.pos_ in ("NOUN", "PROPN", "SYM", "NUM") and lemma_of(direct) not in empty:
        yield direct


def _is_day(thing: Token) -> bool:
    return thing.lower_.endswith("day") or thing.pos_ == "NUM" or thing.lower_ in MONTHS


def _reaffirmed(scene: Scene, passage: Passage, verb: Token) -> Iterator[Frame]:
    noun = kid(verb, "dobj")
    if noun is not None and lemma_of(noun) in scene.words["agree.nouns"] | scene.words["reaffirm.nouns"]:
        actors = doer(scene, passage, verb) or scene.parties
        for content in list(_noun_complements(scene, noun)) or list(_complements(scene, verb)):
            yield Frame(verb, content, "reaffirmed", actors)


def _noun_complements(scene: Scene, noun: Token) -> Iterator[Token]:
    """What a decision, commitment or agreement is about: "to do", "to doing", "to a thing"."""
    for child in noun.children:
        if child.i > noun.i and child.dep_ in ("acl", "relcl", "xcomp", "advcl") and has_to(child):
            yield from _verbs(child)
    for thing in under(noun, "to", "on", "of"):
        if thing.dep_ == "pcomp":
            yield from _verbs(thing)
        elif thing.head.lower_ == "to" and lemma_of(thing) not in scene.words["agree.empty"]:
            yield thing


def _planned(scene: Scene, passage: Passage, verb: Token) -> Iterator[Frame]:
    """ "is planned for", "is set to convene", "are expected to sign", "plans to build"."""
    action, subject = kid(verb, "xcomp"), subject_of(verb)
    if subject is None:
        return
    actors, meeting = who(scene, passage, subject), mechanism_of(scene, passage, subject)
    loose = kid(verb, "prt") is not None and lemma_of(verb) != "pencil"
    if is_passive(verb) and meeting is not None and not loose:
        yield Frame(verb, meeting.head, "planned", doer(scene, passage, verb) or actors or scene.parties or scene.home)
    elif (brought := _brought_about(scene, passage, action)) is not None and actors:
        yield Frame(verb, brought, "planned", actors)
    elif action is not None and not actors and lemma_of(subject) in scene.words["meet.things"]:
        parts = (c for c in conjoined(action) if passage.dated(c.idx, c.sent.end_char))
        yield from (Frame(verb, c, "planned", scene.parties or scene.home) for c in parts)
    elif action is not None and actors and lemma_of(verb) != "agree":
        dated = passage.dated(verb.idx, verb.sent.end_char) and lemma_of(action) in scene.words["idle.dated"]
        weak = lemma_of(verb) in scene.words["plan.weak"] or (is_idle(scene, action) and not dated)
        thing = object_of(action)
        paper = lemma_of(thing) in scene.words["sign.instruments"]
        if not weak or paper or mechanism_of(scene, passage, thing) is not None:
            yield from (Frame(verb, c, "planned", actors) for c in _verbs(action))


def _brought_about(scene: Scene, passage: Passage, action: Token | None) -> Token | None:
    """The agreement in "aim to have the agreement enter into force", "hopes to see the talks concluded"."""
    effect = kid(action, "ccomp") if action is not None and lemma_of(action) in ("have", "see", "get") else None
    thing = kid(effect, "nsubj", "nsubjpass") if effect is not None else None
    mechanism = mechanism_of(scene, passage, thing)
    return mechanism.head if mechanism is not None else None


def _due(scene: Scene, passage: Passage, adjective: Token) -> Iterator[Frame]:
    """ "is due to meet", "are ready to sign", "is due in March"."""
    subject = kid(adjective.head, "nsubj", "nsubjpass")
    if subject is not None:
        yield from _due_to(scene, passage, adjective, subject, kid(adjective, "xcomp"))


def _due_to(scene: Scene, passage: Passage, trigger: Token, subject: Token, action: Token | None) -> Iterator[Frame]:
    actors, meeting = who(scene, passage, subject), mechanism_of(scene, passage, subject)
    # "the bank is ready to lend": bodies act
    acts = lemma_of(subject) in scene.words["mechanism.bodies"] and action is not None and kid(action, "dobj", "prep")
    if meeting is not None and not acts:
        yield Frame(trigger, meeting.head, "planned", actors or scene.parties or scene.home)
    elif action is not None and actors and not is_idle(scene, action):
        yield Frame(trigger, action, "planned", actors)


def _will(scene: Scene, passage: Passage, verb: Token) -> Iterator[Frame]:
    subject, words, lemma = subject_of(verb), scene.words, lemma_of(verb)
    if subject is None or _conditional(verb) or any(c.lower_ == "no" for c in subject.children):
        return
    actors, meeting = who(scene, passage, subject), mechanism_of(scene, passage, subject)
    if subject.lower_ in ("one", "edition") and _takes_place(scene, verb):  # "the next one will take place in June"
        yield Frame(verb, subject, "planned", actors or scene.parties or scene.home)
        return
    if meeting is not None and _takes_place(scene, verb):
        host = doer(scene, passage, verb) if is_passive(verb) else ()
        yield Frame(verb, meeting.head, "planned", host or actors or scene.parties or scene.home)
        return
    if is_passive(verb):
        yield from _will_be_done(scene, passage, verb, subject)
        return
    dated = bool(passage.dated(verb.sent.start_char, verb.sent.end_char))
    if lemma in ("come", "go", "fly", "travel") and actors and any(who(scene, passage, t) for t in under(verb, "to")):
        yield Frame(verb, verb, "planned", actors)  # "Kishida will come to Seoul"
        return
    if dated and not actors and lemma in ("start", "begin") and lemma_of(subject) in words["meet.things"]:
        yield Frame(verb, subject, "planned", scene.parties or scene.home)
        return
    counted = any(t.like_num for t in (kid(verb, "dobj") or verb).subtree if t.i > verb.i)
    settled = (dated or counted) and lemma in words["idle.dated"]
    firm = not is_idle(scene, verb) or settled or kid(verb, "prt") is not None
    bodies = words["mechanism.bodies"] | words["sign.instruments"]  # bodies act; agreements bind their parties
    acts = (lemma_of(subject) in bodies or _builds(scene, verb)) and kid(verb, "dobj") is not None
    actors = actors or ((scene.parties or scene.home) if acts else _doers(scene, passage, verb))
    if not firm or not (actors or _private(scene, subject)):
        return
    if meeting is None or meeting.head.i != subject.i or acts:
        alike = (c for c in _verbs(verb) if c == verb or (c.tag_ in ("VB", "VBP") and not kid(c, "nsubj", "aux")))
        yield from (Frame(verb, c, "will_do", actors) for c in alike)


def _will_be_done(scene: Scene, passage: Passage, verb: Token, subject: Token) -> Iterator[Frame]:
    """ "A fund will be created", "the roadmap will be drawn up": by whom it says, else by the parties."""
    words = scene.words
    makes = lemma_of(verb) in words["class.found"] | words["class.settle"] | words["class.make"]
    named = mechanism_of(scene, passage, subject) is not None or lemma_of(subject) in words["sign.instruments"]
    fresh = (article := kid(subject, "det")) is not None and article.lower_ in ("a", "an")
    dated = bool(passage.dated(verb.idx, verb.sent.end_char))
    if (makes and (named or fresh)) or ((dated or _builds(scene, verb)) and not is_idle(scene, verb)):
        by = doer(scene, passage, verb) or who(scene, passage, subject) or _saying(scene, passage, verb)
        yield Frame(verb, subject, "planned", by or scene.parties or scene.home)


def _builds(scene: Scene, verb: Token) -> bool:
    """Whether a verb gives, pays, builds or buys."""
    return any(lemma_of(verb) in scene.words[f"class.{name}"] for name in ("deliver", "fund", "build", "buy"))


def _saying(scene: Scene, passage: Passage, verb: Token) -> tuple[str, ...]:
    """The one country that says what will be done: "Bishkek says that the tunnels will be finished"."""
    above = sayer(verb, scene)
    codes = who(scene, passage, subject_of(above)) if above is not None else ()
    return codes if len(codes) == 1 else ()


def _takes_place(scene: Scene, verb: Token) -> bool:
    """Whether a meeting "will be held", "will take place" or "will hold its second round"."""
    thing, words = kid(verb, "dobj"), scene.words
    meets = lemma_of(verb) in words["class.meet"] | words["class.found"] | words["class.settle"] | words["meet.begins"]
    return lemma_of(verb) == "take" or (meets and (thing is None or lemma_of(thing) in words["outer.nouns"]))


def _conditional(verb: Token) -> bool:
    marks = (kid(c, "mark") for c in verb.children if c.dep_ == "advcl")
    return any(m is not None and m.lower_ in ("if", "unless") for m in marks)


def _launched(scene: Scene, passage: Passage, verb: Token) -> Iterator[Frame]:
    alone = kid(verb, "nsubj", "nsubjpass") is None
    if (
        verb.tag_ == "VB"
        or (verb.tag_ == "VBG" and verb.dep_ not in ("conj", "advcl", "ROOT", "pcomp"))
        or (alone and verb.dep_ in ("amod", "acl", "relcl", "pcomp") and verb.tag_ in ("VBN", "VBD", "VBG"))
        or (lemma_of(verb) in scene.words["launch.phrasal"] and kid(verb, "prt") is None)
    ):
        return
    thing, actors = object_of(verb), _doers(scene, passage, verb)
    for item in conjoined(thing) if thing is not None and actors else ():
        if _specific(scene, passage, item) and lemma_of(item) not in scene.words["mechanism.vague"]:
            yield Frame(verb, item, "launched", actors)


def _signed(scene: Scene, passage: Passage, verb: Token) -> Iterator[Frame]:
    thing, actors = object_of(verb) or next(under(verb, "into"), None), _doers(scene, passage, verb)
    if thing is not None and verb.dep_ == "relcl" and thing.lower_ in ("which", "that"):
        thing = verb.head  # "the pact that both concluded in London"
    described = verb.dep_ in ("acl", "relcl", "amod") and verb.tag_ == "VBN" and not is_passive(verb)
    weighed = verb.tag_ == "VBG" and verb.dep_ in ("xcomp", "pcomp")  # "is considering joining"
    if thing is None or described or weighed or verb.tag_ == "VB" or not (actors or _private(scene, subject_of(verb))):
        return
    for item in conjoined(thing):
        # an "agreement to build" is told by what it is about
        substance = lemma_of(item) in scene.words["agree.nouns"] and any(
            c.pos_ == "VERB" for c in _noun_complements(scene, item)
        )
        titled = any(c.dep_ == "compound" and c.pos_ == "PROPN" for c in item.children)
        mention = lemma_of(item) == "declaration" and next(under(item, "of", "on"), None) is None and not titled
        names = (item, *(c for c in item.children if c.dep_ == "appos"))
        if any(lemma_of(n) in scene.words["sign.instruments"] for n in names) and not substance and not mention:
            yield Frame(verb, item, "agreed", actors)


def _raised(scene: Scene, passage: Passage, verb: Token) -> Iterator[Frame]:
    """ "elevated their ties to a strategic partnership"."""
    ties, actors, words = object_of(verb), _doers(scene, passage, verb), scene.words
    level = next(
        (t for of in (verb, ties) if of is not None for t in under(of, "to") if lemma_of(t) in words["raise.to"]), None
    )
    if lemma_of(ties) in words["raise.ties"] and level is not None and actors and verb.tag_ not in ("VB", "VBG"):
        yield Frame(verb, level, "agreed", actors)


def _explored(scene: Scene, passage: Passage, verb: Token) -> Iterator[Frame]:
    """ "is considering building": under discussion, where a party does it now."""
    if verb.tag_ not in ("VBG", "VBZ", "VBP", "VBD"):
        return
    actors, gerund, thing = doer(scene, passage, verb), kid(verb, "xcomp"), kid(verb, "dobj")
    instrument = verb.tag_ == "VBG" and lemma_of(thing) in scene.words["sign.instruments"]
    content = gerund if gerund is not None and gerund.pos_ == "VERB" else thing if instrument else None
    if actors and content is not None:
        yield Frame(verb, content, "under_discussion", actors)


def _dropped(scene: Scene, passage: Passage, verb: Token) -> Iterator[Frame]:
    thing = object_of(verb) or next(under(verb, "from", "of", "out"), None)
    actors = _doers(scene, passage, verb)
    if thing is None or not actors or verb.tag_ in ("VB", "VBG"):
        return
    if lemma_of(thing) in scene.words["drop.disputes"]:
        yield Frame(verb, thing, "done", actors)
    elif _specific(scene, passage, thing):
        late = lemma_of(verb) in scene.words["drop.late"]
        yield Frame(verb, thing, "delayed" if late else "dropped", actors)


def _to_come(scene: Scene, passage: Passage, verb: Token) -> Iterator[Frame]:
    """ "Negotiators meet in March", "a call opens in summer", "Oslo lends 40 million next year": what is to come."""
    subject = kid(verb, "nsubj")
    ahead = [
        d
        for d in passage.dated(verb.idx, verb.sent.end_char)
        if d.window.start is None or (scene.anchor and d.window.start > scene.anchor)
    ]
    if subject is None:
        return
    now = next((c.lower_ for c in verb.children if c.dep_ == "aux"), "")
    if verb.tag_ == "VBG" and now in ("is", "are") and _builds(scene, verb) and _paid(verb):  # "is lending 40 million"
        lender = doer(scene, passage, verb)
        yield from [Frame(verb, verb, "planned", lender)] if lender else []
    if verb.tag_ not in ("VBZ", "VBP") or kid(verb, "aux") is not None or not ahead:
        return
    actors, meeting = who(scene, passage, subject), mechanism_of(scene, passage, subject)
    if meeting is not None or actors or lemma_of(subject) in scene.words["meet.things"]:
        yield Frame(verb, subject if meeting or not actors else verb, "planned", actors or scene.parties or scene.home)


def _paid(verb: Token) -> bool:
    """Whether a verb's object is a sum of money."""
    thing = kid(verb, "dobj")
    said = thing.doc[thing.left_edge.i : thing.right_edge.i + 1].text if thing is not None else ""
    return any(unit in CURRENCIES for unit, _ in amounts(said))


def _awaited(scene: Scene, passage: Passage, verb: Token) -> Iterator[Frame]:
    """ "look forward to the second summit, to be held in 2027"."""
    forward = any(c.lower_ == "forward" for c in verb.children)
    ends = passage.dated(verb.idx, verb.sent.end_char)
    for thing in under(verb, "to") if forward and ends else ():
        if mechanism_of(scene, passage, thing) is not None or lemma_of(thing) in ("signing", "conclusion", "signature"):
            yield Frame(verb, thing, "planned", doer(scene, passage, verb) or scene.parties)


def _took_over(scene: Scene, passage: Passage, verb: Token) -> Iterator[Frame]:
    """ "took the chair of the partnership"."""
    thing, actors = kid(verb, "dobj"), doer(scene, passage, verb)
    if lemma_of(thing) in scene.words["office.nouns"] and thing is not None and actors and verb.tag_ in ("VBD", "VBN"):
        yield Frame(verb, thing, "done", actors)


def _absolute(scene: Scene, passage: Passage, verb: Token) -> Iterator[Frame]:
    """ "..., with Japan providing the trains": part of the undertaking it hangs on."""
    firm = scene.words["agree.verbs"] | {"sign", "launch", "will"}
    if verb.dep_ == "pcomp" and verb.head.lower_ == "with" and any(lemma_of(t) in firm for t in verb.sent[: verb.i]):
        actors = who(scene, passage, kid(verb, "nsubj"))
        if actors:
            yield Frame(verb, verb, "will_do", actors)


_VERBS: tuple[tuple[str, Callable[[Scene, Passage, Token], Iterator[Frame]]], ...] = (
    ("agree.verbs", _agreed),
    ("reaffirm.verbs", _reaffirmed),
    ("plan.verbs", _planned),
    ("launch.verbs", _launched),
    ("sign.verbs", _signed),
    ("raise.verbs", _raised),
    ("discuss.verbs", _explored),
    ("drop.verbs", _dropped),
    ("class.meet", _to_come),
    ("meet.begins", _to_come),
    ("class.deliver", _to_come),
    ("class.fund", _to_come),
    ("class.build", _to_come),
    ("class.buy", _to_come),
    ("class.deepen", _to_come),
    ("class.settle", _to_come),
    ("plan.verbs", _awaited),
    ("office.verbs", _took_over),
    ("class.deliver", _absolute),
    ("class.fund", _absolute),
    ("class.build", _absolute),
)


def _noun(scene: Scene, passage: Passage, noun: Token) -> Iterator[Frame]:
    lemma, words, above = lemma_of(noun), scene.words, lemma_of(noun.head)
    if lemma in words["agree.nouns"] and above not in words["reaffirm.verbs"] and _stated(noun):
        yield from _decided(scene, passage, noun, "agreed")
    if lemma in words["plan.nouns"] and _stated(noun) and above in words["plan.stating"]:
        yield from _decided(scene, passage, noun, "planned")
    if lemma in words["launch.nouns"] | words["settle.nouns"] and noun.pos_ != "ADJ":
        yield from _creation(scene, passage, noun)
    if lemma in words["discuss.nouns"]:
        yield from _talks(scene, passage, noun)
    if lemma in words["plan.adjectives"] and noun.dep_ in ("acomp", "oprd"):
        yield from _due(scene, passage, noun)


def _stated(noun: Token) -> bool:
    """Whether a sentence states its noun, and does not only mention or deny it."""
    stating = ("attr", "dobj", "appos", "ROOT", "nsubj", "nsubjpass", "conj", "oprd")
    denied = any(c.lower_ == "no" for c in noun.children) or (noun.head.pos_ == "VERB" and is_negated(noun.head))
    return noun.pos_ != "ADJ" and noun.dep_ in stating and not denied


def _decided(scene: Scene, passage: Passage, noun: Token, status: str) -> Iterator[Frame]:
    """ "the decision to build": its possessor's, else that of the subject of its verb, else the parties'."""
    verb = noun.head
    owner = kid(noun, "poss")
    actors = who(scene, passage, owner) if owner is not None and owner.pos_ != "PRON" else ()
    if not actors and verb.pos_ == "VERB" and noun.dep_ in ("dobj", "conj"):
        actors = who(scene, passage, subject_of(verb))
    actors = actors or scene.parties or scene.home
    if actors:
        contents = (c for c in _noun_complements(scene, noun) if c.pos_ == "VERB")
        yield from (Frame(noun, c, status, actors) for c in contents)


def _creation(scene: Scene, passage: Passage, noun: Token) -> Iterator[Frame]:
    """ "the launch of a dialogue", where the sentence states it or welcomes it."""
    thing, verb = next(under(noun, "of", "up"), None), noun.head
    stated = (
        noun.dep_ in ("attr", "nsubj", "nsubjpass", "conj", "appos", "oprd")
        or (noun.dep_ == "dobj" and lemma_of(verb) in scene.words["welcome.verbs"])
        or (noun.dep_ == "pobj" and verb.lower_ == "with")
    )
    settles, words = lemma_of(noun) in scene.words["settle.nouns"], scene.words
    for item in conjoined(thing) if thing is not None and stated else ():
        named = _specific(scene, passage, item) and lemma_of(item) not in words["agree.empty"]
        if named or (settles and lemma_of(item) in words["sign.instruments"]):
            yield Frame(noun, item, "agreed" if settles else "launched", scene.parties or scene.home)


def _talks(scene: Scene, passage: Passage, noun: Token) -> Iterator[Frame]:
    """ "expressing interest in doing", "talks are underway on doing", "discussions on launching"."""
    above, words = noun.head, scene.words
    voiced = lemma_of(noun) == "interest" and noun.dep_ == "dobj" and lemma_of(above) in words["discuss.voice"]
    going = any(t.lower_ in words["discuss.ongoing"] for t in above.children if t.i > noun.i)
    running = noun.dep_ in ("nsubj", "attr") and (going or lemma_of(above) in ("continue", "proceed"))
    inside = noun.dep_ == "pobj" and (above.lower_ == "with" or (above.lower_ == "in" and lemma_of(above.head) == "be"))
    if not voiced and (lemma_of(noun) == "interest" or not (running or inside)):
        return
    verb = above if voiced else above.head
    actors = who(scene, passage, subject_of(verb)) if voiced or (inside and lemma_of(verb) == "be") else ()
    for content in _talked(noun, above, running):
        if content.pos_ == "VERB" or running or voiced:
            yield Frame(noun, content, "under_discussion", actors or scene.parties or scene.home)


def _talked(noun: Token, above: Token, running: bool) -> Iterator[Token]:
    for parent in (noun, above) if running else (noun,):
        for content in under(parent, "in", "on", "about", "for", "over"):
            if content.i > noun.i and content.lower_ not in ("way", "progress", "course", "place"):
                yield content
        for child in parent.children:
            if child.i > noun.i and child.dep_ in ("acl", "xcomp", "advcl") and child.tag_ == "VB":
                yield child


def is_idle(scene: Scene, verb: Token) -> bool:
    """Whether a verb undertakes nothing; "will continue consulting", "will help build" by what is continued."""
    action = kid(verb, "xcomp", "ccomp") if lemma_of(verb) in scene.words["idle.leading"] else None
    return lemma_of(verb if action is None or action.pos_ != "VERB" else action) in scene.words["idle.verbs"]
