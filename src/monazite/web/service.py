"""Questions -> answers as bytes, each made once for the data it rests on; or a job, where it takes long."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import anyio
import msgspec
from cachetools import LRUCache
from fastapi import HTTPException
from starlette.concurrency import run_in_threadpool

from monazite import __version__
from monazite.record.jobs import NO_FILES, Files, Job
from monazite.web.jobs import Jobs
from monazite.web.settings import Settings
from monazite.workbench.answers import Desk
from monazite.workbench.catalogue import answer, asked, canonical, question
from monazite.workbench.stamp import stamp

__all__ = ["Service", "Shown"]


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer's JSON, and the tag of its content."""

    body: bytes
    etag: str


class Service:
    """What all doors of one server share: its settings, the answers it has given lately, and its jobs."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.jobs = Jobs(settings)
        self._cache: LRUCache[bytes, Shown] = LRUCache(settings.limits.cache_bytes, getsizeof=lambda s: len(s.body))
        self._room = anyio.CapacityLimiter(settings.limits.at_once)

    def desk(self) -> Desk:
        """The desk of this moment."""
        return Desk(self.settings.record, date.today())

    @asynccontextmanager
    async def room(self) -> AsyncIterator[None]:
        """Room to work something out, of which there is for a few at once; who waits for it holds no thread.

        :raises HTTPException: 503 when there is none for long.
        """
        me = object()
        try:
            with anyio.fail_after(self.settings.limits.room_seconds):
                await self._room.acquire_on_behalf_of(me)
        except TimeoutError:
            raise HTTPException(503, "too many questions at once, ask again soon", {"Retry-After": "10"}) from None
        try:
            yield
        finally:
            self._room.release_on_behalf_of(me)

    async def ask(self, name: str, parameters: Mapping[str, Any], *, strict: bool = True) -> Shown:
        """The answer to a question, made now or kept from before.

        :raises MonaziteError: as the question does; for wrong parameters.
        :raises HTTPException: 503 when the server has too much to do.
        """
        checked = asked(name, parameters, strict=strict)
        key = canonical(name, checked) + (await run_in_threadpool(self._stamp, name)).encode()
        if (shown := self._cache.get(key)) is not None:
            return shown
        async with self.room():
            if (shown := self._cache.get(key)) is None:  # else another asked the same, and was first
                shown = await run_in_threadpool(self._shown, name, checked)
                if not (question(name).changes or question(name).private) and len(shown.body) <= self._cache.maxsize:
                    self._cache[key] = shown
        return shown

    def put(self, name: str, parameters: Mapping[str, Any], files: Files = NO_FILES) -> Job:
        """The job of a question, new or as it was.

        :raises UsageError: for wrong parameters.
        :raises HTTPException: 429 when too many wait.
        """
        job = self.jobs.put(name, parameters, self._stamp(name), files)
        if job is None:
            raise HTTPException(429, "too many jobs wait", {"Retry-After": "60"})
        return job

    def _shown(self, name: str, checked: msgspec.Struct) -> Shown:
        body = msgspec.json.encode(answer(name, msgspec.to_builtins(checked), self.desk()).json)
        return Shown(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')

    def _stamp(self, name: str) -> str:
        """What an answer rests on beside its parameters."""
        record = self.settings.record if question(name).ledger else ""
        return f"{__version__} {date.today()} {stamp(record)}"
