"""A brief's values -> one HTML file that opens offline, prints on A4 and shows where every figure comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from markupsafe import Markup

from monazite.brief import findings, words
from monazite.brief.assets import environment, stylesheet, world
from monazite.brief.charts import (
    STANDING,
    Chart,
    commitment_timeline,
    history_lines,
    market_charts,
    supplier_shares,
)
from monazite.brief.dependence import heat_map
from monazite.brief.draw import svg
from monazite.brief.index import Index, Ref, index
from monazite.brief.maps import flow_map
from monazite.brief.plan_charts import bought, lever_words, plan_charts
from monazite.brief.sankey import sankey
from monazite.brief.values import Brief
from monazite.brief.views import chain_view, exposure_arcs, flow_view, heat_by_supplier
from monazite.core.gazetteer import Gazetteer, fold
from monazite.indicators.values import Exposure
from monazite.ledger.values import Commitment
from monazite.simulation.track import told
from monazite.simulation.values import MarketOutcome

__all__ = ["render_html"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawn chart with its number and the references it rests on."""

    number: int
    chart: Chart
    drawing: Markup
    refs: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """One headline number, what it counts, and where it is shown in full."""

    figure: str
    caption: str
    anchor: str


def render_html(brief: Brief) -> str:
    """The whole brief as one HTML document: no script, nothing loaded from anywhere, the same bytes for the same brief.

    `brief` holds the results to show. All text in it is escaped. Raises `MonaziteError` where a quotation is not
    verbatim in its report, or a source is cited and not listed.
    """
    known = index(brief)
    numbers = count(1)
    timeline = _timeline(brief, known, numbers)
    page = environment().get_template("brief.html.j2")
    return page.render(
        brief=brief,
        ledger=brief.ledger,
        known=known,
        style=Markup(stylesheet()),  # noqa: S704  the room's own packaged file
        title=findings.title(brief),
        points=findings.key_sentences(brief, known),
        tiles=_tiles(brief),
        timeline=timeline,
        due=_due(brief),
        heats=_heats(brief, known, numbers),
        buyers=[_buyer(e, brief, known, numbers) for e in brief.exposures],
        outcomes=[_outcome(o, brief, known, numbers) for o in brief.outcomes],
        plan=_plan(brief, known, numbers),
        quotes=[(r, [q for q in known.quotes if q.report == r.id]) for r in brief.ledger.reports],
        conflicts=sorted(brief.ledger.conflicts, key=lambda c: c.severity != "hard"),
        latest=max((r.published for r in brief.ledger.reports if r.published), default=None),
        undertakings=_undertakings(brief),
        undated=len(brief.ledger.commitments) - len(findings.dated(brief)),
        standing=lambda s: STANDING.get(s, (s.replace("-", " ").capitalize(), ""))[0],
        say=words,
        kind=lambda name: findings.MEASURES.get(name, name.replace("_", " ")).removeprefix("an ").capitalize(),
        label=words.label,
        plain=lambda text: _plain(text, brief, known),
        told_by=brief.ledger.told_by,
        said=_said,
        conflict_kind=findings.kind_of,
        fact=lambda value: _fact(value, brief.gazetteer),
        origin=lambda text: tuple(known.claim[m.id] for m in brief.ledger.measures if m.id in text.split()),
        name=lambda code: words.country(code, brief.gazetteer),
        names=lambda codes: words.countries(codes, brief.gazetteer),
        mineral=lambda name: words.mineral(name, brief.gazetteer),
        track_said=told,
        act=lambda outcome: findings.act_of(outcome, brief.gazetteer),
    )


def _figure(chart: Chart, numbers: Iterator[int], refs: tuple[Ref, ...]) -> Figure:
    number = next(numbers)
    return Figure(number, chart, Markup(svg(chart, f"fig{number}")), refs)  # noqa: S704  escaped by the engine


def _timeline(brief: Brief, known: Index, numbers: Iterator[int]) -> Figure | None:
    dated = [c for c in brief.ledger.commitments if c.due and (c.due.start or c.due.end)]
    if not dated:
        return None
    labels = [known.claim[c.id].label for c in dated]
    return _figure(
        commitment_timeline(dated, brief.ledger.as_of, labels),
        numbers,
        known.cite(c.evidence[0] for c in dated),
    )


def _tiles(brief: Brief) -> list[Tile]:
    commitments, conflicts = brief.ledger.commitments, brief.ledger.conflicts
    tiles = []
    if commitments:
        tiles.append(Tile(findings.late_of_dated(brief), "commitments with a date overdue or unverified", "due"))
    hard = sum(c.severity == "hard" for c in conflicts)
    if brief.ledger.reports:
        tiles.append(Tile(str(hard), f"plain contradiction{'' if hard == 1 else 's'} in the reports", "conflicts"))
    found = findings.worst(brief)
    if found:
        outcome, importer = found
        name = words.country(importer.importer, brief.gazetteer)
        goods = words.mineral(outcome.mineral, brief.gazetteer)
        loss = words.pct_band(importer.shortfall_share)
        label = f"of its imports of {goods} ({outcome.stage}, by weight) {name} would go without, by the market model"
        if outcome.foretold and (bought := outcome.foretold.bought_t.get(importer.importer)):
            label += f"; as earlier falls went, {words.pct_band(bought.scaled(1 / importer.base_t).left_of(1))}"
        tiles.append(Tile(loss, label, "shock"))
        if importer.price_change_pct:
            price = words.signed_band(importer.price_change_pct)
            tiles.append(Tile(price, f"change in the prices of {name}’s remaining suppliers", "shock"))
    return tiles


