"""Reports -> the ledger: read each by itself, bring together what they say of one thing, show where they disagree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from monazite.core.gazetteer import Gazetteer
from monazite.core.values import Progress, silent
from monazite.ledger.actors import name_index
from monazite.ledger.commitments import pledges
from monazite.ledger.conflicts import Clash, fact_clashes, pledge_clashes, step_clashes, weekday_clashes
from monazite.ledger.copies import marked, origins
from monazite.ledger.documents import unique_reports
from monazite.ledger.drafts import Reading
from monazite.ledger.events import facts, slips
from monazite.ledger.measures import steps
from monazite.ledger.reconcile import commitment_of, event_of, group_facts, group_pledges, group_steps, measure_of
from monazite.ledger.scene import Scene, anchored, read_scene
from monazite.ledger.values import Claim, Conflict, Evidence, Ledger, Report
from monazite.ledger.vocabulary import load_vocabulary

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["brought_together", "read_each", "read_reports"]


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
    known: Iterable[Reading] = (),
    progress: Progress = silent,
) -> tuple[Reading, ...]:
    """What each report says by itself; one that names no day speaks from that of others on the same parties.

    These are the other `reports` and those read before (`known`).
    """
    words = load_vocabulary()
    names = name_index(gazetteer, words)
    readings, undated = [], {}
    for number, report in enumerate(reports, 1):
        progress(f"reading {report.id} ({number} of {len(reports)})")
        scene = read_scene(report, names, parser, words)
        readings.append(_reading(scene, gazetteer))
        if scene.anchor is None:
            undated[report.id] = scene
    days = _days_of_parties((*known, *readings))
    return tuple(
        _reading(anchored(undated[r.report.id], day), gazetteer)
        if r.report.id in undated and (day := days.get(r.parties))
        else r
        for r in readings
    )


def _reading(scene: Scene, gazetteer: Gazetteer) -> Reading:
    measures, taken = steps(scene, gazetteer)
    told = (tuple(pledges(scene, taken)), measures, tuple(facts(scene)), tuple(slips(scene)))
    return Reading(scene.report, scene.parties, scene.anchor, *told)


def _days_of_parties(readings: Iterable[Reading]) -> dict[tuple[str, ...], date]:
    """The day on which reports on the same parties speak, the latest, where they agree within a month."""
    days: dict[tuple[str, ...], set[date]] = {}
    for reading in readings:
        if reading.anchor is not None and reading.parties:
            days.setdefault(reading.parties, set()).add(reading.anchor)
    return {parties: max(of) for parties, of in days.items() if (max(of) - min(of)).days <= 31}


def brought_together(readings: Iterable[Reading], as_of: date) -> Ledger:
    """The ledger of some readings as of a date: one claim for one thing, and where the reports disagree.

    Copies among the reports are found here, among all of them; where reports are counted, a copy does not count.
    """
    ordered = sorted(readings, key=lambda r: r.report.id)
    reports = marked(r.report for r in ordered)
    origin = origins(reports)
    promises = group_pledges([p for r in ordered for p in r.pledges])
    measures = group_steps([s for r in ordered for s in r.steps])
    events = group_facts([f for r in ordered for f in r.facts])
    claims: list[list[Claim]] = [
        [commitment_of(g, as_of, origin) for g in promises],
        [measure_of(g, origin) for g in measures],
        [event_of(g) for g in events],
    ]
    named = [_numbered(kind, letter) for kind, letter in zip(claims, "cme", strict=True)]
    clashes = [
        *((c, named[0]) for c in pledge_clashes(promises)),
        *((c, named[1]) for c in step_clashes(measures)),
        *((c, named[2]) for c in fact_clashes(events, origin)),
        *((c, named[2]) for c in weekday_clashes(s for r in ordered for s in r.slips)),
    ]
    every = tuple(c for kind in named for c in sorted(kind, key=_first))
    return Ledger(reports, every, _conflicts(clashes, every), as_of)


def _first(claim: Claim) -> tuple[str, int, int, int]:
    quote = claim.evidence[0]
    return quote.report, quote.start, quote.end, int(claim.id[1:])


def _numbered(claims: Sequence[Claim], letter: str) -> list[Claim]:
    """The claims with ids c1, c2, ... by where they are first told; the list keeps its order."""
    order = sorted(range(len(claims)), key=lambda i: (claims[i].evidence[0].report, claims[i].evidence[0].start, i))
    ids = {index: f"{letter}{number}" for number, index in enumerate(order, 1)}
    return [replace(claim, id=ids[i]) for i, claim in enumerate(claims)]


def _conflicts(clashes: Sequence[tuple[Clash, list[Claim]]], claims: Sequence[Claim]) -> tuple[Conflict, ...]:
    def key(item: tuple[Clash, list[Claim]]) -> tuple[object, ...]:
        clash = item[0]
        return clash.severity, clash.evidence[0].report, clash.evidence[0].start, clash.type, clash.explanation

    made = []
    for number, (clash, named) in enumerate(sorted(clashes, key=key), 1):
        ids = tuple(named[i].id for i in clash.groups) or tuple(c.id for c in claims if _holds(c, clash.evidence[0]))
        made.append(
            Conflict(f"x{number}", clash.type, clash.severity, ids, clash.evidence, clash.explanation, clash.resolution)
        )
    return tuple(made)


def _holds(claim: Claim, quote: Evidence) -> bool:
    return any(e.report == quote.report and e.start <= quote.start and quote.end <= e.end for e in claim.evidence)
