"""A user's own data: parts that lie over the shipped tables, in a folder of their own.

The data folder holds one list, `parts.json`, and the Parquet files it names. The list is replaced last and at once, so
that whatever fails before (a broken file, a full disk, a killed process) leaves all tables as they were. Files that
no list names are leftovers; the next change of the folder removes them.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
import secrets
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monazite.core.errors import MonaziteError, TableError
from monazite.reference.files import replacing

__all__ = [
    "NO_PARTS",
    "Part",
    "Parts",
    "Piece",
    "change_parts",
    "check_parts",
    "data_folder",
    "file_name",
    "read_parts",
    "sha256_of",
    "write_parts",
]

_LIST, _LOCK, _WORK = "parts.json", ".monazite-lock", ".monazite-work"
_LEFTOVER = re.compile(r"[a-z0-9-]+\.[a-z_]+\.[0-9a-f]{12}\.parquet|\.parts\.\d+\.json")


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of one table in the file `rows`.

    They take the place of all older rows that agree with a row of the file `claims` in the columns `replaces`.
    """

    table: str
    rows: str
    claims: str
    replaces: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Part:
    """What one import brought: its pieces, and size and SHA-256 of each of their files."""

    name: str
    kind: str
    imported: str
    pieces: tuple[Piece, ...]
    files: Mapping[str, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Parts:
    """All parts of a data folder, the older first. Rows of one table in two parts never claim the same place."""

    folder: Path
    parts: tuple[Part, ...] = ()

    def pieces(self, table: str) -> tuple[Piece, ...]:
        """The pieces of one table."""
        return tuple(p for part in self.parts for p in part.pieces if p.table == table)

    def files(self) -> Iterator[tuple[Part, Path, int, str]]:
        """Every file with its part, and the size and SHA-256 it had when it was imported."""
        for part in self.parts:
            for name, (size, digest) in part.files.items():
                yield part, self.folder / name, size, digest


NO_PARTS = Parts(Path())
"""The parts of someone who has imported nothing."""


def data_folder(environment: Mapping[str, str] = os.environ, system: str = sys.platform) -> Path:
    """Where a user's data is kept: MONAZITE_DATA, or the place the system has for it.

    >>> data_folder({"MONAZITE_DATA": "/srv/monazite"}).as_posix()
    '/srv/monazite'
    >>> data_folder({"XDG_DATA_HOME": "/home/a/share"}, "linux").as_posix()
    '/home/a/share/monazite'
    """
    if chosen := environment.get("MONAZITE_DATA"):
        return Path(chosen)
    if system == "win32":
        return Path(environment.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "monazite"
    if system == "darwin":
        return Path.home() / "Library" / "Application Support" / "monazite"
    return Path(environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "monazite"


def read_parts(folder: Path) -> Parts:
    """The parts of a data folder; none when there is no folder.

    :raises TableError: when the list cannot be read, or a file is missing or has another size than when it was written.
    """
    parts = _listed(folder)
    for part, path, size, _ in parts.files():
        found = path.stat().st_size if path.is_file() else None
        if found != size:
            raise _damaged(part, path, "is missing" if found is None else f"has {found:,} bytes, expected {size:,}")
    return parts


def check_parts(parts: Parts) -> list[tuple[str, str]]:
    """Name and SHA-256 of every file of the parts.

    :raises TableError: at the first file that is not what was imported.
    """
    found = []
    for part, path, _, digest in parts.files():
        now = sha256_of(path)
        if now != digest:
            raise _damaged(part, path, f"is damaged: its sha256 is {now}, expected {digest}")
        found.append((path.name, digest))
    return found


@contextmanager
def change_parts(folder: Path) -> Iterator[tuple[Parts, Path]]:
    """The parts and an empty folder to work in, for one process at a time. Files that end up in no list are removed.

    :raises MonaziteError: when another process changes the folder at this moment, or it cannot be written.
    """
    mend = "make room there, wait until no other import is at work, or choose another folder with --data"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(folder / _LOCK, timeout=0, isolation_level=None)) as lock:
            lock.execute("PRAGMA journal_mode = MEMORY")
            lock.execute("BEGIN EXCLUSIVE")  # the system lets go of it, however the process ends
            parts, work = _listed(folder), folder / _WORK
            _sweep(parts)
            work.mkdir()
            try:
                yield parts, work
            finally:
                shutil.rmtree(work, ignore_errors=True)
                _sweep(_listed(folder))
    except (OSError, sqlite3.Error) as error:
        raise MonaziteError(str(folder), f"cannot be changed: {error}", mend) from error


def write_parts(parts: Parts) -> None:
    """Make these the parts of their folder, at once."""
    text = json.dumps({"parts": [dataclasses.asdict(p) for p in parts.parts]}, indent=1)
    with replacing(parts.folder / _LIST) as scratch, scratch.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def file_name(part: str, table: str) -> str:
    """A new name for a file of a part."""
    return f"{part}.{table}.{secrets.token_hex(6)}.parquet"


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _listed(folder: Path) -> Parts:
    file = folder / _LIST
    try:
        listed = json.loads(file.read_text(encoding="utf-8"))
        return Parts(folder, tuple(_part(p) for p in listed["parts"]))
    except (FileNotFoundError, NotADirectoryError):
        return Parts(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TableError(str(file), [f"cannot be read: {error}"], "delete it and import the data again") from error


def _part(told: dict[str, Any]) -> Part:
    pieces = tuple(Piece(**{**p, "replaces": tuple(p["replaces"])}) for p in told["pieces"])
    files = {str(name): (int(size), str(digest)) for name, (size, digest) in told["files"].items()}
    return Part(told["name"], told["kind"], told["imported"], pieces, files)


def _damaged(part: Part, path: Path, what: str) -> TableError:
    return TableError(str(path), [what], f"run: monazite data remove {part.name}; then import it again")


def _sweep(parts: Parts) -> None:
    """Remove what earlier changes left behind: only files of the names that parts have."""
    listed = {path.name for _, path, _, _ in parts.files()}
    for path in parts.folder.iterdir():
        if _LEFTOVER.fullmatch(path.name) and path.name not in listed:
            with suppress(OSError):  # still open in another process, where that forbids it
                path.unlink()
    shutil.rmtree(parts.folder / _WORK, ignore_errors=True)
