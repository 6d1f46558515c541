"""A .docx file -> the text of its body and its properties: what was deleted or hidden is left out, as in print."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any

from lxml import etree

from monazite.core.errors import ReportError
from monazite.ledger.documents.values import Document, Source

__all__ = ["read_docx"]

_MOST_XML = 50_000_000
# what a broken archive may raise: RuntimeError for a locked part, NotImplementedError for a way of packing
_BROKEN = (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError, ValueError, etree.XMLSyntaxError)
_SKIPPED = {"del", "moveFrom", "Fallback", "instrText", "footnoteReference", "commentReference"}
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def read_docx(source: Source) -> Document:
    """The text of a Word document, a paragraph a block, items behind a dash, cells of a table's row parted by tabs.

    :raises ReportError: if it is broken, locked, unpacks to more than 50 MB, or holds no text.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            names = sorted(n for n in archive.namelist() if re.fullmatch(r"word/document\d*\.xml", n))
            body = _part(archive, names[0], source.where)
            core = _part(archive, "docProps/core.xml", source.where)
            app = _part(archive, "docProps/app.xml", source.where)
    except _BROKEN as error:
        raise ReportError(source.where, f"a broken .docx: {error}", "open it in Word and save it again") from error
    if body is None or not (text := "".join(_blocks(body)).strip()):
        raise ReportError(source.where, "no text in it", "check that the document is the report itself")
    stated = _fields(core) | _fields(app)
    return Document(
        text,
        stated.get("title", ""),
        stated.get("Company", ""),
        language=stated.get("language", "")[:2].lower(),
        created=_day(stated.get("created", "")),
    )


def _part(archive: zipfile.ZipFile, name: str, where: str) -> Any:
    """The root of one part; None where there is none. An archive never gives more than the size it states."""
    if name not in archive.namelist():
        return None
    size = archive.getinfo(name).file_size
    if size > _MOST_XML:
        what = f"{name} unpacks to {size / 1e6:,.0f} MB, at most {_MOST_XML / 1e6:.0f} MB are read"
        raise ReportError(where, what, "keep only the report's text")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(archive.read(name), parser)


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _blocks(body: Any) -> Iterator[str]:
    """Each paragraph with what parts it from the one before."""
    before, row = "", None
    for paragraph in body.iter("{*}p"):
        if any(_name(a) in ("del", "moveFrom", "Fallback", "txbxContent") for a in paragraph.iterancestors()):
            continue
        text = "".join(_words(paragraph)).strip()
        if not text:
            continue
        of_row = next((a for a in paragraph.iterancestors() if _name(a) == "tr"), None)
        item = next(paragraph.iter("{*}numPr"), None) is not None
        kind = "row" if of_row is not None else "item" if item else "text"
        if of_row is not None and of_row is row:
            yield f"\t{text}"
        else:
            yield ("\n" if kind == before != "text" else "\n\n") + (f"- {text}" if item and of_row is None else text)
        before, row = kind, of_row


def _words(element: Any) -> Iterator[str]:
    for child in element:
        name = _name(child)
        if name in _SKIPPED or (name == "r" and child.find("{*}rPr/{*}vanish") is not None):
            continue
        if name == "t":
            yield child.text or ""
        elif name in _SIGNS:
            yield _SIGNS[name]
        elif name not in ("pPr", "rPr"):
            yield from _words(child)


def _fields(root: Any) -> dict[str, str]:
    return {_name(e): (e.text or "").strip() for e in root} if root is not None else {}


def _day(value: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(value[:10])
    return None
