"""A report and the parser -> its scene: parsed passages with names and dates, and who and when it speaks of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from monazite.ledger.reading.actors import Name, Names, Person, find_names, find_people, in_office, parties_of
from monazite.ledger.reading.dates import Dated, anchor_of, find_dates
from monazite.ledger.reading.text import blocks, lead_in
from monazite.ledger.values import Evidence, Report
from monazite.ledger.vocabulary import Vocabulary

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Token

__all__ = ["Passage", "Scene", "agent_of", "anchored", "evidence", "read_scene", "subject_of", "who"]


# blocks parsed at a time: more is no faster and takes a gigabyte on a long report
_BATCH = 16
_COUNT = {"three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}


@dataclass(frozen=True, slots=True)
class Passage:
    """One block of body text, parsed: `offset` of its first character in the report, names and dates by character.

    A list item begins with the words that introduce the list, `lead` characters that are not its own.
    """

    offset: int
    text: str
    doc: Doc
    names: tuple[Name, ...]
    dates: tuple[Dated, ...]
    people: tuple[Person, ...]
    lead: int

    def named(self, start: int, end: int, *kinds: str) -> tuple[Name, ...]:
        """The actors' names (or those of the given kinds) between two characters of the passage."""
        return tuple(
            n
            for n in self.names
            if start <= n.start and n.end <= end and n.codes and (n.kind in kinds if kinds else n.acts)
        )

    def dated(self, start: int, end: int) -> tuple[Dated, ...]:
        """The time expressions between two characters."""
        return tuple(d for d in self.dates if start <= d.start and d.end <= end)


@dataclass(frozen=True, slots=True)
class Scene:
    """What one report is about: its passages, the names of its headline, the parties that speak in it, its first
    country, its day."""

    report: Report
    passages: tuple[Passage, ...]
    heading: tuple[Name, ...]
    parties: tuple[str, ...]
    home: tuple[str, ...]
    anchor: date | None
    members: Mapping[str, tuple[str, ...]]
    words: Vocabulary


def read_scene(report: Report, names: Names, parser: Language, words: Vocabulary) -> Scene:
    """The scene of a report on its own evidence; `anchored` gives it the day that other reports know."""
    parts = list(_parts(report.text, words))
    texts = [lead + own for _, lead, own in parts]
    anchor = report.published or anchor_of(own for *_, own in parts)
    names = in_office(names, anchor)
    title = find_names(report.title, names)
    found = [find_names(t, names) for t in texts]
    people = [tuple(find_people(t, f, names)) for t, f in zip(texts, found, strict=True)]
    home = _home((report.title, title), (report.text[:1_000], find_names(report.text[:1_000], names)), found)
    parties = parties_of([(report.title, title), *zip(texts, found, strict=True)], home)
    people = [
        tuple(_paired(_speaking(each, text, f), text, parties))
        for each, text, f in zip(people, texts, found, strict=True)
    ]
    held = [_office_holder(p, f) for each, f in zip(people, found, strict=True) for p in each]
    known = _surnames(held, home)
    found = [_with_people(t, f, known) for t, f in zip(texts, found, strict=True)]
    parsed = parser.pipe(map(_plain, texts), batch_size=_BATCH)
    passages = tuple(
        Passage(start - len(lead), lead + own, doc, name, find_dates(lead + own, anchor), person, len(lead))
        for (start, lead, own), doc, name, person in zip(parts, parsed, found, people, strict=True)
    )
    parties = parties_of([(report.title, title), *zip(texts, found, strict=True)], home)
    return Scene(report, passages, title, parties, home, anchor, names.members, words)


def _parts(text: str, words: Vocabulary) -> Iterator[tuple[int, str, str]]:
    """Where each block of body text starts, the words that introduce it if it is a list item, and its own."""
    lead = ""
    for block in blocks(text, words):
        own = text[block.start : block.end]
        if block.kind == "item":
            yield block.start, lead_in(lead, own, words) if lead else "", own
            continue
        lead = own if own.endswith(":") or (block.kind == "heading" and len(own) > 12) else ""
        if block.kind == "body":
            yield block.start, "", own


def anchored(scene: Scene, anchor: date | None) -> Scene:
    """The scene speaking from `anchor`, where its own text names no day."""
    if scene.anchor is not None or anchor is None:
        return scene
    passages = tuple(replace(p, dates=_near(p.text, anchor)) for p in scene.passages)
    return replace(scene, anchor=anchor, passages=passages)


