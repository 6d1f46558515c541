"""What a larger model proposes -> what its report supports, as drafts beside the reader's own; the rest is counted.

Nothing passes on the model's word. A quotation has to stand in a body paragraph of the report and is widened to whole
sentences, so that none is cut out of its denial. Each field has to be borne out by those sentences: an actor named or
meant there, a time of theirs, goods and objects in their words, a status by a word for it. What the reader has read
itself stands as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Literal

import msgspec

from monazite.core.gazetteer import Gazetteer
from monazite.ledger.drafts import Pledge, Reading, Step
from monazite.ledger.reading.actors import Name, Names, find_names
from monazite.ledger.reading.clauses import amounts, squeeze
from monazite.ledger.reading.dates import deadline, find_dates
from monazite.ledger.reading.goods import hs_of, with_minerals
from monazite.ledger.reading.mechanisms import content_words, topics_of
from monazite.ledger.reading.text import blocks, stems
from monazite.ledger.values import Evidence, Window
from monazite.ledger.vocabulary import Vocabulary

__all__ = ["MEASURES", "SCHEMA", "STATUSES", "Admitted", "Proposal", "admitted"]

STATUSES = (
    "agreed", "planned", "launched", "will_do", "reaffirmed", "under_discussion", "delayed", "done", "dropped",
    "announced", "in_force", "ended", "denied",
)  # fmt: skip
_KINDS = ("ban", "quota", "licence", "restriction")
MEASURES = (*(f"{flow}_{kind}" for flow in ("export", "import") for kind in _KINDS), "export_tax", "import_tariff")
_MOST_CLAIMS, _LONGEST, _FEWEST_WORDS = 100, 1_200, 3

_LISTS = ("actors", "partners", "goods")
_WORDS = ("act", "object", "mechanism", "due", "announced", "effective", "ended")
_FIELDS = {
    "kind": {"type": "string", "enum": ["commitment", "measure"]},
    "quotation": {"type": "string"},
    "status": {"type": "string", "enum": list(STATUSES)},
    "measure": {"type": ["string", "null"], "enum": [*MEASURES, None]},
    **{name: {"type": "array", "items": {"type": "string"}} for name in _LISTS},
    **{name: {"type": ["string", "null"]} for name in _WORDS},
}
_CLAIM = {"type": "object", "properties": _FIELDS, "required": list(_FIELDS), "additionalProperties": False}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"claims": {"type": "array", "items": _CLAIM}},
    "required": ["claims"],
    "additionalProperties": False,
}
"""The JSON schema of an answer: `{"claims": [...]}`, each a `Proposal`."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A claim in a model's words. Of a measure, `actors` impose it and `partners` are whom it is aimed at."""

    kind: Literal["commitment", "measure"]
    quotation: str
    status: str
    actors: tuple[str, ...]
    partners: tuple[str, ...] = ()
    act: str | None = None
    object: str | None = None
    mechanism: str | None = None
    due: str | None = None
    measure: str | None = None
    goods: tuple[str, ...] = ()
    announced: str | None = None
    effective: str | None = None
    ended: str | None = None


@dataclass(frozen=True, slots=True)
class Admitted:
    """A reading with what was admitted to it: how many claims were proposed, the quotations of those kept, how many
    claims were dropped by reason, and how many fields of kept ones by name."""

    reading: Reading
    proposed: int
    kept: tuple[Evidence, ...]
    dropped: Mapping[str, int]
    fields: Mapping[str, int]


class _Dropped(Exception):
    """A claim the report does not support, by the reason it is counted under."""


@dataclass(frozen=True, slots=True)
class _Told:
    """The sentences a proposal quotes, and what stands in them; `lost` counts the fields they do not support."""

    reading: Reading
    evidence: Evidence
    passage: int
    names: tuple[Name, ...]
    meant: frozenset[str]
    forms: frozenset[str]
    lost: Counter[str]


def admitted(
    answer: Sequence[object], reading: Reading, names: Names, gazetteer: Gazetteer, words: Vocabulary
) -> Admitted:
    """What of a model's answer the report of a reading supports. Nothing a model says is an error here."""
    dropped, lost, kept = Counter[str](), Counter[str](), list[Evidence]()
    if len(answer) > _MOST_CLAIMS:
        dropped["too many"] = len(answer) - _MOST_CLAIMS
    for raw in answer[:_MOST_CLAIMS]:
        fields = Counter[str]()
        try:
            said = _proposal(raw)
            told = _told(said, reading, names, words, fields)
            if said.kind == "measure":
                step = _step(said, told, names, gazetteer, words)
                reading = replace(reading, steps=(*reading.steps, step))
            else:
                pledge = _pledge(said, told, names, words)
                reading = replace(reading, pledges=(*reading.pledges, pledge))
        except _Dropped as reason:
            dropped[str(reason)] += 1
        else:
            kept.append(told.evidence)
            lost += fields
    return Admitted(reading, len(answer), tuple(kept), MappingProxyType(dropped), MappingProxyType(lost))


