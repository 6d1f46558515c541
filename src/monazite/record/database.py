"""A file's name or a URL -> a database, SQLite or PostgreSQL, in which one writes at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Double, Engine, MetaData, create_engine, event, literal_column, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from monazite.core.errors import RecordError, UsageError

__all__ = ["Database", "explained", "opened", "writing"]

_OPTIONS: dict[str, dict[str, Any]] = {
    "sqlite": {"connect_args": {"timeout": 60}},
    "postgresql": {"pool_pre_ping": True},  # the server may have been started anew
}
_NOW = {
    "sqlite": literal_column("(julianday('now') - 2440587.5) * 86400.0", Double),
    "postgresql": literal_column("extract(epoch FROM clock_timestamp())::double precision", Double),
}
_MENDS = {
    "sqlite": "make room on the disk, or name another place with --folder",
    "postgresql": "check that it runs, has room, and your rights",
}


class Database:
    """Some tables in a file, or at a database's URL; made if they are not there. Close it.

    `now` is seconds since 1970 by the clock of the database, which is one for all who use it.

    :raises RecordError: here and in whatever is done in it, when the database does not answer or has no room.
    """

    def __init__(self, where: str, lock: int, tables: MetaData) -> None:
        if "://" not in where:
            Path(where).parent.mkdir(parents=True, exist_ok=True)
        self._name, self._engine = opened(where)
        self._lock, self._mend = lock, _MENDS[self._engine.dialect.name]
        self.now = _NOW[self._engine.dialect.name]
        with self.writing() as connection:
            tables.create_all(connection)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read by."""
        with explained(self._name, self._mend), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that no other writer is in."""
        with explained(self._name, self._mend), writing(self._engine, self._lock) as connection:
            yield connection


def opened(where: str) -> tuple[str, Engine]:
    """The database, and its name without a password.

    :raises UsageError: for a URL of no known database.
    :raises RecordError: where its driver is not there.
    """
    try:
        url = make_url(where if "://" in where else f"sqlite:///{where}")
        kind = url.get_backend_name()
        name = str(url.database) if kind == "sqlite" else url.render_as_string()
        if url.drivername in ("postgres", "postgresql"):
            url = url.set(drivername="postgresql+pg8000")
        if kind not in _OPTIONS:
            raise UsageError(name, "no record is kept there", "name a file, or a postgresql:// URL")
        engine = create_engine(url, **_OPTIONS[kind])
    except ArgumentError as error:
        raise UsageError(where, f"is no URL of a database: {error}", "name a file, or a postgresql:// URL") from error
    except ImportError as error:
        mend = "install it: pip install 'monazite[postgres]'"
        raise RecordError(name, f"the driver is not there: {error}", mend) from error
    if kind == "sqlite":
        event.listen(engine, "connect", _prepare_file)
    return name, engine


def _prepare_file(connection: Any, _: object) -> None:
    connection.isolation_level = None  # sqlite3 would open transactions by itself, and too late
    connection.execute("PRAGMA secure_delete = ON")  # what is removed is not left in the file


@contextmanager
def writing(engine: Engine, lock: int) -> Iterator[Connection]:
    """A transaction that no other writer is in: of the file, or of those that use the same `lock` (any number).

    The database lets go of it however the process ends.
    """
    with engine.begin() as connection:
        is_file = engine.dialect.name == "sqlite"
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_file else f"SELECT pg_advisory_xact_lock({lock:d})")
        yield connection


@contextmanager
def explained(name: str, mend: str = "check that it runs, its name and your rights") -> Iterator[None]:
    """What a database refuses or fails at, in our words.

    :raises RecordError: in place of the database's own errors.
    """
    try:
        yield
    except SQLAlchemyError as error:
        why = getattr(error, "orig", None) or error
        if why.args and isinstance(why.args[0], dict):  # pg8000 hands on all fields of the server's answer
            why = why.args[0].get("M", why)
        raise RecordError(name, f"the database says: {why}", mend) from error
