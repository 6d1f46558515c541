"""Jobs outlive what happens to them: a killed worker, a stopped server, a full disk."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monazite.core.errors import UsageError
from monazite.record.jobs import JobBook
from monazite.web.jobs import Jobs
from monazite.web.settings import Limits, Settings, settings

LONG = ("indicator", {"name": "all"})
SHORT = ("table", {"name": "coalitions"})


@pytest.fixture
def made(tmp_path: Path) -> Settings:
    return settings(str(tmp_path / "record.sqlite"))


@pytest.fixture
def opened() -> Iterator[Callable[[Settings], Jobs]]:
    every: list[Jobs] = []

    def begun(made: Settings) -> Jobs:
        every.append(Jobs(made))
        every[-1].begin()
        return every[-1]

    yield begun
    for one in every:
        one.close()


def until(jobs: Jobs, id_: str, *states: str, seconds: float = 60.0):
    """A job and its problem once it is in one of some states."""
    stop = time.monotonic() + seconds
    while True:
        found = jobs.find(id_)
        assert found is not None
        if found[0].state in states:
            return found
        assert time.monotonic() < stop, found
        time.sleep(0.02)


def test_a_killed_worker_is_named_and_can_be_sent_again(made, opened) -> None:
    jobs = opened(made)
    job = jobs.put(*LONG, "")
    until(jobs, job.id, "running")
    while not (children := [c for c in multiprocessing.active_children() if c.name == "indicator"]):
        time.sleep(0.02)
    os.kill(children[0].pid, signal.SIGKILL)
    _, problem = until(jobs, job.id, "failed")
    assert (problem.status, problem.what) == (500, "its process ended before it was done (Killed)")
    assert "ask again" in problem.mend
    assert jobs.put(*LONG, "").state == "waiting"
    until(jobs, job.id, "running")
    jobs.cancel(job.id)
    until(jobs, job.id, "cancelled")
    after = jobs.put(*SHORT, "")
    until(jobs, after.id, "done")
    assert json.loads(jobs.result(after.id))["table"] == "coalitions"


def test_a_stopped_server_loses_no_job(made, opened) -> None:
    first = Jobs(made)
    waiting = first.put(*SHORT, "")
    running = first.put(*LONG, "")
    first.begin()
    until(first, waiting.id, "done")
    until(first, running.id, "running")
    first.close()
    second = opened(made)
    assert until(second, running.id, "running", "waiting")
    assert second.result(waiting.id)
    second.cancel(running.id)


def test_a_job_that_takes_too_long_ends(made, opened) -> None:
    jobs = opened(replace(made, limits=Limits(job_seconds=0.3)))
    job = jobs.put(*LONG, "")
    _, problem = until(jobs, job.id, "failed")
    assert problem.status == 504


def test_what_a_question_refuses_is_the_jobs_problem(made, opened) -> None:
    jobs = opened(made)
    job = jobs.put("table", {"name": "nothing"}, "")
    _, problem = until(jobs, job.id, "failed")
    assert (problem.status, problem.type) == (404, "urn:monazite:unknown-code")
    with pytest.raises(UsageError, match="rows"):
        jobs.put("table", {"name": "trade", "rows": -1}, "")


FULL = """
import resource, sys, time
from pathlib import Path
from monazite.web.jobs import Jobs
from monazite.web.settings import settings
if __name__ == "__main__":
    made = settings(sys.argv[1])
    first = Jobs(made)
    first.close()
    size = (made.folder / "jobs.sqlite").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 40_000, resource.RLIM_INFINITY))
    jobs = Jobs(made)
    jobs.begin()
    large, small = (jobs.put("table", {"name": "trade", "rows": n}, "") for n in (10_000, 1))
    for job in (large, small):
        while (found := jobs.find(job.id))[0].state in ("waiting", "running"):
            time.sleep(0.05)
        print(found[0].state, found[1].status if found[1] else "", found[1].detail if found[1] else "")
    jobs.close()
"""


def test_a_full_disk_is_said_and_the_server_lives(tmp_path) -> None:
    script = tmp_path / "full.py"
    script.write_text(FULL)
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "record.sqlite")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    large, small = done.stdout.splitlines()
    assert large.startswith("failed 507 There is no room"), done.stdout
    assert small.startswith("done"), done.stdout


def test_files_are_kept_until_their_job_has_ended(made, opened) -> None:
    jobs = opened(made)
    job = jobs.put("read", {"reports": ["0/a.txt"]}, "", {"a.txt": b"\x00"})
    _, problem = until(jobs, job.id, "failed")
    assert problem.where == "a.txt"
    book = JobBook(made.jobs)
    assert book.files(job.id) == {}
    stop = time.monotonic() + 20
    while list((made.folder / "work").glob("*")):
        assert time.monotonic() < stop
        time.sleep(0.02)
    book.close()
