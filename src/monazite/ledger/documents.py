"""Files -> reports: bounds, encodings and language checked, publisher, title and date read where the text says them.

Offsets of evidence count the characters of `Report.text`, which is what `open(path, encoding="utf-8").read()` gives:
a byte-order mark is a character, and CR LF counts as one newline. A file in another encoding counts its own characters.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterable
from pathlib import Path

import py3langid

from monazite.core.errors import ReportError, UsageError
from monazite.ledger.masthead import day_of_issue
from monazite.ledger.text import blocks
from monazite.ledger.values import Report
from monazite.ledger.vocabulary import load_vocabulary

__all__ = ["LARGEST_BYTES", "read_report", "report_of", "unique_reports"]

LARGEST_BYTES = 1_000_000
LANGUAGES = {
    "ar": "Arabic", "de": "German", "es": "Spanish", "fr": "French", "hi": "Hindi", "id": "Indonesian", "it": "Italian",
    "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "ru": "Russian",
    "tr": "Turkish", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
_COMMON = frozenset({"the", "of", "and", "to", "in", "a", "on", "for", "that", "with", "is", "was", "by", "will"})
_PUBLISHER = re.compile(r"(?im)^\W*(?:source|publisher|publication)\s*:\s*(?P<name>[^\n]{2,60})$")
_AGENCY = re.compile(
    r"\((?P<name>Reuters|AFP|AP|Xinhua|Kyodo|Yonhap|PTI|ANI|Bloomberg|Antara|TASS|dpa|EFE|IANS|Bernama|VNA|UPI|CNA|Jiji)[^)]{0,20}\)"
)


def read_report(path: Path) -> Report:
    """The report in a text file; `id` is its file name.

    Raises ReportError for what is missing, a folder, empty, too large, binary, or not in English.
    """
    where = str(path)
    try:
        _check_kind(path, where)
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise ReportError(where, f"cannot be read: {why}", "check its name and permissions") from error
    text = _decode(where, data).replace("\r\n", "\n").replace("\r", "\n")
    return report_of(path.name, text, hashlib.sha256(data).hexdigest(), where)


def _check_kind(path: Path, where: str) -> None:
    if not path.exists():
        raise ReportError(where, "no such file", "check the path; reports are given as files or glob patterns")
    if path.is_dir():
        raise ReportError(where, "this is a folder, expected a text file", f"name the files in it, e.g. {where}/*.txt")
    if not path.is_file():
        raise ReportError(where, "this is not a regular file", "save the report as a text file first")
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        raise ReportError(
            where,
            f"{size / 1e6:.1f} MB, a report may have at most {LARGEST_BYTES / 1e6:.0f} MB",
            "split it, or keep only the report's text",
        )


def report_of(name: str, text: str, sha256: str = "", where: str = "") -> Report:
    """The report of a text already in memory, under the same checks as a file's."""
    where = where or name
    if not text.strip("\ufeff \t\r\n"):
        raise ReportError(where, "the file is empty", "give a report with text in it")
    digest = sha256 or hashlib.sha256(text.encode()).hexdigest()
    return Report(name, digest, _title(text), _publisher(text), day_of_issue(text), _language(where, text), text)


def unique_reports(reports: Iterable[Report]) -> tuple[Report, ...]:
    """The reports sorted by id; two of one name are refused, since evidence names its report by that name."""
    ordered = tuple(sorted(reports, key=lambda r: r.id))
    twice = sorted({a.id for a, b in itertools.pairwise(ordered) if a.id == b.id})
    if twice:
        raise UsageError(
            ", ".join(twice), "two reports have this file name", "rename one: evidence names its report by file name"
        )
    return ordered


def _decode(where: str, data: bytes) -> str:
    if not data:
        raise ReportError(where, "the file is empty", "give a report with text in it")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise ReportError(where, "starts like UTF-16 and then is not", "save it as UTF-8 text") from None
    if b"\0" in data:
        raise ReportError(where, "a binary file, expected text", "export the report as plain text (UTF-8)")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    # Western word processors write cp1252; elsewhere its bytes above 127 would be mojibake, so only a few may occur
    odd = sum(byte > 127 for byte in data)
    control = sum(byte < 32 and byte not in (9, 10, 12, 13) for byte in data)
    if odd > 0.1 * len(data) or control:
        raise ReportError(where, "neither UTF-8 nor Western text", "save it as UTF-8 text")
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        raise ReportError(where, "neither UTF-8 nor Western text", "save it as UTF-8 text") from None


def _language(where: str, text: str) -> str:
    letters = sum(c.isalpha() for c in text[:20_000])
    if letters < 0.4 * len(text[:20_000].replace(" ", "").replace("\n", "")):
        raise ReportError(
            where, "hardly a letter in it, expected a report in English", "check that this is the text of a report"
        )
    words = re.findall(r"[a-z]+", text[:20_000].lower())
    # a short text full of foreign names fools the classifier; no other language has this share of these words
    if sum(word in _COMMON for word in words) >= 0.2 * max(5, len(words)):
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
