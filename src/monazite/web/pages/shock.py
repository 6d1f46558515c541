"""*Shock*: a named scenario, or who sells less to whom -> who goes short, who steps in, which industries are hit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import zip_longest
from typing import Any
from urllib.parse import urlencode

import msgspec

from monazite.brief import words
from monazite.brief.charts import market_charts
from monazite.brief.short import chain_in_short, market_in_short
from monazite.brief.shortage import industry_losses, short_places, shortage_weeks
from monazite.core.errors import NoDataError
from monazite.core.gazetteer import Gazetteer
from monazite.core.values import Progress, Stage
from monazite.reference.store import open_store
from monazite.scenario.reach import minerals_of
from monazite.scenario.values import Scenario
from monazite.simulation.values import ImporterOutcome, MarketOutcome
from monazite.web.pages import desk, scenarios
from monazite.web.pages.figures import assumptions, figure
from monazite.web.pages.values import Figure, Late, Long, Page, Part, Tile, View
from monazite.web.settings import Settings
from monazite.workbench.shock.play import Asked, Played, play_stages, shock
from monazite.workbench.stamp import stamp

__all__ = ["PAGE", "Question"]

_NOT_BY_YEAR = "The year's market shows none of it; see the weeks below."
_WEEKS = "Week by week: shortage, what matters most, industries hit"
_APART = (
    "These shares are not those of the year's market: that counts imports alone, and the year as a whole; the weeks "
    "count all use, with stocks, what is made at home and what is under way."
)
_MATTERS = "Who runs short when, and what matters most"


@dataclass(frozen=True, slots=True)
class Question:
    """One scenario, or two to hold beside each other; the minerals whose chains a closed passage is played on.

    `own` are the scenarios people wrote here, by id and title: the form offers them, and they are no part of what the
    question is, by which a job is known.
    """

    scenarios: tuple[Scenario, ...]
    minerals: tuple[str, ...]
    own: tuple[tuple[str, str], ...] = field(repr=False)
    stamp: str


def ask(asked: Mapping[str, str], settings: Settings) -> Question:
    """The scenarios of an address: by name, or China, Japan and rare earths where it says nothing."""
    one = scenarios.first(asked, settings)
    beside = (scenarios.named_in("against", asked, settings),) if asked.get("against") else ()
    mineral = desk.names().mineral(asked.get("mineral", "rare-earths")).id
    own = scenarios.own(settings)
    return Question((one, *beside), () if minerals_of(one) else (mineral,), own, stamp())


@desk.once(64)
def _market(scenario: Scenario, _: str) -> Played:
    with open_store() as store:
        return play_stages(store, scenario)


@lru_cache(maxsize=64)
def answer(question: Question) -> View:
    """What the year's market does, stage by stage, one scenario or two beside each other; the weeks come later."""
    names = desk.names()
    several = len(question.scenarios) > 1
    outcomes: list[MarketOutcome] = []
    told: list[str] = []
    limits: list[str] = []
    sides: list[list[Part]] = []
    for side, scenario in zip("ab", question.scenarios, strict=False):
        try:
            played = _market(scenario, question.stamp)
        except NoDataError as error:
            limits.append(str(error))
            continue
        outcomes += played.outcomes
        of = market_in_short(played.outcomes, names)
        told += [f"{scenario.title}: {next(of)}"] if several else of
        limits += [reason for _, reason in played.not_shown]
        sides.append([_part(o, f"{side}{n}", names, several) for n, o in enumerate(played.outcomes, 1)])
    parts = [_beside([p for p in both if p]) for both in zip_longest(*sides)]
    first = question.scenarios[0]
    late = [Part("by-week", "Week by week", "", ((Late("weeks", _WEEKS),),), is_open=True)] if not several else []
    granted = []
    if every := {p.name: p for o in outcomes for p in o.parameters}:
        shown = assumptions("parameters", "What the market model takes for granted", every.values())
        granted = [Part("granted", "What is taken for granted", "", ((shown,),))]
    return View(
        title=" or ".join(s.title for s in question.scenarios),
        summary=" ".join(told) or _NOT_BY_YEAR,
        tiles=tuple(_tiles(outcomes, names)) if not several else (),
        parts=(*(msgspec.structs.replace(p, is_open=n == 0) for n, p in enumerate(parts)), *late, *granted),
        limits=(
            *dict.fromkeys(limits),
            *dict.fromkeys(a for o in outcomes for a in o.assumptions),
            *desk.records(tuple(dict.fromkeys(o.mineral for o in outcomes))),
        ),
        links=tuple(_links(first, outcomes)),
        more=question.own,
    )


