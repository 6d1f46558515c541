"""An inter-country table -> the `Table` the kernels trade over; and the same table of fewer economies."""

from __future__ import annotations

import numpy as np

from monazite.core.errors import ScenarioError
from monazite.core.gazetteer import REST
from monazite.reference.values import Economy
from monazite.simulation.economy.values import Table

__all__ = ["REST", "grouped", "labels_of", "traded"]


_CAPITAL_OVER_VALUE_ADDED = 4.0  # years of value added, the ratio of BoARIO and of Hallegatte (2008)


def traded(economy: Economy) -> Table:
    """The table product by product: from which region a node's inputs of a product come, and how much it needs.

        output = flows summed over buyers + final use
        value added = output - flows summed over sellers     with net taxes and inputs from outside the table

    Output is taken as the sum, so that what is sold is what is made to the last digit.
    """
    regions, products = len(economy.economies), len(economy.industries)
    n = regions * products
    flows = np.asarray(economy.flows_musd, dtype=np.float64).reshape(regions, products, regions, products)
    by_product = np.ascontiguousarray(flows.transpose(1, 0, 3, 2)).reshape(products, regions, n)
    inputs = by_product.sum(axis=1)
    sold = by_product.sum(axis=2).reshape(n)
    output = sold + np.asarray(economy.final_use_musd).reshape(regions, products).T.reshape(n)
    value_added = output - inputs.sum(axis=0)
    by_product /= np.where(inputs > 0, inputs, 1.0)[:, None]
    return Table(
        products=products,
        regions=regions,
        shares=by_product,
        inputs_musd=inputs,
        output_musd=output,
        sold_musd=sold,
        value_added_musd=value_added,
        capital_musd=_CAPITAL_OVER_VALUE_ADDED * np.maximum(value_added, 0.0),
    )


def labels_of(economy: Economy, keep: tuple[str, ...]) -> tuple[str, ...]:
    """The names of the economies of `grouped(economy, keep)`, in order.

    :raises ScenarioError: for an economy the table does not have.
    """
    if unknown := [e for e in keep if e not in economy.economies]:
        known = ", ".join(economy.economies)
        raise ScenarioError("economy", f"{', '.join(unknown)} is not in the table", f"it has: {known}")
    apart = tuple(dict.fromkeys(keep))
    return (*apart, REST) if len(apart) < len(economy.economies) else economy.economies


def grouped(economy: Economy, keep: tuple[str, ...]) -> Economy:
    """The table with the economies `keep` apart and all others as one, `ROW`, last.

    Cells are summed, nothing is spread: output, final use, other inputs and every sum of flows stay what they were.
    What a shock does is not quite what it was: within the rest, who buys from whom no longer matters.

    :raises ScenarioError: for an economy the table does not have.
    """
    labels = labels_of(economy, keep)
    if REST not in labels:
        return economy
    at = {e: i for i, e in enumerate(labels)}
    group = np.array([at.get(e, len(labels) - 1) for e in economy.economies])
    k = len(economy.industries)
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(len(labels)))
    square = np.asarray(economy.flows_musd).reshape(len(group), k, len(group), k)
    rows = np.add.reduceat(square[order], starts, axis=0, dtype=np.float64)
    flows = np.add.reduceat(rows[:, :, order], starts, axis=2).reshape(len(labels) * k, len(labels) * k)

    def summed(x: np.ndarray) -> np.ndarray:
        return np.add.reduceat(x.reshape(len(group), k)[order], starts, axis=0).ravel()

    return Economy(
        labels,
        economy.industries,
        flows,
        summed(economy.output_musd),
        summed(economy.final_use_musd),
        summed(economy.other_inputs_musd),
        economy.sources,
    )
