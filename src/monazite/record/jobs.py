"""Long pieces of work in SQLite or PostgreSQL: what was asked, how far it is, what came of it. No restart loses one.

Several processes, on several machines, may use one book: a job is claimed by one at a time; one whose runner falls
silent is claimed anew. The files a job is about are in the book too, until it has ended: whoever claims it has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Literal

from sqlalchemy import (
    Column,
    Connection,
    Double,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Update,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from monazite.record.database import Database

__all__ = ["ENDED", "NO_FILES", "SILENT_SECONDS", "Files", "Job", "JobBook", "State"]

Files = Mapping[str, bytes]
"""What a job is about, by name."""

NO_FILES: Files = MappingProxyType({})

State = Literal["waiting", "running", "done", "failed", "cancelled"]

ENDED = ("done", "failed", "cancelled")
SILENT_SECONDS = 30.0
"""How long nothing is heard of a running job's runner until another may take it."""

_META = MetaData()
_JOBS = Table(
    "monazite_jobs",
    _META,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("asked", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("told", Text, nullable=False, default=""),
    Column("problem", Text, nullable=False, default=""),
    Column("made", Double, nullable=False),
    Column("heard", Double, nullable=False),
    Column("result", LargeBinary),
)
_FILES = Table(
    "monazite_job_files",
    _META,
    Column("job", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)
_WISHES = Table(
    "monazite_job_wishes",
    _META,
    Column("job", Text, primary_key=True),
    Column("until", Double, nullable=False),
)
_LOCK = 7706943


@dataclass(frozen=True, slots=True)
class Job:
    """A job: its question and parameters (JSON), where it stands, what it last told, and why it failed (JSON).

    `made` and `heard` are seconds since 1970: when it was asked for, and when its runner was last heard.
    """

    id: str
    name: str
    asked: str
    state: State
    told: str
    problem: str
    made: float
    heard: float


_SEEN = [_JOBS.c[f.name] for f in fields(Job)]


class JobBook:
    """The jobs in a file, or at a database's URL; made if they are not there. Close it.

    :raises RecordError: here and in whatever it does, when the database does not answer or has no room.
    """

    def __init__(self, where: str) -> None:
        self._base = Database(where, _LOCK, _META)
        self._now = self._base.now

    def close(self) -> None:
        """Let go of the database."""
        self._base.close()

    def put(self, id_: str, name: str, asked: str, most_waiting: int, files: Files = NO_FILES) -> Job | None:
        """The job of this id, which waits anew if it had failed or was cancelled; None if too many wait already."""
        with self._base.writing() as connection:
            found = _one(connection, id_)
            if found and found.state not in ("failed", "cancelled"):
                return found
            waiting = select(func.count()).where(_JOBS.c.state == "waiting")
            if connection.scalar(waiting) >= most_waiting:  # type: ignore[operator]
                return None
            connection.execute(delete(_JOBS).where(_JOBS.c.id == id_))
            values = {"id": id_, "name": name, "asked": asked, "state": "waiting"}
            connection.execute(insert(_JOBS).values(**values, made=self._now, heard=self._now))
            if files:
                rows = [{"job": id_, "name": name, "data": data} for name, data in files.items()]
                connection.execute(insert(_FILES), rows)
            return _one(connection, id_)

    def want(self, id_: str, seconds: float) -> None:
        """Keep a job for so long; if nobody wants it then and it has not ended, it is forgotten."""
        with self._base.writing() as connection:
            connection.execute(delete(_WISHES).where(_WISHES.c.job == id_))
            connection.execute(insert(_WISHES).values(job=id_, until=self._now + seconds))

    def files(self, id_: str) -> dict[str, bytes]:
        """The files that a job is about, by name, unless it has ended."""
        with self._base.reading() as connection:
            rows = connection.execute(select(_FILES.c.name, _FILES.c.data).where(_FILES.c.job == id_))
            return {row.name: row.data for row in rows}

    def find(self, id_: str) -> Job | None:
        """The job of an id."""
        with self._base.reading() as connection:
            return _one(connection, id_)

    def newest(self, most: int) -> list[Job]:
        """The jobs asked for last."""
        with self._base.reading() as connection:
            rows = connection.execute(select(*_SEEN).order_by(_JOBS.c.made.desc()).limit(most))
            return [Job(*row) for row in rows]

    def result(self, id_: str) -> bytes | None:
        """What came of a job that is done."""
        with self._base.reading() as connection:
            return connection.scalar(select(_JOBS.c.result).where(_JOBS.c.id == id_))

    def claim(self, most_running: int | None = None) -> Job | None:
        """The job that waits longest, or whose runner fell silent; it is running then. None too where so many run."""
        with self._base.writing() as connection:
            self._forget_unwanted(connection)
            is_on = (_JOBS.c.state == "running") & (_JOBS.c.heard > self._now - SILENT_SECONDS / 2)
            running: int = connection.scalar(select(func.count()).where(is_on)) or 0
            if most_running is not None and running >= most_running:
                return None
            silent = (_JOBS.c.state == "running") & (_JOBS.c.heard < self._now - SILENT_SECONDS)
            free = select(*_SEEN).where(or_(_JOBS.c.state == "waiting", silent)).order_by(_JOBS.c.made).limit(1)
            row = connection.execute(free).one_or_none()
            if row is None:
                return None
            connection.execute(self._running(row.id, told="", state="running"))
            return _one(connection, row.id)

    def tell(self, id_: str, told: str | None = None) -> bool:
        """Note that a running job is alive and what it tells; False if it is not to run any more."""
        with self._base.writing() as connection:
            self._forget_unwanted(connection)
            values = {} if told is None else {"told": told[:500]}
            statement = self._running(id_, **values).where(_JOBS.c.state == "running")
            return bool(connection.execute(statement).rowcount)

    def end(self, id_: str, state: State, problem: str = "", result: bytes | None = None) -> None:
        """Say what came of a job that waits or runs; one that has ended stays as it is."""
        with self._base.writing() as connection:
            values = self._running(id_, state=state, problem=problem, result=result)
            if connection.execute(values.where(_JOBS.c.state.not_in(ENDED))).rowcount:
                connection.execute(delete(_FILES).where(_FILES.c.job == id_))

    def again(self, id_: str) -> None:
        """Let a running job wait for another runner."""
        with self._base.writing() as connection:
            connection.execute(self._running(id_, state="waiting").where(_JOBS.c.state == "running"))

    def prune(self, keep: int) -> None:
        """Forget all but the newest jobs that have ended."""
        with self._base.writing() as connection:
            ended = select(_JOBS.c.id).where(_JOBS.c.state.in_(ENDED)).order_by(_JOBS.c.heard.desc()).offset(keep)
            connection.execute(delete(_JOBS).where(_JOBS.c.id.in_(ended.scalar_subquery())))

    def _forget_unwanted(self, connection: Connection) -> None:
        is_over = _WISHES.c.until < self._now
        unwanted = _JOBS.c.id.in_(select(_WISHES.c.job).where(is_over))
        connection.execute(delete(_JOBS).where(_JOBS.c.state.not_in(ENDED), unwanted))
        connection.execute(delete(_WISHES).where(is_over))

    def _running(self, id_: str, **values: object) -> Update:
        return update(_JOBS).where(_JOBS.c.id == id_).values(heard=self._now, **values)


def _one(connection: Connection, id_: str) -> Job | None:
    row = connection.execute(select(*_SEEN).where(_JOBS.c.id == id_)).one_or_none()
    return Job(*row) if row else None
