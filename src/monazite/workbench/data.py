"""The reference tables themselves: what there is, and a look inside."""

from __future__ import annotations

from monazite.core.errors import UnknownCode
from monazite.core.gazetteer import nearest
from monazite.reference.schema import TABLES
from monazite.reference.store import TableSummary, open_store, summaries, verify

__all__ = ["list_tables", "show_table", "verify_tables"]


def list_tables() -> list[TableSummary]:
    """One summary for each table."""
    with open_store() as store:
        return summaries(store)


def show_table(name: str, rows: int) -> tuple[list[dict[str, str]], list[tuple[object, ...]]]:
    """A table's columns (name, type, unit, meaning) and its first rows."""
    found = next((t for t in TABLES if t.name == name), None)
    if found is None:
        names = [t.name for t in TABLES]
        raise UnknownCode("table", name, nearest(name, names), f"known are: {', '.join(names)}")
    columns = [{"column": c.name, "type": c.type, "unit": c.unit, "description": c.description} for c in found.columns]
    with open_store() as store:
        return columns, store.rows(f"SELECT * FROM {found.name} LIMIT {int(rows)}")  # noqa: S608 - a known name


def verify_tables() -> int:
    """Hold every table against its schema; the number of tables that hold.

    :raises TableError: with every problem of every table.
    """
    with open_store() as store:
        verify(store)
    return len(TABLES)
