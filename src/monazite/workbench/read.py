"""Paths of reports -> the ledger of what they say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from monazite.core.errors import MonaziteError, ReportError, UsageError
from monazite.core.gazetteer import Gazetteer
from monazite.core.values import Progress, silent
from monazite.ledger.documents import read_report
from monazite.ledger.parser import load_parser
from monazite.ledger.read import read_reports
from monazite.ledger.values import Ledger, Report
from monazite.reference.store import gazetteer, open_store

__all__ = ["LedgerRead", "read", "read_with", "report_files"]


@dataclass(frozen=True, slots=True)
class LedgerRead:
    """What was read, and which reports gave nothing, each with its reason."""

    ledger: Ledger
    failed: tuple[tuple[str, str], ...]


def read(paths: Sequence[Path], as_of: date, progress: Progress = silent) -> LedgerRead:
    """The reconciled ledger of the reports at `paths`; a folder stands for the files in it.

    A report that cannot be read, or says nothing that can be recorded, is named in `failed`; the others are done all
    the same.

    :raises MonaziteError: if no report gave anything.
    """
    with open_store() as store:
        names = gazetteer(store)
    return read_with(names, paths, as_of, progress)


def read_with(names: Gazetteer, paths: Sequence[Path], as_of: date, progress: Progress = silent) -> LedgerRead:
    """`read` with the names at hand."""
    reports: list[Report] = []
    failed: list[tuple[str, str]] = []
    problems: list[MonaziteError] = []
    for path in report_files(paths):
        progress(f"reading {path.name}")
        try:
            path.name.encode()  # a name that is no text cannot be cited
            report = read_report(path)
            if any(report.id == known.id for known in reports):
                raise UsageError(str(path), f"a report named {report.id} is read already", "rename one of the two")
        except UnicodeEncodeError:
            name = path.name.encode(errors="backslashreplace").decode()
            problems.append(ReportError(name, "its name is not readable as UTF-8", "rename the file"))
            failed.append((name, str(problems[-1])))
        except MonaziteError as error:
            failed.append((path.name, str(error)))
            problems.append(error)
        else:
            reports.append(report)
    if not reports:
        raise problems[0] if len(problems) == 1 else _nothing(failed)
    progress("loading the language model")
    parser = load_parser()
    ledger = read_reports(reports, as_of, names, parser, progress)
    told = {e.report for claim in ledger.claims for e in claim.evidence}
    failed += [
        (r.id, f"{r.id}: no commitment, measure or event was found. Check that the text is the report itself.")
        for r in ledger.reports
        if r.id not in told
    ]
    if not ledger.claims:
        raise _nothing(failed)
    return LedgerRead(ledger, tuple(failed))


def _nothing(failed: list[tuple[str, str]]) -> MonaziteError:
    reasons = " ".join(reason for _, reason in failed)
    return MonaziteError("reports", f"none of them could be used. {reasons}", "pass at least one readable report")


def report_files(paths: Iterable[Path]) -> list[Path]:
    """The files that some paths stand for: a folder for the files in it, the same file once."""
    found: list[Path] = []
    for path in paths:
        if _is_folder(path):
            inside = [p for p in sorted(path.iterdir()) if p.is_file() and not p.name.startswith((".", "README"))]
            if not inside:
                raise UsageError(str(path), "the folder has no files", "put reports into it or name files")
            found += inside
        else:
            found.append(path)
    return list({path.absolute(): path for path in found}.values())


def _is_folder(path: Path) -> bool:
    with suppress(OSError, ValueError):  # a name no file can have: reading it says so
        return path.is_dir()
    return False
