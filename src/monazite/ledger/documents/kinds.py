"""Bytes -> what kind of document they are, by what they hold; the name only decides between text and a page."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Literal

from monazite.core.errors import ReportError
from monazite.ledger.documents.values import Source

__all__ = ["MOST_BYTES", "Kind", "kind_of"]

Kind = Literal["text", "page", "feed", "pdf", "docx"]

# A page of 5 MB takes lxml three seconds. Text is held to a number of characters besides.
MOST_BYTES: dict[Kind, int] = {
    "text": 4_000_000, "page": 5_000_000, "feed": 5_000_000, "pdf": 20_000_000, "docx": 20_000_000
}  # fmt: skip

_OTHERS = (
    (b"\x89PNG", "an image"), (b"\xff\xd8\xff", "an image"), (b"GIF8", "an image"), (b"II*\0", "an image"),
    (b"MM\0*", "an image"), (b"RIFF", "an image or a recording"), (b"{\\rtf", "a document in RTF"),
    (b"\xd0\xcf\x11\xe0", "an old or locked Word, Excel or PowerPoint file"), (b"\x1f\x8b", "a packed file"),
)  # fmt: skip
_FEED = re.compile(r"<(?:rss|feed|rdf:RDF)\b", re.IGNORECASE)
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_MARKUP = re.compile(r"<(?:article|main|section|div|table|p|h[1-6]|meta|title)\b[^>]*>", re.IGNORECASE)
_BEFORE = re.compile(
    r"\s*(?:<\?xml[^>]*>|<!--.*?-->|<!doctype\s+(?:rss|rdf)[^>]*>|<\?[^>]*\?>|\s+)*", re.S | re.IGNORECASE
)


def kind_of(source: Source) -> Kind:
    """The kind of a document.

    :raises ReportError: if it is of a kind that is not read, or larger than its kind may be.
    """
    kind = _kind(source)
    size, most = len(source.data), MOST_BYTES[kind]
    if size > most:
        what = f"{size / 1e6:.1f} MB, a {kind} may have at most {most / 1e6:.0f} MB"
        raise ReportError(source.where, what, "split it, or keep only the report's text")
    return kind


def _kind(source: Source) -> Kind:
    data = source.data
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _packed(source)
    for magic, name in _OTHERS:
        if data.startswith(magic):
            mend = "save it as .docx, .pdf or text; text in an image has to be recognised first"
            raise ReportError(source.where, f"{name}, expected text, HTML, PDF, .docx or a feed", mend)
    return _marked_up(data[:4096].replace(b"\0", b"").decode("latin-1"), source)


def _marked_up(head: str, source: Source) -> Kind:
    head = head.removeprefix("\xef\xbb\xbf").removeprefix("\xff\xfe").removeprefix("\xfe\xff")
    head = head[_BEFORE.match(head).end() :]  # type: ignore[union-attr]
    if _FEED.match(head):
        return "feed"
    named = source.id.lower().endswith((".html", ".htm", ".xhtml")) or "html" in source.content_type
    if _PAGE.match(head) or (named and _MARKUP.search(head)):
        return "page"
    text = source.id.lower().endswith((".txt", ".md")) or "text/plain" in source.content_type
    return "page" if _MARKUP.match(head) and not text else "text"


def _packed(source: Source) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, RuntimeError, ValueError, OSError, EOFError) as error:
        raise ReportError(source.where, f"a broken archive: {error}", "save the document again") from error
    if any(re.fullmatch(r"word/document\d*\.xml", name) for name in names):
        return "docx"
    raise ReportError(
        source.where, "an archive or office file that is no .docx", "save the text as .docx, .pdf or .txt"
    )
