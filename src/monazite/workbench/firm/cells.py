"""The cells of an outsider's list -> words, numbers and units, with every problem of every row."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from monazite.core.gazetteer import Gazetteer, fold, nearest
from monazite.core.text import printable
from monazite.indicators.firm_values import Problem
from monazite.workbench.firm.columns import STAGES
from monazite.workbench.firm.file import Cell, Sheet

__all__ = [
    "Names",
    "Reading",
    "decimal_of",
    "folded",
    "number_in",
    "plain",
    "split",
    "stage_of",
    "told",
    "ways",
    "whole",
]

_LONGEST = 200  # characters kept of a text
_MOST_NEAREST = 200  # names that near ones are looked for; each takes milliseconds
_MOST_ALIKE = 2_000  # problems of one column that are told one by one
_LARGEST = 1e15  # of any amount: beyond it sums lose their meaning
_NUMBER = {
    ".": re.compile(r"(?=[+-]?\.?\d)[+-]?(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:[eE][+-]?\d{1,3})?", re.ASCII),
    ",": re.compile(r"(?=[+-]?,?\d)[+-]?(?:[1-9]\d{0,2}(?:\.\d{3})+|\d+)?(?:,\d*)?(?:[eE][+-]?\d{1,3})?", re.ASCII),
}
_SPACED = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f'’](?=\d{3}(?!\d))", re.ASCII)
_WITH_UNIT = re.compile(r"(?P<number>.*[\d.,])\s*(?P<unit>%|[A-Za-z][A-Za-z ]*)", re.ASCII | re.DOTALL)
_FORMULA = ("=", "@")
folded = lru_cache(maxsize=1024)(fold)


@dataclass(frozen=True, slots=True)
class Names:
    """What the words of a list are held against: names, trade codes with mineral and stage."""

    gazetteer: Gazetteer
    hs: Mapping[str, frozenset[tuple[str, str]]]


@dataclass(slots=True)
class Reading:
    """A list while it is read."""

    sheet: Sheet
    names: Names
    decimal: str
    currency: str
    countries: dict[str, tuple[str, str]] = field(default_factory=dict)
    materials: dict[str, tuple[str, str]] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    said: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    searched: int = 0

    def problem(self, row: int, column: str, cell: str, reason: str) -> None:
        """Keep a problem, under the name its column has in the file."""
        self.problems.append(Problem(row, self.sheet.header.called.get(column, column), cell, reason))

    def near(self, name: str, known: Iterable[str]) -> list[str]:
        """The names that are near; a list of nothing but unknown names has an end too."""
        self.searched += 1
        return nearest(name, known) if self.searched <= _MOST_NEAREST else []

    def nearest(self, name: str, known: Iterable[str]) -> str:
        """A question that names what is near, or nothing."""
        near = self.near(name, known)
        return f" Did you mean {' or '.join(near)}?" if near else ""


@lru_cache(maxsize=1 << 16)
def plain(cell: Cell) -> str:
    """The text of a cell on one line, without what steers a terminal."""
    if isinstance(cell, float):
        return f"{cell:.15g}"
    simple = cell.isascii() and cell.isprintable() and "  " not in cell
    text = cell.strip() if simple else " ".join(printable(cell).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def whole(reading: Reading, row: int, cells: Sequence[Cell]) -> bool:
    """Whether a line of text has a name above each of its cells; beside a list in a workbook there may be notes."""
    width = reading.sheet.header.width
    if len(cells) <= width or reading.sheet.name or not any(str(c).strip() for c in cells[width:]):
        return True
    reason = f"has {len(cells)} cells below {width} names: is a figure cut in two? The line is left out"
    reading.problem(row, "line", "", reason)
    return False


def told(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The first problems of each column, and how many more there are, by row: who sees these knows what is wrong."""
    by_column: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_column[problem.column].append(problem)
    kept = (p for column in by_column.values() for p in (*column[:_MOST_ALIKE], *_rest(column[_MOST_ALIKE:])))
    return tuple(sorted(kept, key=lambda p: p.row))


def _rest(alike: Sequence[Problem]) -> Iterator[Problem]:
    if alike:
        yield Problem(alike[0].row, alike[0].column, "", f"and {len(alike):,} more of this column", len(alike))


def stage_of(reading: Reading, row: int, text: str) -> str:
    """The stage a word stands for; '' for none, and for a word that is none, which is a problem."""
    stage = STAGES.get(folded(text), "")
    if text and not stage:
        known = "ore, refined, metal or component"
        reading.problem(row, "stage", text, f"{text!r} is no stage, expected {known}. The line counts without a stage")
    return stage


def split(text: str) -> tuple[str, str]:
    """A number and the unit that stands behind it.

    >>> split("1,200 kg"), split("40%"), split("1e5")
    (('1,200', 'kg'), ('40', '%'), ('1e5', ''))
    """
    found = None if text[-1:].isdigit() else _WITH_UNIT.fullmatch(text)
    return (found["number"], found["unit"].strip().casefold()) if found else (text, "")


def number_in(reading: Reading, row: int, column: str, text: str) -> float | None:
    """The number in a cell, 0 or more; a problem and None for anything else."""
    number = _parsed(text, reading.decimal)
    reason = ""
    if text.startswith(_FORMULA):
        reason = f"{text!r} is a formula in text, which is not run: save the values"
    elif number is None:
        sign = "comma" if reading.decimal == "," else "point"
        reason = f"{text!r} is no number, written with a decimal {sign}"
    elif number < 0:
        reason = f"{text} is negative, expected 0 or more"
    elif number > _LARGEST:
        reason = f"{text} is larger than any purchase"
    elif number == 0 and (row, reading.sheet.header.at.get(column)) in reading.sheet.unworked:
        reason = "is a formula saved with the value 0: save the file in a spreadsheet, or write 0 if that is meant"
    elif (row, reading.sheet.header.at.get(column)) in reading.sheet.merged:
        reason = f"{text} stands in cells merged over several rows: give each row its own figure"
    if reason:
        reading.problem(row, column, text, reason)
        return None
    mark = "." if reading.decimal == "," else ","
    if mark in text and len(ways(text)) > 1:
        reading.said[f"{mark!r} is taken to part the thousands"].append(row)
    return number


def _parsed(text: str, decimal: str) -> float | None:
    plain = text if text.isalnum() else _SPACED.sub("", text)
    if not _NUMBER[decimal].fullmatch(plain):
        return None
    return float(plain.replace("." if decimal == "," else ",", "").replace(",", "."))


def ways(text: str) -> set[str]:
    """The decimal signs with which a text is a number."""
    return {d for d in _NUMBER if _parsed(text, d) is not None}


def decimal_of(sheet: Sheet) -> tuple[str, list[str]]:
    """The decimal sign of a list: the usual one for its form, unless all figures that tell it tell the other."""
    at = [sheet.header.at[c] for c in ("share", "amount", "value") if c in sheet.header.at]
    other = ""
    for figure in (cells[i] for _, cells in sheet.rows for i in at if i < len(cells)):
        if isinstance(figure, float):
            return sheet.decimal, []
        told = ways(split(plain(figure))[0]) if "." in figure or "," in figure else set()
        if told == {sheet.decimal}:
            return sheet.decimal, []
        other = told.pop() if len(told) == 1 else other
    return other or sheet.decimal, [f"the decimal sign is taken as {other!r}, as the figures show"] if other else []