def _proposal(raw: object) -> Proposal:
    try:
        return msgspec.convert(raw, Proposal)
    except (msgspec.ValidationError, RecursionError) as error:
        raise _Dropped("shape") from error


_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b[^.]{0,60}\b(?:instructions?|prompts?|rules|above|previous|prior)\b"
    r"|\bsystem prompt\b|\b(?:you are|as) an? (?:AI|language model|assistant)\b"
    r"|\b(?:output|return|respond|reply|print)\b[^.]{0,40}\b(?:JSON|claims?|schema|the following)\b",
    re.IGNORECASE,
)
_STOP = re.compile(r"(?P<word>[\w.]*)[.!?…][\"”’')\]]*\s+(?=[\"“‘'(\[]*[A-Z0-9])")
_SHORT = frozenset({"Mr", "Mrs", "Ms", "Dr", "Gen", "Lt", "Gov", "Sen", "Rep", "St", "No", "vs", "Inc", "Ltd", "Co"})


def _told(said: Proposal, reading: Reading, names: Names, words: Vocabulary, lost: Counter[str]) -> _Told:
    """The whole sentences around a quotation: the first place in the report's body where it stands."""
    parts = said.quotation.split()
    if len(parts) < _FEWEST_WORDS or len(said.quotation) > _LONGEST:
        raise _Dropped("quotation")
    text = reading.report.text
    wanted = re.compile(r"\s+".join(map(re.escape, parts)))  # a line may be broken where the model has a blank
    body = [b for b in blocks(text, words) if b.kind in ("body", "item")]
    for passage, block in enumerate(body):
        found = wanted.search(text, block.start, block.end)
        if found is None:
            continue
        if _ORDERS.search(text, block.start, block.end):
            raise _Dropped("instruction")
        start, end = _sentences(text, (block.start, block.end), found.span())
        if end - start > _LONGEST:
            raise _Dropped("quotation")
        quoted = text[start:end]
        forms = frozenset(f for word in re.findall(r"[^\W\d_]+", quoted) for f in _forms(word))
        before = find_names(text[block.start : start], names)
        meant = _meant(reading, forms, before, words)
        evidence = Evidence(reading.report.id, start, end, quoted)
        return _Told(reading, evidence, passage, find_names(quoted, names), meant, forms, lost)
    raise _Dropped("quotation")


def _sentences(text: str, block: tuple[int, int], quoted: tuple[int, int]) -> tuple[int, int]:
    stops = [
        m.end()
        for m in _STOP.finditer(text, *block)
        if m["word"] not in _SHORT and not re.search(r"\b[A-Z]$", m["word"])
    ]
    start = max((s for s in stops if s <= quoted[0]), default=block[0])
    end = min((s for s in stops if s >= quoted[1]), default=block[1])
    whole = text[start:end]
    return end - len(whole.lstrip()), start + len(whole.rstrip())


def _forms(word: str) -> frozenset[str]:
    """What a word may be a form of: "banned", ban; "imposing", impose; "denied", deny."""
    more = {re.sub(a, b, word.lower()) for a, b in ((r"ing$", "e"), (r"[a-z]ing$", ""), (r"ie[sd]$", "y"))}
    return stems(word) | more


def _meant(reading: Reading, forms: frozenset[str], before: Sequence[Name], words: Vocabulary) -> frozenset[str]:
    """Whom sentences can mean without naming them: "the two sides", or the one named before "the ministry" or "it"."""
    found = set[str]()
    if forms & (words["parties.both"] | words["parties.gatherings"]):
        found |= set(reading.parties)
    if forms & (words["parties.home"] | {"it", "he", "she", "they"}):
        found |= next((set(n.codes) for n in reversed(before) if n.acts), set())
    return frozenset(found)


_AT = re.compile(r"\b(?:to|from|against|on|for|towards?|targeting|hitting)\s+(?:[\w-]+\s+){0,2}$")


def _sides(said: Iterable[str], told: _Told, names: Names, field: str, aimed: bool | None = None) -> tuple[str, ...]:
    """The codes of the actors that the sentences name or mean; with `aimed`, of those a measure is aimed at or not."""
    codes = set[str]()
    for one in said:
        claimed = {c for n in find_names(one, names) if n.acts for c in n.codes} or {one}
        if not claimed <= _supported(told, aimed):
            told.lost[field] += 1
        else:
            codes |= claimed
    return tuple(sorted(codes))


