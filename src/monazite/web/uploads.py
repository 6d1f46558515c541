"""Files that a caller sends -> files that the reader may open, bounded in size, kind and number."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from fastapi import HTTPException
from starlette.datastructures import UploadFile

from monazite.core.errors import ReportError, UsageError
from monazite.ledger.documents.kinds import kind_of
from monazite.ledger.documents.values import Source
from monazite.record.jobs import Files
from monazite.web.settings import Limits

__all__ = ["file_name", "places", "taken"]

_PLAIN = re.compile(r"[^\w .,()+-]")
_LONGEST = 100


def taken(files: Sequence[UploadFile], limits: Limits) -> dict[str, bytes]:
    """The files by name.

    :raises UsageError: for no file, or two of one name; ReportError for what is no report, by its content.
    :raises HTTPException: 413 for too many or too large ones.
    """
    if not files:
        raise UsageError("upload", "no file came", "send one or more as `files`")
    if len(files) > limits.files:
        raise HTTPException(413, f"{len(files)} files, expected at most {limits.files}")
    named: dict[str, bytes] = {}
    for file in files:
        name = file_name(file.filename or "")
        data = file.file.read(limits.file_bytes + 1)
        if len(data) > limits.file_bytes:
            what = f"{name} has more than {limits.file_bytes:,} bytes"
            raise HTTPException(413, what)
        if name in named:
            raise UsageError(name, "two files have this name", "rename one of the two")
        if kind_of(Source(name, name, data)) == "feed":
            raise ReportError(name, "is a feed, which leads to other addresses", "send the reports themselves")
        named[name] = data
    return named


def places(named: Files) -> tuple[str, ...]:
    """What files are called in a question, so that it is another one when their content is.

    >>> places({"a.txt": b"..."})
    ('2304dc873b02f28ac94779180da7c2ea/a.txt',)
    """
    digest = hashlib.sha256(b"".join(hashlib.sha256(n.encode() + b"\0" + d).digest() for n, d in named.items()))
    return tuple(f"{digest.hexdigest()[:32]}/{name}" for name in named)


def file_name(sent: str) -> str:
    """A name that is one in any folder, from what a caller calls a file.

    >>> file_name("../../etc/passwd"), file_name("C:\\\\notes\\\\a<b>.txt"), file_name("..")
    ('passwd', 'a_b_.txt', 'report')
    """
    last = re.split(r"[/\\\\]", sent)[-1]
    stem, dot, ending = _PLAIN.sub("_", last).strip(". ").rpartition(".")
    return (f"{stem[:_LONGEST]}{dot}{ending[:10]}".strip(". ") or "report").lstrip(".")