def _near(text: str, anchor: date) -> tuple[Dated, ...]:
    """The times of a text as of a day known to be near: a bare weekday is the one closest to it."""
    plain, later = find_dates(text, anchor), find_dates(text, anchor + timedelta(3))
    return tuple(
        b if a.weekday and not re.search(r"\d", a.window.text) else a for a, b in zip(plain, later, strict=True)
    )


def evidence(scene: Scene, passage: Passage, start: int, end: int) -> Evidence:
    """The quotation of characters [start:end] of a passage."""
    first, last = passage.offset + max(start, passage.lead), passage.offset + end
    return Evidence(scene.report.id, first, last, scene.report.text[first:last])


def _office_holder(person: Person, found: tuple[Name, ...]) -> Person:
    """A person whose name the vocabulary knows, with that country."""
    codes = [n.codes[0] for n in found if n.kind == "person" and person.start <= n.start < person.end]
    return replace(person, code=codes[0]) if codes else person


_BRITISH = re.compile(
    r"\b(?!(?:prom|prem|comprom|exerc|prec|conc|expert|pract|franch|merchand|parad|advert|chast|treat|surm|compr"
    r"|enterpr|surpr|sunr|repr)is)([a-z]{3,}[nlmtdcgr])is(e[sd]?|ing)\b"
)
_MARKS = re.compile(r"\*+|__+|`+|^#+ ", re.MULTILINE)  # of Markdown
_ASIDE = re.compile(
    r",\s+(?:for (?:its|his|her|their) part|in (?:turn|return)|meanwhile|however|moreover|by contrast|likewise),(?=\s)"
)
# "is to be built" is parsed as a description, "will be built" as what it is
_IS_TO = re.compile(r"\b(?:is|are) to (?=[a-z]+\b)|\b(?:is|are) going to (?=[a-z]+\b)")
_WAS_TO = re.compile(r"\b(?:was|were) to (?=[a-z]+\b)")
# phrases in words that the reader knows, each as long as what it stands for
_PUT_OFF = re.compile(r"\b((?:will|would|to|may|could|might|can|must|shall)\s+(?:also\s+|again\s+)?)put on hold\b")
_IDIOMS = tuple(
    (re.compile(rf"\b{phrase}\b"), word)
    for phrase, word in (
        ("put on hold", "suspended"), ("puts on hold", "suspends"), ("hold off", "suspend"), ("held off", "suspend"),
        ("bring back", "reinstate"), ("brought back", "reinstated"), ("rolled over", "extended"),
        ("roll over", "extend"), ("rolls over", "extends"), ("comes to an end", "ends"), ("came to an end", "ended"),
        ("come to an end", "end"), ("wrap up", "finish"), ("put their names to", "signed"),
        ("called off", "canceled"), ("call off", "cancel"), ("calls off", "cancels"), ("put pen to", "signed"),
        ("put their signatures (?:to|under)", "signed"), ("signed off on", "signed"),
        (r"set aside(?= \W?\d)", "earmarked"), (r"sets aside(?= \W?\d)", "earmarks"),
    )
)  # fmt: skip
_TOPIC = re.compile(r": [A-Z][\w, -]{2,40}\n")
_TWO = frozenset({"two", "both", "each"})
_SHOUTED = re.compile(r"^[A-Z]{5,}(?= [A-Z][a-z])")  # "PAPUA New Guinea has signed", as newspapers open
_HAVING = frozenset({"have", "has", "had", "having"})
_AND = re.compile(
    r",?\s+and\s+(?:the\s+)?(?:(?:(?:United|Federal|Islamic|People[’']s)\s+)?"
    r"(?:Kingdom|Republic|State|Government|government)\s+of\s+(?:the\s+)?)?"
)
_OBJECT = re.compile(
    r"\b(?:on|with|against|to|towards?|in|into|at|outside)\s+(?:the\s+)?(?:Republic\s+of\s+)?$", re.IGNORECASE
)
_STOP = re.compile(r"[.!?;][\"”’)]*\s")
_BESIDE = re.compile(r",?\s+(?:and|with)\s+(?:(?:his|her|the)\s+)?")


def _speaking(people: tuple[Person, ...], text: str, found: tuple[Name, ...]) -> tuple[Person, ...]:
    """People with the code of the side their sentence begins with: "Bogotá answered: Energy Minister A said"."""
    sides = [n for n in found if n.acts and n.kind in ("country", "capital", "coalition") and not _is_object(text, n)]

    def side(person: Person) -> str | None:
        begins = max((m.end() for m in _STOP.finditer(text, 0, person.start)), default=0)
        return next((n.codes[0] for n in sides if begins <= n.start and n.end <= person.start), None)

    return tuple(replace(p, code=p.code or side(p)) for p in people)


