"""A bill of materials in a file -> what each line needs, with every problem of every row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from monazite.core.errors import MonaziteError, TableError
from monazite.core.gazetteer import Gazetteer
from monazite.core.values import Band, Stage
from monazite.indicators.firm import rows_text
from monazite.indicators.firm_values import Problem
from monazite.indicators.stakes import Need
from monazite.reference.store import Store
from monazite.workbench.exposure.goods import Asked, asking
from monazite.workbench.firm.cells import (
    Names,
    Reading,
    decimal_of,
    folded,
    number_in,
    plain,
    split,
    stage_of,
    told,
    whole,
)
from monazite.workbench.firm.columns import BILL, TONNES
from monazite.workbench.firm.file import Given, read_sheet

__all__ = ["Bill", "read_bill"]

_Ask = Callable[[str], Asked | MonaziteError]
_MOST_TOLD = 20  # problems in the message of a bill with no line that can be used


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill of materials: the file, its lines as far as they could be read, the problems, and how it was taken."""

    file: str
    needs: tuple[Need, ...]
    problems: tuple[Problem, ...]
    notices: tuple[str, ...]


def read_bill(file: Given, store: Store, names: Gazetteer) -> Bill:
    """The bill of materials in a CSV file, a workbook or rows with the columns item, material, amount and unit.

    A material is a mineral, a good or a trade code. Without a stage of its own or one that the material tells, a line
    is read at the last stage that has a trade code.

    :raises TableError: for a file that cannot be read, or without a line that can be used, with every problem.
    """
    sheet = read_sheet(file, BILL)
    decimal, notices = decimal_of(sheet)
    reading = Reading(sheet, Names(names, {}), decimal, "")
    last, find = _last_stages(store, names), asking(store, names, reading.near)

    @cache
    def asked(material: str) -> Asked | MonaziteError:
        found = names.find_mineral(material)
        try:
            return Asked(found.id) if found else find(material)
        except MonaziteError as error:
            return error

    needs = [
        need
        for row, cells in sheet.rows
        if whole(reading, row, cells)
        for words in [{column: plain(cells[i]) if i < len(cells) else "" for column, i in sheet.header.at.items()}]
        for need in _needs(reading, row, words, asked, last)
    ]
    if not needs:
        first = [*map(str, reading.problems[:_MOST_TOLD])]
        more = [f"and {len(reading.problems) - _MOST_TOLD:,} more"] if len(reading.problems) > _MOST_TOLD else []
        raise TableError(sheet.file, [*first, *more], "correct the lines")
    said = (f"{rows_text(rows)}: {text}" for text, rows in reading.said.items())
    return Bill(sheet.file, tuple(needs), told(reading.problems), (*sheet.notices, *notices, *said))


def _needs(
    reading: Reading, row: int, words: Mapping[str, str], asked: _Ask, last: Mapping[str, Stage]
) -> Iterator[Need]:
    """What a row needs; nothing where its material or amount cannot be told."""
    mass_kg = _mass_kg(reading, row, words)
    stage = stage_of(reading, row, words.get("stage", ""))
    weeks = number_in(reading, row, "weeks", words["weeks"]) if words.get("weeks") else None
    if not words["material"]:
        reading.problem(row, "material", "", "is empty. The line is left out")
        return
    meant = asked(words["material"])
    if isinstance(meant, MonaziteError):
        reading.problem(row, "material", words["material"], f"{meant} The line is left out")
        return
    if mass_kg is None:
        return
    known = last.get(meant.mineral, Stage.METAL)
    if not stage and not meant.stage:
        reading.said[f"no stage is given for {meant.mineral}: it is read at {known}"].append(row)
    amount, lead = Band(mass_kg, mass_kg, mass_kg), None if weeks is None else Band(weeks, weeks, weeks)
    name = words["part"] or f"row {row}"
    yield Need(
        name, meant.mineral, Stage(stage) if stage else meant.stage or known, amount, "kg", lead, "", f"row {row}"
    )


def _mass_kg(reading: Reading, row: int, words: Mapping[str, str]) -> float | None:
    """What one unit of the programme holds, in kg; None and a problem where that cannot be told."""
    text = words["amount"]
    if not text:
        reading.problem(row, "amount", "", "is empty. The line is left out")
        return None
    number, unit = split(text)
    unit = folded(unit or words.get("unit", "") or reading.sheet.header.unit)
    if unit not in TONNES:
        reason = f"the unit {unit!r} is not known" if unit else "has no unit"
        reading.problem(row, "amount", text, f"{reason}: write kg, g, t or lb. The line is left out")
        return None
    found = number_in(reading, row, "amount", number)
    return None if found is None else 1000.0 * TONNES[unit] * found


def _last_stages(store: Store, names: Gazetteer) -> dict[str, Stage]:
    """The last stage of each mineral that has a trade code, or that a group it belongs to has."""
    coded: dict[str, list[Stage]] = {}
    for mineral, stage in store.rows("SELECT DISTINCT mineral, stage FROM commodities"):
        coded.setdefault(mineral, []).append(Stage(stage))
    last = {mineral: max(stages, key=list(Stage).index) for mineral, stages in coded.items()}
    around = {mineral: (mineral, *groups) for mineral, groups in names.groups().items()}
    return {m: next(last[g] for g in near if g in last) for m, near in around.items() if set(near) & set(last)}