def _supported(told: _Told, aimed: bool | None) -> frozenset[str]:
    text = told.evidence.text
    named = {c for n in told.names if n.acts and aimed in (None, bool(_AT.search(text[: n.start]))) for c in n.codes}
    return frozenset(named | (set() if aimed else told.meant))


def _verbatim(said: str | None, told: _Told, field: str) -> str:
    """Words of the sentences as they stand there, on one line; empty, and counted, where they do not."""
    parts = (said or "").split()
    if not parts:
        return ""
    found = re.search(r"(?<!\w)" + r"\s+".join(map(re.escape, parts)) + r"(?!\w)", told.evidence.text, re.IGNORECASE)
    told.lost[field] += found is None
    return squeeze(found.group()) if found else ""


def _window(said: str | None, told: _Told, field: str) -> Window | None:
    """The time that some words, or an ISO date, mean in the sentences; none lies in what is due and long past."""
    if not said or not said.strip():
        return None
    text, anchor = told.evidence.text, told.reading.anchor
    at = re.search(re.escape(said.strip()), text, re.IGNORECASE)
    for dated in find_dates(text, anchor):
        days = {d.isoformat() for d in (dated.window.start, dated.window.end) if d}
        if (at is None or not (dated.start < at.end() and at.start() < dated.end)) and said.strip() not in days:
            continue
        window = deadline(text, dated, anchor) if field == "due" else dated.window
        if field != "due" or not anchor or not window.end or window.end >= anchor - timedelta(1):
            return window
    told.lost[field] += 1
    return None


_NOT = re.compile(
    r"\b(?:not|no(?! later than)|never|none|neither|nor|cannot|refus\w+|declin\w+|fail\w*|reject\w*|den(?:y|ies|ied)"
    r"|false|ruled? out|without)\b|n[’']t\b|\?[\"”’)]*$",
    re.IGNORECASE,
)
_UNSURE = re.compile(r"\b(?:may|might|could|should|urge[ds]?|unless|if)\b|\b[Cc]all(?:s|ed|ing)? (?:for|on)\b")
_FUTURE = re.compile(r"\b(?:will|would|shall|to be|is to|are to)\b|[’']ll\b")
_HEARSAY = re.compile(r"\b(?:reportedly|allegedly|sources|people familiar|media reports|unconfirmed|rumou?r\w*)\b")


def _undertaken(status: str, told: _Told, words: Vocabulary) -> str:
    """The status of a commitment, where the sentences have a word for it and neither deny nor doubt it."""
    signs: Mapping[str, Iterable[str]] = {
        "agreed": words["agree.verbs"] | words["agree.nouns"] | words["sign.verbs"],
        "planned": words["plan.verbs"] | words["plan.adjectives"],
        "launched": words["launch.verbs"] | words["launch.nouns"],
        "will_do": {"will", "shall", "pledge", "promise", "vow", "commit"},
        "reaffirmed": words["reaffirm.verbs"],
        "under_discussion": words["discuss.verbs"] | words["discuss.nouns"],
        "delayed": words["drop.late"],
        "done": {"complete", "finish", "fulfil", "fulfill", "deliver", "conclude", "open"},
        "dropped": words["drop.verbs"] - words["drop.late"],
    }
    text = told.evidence.text
    if _NOT.search(text):
        raise _Dropped("denied")
    sure = status == "under_discussion" or not _UNSURE.search(text)
    if not sure or not told.forms & frozenset(signs.get(status, ())):
        raise _Dropped("status")
    return status


def _pledge(said: Proposal, told: _Told, names: Names, words: Vocabulary) -> Pledge:
    actors = _sides(said.actors, told, names, "actors")
    if not actors:
        raise _Dropped("actor")
    status = _undertaken(said.status, told, words)
    thing, text = _verbatim(said.object, told, "object"), told.evidence.text
    mechanism = _verbatim(said.mechanism, told, "mechanism")
    told_of = f"{thing} {mechanism}"
    heads = content_words(words, told_of)
    if not heads:
        raise _Dropped("object")
    # a mechanism's key is the reader's to make, from grammar: here its words only join the others
    act = (said.act or "").lower()
    told.lost["act"] += bool(act) and act not in told.forms
    about = frozenset(f for word in re.findall(r"[a-z]+", f"{act} {told_of}".lower()) for f in _forms(word))
    taken = {w for n in told.names if n.kind != "mineral" for w in text[n.start : n.end].lower().split()}
    pledge = Pledge(
        evidence=told.evidence,
        passage=told.passage,
        actors=actors,
        partners=tuple(p for p in _sides(said.partners, told, names, "partners") if p not in actors),
        act=act if act in told.forms else "",
        object=thing or mechanism,
        mechanism=mechanism or None,
        key=frozenset(),
        classes=frozenset(name for name, members in words.group("class").items() if about & members),
        names=frozenset(w.lower() for w in re.findall(r"\b[A-Z][\w-]{2,}", told_of)) - taken,
        heads=heads,
        topics=topics_of(words, told_of) or topics_of(words, text),
        level=None,
        due=_window(said.due, told, "due"),
        status=status,
        asset=None,
        attribution=None,
        round=None,
        amounts=amounts(thing),
        new=False,
        day=told.reading.anchor,
    )
    of_trade = any(_meets(s.evidence, told.evidence) for s in told.reading.steps)
    if of_trade or any(_meets(p.evidence, pledge.evidence) and _alike(p, pledge) for p in told.reading.pledges):
        raise _Dropped("known")
    return pledge


