"""An XLSX workbook, held against bounds before it is read.

The reader of workbooks makes room for every cell between the first and the last one: a small file with two cells far
apart would end the program, so it is measured first.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from monazite.core.errors import TableError

__all__ = ["MOST_CELLS", "check_workbook", "formulas_at_0"]

MOST_CELLS = 10_000_000
"""As many cells of a sheet are read at most, empty ones between the first and the last among them."""

_LARGEST_UNPACKED = 600_000_000  # bytes of all parts together
_EMPTY_CELL = re.compile(rb"<c\s[^<>]*/>")  # only styled: the reader makes no room for it
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']\s*([A-Za-z]*)(\d+)""")
_FORMULA_0 = re.compile(
    rb"""<c\s[^<>]*?\br\s*=\s*["']([A-Za-z]+)(\d+)["'][^<>]*>\s*<f(?:\s[^<>]*)?(?:/>|>[^<]*</f>)\s*<v>0</v>"""
)
_MEND = "save it as .xlsx or as CSV in UTF-8"


def check_workbook(where: str, data: bytes) -> None:
    """Refuse what is no .xlsx workbook, or would not fit into memory.

    :raises TableError: saying which.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {n.casefold() for n in archive.namelist()}
            if "xl/workbook.xml" not in names or names & {"xl/workbook.bin", "content.xml"}:
                raise TableError(where, ["is a packed file and no .xlsx workbook"], _MEND)
            size = sum(part.file_size for part in archive.infolist())
            if size > _LARGEST_UNPACKED:
                what = f"has {size / 1e6:,.0f} MB unpacked, {_LARGEST_UNPACKED / 1e6:.0f} MB are read at most"
                raise TableError(where, [what], "keep the table alone in the workbook")
            for part in archive.infolist():
                _check_span(where, archive.read(part))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError, zlib.error) as error:
        raise TableError(where, [f"is no whole workbook: {error}"], _MEND) from error


def formulas_at_0(data: bytes) -> frozenset[tuple[int, int]]:
    """Row and column, from 1, of cells with a formula whose saved value is 0, of all sheets of a checked workbook.

    Programs that write formulas save a 0 in place of the value that only a spreadsheet works out.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [archive.read(p) for p in archive.infolist() if p.filename.casefold().startswith("xl/worksheets/")]
    return frozenset((int(row), _position(column)) for xml in parts for column, row in _FORMULA_0.findall(xml))


def _check_span(where: str, xml: bytes) -> None:
    found = _REFERENCE.findall(_EMPTY_CELL.sub(b"", xml))
    row = max(map(int, {digits for _, digits in found}), default=0)
    column = max(map(_position, {letters for letters, _ in found}), default=0)
    if row * column > MOST_CELLS:
        what = f"a sheet goes to row {row:,} and column {column:,}, {MOST_CELLS:,} cells are read at most"
        raise TableError(where, [what], "delete the cells far from the table")


def _position(letters: bytes) -> int:
    """The number of a column: 1 for A."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
