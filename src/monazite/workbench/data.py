"""The reference tables themselves: what there is, and a look inside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from monazite.core.errors import UnknownCode
from monazite.core.gazetteer import nearest
from monazite.core.values import Stage
from monazite.reference.coverage import Cell, Difference, Gap, coverage, differences, mirror_gaps
from monazite.reference.parts import Part, data_folder, read_parts
from monazite.reference.schema import TABLES
from monazite.reference.store import TableSummary, gazetteer, open_store, summaries, verify

__all__ = [
    "compare_publishers",
    "list_parts",
    "list_tables",
    "matrix",
    "mirror",
    "show_coverage",
    "show_table",
    "verify_tables",
]


def list_tables(today: date, data: Path | None = None) -> list[TableSummary]:
    """One summary for each table, with its age on a day."""
    with open_store(data=data) as store:
        return summaries(store, today)


def list_parts(data: Path | None = None) -> tuple[Part, ...]:
    """What the user has imported, the older first."""
    return read_parts(data or data_folder()).parts


def show_table(name: str, rows: int, data: Path | None = None) -> tuple[list[dict[str, str]], list[tuple[object, ...]]]:
    """A table's columns (name, type, unit, meaning) and its first rows."""
    found = next((t for t in TABLES if t.name == name), None)
    if found is None:
        names = [t.name for t in TABLES]
        raise UnknownCode("table", name, nearest(name, names), f"known are: {', '.join(names)}")
    columns = [{"column": c.name, "type": c.type, "unit": c.unit, "description": c.description} for c in found.columns]
    with open_store(data=data) as store:
        return columns, store.rows(f"SELECT * FROM {found.name} LIMIT {int(rows)}")  # noqa: S608 - a known name


def show_coverage(mineral: str = "") -> tuple[Cell, ...]:
    """What the tables hold of each mineral, or of one, at each stage."""
    with open_store() as store:
        only = gazetteer(store).mineral(mineral).id if mineral else ""
        return tuple(cell for cell in coverage(store) if only in ("", cell.mineral))


def matrix(cells: Iterable[Cell]) -> list[tuple[str, ...]]:
    """A row for each mineral, a text for each stage: years of production and trade, or that there are no data."""
    rows: dict[str, dict[str, str]] = {}
    for cell in cells:
        told = [f"{what} {years}" for what, years in (("p", cell.production_years), ("t", cell.trade_years)) if years]
        rows.setdefault(cell.mineral, {})[cell.stage] = ", ".join(told) + (" (mixed)" if cell.mixed else "")
    return [(mineral, *(row.get(stage, "no data") for stage in Stage)) for mineral, row in rows.items()]


def compare_publishers(mineral: str = "") -> tuple[Difference, ...]:
    """Where two publishers count the same mineral, or one, at the same stage in the same year: both, widest first."""
    with open_store() as store:
        return differences(store, gazetteer(store).mineral(mineral).id if mineral else "")


def mirror() -> tuple[Gap, ...]:
    """The trade table against exporters' own reports, the widest gap first."""
    with open_store() as store:
        return mirror_gaps(store)


def verify_tables(data: Path | None = None) -> int:
    """Hold every table against its schema and every file against its checksum; the number of tables that hold.

    :raises TableError: with every problem of every table.
    """
    with open_store(data=data) as store:
        verify(store)
    return len(TABLES)
