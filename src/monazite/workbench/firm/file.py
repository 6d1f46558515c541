"""A CSV file, a workbook or rows from outside -> the rows of a list, within stated bounds.

The form is told by the content, not by the name: a ZIP is a workbook, anything else is text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from math import isnan
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from monazite.core.errors import TableError
from monazite.core.text import printable
from monazite.reference.workbook import MOST_CELLS, check_workbook, formulas_at_0
from monazite.workbench.firm.columns import FIRM, Form, Header, header_of, missing

__all__ = ["LARGEST_BYTES", "MOST_ROWS", "Cell", "Given", "Rows", "Sent", "Sheet", "read_sheet"]

LARGEST_BYTES = 50_000_000
"""Of the file, as it lies on disk."""

MOST_ROWS = 500_000
"""Of a list; a firm with more sums them first."""

_HEADER_WITHIN = 30  # rows: titles and notes may stand above it
_BINARY = {b"\xd0\xcf\x11\xe0": "an old .xls workbook or one with a password", b"%PDF": "a PDF", b"\x1f\x8b": "packed"}
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_MEND = "save it as .xlsx or as CSV in UTF-8"

Cell = str | float
"""What a cell holds: text as it stands, or a workbook's number."""

Rows = Sequence[Mapping[str, Cell | None]]
"""A list as programs have it: for each line its cells by the name of the column; what is not given is None or NaN."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that was sent: its name and content, or rows that hold the same."""

    name: str
    data: bytes | Rows = field(repr=False)


Given = Path | Sent


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list as rows of cells: (number of the row in the file, cells), the header left out.

    `name` is the sheet's in a workbook, '' for text. `decimal` is the decimal sign to expect in text. `merged` are
    (row, position) of cells that a merged range covers, all but its first; `unworked` those of formulas saved with the
    value 0. `notices` say how the file was read.
    """

    file: str
    name: str
    header: Header
    rows: tuple[tuple[int, Sequence[Cell]], ...]
    decimal: str = "."
    merged: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    unworked: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    notices: tuple[str, ...] = ()


def read_sheet(file: Given, form: Form = FIRM) -> Sheet:
    """The list in a file; `form` says which columns it needs. Rows that were sent count from 1.

    :raises TableError: for a file that is missing, too large, empty, of another form, or has no header that fits.
    """
    where = printable(file.name)
    data = _read(file) if isinstance(file, Path) else file.data
    if not isinstance(data, bytes):
        return _sent(where, data, form)
    _check_size(str(file) if isinstance(file, Path) else where, data)
    if data.startswith(b"PK\x03\x04"):
        return _workbook(where, data, form)
    for start, what in _BINARY.items():
        if data.startswith(start):
            raise TableError(where, [f"is {what}"], _MEND)
    return _text(where, data, form)


def _read(path: Path) -> bytes:
    where = str(path)
    try:
        if path.exists() and not path.is_file():
            raise TableError(where, ["is no file"], "name a .csv or .xlsx file")
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise TableError(where, [f"cannot be read: {why}"], "check its name and permissions") from error
    return data


def _check_size(where: str, data: bytes) -> None:
    if len(data) > LARGEST_BYTES:
        what = f"has more than {LARGEST_BYTES / 1e6:.0f} MB, the most that is read"
        raise TableError(where, [what], "sum its lines by material, stage and country first")
    if not data.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise TableError(where, ["is empty"], "give a list with a header and at least one line")


def _sent(where: str, given: Rows, form: Form) -> Sheet:
    columns = list(dict.fromkeys(name for row in given for name in row))
    header = header_of(columns, form)
    _check_header((where, ""), 0, header, form)
    rows = [(n, [_empty_if_none(row.get(name)) for name in columns]) for n, row in enumerate(given, start=1)]
    kept = tuple((n, cells) for n, cells in rows if any(c != "" for c in cells))
    _check_rows(where, len(kept))
    return Sheet(where, "", header, kept)


def _empty_if_none(cell: Cell | None) -> Cell:
    if isinstance(cell, str):
        return cell.strip()
    return "" if cell is None or isnan(cell) else cell


def _text(where: str, data: bytes, form: Form) -> Sheet:
    text, notices = _decode(where, data)
    found = {d: _find_header(_records(where, text, d, _HEADER_WITHIN), form) for d in _DELIMITERS}
    delimiter = min(found, key=lambda d: (len(missing(found[d][1], form)), -len(found[d][1].at)))
    number, header = found[delimiter]
    _check_header((where, ""), number, header, form)
    below = ((n, cells) for n, cells in _records(where, text, delimiter) if n > number and any(map(str.strip, cells)))
    rows = list(islice(below, MOST_ROWS + 1))
    _check_rows(where, len(rows))
    if delimiter != ",":
        notices.append(f"the columns are parted by {_DELIMITERS[delimiter]}")
    return Sheet(where, "", header, tuple(rows), "," if delimiter == ";" else ".", notices=tuple(notices))


def _decode(where: str, data: bytes) -> tuple[str, list[str]]:
    try:
        if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
            raise TableError(where, ["is in UTF-32"], _MEND)
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16"), ["the text is in UTF-16"]
        if b"\x00" in data:
            raise TableError(where, ["is no text, or in UTF-16 without its mark"], _MEND)
        try:
            return data.decode("utf-8-sig"), []
        except UnicodeDecodeError:
            told = "the text is not in UTF-8 and was read as Windows-1252: check names with accents"
            return data.decode("cp1252"), [told]
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TableError(where, [f"line {line} is text in no encoding that is read"], _MEND) from error


def _records(where: str, text: str, delimiter: str, most: int | None = None) -> Iterator[tuple[int, list[str]]]:
    """The records with the number of the line each begins on; only the first `most`."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    began = 1
    try:
        for cells in islice(reader, most):
            yield began, cells
            began = reader.line_num + 1
    except csv.Error as error:
        if most is None:
            mend = "close each quotation mark, and double those inside of a cell"
            raise TableError(where, [f"line {began} is no CSV: {error}"], mend) from error


