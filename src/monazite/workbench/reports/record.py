"""The record: reports and reviewers' decisions into it, and what stands in it at a moment and on a day."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from monazite import __version__
from monazite.core.errors import UsageError
from monazite.core.values import Progress, silent
from monazite.ledger.claims.changes import Change, changes
from monazite.ledger.claims.decisions import Decision, lost
from monazite.ledger.claims.state import State, state_of
from monazite.ledger.documents import unique_reports
from monazite.ledger.drafts import Reading
from monazite.ledger.read import read_each, to_read_again
from monazite.ledger.reading.parser import load_parser
from monazite.ledger.values import Commitment, Report
from monazite.record.keep import Kept, document_note, kept, reading_note
from monazite.record.log import Note, append, entries, open_log
from monazite.reference.parts import data_folder
from monazite.reference.store import gazetteer, open_store
from monazite.workbench.reports.read import Intake, reports_at

__all__ = ["Added", "Adding", "Standing", "add", "changed", "due", "place", "stand"]


@dataclass(frozen=True, slots=True)
class Adding:
    """Who adds reports, when, how they are taken in, and whether those on record are read again by today's reader."""

    who: str
    at: datetime
    again: bool = False
    intake: Intake | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """What was brought in: new reports, those on record before, those read in another way now, those not readable.

    `record` says where, without a password.
    """

    new: tuple[str, ...]
    known: tuple[str, ...]
    again: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    record: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A state, the decisions on record, and those of them that speak of nothing on record."""

    state: State
    decisions: tuple[Decision, ...]
    lost: tuple[Decision, ...]


def place(chosen: str = "") -> str:
    """Where the record is: as chosen, else a file in the user's data folder."""
    return chosen or str(data_folder() / "record.sqlite")


def add(where: str, places: Sequence[Path | str], asked: Adding, progress: Progress = silent) -> Added:
    """Read reports and put them on record, the whole of them or nothing; one on record already is left as it is.

    :raises MonaziteError: if no report could be read, or one has the name of another on record.
    """
    reports, failed = reports_at(places, progress, asked.intake)
    if "://" not in where:
        Path(where).absolute().parent.mkdir(parents=True, exist_ok=True)
    with open_log(where, create=True) as log:
        while True:
            held = kept(entries(log))
            notes, told = _read(reports, held, asked.again, progress)
            if not notes or append(log, notes, asked.who, asked.at, after=held.last) is not None:
                return dataclasses.replace(told, record=log.name, failed=tuple(failed))
            progress("another writer was first; looking again")


def _read(reports: Sequence[Report], held: Kept, again: bool, progress: Progress) -> tuple[list[Note], Added]:
    before = {r.report.sha256: r for r in held.readings}
    new = [r for r in reports if r.sha256 not in before]
    known = [dataclasses.replace(r, id=before[r.sha256].report.id) for r in reports if r.sha256 in before]
    if taken := sorted({r.id for r in new} & {r.report.id for r in held.readings}):
        raise UsageError(", ".join(taken), "another report of this name is on record", "rename the new one")
    told = Added(tuple(r.id for r in new), tuple(r.id for r in known))
    if not (todo := unique_reports(new + known if again else new)):
        return [], told
    with open_store() as store:
        names = gazetteer(store)
    progress("loading the language model")
    parser = load_parser()
    others = tuple(r for r in held.readings if r.report not in todo)
    fresh = read_each(todo, names, parser, others, progress)
    undated = read_each(to_read_again(others + fresh), names, parser, others + fresh, progress)
    changed = [r for r in fresh + undated if not _alike(r, before.get(r.report.sha256))]
    texts = {sha256: r.report.text for sha256, r in before.items()}
    notes = [document_note(r) for r in changed if r.report.text != texts.get(r.report.sha256)]
    notes += [reading_note(r, __version__) for r in changed]
    return notes, dataclasses.replace(told, again=tuple(r.report.id for r in changed if r.report.sha256 in before))


def _alike(now: Reading, before: Reading | None) -> bool:
    """Whether two readings of one report say the same, wherever and whenever it was fetched."""
    if before is None:
        return False
    report = dataclasses.replace(now.report, origin=before.report.origin, fetched=before.report.fetched)
    return dataclasses.replace(now, report=report) == before


def stand(where: str, as_of: date, known_at: datetime | None = None) -> Standing:
    """What stands on a day, by the reports and decisions on record at a moment.

    A report counts from the day it speaks from; one without a day, from that on which it was added.
    """
    with open_log(where) as log:
        held = kept(entries(log), known_at)
    return _standing(held, as_of)


def _standing(held: Kept, as_of: date) -> Standing:
    told = [r for r in held.readings if (r.anchor or held.added[r.report.id]) <= as_of]
    return Standing(state_of(told, as_of, held.decisions), held.decisions, lost(held.readings, held.decisions))


def changed(where: str, since: date, as_of: date, added_since: datetime | None = None) -> tuple[Change, ...]:
    """What changed from one day to another; or, with `added_since`, by what came on record after a moment."""
    with open_log(where) as log:
        found = entries(log)
    now = _standing(kept(found), as_of).state
    before = _standing(kept(found, added_since), as_of) if added_since else _standing(kept(found), since)
    return changes(before.state, now)


def due(where: str, as_of: date, within: timedelta) -> tuple[Commitment, ...]:
    """The commitments that are overdue, or fall due within a time, the first due first."""
    found = stand(where, as_of).state.ledger.commitments
    open_ = [c for c in found if c.standing in ("open", "due-soon", "overdue-unverified") and c.due and c.due.end]
    return tuple(sorted((c for c in open_ if _end(c) <= as_of + within), key=lambda c: (_end(c), c.id)))


def _end(claim: Commitment) -> date:
    return (claim.due.end if claim.due else None) or date.max
