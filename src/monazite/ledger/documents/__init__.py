"""Documents -> reports: text, HTML, PDF, .docx and feeds, from files and addresses, checked and bounded.

Offsets of evidence count the characters of `Report.text`. Of a text file that is what
`open(path, encoding="utf-8").read()` gives: a byte-order mark is a character, and CR LF counts as one newline; a file
in another encoding counts its own characters. Of every other kind it is the text taken out of the document.

Readers of a kind are loaded when a document of that kind comes. Nothing in a document is executed or obeyed.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import py3langid

from monazite.core.errors import ReportError, UsageError
from monazite.ledger.documents.kinds import MOST_BYTES, Kind, kind_of
from monazite.ledger.documents.values import Document, Intake, Source
from monazite.ledger.reading.masthead import day_of_issue
from monazite.ledger.reading.text import blocks
from monazite.ledger.values import Report
from monazite.ledger.vocabulary import load_vocabulary

__all__ = [
    "LARGEST_BYTES",
    "LONGEST_TEXT",
    "is_address",
    "opened",
    "read_documents",
    "read_report",
    "report_in",
    "report_of",
    "unique_reports",
]

LARGEST_BYTES = max(MOST_BYTES.values())
LONGEST_TEXT = 1_000_000
LANGUAGES = {
    "ar": "Arabic", "de": "German", "es": "Spanish", "fr": "French", "hi": "Hindi", "id": "Indonesian", "it": "Italian",
    "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "ru": "Russian",
    "tr": "Turkish", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
_COMMON = frozenset({"the", "of", "and", "to", "in", "a", "on", "for", "that", "with", "is", "was", "by", "will"})
_PUBLISHER = re.compile(r"(?im)^\W*(?:source|publisher|publication)\s*:\s*(?P<name>[^\n\]|]{2,60})(?:$|[\]|])")
_AGENCY = re.compile(
    r"\((?P<name>Reuters|AFP|AP|Xinhua|Kyodo|Yonhap|PTI|ANI|Bloomberg|Antara|TASS|dpa|EFE|IANS|Bernama|VNA|UPI|CNA|Jiji)[^)]{0,20}\)"
)


# how the documents of a kind are read: the reader's module, loaded on demand, and its function
_READERS: dict[Kind, tuple[str, str]] = {
    "text": ("plain", "read_plain"),
    "page": ("page", "read_page"),
    "pdf": ("pdf", "read_pdf"),
    "docx": ("docx", "read_docx"),
}


def is_address(place: str) -> bool:
    """Whether a place is an address of the web rather than a file.

    >>> is_address("https://example.org/a"), is_address("reports/a.txt")
    (True, False)
    """
    return bool(re.match(r"(?i)https?:/", place))


def read_documents(
    place: Path | str, intake: Intake | None = None
) -> tuple[tuple[Report, ...], tuple[ReportError, ...]]:
    """The reports at a path or address: one, or the newest entries of a feed; and why some entries gave none.

    `id` of a report is its file name or its address.

    :raises ReportError: if nothing can be read: missing, empty, too large, of no known kind, not in English; an address
        that is not public, too slow, or leads on without end.
    """
    found = opened(place, intake or Intake())
    return found if isinstance(found, tuple) else ((report_in(found),), ())


def opened(place: Path | str, intake: Intake) -> Source | tuple[tuple[Report, ...], tuple[ReportError, ...]]:
    """The bytes at a path or address, for `report_in`; of a feed, which leads to other addresses, what it gives.

    :raises ReportError: if there is nothing to be had, or nothing of a known kind and size.
    """
    source = _of_address(place, intake) if isinstance(place, str) else _of_file(place)
    return _entries(source, intake) if kind_of(source) == "feed" else source


def read_report(path: Path) -> Report:
    """The report in a file that holds one; `id` is its file name.

    :raises ReportError: for what is missing, a folder, a feed, empty, too large, of no known kind, or not in English.
    """
    source = _of_file(path)
    if kind_of(source) == "feed":
        raise ReportError(str(path), "a feed of many reports, expected one", "read it with read_documents")
    return report_in(source)


def _of_address(url: str, intake: Intake) -> Source:
    fetch: Callable[[str, Intake], Source] = import_module("monazite.ledger.documents.web").fetch_source
    return fetch(url, intake)


def _of_file(path: Path) -> Source:
    where = str(path)
    try:
        _check_file(path, where)
        return Source(path.name, where, path.read_bytes())
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise ReportError(where, f"cannot be read: {why}", "check its name and permissions") from error


def _check_file(path: Path, where: str) -> None:
    if not path.exists():
        raise ReportError(
            where, "no such file", "check the path; reports are files, folders, glob patterns or addresses"
        )
    if path.is_dir():
        raise ReportError(where, "this is a folder, expected a file", f"name the files in it, e.g. {where}/*.txt")
    if not path.is_file():
        raise ReportError(where, "this is not a regular file", "save the report as a file first")
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        what = f"{size / 1e6:.1f} MB, a report may have at most {LARGEST_BYTES / 1e6:.0f} MB"
        raise ReportError(where, what, "split it, or keep only the report's text")


def report_in(source: Source) -> Report:
    """The report that some bytes hold, wherever they were opened.

    :raises ReportError: for what is empty, too large, broken, of no known kind, or not in English.
    """
    if not source.data:
        raise ReportError(source.where, "the file is empty", "give a report with text in it")
    kind = kind_of(source)
    module, name = _READERS[kind]
    read: Callable[[Source], Document] = getattr(import_module(f"monazite.ledger.documents.{module}"), name)
    return _made(source, read(source), kind)


def _entries(source: Source, intake: Intake) -> tuple[tuple[Report, ...], tuple[ReportError, ...]]:
    """The reports of a feed's newest entries: from the feed where it has the whole text, else from the linked page."""
    reports: dict[str, Report] = {}
    failed: list[ReportError] = []
    for entry in import_module("monazite.ledger.documents.feed").read_feed(source, intake.newest):
        try:
            if entry.whole:
                report = _made(replace(source, id=entry.id, where=entry.link or source.where), entry.document, "feed")
            else:
                page = report_in(_of_address(entry.link, intake))
                told = entry.document
                report = replace(
                    page,
                    title=page.title or told.title,
                    publisher=page.publisher or told.publisher or None,
                    published=page.published or told.published,
                )
            reports.setdefault(report.id, report)
        except ReportError as error:
            failed.append(error)
    if not reports and failed:
        raise failed[0]
    return tuple(reports.values()), tuple(failed)


