"""The data release of the USGS Mineral Commodity Summaries -> production and world_totals.

The file has a line for each figure (MCS2026_Commodities_Data.csv). Taken are the lines on the world's output, capacity
and reserves of what the table `products` lists. USGS writes W for withheld, NA for not available, s for less than half
a unit, and a dash for zero.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from monazite.core.errors import TableError
from monazite.core.gazetteer import Gazetteer, fold
from monazite.core.values import Source
from monazite.reference.importers.contract import Batch, Desk, Reading, area_of, imported_note, stage, sums
from monazite.reference.importers.forms import Grid, check_columns, members, number, sheets, unpacked
from monazite.reference.store import gazetteer, quoted

__all__ = ["read"]

_NAME = re.compile(r"MCS(\d{4})_Commodities_Data\.csv")
_FAMILY = "usgs-mcs"
_COLUMNS = ("Section", "Commodity", "Country", "Statistics_detail", "Unit", "Year", "Value", "Notes")
_COLUMNS_OF = {
    "production": ("source_id", "product", "country", "year", "quantity", "quality"),
    "world_totals": ("source_id", "product", "year", "quantity", "others", "quality", "note"),
}
_UNITS = {
    ("t", "tons"): 1.0,
    ("t", "metric tons"): 1.0,
    ("t", "kilograms"): 1e-3,
    ("t", "thousand metric tons"): 1e3,
    ("t", "thousand metric dry tons"): 1e3,
    ("t", "million metric tons"): 1e6,
    ("Mm3", "million cubic meters"): 1.0,
}
_NO_FIGURE = {"W": "w", "NA": "n", "XX": "n", "s": "s"}
_DASHES = ("—", "–", "--")
_ROUNDED = re.compile(r"[:,] rounded$")
_WITHOUT_US = re.compile(r"excludes U\.S\.|not include (U\.S\. )?production in the United States", re.IGNORECASE)
_TOTAL, _OTHERS = "World total", "Other countries"


class Line(NamedTuple):
    """One line of the file that is about a known product: its figure, or a letter for why there is none."""

    product: str
    country: str
    year: int
    quantity: float | None
    quality: str
    note: str | None


def read(desk: Desk, files: Sequence[Path]) -> Reading:
    """The figures of one edition, for what the table `products` lists.

    They take the place of those of earlier editions for the same product and year; where a later edition stands
    already, they are left out.
    """
    found = members(files, _NAME, "MCS...._Commodities_Data.csv")
    if len(found) != 1:
        raise TableError("the files", [f"are of {len(found)} editions"], "import one edition at a time")
    own = f"{_FAMILY}{found[0].name[3:7]}"
    listed = desk.store.rows(
        "SELECT source_id, product, unit, year FROM products LEFT JOIN production USING (source_id, product) "
        f"WHERE starts_with(source_id, '{_FAMILY}')"
    )
    editions = sorted({r[0] for r in listed} | {own})
    model = own if own != editions[-1] or own in {r[0] for r in listed} else editions[-2]
    units = {fold(p): (p, unit) for id_, p, unit, _ in listed if id_ == model}
    later = {(p, year) for id_, p, _, year in listed if id_ > own}
    said = "SELECT key, from_value, to_value FROM overrides WHERE table_name = 'production' AND column_name = 'unit'"
    mended = {(key, wrong): right for key, wrong, right in desk.store.rows(said)}
    with unpacked(found[0], desk.work) as path:
        grid = sheets(path, found[0].name)[""]()
        lines, notes = _lines(grid, found[0].name, (units, mended), gazetteer(desk.store))
    lines = [x for x in lines if (x.product, x.year) not in later]
    made = [x for x in lines if x.country not in (_TOTAL, _OTHERS)]
    others = {(x.product, x.year): x.quantity for x in lines if x.country == _OTHERS}
    totals = [x for x in lines if x.country == _TOTAL and x.quantity is not None]
    rows: dict[str, list[tuple[object, ...]]] = {
        "production": [(own, x.product, x.country, x.year, x.quantity, x.quality) for x in made],
        "world_totals": [
            (own, x.product, x.year, x.quantity, others.get((x.product, x.year)), x.quality, x.note) for x in totals
        ],
    }
    earlier = ", ".join(f"({quoted(e)})" for e in editions if e <= own)
    batches = []
    for name, columns in _COLUMNS_OF.items():
        staged = stage(desk, name, columns, rows[name])
        claims = f"SELECT DISTINCT e.source_id, product, year FROM ({staged}), (VALUES {earlier}) AS e(source_id)"
        batches.append(Batch(name, staged, claims=claims))
    if model != own:
        copied = f"SELECT * REPLACE ({quoted(own)} AS source_id) FROM products WHERE source_id = {quoted(model)}"
        batches.append(Batch("products", copied))
    source = Source(
        own,
        "U.S. Geological Survey",
        f"Mineral Commodity Summaries {own[-4:]}, world production, capacity and reserves (data release)",
        own[-4:],
        "https://www.usgs.gov/centers/national-minerals-information-center/mineral-commodity-summaries",
        "US public domain",
        sums(files),
        imported_note(desk, files),
    )
    return Reading(own, source, batches, notes)


def _lines(
    grid: Grid, name: str, known: tuple[dict[str, tuple[str, str]], dict[tuple[str, str], str]], names: Gazetteer
) -> tuple[list[Line], tuple[str, ...]]:
    """The lines on known products, and what was left out; all that is wrong is told together.

    `known` has the products with their units, and the units that the file states wrongly.
    """
    units, mended = known
    check_columns(grid[0] if grid else [], name, _COLUMNS)
    at = {str(column): i for i, column in enumerate(grid[0])}
    found, wrong, unclear = [], [], 0
    for number_of, row in enumerate(grid[1:], start=2):
        cell = {c: str(row[at[c]]).strip() if at[c] < len(row) else "" for c in _COLUMNS}
        title = _ROUNDED.sub("", f"{cell['Commodity']}: {cell['Statistics_detail']}")
        product, unit = units.get(fold(title), ("", ""))
        if not product or not cell["Section"].startswith("World"):
            continue
        together = cell["Country"] in (_TOTAL, _OTHERS)
        country = cell["Country"] if together else area_of(names, cell["Country"])
        factor = _UNITS.get((unit, mended.get((product, cell["Unit"]), cell["Unit"])))
        quantity, quality = _figure(cell["Value"], cell["Notes"])
        unclear += quality == "?"
        wrong += [f"{name}, line {number_of}: {cell['Country']!r} is no known country"] if country is None else []
        wrong += [f"{name}, line {number_of}: {cell['Unit']!r} is no unit for {unit}"] if factor is None else []
        wrong += [] if cell["Year"].isdigit() else [f"{name}, line {number_of}: {cell['Year']!r} is no year"]
        if country and factor and cell["Year"].isdigit():
            scaled = None if quantity is None else round(quantity * factor, 9)
            note = "excludes the United States" if _WITHOUT_US.search(cell["Notes"]) else None
            found.append(Line(product, country, int(cell["Year"]), scaled, quality.replace("?", "n"), note))
    if wrong:
        raise TableError(name, wrong, "pass the file as it was published")
    return found, (f"{unclear} figures that are ranges or words",) if unclear else ()


def _figure(value: str, notes: str) -> tuple[float | None, str]:
    """A figure with r for reported or e for estimated; without one w, n or s, or ? for what is no single number."""
    if value in _NO_FIGURE:
        return None, _NO_FIGURE[value]
    quality = "e" if notes.startswith("Estimated") else "r"
    try:
        quantity = 0.0 if value in _DASHES else number(value)
    except ValueError:
        return None, "?"
    return quantity, quality if quantity is not None else "n"
