"""OECD's Inter-Country Input-Output table of a year, as CSV or the ZIP of it -> economies and the io tables.

The file is a matrix: a row for each seller and a column for each buyer, both named ECONOMY_INDUSTRY, then columns of
final demand and OUT, and rows TLS, VA and OUT; millions of USD. What it keeps apart for export processing in China and
global manufacturing in Mexico is put together; the rest of the world is left out, as the tables have it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import TableError
from monazite.core.values import Source
from monazite.reference.economy import Published, reduced
from monazite.reference.importers.contract import Batch, Desk, Reading, imported_note, stage, stage_columns, sums
from monazite.reference.importers.forms import header, members, unpacked

__all__ = ["read"]

_NAME = re.compile(r"(?:ICIO(?P<edition>\d{4})_(?P<year>\d{4})|(?P<small>\d{4})_SML)\.csv", re.IGNORECASE)
_PARTS = {"CN1": "CHN", "CN2": "CHN", "MX1": "MEX", "MX2": "MEX"}
_REST, _OUTPUT, _SUMS = "ROW", "OUT", ("TLS", "VA", "OUT")
_CLOSE = 1e-4  # of an industry's output: what rounding may leave open


def read(desk: Desk, files: Sequence[Path]) -> Reading:
    """The table of one year, in the place of the one that stands."""
    found = members(files, _NAME, "ICIO...._YEAR.csv, YEAR_SML.csv or a ZIP of one")
    if len(found) != 1:
        raise TableError("the files", [f"hold {len(found)} years"], "import one year at a time")
    named = _NAME.fullmatch(found[0].name)
    edition, year = (named["edition"], named["year"] or named["small"]) if named else ("", "")
    source = Source(
        "icio",
        "OECD",
        f"Inter-Country Input-Output Tables{f', edition {edition}' if edition else ''}, {year}",
        edition or "not stated in the file",
        "https://www.oecd.org/en/data/datasets/inter-country-input-output-tables.html",
        "OECD terms, CC BY 4.0 since July 2024",
        sums(files),
        imported_note(desk, files),
    )
    desk.progress(f"reading {found[0].name}")
    with unpacked(found[0], desk.work) as path:
        whole = _matrix(path, found[0].name)
    return Reading("icio", source, _batches(desk, whole))


def _batches(desk: Desk, whole: Published) -> Iterator[Batch]:
    names: dict[str, str] = dict(desk.store.rows("SELECT iso3, name FROM countries"))
    known = {i for (i,) in desk.store.rows("SELECT industry FROM industries")}
    unknown = [f"{c} is no country" for c in whole.economies if c not in names]
    unknown += [f"{c} is not in the table industries" for c in whole.industries if c not in known]
    if unknown:
        raise TableError("the inter-country table", unknown, "import an edition whose industries the tables know")
    economies = [(c, names[c], "icio") for c in whole.economies]
    yield Batch("economies", stage(desk, "economies", ("economy", "name", "source_id"), economies))
    for name, columns in reduced(whole):
        desk.progress(name)
        yield Batch(name, stage_columns(desk, name, columns))


def _matrix(path: Path, name: str) -> Published:
    """The cells between the industries of all economies but the rest of the world, and their output.

    :raises TableError: if sellers are not buyers too, or a row does not add up to its output.
    """
    columns = header(path, name, [_OUTPUT])[1:]
    with path.open(encoding="utf-8-sig") as file:
        rows = [line.split(",", 1)[0].strip('"') for line in file][1:]
    try:
        cells = np.loadtxt(path, delimiter=",", skiprows=1, usecols=range(1, len(columns) + 1), encoding="utf-8-sig")
    except ValueError as error:
        raise TableError(name, [f"is no table of numbers: {error}"], "pass the file as it was published") from error
    sellers = [r for r in rows if r not in _SUMS]
    if cells.shape != (len(rows), len(columns)) or sellers != columns[: len(sellers)] or not sellers:
        raise TableError(name, ["does not name the same industries in rows and columns"], "pass the published file")
    n, output = len(sellers), cells[: len(sellers), columns.index(_OUTPUT)]
    open_usd = np.abs(np.delete(cells[:n], columns.index(_OUTPUT), axis=1).sum(axis=1) - output)
    if wrong := [f"{sellers[i]} does not add up to its output" for i in np.flatnonzero(open_usd > 1 + _CLOSE * output)]:
        raise TableError(name, wrong[:20], "fetch the file again")
    return _grid(sellers, cells[:n, :n], output)


def _grid(sellers: Sequence[str], cells: NDArray[np.float64], output: NDArray[np.float64]) -> Published:
    """The cells by economy and industry, what belongs to one economy put together."""
    pairs = [(_PARTS.get(s.partition("_")[0], s.partition("_")[0]), s.partition("_")[2]) for s in sellers]
    economies = tuple(sorted({e for e, _ in pairs} - {_REST}))
    industries = tuple(dict.fromkeys(i for _, i in pairs))
    shape = (len(economies), len(industries))
    spot = {pair: at for at, pair in enumerate((e, i) for e in economies for i in industries)}
    own = np.array([at for at, pair in enumerate(pairs) if pair in spot])
    to = np.array([spot[pairs[at]] for at in own])
    size = shape[0] * shape[1]
    half = np.zeros((size, len(sellers)))
    np.add.at(half, to, cells[own])
    whole = np.zeros((size, size))
    np.add.at(whole.T, to, half[:, own].T)
    total = np.zeros(size)
    np.add.at(total, to, output[own])
    return Published(economies, industries, whole.reshape(shape + shape), total.reshape(shape))
