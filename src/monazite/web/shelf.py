"""What people bring to pages -> folders named by content, bounded in number, and forgotten in time or when asked."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import threading
import time
from dataclasses import dataclass
from math import inf
from pathlib import Path

__all__ = ["Shelf", "forget_old", "is_id", "kept", "put", "remove", "until"]

_ID = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder that holds the newest `most` things, each for `seconds`."""

    folder: Path
    most: int
    seconds: float = inf


def is_id(text: str) -> bool:
    """Whether a text may name something on a shelf; no other ever becomes a path.

    >>> is_id("0" * 32), is_id("../jobs.sqlite")
    (True, False)
    """
    return _ID.fullmatch(text) is not None


def put(shelf: Shelf, name: str, data: bytes) -> str:
    """Keep a file from now on: its id, which follows from name and content."""
    id_ = hashlib.sha256(name.encode() + b"\0" + data).hexdigest()[:32]
    _put_in(shelf.folder / id_, name, data)
    os.utime(shelf.folder / id_)
    forget_old(shelf)
    return id_


def kept(shelf: Shelf, id_: str = "") -> list[Path]:
    """The files on a shelf, the newest first; of one id, if that is given."""
    wanted = [shelf.folder / id_] if is_id(id_) else [] if id_ else [p for p in _folders(shelf) if is_id(p.name)]
    return [file for place in wanted if _is_due(shelf, place) for file in place.glob("[!.]*")]


def until(shelf: Shelf, file: Path) -> float:
    """When a file is forgotten at the latest, in seconds since 1970."""
    return file.parent.stat().st_mtime + shelf.seconds


def remove(shelf: Shelf, id_: str) -> None:
    """Forget what has an id."""
    if is_id(id_):
        shutil.rmtree(shelf.folder / id_, ignore_errors=True)


def forget_old(shelf: Shelf) -> None:
    """Remove what is too old, and the oldest of what is too much."""
    for n, place in enumerate(_folders(shelf)):
        if n >= shelf.most or not _is_due(shelf, place):
            shutil.rmtree(place, ignore_errors=True)


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