def _alike(one: Pledge, other: Pledge) -> bool:
    """Whether two undertakings of one sentence are told in much the same words."""
    words = [p.heads | p.key for p in (one, other)]
    return 2 * len(words[0] & words[1]) >= min(map(len, words))


def _meets(one: Evidence, other: Evidence) -> bool:
    return one.start < other.end and other.start < one.end


def _step(said: Proposal, told: _Told, names: Names, gazetteer: Gazetteer, words: Vocabulary) -> Step:
    imposer = _sides(said.actors, told, names, "actors", aimed=False)
    if not imposer:
        raise _Dropped("actor")
    measure = _type(said.measure, told, words)
    status, certainty = _stands(said.status, told, words)
    goods = tuple(g for g in (_verbatim(one, told, "goods").lower() for one in said.goods) if g)
    if not goods:
        raise _Dropped("goods")
    flow = measure.partition("_")[0]
    known = (s for s in told.reading.steps if _meets(s.evidence, told.evidence))
    if any(s.measure.partition("_")[0] == flow for s in known):
        raise _Dropped("known")
    goods = with_minerals(words, goods, gazetteer)
    return Step(
        evidence=told.evidence,
        passage=told.passage,
        imposer=imposer,
        target=tuple(t for t in _sides(said.partners, told, names, "partners", aimed=True) if t not in imposer),
        measure=measure,
        goods=goods,
        hs=hs_of(words, goods, gazetteer),
        announced=_window(said.announced, told, "announced"),
        effective=_window(said.effective, told, "effective"),
        ended=_window(said.ended, told, "ended"),
        certainty=certainty,
        status=status,
        attribution=None,
        amounts=amounts(told.evidence.text),
        day=told.reading.anchor,
    )


def _type(said: str | None, told: _Told, words: Vocabulary) -> str:
    """The type of a measure whose flow and kind the sentences have words for."""
    if said not in MEASURES:
        raise _Dropped("measure")
    flow, _, kind = said.partition("_")
    kind = "tax" if kind == "tariff" else kind
    signs = words[f"measures.{kind}.nouns"] | words[f"measures.{kind}.verbs"]
    flows = words[f"measures.flow.{flow}"] | {flow} | ({"tariff", "tariffs"} if said == "import_tariff" else set())
    if not told.forms & signs or not told.forms & flows:
        raise _Dropped("measure")
    return said


def _stands(said: str, told: _Told, words: Vocabulary) -> tuple[str, str]:
    """Status and certainty of a measure; what lies ahead is never in force, and what is weighed is a rumour."""
    text, forms = told.evidence.text, told.forms
    if _NOT.search(text) and said != "denied":
        raise _Dropped("denied")
    moves = ("impose", "announce", "rumour", "under", *_KINDS, "tax")
    moved = frozenset({"require", "need", "effect", "force"}).union(*(words[f"measures.{m}.verbs"] for m in moves))
    easing = words["measures.lift.verbs"] | words["measures.free.verbs"] | words["measures.end.verbs"]
    eased = bool(forms & (easing - (moved if said != "ended" else frozenset())))
    supported = {
        "denied": bool(forms & words["measures.deny.verbs"]),
        "ended": eased,
        "in_force": bool(forms & moved) and not eased,
        "announced": bool(forms & moved) and not eased,
    }
    if not supported.get(said, False):
        raise _Dropped("status")
    weighed = bool(forms & (words["measures.rumour.verbs"] - words["measures.rumour.firm"]) or _UNSURE.search(text))
    certainty = "rumoured" if weighed else "reported" if _HEARSAY.search(text) else "official"
    if said == "ended" and (weighed or _FUTURE.search(text)):
        raise _Dropped("status")
    if said == "in_force" and (weighed or _FUTURE.search(text) or forms & words["measures.rumour.verbs"]):
        told.lost["status"] += 1
        return "announced", certainty
    return said, certainty
