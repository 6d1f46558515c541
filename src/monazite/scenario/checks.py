"""What is wrong with a shock or a scenario: every problem, each with the key it is in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from math import isfinite
from typing import Any

from monazite.core.values import Band
from monazite.scenario.keys import Entry, flat, kind_of, shock_entries
from monazite.scenario.values import Key, Shock

__all__ = ["contradictions", "in_order", "misfit", "range_of", "repeats", "shock_problems"]

Problem = tuple[str, str]
"""The key of a table, empty for the table as a whole, and what is wrong."""

_FIRST, _LAST = date(1900, 1, 1), date(2200, 12, 31)


def shock_problems(shock: Shock) -> Iterator[Problem]:
    """What is wrong with a shock."""
    given = flat(shock)
    for entry in shock_entries(kind_of(shock)):
        if given[entry.field] == () and entry.needed:
            yield entry.name, "is missing"
        elif told := misfit(entry, given[entry.field]):
            yield entry.name, told
    yield from contradictions(given)


def misfit(entry: Entry, value: Any) -> str:
    """What is wrong with a value of its type, by the range of its key; empty if nothing is."""
    if isinstance(value, Band):
        out = [v for v in value.values if not _fits(v, entry.key)]
        return f"is {', '.join(f'{v:g}' for v in dict.fromkeys(out))}, expected {range_of(entry.key)}" if out else ""
    if isinstance(value, int | float):
        return "" if _fits(value, entry.key) else f"is {value:g}, expected {range_of(entry.key)}"
    if isinstance(value, date) and not _FIRST <= value <= _LAST:
        return f"is {value}, expected a day from {_FIRST.year} to {_LAST.year}"
    return ""


def range_of(key: Key) -> str:
    """The range of a key in words: "more than 0 and at most 1"."""
    least = f"more than {key.low:g}" if key.above else f"{key.low:g}"
    if not isfinite(key.high):
        return f"{least} or more" if isfinite(key.low) else "a number"
    return f"{least} and at most {key.high:g}" if key.above else f"{least} to {key.high:,g}"


def contradictions(given: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong between the fields of a shock, as far as they are given."""
    sellers, buyers = (
        {c for name in names for c in given.get(name) or ()}
        for names in (("imposers", "exporters"), ("targets", "importers"))
    )
    if both := sellers & buyers:
        yield "to", f"{', '.join(sorted(both))} is both a seller and a buyer"
    if (levied_by := given.get("levied_by")) and not given.get(f"{levied_by}s", True):
        yield "levied_by", f"is {levied_by!r}, but no {levied_by} is named"
    if given.get("ramp_weeks", 0) > given.get("weeks", 52):
        yield "ramp_weeks", f"is {given['ramp_weeks']}, longer than the {given.get('weeks', 52)} weeks it lasts"
    delay, refused = given.get("delay_weeks"), given.get("refused_share")
    if delay and refused and delay.high == refused.high == 0:
        yield "delay_weeks", "is 0 and so is refused_share: such a licence changes nothing"


def repeats(shocks: tuple[Shock | None, ...]) -> Iterator[tuple[int, str]]:
    """Which shocks are told twice, by position: counted twice, they would be another scenario."""
    for place, shock in enumerate(shocks):
        if shock and shock in shocks[:place]:
            yield place, f"is shock {shocks.index(shock) + 1} told again"


def in_order(numbers: list[float]) -> bool:
    """Whether numbers are finite and rise."""
    return all(map(isfinite, numbers)) and all(a <= b for a, b in pairwise(numbers))


def _fits(value: float, key: Key) -> bool:
    return key.low < value <= key.high if key.above else key.low <= value <= key.high
