"""*Data and methods*: the tables, their sources and coverage, and how the models did against history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from monazite import __version__
from monazite.core.errors import UnknownCode
from monazite.core.gazetteer import nearest
from monazite.core.values import Stage
from monazite.reference.schema import TABLES
from monazite.reference.store import open_store, sources
from monazite.web.pages import desk
from monazite.web.pages.figures import table
from monazite.web.pages.values import Figure, Page, View
from monazite.workbench.data import list_tables, matrix, show_coverage, show_table
from monazite.workbench.stamp import stamp

__all__ = ["PAGE", "Question"]

_ROWS = 200


@dataclass(frozen=True, slots=True)
class Question:
    """One table by name, or '' for all; the day its ages are counted to."""

    table: str
    today: date
    stamp: str


def ask(asked: Mapping[str, str], _: object) -> Question:
    """The question of an address."""
    name, known = asked.get("table", ""), [t.name for t in TABLES]
    if name and name not in known:
        raise UnknownCode("table", name, nearest(name, known), f"known are: {', '.join(known)}")
    return Question(name, date.today(), stamp())


@lru_cache(maxsize=16)
def answer(question: Question) -> View:
    """All tables with what they rest on, or one with its columns and first rows."""
    return _inside(question.table) if question.table else _all(question)


def _all(question: Question) -> View:
    head = ("Table", "What it holds", "Rows", "Years", "Imported rows", "Publishers", "Terms", "Newest")
    fields = ("table", "title", "rows", "years", "imported", "publisher", "licence", "published")
    found = list_tables(question.today)
    rows = [tuple(str(line[f] if line[f] is not None else "") for f in fields) for line in found]
    stages = "Years of production (p) and trade (t) by stage"
    with open_store() as store:
        every = sources(store, (id_ for (id_,) in store.rows("SELECT source_id FROM sources")))
    cited = [(s.publisher, s.title, s.published, s.licence, s.url, s.id) for s in every]
    count = sum(int(str(line["rows"])) for line in found)
    return View(
        title="Data and methods",
        summary=f"{len(found)} tables with {count:,} rows from {len(every)} publications, each row with its source; "
        "no data is never zero.",
        figures=(
            (_record(),),
            (table("tables", "The tables", head, rows),),
            (table("coverage", stages, ("Mineral", *Stage), matrix(show_coverage())),),
            (table("sources", "Sources", ("Publisher", "Title", "Date", "Terms", "Address", "Id"), cited),),
        ),
        limits=(
            "Trade is what customs record; what moves under codes shared with other goods cannot be told apart.",
            "Each method has a page of documentation with its equations, their source and its record: docs/methods.",
        ),
    )


def _record() -> Figure:
    lines = [(line,) for line in desk.records(tuple(sorted({m for m, _ in desk.traded_minerals()})))]
    note = f"Monazite {__version__}: monazite backtest makes these again."
    title = "The market model against documented disruptions"
    return table("record", title, ("What was foretold, and what came",), lines, notes=(note,))


def _inside(name: str) -> View:
    about = next(t for t in TABLES if t.name == name)
    columns, rows = show_table(name, _ROWS)
    head = ("Column", "Type", "Unit", "What it is")
    told = [(c["column"], c["type"], c["unit"], c["description"]) for c in columns]
    shown = [tuple("" if v is None else str(v) for v in row) for row in rows]
    return View(
        title=about.title,
        summary=f"The first {len(rows)} rows of the table {name}; an empty cell is no data.",
        figures=(
            (table("columns", "Its columns", head, told),),
            (table("rows", "Its first rows", [c["column"] for c in columns], shown),),
        ),
        links=(("/data", "All tables"),),
    )


def choices(_: object) -> Mapping[str, Any]:
    """What the form offers."""
    return {"tables": [(t.name, t.title) for t in TABLES]}


PAGE = Page("data", "Data and methods", ask, answer, None, choices)
