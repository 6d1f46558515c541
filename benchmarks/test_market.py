"""One market cleared, by countries, parameter draws and stated flows."""

from __future__ import annotations

import numpy as np
import pytest

from monazite.simulation.market import Market, clear
from monazite.simulation.shock import PARAMETERS, draw_parameters


@pytest.mark.parametrize("countries", [20, 80, 150])
@pytest.mark.parametrize("draws", [1, 64])
def test_clear(benchmark, countries, draws):
    random = np.random.default_rng(0)
    base = random.lognormal(3, 2, (countries, countries)) * (random.random((countries, countries)) < 0.3)
    np.fill_diagonal(base, 0.0)
    base[0, 1] = base[:, 1].sum()
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
