"""A whole inter-country table -> the tables it is kept in, a tenth of its size.

Small foreign cells are summed by buyer and by seller instead of being listed one by one; `figures.economy_figures`
spreads them again. `docs/methods/economy.md` says what that costs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Published", "listed", "reduced", "weights"]

LISTED_MUSD = 0.3
LISTED_SHARE = 1e-4
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


def reduced(whole: Published) -> Iterator[tuple[str, dict[str, NDArray[Any]]]]:
    """The tables io_flows, io_imports, io_trade and io_totals by name, each as columns."""
    keep = listed(whole.cells)
    abroad = whole.cells.copy()
    home = np.arange(len(abroad))
    abroad[home, :, home, :] = 0.0
    unlisted = np.where(keep, 0.0, abroad)
    e, i = whole.economies, whole.industries
    axes = {"seller": e, "seller_industry": i, "buyer": e, "buyer_industry": i}
    yield "io_flows", _columns(axes, {"value_musd": whole.cells}, keep)
    imports = {"value_musd": abroad.sum(axis=0), "unlisted_musd": unlisted.sum(axis=0)}
    yield "io_imports", _columns({k: axes[k] for k in list(axes)[1:]}, imports, imports["value_musd"] > 0)
    sales = {"value_musd": abroad.sum(axis=3), "unlisted_weight": weights(whole.cells, keep)}
    yield "io_trade", _columns({k: axes[k] for k in list(axes)[:3]}, sales, sales["value_musd"] > 0)
    inputs, sold = whole.cells.sum(axis=(0, 1)), whole.cells.sum(axis=(2, 3))
    totals = {
        "output_musd": whole.output,
        "intermediate_inputs_musd": inputs,
        "other_inputs_musd": whole.output - inputs,
        "intermediate_sales_musd": sold,
        "final_use_musd": whole.output - sold,
        "unlisted_inputs_musd": np.where(keep, 0.0, whole.cells).sum(axis=(0, 1)),
    }
    yield "io_totals", _columns({"economy": e, "industry": i}, totals, np.ones_like(inputs, dtype=bool))


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


def _columns(
    axes: Mapping[str, tuple[str, ...]], values: Mapping[str, NDArray[np.float64]], where: NDArray[np.bool_]
) -> dict[str, NDArray[Any]]:
    at = np.nonzero(where)
    labels = {key: np.asarray(codes, dtype=object)[a] for (key, codes), a in zip(axes.items(), at, strict=True)}
    source = {"source_id": np.full(len(at[0]), "icio", dtype=object)}
    return labels | {k: v[at] for k, v in values.items()} | source


def _ratio(over: NDArray[np.float64], under: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(over, under, out=np.zeros(np.broadcast(over, under).shape), where=under > 0)