def _undertakings(brief: Brief) -> list[tuple[str, list[Commitment]]]:
    """What was agreed or announced, then under a heading of its own what is only talked about."""
    talked = [c for c in brief.ledger.commitments if c.status == "under_discussion"]
    firm = [c for c in brief.ledger.commitments if c not in talked]
    return [(h, group) for h, group in (("", firm), ("Under discussion: not agreed", talked)) if group]


def _due(brief: Brief) -> list[tuple[str, str, list[tuple[Commitment, int]]]]:
    """Commitments in groups by standing, each with the days between the end of its window and the as-of date."""
    groups = (
        ("Overdue or unverified", "overdue-unverified", "past"),
        ("Due soon", "due-soon", "left"),
        ("Due later", "open", "left"),
    )
    found = []
    for heading, standing, unit in groups:
        dated = [
            (end, c)
            for c in brief.ledger.commitments
            if c.standing == standing and c.due and (end := c.due.end or c.due.start)
        ]
        dated.sort(key=lambda pair: pair[0])
        if dated:
            found.append((heading, unit, [(c, abs((end - brief.ledger.as_of).days)) for end, c in dated]))
    return found


def _heats(brief: Brief, known: Index, numbers: Iterator[int]) -> list[Figure]:
    """For each buyer of two or more minerals: what it buys of each from whom, in one picture."""
    found = []
    for buyer in dict.fromkeys(e.buyer for e in brief.exposures):
        shown = [e for e in brief.exposures if e.buyer == buyer]
        if sum(any(s.suppliers for s in e.stages) for e in shown) > 1:
            refs = known.sourced(s for e in shown for stage in e.stages for s in stage.sources)
            found.append(_figure(heat_map(heat_by_supplier(shown, brief.gazetteer)), numbers, refs))
    return found


def _buyer(exposure: Exposure, brief: Brief, known: Index, numbers: Iterator[int]) -> dict[str, Any]:
    refs = known.sourced(s for stage in exposure.stages for s in stage.sources)
    charts = []
    if traded := any(s.suppliers for s in exposure.stages):
        charts.append((supplier_shares(exposure, brief.gazetteer), refs))
    if any(len(s.history) > 1 for s in exposure.stages):
        charts.append((history_lines(exposure, brief.gazetteer), refs))
    # A map is as large as the other two together: it is drawn for what the reports name most.
    if traded and len(exposure.members) == 1 and exposure.mineral == brief.exposures[0].mineral:
        view = flow_view(exposure, exposure_arcs(exposure), brief.passages, brief.gazetteer)
        lanes = known.sourced(s for p in brief.passages if p.pairs for s in p.sources)
        charts.append((flow_map(view, world(brief.boundaries), brief.gazetteer), tuple(dict.fromkeys((*refs, *lanes)))))
        way = dict(brief.ways).get(exposure.buyer, ())
        if len({leg.start_stage for leg in way}) > 1:
            drawn = chain_view(way, exposure.members, exposure.mineral, exposure.year, brief.gazetteer)
            charts.append((sankey(drawn), known.sourced(s for h in exposure.hidden for s in h.sources) or refs))
    return {"exposure": exposure, "figures": [_figure(chart, numbers, cited) for chart, cited in charts]}


def _outcome(outcome: MarketOutcome, brief: Brief, known: Index, numbers: Iterator[int]) -> dict[str, Any]:
    refs = known.sourced(outcome.sources)
    charts = [c for name, c in market_charts(outcome, brief.gazetteer) if name != "losses" or outcome.others]
    return {"outcome": outcome, "refs": refs, "figures": [_figure(c, numbers, refs) for c in charts]}


def _plan(brief: Brief, known: Index, numbers: Iterator[int]) -> dict[str, Any] | None:
    """What the plan's section shows: its levers in words, each with its worth and references, and its charts."""
    planned = brief.plan
    if planned is None:
        return None
    joint, rows = planned.together.joint, bought(planned.together.joint)
    worth = {v.name: w for v, w in zip(joint.levers, joint.worth_usd_per_t.tolist(), strict=True)}
    refs = known.sourced(planned.sources)
    shown = ("measures", "shares") if len(joint.partners) > 1 else ("measures",)
    charts = [chart for name, chart in plan_charts(planned, brief.gazetteer) if name in shown]
    return {
        "planned": planned,
        "cases": list(zip(planned.scenarios, planned.probabilities, strict=True)),
        "refs": refs,
        "levers": [
            (words.sentence(lever_words(v, brief.gazetteer)), v, t, cost, worth[v.name], known.sourced([v.source]))
            for v, t, cost in rows
        ],
        "figures": [_figure(chart, numbers, refs) for chart in charts],
    }


def _said(name: str, text: str) -> bool:
    """Whether the text already says the name."""
    return fold(name) in fold(text)


def _plain(text: str, brief: Brief, known: Index) -> str:
    """A room's own note with names in place of ISO codes, days for ISO dates and numbers for file names."""
    for report in brief.ledger.reports:
        text = text.replace(report.id, known.report[report.id].label)
    iso = r"\b\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b"
    return re.sub(iso, _day, words.named(text, brief.gazetteer))


def _day(found: re.Match[str]) -> str:
    try:
        return words.day(date.fromisoformat(found[0]))
    except ValueError:
        return found[0]


def _fact(value: Any, gazetteer: Gazetteer) -> str:
    """An event's value as words: codes become names, ISO dates become dates, what is unknown is left out."""
    if isinstance(value, dict):
        parts = (_fact(v, gazetteer) for v in value.values() if v is not None and v != "")
        return ", ".join(dict.fromkeys(parts))
    if isinstance(value, (list, tuple)):
        return "; ".join(_fact(v, gazetteer) for v in value)
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        value = date.fromisoformat(value)
    return words.day(value) if isinstance(value, date) else gazetteer.name_of(str(value))
