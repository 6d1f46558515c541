"""*Plan*: scenarios, partners and a budget -> what to buy ahead, what it saves, how far money goes, and who pays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import inf, isinf
from typing import Any
from urllib.parse import urlencode

from monazite import __version__
from monazite.brief import words
from monazite.brief.levers import bars, front_lines
from monazite.brief.values import Chart, Sheet
from monazite.core.errors import NoDataError, UsageError
from monazite.core.gazetteer import Gazetteer
from monazite.core.values import Band, Source
from monazite.scenario.reach import minerals_of
from monazite.web.pages import desk
from monazite.web.pages.figures import figure, table
from monazite.web.pages.values import Figure, Late, Page, Tile, View
from monazite.workbench.plan import Wish, plan
from monazite.workbench.plan_told import told
from monazite.workbench.shock import named_scenarios
from monazite.workbench.stamp import stamp

__all__ = ["PAGE", "Question"]

_KINDS = {"stockpile": "stock of", "capacity": "plants for", "recycling": "recycling of", "offtake": "contract for"}


@dataclass(frozen=True, slots=True)
class Question:
    """Which scenarios partners prepare for, and how much levers may cost a year, million USD."""

    scenarios: tuple[str, ...]
    partners: str
    budget_musd: float
    stamp: str


def ask(asked: Mapping[str, str], _: str) -> Question:
    """The question of an address; Japan and India before a halt of rare earths where it says nothing."""
    text = asked.get("budget", "")
    try:
        budget = float(text) if text else inf
    except ValueError:
        budget = -1.0
    if not budget >= 0:
        raise UsageError("budget", f"{text!r} is no amount", "write million USD a year, as 10")
    scenarios = dict.fromkeys(s for key in ("scenario", "and") if (s := asked.get(key, "")))
    # only names: an address must open no file
    unknown = [s for s in scenarios if s not in _library(stamp())]
    if unknown:
        raise UsageError(
            "scenario", f"{unknown[0]!r} is none that has a name", f"known are: {', '.join(_library(stamp()))}"
        )
    return Question(tuple(scenarios) or ("rare-earths-2026",), asked.get("partners", "JPN,IND"), budget, stamp())


@lru_cache(maxsize=1)
def _library(_: str) -> Mapping[str, str]:
    """The named scenarios that are about one mineral, with their titles."""
    return {name: s.title for name, s in named_scenarios().items() if len(minerals_of(s)) == 1}


@lru_cache(maxsize=32)
def _planned(question: Question, front: bool) -> tuple[Mapping[str, Any], Gazetteer]:
    found, names = plan(
        question.scenarios, question.partners, Wish(budget_musd_per_yr=question.budget_musd, front=front)
    )
    return told(found), names


@lru_cache(maxsize=32)
def answer(question: Question) -> View:
    """The plan of all partners together, against none and against each alone."""
    found, names = _planned(question, front=False)
    cited = desk.named_sources(tuple(sorted(s for s in found["sources"] if s != "assumption")))
    who = words.countries(found["partners"], names)
    goods = words.mineral(found["mineral"], names)
    joint, without = found["plan"], found["without"]
    saved = without["expected_loss_musd"] - joint["expected_loss_musd"]
    cheapest = "" if isinf(question.budget_musd) else f" within {words.number(question.budget_musd)} million USD a year"
    figures = [f for f in (_levers(found, cited, names), _pays(found, cited, names)) if f]
    return View(
        title=f"A plan of {who} for {goods}",
        summary=f"Levers of {words.number(joint['levers_musd_per_yr'])} million USD a year{cheapest} lower the "
        f"expected loss in {found['years']:g} years from {words.number(without['expected_loss_musd'])} to "
        f"{words.number(joint['expected_loss_musd'])} million USD.{_first(found, names)}",
        tiles=(
            Tile(words.number(joint["levers_musd_per_yr"]), "million USD a year for levers"),
            Tile(words.number(saved), f"million USD of expected loss avoided in {found['years']:g} years"),
            Tile(words.number(joint["tail_loss_musd"]), "million USD still lost in the worst twentieth"),
        ),
        figures=(
            *((f,) for f in figures),
            (_table(found, cited, names),),
            (_outlook(found, names),),
            (Late("front", "How far money goes, alone and together", True),),
        ),
        limits=(
            *found["not_shown"],
            *(f"No value added is on record for {x}: there the price is counted." for x in found["no_loss_data"]),
            *(f"{p.name}: {p.band.low:g} to {p.band.high:g}, {p.unit} ({p.source})" for p in found["parameters"]),
        ),
        links=((f"/shock?{urlencode({'scenario': question.scenarios[0]})}", "What it is for: the shock"),),
    )


def late(question: Question, name: str) -> Figure | None:
    """The front, for which as many plans are made as it has marks."""
    if name != "front":
        return None
    found, names = _planned(question, front=True)
    lines = [
        (
            " and ".join(names.name_of(p) for p in front["partners"])
            + (" alone" if len(front["partners"]) == 1 else ""),
            [(p["levers_musd_per_yr"], p["expected_loss_musd"]) for p in front["plans"]],
        )
        for front in found["fronts"]
        if len(front["plans"]) > 1
    ]
    if not lines:
        raise NoDataError("the front", "no lever pays for any of them", "ask for other scenarios or partners")
    return _sheet(name, front_lines(lines, found["years"]), ())


def _sheet(name: str, chart: Chart, cited: tuple[Source, ...]) -> Figure:
    return figure(name, Sheet(chart, cited, "", __version__))


def _lever(lever: Mapping[str, Any], names: Gazetteer) -> str:
    kind = _KINDS.get(lever["kind"], f"{lever['kind']} of")
    seller = f" from {names.name_of(lever['supplier'])}" if lever["supplier"] else ""
    return f"{names.name_of(lever['partner'])}: {kind} {lever['stage']}{seller}"


def _levers(found: Mapping[str, Any], cited: tuple[Source, ...], names: Gazetteer) -> Figure | None:
    bought = [x for x in found["plan"]["levers"] if x["amount_t"] > 0.5]
    costs = [(_lever(x, names), x["cost_usd_per_t_yr"].scaled(x["amount_t"] / 1e6)) for x in bought]
    if not costs:
        return None
    told_first = "Cost a year; the range is that of the cost of a tonne."
    return _sheet("levers", bars("What to buy", told_first, "million USD a year", costs), cited)


def _pays(found: Mapping[str, Any], cited: tuple[Source, ...], names: Gazetteer) -> Figure | None:
    if len(found["shares"]) < 2:
        return None
    rows = [(names.name_of(s["partner"]), Band(*[s["pays_musd"]] * 3)) for s in found["shares"]]
    core = "The core is empty: no division keeps all from leaving." if found["core"]["empty"] else (
        "By this division nobody is better off leaving."
    )  # fmt: skip
    told_first = f"What each pays the others (below zero: is paid), so that gains are divided by the nucleolus. {core}"
    return _sheet("pays", bars("Who pays", told_first, "million USD", rows), cited)


def _table(found: Mapping[str, Any], cited: tuple[Source, ...], names: Gazetteer) -> Figure:
    rows = [
        (
            _lever(x, names),
            words.tonnes(x["amount_t"]) if x["amount_t"] else "nothing",
            words.tonnes(x["limit_t"]),
            f"{x['lead_quarters']}",
            words.number(x["cost_musd_per_yr"]),
            words.number(x["first_dollar_saves_usd"]),
            x["why"],
            f"{x['note']} ({x['source']})",
        )
        for x in sorted(found["plan"]["levers"], key=lambda x: (x["amount_t"] < 0.5, -x["first_dollar_saves_usd"]))
    ]
    header = (
        "Lever", "Buy", "At most", "Quarters until there", "Million USD a year", "First dollar saves, USD", "Why",
        "Rests on",
    )  # fmt: skip
    return Figure("all-levers", table("All levers on record", header, rows, cited))


def _outlook(found: Mapping[str, Any], names: Gazetteer) -> Figure:
    rows = [
        *(
            (f"{x['name']}, as likely as {words.pct(x['probability'])}", words.number(x["loss_without_musd"]),
             words.number(x["loss_musd"]), words.number(x["regret_musd"]))
            for x in found["outlook"]
        ),
        *(
            (f"{words.countries(x['partners'], names)}: cost in all", "", words.number(x["cost_musd"]),
             f"saves {words.number(x['saved_musd'])} over each alone")
            for x in found["coalitions"]
        ),
        *(
            (f"{names.name_of(x['partner'])}'s cost alone", words.number(x["alone_musd"]),
             words.number(x["nucleolus_musd"]), f"by Shapley value {words.number(x['shapley_musd'])}")
            for x in found["shares"]
        ),
    ]  # fmt: skip
    header = ("Of", "Without the plan, million USD", "With it", "Regret, or what is gained")
    return Figure("outlook", table("What may come, and who gains", header, rows))


def _first(found: Mapping[str, Any], names: Gazetteer) -> str:
    first = found["first"]
    if not first:
        return " No lever pays for itself."
    lever = next(x for x in found["plan"]["levers"] if x["lever"] == first["lever"])
    return f" Buy first: {_lever(lever, names)}; its first dollar saves {words.number(first['dollar_saves_usd'])}."


def choices() -> Mapping[str, Iterator[Any] | Any]:
    """What the form offers."""
    return {"buyers": desk.buyers(), "named": list(_library(stamp()).items())}


PAGE = Page("plan", "Plan", ask, answer, late, choices)
