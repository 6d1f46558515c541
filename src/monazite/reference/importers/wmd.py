"""World Mining Data (production of mineral raw materials by country, a sheet for each mineral) -> production."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from monazite.core.errors import TableError
from monazite.core.gazetteer import Gazetteer, fold
from monazite.core.values import Source
from monazite.reference.importers.contract import Batch, Desk, Reading, area_of, imported_note, stage, sums
from monazite.reference.importers.forms import Grid, members, number, sheets, unpacked
from monazite.reference.store import gazetteer

__all__ = ["read"]

_NAME = re.compile(r".+\.xlsx", re.IGNORECASE)
_COLUMNS = ("source_id", "product", "country", "year", "quantity", "quality")
_UNITS = {"metr. t": "t", "kg": "kg", "ct": "ct", "mio m3": "Mm3"}
_QUALITY = {"r", "e", "p"}
_YEAR = re.compile(r"(\d{4})(\.0)?")


def read(desk: Desk, files: Sequence[Path]) -> Reading:
    """Production in all years of the workbook, for the products that the tables know by the name of its sheet."""
    products = {
        fold(counted): (product, unit)
        for product, counted, unit in desk.store.rows(
            "SELECT product, counted, unit FROM products WHERE source_id = 'wmd'"
        )
    }
    names = gazetteer(desk.store)
    rows: list[tuple[object, ...]] = []
    wrong, unknown = [], []
    for member in members(files, _NAME, "a workbook of World Mining Data"):
        with unpacked(member, desk.work) as path:
            for sheet, grid in sheets(path, member.name).items():
                if fold(sheet) not in products:
                    unknown.append(sheet)
                    continue
                desk.progress(f"reading {sheet}")
                told, problems = _figures(grid(), sheet, *products[fold(sheet)], names)
                rows += told
                wrong += [f"{member.name}, sheet {p}" for p in problems]
    if wrong:
        raise TableError(", ".join(f.name for f in files), wrong, "pass the workbook as it was published")
    years = sorted({int(str(r[3])) for r in rows})
    span = f"{years[0]}-{years[-1]}" if years else "no years"
    source = Source(
        "wmd",
        "Austrian Federal Ministry of Finance",
        f"World Mining Data, production of mineral raw materials by country, {span}",
        "not stated in the file",
        "https://www.world-mining-data.info",
        "Free with citation: Federal Ministry of Finance, World Mining Data",
        sums(files),
        imported_note(desk, files),
    )
    notes = (f"sheets of no known product: {', '.join(unknown)}",) if unknown else ()
    return Reading("wmd", source, [Batch("production", stage(desk, "production", _COLUMNS, rows))], notes)


def _figures(
    grid: Grid, sheet: str, product: str, unit: str, names: Gazetteer
) -> tuple[list[tuple[object, ...]], list[str]]:
    """The rows of one sheet, and what is wrong with it."""
    top = next((i for i, row in enumerate(grid) if row and fold(str(row[0])) == "country"), None)
    if top is None:
        return [], [f"{sheet} has no line that begins with Country"]
    head = [fold(str(c)) for c in grid[top]]
    years = [(at, int(m[1])) for at, name in enumerate(head) if (m := _YEAR.fullmatch(name))]
    if not years or not {"unit", "data source"} <= set(head):
        return [], [f"{sheet} has no columns unit, data source and years"]
    found: list[tuple[object, ...]] = []
    wrong = []
    for line, row in enumerate(grid[top + 1 :], start=top + 2):
        name = str(row[0]).strip()
        if not name or name.casefold() == "total":
            continue
        country, told = area_of(names, name), str(row[head.index("unit")]).strip().casefold()
        quality = str(row[head.index("data source")]).strip().casefold()
        wrong += [f"{sheet}, line {line}: {name!r} is no known country"] if country is None else []
        wrong += [f"{sheet}, line {line}: the unit is {told!r}, expected {unit}"] if _UNITS.get(told) != unit else []
        wrong += (
            [f"{sheet}, line {line}: the source is {quality!r}, expected r, e or p"] if quality not in _QUALITY else []
        )
        for at, year in years:
            try:
                found.append(("wmd", product, country, year, number(row[at]), quality))
            except ValueError:
                wrong.append(f"{sheet}, line {line}: {year} is {row[at]!r}, no number")
    return found, wrong
