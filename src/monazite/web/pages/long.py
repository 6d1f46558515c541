"""A part of a page that takes long -> a job that makes it, and what the page shows of it until it is there.

The worker leaves the part in the book of jobs as JSON: whoever asks the same, on whatever server shares
the book, has it at once. A page asks again until the part is there; once no page does any more, nobody works on it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from fastapi import HTTPException
from starlette.concurrency import run_in_threadpool

from monazite import __version__
from monazite.core.values import Progress
from monazite.record.jobs import ENDED
from monazite.web.jobs import Jobs
from monazite.web.pages.values import Page, View, Work

__all__ = ["Asked", "again", "cancel", "made", "seen"]

_LEFT_SECONDS = 10.0  # without a word from any page that shows a part: all have been left


@dataclass(frozen=True, slots=True)
class Asked:
    """A part of a page ("" its whole view), its question, and the address that asks it."""

    page: Page
    part: str
    question: Any
    address: Mapping[str, str]

    @property
    def job(self) -> str:
        """The id of the job that makes it: the same for the same question over the same data."""
        told = f"{__version__} {self.page.name}/{self.part} {self.question!r}"
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def made(page: Page, part: str, question: Any, progress: Progress) -> bytes:
    """A part, as a worker leaves it."""
    return msgspec.json.encode(page.long[part].make(question, progress), enc_hook=str)


async def seen(jobs: Jobs, asked: Asked, seconds: float) -> View:
    """The part, or where the job stands that makes it, not done in so many seconds. Who asks first begins it.

    :raises HTTPException: 503 when too many jobs wait already.
    """
    found = await run_in_threadpool(jobs.find, asked.job)
    if found is None:
        await run_in_threadpool(again, jobs, asked)
    if found is None or found[0].state not in ENDED:
        await run_in_threadpool(jobs.want, asked.job, seconds + _LEFT_SECONDS)
    await jobs.ended(asked.job, seconds)
    return await run_in_threadpool(_found, jobs, asked)


def cancel(jobs: Jobs, asked: Asked) -> None:
    """Let a part not be made, or no further; it stays so until it is asked for `again`."""
    jobs.cancel(asked.job)


def again(jobs: Jobs, asked: Asked) -> None:
    """Begin to make a part, which may have failed before or been cancelled."""
    address = msgspec.json.encode(asked.address).decode()
    if jobs.take(asked.job, f"/{asked.page.name}/{asked.part}", address) is None:
        raise HTTPException(503, "too many jobs wait", {"Retry-After": "30"})


def _found(jobs: Jobs, asked: Asked) -> View:
    job, problem = jobs.find(asked.job) or (None, None)
    if job and job.state == "done" and (body := jobs.result(job.id)) is not None:
        return msgspec.json.decode(body, type=View)
    title = asked.page.long[asked.part].title
    work = Work(asked.part, title)
    if job is not None:
        work = Work(asked.part, title, job.state, job.told, 200 if job.state == "cancelled" else 202)
    if problem is not None:
        work = Work(asked.part, title, "failed", problem.detail, problem.status)
    return View(title, "", figures=((work,),))
