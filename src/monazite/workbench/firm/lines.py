"""The rows of a firm's list -> purchases, with every problem of every row. Nothing is guessed and nothing is lost."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import fsum

from monazite.core.errors import TableError
from monazite.indicators.firm import TOLERANCE_SHARE, rows_text
from monazite.indicators.firm_values import FirmList, Problem, Purchase
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
from monazite.workbench.firm.columns import CURRENCIES, TONNES
from monazite.workbench.firm.file import Sheet

__all__ = ["Names", "firm_list"]

_MOST_UNKNOWN = 2_000  # names of materials that the tables do not know
_SHARES = frozenset({"share", "fraction"})
_PERCENTS = frozenset({"%", "percent", "per cent", "pct", "percentage"})


def firm_list(sheet: Sheet, names: Names) -> FirmList:
    """The purchases in a sheet.

    A line whose country or amount cannot be told is kept as such, so that what hangs on it is not taken for nothing.

    :raises TableError: for a list that is mostly of something else than minerals.
    """
    decimal, notices = decimal_of(sheet)
    at = sheet.header.at.items()
    texts = [{column: plain(cells[i]) if i < len(cells) else "" for column, i in at} for _, cells in sheet.rows]
    reading = Reading(sheet, names, decimal, _currency(sheet.header.currency, texts))
    rows = zip(sheet.rows, texts, strict=True)
    lines = [p for (row, cells), words in rows if whole(reading, row, cells) for p in _line(reading, row, words)]
    if len(reading.unknown) > _MOST_UNKNOWN:
        what = f"has {len(reading.unknown):,} materials that the tables do not know, expected {_MOST_UNKNOWN:,} or less"
        raise TableError(sheet.file, [what], "name each by its mineral, or leave out what is none")
    purchases, doubtful = _not_shares(lines, sheet)
    notices += [f"{rows_text(rows)}: {text}" for text, rows in reading.said.items()]
    return FirmList(
        file=sheet.file,
        sheet=sheet.name,
        currency=reading.currency,
        purchases=tuple(purchases),
        problems=told((*reading.problems, *doubtful)),
        notices=(*sheet.notices, *notices),
    )


def _line(reading: Reading, row: int, texts: Mapping[str, str]) -> list[Purchase]:
    """The purchase of a row; none where the row does not even tell its material."""
    if not texts["material"]:
        reading.problem(row, "material", "", "is empty. The line is left out")
        return []
    share, mass, value = _amounts(reading, row, texts)
    material = _material(reading, row, texts["material"])
    hs = _hs(reading, row, texts.get("hs", ""))
    stage = stage_of(reading, row, texts.get("stage", ""))
    return [
        Purchase(
            row=row,
            material=material,
            stage=_staged(reading, row, (material, stage, hs)),
            country=_country(reading, row, texts["country"]),
            share=share,
            mass_t=mass,
            value=value,
            supplier=texts.get("supplier", ""),
            part=texts.get("part", ""),
            hs=hs,
        )
    ]


def _country(reading: Reading, row: int, text: str) -> str:
    if not text:
        reading.problem(row, "country", "", "is empty. The line counts as of unknown origin")
        return ""
    if text not in reading.countries:
        reading.countries[text] = _known_country(reading, text)
    code, told = reading.countries[text]
    if not code:
        reason = f"{told} The line counts as of unknown origin"
        reading.problem(row, "country", text, reason)
    return code


def _known_country(reading: Reading, text: str) -> tuple[str, str]:
    """The code of a country, or '' and what is wrong with its name."""
    gazetteer = reading.names.gazetteer
    if found := gazetteer.find_country(text) or gazetteer.find_iso2(text):
        return found.iso3, ""
    if group := gazetteer.find_coalition(text):
        return "", f"{text!r} is {len(group.members)} countries: name the one."
    near = reading.nearest(text, (n for c in gazetteer.countries for n in (c.name, *c.aliases)))
    return "", f"{text!r} is no country that is known.{near}"


def _material(reading: Reading, row: int, text: str) -> str:
    """The mineral of a name; for one the tables do not know the name itself, as it is first written."""
    if text not in reading.materials:
        gazetteer = reading.names.gazetteer
        found = gazetteer.find_mineral(text)
        known = (n for m in gazetteer.minerals for n in (m.name, *m.aliases))
        reading.materials[text] = (found.id, "") if found else ("", reading.nearest(text, known))
    material, near = reading.materials[text]
    if not material:
        told = f"{text!r} is no material of the tables; it stands under that name, without the world's figures"
        if near:
            reading.problem(row, "material", text, f"{told}.{near}")
        else:
            reading.said[told].append(row)
    return material or reading.unknown.setdefault(text.casefold(), text)


def _hs(reading: Reading, row: int, text: str) -> str:
    """The six digits of a trade code; '' for none."""
    digits = re.sub(r"[\s.]", "", text)
    if not digits:
        return ""
    if not re.fullmatch(r"\d{6,12}", digits, re.ASCII):
        reading.problem(row, "hs", text, f"{text!r} is no code of six digits or more. The line counts without it")
        return ""
    return digits[:6]


def _staged(reading: Reading, row: int, told: tuple[str, str, str]) -> str:
    """The stage as given, or else the one of the trade code, if it has one for the material."""
    material, stage, hs = told
    known = reading.names.hs.get(hs)
    if not known:
        return stage
    stages = {s for m, s in known if m == material}
    if not stages:
        minerals = ", ".join(sorted({m for m, _ in known}))
        reading.said[f"the code {hs} stands for {minerals} in the tables, not for {material}"].append(row)
    elif stage and stage not in stages:
        reading.said[f"the code {hs} stands for {', '.join(sorted(stages))}; the stage given is kept"].append(row)
    elif not stage and len(stages) == 1:
        (stage,) = stages
        reading.said[f"the stage {stage} is taken from the code {hs}"].append(row)
    return stage


def _amounts(reading: Reading, row: int, texts: Mapping[str, str]) -> tuple[float | None, float | None, float | None]:
    """Share, mass in tonnes and value of a line; a cell that cannot be read is a problem and None."""
    before = len(reading.problems)
    share = _share(reading, row, texts.get("share", ""))
    mass, value = None, _value(reading, row, texts)
    amount = texts.get("amount", "")
    if amount:
        number, unit = split(amount)
        unit = folded(unit or texts.get("unit", "") or reading.sheet.header.unit)
        if unit in TONNES:
            found = number_in(reading, row, "amount", number)
            mass = None if found is None else found * TONNES[unit]
        elif unit in _SHARES | _PERCENTS and share is None:
            share = _checked_share(reading, row, "amount", number, unit in _PERCENTS)
        elif unit in CURRENCIES and value is None and unit.upper() == reading.currency:
            value = number_in(reading, row, "amount", number)
        else:
            reason = "has no unit" if not unit else f"the unit {unit!r} is not known or not to be added here"
            reading.problem(row, "amount", amount, f"{reason}: write t, kg, g, lb, share or %")
    if (share, mass, value) == (None, None, None) and len(reading.problems) == before:
        reading.problem(row, "amount", "", "is empty: no share, no mass and no value")
    return share, mass, value


def _share(reading: Reading, row: int, text: str) -> float | None:
    if not text:
        return None
    number, unit = split(text)
    if unit and unit not in _PERCENTS:
        reading.problem(row, "share", text, f"{text!r} is no share: write 0.4 or 40%")
        return None
    return _checked_share(reading, row, "share", number, bool(unit) or reading.sheet.header.percent)


def _checked_share(reading: Reading, row: int, column: str, text: str, percent: bool) -> float | None:
    number = number_in(reading, row, column, text)
    if number is None:
        return None
    share = number / 100.0 if percent else number
    if share > 1.0:
        mend = "A percent is 0 to 100" if percent else "A share is 0 to 1: write 0.4 or 40%, or name the column percent"
        reading.problem(row, column, text, f"{text} is more than everything. {mend}")
        return None
    return share


def _value(reading: Reading, row: int, texts: Mapping[str, str]) -> float | None:
    text = texts.get("value", "")
    if not text:
        return None
    number, unit = split(text)
    currency = (unit or texts.get("currency", "") or reading.sheet.header.currency).upper()
    if currency != reading.currency:
        mend = "no rates are held, so the line counts without its value"
        reason = f"is in {currency or 'no stated currency'}, other values are in {reading.currency or 'none stated'}"
        reading.problem(row, "value", text, f"{reason}: {mend}")
        return None
    return number_in(reading, row, "value", number)


def _currency(named: str, lines: Iterable[Mapping[str, str]]) -> str:
    """The currency that most lines with a value are in, the first by name of two as frequent; '' if none is stated."""
    counts: dict[str, int] = defaultdict(int)
    for texts in lines:
        if value := texts.get("value"):
            counts[(split(value)[1] or texts.get("currency") or named).upper()] += 1
        elif amount := texts.get("amount"):
            unit = folded(split(amount)[1] or texts.get("unit", ""))
            counts[unit.upper()] += unit in CURRENCIES
    return min((c for c, n in counts.items() if n), key=lambda c: (-counts[c], c), default="")


def _not_shares(lines: list[Purchase], sheet: Sheet) -> tuple[list[Purchase], list[Problem]]:
    """Percents that add up to one in all are shares under the wrong name: refused, as nobody can tell which."""
    if not sheet.header.percent:
        return lines, []
    groups: dict[tuple[str, str], list[Purchase]] = defaultdict(list)
    for p in lines:
        groups[p.material, p.stage].append(p)
    doubtful, problems = set(), []
    for (material, stage), group in groups.items():
        total = fsum(p.share or 0.0 for p in group)
        if 0.0 < total <= 0.01 * (1.0 + TOLERANCE_SHARE):
            named = f"{material}, {stage}" if stage else material
            what = (
                f"{named}: the percents add up to {100 * total:.3g}. Are they shares? Name the column so, or write 40%"
            )
            problems.append(Problem(group[0].row, sheet.header.called["share"], "", what))
            doubtful |= {p.row for p in group}
    return [p for p in lines if p.row not in doubtful], problems
