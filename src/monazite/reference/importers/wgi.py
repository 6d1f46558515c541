"""The World Bank's Worldwide Governance Indicators -> governance: political stability and its standard error.

Read are the workbook of the project's page (its sheet `pv`), the CSV of the data bank or its ZIP, and pages of the API.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from monazite.core.errors import TableError
from monazite.core.values import Source
from monazite.reference.importers.contract import Batch, Desk, Reading, imported_note, stage, sums
from monazite.reference.importers.forms import Grid, check_columns, members, number, sheets, unpacked

__all__ = ["AREAS", "INDICATORS", "read"]

AREAS = {"ADO": "AND", "ROM": "ROU", "ZAR": "COD", "TMP": "TLS", "WBG": "PSE", "KSV": "R20", "XKX": "R20"}
"""Codes of the World Bank that are not those of the tables. Kosovo stands where the shipped tables have it."""

INDICATORS = ("GOV_WGI_PV.EST", "GOV_WGI_PV.SE")
"""The indicators of the API: estimate and standard error."""

_COLUMNS = ("country", "year", "estimate", "std_error", "source_id")
_COLUMN = {"GOV_WGI_PV.EST": 0, "PV.EST": 0, "GOV_WGI_PV.SE": 1, "PV.STD.ERR": 1}
_NAME = re.compile(r"(?!WGI_?(Country|Series|footnote))[^.].*\.(csv|xlsx|json)", re.IGNORECASE)
_YEAR = re.compile(r"(\d{4})( \[YR\d{4}\])?")
_LONG = (
    ("Economy (code)", "Year", "Governance estimate (approx. -2.5 to +2.5)", "Standard error (estimate)"),
    ("code", "year", "estimate", "stddev"),
)
_WHERE = "https://www.worldbank.org/en/publication/worldwide-governance-indicators"

Cell = tuple[str, str, int, object]
"""Country, year, 0 for the estimate or 1 for its standard error, and the figure as it stands there."""


def read(desk: Desk, files: Sequence[Path]) -> Reading:
    """Political stability of all countries and years in the files."""
    known = {area for (area,) in desk.store.rows("SELECT area FROM areas")}
    found: dict[tuple[str, int], list[float | None]] = defaultdict(lambda: [None, None])
    seen, wrong, unknown, updated = set(), [], set(), ""
    for member in members(files, _NAME, "a workbook, CSV or JSON of the Worldwide Governance Indicators"):
        desk.progress(f"reading {member.name}")
        with unpacked(member, desk.work) as path:
            paged = path.suffix.lower() == ".json"
            updated, cells = _pages(path, member.name) if paged else ("", _cells(path, member.name))
            for code, year, column, value in cells:
                area = AREAS.get(code, code)
                unknown |= {area} - known
                wrong += [f"{member.name}: {area} {year} stands there twice"] if (area, year, column) in seen else []
                seen.add((area, year, column))
                try:
                    found[area, int(float(year))][column] = number(value)
                except ValueError:
                    wrong.append(f"{member.name}: {area} {year} is {value!r}, no number")
    wrong += [f"no country has the code {', '.join(sorted(unknown))}"] if unknown else []
    if wrong:
        raise TableError(", ".join(f.name for f in files), wrong, "pass the files as they were published")
    years = {y for (_, y), figures in found.items() if figures != [None, None]}
    rows = [(a, y, *figures, "wgi") for (a, y), figures in sorted(found.items()) if y in years]
    source = Source(
        "wgi",
        "World Bank",
        "Worldwide Governance Indicators, Political Stability and Absence of Violence/Terrorism",
        updated or "not stated in the file",
        _WHERE,
        "CC BY 4.0",
        sums(files),
        imported_note(desk, files),
    )
    return Reading("wgi", source, [Batch("governance", stage(desk, "governance", _COLUMNS, rows))])


def _pages(path: Path, name: str) -> tuple[str, Iterator[Cell]]:
    """The day of the last update, and the figures of one answer of the API; regions have no code there."""
    try:
        about, rows = json.loads(path.read_text(encoding="utf-8"))
        cells = [
            (r["countryiso3code"], r["date"], _COLUMN[r["indicator"]["id"]], "" if r["value"] is None else r["value"])
            for r in rows or []
            if r["countryiso3code"]
        ]
        return str(about["lastupdated"]), iter(cells)
    except (ValueError, KeyError, TypeError) as error:
        what = f"is no answer of the World Bank with {' or '.join(INDICATORS)}: {error}"
        raise TableError(name, [what], "fetch it again: monazite data pull wgi") from error


def _cells(path: Path, name: str) -> Iterator[Cell]:
    found = sheets(path, name)
    if len(found) > 1 and "pv" not in found:
        raise TableError(name, [f"has no sheet pv, but {', '.join(found)}"], "pass the workbook as it was published")
    grid = (found.get("pv") or next(iter(found.values())))()
    head = [str(c).strip() for c in grid[0]] if grid else []
    for names in _LONG:
        if set(names) <= set(head):
            return _long(grid, head, names)
    series = "Indicator Code" if "Indicator Code" in head else "Series Code"
    check_columns(head, name, ("Country Code", series))
    return _wide(grid, head, series)


def _long(grid: Grid, head: list[str], names: tuple[str, ...]) -> Iterator[Cell]:
    """A line for each country and year, perhaps for each of the six indicators."""
    code, year, estimate, spread = (head.index(n) for n in names)
    which = head.index("indicator") if "indicator" in head else None
    for row in grid[1:]:
        if row[code] and (which is None or row[which] == "pv"):
            yield str(row[code]), str(row[year]), 0, row[estimate]
            yield str(row[code]), str(row[year]), 1, row[spread]


def _wide(grid: Grid, head: list[str], series: str) -> Iterator[Cell]:
    """A line for each country and indicator, a column for each year."""
    code, which = head.index("Country Code"), head.index(series)
    years = [(at, m[1]) for at, name in enumerate(head) if (m := _YEAR.fullmatch(name))]
    for row in grid[1:]:
        if len(row) > which and row[which] in _COLUMN:
            for at, year in years:
                yield str(row[code]), year, _COLUMN[str(row[which])], row[at] if at < len(row) else ""
