"""What people bring to a server -> kept by content, bounded in number, and forgotten in time or when asked.

In a file of the server's own or, where servers share a database, in that: the same ids at each of them.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from math import inf

from sqlalchemy import Column, Connection, Double, LargeBinary, MetaData, Table, Text, delete, insert, select

from monazite.record.database import Database

__all__ = ["Kept", "Shelf", "is_id"]

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
_ID = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Kept:
    """Something on a shelf: its id, its name, and when it is forgotten at the latest, in seconds since 1970."""

    id: str
    name: str
    until: float


def is_id(text: str) -> bool:
    """Whether a text may name something on a shelf.

    >>> is_id("0" * 32), is_id("../jobs.sqlite")
    (True, False)
    """
    return _ID.fullmatch(text) is not None


class Shelf:
    """A shelf of a name in a file or the database at a URL, which holds the newest `most` things, each for `seconds`.

    :raises RecordError: here and in whatever it does, when the database does not answer or has no room.
    """

    def __init__(self, where: str, name: str, most: int, seconds: float = inf) -> None:
        self._base = Database(where, _LOCK, _META)
        self._of, self._most, self._name = _THINGS.c.shelf == name, most, name
        self._seconds = min(seconds, _LONGEST)
        self._due = self._of & (_THINGS.c.put_at > self._base.now - self._seconds)

    def close(self) -> None:
        """Let go of the database."""
        self._base.close()

    def put(self, name: str, data: bytes) -> str:
        """Keep a file from now on: its id, which follows from name and content; the oldest go if there are too many."""
        id_ = hashlib.sha256(name.encode() + b"\0" + data).hexdigest()[:32]
        with self._base.writing() as connection:
            connection.execute(delete(_THINGS).where(self._of, _THINGS.c.id == id_))
            values = {"shelf": self._name, "id": id_, "name": name, "data": data, "put_at": self._base.now}
            connection.execute(insert(_THINGS).values(values))
            self._forget_old(connection)
        return id_

    def kept(self, id_: str = "") -> list[Kept]:
        """What is there, the newest first; of one id, if that is given."""
        columns = (_THINGS.c.id, _THINGS.c.name, _THINGS.c.put_at)
        asked = select(*columns).where(self._due, *([_THINGS.c.id == id_] if id_ else []))
        with self._base.reading() as connection:
            rows = connection.execute(asked.order_by(_THINGS.c.put_at.desc()).limit(self._most))
            return [Kept(row.id, row.name, row.put_at + self._seconds) for row in rows]

    def read(self, id_: str) -> tuple[str, bytes] | None:
        """Name and content of what has an id; None if it is kept no more."""
        with self._base.reading() as connection:
            asked = select(_THINGS.c.name, _THINGS.c.data).where(self._due, _THINGS.c.id == id_)
            row = connection.execute(asked).one_or_none()
            return (row.name, bytes(row.data)) if row else None

    def remove(self, id_: str) -> None:
        """Forget what has an id."""
        with self._base.writing() as connection:
            connection.execute(delete(_THINGS).where(self._of, _THINGS.c.id == id_))

    def forget_old(self) -> None:
        """Remove what is too old, and the oldest of what is too much."""
        with self._base.writing() as connection:
            self._forget_old(connection)

    def _forget_old(self, connection: Connection) -> None:
        newest = select(_THINGS.c.id).where(self._due).order_by(_THINGS.c.put_at.desc()).limit(self._most)
        connection.execute(delete(_THINGS).where(self._of, _THINGS.c.id.not_in(newest.scalar_subquery())))
