"""One episode foretold, by the number of countries that trade."""

from __future__ import annotations

import numpy as np
import pytest

from monazite.simulation.backtest import HISTORY, Episode, Shock, predict
from monazite.simulation.priors import FEATURES, OF_FLOW, SPREAD, Priors


@pytest.mark.parametrize("countries", [20, 80, 200])
def test_predict(benchmark, countries):
    random = np.random.default_rng(0)
    shape = (HISTORY, countries, countries)
    history = random.lognormal(3, 2, shape) * (random.random(shape[1:]) < 0.3)
    history *= ~np.eye(countries, dtype=bool)
    affected = np.flatnonzero(history[-1, 0])[:12]
    stated = np.zeros(shape[1:], dtype=bool)
    stated[0, affected] = True
    shock = Shock(2011, stated, np.where(stated, 0.3 * history[-1], 0.0))
    labels = tuple(f"{i:03}" for i in range(countries))
    episode = Episode("one", 2010, labels, history, np.array([0]), affected, (shock, None))
    weights = (0.1 * random.normal(size=n) for n in (OF_FLOW, len(FEATURES) + 1, len(SPREAD)))
    found = benchmark(predict, episode, 0, Priors(2010, 1, *weights))
    assert len(found.total_t) == len(affected)
