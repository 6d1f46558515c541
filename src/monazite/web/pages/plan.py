"""*Plan*: scenarios, partners and a budget -> what to buy ahead, what it saves, how far money goes, and who pays."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isinf
from typing import Any
from urllib.parse import urlencode

from monazite.brief import words
from monazite.brief.plan_charts import bought, front_chart, lever_words, measures_chart, shares_chart
from monazite.core.errors import NoDataError, UsageError
from monazite.core.gazetteer import Gazetteer
from monazite.core.values import Progress, Source, silent
from monazite.plan.planned import Planned
from monazite.scenario.reach import minerals_of
from monazite.scenario.values import Scenario
from monazite.web.pages import desk
from monazite.web.pages.figures import assumptions, figure, table
from monazite.web.pages.scenarios import named_in, own
from monazite.web.pages.values import Figure, Late, Long, Page, Tile, View
from monazite.web.settings import Settings
from monazite.workbench.plan.make import Wish, plan
from monazite.workbench.plan.told import told
from monazite.workbench.shock.play import named_scenarios
from monazite.workbench.stamp import stamp

__all__ = ["PAGE", "Question"]

_SECONDS = 20.0
"""For each coalition: a reader waits."""

_WAY = re.compile(r"(.+?)(?:, (low|mid|high))?, q(\d+)")
_SEVERE = {"low": "at the low end", "mid": "in the middle", "high": "at the high end"}
_FRONT = "How far money goes, alone and together"


@dataclass(frozen=True, slots=True)
class Question:
    """Which scenarios partners prepare for, and how much levers may cost a year, million USD.

    One that has a name stands under it; others (written here, of a measure on record) are given whole.
    """

    scenarios: tuple[str | Scenario, ...]
    shown: str
    partners: str
    budget_musd: float
    stamp: str


def ask(asked: Mapping[str, str], settings: Settings) -> Question:
    """The question of an address; Japan and India before a halt of rare earths where it says nothing."""
    text = asked.get("budget", "")
    try:
        budget = float(text) if text else inf
    except ValueError:
        budget = -1.0
    if not budget >= 0:
        raise UsageError("budget", f"{text!r} is no amount", "write million USD a year, as 10")
    given = {"scenario": "rare-earths-2026", **{k: v for k, v in asked.items() if v}}
    keys, known = [k for k in ("scenario", "and") if k in given], _library()
    # names and ids alone: an address must open no file
    wanted = tuple(dict.fromkeys(given[k] if given[k] in known else named_in(k, given, settings) for k in keys))
    shown = urlencode([(k, given[k]) for k in ("scenario", "as_of") if k in given])
    partners = asked.get("partners", "JPN,IND")
    desk.names().members(partners)  # who is not known is said at once
    return Question(wanted, shown, partners, budget, stamp())


@desk.by_tables()
def _library() -> Mapping[str, str]:
    """The named scenarios that are about one mineral, with their titles."""
    return {name: s.title for name, s in named_scenarios().items() if len(minerals_of(s)) == 1}


def _planned(question: Question, front: bool, progress: Progress) -> tuple[Planned, Gazetteer]:
    wish = Wish(budget_musd_per_yr=question.budget_musd, time_limit_s=_SECONDS, front=front)
    return plan(question.scenarios, question.partners, wish, lambda told: progress(f"Making plans: {told}"))


def answer(question: Question, progress: Progress = silent) -> View:
    """The plan of all partners together, against none and against each alone."""
    planned, names = _planned(question, False, progress)
    found, cited = told(planned), _cited(planned)
    joint, without = found["plan"], found["without"]
    saved = without["expected_loss_musd"] - joint["expected_loss_musd"]
    cheapest = "" if isinf(question.budget_musd) else f" within {words.number(question.budget_musd)} million USD a year"
    figures = [
        _every_lever(planned, found, names),
        _outlook(found),
        _gains(planned, found, names),
        assumptions("granted", "What the plan takes for granted", planned.parameters),
    ]
    if len(planned.together.partners) > 1:
        figures.insert(0, figure("pays", shares_chart(planned, names), cited))
    if bought(planned.together.joint):
        figures.insert(0, figure("levers", measures_chart(planned, names), cited))
    spent, lost = joint["levers_musd_per_yr"], without["expected_loss_musd"]
    does = (
        f"Levers of {words.number(spent)} million USD a year{cheapest} lower the expected loss in {found['years']:g} "
        f"years from {words.number(lost)} to {words.number(joint['expected_loss_musd'])} million USD."
        if bought(planned.together.joint)
        else f"No lever is bought; the expected loss in {found['years']:g} years is {words.number(lost)} million USD."
    )
    shared = (
        " Partners pass on to each other, without levers too; what each would bear alone is told apart."
        if len(found["partners"]) > 1
        else ""
    )
    return View(
        title=f"A plan of {words.countries(found['partners'], names)} for {words.mineral(found['mineral'], names)}",
        summary=f"{does}{shared}{_first(planned, found, names)}",
        tiles=(
            Tile(words.number(joint["levers_musd_per_yr"]), "million USD a year for levers"),
            Tile(words.number(saved), f"million USD of expected loss avoided in {found['years']:g} years"),
            Tile(words.number(joint["tail_loss_musd"]), "million USD still lost in the worst twentieth"),
        ),
        figures=(*((f,) for f in figures), (Late("front", _FRONT, True),)),
        limits=(
            *(
                f"Time ran out for {words.countries(x['partners'], names)}: there may be a better plan."
                for x in found["coalitions"]
                if x["gap"]
            ),
            *(words.sentence(words.named(text, names)) for text in found["not_shown"]),
            *(
                f"No value added is on record for {words.named(x, names)}: there the price is counted."
                for x in found["no_loss_data"]
            ),
        ),
        links=((f"/shock?{question.shown}", "What it is for: the shock"),),
    )


def _front(question: Question, progress: Progress) -> View:
    """How far money goes, for which as many plans are made as it has marks."""
    planned, names = _planned(question, True, progress)
    if not any(len(plans) > 1 for plans in planned.fronts):
        raise NoDataError("the front", "no lever pays for any of them", "ask for other scenarios or partners")
    return View(_FRONT, "", figures=((figure("front", front_chart(planned, names), _cited(planned)),),))


def _cited(planned: Planned) -> tuple[Source, ...]:
    return desk.named_sources(tuple(s for s in planned.sources if s != "assumption"))


def _every_lever(planned: Planned, found: Mapping[str, Any], names: Gazetteer) -> Figure:
    publisher = {s.id: f" ({s.publisher})" for s in _cited(planned)} | {"assumption": " (an assumption)"}
    both = zip(planned.together.joint.levers, found["plan"]["levers"], strict=True)
    rows = [
        (
            words.sentence(lever_words(lever, names)),
            words.tonnes(x["amount_t"]) if x["amount_t"] else "nothing",
            words.tonnes(x["limit_t"]),
            f"{x['lead_quarters']}",
            words.number(x["cost_musd_per_yr"]),
            words.number(x["first_dollar_saves_usd"]),
            words.number(max(x["next_tonne_saves_usd"], 0.0)),
            words.number(x["cost_usd_per_t_yr"].mid * found["years"]),
            words.sentence(x["note"]) + publisher[x["source"]],
        )
        for lever, x in sorted(both, key=lambda one: (one[1]["amount_t"] < 0.5, -one[1]["first_dollar_saves_usd"]))
    ]
    header = (
        "Lever", "Buy", "At most", "Quarters until there", "Million USD a year", "First dollar saves, USD",
        f"Next tonne saves in {found['years']:g} years, USD", "and costs", "Rests on",
    )  # fmt: skip
    return table("all-levers", "All levers on record", header, rows, _cited(planned))


def _outlook(found: Mapping[str, Any]) -> Figure:
    rows = [
        (
            _case(x["name"]),
            words.pct(x["probability"]),
            *(words.number(x[f"{k}_musd"]) for k in ("loss_without", "loss", "regret")),
        )
        for x in found["outlook"]
    ]
    header = ("If it comes so", "Probability", "Lost without the plan, million USD", "Lost with it", "Regret")
    note = "Regret: what the plan costs more than one made by who knows that it comes so."
    return table("outlook", "What may come", header, rows, notes=(note,))


def _case(name: str) -> str:
    """One of the things that may come, by its title, how severe it is and from when."""
    if not (found := _WAY.fullmatch(name)):
        return words.sentence(name)
    case, level, quarter = found.groups()
    severe = f"{_SEVERE[level]} of its ranges, " if level else ""
    return f"{_library().get(case, case)}, {severe}from quarter {quarter}"


def _gains(planned: Planned, found: Mapping[str, Any], names: Gazetteer) -> Figure:
    rows = [
        (
            words.sentence(words.countries(x["partners"], names)),
            words.number(x["cost_musd"]),
            words.number(x["saved_musd"]),
        )
        for x in found["coalitions"]
    ]
    risk, tail = planned.problem.choices.risk_weight, planned.problem.choices.tail_share
    costs = (
        f"Costs in all: what levers cost in {found['years']:g} years, {words.pct(1 - risk)} of the expected loss and "
        f"{words.pct(risk)} of the mean loss in the worst {words.pct(tail)} of what may come; a plan makes them least."
    )
    note = (
        "The core is empty: no division keeps all from leaving."
        if found["core"]["empty"]
        else "With the payments above nobody is better off leaving."
    )
    header = ("Who acts together", "Costs in all, million USD", "Saved against each alone")
    return table("gains", "Who gains by acting together", header, rows, notes=(costs, note))


def _first(planned: Planned, found: Mapping[str, Any], names: Gazetteer) -> str:
    first = found["first"]
    if not first:
        return " No lever pays for itself."
    lever = next(v for v in planned.together.joint.levers if v.name == first["lever"])
    return f" Buy first: {lever_words(lever, names)}; its first dollar saves {words.number(first['dollar_saves_usd'])}."


def choices(settings: Settings) -> Mapping[str, Any]:
    """What the form offers."""
    return {"buyers": desk.buyers(), "named": [*own(settings), *_library().items()]}


_LONG = {"": Long("The plan", answer), "front": Long(_FRONT, _front)}

PAGE = Page("plan", "Plan", ask, answer, choices=choices, long=_LONG)
