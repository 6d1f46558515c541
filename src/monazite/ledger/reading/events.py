"""Parsed sentences -> facts of a report's meeting: place, date, round, participants, and visits around it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from monazite.ledger.drafts import Fact, Slip
from monazite.ledger.reading.actors import Person
from monazite.ledger.reading.clauses import kid, quote
from monazite.ledger.reading.dates import Dated, find_dates, ordinal, weekday_name
from monazite.ledger.reading.scene import Passage, Scene, evidence
from monazite.ledger.reading.text import blocks
from monazite.ledger.values import Evidence

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["facts", "slips"]

_MEETING = (
    r"(?:dialogue|dialog|summit|meeting|talks|round|conference|forum|consultations?|session|ministerial|negotiations?"
    r"|retreat)"
)
_MET = re.compile(rf"(?i:{_MEETING})|\b(?:met|visit|visited|signed|pen to paper|received|hosted)\b")
_MEETS = frozenset(
    {
        "meet",
        "agree",
        "receive",
        "host",
        "hold",
        "convene",
        "gather",
        "sit",
        "sign",
        "welcome",
        "conclude",
        "chair",
        "attend",
        "wrap",
    }
)
_HELD_IN = re.compile(
    rf"(?:{_MEETING}|held|hosted|met|took place|taking place|convened|gathered|gathering|talks)"
    r"(?:\s+(?:here|today|on\s+\w+(?:\s*\([^)]*\))?|last\s+\w+day))?\s*,?\s*$",
    re.IGNORECASE,
)
_DURING = re.compile(rf"during (?:which|the visit|his visit|her visit)|held .*{_MEETING}", re.IGNORECASE | re.DOTALL)
_NTH = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
_ROUND = re.compile(
    rf"(?:\b(?P<n>\d{{1,3}}(?:st|nd|rd|th))|(?:\bthe|\bits|\btheir|['’]s)\s+(?P<word>{_NTH})|^(?P<title>{_NTH}))"
    rf"\s+(?P<name>(?:(?!and\b|or\b)[\w–’'+/-]+\s+){{0,6}}?(?:{_MEETING}|(?:joint|binational|mixed)\s+commission))\b",
    re.IGNORECASE | re.MULTILINE,
)
_CAME = re.compile(
    rf"\b(?:flew|flown|travell?ed|came|gone|went) to (?P<city>[A-Z][\w-]+(?: [A-Z][\w-]+)*) for (?:an? |the )?"
    rf"(?:\w+ )?(?:{_MEETING}|ceremony|signing)\b"
)
_OF_ITS_KIND = re.compile(
    rf"(?P<name>(?:[A-Z][\w–’'+/-]+\s+){{0,5}}(?i:{_MEETING})),?\s+(?:which (?:is|was)\s+)?"
    rf"the\s+(?P<n>{_NTH}|\d+(?:st|nd|rd|th))\s+of\s+its\s+kind"
)
_OCCASION = re.compile(rf"{_MEETING}|ceremony|signing|exchange", re.IGNORECASE)
# words of regions, which name the parties and not the sort of meeting
_REGIONS = frozenset(
    {"central", "asia", "asian", "africa", "african", "europe", "european", "union", "latin", "america", "american"}
    | {"gulf", "arab", "pacific", "islands", "caribbean", "nordic", "baltic", "balkans", "caspian", "indo", "five"}
)
_RARE = re.compile(
    r"\s+(?:of (?:its|this) kind|ever|(?:in|since|for)\s+(?:\w+\s+){0,2}(?:years?|decades?|months|\d{4}))"
)
_OTHER = re.compile(
    r"\b(?:last (?:year|month|week)|earlier|previous(?:ly)?|sidelines|prior to|in \d{4}|follow(?:s|ed|ing) (?:a|an) "
    r"|back in|ahead of|anniversary|next (?:year|round|meeting|month|summit))\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"\s+(?:in|before|since)\s+[A-Z0-9]")  # "an agreement signed in Canberra in May"
_VISIT = re.compile(r"\b(?:visit|visiting|visited|trip|tour|(?:was|were|is|are|be|stays?|stayed) in)\b", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?:until|till|through)\s+$")
_VISIT_ENDS = re.compile(r"\b(?:conclud|end|wrap|complet|finish)\w*")
_VISIT_BEGINS = re.compile(r"\b(?:arriv|begin|began|start|kick|embark|open)\w*")
_LEAVES = re.compile(r"\b(?:leaves?|will leave|leaving|departs?|will depart|departing|flies out of) $")
_FUTURE = re.compile(
    r"\b(?:will|would|to be (?:held|convened|hosted|signed)|agree\w* to (?:hold|host|convene)|"
    r"agree\w* on (?:holding|convening)|is (?:planned|scheduled|set|due|expected)|next)\b",
    re.IGNORECASE,
)
_NOT_TODAY = re.compile(r"next|coming|tomorrow", re.IGNORECASE)
_NOT_MET = re.compile(r"\b(?:visit|trip|tour|arriv\w*|effect|force|deadline|until|by|effective|from|since|before)\b")
_ACTED = re.compile(
    r"\b(?:announc|agree|sign|launch|met|meet|held|hold|step|pledg|conclud|decid|unveil|issu|adopt|gather|convene|open|host|talks|wrapp|kick|said|vow|commit"
    r"|establish|elevat|strik|struck|reach|pen to paper)\w*",
    re.IGNORECASE,
)
_Found = tuple[str, Any, str | None]
_Reader = Callable[[Scene, Passage, "Span"], Iterator[_Found]]


def facts(scene: Scene) -> Iterator[Fact]:
    """The facts of a report's meeting, with the sentence that tells each; a report of no meeting has none."""
    if len(scene.parties) < 2:
        return
    met = any(_MET.search(p.text) for p in scene.passages[:4])
    found = list(_all(scene, _READERS if met else (_visit,)))
    placed = any(f.fact == "place" and f.value["city"] for f in found)
    days = [f for f in found if f.fact == "date"]
    # the day on which they met rather than one on which somebody said so
    first = next((f for f in days if _MET.search(f.evidence.text)), next(iter(days), None))
    for fact in found:
        # the country of a visit says where the meeting was only where nothing says it better
        vague = fact.fact == "place" and placed and not fact.value["city"]
        if not vague and (fact.fact != "date" or fact is first):
            yield fact


