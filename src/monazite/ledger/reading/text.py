"""The text of a report -> its blocks with exact offsets, each marked as body or as what yields no claim."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monazite.ledger.vocabulary import Vocabulary

__all__ = ["Block", "blocks", "dateline", "lead_in", "stems"]

# A parser's time and memory grow with the block: longer ones are cut at a sentence's end or, failing that, a space.
LONGEST_BLOCK = 3_000
_DATELINE = re.compile(
    r"[*_ ]*(?P<place>[A-Z][\w.’' ]{1,30}(?:/[A-Z][\w ]{1,20})?)(?:,\s*(?P<date>[A-Za-z0-9.,/ ]{3,30}))?\s*"
    r"(?P<agency>\([A-Za-z0-9 .,/-]{2,25}\))?[*_]*\s*(?:—|–|--|-|:|(?<=[\d)])\.)[*_]*\s+(?=[A-Z“\"'‘])"
)
_ITEM = re.compile(r"(?:[-*•–·▪◦]|\(?[a-z0-9]{1,3}[.)])\s+")
_CLOSED = re.compile(r"[.!?;:…][\"”’')\]]*$|[”\"]$")


@dataclass(frozen=True, slots=True)
class Block:
    """Characters [start:end] of a report; kind: body | item | heading | navigation | keywords | caption | dateline."""

    start: int
    end: int
    kind: str


def blocks(text: str, vocabulary: Vocabulary) -> tuple[Block, ...]:
    """The blocks of a text in order; together they hold every character that is no blank or bullet."""
    found: list[Block] = []
    for start, end in _paragraphs(text):
        kind = _kind(text[start:end], vocabulary)
        opening = all(b.kind != "body" for b in found)
        if kind == "body" and (lead := dateline(text[start:end], opening)):
            found.append(Block(start, start + lead.end(), "dateline"))
            start += lead.end()
        elif item := _ITEM.match(text, start, end):
            start, kind = item.end(), "item" if kind in ("body", "heading") else kind
        found += [Block(a, b, kind) for a, b in _cut(text, start, end)] if kind in ("body", "item") else []
        if kind not in ("body", "item"):
            found.append(Block(start, end, kind))
    return tuple(found)


# a point of several sentences is led by no heading
_SENTENCE = re.compile(r"^(?:The|In|With|On|A|An|It|They|Both|We)\b[^\n]*[a-z)]\.$|[a-z)]\.\s+[A-Z][^\n]*\.$")
_JOINS = re.compile(r"\b(?:to|will|shall|also|would|must|and|by|that|they)$", re.IGNORECASE)


def lead_in(lead: str, item: str, vocabulary: Vocabulary) -> str:
    """What to put before a list item so that the two read as one sentence; empty where the lead undertakes nothing.

    >>> from monazite.ledger.vocabulary import load_vocabulary
    >>> lead_in("The two sides agreed on the following:", "Establish a working group on ports.", load_vocabulary())
    'The two sides agreed to '
    """
    if not lead.endswith(":") and _SENTENCE.search(item):
        return ""
    stem = lead.rstrip(" :—–-\n")
    if _JOINS.search(stem):
        return f"{stem} "
    opening = vocabulary["agree.verbs"] | vocabulary["launch.listed"]
    found = [m for m in re.finditer(r"[A-Za-z]+", stem) if stems(m.group()) & opening]
    if not found or re.search(r"\b(?:not|no|never)\b", stem):
        return ""
    said = stem[: found[-1].end()]
    said = said if stems(found[-1].group()) & vocabulary["agree.verbs"] else "The two sides agreed"
    first = re.match(r"\W*([A-Za-z]+)", item)
    verbs = frozenset[str]().union(*vocabulary.group("class").values()) - vocabulary["launch.nouns"]
    acts = first is not None and (first.group(1).lower() == "to" or first.group(1).lower() in verbs)
    return f"{said} " if acts and item[:3].lower() == "to " else f"{said} {'to' if acts else 'on'} "


def stems(word: str) -> frozenset[str]:
    """What a word may be a form of: "committed", commit; "decides", decide."""
    lower = word.lower()
    cut = {re.sub(ending, "", lower) for ending in (r"s$", r"es$", r"d$", r"ed$", r"[a-z]ed$", r"ing$")}
    return frozenset({lower, *cut})


def dateline(paragraph: str, opening: bool = False) -> re.Match[str] | None:
    """The dateline a paragraph begins with ("BEIJING, Dec 3 (Reuters) - "), groups place and date; None without.

    A bare "Sydney: " is one only where the text opens with it; further on it may be who speaks.
    """
    match = _DATELINE.match(paragraph[:90])
    if match is None:
        return None
    place, words = match["place"].strip(), re.findall(r"\w+", match.group())
    shouted = place.isupper() and len(place) > 2
    dashed = re.search(r"\s(?:-|–|—|--)\s+$", match.group()) and all(w[0].isupper() or w[0].isdigit() for w in words)
    dated = match["date"] and any(c.isdigit() for c in match["date"])
    labelled = opening and len(words) <= 2 and place.istitle()
    return match if shouted or dashed or match["agency"] or dated or labelled else None


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Spans of paragraphs: lines, or several lines where a file is wrapped at a fixed width."""
    for chunk in re.finditer(r"[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*", text):
        lines = [(m.start() + chunk.start(), m.end() + chunk.start()) for m in re.finditer(r"[^\n]+", chunk.group())]
        start = lines[0][0]
        wrapped = _wrapped([text[a:b] for a, b in lines])
        for (_, end), following in zip(lines, [*lines[1:], None], strict=True):
            joined = following and (wrapped or text[following[0]].islower())
            if joined and following and not _ITEM.match(text[following[0] : following[1]].lstrip()):
                continue
            yield _trim(text, start, end)
            start = following[0] if following else end


