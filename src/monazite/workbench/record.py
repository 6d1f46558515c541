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
from monazite.ledger.changes import Change, changes
from monazite.ledger.decisions import Decision, lost
from monazite.ledger.parser import load_parser
from monazite.ledger.read import read_each, to_read_again
from monazite.ledger.state import State, state_of
from monazite.ledger.values import Commitment, Report
from monazite.record.keep import Kept, document_note, kept, reading_note
from monazite.record.log import Note, append, entries, open_log
from monazite.reference.parts import data_folder
from monazite.reference.store import gazetteer, open_store
from monazite.workbench.read import reports_at

__all__ = ["Added", "Standing", "add", "changed", "due", "place", "stand"]


@dataclass(frozen=True, slots=True)
class Added:
    """What was brought in: new reports, those on record before, those read again, those that could not be read."""

    new: tuple[str, ...]
    known: tuple[str, ...]
    again: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A state, the decisions on record, and those of them that speak of nothing on record."""

    state: State
    decisions: tuple[Decision, ...]
    lost: tuple[Decision, ...]


def place(chosen: str = "") -> str:
    """Where the record is: as chosen, else a file in the user's data folder."""
    return chosen or str(data_folder() / "record.sqlite")


def add(where: str, paths: Sequence[Path], who: str, at: datetime, progress: Progress = silent) -> Added:
    """Read reports and put them on record, the whole of them or nothing; one on record already is left as it is.

    :raises MonaziteError: if no report could be read, or one has the name of another on record.
    """
    reports, failed = reports_at(paths, progress)
    if "://" not in where:
        Path(where).parent.mkdir(parents=True, exist_ok=True)
    with open_log(where, create=True) as log:
        while True:
            held = kept(entries(log))
            notes, told = _read(reports, held, progress)
            if not notes or append(log, notes, who, at, after=held.last) is not None:
                return dataclasses.replace(told, failed=tuple(failed))
            progress("another writer was first; looking again")


def _read(reports: Sequence[Report], held: Kept, progress: Progress) -> tuple[list[Note], Added]:
    hashes = {r.report.sha256: r.report.id for r in held.readings}
    new = [r for r in reports if r.sha256 not in hashes]
    if taken := sorted({r.id for r in new} & set(hashes.values())):
        raise UsageError(", ".join(taken), "another report of this name is on record", "rename the new one")
    known = tuple(r.id for r in reports if r.sha256 in hashes)
    if not new:
        return [], Added((), known, (), ())
    with open_store() as store:
        names = gazetteer(store)
    progress("loading the language model")
    parser = load_parser()
    fresh = read_each(new, names, parser, held.readings, progress)
    again = read_each(to_read_again(held.readings + fresh), names, parser, held.readings + fresh, progress)
    notes = [note for r in fresh for note in (document_note(r), reading_note(r, __version__))]
    notes += [reading_note(r, __version__) for r in again]
    return notes, Added(tuple(r.id for r in new), known, tuple(r.report.id for r in again), ())


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
