"""Long pieces of work in a SQLite file: what was asked, how far it is, what came of it. No restart loses one.

Several processes may use one file: a job is claimed by one at a time; one whose runner falls silent is claimed anew.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Float,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Update,
    create_engine,
    delete,
    event,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from monazite.core.errors import RecordError

__all__ = ["ENDED", "SILENT_SECONDS", "Job", "JobBook", "State"]

State = Literal["waiting", "running", "done", "failed", "cancelled"]

ENDED = ("done", "failed", "cancelled")
SILENT_SECONDS = 30.0
"""How long nothing is heard of a running job's runner until another may take it."""

_META = MetaData()
_JOBS = Table(
    "jobs",
    _META,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("asked", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("told", Text, nullable=False, default=""),
    Column("problem", Text, nullable=False, default=""),
    Column("made", Float, nullable=False),
    Column("heard", Float, nullable=False),
    Column("result", LargeBinary),
)


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
    """The jobs in a file; made if it is not there. Close it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._engine = _engine(path)
        with self._writing() as connection:
            _META.create_all(connection)

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def put(self, id_: str, name: str, asked: str, most_waiting: int) -> Job | None:
        """The job of this id, which waits anew if it had failed or was cancelled; None if too many wait already."""
        with self._writing() as connection:
            found = _one(connection, id_)
            if found and found.state not in ("failed", "cancelled"):
                return found
            waiting = select(func.count()).where(_JOBS.c.state == "waiting")
            if connection.scalar(waiting) >= most_waiting:  # type: ignore[operator]
                return None
            connection.execute(delete(_JOBS).where(_JOBS.c.id == id_))
            now = time.time()
            values = {"id": id_, "name": name, "asked": asked, "state": "waiting", "made": now, "heard": now}
            connection.execute(insert(_JOBS), values)
            return _one(connection, id_)

    def find(self, id_: str) -> Job | None:
        """The job of an id."""
        with self._reading() as connection:
            return _one(connection, id_)

    def newest(self, most: int) -> list[Job]:
        """The jobs asked for last."""
        with self._reading() as connection:
            rows = connection.execute(select(*_SEEN).order_by(_JOBS.c.made.desc()).limit(most))
            return [Job(*row) for row in rows]

    def result(self, id_: str) -> bytes | None:
        """What came of a job that is done."""
        with self._reading() as connection:
            return connection.scalar(select(_JOBS.c.result).where(_JOBS.c.id == id_))

    def claim(self) -> Job | None:
        """The job that waits longest, or whose runner fell silent; it is running then."""
        with self._writing() as connection:
            silent = (_JOBS.c.state == "running") & (_JOBS.c.heard < time.time() - SILENT_SECONDS)
            free = select(*_SEEN).where(or_(_JOBS.c.state == "waiting", silent)).order_by(_JOBS.c.made).limit(1)
            row = connection.execute(free).one_or_none()
            if row is None:
                return None
            connection.execute(_running(row.id, told="", state="running"))
            return _one(connection, row.id)

    def tell(self, id_: str, told: str | None = None) -> bool:
        """Note that a running job is alive and what it tells; False if it is not to run any more."""
        with self._writing() as connection:
            values = {} if told is None else {"told": told[:500]}
            statement = _running(id_, **values).where(_JOBS.c.state == "running")
            return bool(connection.execute(statement).rowcount)

    def end(self, id_: str, state: State, problem: str = "", result: bytes | None = None) -> None:
        """Say what came of a job that waits or runs; one that has ended stays as it is."""
        with self._writing() as connection:
            values = _running(id_, state=state, problem=problem, result=result)
            connection.execute(values.where(_JOBS.c.state.not_in(ENDED)))

    def again(self, id_: str) -> None:
        """Let a running job wait for another runner."""
        with self._writing() as connection:
            connection.execute(_running(id_, state="waiting").where(_JOBS.c.state == "running"))

    def prune(self, keep: int) -> None:
        """Forget all but the newest jobs that have ended."""
        with self._writing() as connection:
            ended = select(_JOBS.c.id).where(_JOBS.c.state.in_(ENDED)).order_by(_JOBS.c.heard.desc()).offset(keep)
            connection.execute(delete(_JOBS).where(_JOBS.c.id.in_(ended.scalar_subquery())))

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._explained(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._explained(), self._engine.begin() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            why = getattr(error, "orig", None) or error
            mend = "make room on the disk, or name another place with --folder"
            raise RecordError(str(self.path), f"the list of jobs cannot be kept: {why}", mend) from error


def _running(id_: str, **values: object) -> Update:
    return update(_JOBS).where(_JOBS.c.id == id_).values(heard=time.time(), **values)


def _one(connection: Connection, id_: str) -> Job | None:
    row = connection.execute(select(*_SEEN).where(_JOBS.c.id == id_)).one_or_none()
    return Job(*row) if row else None


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
    # sqlite3 would open transactions by itself, and too late
    event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
    return engine
