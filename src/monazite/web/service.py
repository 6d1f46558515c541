"""Questions -> answers as bytes, each made once for the data it rests on; or a job, where it takes long."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from cachetools import LRUCache
from fastapi import HTTPException

from monazite import __version__
from monazite.record.jobs import Job
from monazite.web.jobs import Jobs
from monazite.web.settings import Settings
from monazite.workbench.answers import Desk
from monazite.workbench.catalogue import answer, asked, canonical, question
from monazite.workbench.stamp import stamp

__all__ = ["Service", "Shown"]

_SECONDS_TO_WAIT = 20.0


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
        self._lock = threading.Lock()
        self._room = threading.BoundedSemaphore(settings.limits.at_once)

    def desk(self) -> Desk:
        """The desk of this moment."""
        return Desk(self.settings.record, date.today())

    def ask(self, name: str, parameters: Mapping[str, Any], *, strict: bool = True) -> Shown:
        """The answer to a question, made now or kept from before.

        :raises MonaziteError: as the question does; for wrong parameters.
        :raises HTTPException: 503 when the server has too much to do.
        """
        checked = asked(name, parameters, strict=strict)
        key = canonical(name, checked) + self._stamp(name).encode()
        if (shown := self._kept(key)) is not None:
            return shown
        if not self._room.acquire(timeout=_SECONDS_TO_WAIT):
            raise HTTPException(503, "too many questions at once", {"Retry-After": "10"})
        try:
            if (shown := self._kept(key)) is not None:  # another asked the same, and was first
                return shown
            body = msgspec.json.encode(answer(name, msgspec.to_builtins(checked), self.desk()).json)
            shown = Shown(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')
            if not question(name).changes and len(body) <= self._cache.maxsize:
                with self._lock:
                    self._cache[key] = shown
            return shown
        finally:
            self._room.release()

    def put(self, name: str, parameters: Mapping[str, Any]) -> Job:
        """The job of a question, new or as it was.

        :raises UsageError: for wrong parameters.
        :raises HTTPException: 429 when too many wait.
        """
        job = self.jobs.put(name, parameters, self._stamp(name))
        if job is None:
            raise HTTPException(429, "too many jobs wait", {"Retry-After": "60"})
        return job

    def _kept(self, key: bytes) -> Shown | None:
        with self._lock:
            return self._cache.get(key)

    def _stamp(self, name: str) -> str:
        """What an answer rests on beside its parameters."""
        record = self.settings.record if question(name).ledger else ""
        return f"{__version__} {date.today()} {stamp(record)}"