def _wrapped(lines: list[str]) -> bool:
    widths = [len(line.rstrip()) for line in lines]
    return (
        len(lines) > 1
        and max(widths) <= 100
        and min(widths[:-1]) >= 0.7 * max(widths)
        and max(widths) >= 50
        and any(not _CLOSED.search(line.rstrip()) for line in lines[:-1])
    )


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start].isspace() or text[start] == "\ufeff"):
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST_BLOCK:
        window = text[start : start + LONGEST_BLOCK]
        at = max(window.rfind(". "), window.rfind("? "), window.rfind("! ")) + 1
        at = at or window.rfind(" ") + 1 or LONGEST_BLOCK
        yield _trim(text, start, start + at)
        start += at
    start, end = _trim(text, start, end)
    if start < end:
        yield start, end


def _kind(paragraph: str, vocabulary: Vocabulary) -> str:
    lower = paragraph.lower()
    words = paragraph.split()
    if lower.strip(" .:!»›>") in vocabulary["navigation.lines"]:
        return "navigation"
    if len(words) < 60 and any(c in lower for c in vocabulary["navigation.credits"]):
        return "caption"
    if len(words) < 40 and lower.startswith(tuple(vocabulary["navigation.starts"])):
        return "navigation"
    if re.fullmatch(r"[A-Z][\w.’']{1,20}(?: [A-Z][\w.’']{1,20}){0,3}:", paragraph):
        return "dateline"
    if paragraph.count(",") >= 4 and not _CLOSED.search(paragraph) and len(words) / (paragraph.count(",") + 1) < 7:
        return "keywords"
    if not any(c.isalpha() for c in paragraph):
        return "navigation"
    return "heading" if _heading(paragraph, words) else "body"


def _heading(paragraph: str, words: list[str]) -> bool:
    if paragraph.endswith("?") and len(words) <= 16 and not paragraph.startswith(("“", '"')):
        return True
    return not _CLOSED.search(paragraph) and len(words) <= 25
