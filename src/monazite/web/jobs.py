"""Long questions -> jobs in worker processes, with progress and cancel, which outlive the server that took them."""

from __future__ import annotations

import hashlib
import logging
import multiprocessing
import shutil
import signal
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from http import HTTPStatus
from typing import Any

import anyio
import msgspec
from starlette.concurrency import run_in_threadpool

from monazite.core.errors import RecordError
from monazite.record.jobs import ENDED, NO_FILES, Files, Job, JobBook
from monazite.web.problems import Problem, stated
from monazite.web.settings import Settings
from monazite.web.work import FULL, NO_ROOM, folder_of, work
from monazite.workbench.catalogue import asked, canonical

__all__ = ["Jobs"]

_METHODS = multiprocessing.get_all_start_methods()
_PROCESSES: Any = multiprocessing.get_context("forkserver" if "forkserver" in _METHODS else "spawn")
if "forkserver" in _METHODS:
    # what jobs load is loaded once, by the process they are copies of
    _PROCESSES.set_forkserver_preload(
        [
            "monazite.web.work",
            "monazite.web.pages",
            "monazite.workbench.reports.read",
            "monazite.simulation.weekly.compiled",
            "monazite.simulation.economy.compiled",
        ]
    )
_LOG = logging.getLogger("monazite.web")
_LOOK_SECONDS, _HEARD_SECONDS, _IDLE_SECONDS = 0.1, 5.0, 1.0
_AGAIN = "ask again: the same question takes the same place"


class Jobs:
    """The jobs of a server. A job's id follows from its question, so that the same one is never worked on twice.

    `begin` starts to work on them; `close` stops, and what is running is taken up again by the next server.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._book = JobBook(settings.jobs)
        self._lost: dict[str, Problem] = {}
        self._wake, self._stop = threading.Event(), threading.Event()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(settings.limits.running_jobs)]

    def begin(self) -> None:
        """Work on jobs from now on."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop working; what is not done waits for the next server."""
        self._stop.set()
        self._wake.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()
        self._book.close()

    def put(self, name: str, parameters: Mapping[str, Any], stamp: str, files: Files = NO_FILES) -> Job | None:
        """The job of a question over the data of a stamp, new or as it was; None if too many wait already.

        :raises UsageError: for parameters that are wrong.
        """
        checked = asked(name, parameters)
        content = canonical(name, checked)
        id_ = hashlib.sha256(content + stamp.encode()).hexdigest()[:32]
        return self.take(id_, name, msgspec.json.encode(checked).decode(), files)

    def take(self, id_: str, name: str, asked: str, files: Files = NO_FILES) -> Job | None:
        """The job of an id, new or as it was; None if too many wait already. `asked` is what `work` is to know."""
        self._lost.pop(id_, None)
        found = self._book.put(id_, name, asked, self.settings.limits.waiting_jobs, files)
        self._wake.set()
        return found

    def want(self, id_: str, seconds: float) -> None:
        """Let a job be stopped and forgotten that nobody wants again for so long."""
        self._book.want(id_, seconds)

    async def ended(self, id_: str, seconds: float) -> None:
        """Wait for the end of a job, or so long; no thread is held meanwhile."""
        with anyio.move_on_after(seconds):
            while (found := await run_in_threadpool(self.find, id_)) and found[0].state not in ENDED:
                await anyio.sleep(_LOOK_SECONDS)

    def find(self, id_: str) -> tuple[Job, Problem | None] | None:
        """A job with its problem, if it failed."""
        job = self._book.find(id_)
        if job is None:
            return None
        if job.state == "running" and id_ in self._lost:
            return replace(job, state="failed"), self._lost[id_]
        return job, msgspec.json.decode(job.problem, type=Problem) if job.problem else None

    def newest(self) -> list[Job]:
        """The jobs asked for last."""
        return self._book.newest(100)

    def result(self, id_: str) -> bytes | None:
        """What came of a job, as JSON; None unless it is done."""
        return self._book.result(id_)

    def cancel(self, id_: str) -> None:
        """Let a job not be done, or no further."""
        self._book.end(id_, "cancelled")

    def _run(self) -> None:
        # a book of its own is that of all processes of a server; where servers share one, each has as many
        most = None if self.settings.shared else self.settings.limits.running_jobs
        while not self._stop.is_set():
            try:
                job = self._book.claim(most)
            except RecordError as error:
                _LOG.error("jobs: %s", error)
                job = None
            if job is None:
                self._wake.wait(_IDLE_SECONDS)
                self._wake.clear()
            else:
                self._watch(job)

    def _watch(self, job: Job) -> None:
        """See a job through: it is done, or fails, or its process ends, or it is to stop."""
        today = date.fromtimestamp(job.made)
        process = _PROCESSES.Process(target=work, args=(self.settings, job.id, today), daemon=True, name=job.name)
        process.start()
        began = heard = time.monotonic()
        problem = None
        while process.is_alive():
            process.join(_LOOK_SECONDS)
            now = time.monotonic()
            if self._stop.is_set() or not self._is_wanted(job.id, now - heard > _HEARD_SECONDS):
                process.kill()
            elif now - began > self.settings.limits.job_seconds:
                problem = stated(HTTPStatus.GATEWAY_TIMEOUT, f"not done in {now - began:.0f} seconds", "ask for less")
                process.kill()
            heard = now if now - heard > _HEARD_SECONDS else heard
        process.join()
        shutil.rmtree(folder_of(self.settings, job.id), ignore_errors=True)
        self._after(job, problem or _ended_by(process.exitcode or 0))

    def _is_wanted(self, id_: str, is_due: bool) -> bool:
        """Whether a job is to run on; its runner lets itself be heard where that `is_due`."""
        try:
            if is_due:
                return self._book.tell(id_)
            job = self._book.find(id_)
            return job is not None and job.state not in ("waiting", "cancelled")
        except RecordError as error:  # a full disk is no reason to stop what may be done before it is needed
            _LOG.error("jobs: %s", error)
            return True

    def _after(self, job: Job, problem: Problem) -> None:
        """Say what became of a job whose process has ended, if that did not; tidy up."""
        try:
            if self._stop.is_set():
                self._book.again(job.id)
                return
            self._book.end(job.id, "failed", problem=problem.json().decode())
            self._book.prune(self.settings.limits.kept_jobs)
        except RecordError as error:
            _LOG.error("jobs: %s", error)
            self._lost[job.id] = problem


def _ended_by(exitcode: int) -> Problem:
    if exitcode == FULL:
        return NO_ROOM
    how = signal.strsignal(-exitcode) if exitcode < 0 else f"exit code {exitcode}"
    return stated(HTTPStatus.INTERNAL_SERVER_ERROR, f"its process ended before it was done ({how})", _AGAIN)
