"""*Firm*: a firm's own list of purchases -> what of it hangs on one country, and what of the list could not be used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import isnan
from typing import Any

from monazite.brief import words
from monazite.brief.own import Told, firm_bars, firm_tables
from monazite.core.errors import TableError
from monazite.core.gazetteer import Gazetteer
from monazite.indicators.firm_values import FirmExposure
from monazite.web.pages import desk, lists
from monazite.web.pages.lists import Brought
from monazite.web.pages.values import Page, Tile, View
from monazite.web.settings import Settings
from monazite.workbench.firm.exposure import exposure_of_firm, firm_table
from monazite.workbench.firm.file import MOST_ROWS
from monazite.workbench.stamp import stamp

__all__ = ["PAGE"]

_LIMITS = (
    "A supplier's country is what the list says: a trader's seat hides the mine.",
    "Value at stake is what is bought from the largest supplier country: a lower bound where lines have no value.",
    "What is in the list beside material, country, amount and value is not looked at: stocks, contracts, substitutes.",
)


@dataclass(frozen=True, slots=True)
class Question:
    """Which list, and where the firm buys ('' if that is not told); `is_gone`, that one was removed just now."""

    brought: Brought | None
    buyer: str
    is_gone: bool
    stamp: str


def ask(asked: Mapping[str, str], settings: Settings) -> Question:
    """The question of an address."""
    if buyer := asked.get("buyer", ""):
        desk.names().members(buyer)
    return Question(lists.brought(asked, settings), buyer, "gone" in asked, stamp())


@lists.while_kept
def answer(question: Question) -> View:
    """What hangs on whom, ranked by value at stake, and every line that could not be used."""
    one = question.brought
    if one is None:
        done = "The list is removed; nothing of it is left on this server. " if question.is_gone else ""
        return View(
            "A firm's own list",
            f"{done}Send or paste what is bought from where, and see what of it hangs on one country.",
        )
    try:
        found, names = exposure_of_firm(one.file, question.buyer)
    except TableError as error:
        return lists.refused(error, one)
    cited = desk.named_sources(tuple(found.sources))
    most = found.materials[0]
    lines = sum(m.lines for m in found.materials)
    return View(
        title=f"What {found.file} hangs on",
        summary=f"{words.sentence(words.plural(len(found.materials), 'material'))} in "
        f"{words.plural(lines, 'line')}. {_first(found, names)}",
        tiles=(
            *([Tile(_money(found), f"at stake in {most.material}, with one country")] if most.value_at_stake else []),
            Tile(f"{len(found.materials):,}", "materials, by stage"),
            Tile(f"{sum(p.count for p in found.problems):,}", "problems with the list"),
        ),
        figures=(*lists.drawn("bars", firm_bars(found, names), cited), *lists.told(_tables(found, names), cited)),
        limits=_LIMITS,
        more=one,
    )


def _tables(found: FirmExposure, names: Gazetteer) -> Iterator[Told]:
    """What could not be used stands second, where it is seen."""
    first, suppliers, *rest, problems = firm_tables(found, names)
    table = firm_table(found)
    rows = zip(*(column.tolist() for column in table.values()), strict=True)
    figures = ([None if isinstance(v, float) and isnan(v) else v for v in row] for row in rows)
    suppliers = replace(suppliers, columns=tuple(table), figures=map(tuple, figures))
    return iter((replace(first, title="What hangs on one country"), problems, suppliers, *rest))


def _first(found: FirmExposure, names: Gazetteer) -> str:
    most = found.materials[0]
    name = f"{most.material} ({most.stage})" if most.stage else most.material
    if not most.suppliers:
        return f"First is {name}, whose suppliers the list does not tell."
    largest = most.suppliers[0]
    share = f"{words.pct(largest.share)} of it " if largest.share is not None else ""
    return f"First is {name}: {share}from {words.country(largest.country, names)}."


def _money(found: FirmExposure) -> str:
    return f"{found.materials[0].value_at_stake or 0.0:,.0f} {found.currency}".strip()


def choices(_: object) -> Mapping[str, Any]:
    """What the form offers."""
    return {"buyers": desk.buyers(), "most": f"{MOST_ROWS:,}"}


PAGE = Page("firm", "Firm", ask, answer, None, choices, routes=lists.routes("firm"))
