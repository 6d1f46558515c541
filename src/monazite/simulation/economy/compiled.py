"""The same as `plain`, faster: product by product, matrix products by BLAS, all else in one compiled pass.

A product's stocks, orders and shares stay in the processor's cache while they are worked on. Scenarios are shared out
among threads in chunks that do not depend on how many threads there are, nor does the answer. Importing this module
loads Numba.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np

from monazite.core.errors import ScenarioError
from monazite.core.threads import one_for_products
from monazite.simulation.compiling import compiled
from monazite.simulation.economy import plain
from monazite.simulation.economy.values import Array, Habits, Run, Shock, Table

__all__ = ["advance", "exchange"]

# Numbers a thread works on at once, (scenarios, n) and (products, 2 scenarios, n): few enough to stay in the cache,
# many enough to be worth a call.
_CHUNK, _BLOCK = 20_000, 32_000
_FEWEST, _MOST = 32, 128  # scenarios in a chunk


def advance(table: Table, shock: Shock, steps: int, habits: Habits, threads: int = 2) -> Run:
    """What happens step by step, for any number of scenarios; the equations are in docs/methods/ario.md.

    :raises ScenarioError: for habits only `plain` knows: a tolerance within which stocks are left alone.
    """
    if habits.still_share:
        raise ScenarioError("economy", "the compiled kernel leaves nothing alone", "set still_share to 0, or use plain")
    chunk = min(max(_CHUNK // table.nodes, _FEWEST), _MOST)
    count = -(-shock.scenarios // chunk)
    ends = [shock.scenarios * i // count for i in range(count + 1)]
    parts = [shock.rows(slice(start, end)) for start, end in pairwise(ends)]
    with one_for_products(), ThreadPoolExecutor(threads) as pool:
        runs = list(pool.map(lambda part: plain.advance(table, part, steps, habits, exchange), parts))
    return Run(np.concatenate([run.output_share for run in runs]), runs[0].record_days)


def exchange(table: Table, count: int, habits: Habits, xp: Any = np) -> plain.Exchange:
    """`plain.exchange`, for NumPy's arrays."""
    k, r, n = table.products, table.regions, table.nodes
    stock, order = np.zeros((k, count, n)), np.zeros((k, count, n))
    idle = plain.holds_back(table, habits)
    aim, restock = habits.stock_days / habits.step_days, habits.restock_days / habits.step_days
    block = min(max(_BLOCK // (2 * count * n), 1), k)
    blocks = [slice(start, min(start + block, k)) for start in range(0, k, block)]
    weighed, value = np.empty((block, 2 * count, n)), np.empty((block, count, n))

    def step(served: Array, offered: Array, made: Array, aimed: Array) -> tuple[Array, Array]:
        sides = np.concatenate([served, offered]).reshape(2 * count, k, r).transpose(1, 0, 2)
        goal, least, asked = aim * aimed, np.full((count, n), np.inf), np.empty((k, count, r))
        for some in blocks:
            long = some.stop - some.start
            np.matmul(sides[some], table.shares[some], out=weighed[:long])
            product = idle[some], table.inputs_musd[some]
            _trade(weighed[:long], (stock[some], order[some], value[:long]), (made, goal, least), product, restock)
            np.matmul(value[:long], table.shares[some].transpose(0, 2, 1), out=asked[some])
        return least, asked.transpose(1, 0, 2).reshape(count, n)

    return step


@compiled
def _trade(
    weighed: Array, state: tuple[Array, ...], firms: tuple[Array, ...], product: tuple[Array, ...], restock: float
) -> None:
    """What a step makes of the stocks of some products and the orders for them, and what these are worth.

    `weighed` (products, 2 scenarios, n), the rest (products, scenarios, n), (scenarios, n), (products, n).
    """
    stock, order, value = state
    made, goal, least = firms
    idle, inputs = product
    products, count, n = stock.shape
    for p in range(products):
        for b in range(count):
            for j in range(n):
                before = order[p, b, j]
                held = stock[p, b, j] + before + (1.0 + before) * weighed[p, b, j] - made[b, j]
                on_offer = weighed[p, count + b, j]
                wanted = made[b, j] + max(goal[b, j] - held, 0.0) / restock
                # An order goes to nobody where nobody can deliver.
                now = (wanted - on_offer) / (1.0 + on_offer) if 1.0 + on_offer > plain.NONE else -1.0
                stock[p, b, j] = held
                order[p, b, j] = now
                least[b, j] = min(least[b, j], held + idle[p, j])
                value[p, b, j] = now * inputs[p, j]
