"""Columns -> an XLSX workbook. What is written stays text or number, no formula enters."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import xlsxwriter

from monazite.core.errors import UsageError
from monazite.core.values import Columns
from monazite.reference.files import replacing

__all__ = ["write_sheets", "write_workbook"]

_MOST_ROWS = 1_048_575  # a sheet's limit, less the head


def write_workbook(columns: Columns, target: Path) -> None:
    """Write a table as one sheet with a fixed head; NaN is an empty cell.

    The old file stays until the new one is whole.

    :raises UsageError: for more rows than a sheet can hold.
    """
    write_sheets({"monazite": columns}, target)


def write_sheets(tables: Mapping[str, Columns], target: Path) -> None:
    """Write tables as a sheet each, by name; otherwise as `write_workbook`."""
    rows = max((len(column) for columns in tables.values() for column in columns.values()), default=0)
    if rows > _MOST_ROWS:
        mend = "name a file ending in .parquet or .csv, or one year"
        raise UsageError(str(target), f"a sheet holds {_MOST_ROWS:,} rows, the table has {rows:,}", mend)
    with replacing(target) as scratch, xlsxwriter.Workbook(str(scratch), {"constant_memory": True}) as book:
        bold = book.add_format({"bold": True})
        for name, columns in tables.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, list(columns), bold)
            cells = [column.tolist() for column in columns.values()]
            for at, row in enumerate(zip(*cells, strict=True), start=1):
                for place, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(at, place, value)
                    elif value is not None and np.isfinite(value):
                        sheet.write_number(at, place, value)