def _paired(people: tuple[Person, ...], text: str, parties: tuple[str, ...]) -> Iterator[Person]:
    """People with the code of the other party where they stand beside one: "India's minister A and Minister B"."""
    for person in people:
        gaps = ((p, text[min(p.end, person.end) : max(p.start, person.start)]) for p in people if p.code in parties)
        near = [p.code for p, gap in gaps if _BESIDE.fullmatch(gap)]
        other = [c for c in parties if near and c != near[0]]
        yield replace(person, code=other[0]) if person.code is None and len(other) == 1 else person


def _plain(text: str) -> str:
    """The text with "on Friday (January 16, 2026)" left blank and "is to" made "will": as long, and far better parsed.

    A time between subject and verb is what most often leads the parser astray, and times have a grammar of their own.
    """
    text = _SHOUTED.sub(lambda m: m.group().title(), text)
    text = _MARKS.sub(lambda m: " " * len(m.group()), text)
    for dated in find_dates(text, date(2000, 1, 1)):
        on = re.search(
            r"(?<=\w )on (?:the )?$|(?<=, )on (?:the )?$|^On (?:the )?$", text[max(0, dated.start - 7) : dated.start]
        )
        if dated.day and on:
            start = dated.start - len(on.group())
            text = text[:start] + " " * (dated.end - start) + text[dated.end :]
    text = _ASIDE.sub(lambda m: " " * len(m.group()), text)
    text = _IS_TO.sub(lambda m: "will".ljust(len(m.group())), text)
    text = _WAS_TO.sub(lambda m: "would".ljust(len(m.group())), text)
    text = _PUT_OFF.sub(lambda m: m[1] + "suspend".ljust(len(m[0]) - len(m[1])), text)
    for phrase, word in _IDIOMS:
        text = phrase.sub(lambda m, word=word: word.ljust(len(m.group()))[: len(m.group())], text)  # type: ignore[misc]
    # the parser learnt American spelling: it takes "to harmonise" for a noun
    return _BRITISH.sub(r"\1iz\2", text)


def _surnames(people: Iterable[Person], home: tuple[str, ...]) -> Mapping[str, str]:
    """Name -> code, by full name and by last word, where a report gives one code for it.

    A title without a country is the report's own country's: its outlet need not say whose minister it is.
    """
    seen: dict[str, set[str]] = {}
    for person in people:
        if person.code or home:
            parts = person.name.split()
            for key in {person.name, parts[-1], *([parts[0]] if len(parts) == 2 else [])}:
                if len(key) > 2:
                    seen.setdefault(key, set()).add(person.code or "")
    sure = {k: v - {""} or set(home[:1]) for k, v in seen.items()}
    return MappingProxyType({k: next(iter(v)) for k, v in sure.items() if len(v) == 1})


def _with_people(text: str, found: tuple[Name, ...], known: Mapping[str, str]) -> tuple[Name, ...]:
    """The names of a text with its known people; a country inside a person's name stays, another name gives way."""
    if not known:
        return found
    pattern = re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, known), key=len, reverse=True)) + r")\b")
    people = [Name(m.start(), m.end(), (known[m.group()],), "person") for m in pattern.finditer(text)]

    def meets(name: Name, others: Iterable[Name]) -> bool:
        return any(name.start < o.end and o.start < name.end for o in others)

    apart = [n for n in found if n.kind in ("country", "demonym") or not meets(n, people)]
    return tuple(sorted([*apart, *(p for p in people if not meets(p, apart))], key=lambda n: n.start))


def _home(
    title: tuple[str, tuple[Name, ...]], opening: tuple[str, tuple[Name, ...]], found: list[tuple[Name, ...]]
) -> tuple[str, ...]:
    """The country or coalition a report is chiefly about: the first in its headline or opening lines, else the most
    named."""
    counts = Counter(n.codes for names in found for n in names if n.acts)
    most = sorted(counts, key=lambda c: (-counts[c], c))
    first = [n.codes for n in (*title[1], *opening[1]) if n.acts]
    doing = [n.codes for text, names in (title, opening) for n in names if n.acts and not _is_object(text, n)]
    return next((codes for codes in (*doing[:1], *first, *most)), ())


