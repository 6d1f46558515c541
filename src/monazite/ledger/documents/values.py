"""What stands between the bytes of a document and a report."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

__all__ = ["Document", "Intake", "Source"]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Intake:
    """How documents are taken in.

    `newest` is how many entries of a feed are read; `allowed` are addresses (127.0.0.1) that may be asked although they
    are not public; `seconds` is the longest an address may take, `silence_seconds` the longest it may say nothing.
    """

    newest: int = 10
    allowed: frozenset[str] = frozenset()
    seconds: float = 60.0
    silence_seconds: float = 15.0
    now: Callable[[], datetime] = _now
    pause: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Source:
    """Bytes and where they are from: `id` cites them, `where` is a path or address, `content_type` a server's word."""

    id: str
    where: str
    data: bytes
    content_type: str = ""
    fetched: datetime | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """What a format holds: the text, and what the document says of itself; empty where it says nothing.

    `published` is stated by the publisher; `created` is only when the file was made.
    """

    text: str
    title: str = ""
    publisher: str = ""
    published: date | None = None
    language: str = ""
    created: date | None = None
