"""Paths and addresses of reports -> the ledger of what they say."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from monazite.core.errors import MonaziteError, ReportError, UsageError
from monazite.core.gazetteer import Gazetteer
from monazite.core.values import Progress, silent
from monazite.ledger.documents import is_address, read_documents, unique_reports
from monazite.ledger.documents.values import Intake
from monazite.ledger.evaluate import Quality, evaluate
from monazite.ledger.parser import load_parser
from monazite.ledger.read import brought_together, read_each
from monazite.ledger.values import Ledger, Report
from monazite.reference.store import gazetteer, open_store
from monazite.workbench.model import Model, Proposed, with_model

__all__ = ["Intake", "LedgerRead", "quality", "read", "read_with", "report_files", "reports_at"]


@dataclass(frozen=True, slots=True)
class LedgerRead:
    """What was read, which reports gave nothing, each with its reason; if a model was asked, what came of it.

    `added` are the ids of the claims that are not in the ledger without the model.
    """

    ledger: Ledger
    failed: tuple[tuple[str, str], ...]
    proposed: Proposed | None = None
    added: tuple[str, ...] = ()


def read(
    places: Sequence[Path | str],
    as_of: date,
    progress: Progress = silent,
    intake: Intake | None = None,
    model: Model | None = None,
) -> LedgerRead:
    """The reconciled ledger of the reports at some paths and addresses; a folder stands for the files in it.

    A report that cannot be read, or says nothing that can be recorded, is named in `failed`; the others are done all
    the same. A `model` is asked about each report beside the reader.

    :raises MonaziteError: if no report gave anything.
    """
    with open_store() as store:
        names = gazetteer(store)
    return read_with(names, places, as_of, progress, intake, model)


def read_with(
    names: Gazetteer,
    places: Sequence[Path | str],
    as_of: date,
    progress: Progress = silent,
    intake: Intake | None = None,
    model: Model | None = None,
) -> LedgerRead:
    """`read` with the names at hand."""
    reports, failed = reports_at(places, progress, intake)
    progress("loading the language model")
    readings = read_each(unique_reports(reports), names, load_parser(), progress=progress)
    proposed, alone = None, readings
    if model is not None:
        readings, proposed = with_model(model, readings, names, progress)
        failed += proposed.failed
    progress("bringing the reports together")
    ledger = brought_together(readings, as_of)
    own = {c.id for c in (ledger if proposed is None else brought_together(alone, as_of)).claims}
    told = {e.report for claim in ledger.claims for e in claim.evidence}
    failed += [
        (r.id, f"{r.id}: no commitment, measure or event was found. Check that the text is the report itself.")
        for r in ledger.reports
        if r.id not in told
    ]
    if not ledger.claims:
        raise _nothing(failed)
    return LedgerRead(ledger, tuple(failed), proposed, tuple(c.id for c in ledger.claims if c.id not in own))


def quality(ledger: Ledger, gold: Path) -> tuple[Quality, ...]:
    """How well a ledger was read, against an annotation of its reports in a JSON file.

    :raises UsageError: for a file that cannot be read as such an annotation.
    """
    try:
        told = json.loads(gold.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(str(gold), f"is no annotation: {error}", "see docs/methods/ledger.md for its shape") from error
    return evaluate(ledger, told)


def reports_at(
    places: Sequence[Path | str], progress: Progress = silent, intake: Intake | None = None
) -> tuple[list[Report], list[tuple[str, str]]]:
    """The reports at some paths and addresses, and which could not be read, each with its reason.

    :raises MonaziteError: if none could be read.
    """
    reports, problems = _taken_in(report_files(places), intake or Intake(), progress)
    failed = [(name, str(error)) for name, error in problems]
    if not reports:
        raise problems[0][1] if len(problems) == 1 else _nothing(failed)
    return reports, failed


def _taken_in(
    places: Iterable[Path | str], intake: Intake, progress: Progress
) -> tuple[list[Report], list[tuple[str, MonaziteError]]]:
    """The reports at some places, and what gave none, each by name with its reason."""
    reports: dict[str, Report] = {}
    failed: list[tuple[str, MonaziteError]] = []
    for place in places:
        name = place if isinstance(place, str) else place.name
        progress(f"reading {name}")
        try:
            name.encode()  # a name that is no text cannot be cited
            found, broken = read_documents(place, intake)
            failed += [(error.where, error) for error in broken]
            for report in found:
                if report.id in reports:
                    what = f"a report named {report.id} is read already"
                    raise UsageError(str(place), what, "rename one of the two")
                reports[report.id] = report
        except UnicodeEncodeError:
            name = name.encode(errors="backslashreplace").decode()
            failed.append((name, ReportError(name, "its name is not readable as UTF-8", "rename the file")))
        except MonaziteError as error:
            failed.append((name, error))
    return list(reports.values()), failed


def _nothing(failed: list[tuple[str, str]]) -> MonaziteError:
    reasons = " ".join(reason for _, reason in failed)
    return MonaziteError("reports", f"none of them could be used. {reasons}", "pass at least one readable report")


def report_files(places: Iterable[Path | str]) -> list[Path | str]:
    """The files and addresses that some places stand for: a folder for the files in it, the same one once.

    A text is an address if it begins like one, else a path.
    """
    found: list[Path | str] = []
    for place in places:
        if isinstance(place, str) and is_address(place):
            found.append(place)
            continue
        path = Path(place)
        if _is_folder(path):
            inside = [p for p in sorted(path.iterdir()) if p.is_file() and not p.name.startswith((".", "README"))]
            if not inside:
                raise UsageError(str(path), "the folder has no files", "put reports into it or name files")
            found += inside
        else:
            found.append(path)
    return list({p if isinstance(p, str) else p.absolute(): p for p in found}.values())


def _is_folder(path: Path) -> bool:
    with suppress(OSError, ValueError):  # a name no file can have: reading it says so
        return path.is_dir()
    return False
