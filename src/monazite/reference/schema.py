"""Every reference table, from two files that say it once: `tables.csv` and `columns.csv`.

The Parquet types, the checks of `verify`, the importers and the data page of the docs are all made from them.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files

__all__ = ["TABLES", "Column", "Table", "table"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its DuckDB type, unit, meaning, whether it may be empty (no data), and its range or parent."""

    name: str
    type: str
    description: str
    unit: str = ""
    empty: bool = False
    low: float | None = None
    high: float | None = None
    one_of: tuple[str, ...] = ()
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: what a row is, its key, its columns, the files it is kept in.

    Imported rows take the place of all shipped rows that agree with one of them in the columns of `replaces`.
    """

    name: str
    title: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    files: tuple[str, ...]
    replaces: tuple[str, ...] = ()

    @property
    def year_column(self) -> bool:
        """Whether rows belong to years."""
        return any(c.name == "year" for c in self.columns)


def _read(name: str) -> list[dict[str, str]]:
    with (files("monazite.reference") / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _split(joined: str) -> tuple[str, ...]:
    return tuple(joined.split("|")) if joined else ()


def _column(row: dict[str, str]) -> Column:
    low, high = (float(row[k]) if row[k] else None for k in ("low", "high"))
    return Column(
        row["column"],
        row["type"],
        row["description"],
        row["unit"],
        row["empty"] == "yes",
        low,
        high,
        _split(row["one_of"]),
        row["parent"],
    )


def _tables() -> tuple[Table, ...]:
    columns: dict[str, list[Column]] = {}
    for row in _read("columns.csv"):
        columns.setdefault(row["table"], []).append(_column(row))
    return tuple(
        Table(
            row["table"],
            row["title"],
            row["row"],
            _split(row["key"]),
            tuple(columns[row["table"]]),
            _split(row["files"]),
            _split(row["replaces"]),
        )
        for row in _read("tables.csv")
    )


TABLES: tuple[Table, ...] = _tables()
_BY_NAME = {t.name: t for t in TABLES}


def table(name: str) -> Table:
    """The table of a name.

    >>> table("governance").key
    ('country', 'year')
    """
    return _BY_NAME[name]
