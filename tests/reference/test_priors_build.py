"""What earlier falls teach is rebuilt from the trade table, from no later year, to the same digits."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from monazite.reference.store import SHIPPED, Store
from monazite.simulation.priors import FEATURES, OF_FLOW
from monazite.workbench.history.backtest import trade_cubes

priors = pytest.importorskip("reference_build.priors", exc_type=ImportError, reason="needs the packages of build-data")
FIRST_YEAR, Falls, fit_priors, mine, rows = (
    getattr(priors, name) for name in ("FIRST_YEAR", "Falls", "fit_priors", "mine", "rows")
)


def test_the_first_year_is_rebuilt_to_the_same_rows(store: Store):
    codes = [str(r[0]) for r in store.rows("SELECT DISTINCT hs FROM trade WHERE revision = 1992 ORDER BY hs")]
    every = (trade_cubes(store, hs) for hs in codes)
    # Only what was known by then is handed over: a build that read on would differ.
    known = ((first, *(m[: FIRST_YEAR - first + 1] for m in cubes)) for first, *cubes in every)
    built = rows(fit_priors(mine(known, 1), FIRST_YEAR, 1))
    with (SHIPPED / "priors.csv").open() as file:
        shipped = [r for r in csv.reader(file) if r[:2] == [str(FIRST_YEAR), "1"]]
    assert [[str(v) for v in row] for row in built] == shipped


def falls(seed: int) -> tuple[Falls, np.ndarray]:
    """Two thousand importers with ten candidates each, whose gains follow known weights."""
    random = np.random.default_rng(seed)
    n, each = 2000, 10
    terms = random.normal(size=(n * each, len(FEATURES)))
    weights = random.normal(size=OF_FLOW) * 0.5
    odds = np.exp(terms[:, :OF_FLOW] @ weights).reshape(n, each)
    taken = np.stack([random.multinomial(20, row / row.sum()) for row in odds]).reshape(-1) / 20
    before = np.full(n * each, 0.2)
    group, year = np.repeat(np.arange(n), each), np.full(n * each, 2005)
    spread = np.column_stack([np.ones(n), random.normal(size=(n, 5))])
    stray = np.exp(spread @ np.array([0.1, 0.5, 0, 0, -0.3, 0])) * random.laplace(size=n)
    told = np.ones(n, dtype=bool)
    return Falls(terms, before, before - 0.05 + taken, group, year, spread, stray, told, np.full(n, 2005)), weights


def test_the_three_models_find_the_weights_that_made_the_data():
    data, weights = falls(3)
    fitted = fit_priors(data, 2005, 1)
    np.testing.assert_allclose(fitted.spread[1:], [0.5, 0, 0, -0.3, 0], atol=0.08)
    within = np.abs(data.stray) <= np.exp(data.spread @ fitted.spread)
    assert within.mean() == pytest.approx(0.8, abs=0.001)
    assert np.corrcoef(fitted.gain, weights)[0, 1] > 0.99
    assert np.corrcoef(fitted.rise[:OF_FLOW], weights)[0, 1] > 0.9


def test_slips_of_the_records_are_no_straying():
    tonnes = np.array([[[10.0, 10, 10], [5, 5, 5]], [[2.0, 2, 2], [5, 50, 5]]])  # years, exporters, importers
    value = np.array([[[10.0, 10, 10], [5, 5, 5]], [[2.0, 2, 2], [6, 6, 6]]])
    estimated = np.zeros_like(value)
    estimated[1, 1, 2] = 6
    # The second importer bought ten times the tonnes for the same money; of the third hardly any tonnes were reported.
    assert priors.recorded(tonnes, value, estimated, np.array([0])).tolist() == [True, False, False]
