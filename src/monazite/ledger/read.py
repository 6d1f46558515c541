"""Reports -> the ledger: read each, bring together what they say of one thing, show where they disagree."""

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
from monazite.ledger.documents import unique_reports
from monazite.ledger.drafts import Fact, Pledge, Step
from monazite.ledger.events import facts
from monazite.ledger.measures import steps
from monazite.ledger.reconcile import commitment_of, event_of, group_facts, group_pledges, group_steps, measure_of
from monazite.ledger.scene import Scene, anchored, read_scene
from monazite.ledger.values import Claim, Conflict, Evidence, Ledger, Report
from monazite.ledger.vocabulary import load_vocabulary

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["read_reports"]


def read_reports(
    reports: Iterable[Report], as_of: date, gazetteer: Gazetteer, parser: Language, progress: Progress = silent
) -> Ledger:
    """The ledger of some reports as of a date. The order of the reports changes nothing; no claim is no error.

    Raises UsageError where two reports have one name.
    """
    ordered = unique_reports(reports)
    words = load_vocabulary()
    names = name_index(gazetteer, words)
    scenes = []
    for number, report in enumerate(ordered, 1):
        progress(f"reading {report.id} ({number} of {len(ordered)})")
        scenes.append(read_scene(report, names, parser, words))
    scenes = _anchored_together(scenes)
    progress("bringing the reports together")
    return _ledger(ordered, scenes, gazetteer, as_of)


def _anchored_together(scenes: Sequence[Scene]) -> list[Scene]:
    """Scenes that name no day take that of reports on the same parties, where these agree within a month."""
    known: dict[tuple[str, ...], set[date]] = {}
    for scene in scenes:
        if scene.anchor is not None and scene.parties:
            known.setdefault(scene.parties, set()).add(scene.anchor)
    return [
        anchored(s, max(days) if (days := known.get(s.parties, set())) and (max(days) - min(days)).days <= 31 else None)
        for s in scenes
    ]


def _ledger(reports: tuple[Report, ...], scenes: Sequence[Scene], gazetteer: Gazetteer, as_of: date) -> Ledger:
    pledged: list[Pledge] = []
    stepped: list[Step] = []
    stated: list[Fact] = []
    for scene in scenes:
        measures_told, taken = steps(scene, gazetteer)
        stepped += measures_told
        pledged += pledges(scene, taken)
        stated += facts(scene)
    promises, measures, events = group_pledges(pledged), group_steps(stepped), group_facts(stated)
    claims: list[list[Claim]] = [
        [commitment_of(g, as_of) for g in promises],
        [measure_of(g) for g in measures],
        [event_of(g) for g in events],
    ]
    named = [_numbered(kind, letter) for kind, letter in zip(claims, "cme", strict=True)]
    clashes = [
        *((c, named[0]) for c in pledge_clashes(promises)),
        *((c, named[1]) for c in step_clashes(measures)),
        *((c, named[2]) for c in fact_clashes(events)),
        *((c, named[2]) for c in weekday_clashes(scenes)),
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
