"""What people bring to pages -> kept by content, bounded in number, and forgotten in time or when asked.

In folders of a server's own or, where servers share a database, in that: the same addresses at each of them.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from math import inf
from pathlib import Path

from monazite.record.shelf import SharedShelf

__all__ = ["Kept", "Shelf", "forget_old", "is_id", "kept", "put", "read", "remove"]

_ID = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder that holds the newest `most` things, each for `seconds`; or the database at `shared` in its place."""

    folder: Path
    most: int
    seconds: float = inf
    shared: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Kept:
    """Something on a shelf: its id, its name, and when it is forgotten at the latest, in seconds since 1970."""

    id: str
    name: str
    until: float


def is_id(text: str) -> bool:
    """Whether a text may name something on a shelf; no other ever becomes a path.

    >>> is_id("0" * 32), is_id("../jobs.sqlite")
    (True, False)
    """
    return _ID.fullmatch(text) is not None


def put(shelf: Shelf, name: str, data: bytes) -> str:
    """Keep a file from now on: its id, which follows from name and content."""
    id_ = hashlib.sha256(name.encode() + b"\0" + data).hexdigest()[:32]
    if shelf.shared:
        _shared(shelf).put(id_, name, data)
        return id_
    _put_in(shelf.folder / id_, name, data)
    os.utime(shelf.folder / id_)
    forget_old(shelf)
    return id_


def kept(shelf: Shelf, id_: str = "") -> list[Kept]:
    """What is on a shelf, the newest first; of one id, if that is given."""
    if shelf.shared:
        return [Kept(*one) for one in _shared(shelf).kept(id_)] if is_id(id_) or not id_ else []
    wanted = [shelf.folder / id_] if is_id(id_) else [] if id_ else [p for p in _folders(shelf) if is_id(p.name)]
    due = [place for place in wanted if _is_due(shelf, place)]
    return [Kept(p.name, file.name, _age_mark(p) + shelf.seconds) for p in due for file in p.glob("[!.]*")]


def read(shelf: Shelf, id_: str) -> tuple[str, bytes] | None:
    """Name and content of what has an id; None if it is kept no more."""
    if shelf.shared:
        return _shared(shelf).read(id_) if is_id(id_) else None
    try:
        return next(((k.name, (shelf.folder / id_ / k.name).read_bytes()) for k in kept(shelf, id_)), None)
    except OSError:  # forgotten just now
        return None


def remove(shelf: Shelf, id_: str) -> None:
    """Forget what has an id."""
    if is_id(id_) and shelf.shared:
        _shared(shelf).remove(id_)
    elif is_id(id_):
        shutil.rmtree(shelf.folder / id_, ignore_errors=True)


def forget_old(shelf: Shelf) -> None:
    """Remove what is too old, and the oldest of what is too much."""
    if shelf.shared:
        _shared(shelf).forget_old()
        return
    for n, place in enumerate(_folders(shelf)):
        if n >= shelf.most or not _is_due(shelf, place):
            shutil.rmtree(place, ignore_errors=True)


@cache
def _shared(shelf: Shelf) -> SharedShelf:
    """Opened once in a process: it holds connections."""
    return SharedShelf(shelf.shared, shelf.folder.name, shelf.most, shelf.seconds)


def _put_in(place: Path, name: str, data: bytes) -> None:
    """Write a file whole or not at all."""
    place.mkdir(parents=True, exist_ok=True)
    scratch = place / f".{os.getpid()}-{threading.get_ident()}.part"
    scratch.write_bytes(data)
    scratch.replace(place / name)


def _folders(shelf: Shelf) -> list[Path]:
    """Newest first; what another has removed meanwhile is left out."""
    found = [(_age_mark(p), p) for p in shelf.folder.glob("*")]
    return [p for mark, p in sorted(found, reverse=True) if mark]


def _is_due(shelf: Shelf, place: Path) -> bool:
    """Whether something is there and may still be."""
    return _age_mark(place) > max(time.time() - shelf.seconds, 0.0)


def _age_mark(place: Path) -> float:
    try:
        return place.stat().st_mtime
    except OSError:
        return 0.0