def _all(scene: Scene, readers: tuple[_Reader, ...]) -> Iterator[Fact]:
    about = frozenset(scene.parties)
    if _round in readers:
        yield from _headed(scene, about)
    for passage in (p for p in scene.passages if not p.lead):
        for sentence in passage.doc.sents:
            for read in readers:
                for name, value, mismatch in read(scene, passage, sentence):
                    fact, _, sort = name.partition(" of ")
                    yield Fact(quote(scene, passage, sentence), fact, value, about | ({sort} - {""}), mismatch)


def _headed(scene: Scene, about: frozenset[str]) -> Iterator[Fact]:
    """The number of a meeting in a line above the text: "First European Union - Central Asia summit, Samarkand"."""
    above = scene.report.text[: scene.passages[0].offset] if scene.passages else ""
    for line in re.finditer(r"[^\n]+", above):
        for match in _ROUND.finditer(line.group()):
            if match["title"] and not _OTHER.search(line.group()) and not _FUTURE.search(line.group()):
                quoted = Evidence(scene.report.id, line.start(), line.end(), line.group())
                yield Fact(quoted, "round", ordinal(match["title"]), about | {_kind(scene, match["name"])})


def _place(scene: Scene, passage: Passage, sentence: Span) -> Iterator[_Found]:
    for token in sentence:
        if token.lower_ == "at" and (seat := _seat(scene, passage, token)) and _met_there(token):
            yield "place", seat, None
        thing = kid(token, "pobj") if token.lower_ == "in" and token.dep_ == "prep" else None
        if thing is not None and thing.lower_ == "capital" and _met_there(token):
            owners = passage.named(thing.left_edge.idx, thing.idx, "demonym", "country")
            yield from (("place", {"city": None, "iso3": o.codes[0]}, None) for o in owners[:1])
        if thing is None or thing.pos_ != "PROPN" or any(d.start <= thing.idx < d.end for d in passage.dates):
            continue
        before = passage.text[sentence.start_char : token.idx]
        after = passage.text[thing.idx + len(thing) : min(sentence.end_char, thing.idx + len(thing) + 18)]
        held = _HELD_IN.search(before[-70:]) or _met_there(token)
        if not held or _OTHER.search(before) or _OTHER.match(after.strip()) or thing.lower_ in _REGIONS:
            continue
        if token.head.dep_ == "acl" and _BEFORE.match(after):
            continue
        value = _city(passage, thing) if not _FUTURE.search(before[-70:]) else None
        if value is not None:
            yield "place", value, None
    for came in _CAME.finditer(passage.text, sentence.start_char, sentence.end_char):
        city = passage.doc.char_span(came.start("city"), came.end("city"))
        if city is not None and (value := _city(passage, city.root)):
            yield "place", value, None
    where = _visited(passage, sentence)
    if where and _DURING.search(sentence.text) and not _OTHER.search(sentence.text):
        yield "place", {"city": None, "iso3": where}, None


def _seat(scene: Scene, passage: Passage, at: Token) -> dict[str, str | None] | None:
    """The city of "at the White House"."""
    behind = passage.text[at.idx : at.sent.end_char]
    for seat, place in scene.words.maps["seats"].items():
        if re.match(rf"at (?:the )?{re.escape(seat)}\b", behind):
            city, _, iso3 = place.partition("|")
            return {"city": city, "iso3": iso3}
    return None


