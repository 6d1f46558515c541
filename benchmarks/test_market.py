"""Markets cleared, by countries, parameter draws, stated flows and scenarios."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from monazite.simulation.market import Draws, Market, clear, cleared, welfare
from monazite.simulation.shock import PARAMETERS, draw_parameters


def trade(countries: int) -> np.ndarray:
    """Flows as skewed and as sparse as a mineral's: three links in ten, the largest thousands of times the least."""
    random = np.random.default_rng(0)
    base = random.lognormal(3, 2, (countries, countries)) * (random.random((countries, countries)) < 0.3)
    np.fill_diagonal(base, 0.0)
    base[0, 1] = base[:, 1].sum()
    return base


def scenarios(countries: int, count: int, left: float) -> Iterator[tuple[Market, Draws]]:
    """Each exporter in turn sells all it sold no more, or a part of it, with other parameters each time."""
    base = trade(countries)
    draws, left_t = draw_parameters(PARAMETERS, count, seed=1), left * base
    for k in range(count):
        stated = np.zeros(base.shape, dtype=bool)
        stated[k % countries] = base[k % countries] > 0
        yield Market(base, stated, left_t), draws.rows(slice(k, k + 1))


@pytest.mark.parametrize("countries", [20, 80, 150])
@pytest.mark.parametrize("draws", [1, 64])
def test_clear(benchmark, countries, draws):
    base = trade(countries)
    stated = np.zeros(base.shape, dtype=bool)
    stated[0, 1] = True
    market = Market(base, stated, np.zeros(base.shape))
    found = benchmark(clear, market, draw_parameters(PARAMETERS, draws, seed=1))
    assert found.residual < 1e-9


@pytest.mark.parametrize("targets", [1, 20, 60])
def test_partial_cut(benchmark, targets):
    random = np.random.default_rng(0)
    base = random.lognormal(3, 1, (80, 80))
    np.fill_diagonal(base, 0.0)
    stated = np.zeros(base.shape, dtype=bool)
    stated[0, 1 : targets + 1] = True
    market = Market(base, stated, base * 0.5)
    found = benchmark(clear, market, draw_parameters(PARAMETERS, 64, seed=1))
    assert found.residual < 1e-9


@pytest.mark.parametrize("left", [0.0, 0.3], ids=["ban", "quota"])
@pytest.mark.parametrize("countries", [20, 80, 150])
@pytest.mark.parametrize("count", [100, 1000])
def test_scenarios(benchmark, countries, count, left):
    def worst() -> float:
        return max(found.residual for found in cleared(scenarios(countries, count, left)))

    assert benchmark.pedantic(worst, rounds=1) < 1e-9


def test_tariffs_everywhere(benchmark):
    base = trade(150)
    market = Market(base, np.zeros(base.shape, dtype=bool), base, tariff=np.full(base.shape, 0.1))
    found = benchmark(clear, market, draw_parameters(PARAMETERS, 64, seed=1))
    assert found.residual < 1e-9


def test_welfare(benchmark):
    base = trade(150)
    market, draws = Market(base, base < 0, base), draw_parameters(PARAMETERS, 64, seed=1)
    found = clear(market, draws)
    assert np.abs(benchmark(welfare, market, draws, found).consumer).max() < 1e-6 * base.sum()
