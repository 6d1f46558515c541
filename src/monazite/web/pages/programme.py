"""*Programme*: a bill of materials -> which line would stop first if one country stopped, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from monazite.brief import words
from monazite.brief.own import Told, problem_table, stake_bars, stake_table
from monazite.core.errors import TableError
from monazite.core.gazetteer import Gazetteer
from monazite.indicators.stakes import Stake
from monazite.reference.store import open_store
from monazite.web.pages import desk, lists
from monazite.web.pages.lists import Brought
from monazite.web.pages.values import Page, Tile, View
from monazite.web.settings import Settings
from monazite.workbench.exposure.bill import Bill
from monazite.workbench.exposure.stakes import bill_stakes, programme_stakes
from monazite.workbench.stamp import stamp

__all__ = ["PAGE"]

_TRADE = ("baci",)
_LIMITS = (
    "Shares are of what the whole country imports in the trade code of a line; the maker's own contracts may differ.",
    "What the country makes itself is not among imports: where it makes much, less hangs on others than is said.",
    "What passed through a country earlier is an estimate: material is taken to be mixed wherever it passes.",
    "A line without a trade code, or whose code holds other goods too, says so in its note.",
)


@dataclass(frozen=True, slots=True)
class Question:
    """Where a programme is built, and its bill of materials: one on record by name, or one that was brought."""

    buyer: str
    programme: str
    brought: Brought | None
    is_gone: bool
    stamp: str


def ask(asked: Mapping[str, str], settings: Settings) -> Question:
    """The question of an address; the battery electric car, built in Japan, where it says nothing."""
    buyer, name = asked.get("buyer", "JPN"), asked.get("programme", "")
    desk.names().members(buyer)
    one = None if name else lists.brought(asked, settings)
    return Question(buyer, name or ("" if one else "electric-car"), one, "gone" in asked, stamp())


@lists.while_kept
def answer(question: Question) -> View:
    """The lines ranked, the one that would stop first on top."""
    one = question.brought
    if one is None:
        name, found, names = programme_stakes(question.buyer, question.programme)
        done = "Your bill is removed; nothing of it is left on this server. " if question.is_gone else ""
        return _view(question, Bill(name, (), (), ()), (found, names), done)
    try:
        bill, found, names = bill_stakes(question.buyer, one.file)
    except TableError as error:
        return lists.refused(error, one)
    return _view(question, bill, (found, names), "")


def _view(question: Question, bill: Bill, known: tuple[tuple[Stake, ...], Gazetteer], done: str) -> View:
    found, names = known
    cited = desk.named_sources((*sorted({s.need.source for s in found} - {"", "assumption"}), *_TRADE))
    unseen = sum(s.one_country_share is None for s in found)
    taken = Told("taken", "How the bill was taken", ("note",), ((n,) for n in bill.notices))
    rests = ((s.need.name, s.need.mineral, s.need.source, s.need.note) for s in found if s.need.source)
    tables = (
        stake_table("Every line, the first to stop on top", found, names),
        problem_table(bill.problems),
        taken,
        Told("grounds", "What the bill rests on", ("line", "mineral", "source", "note"), rests),
    )
    buyer = words.countries(names.members(question.buyer), names)
    return View(
        title=f"{bill.file}, built in {buyer}",
        summary=f"{done}{_first(found, names)}",
        tiles=(
            Tile(f"{len(found)}", "lines of the bill"),
            *([Tile(f"{unseen}", "lines that no trade code carries, or nobody sells")] if unseen else []),
            *([Tile(f"{sum(p.count for p in bill.problems):,}", "problems with the bill")] if bill.problems else []),
        ),
        figures=(*lists.drawn("bars", stake_bars(found, names), cited), *lists.told(tables, cited)),
        limits=_LIMITS,
        links=tuple(_links(question, found)),
        more=question.brought,
    )


def _first(found: tuple[Stake, ...], names: Gazetteer) -> str:
    top = found[0]
    if top.one_country_share is None or top.largest_share is None:
        return "No line has a trade code that tells whom it depends on."
    what = f"{top.need.name} ({words.mineral(top.need.mineral, names)})"
    bought = f"{words.pct(top.largest_share)} of its imports are bought from {words.country(top.largest, names)}"
    earlier = (
        f", and {words.pct_band(top.through_share)} passed through {words.country(top.through, names)}"
        if top.through_share
        else ""
    )
    lead = f" It takes {words.band(top.need.lead_weeks)} weeks to make." if top.need.lead_weeks else ""
    return words.sentence(f"{what} would stop first: {bought}{earlier}.{lead}")


def _links(question: Question, found: tuple[Stake, ...]) -> list[tuple[str, str]]:
    top = found[0]
    if top.one_country_share is None:
        return []
    mineral, stage = top.seen
    asked = {"buyer": question.buyer, "mineral": mineral, "stage": stage}
    return [(f"/explore?{urlencode(asked)}", "Whom its first line depends on")]


@desk.by_tables()
def _known() -> list[tuple[str, str]]:
    with open_store() as store:
        return store.rows("SELECT programme, name FROM programmes ORDER BY name")


def choices(_: object) -> Mapping[str, Any]:
    """What the form offers."""
    return {"buyers": desk.buyers(), "programmes": _known()}


PAGE = Page("programme", "Programme", ask, answer, None, choices, routes=lists.routes("programme"))
