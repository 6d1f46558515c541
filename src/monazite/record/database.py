"""A file's name or a URL -> a database, SQLite or PostgreSQL, in which one writes at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Double, Engine, create_engine, event, literal_column, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from monazite.core.errors import RecordError, UsageError

__all__ = ["NOW", "explained", "opened", "writing"]

_OPTIONS: dict[str, dict[str, Any]] = {
    "sqlite": {"connect_args": {"timeout": 60}},
    "postgresql": {"pool_pre_ping": True},  # the server may have been started anew
}
# seconds since 1970 by the clock of the database, which is one for all who use it
NOW = {
    "sqlite": literal_column("(julianday('now') - 2440587.5) * 86400.0", Double),
    "postgresql": literal_column("extract(epoch FROM clock_timestamp())::double precision", Double),
}


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
        # sqlite3 would open transactions by itself, and too late
        event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
    return name, engine


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
