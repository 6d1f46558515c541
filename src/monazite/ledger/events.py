"""Parsed sentences -> facts of a report's meeting: place, date, round, participants, and visits around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from monazite.ledger.actors import Person
from monazite.ledger.dates import Dated, ordinal, weekday_name
from monazite.ledger.drafts import Fact
from monazite.ledger.scene import Passage, Scene, evidence

if TYPE_CHECKING:
    from spacy.tokens import Span

__all__ = ["facts"]

_MEETING = (
    r"(?:dialogue|dialog|summit|meeting|talks|round|conference|forum|consultations?|session|ministerial|negotiations?)"
)
_HELD = re.compile(rf"\b(?:{_MEETING}|held|hosted|met|convened|gathered|took place|signed|concluded)\b", re.IGNORECASE)
_ROUND = re.compile(
    r"(?:\b(?P<n>\d{1,3}(?:st|nd|rd|th))|(?:\bthe|\bits|\btheir|['’]s)\s+"
    r"(?P<word>first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth))"
    rf"\s+(?P<name>(?:(?!and\b|or\b)[\w–’-]+\s+){{0,6}}?{_MEETING})\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:last (?:year|month|week)|earlier|previous(?:ly)?|sidelines|prior to|in \d{4}|follow(?:s|ed|ing) (?:a|an) "
    r"|back in|ahead of|anniversary|next (?:year|round|meeting|month|summit))\b",
    re.IGNORECASE,
)
_VISIT = re.compile(r"\b(?:visit|visiting|visited|trip|tour)\b", re.IGNORECASE)
_FUTURE = re.compile(r"\b(?:will|would|to be held|is (?:planned|scheduled|set|due|expected)|next)\b", re.IGNORECASE)
_ACTED = re.compile(
    r"\b(?:announc|agree|sign|launch|met|meet|held|hold|step|pledg|conclud|decid|unveil|issu|adopt|gather|convene|open|host|talks|wrapp|kick|said|vow|commit|establish|elevat|strik|struck|reach)\w*",
    re.IGNORECASE,
)


def facts(scene: Scene) -> Iterator[Fact]:
    """The facts of a report's meeting, with the sentence that tells each; a report of no meeting has none."""
    if len(scene.parties) < 2 or not any(
        re.search(_MEETING, p.text, re.IGNORECASE) or re.search(r"\b(?:met|visit)\b", p.text)
        for p in scene.passages[:4]
    ):
        return
    found = list(_all(scene))
    placed = any(f.fact == "place" and f.value.get("city") for f in found)
    dated = False
    for fact in found:
        # the country of a visit says where the meeting was only where nothing says it better
        if fact.fact == "place" and placed and not fact.value.get("city"):
            continue
        if fact.fact == "date":
            if dated:
                continue
            dated = True
        yield fact


def _all(scene: Scene) -> Iterator[Fact]:
    about = frozenset(scene.parties)
    for passage in scene.passages:
        for sentence in passage.doc.sents:
            for name, value, mismatch in (
                *_place(scene, passage, sentence),
                *_round(scene, sentence),
                *_date(passage, sentence),
                *_visit(scene, passage, sentence),
                *_participants(scene, passage, sentence),
            ):
                text = sentence.text
                start = sentence.start_char + len(text) - len(text.lstrip())
                quote = evidence(scene, passage, start, sentence.start_char + len(text.rstrip()))
                fact, _, sort = name.partition(" of ")
                yield Fact(quote, fact, value, about | ({sort} - {""}), mismatch)


_Found = tuple[str, Any, str | None]


def _place(scene: Scene, passage: Passage, sentence: Span) -> Iterator[_Found]:
    for token in sentence:
        if token.lower_ != "in" or token.dep_ != "prep":
            continue
        thing = next((c for c in token.children if c.dep_ == "pobj"), None)
        if thing is None or thing.pos_ != "PROPN":
            continue
        before = passage.text[max(sentence.start_char, token.idx - 70) : token.idx]
        after = passage.text[thing.idx + len(thing) : min(sentence.end_char, thing.idx + len(thing) + 18)]
        held = re.search(
            rf"(?:{_MEETING}|held|hosted|met|took place|taking place|convened|gathered|gathering|talks)"
            r"(?:\s+(?:here|today|on\s+\w+(?:\s*\([^)]*\))?|last\s+\w+day))?\s*,?\s*$",
            before,
            re.IGNORECASE,
        )
        if (
            held is None
            or _OTHER.search(passage.text[sentence.start_char : token.idx])
            or _OTHER.match(after.strip())
            or _FUTURE.search(before)
        ):
            continue
        city = passage.doc[thing.left_edge.i : thing.i + 1].text
        names = passage.named(thing.left_edge.idx, thing.idx + len(thing))
        near = passage.named(thing.idx, min(sentence.end_char, thing.idx + len(thing) + 30))
        if passage.dated(thing.left_edge.idx, thing.idx + len(thing)):
            continue
        if names and names[0].kind == "country":
            yield "place", {"city": None, "iso3": names[0].codes[0]}, None
        elif names and names[0].kind == "capital":
            yield "place", {"city": city, "iso3": names[0].codes[0]}, None
        elif not names and city[:1].isupper() and len(city) < 40:
            country = next((n.codes[0] for n in near if n.kind == "country"), None)
            yield "place", {"city": city, "iso3": country}, None
    where = _visited(passage, sentence)
    if (
        where
        and re.search(
            rf"during (?:which|the visit|his visit|her visit)|held .*{_MEETING}",
            sentence.text,
            re.IGNORECASE | re.DOTALL,
        )
        and not _OTHER.search(sentence.text)
    ):
        yield "place", {"city": None, "iso3": where}, None


