"""A PDF -> its text layer as paragraphs: lines joined, cut words mended, running heads and page numbers out."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from monazite.core.errors import ReportError
from monazite.ledger.documents.values import Document, Source

__all__ = ["Line", "paragraphs", "read_pdf"]

_MOST_PAGES, _MOST_CHARACTERS, _MOST_SECONDS = 500, 2_000_000, 60
_CLOSED = re.compile(r"[.!?;:…][\"”’')\]]*\d{0,2}$")
_ITEM = re.compile(r"(?:[-*•–·▪◦‣]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s+\S")
_NUMBER = re.compile(r"[\W_]*(?:page\s*)?(?:\d{1,3}|[ivxl]{1,5})(?:\s*(?:of|/|\|)\s*\d{1,3})?[\W_]*", re.IGNORECASE)
_JOINT = "\2"
_NO_TITLE = re.compile(r"^(?:untitled|microsoft word|.*\.(?:docx?|pdf|indd|qxd|tex|rtf))\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page: where it begins and ends, the height of its baseline, the size of its letters (in points)."""

    page: int
    left: float
    right: float
    base: float
    size: float
    text: str


def read_pdf(source: Source) -> Document:
    """The text of a PDF.

    :raises ReportError: if it is broken, locked, a scan, too long, or takes more than a minute.
    """
    told = _lines_of(source)
    lines = [Line(*line) for line in told["lines"]]
    text = "\n\n".join(paragraphs(lines, told["pages"]))
    if sum(c.isalnum() for c in text) < 20:
        mend = "recognise its text first, for example with `ocrmypdf`"
        raise ReportError(source.where, f"no text on its pages ({told['pages']}): a scan", mend)
    title = " ".join((told["title"] or "").split())
    title = "" if len(title.split()) < 2 or _NO_TITLE.match(title) else title[:300]
    return Document(text, title, created=_day(told["created"] or ""))


def _lines_of(source: Source) -> dict[str, Any]:
    program = str(Path(__file__).with_name("pdf_lines.py"))
    bounds = map(str, (_MOST_PAGES, _MOST_CHARACTERS, _MOST_SECONDS))
    try:
        done = subprocess.run(  # noqa: S603  our own program, and no word of the document among its arguments
            [sys.executable, "-I", program, *bounds], input=source.data, capture_output=True, timeout=_MOST_SECONDS
        )
        told: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {"error": "broken"}
    except (subprocess.TimeoutExpired, ValueError):
        told = {"error": "time"}
    if "error" in told:
        what, mend = {
            "password": ("locked with a password", "save a copy without the password"),
            "pages": (f"{told.get('pages')} pages, at most {_MOST_PAGES} are read", "keep only the report's pages"),
            "characters": (f"more than {_MOST_CHARACTERS:,} characters", "keep only the report's pages"),
            "time": (f"reading takes more than {_MOST_SECONDS} s", "print it to a new PDF, or save its text"),
        }.get(told["error"], ("a broken PDF", "open it in a viewer and print it to a new PDF, or save its text"))
        raise ReportError(source.where, what, mend)
    return told


def paragraphs(lines: Sequence[Line], pages: int) -> Iterator[str]:
    """The paragraphs that some lines make, in their order."""
    kept = _without_heads(lines, pages)
    uncut = re.sub(rf"[\w-]+(?:{_JOINT}|-\n)\s*\w*", " ", "\n".join(line.text for line in kept).lower())
    words = Counter(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", uncut))
    columns: dict[tuple[int, int], list[Line]] = {}
    for line in kept:
        columns.setdefault(_column(line), []).append(line)
    edges = {column: _edges(of) for column, of in columns.items()}
    parts: list[str] = []
    for line, before in zip(kept, [None, *kept], strict=False):
        if before is not None and _begins(before, line, *edges[_column(before)]):
            yield _mended(" ".join(parts), words)
            parts = []
        parts.append(" ".join(line.text.split()))
    if parts:
        yield _mended(" ".join(parts), words)


def _without_heads(lines: Sequence[Line], pages: int) -> list[Line]:
    """The lines without page numbers, and without what stands in one size at the top or foot of most pages."""
    rims: list[list[Line]] = []
    for page in {line.page for line in lines}:
        ordered = sorted((line for line in lines if line.page == page), key=lambda line: -line.base)
        rims.append(ordered[:2] + ordered[2:][-2:])
    told = Counter(key for rim in rims for key in {_key(line) for line in rim})
    often = {key for key, n in told.items() if n >= max(2, min(3, pages), 0.4 * pages)}
    out = {id(line) for rim in rims for line in rim if _key(line) in often or _NUMBER.fullmatch(line.text)}
    return [line for line in lines if id(line) not in out]


def _key(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", " ".join(line.text.lower().split())), round(line.size)


def _column(line: Line) -> tuple[int, int]:
    return line.page, int(line.left // 100)


def _edges(lines: Sequence[Line]) -> tuple[float, float, float]:
    """Where the lines of a column begin and end, and how far apart two of one paragraph stand."""
    gaps = [a.base - b.base for a, b in itertools.pairwise(lines)]
    size = median(line.size for line in lines)
    near = [g for g in gaps if 0 < g < 2.2 * max(size, 1)]
    return min(line.left for line in lines), max(line.right for line in lines), min(near, default=1.2 * size)


def _begins(before: Line, line: Line, left: float, right: float, pitch: float) -> bool:
    """Whether a line begins a paragraph."""
    closed = bool(_CLOSED.search(before.text.rstrip()))
    gap = before.base - line.base
    if _ITEM.match(line.text.lstrip()):
        return True
    if line.page != before.page or gap <= 0:  # the top of a page or column
        return closed or before.right < right - 0.3 * (right - left)
    if abs(before.size - line.size) > 0.8 or gap > 1.4 * pitch:
        return True
    indented = line.left > left + 8 and line.left > before.left + 8
    return closed and (indented or before.right < right - 0.15 * (right - left))


def _mended(text: str, words: Counter[str]) -> str:
    """The text with words that a line's end cut in two made whole; the hyphen stays where the rest of it has one."""
    text = re.sub(r"([^\W\d_])-\s+(?=[a-z])", rf"\1{_JOINT}", text)

    def join(cut: re.Match[str]) -> str:
        one, two = cut[1].lower(), cut[2].lower()
        compound = not cut[2][0].islower() or words[f"{one}-{two}"] or (words[one] and words[two])
        return f"{cut[1]}-{cut[2]}" if compound and not words[one + two] else cut[1] + cut[2]

    text = re.sub(rf"([\w-]*\w){_JOINT}\s*(\w+)", join, text)
    return re.sub(r"\s*\r\s*|[\x00-\x08\x0b-\x1f\xad\ufffe\uffff]", " ", text.replace("\xad", "")).strip()


def _day(value: str) -> date | None:
    """The day of a PDF's time, "D:20250304100000Z"."""
    with suppress(ValueError, TypeError):
        if stamp := re.match(r"(?:D:)?(\d{4})(\d\d)(\d\d)", value):
            return date(*map(int, stamp.groups()))
    return None
