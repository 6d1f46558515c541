"""A TOML text -> Scenario, and back. Every problem of a text is reported at once; what is written reads back equal."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime
from itertools import pairwise
from math import inf
from typing import Any

import tomli_w

from monazite.core.errors import MonaziteError, ScenarioError
from monazite.core.gazetteer import Gazetteer, nearest
from monazite.core.values import Band, Stage
from monazite.scenario.build import DEFAULT_WEEKS, make_scenario
from monazite.scenario.values import UNITS, Assumption, ExportCut, Grounds, Mechanism, Quotation, Scenario

__all__ = ["from_toml", "to_toml"]

_Keys = Mapping[str, tuple[type, ...]]
_TEXT, _TEXTS, _NUMBER, _WHOLE, _DAY = (str,), (str, list), (int, float), (int,), (date,)
_KEYS: _Keys = {
    "title": _TEXT,
    "from": _TEXTS,
    "to": _TEXTS,
    "mineral": _TEXT,
    "stage": _TEXT,
    "hs": _TEXTS,
    "cut": (int, float, list),
    "start": _DAY,
    "weeks": _WHOLE,
    "certainty": _TEXT,
    "origin": _TEXT,
    "claim": _TEXT,
    "as_of": _DAY,
    "mechanism": (dict,),
    "evidence": (list,),
    "assumption": (list,),
}
_MECHANISM: _Keys = {"kind": _TEXT, "amount": _NUMBER, "unit": _TEXT}
_EVIDENCE: _Keys = {"report": _TEXT, "sha256": _TEXT, "start": _WHOLE, "end": _WHOLE, "text": _TEXT}
_ASSUMPTION: _Keys = {
    "what": _TEXT,
    "why": _TEXT,
    "value": _NUMBER,
    "low": _NUMBER,
    "high": _NUMBER,
    "source": _TEXT,
}
_WORDS = {
    str: "a text",
    list: "a list",
    int: "a number",
    float: "a number",
    dict: "a table",
    date: "a date as 2026-01-06",
}


def to_toml(scenario: Scenario) -> str:
    """The text of a scenario file."""
    cut, grounds = scenario.cut, scenario.grounds
    band = cut.cut_range
    mechanism = grounds.mechanism
    told = {
        "title": scenario.title,
        "from": list(cut.imposers),
        "to": list(cut.targets),
        "mineral": cut.mineral,
        "stage": cut.stage and cut.stage.value,
        "hs": list(cut.hs),
        "cut": [band.low, band.mid, band.high] if band else cut.cut_share,
        "start": cut.start,
        "weeks": cut.weeks,
        "certainty": scenario.certainty,
        "origin": scenario.origin,
        "claim": grounds.claim,
        "as_of": grounds.as_of,
        "mechanism": mechanism
        and _given(asdict(mechanism) | {"unit": UNITS[mechanism.kind] if mechanism.amount is not None else None}),
        "evidence": [asdict(q) for q in grounds.evidence],
        "assumption": [_given(asdict(a)) for a in grounds.assumptions],
    }
    return tomli_w.dumps({k: v for k, v in told.items() if v not in (None, "", [])})


def _given(told: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in told.items() if v is not None}


def from_toml(text: str, name: str, gazetteer: Gazetteer) -> Scenario:
    """The scenario of a TOML text; `name` is the file it came from.

    :raises ScenarioError: with every problem found: keys, types, units, dates and names.

    Keys: `from`, `mineral`, `cut` (needed); see `docs/commands.md` for all of them.
    """
    try:
        given = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ScenarioError(name, f"not readable as TOML: {error}", "write it as key = value lines") from error
    problems = [*_misfits(given, _KEYS, ("from", "mineral", "cut"))]
    if "mechanism" in given:
        problems += _misfits(given["mechanism"], _MECHANISM, ("kind",), "mechanism")
    for key, keys, needed in (("evidence", _EVIDENCE, tuple(_EVIDENCE)), ("assumption", _ASSUMPTION, ("what", "why"))):
        rows = given.get(key, [])
        for number, row in enumerate(rows if isinstance(rows, list) else [], start=1):
            problems += _misfits(row, keys, needed, f"{key} {number}")
    if problems:  # a value is only looked into where it is of its type
        raise ScenarioError(name, "; ".join(problems), f"known keys are {', '.join(_KEYS)}")
    problems = [*_contradictions(given)]
    imposers = _members(problems, gazetteer, given, "from")
    targets = _members(problems, gazetteer, given, "to")
    mineral = _named(problems, gazetteer.mineral, given["mineral"])
    hs = tuple(_listed(given.get("hs", [])))
    if mineral:
        own = ", ".join(mineral.hs) or "none"
        problems += [f"hs {c} is no code of {mineral.id}, whose codes are {own}" for c in hs if c not in mineral.hs]
    if problems:
        raise ScenarioError(name, "; ".join(problems), "mend these and run again")
    size = given["cut"] if isinstance(given["cut"], list) else None
    cut = ExportCut(
        imposers,
        targets,
        mineral.id,
        float(size[1] if size else given["cut"]),
        given.get("start"),
        given.get("weeks", DEFAULT_WEEKS),
        Band(*map(float, size)) if size else None,
        Stage(given["stage"]) if "stage" in given else None,
        hs,
    )
    certainty, origin = given.get("certainty", "hypothetical"), given.get("origin", f"file {name}")
    try:
        return make_scenario(cut, gazetteer, certainty, origin, given.get("title", ""), _grounds(given))
    except ScenarioError as error:
        raise ScenarioError(name, error.what, error.mend) from error


def _grounds(given: Mapping[str, Any]) -> Grounds:
    told = given.get("mechanism")
    return Grounds(
        given.get("claim", ""),
        given.get("as_of"),
        Mechanism(told["kind"], told.get("amount")) if told else None,
        tuple(Quotation(**row) for row in given.get("evidence", [])),
        tuple(Assumption(**row) for row in given.get("assumption", [])),
    )


def _misfits(given: Any, keys: _Keys, needed: tuple[str, ...], where: str = "") -> Iterator[str]:
    """What is wrong with a table's keys and their types."""
    at = f"{where}: " if where else ""
    if not isinstance(given, dict):
        yield f"{at}{given!r} is no table"
        return
    for key in given.keys() - keys:
        near = nearest(key, keys)
        yield f"{at}unknown key {key!r}" + (f", did you mean {' or '.join(near)}?" if near else "")
    yield from (f"{at}{k} is missing" for k in needed if k not in given)
    for key, kinds in keys.items():
        # A truth value is a number to Python, a time of day a date.
        if key in given and (not isinstance(given[key], kinds) or isinstance(given[key], bool | datetime)):
            expected = " or ".join(dict.fromkeys(_WORDS[k] for k in kinds))
            yield f"{at}{key} is {given[key]!r}, of the wrong type: expected {expected}"


