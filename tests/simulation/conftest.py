"""For the economy model: small economies, and the model written out with its whole matrix of orders."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from monazite.reference.values import Economy
from monazite.simulation.economy.values import YEAR_DAYS, Habits


def any_economy(seed: int, regions: int = 3, industries: int = 4, unit: float = 1e6) -> Economy:
    """Skewed flows with holes, an industry that does not exist, and value added in all that do."""
    random = np.random.default_rng(seed)
    n = regions * industries
    flows = random.lognormal(0, 2, (n, n)) * (random.random((n, n)) < 0.8) * unit
    gone = random.integers(n)
    flows[gone] = flows[:, gone] = 0.0
    final = random.lognormal(0, 1, n) * flows.sum(axis=1).mean()
    final[gone] = 0.0
    output = flows.sum(axis=1) + final
    flows *= np.minimum(1.0, 0.7 * output / np.maximum(flows.sum(axis=0), 1.0))
    final = output - flows.sum(axis=1)
    names = tuple(f"R{i:02}" for i in range(regions)), tuple(f"S{i:02}" for i in range(industries))
    return Economy(*names, flows, output, final, output - flows.sum(axis=0), ())


def written_out(economy: Economy, lost: np.ndarray, steps: int, habits: Habits) -> tuple[np.ndarray, np.ndarray]:
    """Output over normal output, (steps, n), and how far stocks are from adding up; one scenario, no tricks.

    `lost` (steps, n): capacity lost.
    """
    days, k = habits.step_days, len(economy.industries)
    n = len(economy.output_musd)
    flows = np.asarray(economy.flows_musd, dtype=float) * days / YEAR_DAYS
    final = economy.final_use_musd * days / YEAR_DAYS
    normal = flows.sum(axis=1) + final
    exists = normal > 0
    per_output = np.where(exists, flows.reshape(-1, k, n).sum(axis=0) / np.where(exists, normal, 1.0), 0.0)
    bites = (per_output > habits.negligible_share) & (per_output > 0)
    cover, stock = habits.stock_days / days, per_output * normal * habits.stock_days / days
    orders, overtime, made = flows.copy(), np.ones(n), normal.copy()
    seen, residual = [], []
    for t in range(steps):
        demand = orders.sum(axis=1) + final
        if t:
            scarcity = np.where(exists, (demand - made) / np.where(exists, demand, 1.0), 0.0)
            pull = np.where(scarcity > 1e-9, (habits.overtime_most - overtime) * scarcity, 1.0 - overtime)
            overtime = np.maximum(overtime + pull * days / habits.overtime_days, 1.0)
        capacity = overtime * (1.0 - lost[t]) * normal
        aimed = np.minimum(demand, capacity)
        needed = habits.alarm_share * cover * per_output * aimed
        held = bites & (needed > 0)
        made = aimed * np.where(held, np.minimum(1.0, stock / np.where(held, needed, 1.0)), 1.0).min(axis=0)
        delivered = orders * np.where(exists, made / np.where(exists, demand, 1.0), 0.0)[:, None]
        before, stock = stock, stock + delivered.reshape(-1, k, n).sum(axis=0) - per_output * made
        used = per_output * made
        residual.append(np.abs(stock - before - delivered.reshape(-1, k, n).sum(axis=0) + used).max() / normal.max())
        wanted = np.maximum(cover * per_output * aimed - stock, 0.0) * days / habits.restock_days + used
        offers = flows * np.where(exists, capacity / np.where(exists, normal, 1.0), 0.0)[:, None]
        total = offers.reshape(-1, k, n).sum(axis=0)
        split = offers.reshape(-1, k, n) / np.where(total > 0, total, 1.0)
        orders = (split * wanted).reshape(n, n)
        seen.append(np.where(exists, made / np.where(exists, normal, 1.0), 1.0))
    return np.array(seen), np.array(residual)


@pytest.fixture(scope="session")
def economy_of() -> Callable[..., Economy]:
    return any_economy


@pytest.fixture(scope="session")
def by_hand() -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    return written_out
