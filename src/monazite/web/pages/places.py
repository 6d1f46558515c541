"""*Country* and *Mineral*: one page each with all that is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from monazite.brief import words
from monazite.core.gazetteer import Gazetteer
from monazite.reference.store import open_store
from monazite.scenario.reach import minerals_of
from monazite.web.pages import desk, explore
from monazite.web.pages.figures import table
from monazite.web.pages.values import Figure, Late, Page, View
from monazite.workbench.data import show_coverage
from monazite.workbench.exposure.known import Told, of_country, of_mineral
from monazite.workbench.shock.play import named_scenarios
from monazite.workbench.stamp import stamp

__all__ = ["COUNTRY", "MINERAL"]


_LIMITS = (
    "What is not in the tables is no data, which is not the same as none.",
    "What a trade measure rests on stands in the table measure_sources, by the measure's name (see Data and methods).",
)


@dataclass(frozen=True, slots=True)
class Question:
    """A country by its ISO3 code, or a mineral by its id."""

    name: str
    stamp: str


def _ask_country(asked: Mapping[str, str], _: object) -> Question:
    return Question(desk.names().country(asked.get("name", "JPN")).iso3, stamp())


def _ask_mineral(asked: Mapping[str, str], _: object) -> Question:
    return Question(desk.names().mineral(asked.get("name", "rare-earths")).id, stamp())


@lru_cache(maxsize=32)
def _country(question: Question) -> View:
    names = desk.names()
    with open_store() as store:
        told = of_country(store, question.name)
    country = words.country(question.name, names)
    groups = [c.name for c in names.coalitions if question.name in c.members]
    heat = Late(explore.HEAT, f"Every mineral {country} imports, by supplier", True)
    return View(
        title=words.sentence(country),
        summary=_counted(told) + (f" It is a member of {words.spoken(groups)}." if groups else ""),
        figures=(*((f,) for f in _figures(told, names)), (heat,)),
        limits=_LIMITS,
        links=(
            (f"/explore?{urlencode({'buyer': question.name})}", "Whom it depends on"),
            (f"/shock?{urlencode({'to': question.name})}", "Play a shock on it"),
            (f"/shock?{urlencode({'from': question.name, 'to': 'all'})}", "Play a shock by it"),
            (f"/commitments?{urlencode({'text': names.name_of(question.name)})}", "Commitments that name it"),
        ),
    )


def _country_late(question: Question, name: str) -> Figure | None:
    return explore.late(explore.ask({"buyer": question.name}, ""), name)


@lru_cache(maxsize=32)
def _mineral(question: Question) -> View:
    names = desk.names()
    with open_store() as store:
        told = of_mineral(store, question.name)
    mineral = words.mineral(question.name, names)
    about = [(n, s.title) for n, s in named_scenarios().items() if question.name in minerals_of(s)]
    return View(
        title=words.sentence(mineral),
        summary=_counted(told),
        figures=tuple((f,) for f in (*_figures(told, names), _coverage(question.name))),
        limits=_LIMITS,
        links=(
            (f"/explore?{urlencode({'mineral': question.name})}", "Who depends on whom for it"),
            *((f"/shock?{urlencode({'scenario': name})}", title) for name, title in about),
        ),
    )


def _coverage(mineral: str) -> Figure:
    rows = [
        (c.stage, c.production_years or "no data", c.trade_years or "no data", "yes" if c.mixed else "no")
        for c in show_coverage(mineral)
    ]
    header = ("Stage", "Years of production", "Years of trade", "Codes shared with others")
    return table("coverage", "What the tables hold", header, rows)


def _counted(told: tuple[Told, ...]) -> str:
    on_record = (f"{t.title[:1].lower()}{t.title[1:]} ({len(t.rows)})" for t in told if t.rows)
    return f"On record: {words.spoken(on_record) or 'nothing'}."


def _figures(told: tuple[Told, ...], names: Gazetteer) -> Iterator[Figure]:
    for number, t in enumerate(told, 1):
        if t.rows:
            rows = [tuple(_said(cell, names) for cell in row) for row in t.rows]
            yield table(f"table-{number}", t.title, t.header, rows, desk.named_sources(t.sources))


def _said(cell: str | float | None, names: Gazetteer) -> str:
    if cell is None:
        return "no data"
    if isinstance(cell, float):
        return words.number(cell)
    parts = cell.split("|")
    is_code = all(p.isupper() and len(p) == 3 for p in parts)
    return ", ".join(map(names.name_of, parts) if is_code else parts)


def _choices(kind: str) -> Mapping[str, Any]:
    known = desk.names()
    countries, minerals = ((c.iso3, c.name) for c in known.countries), ((m.id, m.name) for m in known.minerals)
    every = countries if kind == "country" else minerals
    return {"options": sorted(every, key=lambda x: x[1].lower())}


COUNTRY = Page("country", "Country", _ask_country, _country, _country_late, lambda _: _choices("country"))
MINERAL = Page("mineral", "Mineral", _ask_mineral, _mineral, None, lambda _: _choices("mineral"))