def _contradictions(given: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with values that are each of their type."""
    size = given["cut"]
    if isinstance(size, list) and not (
        len(size) == 3 and all(isinstance(s, int | float) and not isinstance(s, bool) for s in size)
    ):
        yield f"cut is {size}, expected one share or [low, mid, high]"
    elif isinstance(size, list) and not size[0] <= size[1] <= size[2]:
        yield f"cut is {size}, out of order: expected [low, mid, high]"
    if (stage := given.get("stage", Stage.ORE)) not in [*Stage]:
        yield f"stage is {stage!r}, expected {', '.join(Stage)}"
    if told := given.get("mechanism"):
        yield from _mechanism_problems(told)
    for number, row in enumerate(given.get("evidence", []), start=1):
        if not 0 <= row["start"] < row["end"] or row["end"] - row["start"] != len(row["text"]):
            yield f"evidence {number}: text has {len(row['text'])} characters, [{row['start']}:{row['end']}] has others"
        if not re.fullmatch("[0-9a-f]{64}", row["sha256"]):
            yield f"evidence {number}: sha256 is {row['sha256']!r}, expected 64 hexadecimal digits"
    for number, row in enumerate(given.get("assumption", []), start=1):
        band = [row[k] for k in ("low", "value", "high") if k in row]
        in_order = all(-inf < a <= b < inf for a, b in pairwise([*band[:1], *band]))
        if not in_order or len(band) == 2 or (len(band) == 1 and "value" not in row):
            yield f"assumption {number}: low, value and high are {band}, expected value alone or all three in order"


def _mechanism_problems(told: Mapping[str, Any]) -> Iterator[str]:
    kind = told["kind"]
    if kind not in UNITS:
        near = nearest(kind, UNITS) or UNITS
        yield f"mechanism: kind is {kind!r}, expected {' or '.join(near)}"
    elif not UNITS[kind]:
        yield from (f"mechanism: a {kind} has no {key}" for key in ("amount", "unit") if key in told)
    elif ("amount" in told) != ("unit" in told) or told.get("unit", UNITS[kind]) != UNITS[kind]:
        yield f"mechanism: unit is {told.get('unit')!r}, the amount of a {kind} is in {UNITS[kind]}"
    elif not 0 <= told.get("amount", 0) < inf:
        yield f"mechanism: amount is {told['amount']}, expected 0 or more"


def _listed(value: str | list[Any]) -> list[str]:
    return [value] if isinstance(value, str) else [str(v) for v in value]


def _members(problems: list[str], gazetteer: Gazetteer, given: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The countries a key names; none where the key is not given."""
    if key not in given:
        return ()
    if not given[key]:
        mend = "name a target, or leave it out to mean everyone" if key == "to" else "name who sells less"
        problems.append(f"{key} is empty: {mend}")
        return ()
    return _named(problems, gazetteer.members, ",".join(_listed(given[key])), f"{key}: ") or ()


def _named(problems: list[str], look_up: Any, name: str, at: str = "") -> Any:
    try:
        return look_up(name)
    except MonaziteError as error:
        problems.append(at + str(error).rstrip(".?"))
        return None