def _met_there(place: Token) -> bool:
    """Whether a phrase of place belongs to a verb of meeting: "received the prime minister in Seoul"."""
    for above in place.ancestors:
        if above.pos_ in ("VERB", "AUX"):
            if above.lemma_.lower() == "take" and (what := kid(above, "nsubj")) is not None:
                return above.tag_ == "VBD" and _OCCASION.search(what.text) is not None
            return above.lemma_.lower() in _MEETS and above.tag_ in ("VBD", "VBN")
    return False


def _city(passage: Passage, thing: Token) -> dict[str, str | None] | None:
    """The city, and its country where that is known or stands behind it."""
    city = passage.doc[thing.left_edge.i : thing.i + 1].text
    names = passage.named(thing.left_edge.idx, thing.idx + len(thing))
    if names:
        known = {"country": None, "capital": city}
        return {"city": known[names[0].kind], "iso3": names[0].codes[0]} if names[0].kind in known else None
    behind = passage.named(thing.idx, min(thing.sent.end_char, thing.idx + len(thing) + 30), "country")
    return {"city": city, "iso3": behind[0].codes[0] if behind else None} if city[:1].isupper() else None


def _visited(passage: Passage, sentence: Span) -> str | None:
    """The country visited: "visit to India", "his India visit"."""
    for visit in _VISIT.finditer(sentence.text):
        start, end = sentence.start_char + visit.start(), sentence.start_char + visit.end()
        for name in passage.named(sentence.start_char, sentence.end_char, "country", "capital", "demonym"):
            behind = re.fullmatch(r"\s+(?:to\s+)?(?:the\s+)?", passage.text[end : name.start])
            which = re.match(r",? which (?:he|she|they|[A-Z]\w+) visited\b", passage.text[name.end : name.end + 60])
            if behind or which or passage.text[name.end : start] == " ":
                return name.codes[0]
    return None


def _round(scene: Scene, passage: Passage, sentence: Span) -> Iterator[_Found]:
    for match in _ROUND.finditer(sentence.text):
        around = sentence.text[max(0, match.start() - 40) : match.end() + 45]
        rare = _RARE.match(sentence.text, match.end())  # "the first summit in twelve years" has no number
        number = ordinal(match["n"] or match["word"] or match["title"])
        if (
            not (rare and number == 1)
            and "years ago" not in sentence.text
            and not _OTHER.search(around)
            and not _FUTURE.search(sentence.text[max(0, match.start() - 30) :])
        ):
            yield f"round of {_kind(scene, match['name'])}", number, None
    kin = _OF_ITS_KIND.search(sentence.text)
    if kin:
        yield f"round of {_kind(scene, kin['name'])}", ordinal(kin["n"]), None


def _kind(scene: Scene, title: str) -> str:
    """What sort of meeting is numbered: two sorts between the same parties are counted apart."""
    words = set(re.findall(r"[a-z]+", title.lower())) - scene.words["stop.words"]
    names = (p.text[n.start : n.end] for p in scene.passages for n in p.names if n.kind != "mineral")
    return " ".join(sorted(words - _REGIONS - {w.lower() for name in names for w in name.split()}))


def _date(scene: Scene, passage: Passage, sentence: Span) -> Iterator[_Found]:
    for dated in passage.dated(sentence.start_char, sentence.end_char):
        before = passage.text[max(sentence.start_char, dated.start - 60) : dated.start]
        elsewhen = _NOT_TODAY.match(dated.window.text) or any(r.search(before) for r in (_NOT_MET, _OTHER, _FUTURE))
        if sentence.root.tag_ in ("VBZ", "VBP") and _bare_before(scene, dated):
            continue  # "leaves on Saturday": the one to come
        if (dated.day or dated.weekday) and not elsewhen and _ACTED.search(sentence.text):
            # `resolved` where only the report's date, or another report's, gives the day
            day = dated.day.isoformat() if dated.day else None
            stated = day if re.search(r"\d", dated.window.text) else None
            yield "date", {"weekday": dated.weekday, "date": stated, "resolved": day}, _mismatch(dated)


def _bare_before(scene: Scene, dated: Dated) -> bool:
    """Whether a time is a weekday without more, which was taken for the last one."""
    return dated.weekday == dated.window.text and bool(dated.day and scene.anchor and dated.day < scene.anchor)


def _mismatch(dated: Dated) -> str | None:
    if not dated.mismatch or dated.day is None:
        return None
    return f"{dated.day.isoformat()} is a {weekday_name(dated.day)}, not a {dated.weekday}"


