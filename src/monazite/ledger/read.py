"""Reports -> the ledger: read each by itself, bring together what they say of one thing, show where they disagree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from monazite.core.gazetteer import Gazetteer
from monazite.core.values import Progress, silent
from monazite.ledger.claims.state import state_of
from monazite.ledger.documents import unique_reports
from monazite.ledger.drafts import Reading
from monazite.ledger.reading.actors import name_index
from monazite.ledger.reading.commitments import pledges
from monazite.ledger.reading.events import facts, slips
from monazite.ledger.reading.measures import steps
from monazite.ledger.reading.parts import in_parts
from monazite.ledger.reading.scene import Scene, anchored, read_scene
from monazite.ledger.reading.signs import told
from monazite.ledger.values import Ledger, Report
from monazite.ledger.vocabulary import load_vocabulary

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["brought_together", "read_each", "read_reports", "to_read_again"]


def read_reports(
    reports: Iterable[Report], as_of: date, gazetteer: Gazetteer, parser: Language, progress: Progress = silent
) -> Ledger:
    """The ledger of some reports as of a date. The order of the reports changes nothing; no claim is no error.

    :raises UsageError: if two reports have one name.
    """
    readings = read_each(unique_reports(reports), gazetteer, parser, progress=progress)
    progress("bringing the reports together")
    return brought_together(readings, as_of)


def read_each(
    reports: Sequence[Report],
    gazetteer: Gazetteer,
    parser: Language,
    known: Sequence[Reading] = (),
    progress: Progress = silent,
) -> tuple[Reading, ...]:
    """What each report says by itself; one that names no day speaks from that of others on the same parties.

    These are the other `reports` and those read before (`known`).
    """
    words = load_vocabulary()
    names = name_index(gazetteer, words)
    readings, undated = {}, list[Scene]()
    for number, report in enumerate(reports, 1):
        progress(f"reading {report.id} ({number} of {len(reports)})")
        scene = read_scene(report, names, parser, words)
        if scene.anchor is None:
            undated.append(scene)
        else:
            readings[report.id] = _reading(scene, gazetteer, parser)
    days = _days_of_parties((*known, *readings.values()))
    for scene in undated:
        spoken = anchored(scene, days.get(scene.parties))
        readings[scene.report.id] = replace(_reading(spoken, gazetteer, parser), dated=False)
    return tuple(readings[report.id] for report in reports)


def to_read_again(readings: Sequence[Reading]) -> tuple[Report, ...]:
    """The reports without a day of their own that would speak from another day now, by what the others say."""
    days = _days_of_parties(readings)
    return tuple(r.report for r in readings if not r.dated and days.get(r.parties) != r.anchor)


def _reading(scene: Scene, gazetteer: Gazetteer, parser: Language) -> Reading:
    sentences = in_parts(scene, told(scene), parser)
    stated = tuple(pledges(scene, sentences)), steps(scene, sentences, gazetteer)
    drafts = (*stated, tuple(facts(scene)), tuple(slips(scene)))
    return Reading(scene.report, scene.parties, scene.anchor, *drafts, dated=scene.anchor is not None)


def _days_of_parties(readings: Iterable[Reading]) -> dict[tuple[str, ...], date]:
    """The day on which reports on the same parties speak, the latest, where they agree within a month."""
    days: dict[tuple[str, ...], set[date]] = {}
    for reading in readings:
        if reading.dated and reading.anchor is not None and reading.parties:
            days.setdefault(reading.parties, set()).add(reading.anchor)
    return {parties: max(of) for parties, of in days.items() if (max(of) - min(of)).days <= 31}


def brought_together(readings: Iterable[Reading], as_of: date) -> Ledger:
    """The ledger of some readings as of a date: one claim for one thing, and where the reports disagree.

    Copies among the reports are found here, among all of them; where reports are counted, a copy does not count.
    """
    return state_of(readings, as_of).ledger
