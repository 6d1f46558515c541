"""An address -> a whole file on disk, checked, or a clear refusal. No other host is asked unless the request says so.

A request is made again when the server is busy (429, 500, 502, 503, 504) or the connection breaks; a body that ended
early goes on where it stopped if the server vouches by ETag that it is still the same file. Size, time, tries and
redirects have bounds, and the file takes its place only when it is whole.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError, SSLError

from monazite.core.errors import FetchError
from monazite.core.values import Progress, silent
from monazite.reference.files import replacing

__all__ = ["Fetched", "Request", "fetch"]

_BUSY = {429, 500, 502, 503, 504}
_MOVED = {301, 302, 303, 307, 308}
_CHUNK = 1 << 18
_SPARE_BYTES = 64 << 20  # left free on the disk


@dataclass(frozen=True, slots=True)
class Request:
    """What to fetch and within which bounds; `pause` waits some seconds, `now` is a clock in seconds.

    `pool` makes what connects; only with `elsewhere` may a redirect lead to another host.
    """

    url: str
    sha256: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    most_bytes: int = 16 << 30
    seconds: float = 6 * 3600.0
    silence_seconds: float = 60.0
    tries: int = 6
    redirects: int = 4
    pause: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic
    pool: Callable[[], Any] = urllib3.PoolManager
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came: its SHA-256, the address it came from in the end, and what the server calls it."""

    sha256: str
    url: str
    content_type: str


def fetch(request: Request, target: Path, progress: Progress = silent) -> Fetched:
    """Fetch into the file `target`; an old file stays if anything fails.

    :raises FetchError: if it cannot be had whole within the bounds, or its checksum is not the one asked for.
    """
    with replacing(target) as scratch, scratch.open("w+b") as file, request.pool() as pool:
        state = _State(request, file)
        for tried in range(1, request.tries + 1):
            why, wait_s = _attempt(pool, state)
            if not why:
                break
            if tried == request.tries:
                raise state.error(f"failed {tried} times, at last because {why}")
            seconds = wait_s if wait_s is not None else min(2.0 ** (tried - 1), 60.0)
            if seconds >= state.left_s():
                raise state.error(f"{why} and asks to wait {seconds:,.0f} s, longer than there is time for")
            progress(f"{why}; again in {seconds:g} s")
            request.pause(seconds)
        found = state.digest.hexdigest()
        if request.sha256 not in ("", found):
            raise state.error(f"sha256 is {found}, expected {request.sha256}", "find out which of the two is right")
        file.flush()
        os.fsync(file.fileno())
    return Fetched(found, state.url, state.kind)


class _State:
    """A fetch under way: the address it has come to, and what is in the file so far."""

    def __init__(self, request: Request, file: BinaryIO) -> None:
        self.request, self.file, self.url = request, file, request.url
        self.ends = request.now() + request.seconds
        self.moves, self.kind = request.redirects, ""
        if urlsplit(self.url).scheme not in ("http", "https") or not urlsplit(self.url).hostname:
            raise self.error("is no address of a web server", "begin it with https:// and a host")
        self.restart()

    def restart(self) -> None:
        """Forget what has come."""
        self.file.seek(0)
        self.file.truncate()
        self.got, self.tag, self.digest = 0, "", hashlib.sha256()

    def left_s(self) -> float:
        """The seconds left; an error when there are none."""
        left = self.ends - self.request.now()
        if left <= 0:
            raise self.error(f"took more than {self.request.seconds:,g} s, and {self.got:,} bytes had come")
        return left

    def error(self, what: str, mend: str = "try again later, or import a file you have") -> FetchError:
        """A refusal that names the address without its query, where keys may stand."""
        return FetchError(self.url.partition("?")[0], what, mend)


def _attempt(pool: Any, state: _State) -> tuple[str, float | None]:
    """Fetch what is missing. Returns why it has to be tried again ('' when whole), and when, if the server says so."""
    while True:
        headers = {"User-Agent": "monazite", "Accept-Encoding": "identity", **dict(state.request.headers)}
        if state.got and state.tag:
            headers |= {"Range": f"bytes={state.got}-", "If-Range": state.tag}
        timeout = urllib3.Timeout(min(state.request.silence_seconds, state.left_s()))
        try:
            answer = pool.request(
                "GET",
                state.url,
                headers=headers,
                preload_content=False,
                redirect=False,
                retries=False,
                timeout=timeout,
            )
            try:
                if answer.status not in _MOVED:
                    return _receive(answer, state)
                state.url = _redirected(state, answer.headers.get("Location", ""))
            finally:
                answer.close()
        except SSLError as error:
            raise state.error(
                f"cannot prove who it is: {error}", "check the address, or this machine's clock"
            ) from error
        except HTTPError as error:
            return f"the connection failed ({type(error).__name__})", None


def _receive(answer: urllib3.BaseHTTPResponse, state: _State) -> tuple[str, float | None]:
    if answer.status in _BUSY:
        return f"the server answers {answer.status}", _retry_after(answer.headers.get("Retry-After", ""))
    if answer.status == 416 or (answer.status == 206 and not _goes_on(answer, state)):
        state.restart()
        return "the file changed on the way", 0.0
    if answer.status not in (200, 206):
        mend = "check the key" if answer.status in (401, 403) else "check the address, or import a file you have"
        raise state.error(f"the server answers {answer.status}", mend)
    if answer.status == 200:
        state.restart()
    tag = answer.headers.get("ETag", "")
    state.tag = tag if tag.startswith('"') else ""  # a weak tag does not vouch for bytes
    state.kind = answer.headers.get("Content-Type", "")
    # a server may pack what it was asked to send plain: then its length is not that of the file
    length = "" if answer.headers.get("Content-Encoding") else answer.headers.get("Content-Length", "")
    whole = state.got + int(length) if length.isdigit() else None
    _check_room(state, whole or 0)
    while chunk := answer.read1(_CHUNK):
        state.left_s()
        _check_room(state, state.got + len(chunk))
        state.file.write(chunk)
        state.digest.update(chunk)
        state.got += len(chunk)
    return ("", None) if whole in (None, state.got) else ("the body ended early", None)


def _goes_on(answer: urllib3.BaseHTTPResponse, state: _State) -> bool:
    """Whether a partial answer is the same file from where we stand."""
    begins = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
    return begins is not None and int(begins[1]) == state.got and answer.headers.get("ETag") == state.tag


def _check_room(state: _State, size: int) -> None:
    if size > state.request.most_bytes:
        raise state.error(f"has more than {state.request.most_bytes:,} bytes", "check the address")
    if state.got == 0:
        free = shutil.disk_usage(Path(state.file.name).parent).free - _SPARE_BYTES
        if size > free:
            raise state.error(f"has {size:,} bytes, and the disk has room for {max(free, 0):,}", "make room")


def _redirected(state: _State, location: str) -> str:
    old, new = urlsplit(state.url), urlsplit(urljoin(state.url, location))
    if not location or state.moves == 0:
        raise state.error("leads from one address to the next without end", "check the address")
    other = new.hostname != old.hostname and not state.request.elsewhere
    if other or new.scheme not in ("https", old.scheme):
        mend = "pass that address yourself if you trust it"
        raise state.error(f"sends us to {new.scheme}://{new.hostname}, which was not asked for", mend)
    state.moves -= 1
    return new.geturl()


def _retry_after(value: str) -> float | None:
    """The seconds a server asks to wait: a number, or a date."""
    if value.isdigit():
        return float(value)
    try:
        return max((parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds(), 0.0)
    except (TypeError, ValueError):
        return None
