"""A TOML text -> Scenario, and back. Every problem of a text is reported at once, with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite
from types import NoneType
from typing import Any, get_args

import tomli_w

from monazite.core.errors import MonaziteError, ScenarioError
from monazite.core.gazetteer import Gazetteer, nearest
from monazite.core.values import Band, Stage
from monazite.scenario.build import make_scenario
from monazite.scenario.checks import contradictions, in_order, misfit, repeats
from monazite.scenario.keys import KINDS, Entry, built, entries, row_of, shock_entries
from monazite.scenario.lines import Path, line_of, lines_of, unreadable_line
from monazite.scenario.values import Assumption, Grounds, Quotation, Scenario, Shock, exactly

__all__ = ["from_toml", "to_toml"]

_SHOWN = 80
_MOST_SHOCKS = 100


@dataclass(frozen=True, slots=True)
class _Reading:
    """What names may stand for while a text is read, and the problems found so far."""

    gazetteer: Gazetteer
    rows: Mapping[str, Collection[str]]
    problems: list[tuple[Path, str]] = field(default_factory=list)

    def note(self, at: Path, told: str) -> None:
        """Keep a problem for the end."""
        self.problems.append((at, told))


def to_toml(scenario: Scenario) -> str:
    """The text of a scenario file."""
    return tomli_w.dumps(row_of(scenario))


def from_toml(
    text: str, name: str, gazetteer: Gazetteer, rows: Mapping[str, Collection[str]] | None = None
) -> Scenario:
    """The scenario of a TOML text; `name` is the file it came from.

    `rows` are the ids of the tables a scenario may rest on, `measure` and `source`; without them they are not looked
    up.

    :raises ScenarioError: with every problem found, each with its line: keys, types, units, dates, names and what
        contradicts itself.

    Keys: `[[shock]]` tables, each with its `kind`, are needed; see `docs/methods/scenarios.md` for all of them.
    """
    try:
        given = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        where = re.search(r"\(at line (\d+)", str(error))
        line = where[1] if where else unreadable_line(text)
        what = f"line {line}: not readable as TOML: {error}"
        raise ScenarioError(name, what, "write it as key = value lines") from error
    reading = _Reading(gazetteer, rows or {})
    told = _table(given, entries(Scenario), (), "scenario", reading)
    shocks = told.get("shocks", ())
    for place, what in repeats(shocks):
        reading.note(("shock", place), what)
    if reading.problems:
        raise ScenarioError(name, _listed(reading.problems, text), "mend these and run again")
    certainty, origin = told.get("certainty", "hypothetical"), told.get("origin", f"file {name}")
    return make_scenario(shocks, gazetteer, certainty, origin, told.get("title", ""), built(Grounds, told))


def _listed(problems: list[tuple[Path, str]], text: str) -> str:
    lines = lines_of(text)
    placed = sorted(((line_of(at, lines) or 1, at, told) for at, told in problems), key=lambda p: p[0])
    return "; ".join(f"line {line}: {_one_of_many(at, lines)}{told}" for line, at, told in placed)


def _one_of_many(at: Path, lines: Mapping[Path, int]) -> str:
    """Which of several tables a problem is in, where its line does not tell: "shock 2: "."""
    inline = len(at) > 1 and isinstance(at[1], int) and at[:2] not in lines
    return f"{at[0]} {int(at[1]) + 1}: " if inline else ""


def _table(given: Any, keys: tuple[Entry, ...], at: Path, what: str, reading: _Reading) -> dict[str, Any]:
    """What the keys of a table hold, by field; what is wrong with one is noted and left out."""
    if not isinstance(given, dict):
        reading.note(at, f"{_shown(given)} is no table")
        return {}
    by_name = {e.name: e for e in keys}
    for name in given.keys() - by_name.keys():
        reading.note((*at, name), _unknown(name, by_name, what))
    for entry in keys:
        if entry.needed and entry.name not in given:
            reading.note(at, f"{entry.name} is missing")
    found = {e.field: _value(given[e.name], e, (*at, e.name), reading) for e in keys if e.name in given}
    return {name: value for name, value in found.items() if value is not None}


def _unknown(name: str, known: Collection[str], what: str) -> str:
    if what == "scenario" and any(name == e.name for kind in KINDS for e in shock_entries(kind)):
        return f"{name!r} belongs into a [[shock]] table"
    near = nearest(name, known)
    return f"unknown key {name!r} of a {what}" + (f", did you mean {' or '.join(near)}?" if near else "")


def _value(given: Any, entry: Entry, at: Path, reading: _Reading) -> Any:
    """The value of a key; None, with a note, for one that is wrong."""
    if entry.name == "shock" or entry.row:
        return _rows(given, entry, at, reading)
    kind = next(t for t in (*get_args(entry.type), entry.type) if t is not NoneType)
    try:
        named, reader = entry.key.names, _READERS.get(kind, _choice)
        value = _resolved(given, entry, at, reading) if named else reader(given, entry)
    except ValueError as error:
        reading.note(at, f"{entry.name} is {_shown(given)}{error}")
        return None
    if value is not None and (told := misfit(entry, value)):
        reading.note(at, f"{entry.name} {told}")
        return None
    return value


def _rows(given: Any, entry: Entry, at: Path, reading: _Reading) -> Any:
    if not isinstance(given, list):
        reading.note(at, f"{entry.name} is {_shown(given)}, expected [[{entry.name}]] tables")
        return None
    if entry.name == "shock":
        if not 0 < len(given) <= _MOST_SHOCKS:
            reading.note(at, f"{len(given):,} shocks are given, expected 1 to {_MOST_SHOCKS}")
        return tuple(_shock(row, (*at, n), reading) for n, row in enumerate(given[:_MOST_SHOCKS]))
    return tuple(_row(row, entry, (*at, n), reading) for n, row in enumerate(given))


def _row(given: Any, entry: Entry, at: Path, reading: _Reading) -> Any:
    cls, before = entry.row or Quotation, len(reading.problems)
    told = _table(given, entries(cls), at, entry.name, reading)
    if len(reading.problems) > before:
        return None
    row = built(cls, told)
    for problem in _quotation_problems(row) if isinstance(row, Quotation) else _assumption_problems(row):
        reading.note(at, problem)
    return row


def _shock(given: Any, at: Path, reading: _Reading) -> Shock | None:
    kind = given.get("kind") if isinstance(given, dict) else None
    if kind is None and isinstance(given, dict):
        reading.note(at, f"kind is missing, expected {_one_of(KINDS)}")
        return None
    if kind is not None and (not isinstance(kind, str) or kind not in KINDS):
        near = nearest(kind, KINDS) if isinstance(kind, str) else []
        reading.note((*at, "kind"), f"kind is {_shown(kind)}, expected {_one_of(near or KINDS)}")
        return None
    before = len(reading.problems)
    keys = shock_entries(str(kind)) if kind else ()
    bare = {k: v for k, v in given.items() if k != "kind"} if isinstance(given, dict) else given
    everyone = {e.field: () for e in keys if e.key.optional and e.name not in bare}
    told = everyone | _table(bare, keys, at, str(kind), reading)
    for key, problem in contradictions(told):
        reading.note((*at, key), f"{key} {problem}")
    if "mineral" in told:
        own = reading.gazetteer.mineral(told["mineral"]).hs
        for code in (c for c in told.get("hs", ()) if c not in own):
            reading.note(
                (*at, "hs"), f"hs {code} is no code of {told['mineral']}, whose codes are {_one_of(own, ', ')}"
            )
    if kind is None or len(reading.problems) > before:
        return None
    shock: Shock = built(KINDS[kind], {"share": exactly(1.0), **told})
    return shock


def _quotation_problems(row: Quotation) -> Iterator[str]:
    if row.end - row.start != len(row.text) or not row.text:
        yield f"text has {len(row.text)} characters, [{row.start}:{row.end}] has others"
    if not re.fullmatch("[0-9a-f]{64}", row.sha256):
        yield f"sha256 is {_shown(row.sha256)}, expected 64 hexadecimal digits"


def _assumption_problems(row: Assumption) -> Iterator[str]:
    band = [v for v in (row.low, row.value, row.high) if v is not None]
    if not in_order(band) or len(band) == 2 or (len(band) == 1 and row.value is None):
        yield f"low, value and high are {band}, expected value alone or all three in order"


def _resolved(given: Any, entry: Entry, at: Path, reading: _Reading) -> Any:
    """What names stand for: ids, each once; None, with a note for each name that is wrong."""
    several = entry.type is not str
    names = _texts(given, entry) if several else [_text(given, entry)]
    if entry.key.names == "country":
        names = [part.strip() for name in names for part in name.replace("+", ",").split(",")]
    if not names or not all(names):
        mend = ": leave it out to mean everyone" if entry.key.optional else ""
        reading.note(at, f"{entry.name} is empty or holds an empty name{mend}")
        return None
    look_up, before = _LOOK_UPS[entry.key.names], len(reading.problems)
    found: list[str] = []
    for name in names:
        try:
            found += look_up(reading, name)
        except MonaziteError as error:
            reading.note(at, f"{entry.name}: {str(error).rstrip('.?')}")
    if twice := sorted({f for f in found if found.count(f) > 1}):
        reading.note(at, f"{entry.name}: {', '.join(twice)} is named twice")
    if len(reading.problems) > before:
        return None
    return tuple(found) if several else found[0]


def _known_row(table: str) -> Callable[[_Reading, str], tuple[str, ...]]:
    def look_up(reading: _Reading, name: str) -> tuple[str, ...]:
        rows = reading.rows.get(table)
        if rows is not None and name not in rows:
            near = nearest(name, rows)
            guess = f"did you mean {' or '.join(near)}" if near else f"see monazite data show {table}s"
            raise ScenarioError(table, f"{name!r} is no row of the table {table}s", guess)
        return (name,)

    return look_up


_LOOK_UPS: Mapping[str, Callable[[_Reading, str], tuple[str, ...]]] = {
    "country": lambda reading, name: reading.gazetteer.members(name),
    "mineral": lambda reading, name: (reading.gazetteer.mineral(name).id,),
    "passage": lambda reading, name: (reading.gazetteer.passage(name).id,),
    "hs": lambda _, name: (name,),
    "measure": _known_row("measure"),
    "source": _known_row("source"),
}


def _text(given: Any, _: Entry) -> str:
    if not isinstance(given, str):
        raise ValueError(", of the wrong type: expected a text")
    return given


def _texts(given: Any, _: Entry) -> list[str]:
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not all(isinstance(t, str) for t in texts):
        raise ValueError(", of the wrong type: expected a text or a list of texts")
    return texts


def _number(given: Any, _: Entry) -> float:
    # A truth value is a number to Python, a time of day a date.
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise ValueError(", of the wrong type: expected a number")
    return float(min(max(given, -1e300), 1e300)) if isinstance(given, int) else given


def _whole(given: Any, _: Entry) -> int:
    if isinstance(given, bool) or not isinstance(given, int):
        raise ValueError(", of the wrong type: expected a whole number")
    return min(max(given, -(10**18)), 10**18)


def _day(given: Any, _: Entry) -> date:
    if isinstance(given, datetime) or not isinstance(given, date):
        raise ValueError(", of the wrong type: expected a date as 2026-01-06, without quotation marks")
    return given


def _band(given: Any, entry: Entry) -> Band:
    if not isinstance(given, list):
        numbers = [_number(given, entry)] * 3
    elif len(given) == 3:
        numbers = [_number(v, entry) for v in given]
    else:
        raise ValueError(", expected one number or [low, mid, high]")
    if not all(map(isfinite, numbers)):
        raise ValueError(", expected finite numbers")
    if not in_order(numbers):
        raise ValueError(", out of order: expected [low, mid, high]")
    return Band(*numbers)


def _choice(given: Any, entry: Entry) -> Any:
    """One of the words a key may hold: a stage, or the words of a literal type."""
    staged = Stage in (entry.type, *get_args(entry.type))
    words = [s.value for s in Stage] if staged else list(get_args(entry.type))
    if given not in words:
        raise ValueError(f", expected {_one_of(words)}")
    return Stage(given) if staged else given


_READERS: Mapping[Any, Callable[[Any, Entry], Any]] = {
    str: _text,
    int: _whole,
    float: _number,
    date: _day,
    Band: _band,
}


def _one_of(words: Collection[str], joined: str = ", ") -> str:
    return joined.join(words) or "none"


def _shown(value: Any) -> str:
    try:
        told = repr(value)
    except ValueError:  # Python writes no whole number of thousands of digits
        return "a huge number"
    return told if len(told) <= _SHOWN else f"{told[:_SHOWN]}..."
