"""A user's own data: files into the tables, from disk or from the publisher, and out again."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from monazite.core.values import Progress, silent
from monazite.reference.imports import KINDS, Imported, import_files, remove_part
from monazite.reference.parts import Part, data_folder
from monazite.reference.pulls import SOURCES, Wanted, pull_files
from monazite.reference.store import gazetteer, open_store

__all__ = ["KINDS", "SOURCES", "Imported", "Wanted", "import_data", "pull_data", "remove_data", "reporters_of"]


def import_data(
    kind: str,
    files: Sequence[Path],
    data: Path | None = None,
    codes: frozenset[str] = frozenset(),
    progress: Progress = silent,
) -> Imported:
    """Bring files of a kind into the user's data, and say what changes; nothing does unless all of it holds.

    :raises TableError: with all that is wrong with the files.
    """
    return import_files(kind, files, data or data_folder(), datetime.now(UTC), codes, progress)


def pull_data(source: str, wanted: Wanted, data: Path | None = None, progress: Progress = silent) -> Imported:
    """Fetch what a publisher offers, and import it.

    :raises FetchError: if it cannot be fetched whole; the data stay as they were.
    """
    with tempfile.TemporaryDirectory(prefix="monazite-") as folder:
        with open_store(data=data) as store:
            files = pull_files(source, store, wanted, Path(folder), progress)
        return import_data(source, files, data, wanted.codes, progress)


def remove_data(part: str, data: Path | None = None) -> Part:
    """Take a part out of the user's data; the shipped figures it lay over are used again."""
    return remove_part(data or data_folder(), part)


def reporters_of(names: str) -> tuple[str, ...]:
    """ISO3 codes of countries and coalitions, joined by commas."""
    with open_store() as store:
        return gazetteer(store).members(names)
