"""A measure of the ledger, a TOML text or plain options -> Scenario. Every problem of a text is reported at once."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from typing import Any

from monazite.core.errors import MonaziteError, ScenarioError
from monazite.core.gazetteer import Gazetteer
from monazite.ledger.values import Measure
from monazite.scenario.values import ExportCut, Scenario

__all__ = ["DEFAULT_WEEKS", "from_measure", "from_toml", "make_scenario"]

DEFAULT_WEEKS = 52
"""How long a measure is taken to last when nobody says."""

_CUTS = {"export_ban": 1.0, "embargo": 1.0, "export_halt": 1.0}
_KEYS = {
    "title": str,
    "from": str,
    "to": (str, list),
    "mineral": str,
    "cut": (int, float),
    "start": date,
    "weeks": int,
    "certainty": str,
    "origin": str,
}


def make_scenario(cut: ExportCut, gazetteer: Gazetteer, certainty: str, origin: str, title: str = "") -> Scenario:
    """A checked scenario; its title is made from the cut when none is given.

    :raises ScenarioError: with every problem: a share outside 0-1, weeks outside 1-520, an exporter among its targets.
    """
    problems = []
    if not 0 < cut.cut_share <= 1:
        problems.append(f"cut is {cut.cut_share:g}, expected more than 0 and at most 1")
    if not 1 <= cut.weeks <= 520:
        problems.append(f"weeks is {cut.weeks}, expected 1 to 520")
    if cut.imposer in cut.targets:
        problems.append(f"{cut.imposer} is both the exporter and a target")
    if problems:
        raise ScenarioError(title or "scenario", "; ".join(problems), "mend these and run again")
    return Scenario(title or _title(cut, gazetteer), cut, certainty, origin, _assumptions(cut))


def from_measure(measure: Measure, gazetteer: Gazetteer) -> tuple[Scenario, ...]:
    """The scenarios a reported measure stands for: one for each imposer and mineral Monazite follows.

    :raises ScenarioError: for a measure that does not stop exports (one that limits or taxes them by an unstated amount
        is not guessed), that has ended or is denied, or that names no mineral with trade codes.
    """
    where, write = f"measure {measure.id}", "write a scenario file with the size you assume"
    share = _CUTS.get(measure.measure)
    if measure.status in ("ended", "denied"):
        raise ScenarioError(where, f"it is {measure.status}", "there is nothing to play")
    if share is None:
        raise ScenarioError(where, f"an {measure.measure.replace('_', ' ')} of unstated size", write)
    minerals = sorted({m.id for g in measure.goods if (m := _mineral(g, gazetteer)) and m.hs92})
    if not minerals:
        goods = ", ".join(measure.goods) or "goods nobody names"
        raise ScenarioError(where, f"no trade table follows {goods}", "name a mineral that has trade codes")
    start = measure.effective.start if measure.effective else None
    made = []
    for imposer in measure.imposer:
        for mineral in minerals:
            cut = ExportCut(imposer, measure.target, mineral, share, start, DEFAULT_WEEKS)
            checked = make_scenario(cut, gazetteer, measure.certainty, f"measure {measure.id} of the ledger")
            unsaid = f"the report states neither scope nor duration: all trade for {DEFAULT_WEEKS} weeks is assumed"
            made.append(replace(checked, assumptions=(unsaid, *checked.assumptions)))
    return tuple(made)


def from_toml(text: str, name: str, gazetteer: Gazetteer) -> Scenario:
    """The scenario of a TOML text; `name` is the file it came from.

    :raises ScenarioError: with every problem found: unknown or missing keys, wrong types, unknown names.

    Keys: `from`, `mineral`, `cut` (needed); `to`, `title`, `start`, `weeks`, `certainty`, `origin`.
    """
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(name, f"not readable as TOML: {error}", "write it as key = value lines") from error
    problems = [f"unknown key {k!r}" for k in given if k not in _KEYS]
    problems += [f"{k} is missing" for k in ("from", "mineral", "cut") if k not in given]
    problems += [
        f"{k} is {given[k]!r}, of the wrong type"
        for k, kind in _KEYS.items()
        if k in given and (not isinstance(given[k], kind) or isinstance(given[k], bool))  # type: ignore[arg-type]
    ]
    if problems:
        raise ScenarioError(name, "; ".join(problems), f"known keys are {', '.join(_KEYS)}")
    imposer = _named(problems, gazetteer.country, given["from"])
    mineral = _named(problems, gazetteer.mineral, given["mineral"])
    targets = given.get("to", [])
    joined = targets if isinstance(targets, str) else ",".join(map(str, targets))
    members = _named(problems, gazetteer.members, joined) if joined else ()
    if problems:
        raise ScenarioError(name, "; ".join(problems), "mend these and run again")
    cut = ExportCut(
        imposer.iso3, members, mineral.id, float(given["cut"]), given.get("start"), given.get("weeks", DEFAULT_WEEKS)
    )
    certainty, origin = given.get("certainty", "hypothetical"), given.get("origin", f"file {name}")
    try:
        return make_scenario(cut, gazetteer, certainty, origin, given.get("title", ""))
    except ScenarioError as error:
        raise ScenarioError(name, error.what, error.mend) from error


def _named(problems: list[str], look_up: Any, name: str) -> Any:
    try:
        return look_up(name)
    except MonaziteError as error:
        problems.append(str(error).rstrip("."))
        return None


def _mineral(goods: str, gazetteer: Gazetteer) -> Any:
    try:
        return gazetteer.mineral(goods)
    except MonaziteError:
        return None


def _title(cut: ExportCut, gazetteer: Gazetteer) -> str:
    what = gazetteer.mineral(cut.mineral).name.lower()
    to = ", ".join(gazetteer.name_of(t) for t in cut.targets) or "everyone"
    how = "stops" if cut.cut_share == 1 else f"cuts by {cut.cut_share:.0%}"
    return f"{gazetteer.name_of(cut.imposer)} {how} exports of {what} to {to}"


def _assumptions(cut: ExportCut) -> tuple[str, ...]:
    said = []
    if cut.weeks < 52:
        said.append(f"a year's trade falls by {cut.weeks} of 52 weeks: the market model knows years only")
    return tuple(said)
