"""The market against worked examples of others: an Armington model with a tariff, and GSIM with four regions."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from monazite.simulation.market import Draws, Market, clear, welfare


def draws(*values: float) -> Draws:
    return Draws(*(np.array([x]) for x in values))


def test_four_suppliers_and_a_tariff_on_one():
    """Drenski's example: four suppliers of equal share, sigma 4, supply 5, demand -1, and 5% on the third.

    A. Drenski, AD.PartialEquilibriumApi, "Example Model", 6 February 2017,
    https://github.com/austindrenski/AD.PartialEquilibriumApi/wiki/Example-Model. It prints four places, cut off.
    """
    base = np.full((4, 1), 25.0)
    tariff = np.array([[0.0], [0.0], [0.05], [0.0]])
    market = Market(base, np.zeros((4, 1), bool), base, tariff=tariff)
    found = clear(market, draws(4, 1, 5, np.inf, 0))
    producer = np.exp(found.price_log[0])
    assert producer == pytest.approx([1.0032, 1.0032, 0.9817, 1.0032], abs=1e-4)
    assert producer * (1 + tariff[:, 0]) == pytest.approx([1.0032, 1.0032, 1.0308, 1.0032], abs=1e-4)
    assert np.exp(found.index_log[0, 0]) == pytest.approx(1.0099, abs=1e-4)


# The example of four regions (United States, Japan, European Union, rest of the world) of the GSIM model: Francois and
# Hall, Global Simulation Analysis of Industry-Level Trade Policy, version 3.0, 21 April 2003. Flows in value at world
# prices, tariffs, elasticities and the four prices it reports for free trade between the first and the third, as a
# public script of the model ("GSIM 4x4 model", in R) quotes them; the printed paper was not at hand.
TRADE = np.array(
    [[0, 50, 200, 300], [500, 0, 150, 200], [300, 100, 200, 200], [50, 100, 110, 20]],
    dtype=float,
)
TARIFF = np.array([[0, 0.21, 0.41, 0.22], [0.37, 0, 0.31, 0.23], [0.32, 0.36, 0, 0.18], [0.57, 0.41, 0.25, 0.15]])
DEMAND, SUPPLY, SUBSTITUTION = 1.25, 1.5, 5.0
REPORTED = [0.0792, -0.0316, 0.0480, -0.0184]


def free_trade(share: float = 1.0) -> np.ndarray:
    """Tariffs after the agreement, or a part of the way there, as shares of the power 1 + tariff."""
    agreed = TARIFF.copy()
    agreed[0, 2] = agreed[2, 0] = 0.0
    return (1 + TARIFF) * (1 + share * ((1 + agreed) / (1 + TARIFF) - 1)) - 1


def gsim(tariff: np.ndarray) -> np.ndarray:
    """Changes of world prices by GSIM: elasticities at the base, market clearing as one linear system.

    The own-price elasticity of importer v's demand for exporter r is theta Em - (1 - theta) Es, the cross-price ones
    theta (Em + Es), with theta the shares of v's spending, tariffs included; exporters' sales go by elasticity Ex.
    """
    theta = TRADE * (1 + TARIFF) / (TRADE * (1 + TARIFF)).sum(axis=0)
    sold = TRADE / TRADE.sum(axis=1, keepdims=True)
    change = (1 + tariff) / (1 + TARIFF) - 1
    system, right = -SUPPLY * np.eye(4), np.zeros(4)
    for r in range(4):
        for v in range(4):
            for s in range(4):
                elasticity = theta[s, v] * (SUBSTITUTION - DEMAND) - (SUBSTITUTION if s == r else 0.0)
                system[r, s] += sold[r, v] * elasticity
                right[r] -= sold[r, v] * elasticity * change[s, v]
    return np.linalg.solve(system, right)


def ours(tariff: np.ndarray) -> np.ndarray:
    market = Market(TRADE, np.zeros((4, 4), bool), TRADE, tariff=tariff, tariff_before=TARIFF)
    found = clear(market, draws(SUBSTITUTION, DEMAND, SUPPLY, np.inf, 0))
    return np.expm1(found.price_log[0])


def test_the_linear_model_gives_the_prices_reported_for_gsim():
    assert gsim(free_trade()) == pytest.approx(REPORTED, abs=5e-5)


def test_the_market_is_gsim_to_first_order():
    """As the tariff change shrinks, the difference of prices falls with its square."""
    off = [np.abs(ours(free_trade(share)) - gsim(free_trade(share))).max() for share in (0.1, 0.05, 0.025, 0.0125)]
    assert [a / b for a, b in itertools.pairwise(off)] == pytest.approx([4, 4, 4], rel=0.15)
    assert off[-1] < 1e-5


def test_the_whole_agreement_differs_by_what_a_line_leaves_out():
    """A tariff cut of a fifth or more is not small: the same signs and order, not the same numbers."""
    found = ours(free_trade())
    assert np.sign(found).tolist() == np.sign(REPORTED).tolist()
    assert np.argsort(found).tolist() == np.argsort(REPORTED).tolist()
    assert np.abs(found - REPORTED).max() < 0.05


def test_surpluses_are_those_of_gsim_to_first_order():
    """GSIM's areas: sales times price change, spending times change of the composite price, and tariffs paid."""
    share = 1e-4
    market = Market(TRADE, np.zeros((4, 4), bool), TRADE, tariff=free_trade(share), tariff_before=TARIFF)
    d = draws(SUBSTITUTION, DEMAND, SUPPLY, np.inf, 0)
    found = welfare(market, d, clear(market, d))
    price, change = gsim(free_trade(share)), (1 + free_trade(share)) / (1 + TARIFF) - 1
    spent = TRADE * (1 + TARIFF)
    dearer = price[:, None] + change
    assert found.producer[0] == pytest.approx(TRADE.sum(axis=1) * price, rel=1e-3)
    assert found.consumer[0] == pytest.approx(-(spent * dearer).sum(axis=0), rel=1e-3)
