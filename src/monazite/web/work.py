"""One job, done in a process of its own: what a document or a model does to it, it does not do to the server."""

from __future__ import annotations

import logging
import os
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from monazite.core.errors import MonaziteError, RecordError
from monazite.core.text import printable
from monazite.core.values import Progress
from monazite.record.jobs import JobBook
from monazite.web.problems import problem_of, stated
from monazite.web.settings import Settings
from monazite.workbench.answers import Desk
from monazite.workbench.catalogue import answer
from monazite.workbench.lazy import function

__all__ = ["FULL", "NO_ROOM", "work"]

FULL = 28
"""The exit code of a worker that could not write what came of its job."""

NO_ROOM = stated(507, "there is no room for what came of it", "make room on the disk, then ask again")

_LEAST_SECONDS = 0.2  # between two notes of progress


def work(book: Path, id_: str, settings: Settings, today: date) -> None:
    """Do a job of a book and write there what came of it."""
    os.dup2(2, 1)  # stdout may be what an assistant listens to
    if hasattr(os, "nice"):
        os.nice(5)
    jobs = JobBook(book)
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

    parameters = msgspec.json.decode(job.asked)
    if reports := parameters.get("reports"):  # they are cited by name, not by where the server keeps them
        os.chdir(Path(reports[0]).parent)
        parameters["reports"] = [Path(place).name for place in reports]
    result, problem = None, None
    try:
        result = _result(job.name, parameters, settings, today, progress)
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


def _result(name: str, parameters: dict[str, Any], settings: Settings, today: date, progress: Progress) -> bytes:
    """The JSON of a question or, where the name is that of an address, of a part of a page."""
    if name.startswith("/"):
        made: bytes = function("monazite.web.pages:made")(name, parameters, settings, progress)
        return made
    return msgspec.json.encode(answer(name, parameters, Desk(settings.record, today, progress)).json)