def report_of(name: str, text: str, sha256: str = "", where: str = "") -> Report:
    """The report of a text already in memory, under the same checks as a file's."""
    report = _made(Source(name, where or name, text.encode(errors="replace")), Document(text), "text")
    return replace(report, origin=where, sha256=sha256 or report.sha256)


def _made(source: Source, document: Document, kind: Kind) -> Report:
    """The report of a document: what it states of itself, else what its text tells."""
    where, text = source.where, document.text
    if not text.strip("\ufeff \t\r\n"):
        raise ReportError(where, "the file is empty", "give a report with text in it")
    if len(text) > LONGEST_TEXT:
        what = f"{len(text) / 1e6:.1f} million characters, a report may have at most {LONGEST_TEXT / 1e6:.0f} million"
        raise ReportError(where, what, "split it, or keep only the report's text")
    return Report(
        source.id,
        hashlib.sha256(source.data).hexdigest(),
        document.title or _title(text),
        document.publisher or _publisher(text),
        document.published or day_of_issue(text) or document.created,
        _language(where, text, document.language),
        text,
        origin=where,
        kind=kind,
        fetched=source.fetched,
    )


def unique_reports(reports: Iterable[Report]) -> tuple[Report, ...]:
    """The reports sorted by id; two of one name are refused, since evidence names its report by that name."""
    ordered = tuple(sorted(reports, key=lambda r: r.id))
    twice = sorted({a.id for a, b in itertools.pairwise(ordered) if a.id == b.id})
    if twice:
        raise UsageError(
            ", ".join(twice), "two reports have this file name", "rename one: evidence names its report by file name"
        )
    return ordered


def _language(where: str, text: str, stated: str = "") -> str:
    """The language of a text, which has to be English; what a document states only tips the scale.

    Pages are often marked as of another language than they are in.
    """
    letters = sum(c.isalpha() for c in text[:20_000])
    if letters < 0.4 * len(text[:20_000].replace(" ", "").replace("\n", "")):
        raise ReportError(
            where, "hardly a letter in it, expected a report in English", "check that this is the text of a report"
        )
    words = re.findall(r"[a-z]+", text[:20_000].lower())
    # a short text full of foreign names fools the classifier; no other language has this share of these words
    if sum(word in _COMMON for word in words) >= (0.1 if stated == "en" else 0.2) * max(5, len(words)):
        return "en"
    code = str(py3langid.classify(text[:20_000])[0])
    if code != "en":
        name = LANGUAGES.get(code, f"the language {code!r}")
        raise ReportError(where, f"the text is in {name}, only English is read", "translate it to English first")
    return code


def _title(text: str) -> str:
    parts = blocks(text[:8_000], load_vocabulary())
    heading = next((b for b in parts[:3] if b.kind == "heading"), None)
    first = next((b for b in parts if b.kind == "body"), None)
    if heading and (first is None or heading.start < first.start):
        return text[heading.start : heading.end].strip()
    body = text[first.start : first.end] if first else text.strip()
    sentence = re.split(r"(?<=[a-z0-9)”\"][.!?])\s+(?=[A-Z“\"])", body, maxsplit=1)[0]
    return sentence if len(sentence) <= 160 else sentence[:157].rsplit(" ", 1)[0] + "…"


def _publisher(text: str) -> str | None:
    head = text[:3_000]
    named = _PUBLISHER.search(head)
    if named:
        return named["name"].strip()
    agency = _AGENCY.search(head[:600])
    return agency["name"] if agency else None
