"""A measure of the ledger, a TOML text or plain options -> Scenario. Every problem of a text is reported at once."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from typing import Any

from monazite.core.errors import MonaziteError, ScenarioError
from monazite.core.gazetteer import Gazetteer, Mineral, fold
from monazite.ledger.values import Measure
from monazite.scenario.values import ExportCut, Scenario

__all__ = ["DEFAULT_WEEKS", "from_measure", "from_toml", "make_scenario", "unfollowed"]

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
    if both := set(cut.imposers) & set(cut.targets):
        problems.append(f"{', '.join(sorted(both))} is both the exporter and a target")
    if problems:
        raise ScenarioError(title or "scenario", "; ".join(problems), "mend these and run again")
    return Scenario(title or _title(cut, gazetteer), cut, certainty, origin, _assumptions(cut))


def from_measure(measure: Measure, gazetteer: Gazetteer) -> tuple[Scenario, ...]:
    """The scenarios a reported measure stands for: one for each mineral Monazite follows.

    :raises ScenarioError: for a measure that does not stop exports (one that limits or taxes them by an unstated amount
        is not guessed), that has ended or is denied, or that names no mineral with trade codes.
    """
    where, write = f"measure {measure.id}", "write a scenario file with the size you assume"
    share = _CUTS.get(measure.measure)
    if measure.status in ("ended", "denied"):
        raise ScenarioError(where, f"it is {measure.status}", "there is nothing to play")
    if share is None:
        raise ScenarioError(where, f"an {measure.measure.replace('_', ' ')} of unstated size", write)
    named = {g: [m for m in gazetteer.minerals_in(g, everyday=True) if m.hs] for g in measure.goods}
    minerals = sorted({m.id for found in named.values() for m in found})
    if not minerals:
        goods = ", ".join(measure.goods) or "goods nobody names"
        raise ScenarioError(
            where, f"no trade code of the tables is for {goods} alone", "see monazite data show commodities"
        )
    imposers, targets = (_expanded(codes, gazetteer) for codes in (measure.imposer, measure.target))
    start = measure.effective.start if measure.effective else None
    made = []
    for mineral in minerals:
        cut = ExportCut(imposers, targets, mineral, share, start, DEFAULT_WEEKS)
        checked = make_scenario(cut, gazetteer, measure.certainty, f"measure {measure.id} of the ledger")
        parts = [g for g, found in named.items() for m in found if m.id == mineral and not _is_name(g, m)]
        unsaid = f"the report states neither scope nor duration: all trade for {DEFAULT_WEEKS} weeks is assumed"
        made.append(replace(checked, assumptions=(unsaid, *map(_part, parts), *checked.assumptions)))
    return tuple(made)


def unfollowed(measure: Measure, gazetteer: Gazetteer) -> tuple[str, ...]:
    """The goods of a measure that no trade code of the tables is for."""
    return tuple(g for g in measure.goods if not any(m.hs for m in gazetteer.minerals_in(g, everyday=True)))


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
    imposers = _named(problems, gazetteer.members, given["from"])
    mineral = _named(problems, gazetteer.mineral, given["mineral"])
    targets = given.get("to")
    if targets is not None and not targets:
        problems.append("to is empty: name a target, or leave it out to mean everyone")
    joined = targets if isinstance(targets, str) else ",".join(map(str, targets or ()))
    members = _named(problems, gazetteer.members, joined) if joined else ()
    if problems:
        raise ScenarioError(name, "; ".join(problems), "mend these and run again")
    cut = ExportCut(
        imposers, members, mineral.id, float(given["cut"]), given.get("start"), given.get("weeks", DEFAULT_WEEKS)
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


def _is_name(goods: str, mineral: Mineral) -> bool:
    return fold(goods) in {fold(n) for n in (mineral.id, mineral.name, *mineral.aliases)}


def _part(goods: str) -> str:
    return f"the tables do not part {goods} from the rest of the code: all of it is cut, so the loss is an upper bound"


def _expanded(actors: tuple[str, ...], gazetteer: Gazetteer) -> tuple[str, ...]:
    """ISO3 codes of countries and of the members of coalitions, each once."""
    return tuple(dict.fromkeys(code for actor in actors for code in gazetteer.members(actor)))


def _title(cut: ExportCut, gazetteer: Gazetteer) -> str:
    what = gazetteer.mineral(cut.mineral).name.lower()
    who = gazetteer.names_of(cut.imposers)
    to = gazetteer.names_of(cut.targets) or "everyone"
    one = ", " not in who
    how = f"stop{'s' * one}" if cut.cut_share == 1 else f"cut{'s' * one} by {cut.cut_share:.0%}"
    return f"{who} {how} exports of {what} to {to}"


def _assumptions(cut: ExportCut) -> tuple[str, ...]:
    said = []
    if cut.weeks < 52:
        said.append(f"a year's trade falls by {cut.weeks} of 52 weeks: the market model knows years only")
    return tuple(said)