def _visited(passage: Passage, sentence: Span) -> str | None:
    """The country visited: "visit to India", "his India visit"."""
    for visit in _VISIT.finditer(sentence.text):
        start, end = sentence.start_char + visit.start(), sentence.start_char + visit.end()
        for name in passage.named(sentence.start_char, sentence.end_char):
            if name.kind in ("country", "capital", "demonym") and (
                re.fullmatch(r"\s+(?:to\s+)?(?:the\s+)?", passage.text[end : name.start])
                or passage.text[name.end : start] == " "
            ):
                return name.codes[0]
    return None


def _round(scene: Scene, sentence: Span) -> Iterator[_Found]:
    for match in _ROUND.finditer(sentence.text):
        around = sentence.text[max(0, match.start() - 40) : match.end() + 45]
        if not _OTHER.search(around) and not _FUTURE.search(sentence.text[max(0, match.start() - 30) :]):
            yield f"round of {_kind(scene, match['name'])}", ordinal(match["n"] or match["word"]), None


def _kind(scene: Scene, title: str) -> str:
    """What sort of meeting is numbered: two sorts between the same parties are counted apart."""
    words = set(re.findall(r"[a-z]+", title.lower())) - scene.words["stop.words"]
    names = (p.text[n.start : n.end] for p in scene.passages for n in p.names if n.kind != "mineral")
    return " ".join(sorted(words - {w.lower() for name in names for w in name.split()}))


def _date(passage: Passage, sentence: Span) -> Iterator[_Found]:
    text = passage.text
    for dated in passage.dated(sentence.start_char, sentence.end_char):
        if not (dated.day or dated.weekday) or re.match(
            r"next|coming|tomorrow|yesterday", dated.window.text, re.IGNORECASE
        ):
            continue
        before = text[max(sentence.start_char, dated.start - 60) : dated.start]
        if (
            re.search(
                r"\b(?:visit|trip|tour|arriv\w*|effect|force|deadline|until|by|effective|from|since|before)\b", before
            )
            or _OTHER.search(before)
            or _FUTURE.search(before)
        ):
            continue
        if _ACTED.search(sentence.text):
            yield "date", _day_value(dated), _mismatch(dated)


def _day_value(dated: Dated) -> dict[str, str | None]:
    """The day as told; `resolved` where only the report's date, or another report's, gives it."""
    stated = bool(re.search(r"\d", dated.window.text))
    day = dated.day.isoformat() if dated.day else None
    return {"weekday": dated.weekday, "date": day if stated else None, "resolved": day}


def _mismatch(dated: Dated) -> str | None:
    if not dated.mismatch or dated.day is None:
        return None
    return f"{dated.day.isoformat()} is a {weekday_name(dated.day)}, not a {dated.weekday}"


def _visit(scene: Scene, passage: Passage, sentence: Span) -> Iterator[_Found]:
    where = _visited(passage, sentence)
    if where is None or _OTHER.search(sentence.text):
        return
    visit = _VISIT.search(sentence.text)
    people = [n for n in passage.named(sentence.start_char, sentence.end_char) if n.kind == "person"]
    who = next((passage.text[n.start : n.end] for n in people if where not in n.codes), None)
    for dated in passage.dated(sentence.start_char, sentence.end_char):
        window, start = dated.window, dated.start - sentence.start_char
        if (
            visit is None
            or start < visit.start()
            or start - visit.end() > 60
            or window.start is None
            or window.end is None
        ):
            continue
        if window.start != window.end:
            if (window.end - window.start).days <= 30:
                yield "visit_period", _visit_value(who, where, window.start, window.end), _mismatch(dated)
            return
        lead = sentence.text[: visit.start()].lower()
        if re.search(r"\b(?:conclud|end|wrap|complet|finish)\w*", lead):
            yield "visit_period", _visit_value(who, where, None, window.end), _mismatch(dated)
        elif re.search(r"\b(?:arriv|begin|began|start|kick|embark|open)\w*", lead):
            yield "visit_period", _visit_value(who, where, window.start, None), _mismatch(dated)
        return


def _visit_value(who: str | None, where: str, first: date | None, last: date | None) -> dict[str, str | None]:
    return {
        "who": who,
        "where": where,
        "from": first.isoformat() if first else None,
        "to": last.isoformat() if last else None,
    }


def _coded(passage: Passage, person: Person) -> Person:
    """A person with the country that other sentences of the report give."""
    known = passage.named(person.start, person.end, "person")
    return person if person.code or not known else replace(person, code=known[-1].codes[0])


def _participants(scene: Scene, passage: Passage, sentence: Span) -> Iterator[_Found]:
    inside = (p for p in passage.people if sentence.start_char <= p.start < sentence.end_char)
    people = sorted((p for p in (_coded(passage, q) for q in inside) if p.code), key=lambda p: p.start)
    group = people[:1]
    for person in people[1:]:
        gap = passage.text[group[-1].end : person.start]
        if len(gap) > 60 or not re.search(r"\b(?:and|with|between)\b|,", gap):
            break
        group.append(person)
    spoken = [p for p in group if not re.search(r"spokes", p.role, re.IGNORECASE)]
    if len({p.code for p in spoken}) < 2 or _OTHER.search(passage.text[sentence.start_char : spoken[0].start]):
        return
    yield "participants", [{"name": p.name, "role": p.role, "iso3": p.code} for p in spoken], None
