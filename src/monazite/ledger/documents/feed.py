"""An RSS or Atom feed -> its newest entries, each with its text if the feed carries it, else with its link."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser

from monazite.core.errors import ReportError
from monazite.ledger.documents.page import text_of
from monazite.ledger.documents.values import Document, Source

__all__ = ["Entry", "read_feed"]

# shorter is a teaser; so is what ends in dots or "read more"
_FULL_TEXT = 600
_TEASER = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|read more|continue reading)\W*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: what cites it, its document, and the address to read where `document.text` is not the whole."""

    id: str
    document: Document
    whole: bool
    link: str


def read_feed(source: Source, newest: int) -> tuple[Entry, ...]:
    """The newest entries of a feed, the newest first; entries without a date come last, in the feed's order.

    :raises ReportError: if it is no feed after all, or has no entries.
    """
    told = feedparser.parse(io.BytesIO(source.data), sanitize_html=False, resolve_relative_uris=False)
    if not told.entries:
        raise ReportError(source.where, "a feed without entries", "check that the address is that of the feed")
    entries = sorted(told.entries, key=lambda e: _time(e) or (), reverse=True)[:newest]
    base = source.where if urlsplit(source.where).scheme in ("http", "https") else str(told.feed.get("link", ""))
    publisher = _plain(told.feed.get("title", ""))
    return tuple(_entry(e, n, source, base, publisher) for n, e in enumerate(entries, 1))


def _entry(entry: Any, number: int, source: Source, base: str, publisher: str) -> Entry:
    bodies = [text_of(markup, source.where) for markup in _bodies(entry)]
    text = max(bodies, key=len, default="")
    title = _plain(entry.get("title", ""))
    link = urljoin(base, entry.get("link", "")).partition("#")[0]
    link = link if urlsplit(link).scheme in ("http", "https") else ""
    time = _time(entry)
    by = _plain(entry.get("source", {}).get("title", "")) or publisher
    language = str(entry.get("language") or "")[:2].lower()
    full = f"{title}\n\n{text}" if title and not text.casefold().startswith(title.casefold()) else text
    document = Document(full, title, by, date(*time[:3]) if time else None, language)
    whole = len(text) >= _FULL_TEXT and not _TEASER.search(text)
    return Entry(link or f"{source.id}#{number}", document, whole or not link, link)


def _bodies(entry: Any) -> Iterator[str]:
    for content in entry.get("content", ()):
        yield str(content.get("value", ""))
    yield str(entry.get("summary", ""))


def _time(entry: Any) -> tuple[int, ...] | None:
    for name in ("published_parsed", "updated_parsed"):
        with suppress(ValueError, TypeError):
            if name in entry:
                date(*entry[name][:3])
                return tuple(entry[name][:6])
    return None


def _plain(title: Any) -> str:
    return " ".join(re.sub(r"<[^<>]*>", " ", str(title)).split())[:300]
