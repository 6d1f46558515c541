"""Errors -> problem+json (RFC 9457): where it is, what is wrong, how to mend it; never a trace of the server."""

from __future__ import annotations

import errno
import re
from http import HTTPStatus
from typing import Any

import msgspec

from monazite.core import errors
from monazite.core.errors import MonaziteError

__all__ = ["PROBLEM", "Problem", "problem_of", "stated"]

PROBLEM = "application/problem+json"

_STATUS: dict[type[MonaziteError], HTTPStatus] = {
    errors.UnknownCode: HTTPStatus.NOT_FOUND,
    errors.NoDataError: HTTPStatus.NOT_FOUND,
    errors.UsageError: HTTPStatus.BAD_REQUEST,
    errors.RecordError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.TableError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.FetchError: HTTPStatus.BAD_GATEWAY,
}
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Problem(msgspec.Struct, frozen=True):
    """What went wrong, as RFC 9457 has it; `where`, `what` and `mend` are the three parts of every message."""

    status: int
    title: str
    detail: str
    type: str = "about:blank"
    where: str = ""
    what: str = ""
    mend: str = ""
    nearest: tuple[str, ...] = ()

    def json(self) -> bytes:
        """The problem as a body."""
        return msgspec.json.encode(self)


def problem_of(error: BaseException) -> Problem:
    """The problem that an error is to a caller."""
    if isinstance(error, MonaziteError):
        status = next((s for kind, s in _STATUS.items() if isinstance(error, kind)), HTTPStatus.UNPROCESSABLE_ENTITY)
        name = re.sub(r"(?<!^)(?=[A-Z])", "-", type(error).__name__).lower()
        near = tuple(getattr(error, "nearest", ()))
        return Problem(
            status, status.phrase, str(error), f"urn:monazite:{name}", error.where, error.what, error.mend, near
        )
    if isinstance(error, OSError) and error.errno in _FULL:
        return stated(
            HTTPStatus.INSUFFICIENT_STORAGE, "the disk of the server is full", "make room on it, then ask again"
        )
    return stated(HTTPStatus.INTERNAL_SERVER_ERROR, "the server failed", "ask again; its log has more")


def stated(status: int, what: str, mend: str, where: str = "") -> Problem:
    """A problem in our own words.

    >>> stated(429, "too many questions at once", "ask again in a minute").detail
    'Too many questions at once. Ask again in a minute.'
    """
    known: Any = HTTPStatus(status)
    told = " ".join(f"{part[:1].upper()}{part[1:].rstrip('.')}." for part in (what, mend) if part)
    return Problem(int(status), known.phrase, told, where=where, what=what, mend=mend)
