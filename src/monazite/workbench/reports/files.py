"""The record as files: handed over whole as JSON, its ledger as a table or a calendar; and its chain, checked."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np

from monazite.brief.calendar import calendar
from monazite.core.errors import RecordError, UsageError
from monazite.core.text import tame
from monazite.ledger.contract import COLUMNS, rows
from monazite.record.keep import exported, imported
from monazite.record.log import START, entries, open_log, problems, restore
from monazite.reference.files import check_target, replacing
from monazite.reference.xlsx import write_workbook
from monazite.workbench.reports.record import stand

__all__ = ["Chain", "chain", "export", "import_file", "write_calendar"]


@dataclass(frozen=True, slots=True)
class Chain:
    """A record's chain: where (without a password), how many entries, the last hash, and what is not as written."""

    record: str
    entries: int
    head: str
    problems: tuple[str, ...]


def chain(where: str, head: str = "") -> Chain:
    """The chain of a record, checked; and that a `head` noted before is still in it, so that no end was cut off."""
    with open_log(where) as log:
        found = entries(log)
    wrong = problems(found)
    if head and head not in {START, *(e.hash for e in found)}:
        wrong.append(f"no entry has the hash {head}: entries at the end were removed, or the whole was written anew")
    return Chain(log.name, len(found), found[-1].hash if found else START, tuple(wrong))


def export(where: str, target: Path, as_of: date, known_at: datetime | None = None) -> int:
    """Write the whole record as .json, or its ledger on a day as .csv or .xlsx; the number of entries or rows."""
    check_target(target)
    if target.suffix == ".json":
        with open_log(where) as log:
            found = entries(log)
        with replacing(target) as scratch:
            scratch.write_bytes(exported(found))
        return len(found)
    table = list(rows(stand(where, as_of, known_at).state.ledger))
    if target.suffix == ".csv":
        with replacing(target) as scratch, scratch.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([COLUMNS, *([tame(cell) for cell in row] for row in table)])
    elif target.suffix == ".xlsx":
        cells = zip(*table, strict=True) if table else [()] * len(COLUMNS)
        write_workbook({n: np.array(c, dtype=object) for n, c in zip(COLUMNS, cells, strict=True)}, target)
    else:
        raise UsageError(str(target), "has no ending that is written", "name a .json, .csv or .xlsx file")
    return len(table)


def import_file(where: str, source: Path) -> tuple[str, int]:
    """Take over an exported record, into an empty one or behind what both have in common: where, and how many entries.

    :raises RecordError: when the file is no export, or its chain does not hold.
    """
    try:
        found = imported(str(source), source.read_bytes())
    except OSError as error:
        raise RecordError(str(source), f"cannot be read: {error.strerror}", "check its name") from error
    with open_log(where, create=True) as log:
        return log.name, restore(log, found)


def write_calendar(where: str, target: Path, as_of: date) -> int:
    """Write what is due as an .ics file; the number of entries."""
    check_target(target)
    ledger = stand(where, as_of).state.ledger
    data = calendar(ledger)
    with replacing(target) as scratch:
        scratch.write_bytes(data)
    return data.count(b"BEGIN:VEVENT")