def _find_header(rows: Iterable[tuple[int, list[str]]], form: Form) -> tuple[int, Header]:
    """The first row that names all that is needed; where none does, the one that names most."""
    best = (0, Header({}, {}))
    for number, cells in rows:
        header = header_of(cells, form)
        if not missing(header, form):
            return number, header
        if len(header.at) > len(best[1].at) or not best[0]:
            best = number, header
    return best


def _check_header(place: tuple[str, str], number: int, header: Header, form: Form) -> None:
    (where, sheet), problems = place, [*missing(header, form), *header.twice]
    if problems:
        found = ", ".join(header.called.values()) or "none that is known"
        at = f"sheet {sheet!r}, row {number}" if sheet else f"row {number}" if number else "the list"
        raise TableError(where, [*problems, f"found in {at}: {found}"], "name each of these columns once")


def _check_rows(where: str, count: int) -> None:
    if not count:
        raise TableError(where, ["has a header and no line below it"], "give at least one line")
    if count > MOST_ROWS:
        what = f"has more than {MOST_ROWS:,} lines, the most that is read"
        raise TableError(where, [what], "sum its lines by material, stage and country first")


def _workbook(where: str, data: bytes, form: Form) -> Sheet:
    check_workbook(where, data)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            seen: list[tuple[str, int, Header]] = []
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                rows = _grid(sheet)
                head = [(n, [str(c) for c in cells]) for n, cells in rows[:_HEADER_WITHIN]]
                number, header = _find_header(head, form)
                if not missing(header, form):
                    _check_header((where, sheet.name), number, header, form)
                    found = _sheet(where, sheet, rows, (number, header), len(book.sheet_names))
                    return replace(found, unworked=frozenset((row, at - 1) for row, at in formulas_at_0(data)))
                seen.append((name, number, header))
    except CalamineError as error:
        raise TableError(where, [f"is no workbook: {error}"], _MEND) from error
    if not seen:
        raise TableError(where, ["has no sheet"], _MEND)
    name, number, header = min(seen, key=lambda s: (len(missing(s[2], form)), -len(s[2].at)))
    _check_header((where, name), number, header, form)
    raise AssertionError  # the best header of those that lack something lacks something


def _sheet(
    where: str, sheet: CalamineSheet, rows: list[tuple[int, list[Cell]]], found: tuple[int, Header], sheets: int
) -> Sheet:
    number, header = found
    cells = {n: row for n, row in rows if n > number}
    merged = set()
    ranges = [(top, left, min(bottom + 1, rows[-1][0])) for (top, left), (bottom, _) in sheet.merged_cell_ranges or ()]
    if sum(max(last - top, 0) for top, _, last in ranges) > MOST_CELLS:
        raise TableError(where, ["its merged ranges cover more cells than are read"], _MEND)
    for top, left, last in ranges:
        for n in range(top + 2, last + 1):
            if n in cells and top + 1 in cells and left < len(cells[n]):
                cells[n][left] = cells[top + 1][left]
                merged.add((n, left))
    kept = tuple((n, row) for n, row in cells.items() if any(c != "" for c in row))
    _check_rows(where, len(kept))
    notices = (f"read from the sheet {printable(sheet.name)!r}, the first of {sheets} that fits",) if sheets > 1 else ()
    return Sheet(where, printable(sheet.name), header, kept, merged=frozenset(merged), notices=notices)


def _grid(sheet: CalamineSheet) -> list[tuple[int, list[Cell]]]:
    rows = sheet.to_python(skip_empty_area=False)
    return [(n, [_cell(c) for c in row]) for n, row in enumerate(rows, start=1)]


def _cell(value: float | str | bool | date | time | datetime | timedelta) -> Cell:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return float(value)
    return value.strip() if isinstance(value, str) else str(value)