def slips(scene: Scene) -> Iterator[Slip]:
    """Dates that do not fall on the weekday they are given, anywhere in a report."""
    for passage in scene.passages:
        for dated in (d for d in passage.dates if d.start >= passage.lead):
            yield from _slip(dated, evidence(scene, passage, dated.start, dated.end))
    report, day = scene.report, scene.anchor
    for block in (b for b in blocks(report.text, scene.words) if b.kind == "dateline"):
        for dated in find_dates(report.text[block.start : block.end], day):
            # without a year it is held against the day that the report gives elsewhere
            if dated.explicit or (day and dated.day and abs(dated.day - day) < timedelta(4)):
                start, end = block.start + dated.start, block.start + dated.end
                yield from _slip(dated, Evidence(report.id, start, end, report.text[start:end]))


def _slip(dated: Dated, quoted: Evidence) -> Iterator[Slip]:
    wrong = _mismatch(dated)
    if wrong is None or dated.day is None:
        return
    # a digit mistyped: ten or one too many or too few
    near = (dated.day + timedelta(d) for d in (-10, 10, -1, 1, -20, 20))
    fits = next((d for d in near if weekday_name(d) == dated.weekday), None)
    hint = f"; {fits.isoformat()} is a {dated.weekday}" if fits else ""
    yield Slip(quoted, f"{dated.window.text!r}: {wrong}{hint}.", fits)


def _visit(scene: Scene, passage: Passage, sentence: Span) -> Iterator[_Found]:
    yield from _departure(scene, passage, sentence)
    where, visit = _visited(passage, sentence), _VISIT.search(sentence.text)
    if where is None or visit is None or _OTHER.search(sentence.text):
        return
    named = [n for n in passage.named(0, sentence.end_char, "person") if where not in n.codes]
    told_again = any(t.lower_ in ("he", "she") and t.dep_ == "nsubj" for t in sentence)
    inside = [n for n in named if n.start >= sentence.start_char] or (named[-1:] if told_again else [])
    who = passage.text[inside[0].start : inside[0].end] if inside else None
    lead, at = sentence.text[: visit.start()].lower(), sentence.start_char + visit.end()
    for dated in passage.dated(at, sentence.end_char):
        first, last = dated.window.start, dated.window.end
        if first is None or last is None or dated.start - at > 60:
            continue
        if first == last and (_VISIT_ENDS.search(lead) or _UNTIL.search(passage.text[: dated.start])):
            first = None
        elif first == last and _VISIT_BEGINS.search(lead):
            last = None
        elif first == last or (last - first).days > 30:
            return
        days = {"from": first.isoformat() if first else None, "to": last.isoformat() if last else None}
        yield "visit_period", {"who": who, "where": where, **days}, _mismatch(dated)
        return


def _departure(scene: Scene, passage: Passage, sentence: Span) -> Iterator[_Found]:
    """The last day of a visit: "leaves Chile on Saturday", the one to come."""
    people = [n for n in passage.named(0, sentence.end_char, "person") if n.end <= sentence.end_char]
    for name in passage.named(sentence.start_char, sentence.end_char, "country", "capital"):
        left = _LEAVES.search(passage.text[sentence.start_char : name.start])
        on = next((d for d in passage.dated(name.end, min(name.end + 16, sentence.end_char)) if d.day), None)
        guests = [n for n in people if name.codes[0] not in n.codes]
        if left and on is not None and on.day is not None and guests:
            who = passage.text[guests[-1].start : guests[-1].end]
            to = on.day + timedelta(7 * _bare_before(scene, on))
            days = {"from": None, "to": to.isoformat()}
            yield "visit_period", {"who": who, "where": name.codes[0], **days}, _mismatch(on)


def _coded(passage: Passage, person: Person) -> Person:
    """A person with the country that other sentences of the report give."""
    known = passage.named(person.start, person.end, "person")
    return person if person.code or not known else replace(person, code=known[-1].codes[0])


def _participants(scene: Scene, passage: Passage, sentence: Span) -> Iterator[_Found]:
    inside = (_coded(passage, p) for p in passage.people if sentence.start_char <= p.start < sentence.end_char)
    people = sorted((p for p in inside if p.code), key=lambda p: p.start)
    group = people[:1]
    for person in people[1:]:
        gap = passage.text[group[-1].end : person.start]
        if len(gap) > 60 or not re.search(r"\b(?:and|with|between)\b|,", gap):
            break
        group.append(person)
    met = [p for p in group if "spokes" not in p.role.lower()]
    if len({p.code for p in met}) > 1 and not _OTHER.search(passage.text[sentence.start_char : met[0].start]):
        yield "participants", [{"name": p.name, "role": p.role, "iso3": p.code} for p in met], None


_READERS: tuple[_Reader, ...] = (
    _place,
    _round,
    _date,
    _visit,
    _participants,
)
