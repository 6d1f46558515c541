"""The same as `plain`, faster: product by product, matrix products by BLAS, all else in one compiled pass.

A product's stocks, orders and shares stay in the processor's cache while they are worked on. Scenarios are shared out
among threads in chunks of one size, so that the answer does not depend on how many threads there are. Importing this
module loads Numba. What it compiles is kept beside the module or, where that may not be written, in the user's cache;
where neither may, it is compiled anew.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

import numba
import numpy as np
from threadpoolctl import threadpool_limits

from monazite.core.errors import ScenarioError
from monazite.simulation.economy import plain
from monazite.simulation.economy.values import Array, Habits, Run, Shock, Table

__all__ = ["CHUNK", "advance", "exchange"]

CHUNK = 32
"""Scenarios a thread holds at once."""

_F = TypeVar("_F", bound=Callable[..., Any])


def _compiled(function: _F) -> _F:
    try:
        made: Any = numba.njit(function, cache=True, nogil=True, error_model="numpy")
    except RuntimeError:  # nowhere to keep it
        made = numba.njit(function, nogil=True, error_model="numpy")
    return cast(_F, made)


def advance(table: Table, shock: Shock, steps: int, habits: Habits, threads: int = 2) -> Run:
    """What happens step by step, for any number of scenarios; the equations are in docs/methods/ario.md.

    :raises ScenarioError: for habits only `plain` knows: a tolerance within which stocks are left alone.
    """
    if habits.still_share:
        raise ScenarioError("economy", "the compiled kernel leaves nothing alone", "set still_share to 0, or use plain")
    parts = [shock.rows(slice(start, start + CHUNK)) for start in range(0, shock.scenarios, CHUNK)]
    with threadpool_limits(limits=1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        runs = list(pool.map(lambda part: plain.advance(table, part, steps, habits, exchange), parts))
    return Run(np.concatenate([run.output_share for run in runs]), runs[0].record_days)


def exchange(table: Table, count: int, habits: Habits, xp: Any = np) -> plain.Exchange:
    """`plain.exchange`, for NumPy's arrays."""
    k, r, n = table.products, table.regions, table.nodes
    stock, order = np.zeros((k, count, n)), np.zeros((k, count, n))
    idle = plain.holds_back(table, habits)
    aim, restock = habits.stock_days / habits.step_days, habits.restock_days / habits.step_days
    weighed, value = np.empty((2 * count, n)), np.empty((count, n))

    def step(served: Array, offered: Array, made: Array, aimed: Array) -> tuple[Array, Array]:
        sides = np.concatenate([served, offered])
        goal, least, asked = aim * aimed, np.full((count, n), np.inf), np.empty((count, n))
        for p in range(k):
            own = slice(p * r, (p + 1) * r)
            np.matmul(sides[:, own], table.shares[p], out=weighed)
            _trade(weighed, (stock[p], order[p], least, value), (made, goal), (idle[p], table.inputs_musd[p]), restock)
            asked[:, own] = value @ table.shares[p].T
        return least, asked

    return step


@_compiled
def _trade(
    weighed: Array, state: tuple[Array, ...], firms: tuple[Array, ...], product: tuple[Array, ...], restock: float
) -> None:
    """What a step makes of the stocks of one product and its orders, and what these are worth; all (scenarios, n)."""
    stock, order, least, value = state
    made, goal = firms
    idle, inputs = product
    count, n = stock.shape
    for b in range(count):
        for j in range(n):
            before = order[b, j]
            held = stock[b, j] + before + (1.0 + before) * weighed[b, j] - made[b, j]
            on_offer = weighed[count + b, j]
            wanted = made[b, j] + max(goal[b, j] - held, 0.0) / restock
            # An order goes to nobody where nobody can deliver.
            now = (wanted - on_offer) / (1.0 + on_offer) if 1.0 + on_offer > plain.NONE else -1.0
            stock[b, j] = held
            order[b, j] = now
            least[b, j] = min(least[b, j], held + idle[j])
            value[b, j] = now * inputs[j]
