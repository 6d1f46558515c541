"""Files that are whole or not there: written beside the target, then put in its place."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from monazite.core.errors import MonaziteError, UsageError

__all__ = ["check_target", "replacing"]


def check_target(target: Path) -> None:
    """Refuse a target that cannot become a file, before any long work is done for it."""
    try:
        if target.is_dir():
            raise UsageError(str(target), "is a folder", "name a file in it")
        if not target.resolve().parent.is_dir():
            raise UsageError(str(target), "its folder does not exist", "make the folder first")
    except (OSError, ValueError) as error:
        raise UsageError(str(target), f"is no name for a file: {error}", "choose another name") from error


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A path to write to; on success it becomes `target`, on failure nothing is left and the old file stays."""
    scratch = target.with_name(f".{target.stem[:40]}.{os.getpid()}{target.suffix}")
    try:
        yield scratch
        scratch.replace(target)
    except (OSError, ValueError) as error:
        raise MonaziteError(str(target), f"cannot be written: {error}", "name a file you may write") from error
    finally:
        with suppress(OSError, ValueError):
            scratch.unlink(missing_ok=True)
