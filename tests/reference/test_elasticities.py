"""The elasticity of substitution is found again in trade made with a known one; what is no record is no evidence."""

from __future__ import annotations

import numpy as np
import pytest
from reference_build.elasticities import pairs_of, substitution

YEARS, SUPPLIERS, IMPORTERS = 300, 6, 25


def trade(sigma: float, omega: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Tonnes and USD of markets in which log demand falls by sigma - 1 and log price rises by omega with tonnes.

    Each supplier's demand and supply move at random from year to year, some suppliers' more than others'.
    """
    random = np.random.default_rng(seed)
    shape = (YEARS, SUPPLIERS, IMPORTERS)
    demand, supply = (
        random.normal(size=shape) * random.uniform(0.05, 0.4, size=shape[1:]) for _ in ("demand", "supply")
    )
    # value = demand - (sigma - 1) price, price = supply + omega (value - price), all logs
    price = (supply + omega * demand) / (1 + omega * sigma)
    value = demand - (sigma - 1) * price
    return np.exp(value - price) * 1e4, np.exp(value) * 1e7


@pytest.mark.parametrize(("sigma", "omega"), [(1.8, 0.3), (3.0, 0.5), (6.0, 1.0)])
def test_a_known_elasticity_is_found_again(sigma: float, omega: float):
    tonnes, value = trade(sigma, omega)
    found = substitution(pairs_of(tonnes, value, np.zeros_like(value)))
    assert found is not None
    assert found.told
    assert found.importers == IMPORTERS
    assert found.pairs == IMPORTERS * (SUPPLIERS - 1)
    assert found.sigma.mid == pytest.approx(sigma, rel=0.1)
    assert found.sigma.low <= sigma * 1.05
    assert found.sigma.high >= sigma * 0.95


def test_units_and_what_moves_all_suppliers_alike_cancel():
    tonnes, value = trade(3.0, 0.5)
    swing = np.exp(np.random.default_rng(2).normal(size=(YEARS, 1, 1)))
    there, here = (
        substitution(pairs_of(t, v, np.zeros_like(v))) for t, v in ((tonnes, value), (tonnes * 7, value * swing))
    )
    assert there is not None
    assert here is not None
    assert here.sigma.mid == pytest.approx(there.sigma.mid, rel=0.02)  # the weights follow the value


def test_estimated_tonnes_and_crumbs_are_no_evidence():
    tonnes, value = trade(3.0, 0.5)
    assert substitution(pairs_of(tonnes, value, value)) is None
    assert substitution(pairs_of(tonnes, value * 1e-6, np.zeros_like(value))) is None