def _is_object(text: str, name: Name) -> bool:
    """Whether something is done to it, or in it: "tariffs on Chinese goods", "talks with Iran", "Ukraine: Tariffs"."""
    if _TOPIC.match(text, name.end) and text[: name.start].endswith("\n"):
        return True
    return _OBJECT.search(text[max(0, name.start - 30) : name.start]) is not None


def subject_of(verb: Token) -> Token | None:
    """The subject of a verb: its own, or that of the verb it is joined to, or the noun it describes."""
    for token in (verb, *verb.ancestors):
        own = next((c for c in token.children if c.dep_ in ("nsubj", "nsubjpass", "csubj")), None)
        if own is not None and not (own.lower_ in ("which", "who", "that") and token.dep_ == "relcl"):
            return own
        if token.dep_ in ("acl", "relcl"):
            return token.head if token.head.pos_ in ("NOUN", "PROPN", "PRON") else None
        if token.dep_ not in ("conj", "xcomp", "advcl", "pcomp", "ccomp", "prep", "dep", "parataxis"):
            return None
    return None


def agent_of(verb: Token) -> Token | None:
    """The noun after "by" of a passive verb; "by May" of one that has a subject is a time."""
    if any(c.dep_ == "nsubj" for c in verb.children):
        return None
    loose = verb.tag_ == "VBN" and not any(c.lower_ in _HAVING for c in verb.children)
    by = next(
        (c for c in verb.children if c.dep_ == "agent" or (loose and c.dep_ == "prep" and c.lower_ == "by")), None
    )
    return next((c for c in by.children if c.dep_ == "pobj"), None) if by is not None else None


def who(scene: Scene, passage: Passage, token: Token | None) -> tuple[str, ...]:
    """The codes a noun phrase stands for; empty where it is no actor."""
    if token is None:
        return ()
    codes: list[str] = []
    for head in (token, *token.conjuncts):
        codes += _codes(scene, passage, head)
    return tuple(dict.fromkeys(codes))


def _codes(scene: Scene, passage: Passage, head: Token) -> tuple[str, ...]:
    near = passage.named(head.left_edge.idx, head.idx + len(head))
    acting = head.pos_ != "NOUN" or _lemma(head) not in scene.words["parties.things"]
    for child in head.children if acting else ():
        if child.dep_ == "appos" or (child.dep_ == "prep" and child.lower_ in ("of", "from", "between")):
            # "Bangladesh, the biggest buyer of Indian onions"
            last = child if child.dep_ == "appos" and near else child.right_edge
            near += passage.named(child.left_edge.idx, last.idx + len(last))
    if not near and _lemma(head) in scene.words["parties.home"]:
        # "the cabinet in Windhoek"
        seats = (c for c in head.children if c.dep_ == "prep" and c.lower_ == "in")
        near = tuple(n for c in seats for n in passage.named(c.idx, c.right_edge.idx + len(c.right_edge), "capital"))
    if near:
        return tuple(dict.fromkeys(c for n in _joined(passage, near) for c in n.codes))
    lemma, words = _lemma(head), scene.words
    if scene.parties and (_shared(scene, head) or _of_both(scene, head)):
        return scene.parties
    if lemma == "official" and scene.home and all(c.dep_ != "poss" for c in head.children):
        return previous_names(passage, head) or scene.home
    if head.lower_ == "ours":
        return scene.home
    if head.lower_ in ("they", "we", "both", "two", "each") or (lemma in words["parties.both"] and _plural(head)):
        meant = _counted(scene, passage, head) or scene.parties or _only_two(passage, head)
        return meant or (previous_subject(scene, passage, head) if head.pos_ == "PRON" else ())
    if head.lower_ in ("it", "he", "she"):
        return _told_by(scene, passage, head) or previous_subject(scene, passage, head)
    if lemma in words["parties.gatherings"]:
        return scene.parties
    if (own := scene.words.maps["parties.own"].get(head.text)) and _is_named(scene, own):
        return (own,)
    return (previous_names(passage, head) or scene.home) if lemma in words["parties.home"] else ()


def _joined(passage: Passage, near: tuple[Name, ...]) -> tuple[Name, ...]:
    """Names with those that "and" ties to them: the parser often loses a country of "Ghana and the Netherlands"."""
    names = [n for n in passage.names if n.acts]
    kept = [n in near for n in names]
    for i in (*range(1, len(names)), *range(len(names) - 1, 0, -1)):
        if kept[i - 1] != kept[i] and _AND.fullmatch(passage.text[names[i - 1].end : names[i].start]):
            kept[i - 1] = kept[i] = True
    return tuple(n for n, keep in zip(names, kept, strict=True) if keep) or near


