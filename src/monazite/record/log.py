"""An append-only log in SQLite or PostgreSQL: entries in a chain of hashes, so that none is altered unseen.

Each entry's hash covers its number, time, author, kind and payload and the hash of the entry before it. Triggers refuse
to change or delete; whoever gets round them breaks the chain, which is checked whenever the log is read. Who can
rewrite the whole database can still make another chain, or cut off its end: the last hash, kept elsewhere, tells.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import (
    DDL,
    BigInteger,
    Column,
    Connection,
    Engine,
    MetaData,
    Table,
    Text,
    event,
    insert,
    inspect,
    select,
)

from monazite.core.errors import UsageError
from monazite.record.database import explained, opened, writing

__all__ = ["START", "Entry", "Log", "Note", "append", "entries", "last_hash", "open_log", "problems", "restore"]

START = "0" * 64
"""What stands in the place of a hash before the first entry."""

_META = MetaData()
_ENTRIES = Table(
    "monazite_entries",
    _META,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("hash", Text, nullable=False),
)
_REFUSALS = {
    "sqlite": (
        "CREATE TRIGGER monazite_no_update BEFORE UPDATE ON monazite_entries "
        "BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END",
        "CREATE TRIGGER monazite_no_delete BEFORE DELETE ON monazite_entries "
        "BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END",
        # "insert or replace" deletes without asking the trigger above
        "CREATE TRIGGER monazite_next BEFORE INSERT ON monazite_entries "
        "WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM monazite_entries) "
        "BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION monazite_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the record is append-only'; END $$",
        "CREATE TRIGGER monazite_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON monazite_entries "
        "FOR EACH STATEMENT EXECUTE FUNCTION monazite_refuse()",
    ),
}
for _dialect, _statements in _REFUSALS.items():
    for _statement in _statements:
        event.listen(_ENTRIES, "after_create", DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]
_LOCK = 7706942


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be written: its kind and its content as JSON."""

    kind: str
    payload: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: the first has number 1; `at` is ISO 8601 in UTC, to the microsecond."""

    number: int
    at: str
    who: str
    kind: str
    payload: str
    hash: str


@dataclass(frozen=True, slots=True)
class Log:
    """An open log, and its name without a password."""

    name: str
    engine: Engine


@contextmanager
def open_log(where: str, *, create: bool = False) -> Iterator[Log]:
    """The log in a file or at a database's URL; made if it is not there and `create` is set.

    :raises UsageError: for a URL of no known database, or where no log is.
    :raises RecordError: when the database does not answer, or fails while it is used.
    """
    name, engine = opened(where)
    try:
        with explained(name):
            if create:
                with writing(engine, _LOCK) as connection:
                    _META.create_all(connection)
            elif not _is_there(engine):
                mend = "begin one: monazite record add REPORT; or name another with --record"
                raise UsageError(name, "there is no record", mend)
            yield Log(name, engine)
    finally:
        engine.dispose()


def append(
    log: Log, notes: Sequence[Note], who: str, at: datetime, after: int | None = None
) -> tuple[Entry, ...] | None:
    """Write notes at the end, all or none; an entry is never older than the one before it.

    :param after: the number of the entry that is expected to be the last one; None to write after any
    :returns: the entries, or None when another writer was there first and `after` is not the last any more.
    """
    with writing(log.engine, _LOCK) as connection:
        last = connection.execute(select(_ENTRIES).order_by(_ENTRIES.c.number.desc()).limit(1)).one_or_none()
        number, digest = (last.number, last.hash) if last else (0, START)
        if after is not None and after != number:
            return None
        moment = at.astimezone(UTC).isoformat(timespec="microseconds")
        moment = max(moment, last.at) if last else moment
        written = []
        for step, note in enumerate(notes, 1):
            entry = Entry(number + step, moment, who, note.kind, note.payload, "")
            digest = _hash(entry, digest)
            written.append(replace(entry, hash=digest))
        _insert(connection, written)
        return tuple(written)


def restore(log: Log, found: Sequence[Entry]) -> int:
    """Write the entries of another copy of this log that are not in it yet; how many there were.

    :raises UsageError: unless one of the two is the beginning of the other.
    """
    with writing(log.engine, _LOCK) as connection:
        held = _read(connection)
        same = min(len(held), len(found))
        if [e.hash for e in held[:same]] != [e.hash for e in found[:same]]:
            what = "holds other entries than the file"
            raise UsageError(log.name, what, "name a new record with --record; two histories cannot be one")
        _insert(connection, found[same:])
        return len(found) - same


def entries(log: Log) -> tuple[Entry, ...]:
    """All entries, in order, as they are in the database; `problems` says whether they are what was written."""
    with log.engine.connect() as connection:
        return _read(connection)


def last_hash(log: Log) -> str:
    """The hash of the last entry, which stands for all that the log holds."""
    with log.engine.connect() as connection:
        found = connection.scalar(select(_ENTRIES.c.hash).order_by(_ENTRIES.c.number.desc()).limit(1))
    return START if found is None else str(found)


def problems(found: Iterable[Entry]) -> list[str]:
    """What is wrong with a chain of entries: missing, added, moved or altered ones, each named."""
    told, digest, expected = [], START, 1
    for entry in found:
        if entry.number != expected:
            gap = (
                f"entry {expected} is"
                if entry.number == expected + 1
                else f"entries {expected} to {entry.number - 1} are"
            )
            told.append(f"{gap} missing")
        elif entry.hash != _hash(entry, digest):
            told.append(f"entry {entry.number} ({entry.kind} of {entry.at}) is not what was written there")
        digest, expected = entry.hash, entry.number + 1
    return told


def _read(connection: Connection) -> tuple[Entry, ...]:
    rows = connection.execute(select(_ENTRIES).order_by(_ENTRIES.c.number))
    # what was altered may be no number and no text
    return tuple(Entry(r.number if isinstance(r.number, int) else 0, *map(str, r[1:])) for r in rows)


def _insert(connection: Connection, found: Sequence[Entry]) -> None:
    if rows := [asdict(e) for e in found]:
        connection.execute(insert(_ENTRIES), rows)


def _hash(entry: Entry, before: str) -> str:
    content = [before, entry.number, entry.at, entry.who, entry.kind, entry.payload]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _is_there(engine: Engine) -> bool:
    # SQLite makes a file of any name it is asked for
    known = engine.dialect.name != "sqlite" or Path(engine.url.database or "").exists()
    return known and inspect(engine).has_table(_ENTRIES.name)
