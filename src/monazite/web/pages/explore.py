"""*Explore*: a buyer, a mineral, a stage and a year -> whom the buyer depends on, how far, and through whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from monazite.brief import words
from monazite.brief.assets import world
from monazite.core.gazetteer import Gazetteer
from monazite.core.pictures import DE_FACTO, VIEWS
from monazite.core.values import Reading, Stage
from monazite.indicators.values import Exposure
from monazite.reference.store import open_store
from monazite.web.pages import desk
from monazite.web.pages.figures import table
from monazite.web.pages.values import Figure, Late, Page, Tile, View
from monazite.workbench.exposure.network import exposures
from monazite.workbench.pictures import sheet_of
from monazite.workbench.stamp import stamp

__all__ = ["HEAT", "PAGE", "Question", "ask", "late"]

_FIRST = ("map", "suppliers")
HEAT = "heatmap"
_LATE = {
    "sankey": "From ore to component",
    "years": "Through the years",
    HEAT: "Every mineral it imports, by supplier",
}


@dataclass(frozen=True, slots=True)
class Question:
    """Who buys which mineral, at which stage (None: all), in which year; `stamp` says of which tables.

    `boundaries` are how the map draws disputed ones.
    """

    buyer: str
    mineral: str
    stage: Stage | None
    year: int
    stamp: str
    boundaries: str = DE_FACTO

    @property
    def goods(self) -> str:
        """The mineral as the workbench asks for it, with its stage if one is meant."""
        return f"{self.mineral} {self.stage}" if self.stage else self.mineral


def ask(asked: Mapping[str, str], _: object) -> Question:
    """The question of an address; Japan and rare earths where it names nobody and nothing."""
    first, last = desk.years()
    return Question(
        asked.get("buyer", "JPN").strip(),
        asked.get("mineral", "rare-earths").strip(),
        desk.stage_of(asked),
        desk.whole(asked, "year", first, last) or last,
        stamp(),
        world(asked.get("boundaries", DE_FACTO)).boundaries,
    )


@desk.once(64)
def _exposure(question: Question) -> tuple[Exposure, Gazetteer]:
    (found,), names = exposures(question.buyer, (question.goods,), question.year, "largest")
    return found, names


@lru_cache(maxsize=64)
def answer(question: Question) -> View:
    """All that is known of one buyer's dependence on one mineral."""
    found, names = _exposure(replace(question, boundaries=DE_FACTO))
    traded = any(s.suppliers for s in found.stages)
    figures: list[Figure | Late] = [_picture(question, kind) for kind in _FIRST] if traded else []
    figures += [one for one in (_hidden(found, names), _readings(found, names)) if one.sheet.chart.rows]
    figures += [Late(name, title, name == HEAT) for name, title in _LATE.items() if traded or name == HEAT]
    buyer, goods = words.countries(found.members, names), words.mineral(found.mineral, names)
    return View(
        title=f"{words.sentence(goods)} into {buyer}, {found.year}" + (f": {found.only}" if found.only else ""),
        summary=_summary(found, names),
        tiles=tuple(_tiles(found, names)),
        figures=tuple((f,) for f in figures),
        limits=(
            *(s.note for s in found.stages if s.note),
            *(
                [f"No trade code covers {', '.join(found.untraded)}: what passes there is not seen."]
                if found.untraded
                else []
            ),
        ),
        links=(
            (f"/shock?{urlencode({'to': question.buyer, 'mineral': question.mineral})}", "Play a shock on this"),
            (f"/country?{urlencode({'name': question.buyer})}", f"All about {buyer}"),
            (f"/mineral?{urlencode({'name': found.mineral})}", f"All about {goods}"),
        ),
    )


def late(question: Question, name: str) -> Figure | None:
    """What takes longer: the way from ore to component, the years, the heat map of all minerals."""
    return _picture(question, name) if name in _LATE else None


@desk.once(128)
def _picture(question: Question, kind: str) -> Figure:
    if kind == HEAT:
        found, names = exposures(question.buyer, (), question.year)
        goods: tuple[str, ...] = ()
    else:
        one, names = _exposure(replace(question, boundaries=DE_FACTO))
        found, goods = (one,), (question.goods,)
    with open_store() as store:
        return Figure(kind, sheet_of(store, found, goods, kind, names, question.boundaries))


def _summary(found: Exposure, names: Gazetteer) -> str:
    traded = [s for s in found.stages if s.suppliers]
    if not traded:
        return "No trade of it is on record for this buyer and year: no data, which is not the same as none."
    told = "; ".join(
        f"{s.stage}, {words.country(s.suppliers[0].country, names)} with {words.pct(s.suppliers[0].share)} of the value"
        for s in traded
    )
    through = [h for h in found.hidden if h.through_share.mid > h.direct_share + 0.01]
    more = ""
    if through:
        most = max(through, key=lambda h: h.through_share.mid - h.direct_share)
        bought = f"only {words.pct(most.direct_share)} was" if most.direct_share > 0 else "none was"
        more = (
            f" Of its {most.stage} imports, {words.pct_band(most.through_share)} by weight came from or "
            f"passed through {words.country(most.through, names)}, though {bought} bought there."
        )
    return f"The largest suppliers: {told}.{more}"


def _tiles(found: Exposure, names: Gazetteer) -> Iterable[Tile]:
    for stage in found.stages:
        if stage.suppliers:
            first = stage.suppliers[0]
            seller = words.country(first.country, names)
            yield Tile(words.pct(first.share), f"of {stage.stage} imports come from {seller}, by value")
    for hidden in found.hidden[-1:]:
        where = words.country(hidden.through, names)
        yield Tile(words.pct_band(hidden.through_share), f"of {hidden.stage} imports passed through {where}, by weight")


def _hidden(found: Exposure, names: Gazetteer) -> Figure:
    rows = [
        (
            h.stage,
            words.country(h.through, names),
            words.pct(h.direct_share),
            words.pct_band(h.through_share),
            "; ".join(
                f"{names.name_of(r.supplier)} {words.pct(r.through_share)}" for r in h.routes if r.supplier != h.through
            ) or "nobody else",
        )
        for h in found.hidden
    ]  # fmt: skip
    header = ("Stage", "Through", "Bought there", "Came from or passed through it", "Of what others sell")
    note = "An estimate: published figures, balanced; material is mixed wherever it passes (assumption)."
    cited = desk.named_sources(tuple(s for h in found.hidden for s in h.sources))
    return table("hidden", "Hidden dependence, shares of imports by weight", header, rows, cited, (note,))


def _readings(found: Exposure, names: Gazetteer) -> Figure:
    groups: list[tuple[str, tuple[Reading, ...]]] = [(s.stage, s.readings) for s in found.stages]
    groups.append(("world and chain", found.world))
    rows = [
        (where, r.name, words.reading(r), r.unit, words.named(r.note, names))
        for where, readings in groups
        for r in readings
    ]
    cited = desk.named_sources(tuple(s for _, readings in groups for r in readings for s in r.sources))
    return table("indicators", "Indicators", ("Of", "Indicator", "Value", "Unit", "Note"), rows, cited)


def choices(_: object) -> Mapping[str, Any]:
    """What the form offers."""
    first, last = desk.years()
    return {
        "buyers": desk.buyers(),
        "minerals": desk.traded_minerals(),
        "stages": [s.value for s in Stage],
        "years": range(last, first - 1, -1),
        "boundaries": VIEWS.items(),
    }


PAGE = Page("explore", "Explore", ask, answer, late, choices)