def _shared(scene: Scene, head: Token) -> bool:
    """ "The joint committee", "the two ministries", "neither country"."""
    words = scene.words
    of_one = _lemma(head) in words["parties.home"] | words["parties.both"] | words["mechanism.bodies"]
    return of_one and any(c.lower_ in words["parties.shared"] for c in head.children)


def _of_both(scene: Scene, head: Token) -> bool:
    """ "Regulators of the two countries"."""
    of = (c for c in head.children if c.dep_ == "prep" and c.lower_ in ("of", "from", "between"))
    things = (t for prep in of for t in prep.children if t.dep_ == "pobj")
    return any(_lemma(t) in scene.words["parties.both"] and _plural(t) and _shared(scene, t) for t in things)


def _is_named(scene: Scene, code: str) -> bool:
    return code in scene.home or any(code in n.codes for p in scene.passages for n in p.names)


def _counted(scene: Scene, passage: Passage, head: Token) -> tuple[str, ...]:
    """ "The four countries": the members of the coalition named before that has so many."""
    number = next((_COUNT.get(c.lower_) for c in head.children if c.dep_ == "nummod"), None)
    if number is None or number == len(scene.parties):
        return ()
    named = [
        c
        for p in scene.passages
        for n in p.names
        if n.kind == "coalition" and p.offset + n.start < passage.offset + head.idx
        for c in n.codes
    ]
    fitting = [c for c in named if len(scene.members.get(c, ())) == number]
    if fitting:
        return scene.members[fitting[-1]]
    groups = [n.codes for p in scene.passages for n in p.names if n.kind == "coalition" and len(n.codes) > 1]
    sets = [tuple(dict.fromkeys((*one, *other))) for one in groups for other in ((), scene.home, ("EU",))]
    return next((s for s in sets if len(s) == number), ())


def _only_two(passage: Passage, head: Token) -> tuple[str, ...]:
    """ "The two", "each": the two whom the nearest sentences before name, where they name no third."""
    starts = [s.start_char for s in passage.doc.sents if s.start <= head.i] if head.lower_ in _TWO else []
    before = ({c for n in passage.named(start, head.idx) for c in n.codes} for start in reversed(starts))
    several = next((codes for codes in before if len(codes) > 1), set())
    return tuple(sorted(several)) if len(several) == 2 else ()


def _lemma(head: Token) -> str:
    """The lemma, where the parser takes "the Participants" for a name too."""
    lemma = str(head.lemma_).lower()
    if head.tag_ != "NNPS":
        return lemma
    return lemma[:-3] + "y" if lemma.endswith("ies") else lemma.removesuffix("s")


def _plural(head: Token) -> bool:
    several = head.tag_ in ("NNS", "NNPS") or head.lower_ in ("trio", "duo", "pair", "grouping")
    return several or any(c.lower_ in ("each", "both", "either") for c in head.children)


def _told_by(scene: Scene, passage: Passage, pronoun: Token) -> tuple[str, ...]:
    """Whom "it" means in "the confirmation by China that it will remove the duties"."""
    clause = pronoun.head
    if clause.dep_ not in ("acl", "ccomp", "relcl") or clause.head.pos_ not in ("NOUN", "PROPN"):
        return ()
    noun = clause.head
    return tuple(c for n in passage.named(noun.left_edge.idx, pronoun.idx) for c in n.codes)[-1:]


def previous_subject(scene: Scene, passage: Passage, token: Token) -> tuple[str, ...]:
    """Whom a pronoun means: the subject of its own sentence's main verb, else of an earlier sentence of the passage;
    nobody where that is a thing ("The line ... It will carry")."""
    sentences = [s for s in passage.doc.sents if s.start <= token.i]
    for sentence in reversed(sentences):
        for candidate in sentence:
            plain = candidate.dep_ in ("nsubj", "nsubjpass") and candidate.pos_ != "PRON"
            if plain and token.lower_ == "it" and _lemma(candidate) in scene.words["parties.things"]:
                return ()
            if plain and candidate.i < token.i and (codes := _codes(scene, passage, candidate)):
                return codes
    return scene.home


def previous_names(passage: Passage, token: Token) -> tuple[str, ...]:
    """The last country named before a noun like "the ministry" in its sentence."""
    before = [
        n
        for n in passage.named(token.sent.start_char, token.idx)
        if n.kind in ("country", "capital", "demonym", "coalition")
    ]
    return before[-1].codes if before else ()