def _part(outcome: MarketOutcome, number: str, names: Gazetteer, several: bool) -> Part:
    """A stage of one scenario."""
    of = f"{words.sentence(words.mineral(outcome.mineral, names))}, {outcome.stage}"
    told = ""
    if not several and (worst := _worst(outcome)):
        told = f"{words.country(worst.importer, names)} goes without {words.pct_band(worst.shortfall_share)}"
    charts = _charts(outcome, f"{outcome.scenario.title}. {of}" if several else of, number, names)
    return Part(f"stage-{number}", of, told, tuple((chart,) for chart in charts))


def _beside(parts: list[Part]) -> Part:
    """The same charts of a stage of one scenario beside those of the other."""
    groups = zip_longest(*(part.figures for part in parts), fillvalue=())
    figures = tuple(tuple(f for side in group for f in side) for group in groups)
    return msgspec.structs.replace(
        parts[0], title=" beside ".join(dict.fromkeys(p.title for p in parts)), figures=figures
    )


def _charts(outcome: MarketOutcome, of: str, number: str, names: Gazetteer) -> Iterator[Figure]:
    cited = desk.named_sources(outcome.sources)
    for name, chart in market_charts(outcome, names):
        named = replace(chart, title=f"{of}: {chart.title[:1].lower()}{chart.title[1:]}")
        yield figure(f"{name}-{number}", named, cited)


def _weekly(question: Question, progress: Progress) -> View:
    """What comes of it week by week: shortage, what matters most, industries."""
    played, names = shock(question.scenarios[0], progress, Asked(minerals=question.minerals)), desk.names()
    if played.weekly is None:
        raise NoDataError("the weeks", played.no_weekly, "see the year's market above")
    found = played.weekly
    figures = [
        figure("weeks", shortage_weeks(found, names), desk.named_sources(found.sources)),
        figure("matters", short_places(_MATTERS, found, found.uses, names), desk.named_sources(found.sources)),
    ]
    if played.economy is not None:
        cited = desk.named_sources(played.economy.sources)
        figures.append(figure("industries", industry_losses(played.economy, names), cited))
    figures.append(assumptions("habits", "What the weeks take for granted", found.parameters))
    told = chain_in_short(found, played.economy, names)
    no_economy = (f"No industries are shown: {played.no_economy}",) if played.economy is None else ()
    return View(_WEEKS, " ".join(told), figures=tuple((f,) for f in figures), limits=(_APART, *no_economy))


def _worst(outcome: MarketOutcome) -> ImporterOutcome | None:
    return max(outcome.importers, key=lambda i: i.shortfall_t.mid, default=None)


def _tiles(outcomes: list[MarketOutcome], names: Gazetteer) -> Iterator[Tile]:
    for outcome in outcomes:
        if worst := _worst(outcome):
            where = words.country(worst.importer, names)
            yield Tile(words.pct_band(worst.shortfall_share), f"of its imports of {outcome.stage} {where} goes without")
            if worst.price_change_pct:
                yield Tile(words.signed_band(worst.price_change_pct), f"on the price {where} pays for {outcome.stage}")


def _links(scenario: Scenario, outcomes: list[MarketOutcome]) -> Iterator[tuple[str, str]]:
    for outcome in outcomes[:1]:
        for importer in outcome.importers[:1]:
            asked = {"buyer": importer.importer, "mineral": outcome.mineral}
            yield f"/explore?{urlencode(asked)}", "Whom it depends on"


def choices(_: object) -> Mapping[str, Any]:
    """What the form offers."""
    return {
        "buyers": desk.buyers(),
        "minerals": desk.traded_minerals(),
        "stages": [s.value for s in Stage],
        "named": [(name, s.title) for name, s in scenarios.named().items()],
    }


_LONG = {"weeks": Long(_WEEKS, _weekly, ("weeks", "matters", "industries", "habits"))}

PAGE = Page("shock", "Shock", ask, answer, choices=choices, long=_LONG)
