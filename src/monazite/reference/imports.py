"""A publisher's files -> a part of the user's data: read, held against the schema, compared, and only then in place."""

from __future__ import annotations

import dataclasses
import itertools
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb

from monazite.core.errors import TableError, UnknownCode
from monazite.core.gazetteer import nearest
from monazite.core.values import Progress, Source, silent
from monazite.reference.changes import Change, change_of, together
from monazite.reference.importers import baci, comtrade, icio, usgs, wgi, wmd
from monazite.reference.importers.contract import Batch, Desk, Reading, stage
from monazite.reference.parts import (
    Part,
    Parts,
    Piece,
    change_parts,
    check_parts,
    file_name,
    sha256_of,
    write_parts,
)
from monazite.reference.schema import table
from monazite.reference.store import SHIPPED, Store, parquet, problems

__all__ = ["KINDS", "Imported", "import_files", "remove_part"]

KINDS: Mapping[str, Callable[[Desk, Sequence[Path]], Reading]] = {
    "baci": baci.read,
    "comtrade": comtrade.read,
    "icio": icio.read,
    "usgs-mcs": usgs.read,
    "wgi": wgi.read,
    "wmd": wmd.read,
}
"""The reader of each kind of file that can be imported."""

_MEMORY = "1GB"
_ABOUT = ("sources", "products")  # what a part says of its figures
_CITED = ("source_id", "publisher", "title", "published", "url", "licence", "sha256", "note")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought: the part, its source, what changed in each table, what was left out."""

    part: str
    kind: str
    source: Source
    changes: tuple[Change, ...]
    notes: tuple[str, ...]


def import_files(
    kind: str,
    files: Sequence[Path],
    folder: Path,
    now: datetime,
    codes: frozenset[str] = frozenset(),
    progress: Progress = silent,
) -> Imported:
    """Read files of a kind into a part of the data folder, in place of what it had of the same.

    Nothing changes unless everything holds. `codes` are the only HS codes to take; without any, all are.

    :raises TableError: with all that is wrong with the files.
    """
    if kind not in KINDS:
        raise UnknownCode("kind", kind, nearest(kind, KINDS), f"known are: {', '.join(KINDS)}")
    with change_parts(folder) as (parts, work), closing(_connect(work)) as connection:
        desk = Desk(Store(SHIPPED, parts, connection), connection, work, now.date(), codes, progress)
        reading = KINDS[kind](desk, files)
        before = Parts(folder, tuple(p for p in parts.parts if p.name != reading.part or _is_sound(folder, p)))
        desk = replace(desk, store=Store(SHIPPED, before, connection))
        pieces, wrong = _write_all(desk, folder, reading)
        if not wrong:
            progress("checking")
            wrong = _wrong(desk, folder, pieces)
        if wrong:
            raise TableError(", ".join(f.name for f in files), wrong, "mend the file, or fetch it again")
        progress("comparing")
        changes = _changes(desk, folder, pieces)
        kept = (_without_claimed(desk, folder, p, pieces) for p in before.parts if p.name != reading.part)
        part = Part(reading.part, kind, now.isoformat(timespec="seconds"), pieces, _files(folder, pieces))
        write_parts(Parts(folder, (*(p for p in kept if p.pieces), part)))
    return Imported(reading.part, kind, reading.source, changes, reading.notes)


def remove_part(folder: Path, name: str) -> Part:
    """Take a part out of the data folder; what it lay over is seen again."""
    with change_parts(folder) as (parts, _):
        found = next((p for p in parts.parts if p.name == name), None)
        if found is None:
            known = [p.name for p in parts.parts]
            raise UnknownCode("part", name, nearest(name, known), f"known are: {', '.join(known) or 'none'}")
        write_parts(replace(parts, parts=tuple(p for p in parts.parts if p is not found)))
    return found


def _connect(work: Path) -> duckdb.DuckDBPyConnection:
    """A database that spills into the folder `work` before it takes more memory than its share."""
    return duckdb.connect(
        config={
            "memory_limit": _MEMORY,
            "threads": min(4, os.cpu_count() or 1),
            "preserve_insertion_order": False,
            "temp_directory": str(work),
        }
    )


def _is_sound(folder: Path, part: Part) -> bool:
    try:
        check_parts(Parts(folder, (part,)))
    except (OSError, TableError):
        return False
    return True


def _write_all(desk: Desk, folder: Path, reading: Reading) -> tuple[tuple[Piece, ...], list[str]]:
    """Write all rows of a reading; the pieces, and what is wrong with the files they were read from."""
    cited = Batch("sources", stage(desk, "sources", _CITED, [dataclasses.astuple(reading.source)]))
    pieces, wrong = [], []
    for batch in itertools.chain(reading.batches, [cited]):
        piece, told = _write(desk, folder, reading.part, batch)
        wrong += told
        if piece.count:
            pieces.append(piece)
    if not wrong and not _has_figures(pieces):
        wrong = ["there is nothing in it to import"]
    return tuple(pieces), wrong


def _write(desk: Desk, folder: Path, part: str, batch: Batch) -> tuple[Piece, list[str]]:
    t = table(batch.table)
    rows, claims = file_name(part, t.name), file_name(part, t.name)
    replaces = batch.replaces or t.replaces
    casts = ", ".join(f"CAST({c.name} AS {c.type}) AS {c.name}" for c in t.columns)
    try:
        desk.store.write(f"SELECT {casts} FROM ({batch.rows}) ORDER BY {', '.join(t.key)}", folder / rows)
    except duckdb.DataError as error:
        return Piece(t.name, rows, claims, replaces, 0), batch.check(None) or [str(error).splitlines()[0]]
    written = f"SELECT * FROM {parquet([folder / rows])}"
    desk.store.write(batch.claims or f"SELECT DISTINCT {', '.join(replaces)} FROM ({written})", folder / claims)
    count = int(desk.store.query(f"SELECT count(*) AS n FROM ({written})")["n"][0])
    return Piece(t.name, rows, claims, replaces, count), batch.check(written)


def _wrong(desk: Desk, folder: Path, pieces: Sequence[Piece]) -> list[str]:
    """What breaks the schema in the written rows, and what two of the files both hold."""
    beside = {name: _rows(folder, [p for p in pieces if p.table == name]) for name in {p.table for p in pieces}}
    found = [
        f"{p.table}: {problem}"
        for p in pieces
        for problem in problems(desk.store, table(p.table), _rows(folder, [p]), beside)
    ]
    for name in beside:
        of_table = [p for p in pieces if p.table == name]
        if len(of_table) > 1:
            columns = ", ".join(of_table[0].replaces)
            claims = parquet(folder / p.claims for p in of_table)
            twice = desk.store.rows(f"SELECT {columns} FROM {claims} GROUP BY ALL HAVING count(*) > 1 LIMIT 1")
            found += [f"{name}: two files hold {columns} {row}" for row in twice]
    return found


def _changes(desk: Desk, folder: Path, pieces: Sequence[Piece]) -> tuple[Change, ...]:
    found: dict[str, list[Change]] = {}
    for p in (p for p in pieces if p.table != "sources"):
        claims = f"SELECT * FROM {parquet([folder / p.claims])}"
        change = change_of(desk.store, table(p.table), _rows(folder, [p]), claims, p.replaces)
        found.setdefault(p.table, []).append(change)
    return tuple(together(changes) for changes in found.values())


def _without_claimed(desk: Desk, folder: Path, part: Part, pieces: Sequence[Piece]) -> Part:
    """An older part without the rows whose place the new pieces take; without any piece if they take all."""
    kept = tuple(k for old in part.pieces if (k := _left(desk, folder, part.name, old, pieces)) is not None)
    if not _has_figures(kept):
        kept = ()
    return part if kept == part.pieces else replace(part, pieces=kept, files=_files(folder, kept))


def _left(desk: Desk, folder: Path, part: str, old: Piece, pieces: Sequence[Piece]) -> Piece | None:
    """What is left of an older piece: the piece itself if nothing is taken from it, None if everything is."""
    new = [p for p in pieces if p.table == old.table]
    rows = claims = ""
    for columns in dict.fromkeys(p.replaces for p in new):
        taken = parquet(folder / p.claims for p in new if p.replaces == columns)
        rows += f" ANTI JOIN {taken} USING ({', '.join(columns)})"
        claims += f" ANTI JOIN {taken} USING ({', '.join(columns)})" if set(columns) <= set(old.replaces) else ""
    if not rows:
        return old
    left = f"SELECT * FROM {parquet([folder / old.rows])} AS old{rows}"
    count = int(desk.store.query(f"SELECT count(*) AS n FROM ({left})")["n"][0])
    if count in (0, old.count):
        return old if count else None
    piece = Piece(old.table, file_name(part, old.table), file_name(part, old.table), old.replaces, count)
    desk.store.write(f"{left} ORDER BY {', '.join(table(old.table).key)}", folder / piece.rows)
    desk.store.write(f"SELECT * FROM {parquet([folder / old.claims])} AS old{claims}", folder / piece.claims)
    return piece


def _has_figures(pieces: Sequence[Piece]) -> bool:
    return any(p.table not in _ABOUT for p in pieces)


def _rows(folder: Path, pieces: Sequence[Piece]) -> str:
    return f"SELECT * FROM {parquet(folder / p.rows for p in pieces)}"


def _files(folder: Path, pieces: Sequence[Piece]) -> dict[str, tuple[int, str]]:
    names = [name for p in pieces for name in (p.rows, p.claims)]
    return {name: ((folder / name).stat().st_size, sha256_of(folder / name)) for name in names}
