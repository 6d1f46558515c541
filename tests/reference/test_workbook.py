"""A workbook is measured before it is read: the reader makes room for every cell between the first and the last."""

from __future__ import annotations

import pytest
import xlsxwriter

from monazite.core.errors import TableError
from monazite.reference.importers.forms import sheets
from monazite.reference.workbook import check_workbook


def test_two_cells_far_apart_are_refused_before_anything_is_read(tmp_path):
    path = tmp_path / "WMD 2026.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Cobalt")
        sheet.write(0, 0, "a")
        sheet.write(1_048_575, 16_383, "b")
    with pytest.raises(TableError, match="cells are read at most"):
        sheets(path, path.name)


def test_what_is_no_workbook_says_so():
    with pytest.raises(TableError, match="no whole workbook"):
        check_workbook("a.xlsx", b"text")
