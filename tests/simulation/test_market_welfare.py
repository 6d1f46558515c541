"""Surpluses, revenue and rents: by hand, in the limits, and as parts of one whole."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.simulation.market import Draws, Market, Welfare, clear, welfare

BASE = np.array([[0.0, 40.0, 30.0], [5.0, 0.0, 20.0], [10.0, 15.0, 0.0]])
NONE = np.zeros((3, 3), bool)
ARC = np.zeros((3, 3), bool)
ARC[0, 1] = True
PRICE = np.array([3.0, 2.0, 4.0])


def draws(sigma=2.4, eta=1.5, epsilon=0.5, spare=0.15, latent=0.0) -> Draws:
    return Draws(*(np.array([float(x)]) for x in (sigma, eta, epsilon, spare, latent)))


def told(market: Market, d: Draws) -> Welfare:
    return welfare(market, d, clear(market, d))


def total(market: Market, d: Draws) -> float:
    found = told(market, d)
    return float(sum(x.sum() for x in (found.consumer, found.producer, found.revenue, found.rent)))


parameters = st.builds(
    draws,
    sigma=st.floats(2.0, 6.0),
    eta=st.floats(1.0, 1.9),
    epsilon=st.floats(0.1, 1.5),
    spare=st.floats(0.02, 0.6),
    latent=st.floats(0.0, 0.05),
)


@settings(max_examples=30, deadline=None)
@given(parameters)
def test_no_shock_moves_nothing(d):
    found = told(Market(BASE, NONE, BASE, price_usd_per_t=PRICE), d)
    for x in (found.consumer, found.producer, found.revenue, found.rent):
        assert x == pytest.approx(0.0, abs=1e-8)


def test_a_quota_on_a_sole_supplier_by_hand():
    # A quarter of 80 t at 3 USD is left; eta = 1.5, epsilon = 0.5. The buyer's price rises by 4^(1/1.5), the seller's
    # falls to 4^-2; the areas are those under constant elasticities.
    d = draws(sigma=3, eta=1.5, epsilon=0.5)
    market = Market(np.array([[80.0]]), np.array([[True]]), np.array([[20.0]]), price_usd_per_t=np.array([3.0]))
    found = told(market, d)
    bid, ask = 4 ** (1 / 1.5), 4.0**-2
    assert found.consumer[0, 0] == pytest.approx(240 * (bid**-0.5 - 1) / 0.5)
    assert found.producer[0, 0] == pytest.approx(240 * (ask**1.5 - 1) / 1.5)
    assert found.rent[0, 0, 0] == pytest.approx(3 * (bid - ask) * 20)


@pytest.mark.parametrize(("epsilon", "spare"), [(0.2, 0.05), (1.0, 0.5), (2.0, math.inf), (1.0, 0.02)])
def test_producer_surplus_above_old_prices_is_the_area_under_supply(epsilon, spare):
    d = draws(epsilon=epsilon, spare=spare)
    market = Market(BASE, ARC, np.zeros((3, 3)))
    found = clear(market, d)
    p, c = found.price_log[0, 2], math.log1p(spare)
    assert p > 0.01
    x = np.linspace(0, p, 200_001)
    level = epsilon * x if math.isinf(c) else c * -np.expm1(-epsilon * x / c)
    area = 25.0 * np.trapezoid(np.exp(x + level), x)
    assert welfare(market, d, found).producer[0, 2] == pytest.approx(area, rel=1e-9)


def test_a_bundle_of_which_nothing_is_left_has_its_price():
    base = np.array([[0.0, 10.0], [0.0, 0.0]])
    market = Market(base, base > 0, np.zeros((2, 2)), price_usd_per_t=np.array([3.0, 1.0]))
    found = told(market, draws(eta=1.5, epsilon=0.5))
    assert found.consumer[0] == pytest.approx([0.0, -30 / 0.5])
    assert found.producer[0] == pytest.approx([-30 / 1.5, 0.0]), "all it earned above cost"
    assert not found.rent.any()
    assert told(market, draws(eta=1.0)).consumer[0, 1] == -math.inf


def test_an_exporter_without_capacity_loses_all_it_earned():
    market = Market(BASE, NONE, BASE, supply_factor=np.array([0.0, 1.0, 1.0]), price_usd_per_t=PRICE)
    found = told(market, draws())
    assert found.producer[0, 0] == pytest.approx(-3 * 70 / 1.5)
    assert (found.producer[0, 1:] > 0).all()
    assert (found.consumer <= 0).all()


def test_a_tariff_pays_its_revenue_and_a_tariff_taken_off_costs_it():
    rate = np.where(ARC, 0.25, 0.0)
    d = draws()
    market = Market(BASE, NONE, BASE, tariff=rate, price_usd_per_t=PRICE)
    after = clear(market, d)
    on = welfare(market, d, after)
    assert on.revenue[0, 1] == pytest.approx(0.25 * 3 * math.exp(after.price_log[0, 0]) * after.flow_t[0, 0, 1])
    off = told(Market(BASE, NONE, BASE, tariff_before=rate, price_usd_per_t=PRICE), d)
    assert off.revenue[0] == pytest.approx([0, -0.25 * 3 * 40, 0])
    assert off.consumer[0, 1] > 0 > on.consumer[0, 1]


@settings(max_examples=30, deadline=None)
@given(parameters, st.floats(0.01, 3.0))
def test_a_tariff_costs_the_world_more_than_it_raises(d, rate):
    assert total(Market(BASE, NONE, BASE, tariff=np.where(ARC, rate, 0.0), price_usd_per_t=PRICE), d) < 0


@settings(max_examples=30, deadline=None)
@given(parameters)
def test_what_a_small_tariff_takes_from_one_it_gives_to_another(d):
    """To first order the parts add up to nothing: what is lost falls with the square of the tariff."""
    lost = [total(Market(BASE, NONE, BASE, tariff=np.where(ARC, s, 0.0)), d) for s in (1e-2, 1e-3)]
    assert lost[0] / lost[1] == pytest.approx(100, rel=0.1)


@settings(max_examples=30, deadline=None)
@given(parameters, st.floats(0.2, 0.9))
def test_the_shadow_price_is_what_the_next_tonne_is_worth(d, left):
    """The envelope theorem: a quota's last tonne raises the world's surplus by the rent of one tonne."""
    d = replace(d, latent=np.zeros(1))

    def limited(tonnes: float) -> Market:
        return Market(BASE, ARC, np.where(ARC, tonnes, 0.0), price_usd_per_t=PRICE)

    tonnes, h = 40 * left, 1e-3
    found = told(limited(tonnes), d)
    slope = (total(limited(tonnes + h), d) - total(limited(tonnes - h), d)) / (2 * h)
    assert found.rent[0, 0, 1] / tonnes == pytest.approx(slope, rel=1e-4)


@settings(max_examples=30, deadline=None)
@given(parameters, st.floats(0.01, 100.0))
def test_money_scales_with_prices_and_with_tonnes(d, factor):
    market = Market(BASE, ARC, BASE / 2, price_usd_per_t=PRICE)
    one = total(market, d)
    assert total(replace(market, price_usd_per_t=factor * PRICE), d) == pytest.approx(factor * one)
    larger = Market(factor * BASE, ARC, factor * BASE / 2, price_usd_per_t=PRICE)
    assert total(larger, d) == pytest.approx(factor * one, rel=1e-6)
