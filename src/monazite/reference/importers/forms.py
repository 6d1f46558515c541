"""The forms files come in: CSV, workbooks, ZIPs -> their rows; a file of another form is refused with the reason."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from re import Pattern

from python_calamine import CalamineError, CalamineWorkbook, load_workbook

from monazite.core.errors import TableError
from monazite.reference.workbook import check_workbook

__all__ = ["Grid", "Member", "check_columns", "header", "members", "number", "sheets", "unpacked"]

Grid = list[list[object]]
"""The cells of a sheet, row by row: texts and numbers."""

_MOST_BYTES = 8 << 30  # of one file in a ZIP; BACI's largest year has 0.4 GB
_LONGEST_HEAD = 1 << 20
_MOST_TIMES = 100  # as large as it is packed: text grows tenfold, a bomb a thousandfold
_MEND = "pass the files as they were published"
_NONE = {"", "..", "na", "n/a", "#n/a", "nan", "none"}


@dataclass(frozen=True, slots=True)
class Member:
    """A file to read: itself, or `inside` a ZIP."""

    name: str
    file: Path
    inside: str = ""


def members(files: Sequence[Path], wanted: Pattern[str], form: str) -> list[Member]:
    """The files, and those inside of ZIPs, whose names are `wanted`, by name.

    :raises TableError: with every file that cannot be read, is empty, is none of these, or would grow without bounds.
    """
    found, problems = [], []
    for file in files:
        try:
            inside = _inside(file)
        except (OSError, zipfile.BadZipFile) as error:
            problems.append(f"{file.name} cannot be read: {error}")
            continue
        named = [m for m in inside if wanted.fullmatch(m.name)]
        problems += [] if named else [f"{file.name} is not {form}"]
        found += named
    problems += [f"{m.file.name}: {m.inside} grows beyond bounds" for m in found if m.inside and _grows(m)]
    if problems:
        raise TableError(", ".join(f.name for f in files), problems, _MEND)
    return sorted(found, key=lambda m: m.name)


@contextmanager
def unpacked(member: Member, work: Path) -> Iterator[Path]:
    """The path of a member; what had to be unpacked goes again."""
    if not member.inside:
        yield member.file
        return
    try:
        with zipfile.ZipFile(member.file) as archive:
            path = Path(archive.extract(member.inside, work / "unpacked"))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise TableError(member.name, [f"cannot be unpacked: {error}"], "fetch the file again") from error
    try:
        yield path
    finally:
        path.unlink()


def header(path: Path, name: str, columns: Iterable[str]) -> list[str]:
    """The names in the first line of a CSV file, which are to hold all of `columns`."""
    try:
        with path.open("rb") as file:
            names = next(csv.reader([file.readline(_LONGEST_HEAD).decode("utf-8-sig")]), [])
    except (UnicodeDecodeError, csv.Error) as error:
        raise TableError(name, [f"is no CSV text in UTF-8: {error}"], _MEND) from error
    check_columns(names, name, columns)
    return names


def check_columns(names: Iterable[object], name: str, columns: Iterable[str]) -> None:
    """Refuse a file without some of the `columns`."""
    there = [str(n).strip() for n in names]
    if missing := [c for c in columns if c not in there]:
        what = f"has no column {', '.join(missing)}; its first line is {', '.join(there)[:80]!r}"
        raise TableError(name, [what], _MEND)


def sheets(path: Path, name: str) -> Mapping[str, Callable[[], Grid]]:
    """The sheets of a workbook by name, read when called for; a CSV file is one sheet without a name."""
    if path.suffix.lower() != ".xlsx":
        return {"": partial(_text, path, name)}
    check_workbook(name, path.read_bytes())
    try:
        book = load_workbook(path)
    except CalamineError as error:
        raise TableError(name, [f"is no workbook: {error}"], _MEND) from error
    return {sheet: partial(_cells, book, sheet) for sheet in book.sheet_names}


def number(cell: object) -> float | None:
    """A cell's number; None where there is none.

    >>> number("1,250.5"), number(" NA"), number(0)
    (1250.5, None, 0.0)

    :raises ValueError: for any other text.
    """
    text = str(cell).strip()
    return None if text.casefold() in _NONE else float(text.replace(",", ""))


def _cells(book: CalamineWorkbook, sheet: str) -> Grid:
    return [list(row) for row in book.get_sheet_by_name(sheet).to_python()]


def _inside(file: Path) -> list[Member]:
    if file.suffix.lower() == ".xlsx" or not zipfile.is_zipfile(file):
        return [Member(file.name, file)] if file.stat().st_size else []
    with zipfile.ZipFile(file) as archive:
        return [Member(Path(n).name, file, n) for n in archive.namelist()]


def _grows(member: Member) -> bool:
    with zipfile.ZipFile(member.file) as archive:
        info = archive.getinfo(member.inside)
    return info.file_size > min(_MOST_BYTES, _MOST_TIMES * max(info.compress_size, 1 << 16))


def _text(path: Path, name: str) -> Grid:
    """Rows of CSV in UTF-8, or in the Windows encoding that older publications have."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            with path.open(encoding=encoding, newline="") as file:
                return [list(row) for row in csv.reader(file)]
        except UnicodeDecodeError:
            continue
        except csv.Error as error:
            raise TableError(name, [f"is no CSV text: {error}"], _MEND) from error
    raise TableError(name, ["is no text in UTF-8 or Windows-1252"], _MEND)
