"""The state of all data that an answer can rest on -> a short text that changes when they do."""

from __future__ import annotations

from contextlib import suppress

from monazite.core.errors import UsageError
from monazite.record.log import last_hash, open_log
from monazite.reference.parts import data_folder

__all__ = ["stamp"]


def stamp(record: str = "") -> str:
    """Of the user's own tables and, if one is named, of a record."""
    seen = []
    with suppress(FileNotFoundError):
        listed = (data_folder() / "parts.json").stat()
        seen.append(f"{listed.st_mtime_ns}.{listed.st_size}")
    if record:
        with suppress(UsageError), open_log(record) as log:  # where no record is, whoever asks it says so
            seen.append(last_hash(log))
    return " ".join(seen)
