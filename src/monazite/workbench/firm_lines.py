"""The rows of a firm's list -> purchases, with every problem of every row. Nothing is guessed and nothing is lost."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import fsum

from monazite.core.gazetteer import Gazetteer, fold, nearest
from monazite.core.text import printable
from monazite.indicators.firm import TOLERANCE_SHARE, rows_text
from monazite.indicators.firm_values import FirmList, Problem, Purchase
from monazite.workbench.firm_columns import CURRENCIES, STAGES, TONNES
from monazite.workbench.firm_file import Cell, Sheet

__all__ = ["Names", "firm_list"]

_LONGEST = 200  # characters kept of a text
_MOST_NEAREST = 200  # names that near ones are looked for; each takes milliseconds
_LARGEST = 1e15  # of any amount: beyond it sums lose their meaning
_NUMBER = {
    ".": re.compile(r"(?=[+-]?\.?\d)[+-]?(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:[eE][+-]?\d{1,3})?", re.ASCII),
    ",": re.compile(r"(?=[+-]?,?\d)[+-]?(?:[1-9]\d{0,2}(?:\.\d{3})+|\d+)?(?:,\d*)?(?:[eE][+-]?\d{1,3})?", re.ASCII),
}
_SPACED = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f'’](?=\d{3}(?!\d))", re.ASCII)
_WITH_UNIT = re.compile(r"(?P<number>.*[\d.,])\s*(?P<unit>%|[A-Za-z][A-Za-z ]*)", re.ASCII | re.DOTALL)
_SHARES = frozenset({"share", "fraction"})
_PERCENTS = frozenset({"%", "percent", "per cent", "pct", "percentage"})
_FORMULA = ("=", "@")
_folded = lru_cache(maxsize=1024)(fold)


@dataclass(frozen=True, slots=True)
class Names:
    """What the words of a list are held against: names, trade codes with mineral and stage."""

    gazetteer: Gazetteer
    hs: Mapping[str, frozenset[tuple[str, str]]]


@dataclass(slots=True)
class _Reading:
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
        self.problems.append(Problem(row, self.sheet.header.called.get(column, column), cell, reason))

    def nearest(self, name: str, known: Iterable[str]) -> str:
        """A question that names what is near, or nothing; a list of nothing but unknown names has an end too."""
        self.searched += 1
        near = nearest(name, known) if self.searched <= _MOST_NEAREST else []
        return f" Did you mean {' or '.join(near)}?" if near else ""


def firm_list(sheet: Sheet, names: Names) -> FirmList:
    """The purchases in a sheet.

    A line whose country or amount cannot be told is kept as such, so that what hangs on it is not taken for nothing.
    """
    decimal, notices = _decimal(sheet)
    at = sheet.header.at.items()
    texts = [{column: _plain(cells[i]) if i < len(cells) else "" for column, i in at} for _, cells in sheet.rows]
    reading = _Reading(sheet, names, decimal, _currency(sheet.header.currency, texts))
    told = zip(sheet.rows, texts, strict=True)
    lines = [p for (row, cells), words in told if _whole(reading, row, cells) for p in _line(reading, row, words)]
    purchases, doubtful = _not_shares(lines, sheet)
    notices += [f"{rows_text(rows)}: {text}" for text, rows in reading.said.items()]
    return FirmList(
        file=sheet.file,
        sheet=sheet.name,
        currency=reading.currency,
        purchases=tuple(purchases),
        problems=(*reading.problems, *doubtful),
        notices=(*sheet.notices, *notices),
    )


@lru_cache(maxsize=1 << 16)
def _plain(cell: Cell) -> str:
    """The text of a cell on one line, without what steers a terminal."""
    if isinstance(cell, float):
        return f"{cell:.15g}"
    simple = cell.isascii() and cell.isprintable() and "  " not in cell
    text = cell.strip() if simple else " ".join(printable(cell).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _whole(reading: _Reading, row: int, cells: Sequence[Cell]) -> bool:
    """Whether a line of text has a name above each of its cells; beside a list in a workbook there may be notes."""
    width = reading.sheet.header.width
    if len(cells) <= width or reading.sheet.name or not any(str(c).strip() for c in cells[width:]):
        return True
    reason = f"has {len(cells)} cells below {width} names: is a figure cut in two? The line is left out"
    reading.problem(row, "line", "", reason)
    return False


def _line(reading: _Reading, row: int, texts: Mapping[str, str]) -> list[Purchase]:
    """The purchase of a row; none where the row does not even tell its material."""
    if not texts["material"]:
        reading.problem(row, "material", "", "is empty. The line is left out")
        return []
    share, mass, value = _amounts(reading, row, texts)
    material = _material(reading, row, texts["material"])
    hs = _hs(reading, row, texts.get("hs", ""))
    stage = _stage(reading, row, texts.get("stage", ""))
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


def _country(reading: _Reading, row: int, text: str) -> str:
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


def _known_country(reading: _Reading, text: str) -> tuple[str, str]:
    """The code of a country, or '' and what is wrong with its name."""
    gazetteer = reading.names.gazetteer
    if found := gazetteer.find_country(text) or gazetteer.find_iso2(text):
        return found.iso3, ""
    if group := gazetteer.find_coalition(text):
        return "", f"{text!r} is {len(group.members)} countries: name the one."
    near = reading.nearest(text, (n for c in gazetteer.countries for n in (c.name, *c.aliases)))
    return "", f"{text!r} is no country that is known.{near}"


def _material(reading: _Reading, row: int, text: str) -> str:
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


def _stage(reading: _Reading, row: int, text: str) -> str:
    stage = STAGES.get(_folded(text), "")
    if text and not stage:
        known = "ore, refined, metal or component"
        reading.problem(row, "stage", text, f"{text!r} is no stage, expected {known}. The line counts without a stage")
    return stage


def _hs(reading: _Reading, row: int, text: str) -> str:
    """The six digits of a trade code; '' for none."""
    digits = re.sub(r"[\s.]", "", text)
    if not digits:
        return ""
    if not re.fullmatch(r"\d{6,12}", digits, re.ASCII):
        reading.problem(row, "hs", text, f"{text!r} is no code of six digits or more. The line counts without it")
        return ""
    return digits[:6]


def _staged(reading: _Reading, row: int, told: tuple[str, str, str]) -> str:
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


def _amounts(reading: _Reading, row: int, texts: Mapping[str, str]) -> tuple[float | None, float | None, float | None]:
    """Share, mass in tonnes and value of a line; a cell that cannot be read is a problem and None."""
    before = len(reading.problems)
    share = _share(reading, row, texts.get("share", ""))
    mass, value = None, _value(reading, row, texts)
    amount = texts.get("amount", "")
    if amount:
        number, unit = _split(amount)
        unit = _folded(unit or texts.get("unit", "") or reading.sheet.header.unit)
        if unit in TONNES:
            mass = _scaled(_number(reading, row, "amount", number), TONNES[unit])
        elif unit in _SHARES | _PERCENTS and share is None:
            share = _checked_share(reading, row, "amount", number, unit in _PERCENTS)
        elif unit in CURRENCIES and value is None and unit.upper() == reading.currency:
            value = _number(reading, row, "amount", number)
        else:
            reason = "has no unit" if not unit else f"the unit {unit!r} is not known or not to be added here"
            reading.problem(row, "amount", amount, f"{reason}: write t, kg, g, lb, share or %")
    if (share, mass, value) == (None, None, None) and len(reading.problems) == before:
        reading.problem(row, "amount", "", "is empty: no share, no mass and no value")
    return share, mass, value


def _share(reading: _Reading, row: int, text: str) -> float | None:
    if not text:
        return None
    number, unit = _split(text)
    if unit and unit not in _PERCENTS:
        reading.problem(row, "share", text, f"{text!r} is no share: write 0.4 or 40%")
        return None
    return _checked_share(reading, row, "share", number, bool(unit) or reading.sheet.header.percent)


def _checked_share(reading: _Reading, row: int, column: str, text: str, percent: bool) -> float | None:
    number = _number(reading, row, column, text)
    if number is None:
        return None
    share = number / 100.0 if percent else number
    if share > 1.0:
        mend = "A percent is 0 to 100" if percent else "A share is 0 to 1: write 0.4 or 40%, or name the column percent"
        reading.problem(row, column, text, f"{text} is more than everything. {mend}")
        return None
    return share


def _value(reading: _Reading, row: int, texts: Mapping[str, str]) -> float | None:
    text = texts.get("value", "")
    if not text:
        return None
    number, unit = _split(text)
    currency = (unit or texts.get("currency", "") or reading.sheet.header.currency).upper()
    if currency != reading.currency:
        mend = "no rates are held, so the line counts without its value"
        reason = f"is in {currency or 'no stated currency'}, other values are in {reading.currency or 'none stated'}"
        reading.problem(row, "value", text, f"{reason}: {mend}")
        return None
    return _number(reading, row, "value", number)


def _scaled(number: float | None, factor: float) -> float | None:
    return None if number is None else number * factor


def _split(text: str) -> tuple[str, str]:
    """A number and the unit that stands behind it.

    >>> _split("1,200 kg"), _split("40%"), _split("1e5")
    (('1,200', 'kg'), ('40', '%'), ('1e5', ''))
    """
    found = None if text[-1:].isdigit() else _WITH_UNIT.fullmatch(text)
    return (found["number"], found["unit"].strip().casefold()) if found else (text, "")


def _number(reading: _Reading, row: int, column: str, text: str) -> float | None:
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
    elif (row, reading.sheet.header.at.get(column)) in reading.sheet.merged:
        reason = f"{text} stands in cells merged over several rows: give each row its own figure"
    if reason:
        reading.problem(row, column, text, reason)
        return None
    mark = "." if reading.decimal == "," else ","
    if mark in text and len(_ways(text)) > 1:
        reading.said[f"{mark!r} is taken to part the thousands"].append(row)
    return number


def _parsed(text: str, decimal: str) -> float | None:
    plain = text if text.isalnum() else _SPACED.sub("", text)
    if not _NUMBER[decimal].fullmatch(plain):
        return None
    return float(plain.replace("." if decimal == "," else ",", "").replace(",", "."))


def _ways(text: str) -> set[str]:
    """The decimal signs with which a text is a number."""
    return {d for d in _NUMBER if _parsed(text, d) is not None}


def _decimal(sheet: Sheet) -> tuple[str, list[str]]:
    """The decimal sign of a list: the usual one for its form, unless all figures that tell it tell the other."""
    at = [sheet.header.at[c] for c in ("share", "amount", "value") if c in sheet.header.at]
    other = ""
    for figure in (cells[i] for _, cells in sheet.rows for i in at if i < len(cells)):
        if isinstance(figure, float):
            return sheet.decimal, []
        ways = _ways(_split(_plain(figure))[0]) if "." in figure or "," in figure else set()
        if ways == {sheet.decimal}:
            return sheet.decimal, []
        other = ways.pop() if len(ways) == 1 else other
    return other or sheet.decimal, [f"the decimal sign is taken as {other!r}, as the figures show"] if other else []


def _currency(named: str, lines: Iterable[Mapping[str, str]]) -> str:
    """The currency that most lines with a value are in, the first by name of two as frequent; '' if none is stated."""
    counts: dict[str, int] = defaultdict(int)
    for texts in lines:
        if value := texts.get("value"):
            counts[(_split(value)[1] or texts.get("currency") or named).upper()] += 1
        elif amount := texts.get("amount"):
            unit = _folded(_split(amount)[1] or texts.get("unit", ""))
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
