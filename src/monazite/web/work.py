"""One job, done in a process of its own: what a document or a model does to it, it does not do to the server."""

from __future__ import annotations

import logging
import os
import sys
import time
from contextlib import chdir
from datetime import date
from pathlib import Path

import msgspec

from monazite.core.errors import MonaziteError, RecordError
from monazite.core.text import printable
from monazite.record.jobs import Job, JobBook
from monazite.web.problems import problem_of, stated
from monazite.web.settings import Settings
from monazite.workbench.answers import Desk
from monazite.workbench.catalogue import answer
from monazite.workbench.lazy import function

__all__ = ["FULL", "NO_ROOM", "folder_of", "work"]

FULL = 28
"""The exit code of a worker that could not write what came of its job."""

NO_ROOM = stated(507, "there is no room for what came of it", "make room on the disk, then ask again")

_LEAST_SECONDS = 0.2  # between two notes of progress


def folder_of(settings: Settings, id_: str) -> Path:
    """Where the files of a job lie while it runs; whoever started its process removes them."""
    return settings.folder / "work" / id_


def work(settings: Settings, id_: str, today: date) -> None:
    """Do a job of the book and write there what came of it."""
    os.dup2(2, 1)  # stdout may be what an assistant listens to
    if hasattr(os, "nice"):
        os.nice(5)
    jobs = JobBook(settings.jobs)
    job = jobs.find(id_)
    if job is None or job.state != "running":
        return
    last = 0.0

    def progress(message: str) -> None:
        nonlocal last
        if time.monotonic() - last >= _LEAST_SECONDS:
            last = time.monotonic()
            if not jobs.tell(id_, printable(message)):
                sys.exit(0)  # cancelled

    result, problem = None, None
    try:
        folder = folder_of(settings, id_)
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in jobs.files(id_).items():
            (folder / name).write_bytes(data)
        with chdir(folder):  # files are cited by name, not by where they lie
            result = _result(job, settings, Desk(settings.record, today, progress))
    except (MonaziteError, OSError, ValueError, ArithmeticError, MemoryError, LookupError, TypeError) as error:
        if not isinstance(error, MonaziteError):
            logging.getLogger("monazite.web").exception("job %s", id_)
        problem = problem_of(error)
    try:
        if result is not None:
            jobs.end(id_, "done", result=result)
            return
    except RecordError:
        problem = NO_ROOM
    try:
        jobs.end(id_, "failed", problem=(problem or NO_ROOM).json().decode())
    except RecordError:
        sys.exit(FULL)


def _result(job: Job, settings: Settings, desk: Desk) -> bytes:
    """The JSON of a question or, where the name is that of an address, of a part of a page."""
    asked = msgspec.json.decode(job.asked)
    if job.name.startswith("/"):
        made: bytes = function("monazite.web.pages:made")(job.name, asked, settings, desk.progress)
        return made
    if "reports" in asked:
        asked["reports"] = [Path(place).name for place in asked["reports"]]
    return msgspec.json.encode(answer(job.name, asked, desk).json)
