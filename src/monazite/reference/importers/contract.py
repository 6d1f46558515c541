"""What every importer is given, and what it gives: a reading of files, as rows for tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from monazite.core.gazetteer import Gazetteer
from monazite.core.values import Progress, Source
from monazite.reference.parts import sha256_of
from monazite.reference.schema import table
from monazite.reference.store import Store

__all__ = ["Batch", "Desk", "Reading", "area_of", "imported_note", "stage", "stage_columns", "sums"]

# Names of countries that publishers write another way round. Kosovo stands where the shipped tables have it.
_NAMES = {"korea, north": "PRK", "korea, south": "KOR", "congo, rep.": "COG", "kosovo": "R20"}


@dataclass(frozen=True, slots=True)
class Desk:
    """What an importer works with: the tables as they stand, a database to stage rows in, an empty folder."""

    store: Store
    connection: duckdb.DuckDBPyConnection
    work: Path
    today: date
    codes: frozenset[str]
    progress: Progress


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows for one table, as a query; `check` says what is wrong with the rows as written, or broken off (None).

    `claims` is a query for what the rows take the place of, in the columns `replaces`; without it, what they
    themselves hold in the columns that the table's schema names.
    """

    table: str
    rows: str
    check: Callable[[str | None], list[str]] = lambda written: []
    claims: str = ""
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What some files hold: the part they become, the source it is cited as, its rows, and what was left out."""

    part: str
    source: Source
    batches: Iterable[Batch]
    notes: tuple[str, ...] = ()


def stage(desk: Desk, name: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> str:
    """A query for rows of a table that were read in Python, with the columns in this order."""
    numbers = {c.name for c in table(name).columns if c.type != "VARCHAR"}
    arrays = {}
    for i, column in enumerate(columns):
        values = [np.nan if column in numbers and row[i] is None else row[i] for row in rows]
        arrays[column] = np.array(values, dtype=float if column in numbers else object)
    return stage_columns(desk, name, arrays)


def stage_columns(desk: Desk, name: str, columns: Mapping[str, NDArray[Any]]) -> str:
    """A query for columns of a table that were made in Python."""
    desk.connection.register(f"staged_{name}", dict(columns))
    return f"SELECT * FROM staged_{name}"


def area_of(names: Gazetteer, name: str) -> str | None:
    """The code of a country by the name a publisher gives it; None for a name nobody knows."""
    found = names.find_country(name)
    return _NAMES.get(name.casefold()) or (found.iso3 if found else None)


def sums(files: Sequence[Path]) -> str:
    """The SHA-256 of every file, joined by a bar."""
    return "|".join(sha256_of(f) for f in files)


def imported_note(desk: Desk, files: Sequence[Path]) -> str:
    """When and from what a part was imported."""
    return f"imported {desk.today} from {', '.join(f.name for f in files)}"
