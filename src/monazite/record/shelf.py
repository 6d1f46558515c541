"""What people bring to servers that share a database: bounded in number and time, the same at each of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Column, Connection, Double, LargeBinary, MetaData, Table, Text, delete, insert, select

from monazite.record.database import NOW, explained, opened, writing

__all__ = ["SharedShelf"]

_META = MetaData()
_THINGS = Table(
    "monazite_shelf",
    _META,
    Column("shelf", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("put_at", Double, nullable=False),
)
_LOCK = 7706944
_LONGEST = 1e12  # seconds: what has no end, as a number that a database takes


class SharedShelf:
    """A shelf of a name in the database at a URL, which holds the newest `most` things, each for `seconds`.

    :raises RecordError: here and in whatever it does, when the database does not answer or has no room.
    """

    def __init__(self, where: str, name: str, most: int, seconds: float) -> None:
        self._where, self._engine = opened(where)
        self._of, self._most = _THINGS.c.shelf == name, most
        self._name, self._now = name, NOW[self._engine.dialect.name]
        self._seconds = min(seconds, _LONGEST)
        self._due = self._of & (_THINGS.c.put_at > self._now - self._seconds)
        with self._writing() as connection:
            _META.create_all(connection)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def put(self, id_: str, name: str, data: bytes) -> None:
        """Keep a file from now on; the oldest go if there are too many."""
        with self._writing() as connection:
            connection.execute(delete(_THINGS).where(self._of, _THINGS.c.id == id_))
            values: dict[str, Any] = {"shelf": self._name, "id": id_, "name": name, "data": data}
            connection.execute(insert(_THINGS).values(**values, put_at=self._now))
            self._forget_old(connection)

    def kept(self, id_: str = "") -> list[tuple[str, str, float]]:
        """Id, name and end (seconds since 1970) of what is there, the newest first; of one id, if that is given."""
        columns = (_THINGS.c.id, _THINGS.c.name, _THINGS.c.put_at)
        asked = select(*columns).where(self._due, *([_THINGS.c.id == id_] if id_ else []))
        with explained(self._where), self._engine.connect() as connection:
            rows = connection.execute(asked.order_by(_THINGS.c.put_at.desc()).limit(self._most))
            return [(row.id, row.name, row.put_at + self._seconds) for row in rows]

    def read(self, id_: str) -> tuple[str, bytes] | None:
        """Name and content of what has an id, if it is there."""
        with explained(self._where), self._engine.connect() as connection:
            asked = select(_THINGS.c.name, _THINGS.c.data).where(self._due, _THINGS.c.id == id_)
            row = connection.execute(asked).one_or_none()
            return (row.name, bytes(row.data)) if row else None

    def remove(self, id_: str) -> None:
        """Forget what has an id."""
        with self._writing() as connection:
            connection.execute(delete(_THINGS).where(self._of, _THINGS.c.id == id_))

    def forget_old(self) -> None:
        """Remove what is too old, and the oldest of what is too much."""
        with self._writing() as connection:
            self._forget_old(connection)

    def _forget_old(self, connection: Connection) -> None:
        newest = select(_THINGS.c.id).where(self._due).order_by(_THINGS.c.put_at.desc()).limit(self._most)
        connection.execute(delete(_THINGS).where(self._of, _THINGS.c.id.not_in(newest.scalar_subquery())))

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        mend = "check that it runs, has room, and your rights"
        with explained(self._where, mend), writing(self._engine, _LOCK) as connection:
            yield connection
