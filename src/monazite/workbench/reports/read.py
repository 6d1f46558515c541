"""Paths and addresses of reports -> the ledger of what they say."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from glob import has_magic, iglob
from itertools import chain, islice
from pathlib import Path
from threading import Lock

from monazite.core.errors import MonaziteError, ReportError, UsageError
from monazite.core.gazetteer import Gazetteer
from monazite.core.values import Progress, silent
from monazite.ledger.documents import is_address, opened, report_in, unique_reports
from monazite.ledger.documents.values import Intake, Source
from monazite.ledger.drafts import Reading
from monazite.ledger.evaluate import Quality, evaluate
from monazite.ledger.read import brought_together, read_each, to_read_again
from monazite.ledger.reading.parser import load_parser
from monazite.ledger.values import Ledger, Report
from monazite.reference.store import gazetteer, open_store
from monazite.workbench.reports.model import Model, Proposed, with_model
from monazite.workbench.spread import Spread, Workers, chunked, spreading

__all__ = ["Intake", "LedgerRead", "quality", "read", "read_with", "report_files", "reports_at"]

MOST_FILES = 100_000
"""Files that a folder or a pattern may stand for."""

# bytes of documents and characters of reports for a worker at a time: about a second of work
_CHUNK_BYTES, _CHUNK_CHARS = 200_000, 16_000
# the parser is no place for two threads of a worker at once
_PARSING = Lock()
_parser = cache(load_parser)

Taken = tuple[tuple[Report, ...], tuple[tuple[str, MonaziteError], ...]]
"""What a place gave: its reports, and by name why there are no more."""


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
    workers: Workers | None = None,
) -> LedgerRead:
    """The reconciled ledger of the reports at some paths and addresses; a folder stands for the files in it.

    A report that cannot be read, or says nothing that can be recorded, is named in `failed`; the others are done all
    the same. A `model` is asked about each report beside the reader. Who does the work, this process or `workers`,
    changes nothing.

    :raises MonaziteError: if no report gave anything, or the workers cannot be reached.
    """
    with open_store() as store:
        names = gazetteer(store)
    if workers:
        progress(f"waiting for workers ({workers})")
        with spreading(workers) as spread:
            reports, failed = reports_at(places, progress, intake, spread)
            readings = _read_by(spread, unique_reports(reports), names, progress)
        return _together(readings, names, as_of, progress, model, failed)
    return read_with(names, places, as_of, progress, intake, model)


def read_with(
    names: Gazetteer,
    places: Sequence[Path | str],
    as_of: date,
    progress: Progress = silent,
    intake: Intake | None = None,
    model: Model | None = None,
) -> LedgerRead:
    """`read` with the names at hand, in this process."""
    reports, failed = reports_at(places, progress, intake)
    progress("loading the language model")
    readings = read_each(unique_reports(reports), names, load_parser(), progress=progress)
    return _together(readings, names, as_of, progress, model, failed)


def _together(
    readings: tuple[Reading, ...],
    names: Gazetteer,
    as_of: date,
    progress: Progress,
    model: Model | None,
    failed: list[tuple[str, str]],
) -> LedgerRead:
    """The ledger of what each report says, and of what a model adds to it."""
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


def _read_by(spread: Spread, reports: Sequence[Report], names: Gazetteer, progress: Progress) -> tuple[Reading, ...]:
    """What `read_each` gives for all the reports, by workers that see a few of them each."""

    def each(some: Sequence[Report], known: tuple[Reading, ...]) -> Iterator[Reading]:
        chunks = chunked(some, lambda report: len(report.text), _CHUNK_CHARS)
        for n, reading in enumerate(chain.from_iterable(spread(partial(_read_few, names, known), chunks)), 1):
            progress(f"read {reading.report.id} ({n} of {len(some)})")
            yield reading

    readings = tuple(each(reports, ()))
    # a report without a day of its own may have to speak from the day of one that another worker read
    undated = to_read_again(readings)
    parties = {r.parties for r in readings if not r.dated}
    dated = {(r.parties, r.anchor): r for r in readings if r.dated and r.parties in parties}
    again = {r.report.id: r for r in each(undated, tuple(map(_day_only, dated.values())))}
    return tuple(again.get(r.report.id, r) for r in readings)


def _read_few(names: Gazetteer, known: tuple[Reading, ...], reports: tuple[Report, ...]) -> tuple[Reading, ...]:
    with _PARSING:
        return read_each(reports, names, _parser(), known)


def _day_only(reading: Reading) -> Reading:
    """A reading that tells no more than who speaks from which day."""
    return replace(reading, report=replace(reading.report, text=""), pledges=(), steps=(), facts=(), slips=())


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
    places: Sequence[Path | str], progress: Progress = silent, intake: Intake | None = None, spread: Spread = map
) -> tuple[list[Report], list[tuple[str, str]]]:
    """The reports at some paths and addresses, and which could not be read, each with its reason.

    Only this process opens files and addresses; what their bytes hold may be for others to find (`spread`).

    :raises MonaziteError: if none could be read.
    """
    files = report_files(places)
    ready = (_opened(place, intake or Intake(), progress) for place in files)
    chunks = chunked(ready, _size, 0 if spread is map else _CHUNK_BYTES)
    reports: dict[str, Report] = {}
    problems: list[tuple[str, MonaziteError]] = []
    for place, (found, broken) in zip(files, chain.from_iterable(spread(_taken_in, chunks)), strict=True):
        problems += broken
        for report in found:
            if report.id in reports:
                what = f"a report named {report.id} is read already"
                problems.append((_name(place), UsageError(str(place), what, "rename one of the two")))
                break
            reports[report.id] = report
    failed = [(name, str(error)) for name, error in problems]
    if not reports:
        raise problems[0][1] if len(problems) == 1 else _nothing(failed)
    return list(reports.values()), failed


def _name(place: Path | str) -> str:
    return place if isinstance(place, str) else place.name


def _opened(place: Path | str, intake: Intake, progress: Progress) -> tuple[str, Source | Taken]:
    """The name of a place with the bytes there, or with what a feed or nothing readable gave."""
    name = _name(place)
    progress(f"reading {name}")
    try:
        name.encode()  # a name that is no text cannot be cited
        found = opened(place, intake)
    except UnicodeEncodeError:
        name = name.encode(errors="backslashreplace").decode()
        found = (), (ReportError(name, "its name is not readable as UTF-8", "rename the file"),)
    except MonaziteError as error:
        return name, ((), ((name, error),))
    return name, found if isinstance(found, Source) else (found[0], tuple((e.where, e) for e in found[1]))


def _size(ready: tuple[str, Source | Taken]) -> int:
    return 1_000 + len(ready[1].data) if isinstance(ready[1], Source) else 1


def _taken_in(chunk: tuple[tuple[str, Source | Taken], ...]) -> tuple[Taken, ...]:
    """What the bytes of each document hold."""
    return tuple(_report(name, one) if isinstance(one, Source) else one for name, one in chunk)


def _report(name: str, source: Source) -> Taken:
    try:
        return (report_in(source),), ()
    except MonaziteError as error:
        return (), ((name, error),)


def _nothing(failed: list[tuple[str, str]]) -> MonaziteError:
    reasons = " ".join(reason for _, reason in failed)
    return MonaziteError("reports", f"none of them could be used. {reasons}", "pass at least one readable report")


def report_files(places: Iterable[Path | str]) -> list[Path | str]:
    """The files and addresses that some places stand for: a folder for the files in it, a pattern (`reports/*.txt`,
    `reports/**/*.pdf`) for those that fit, sorted by path, and the same one once.

    A text is an address if it begins like one, else a path; what is there by its name is no pattern.

    :raises UsageError: for a folder or pattern of no files, or of more than `MOST_FILES`.
    """
    found: list[Path | str] = []
    for place in places:
        if isinstance(place, str) and is_address(place):
            found.append(place)
            continue
        path = Path(place)
        if _is_folder(path):
            found += _several(path, path.iterdir(), "put reports into it or name files")
        elif has_magic(str(path)) and not _exists(path):
            fitting = iglob(str(path), recursive=True)  # noqa: PTH207 - pathlib takes no pattern from the root
            found += _several(path, map(Path, fitting), "check it")
        else:
            found.append(path)
    return list({p if isinstance(p, str) else p.absolute(): p for p in found}.values())


def _several(place: Path, inside: Iterable[Path], mend: str) -> list[Path]:
    files = sorted(
        islice((p for p in inside if not p.name.startswith((".", "README")) and p.is_file()), MOST_FILES + 1)
    )
    what = "the folder has no files" if _is_folder(place) else "no file fits this pattern"
    if not files:
        raise UsageError(str(place), what, mend)
    if len(files) > MOST_FILES:
        raise UsageError(str(place), f"more than {MOST_FILES:,} files", "name parts of them, one after the other")
    return files


def _is_folder(path: Path) -> bool:
    with suppress(OSError, ValueError):  # a name no file can have: reading it says so
        return path.is_dir()
    return False


def _exists(path: Path) -> bool:
    with suppress(OSError, ValueError):
        return path.exists()
    return True
