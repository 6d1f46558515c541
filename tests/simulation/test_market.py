"""The market: a case solved by hand, laws, limits, and what it refuses."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.core.errors import NotConverged, ScenarioError
from monazite.simulation.market import TOLERANCE, Clearing, Draws, Market, clear, solve, with_latent_links
from monazite.simulation.shock import PARAMETERS, draw_parameters

BASE = np.array([[0.0, 40.0, 30.0], [5.0, 0.0, 20.0], [10.0, 15.0, 0.0]])


def draws(sigma=2.4, eta=1.5, epsilon=0.5, spare=0.15, latent=0.0) -> Draws:
    values = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(v, dtype=float)) for v in (sigma, eta, epsilon, spare, latent))
    )
    return Draws(*values)


def stated(base, arcs, **more) -> Market:
    mask, left = np.zeros(base.shape, bool), np.zeros(base.shape)
    for (i, j), share in arcs.items():
        mask[i, j], left[i, j] = True, base[i, j] * share
    return Market(base, mask, left, **more)


def free(market: Market) -> Market:
    return Market(market.base_t, np.zeros_like(market.stated), market.stated_t)


def supplied(found: Clearing, d: Draws, factor=1.0):
    """What exporters offer at the prices found, by the supply curve's own words."""
    p, c = found.price_log, np.log1p(d.spare)[:, None]
    push = d.epsilon[:, None] * p
    level = np.where(push > 0, c * (1 - np.exp(-np.maximum(push, 0) / c)), push)
    return found.base_t.sum(axis=2) * factor * np.exp(level)


def test_one_buyer_two_sellers_by_hand():
    # Both sell 50; the first is stopped. With p the log price of the second, its buyer's index is
    # P = p + log(2) / (sigma - 1), what it sells is 50 exp(-sigma (p - P) - eta P), and what it can sell is
    # 50 exp(c (1 - exp(-epsilon p / c))). At sigma = 3, eta = 2, epsilon = 1: log(2) / 2 - 2 p = c (1 - exp(-p / c)).
    found = clear(stated(np.array([[50.0], [50.0]]), {(0, 0): 0.0}), draws(sigma=3, eta=2, epsilon=1, spare=0.1))
    p = found.index_log[0, 0] - math.log(2) / 2
    c = math.log(1.1)
    assert math.log(2) / 2 - 2 * p == pytest.approx(c * (1 - math.exp(-p / c)), abs=1e-9)
    assert found.flow_t[0, 1, 0] == pytest.approx(50 * math.exp(math.log(2) / 2 - 2 * p))
    assert 50.0 < found.flow_t[0, 1, 0] <= 55.0
    assert found.price_log[0, 1] == pytest.approx(p)


def test_a_tariff_on_a_sole_supplier_by_hand():
    # One seller, one buyer: P = p + T, demand falls by eta P, supply by -epsilon p, so p = -eta T / (eta + epsilon).
    market = replace(stated(np.array([[80.0]]), {}), tariff=np.array([[0.25]]))
    found = clear(market, draws(sigma=3, eta=1.5, epsilon=0.5))
    p = -1.5 * math.log(1.25) / 2.0
    assert found.price_log[0, 0] == pytest.approx(p)
    assert found.index_log[0, 0] == pytest.approx(p + math.log(1.25))
    assert found.flow_t[0, 0, 0] == pytest.approx(80 * math.exp(0.5 * p))


def test_a_quota_on_a_sole_supplier_by_hand():
    # A quarter is left: the seller's price falls until it offers that, the buyer's rises until it wants no more.
    found = clear(stated(np.array([[80.0]]), {(0, 0): 0.25}), draws(sigma=3, eta=1.5, epsilon=0.5))
    assert found.flow_t[0, 0, 0] == pytest.approx(20)
    assert found.price_log[0, 0] == pytest.approx(math.log(0.25) / 0.5)
    assert found.index_log[0, 0] == pytest.approx(-math.log(0.25) / 1.5)
    assert found.shadow_log[0, 0, 0] == pytest.approx(-math.log(0.25) / 1.5 - math.log(0.25) / 0.5)


flow = st.floats(0.1, 1000)
part = st.floats(0.0, 0.95)


@st.composite
def markets(draw, share=part):
    n = draw(st.integers(2, 5))
    base = np.array([[draw(flow) if i != j else 0.0 for j in range(n)] for i in range(n)])
    return stated(base, {(0, 1): draw(share)})


parameters = st.builds(
    draws,
    sigma=st.floats(2.0, 6.0),
    eta=st.floats(1.0, 1.9),
    epsilon=st.floats(0.1, 1.5),
    spare=st.floats(0.02, 0.6),
    latent=st.floats(0.0, 0.05),
)


@settings(max_examples=60, deadline=None)
@given(markets(), parameters)
def test_no_shock_changes_nothing(market, d):
    found = clear(free(market), d)
    assert found.flow_t == pytest.approx(found.base_t, rel=1e-9, abs=1e-9)
    assert found.price_log == pytest.approx(0.0, abs=1e-9)
    assert found.index_log == pytest.approx(0.0, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(markets(), parameters)
def test_every_exporters_market_clears_within_its_capacity(market, d):
    found = clear(market, d)
    assert found.residual < TOLERANCE
    sold, before = found.flow_t.sum(axis=2), found.base_t.sum(axis=2)
    assert (sold <= before * (1 + d.spare[0]) * (1 + 1e-9)).all()
    sells = sold > 0
    assert sold[sells] == pytest.approx(supplied(found, d)[sells], rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(markets(share=st.floats(1e-6, 0.95)), parameters)
def test_every_importer_buys_what_it_wants_at_what_it_pays(market, d):
    """Mass balances importer by importer: flows are demand at the prices, indices and shadow prices that are told."""
    found = clear(market, d)
    sigma, eta = d.sigma[0], d.eta[0]
    paid = found.price_log[0][:, None] + found.shadow_log[0]
    shares = found.base_t[0] / found.base_t[0].sum(axis=0)
    dear = np.where(shares > 0, -(sigma - 1) * paid, 0.0)  # a price that nobody pays may be beyond all numbers
    index = -np.log((shares * np.exp(dear)).sum(axis=0)) / (sigma - 1)
    assert found.index_log[0] == pytest.approx(index, abs=1e-9)
    power = np.where(found.base_t[0] > 0, -sigma * (paid - index) - eta * index, 0.0)
    wanted = found.base_t[0] * np.exp(power)
    assert found.flow_t[0].sum(axis=0) == pytest.approx(wanted.sum(axis=0), rel=1e-8)


@settings(max_examples=60, deadline=None)
@given(markets(), parameters)
def test_a_stated_flow_is_never_exceeded_and_its_loss_never_made_up_in_full(market, d):
    found = clear(market, d)
    assert found.flow_t[0, 0, 1] <= market.stated_t[0, 1] * (1 + 1e-8) + 1e-12
    base_after = with_latent_links(market.base_t, d.latent)[0]
    if market.stated_t[0, 1] < base_after[0, 1] * 0.999:
        assert found.flow_t[0, :, 1].sum() <= base_after[:, 1].sum() * (1 + 1e-9)


@settings(max_examples=40, deadline=None)
@given(markets(share=st.just(0.0)), parameters)
def test_a_ban_sets_its_arc_to_zero_at_a_price_nobody_would_pay(market, d):
    found = clear(market, d)
    assert found.flow_t[0, 0, 1] == 0
    assert found.shadow_log[0, 0, 1] == math.inf


@settings(max_examples=40, deadline=None)
@given(markets(share=st.floats(1e-6, 2.0)), parameters)
def test_a_quota_binds_or_costs_nothing(market, d):
    found = clear(market, d)
    room = market.stated_t[0, 1] - found.flow_t[0, 0, 1]
    assert found.shadow_log[0, 0, 1] >= 0
    assert room >= 0
    assert room == 0 or found.shadow_log[0, 0, 1] == 0


@settings(max_examples=40, deadline=None)
@given(markets(share=st.floats(1.0, 50.0)), parameters)
def test_a_quota_above_the_flow_changes_nothing(market, d):
    found = clear(market, d)
    assert found.flow_t == pytest.approx(found.base_t, rel=1e-9, abs=1e-9)
    assert found.shadow_log == pytest.approx(0.0, abs=1e-12)


def test_a_quota_above_the_flow_binds_once_trade_would_rise_above_it():
    market = stated(BASE, {(0, 1): 0.0, (2, 1): 1.02})
    found, loose = clear(market, draws(spare=0.5)), clear(stated(BASE, {(0, 1): 0.0}), draws(spare=0.5))
    assert loose.flow_t[0, 2, 1] > 1.02 * BASE[2, 1]
    assert found.flow_t[0, 2, 1] == pytest.approx(1.02 * BASE[2, 1])
    assert found.shadow_log[0, 2, 1] > 0


@settings(max_examples=40, deadline=None)
@given(markets(), parameters)
def test_a_tighter_ban_never_makes_the_target_better_off(market, d):
    left = [1.0, 0.7, 0.3, 0.1, 0.01, 0.0]
    index = [clear(stated(market.base_t, {(0, 1): share}), d).index_log[0, 1] for share in left]
    assert all(tight >= loose - 1e-9 for loose, tight in itertools.pairwise(index))


@settings(max_examples=40, deadline=None)
@given(markets(), parameters, st.floats(0.05, 0.95))
def test_more_elastic_supply_means_a_lower_price_rise(market, d, left):
    """Where capacity is lost. Where sales are banned it is the rule only: see the two tests below."""
    factor = np.ones(len(market.base_t))
    factor[0] = left
    lost = replace(free(market), supply_factor=factor)
    stiff, elastic = clear(lost, d), clear(lost, replace(d, epsilon=2 * d.epsilon))
    assert (stiff.price_log >= -1e-9).all()
    assert (elastic.price_log <= stiff.price_log + 1e-9).all()
    assert (elastic.index_log <= stiff.index_log + 1e-9).all()


def test_more_elastic_supply_means_a_lower_price_where_one_is_banned():
    found = clear(stated(BASE, {(0, 1): 0.0}), draws(epsilon=[0.2, 0.5, 1.0], spare=0.5))
    assert np.all(np.diff(found.index_log[:, 1]) < 0)


def test_an_exporter_under_a_ban_may_cut_its_output_so_much_that_its_target_is_worse_off():
    base = np.array([[0.0, 100, 10, 50], [50, 0, 0, 10], [1, 1, 0, 100], [0, 1, 100, 0]])
    found = clear(stated(base, {(0, 1): 0.0}), draws(sigma=3, eta=1.5, epsilon=[0.2, 1.0], spare=0.5))
    stiff, elastic = found.index_log[:, 1]
    assert stiff < elastic < stiff + 0.01
    assert found.flow_t[1, 0].sum() < found.flow_t[0, 0].sum()


@settings(max_examples=40, deadline=None)
@given(markets(), parameters, st.floats(0.01, 100))
def test_units_cancel(market, d, factor):
    one = clear(market, d)
    other = clear(Market(market.base_t * factor, market.stated, market.stated_t * factor), d)
    assert other.flow_t == pytest.approx(one.flow_t * factor, rel=1e-7, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(markets(), parameters, st.randoms())
def test_permuted_labels_permute_the_answer(market, d, random):
    order = list(range(len(market.base_t)))
    random.shuffle(order)
    pick = np.ix_(order, order)
    one = clear(market, d)
    other = clear(Market(market.base_t[pick], market.stated[pick], market.stated_t[pick]), d)
    assert other.flow_t[0] == pytest.approx(one.flow_t[0][pick], rel=1e-7, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(markets(), parameters, st.floats(0.0, 2.0))
def test_a_quota_is_a_tariff_of_its_shadow_price(market, d, rate):
    """Bhagwati (1965): with competitive buyers and sellers the two are equivalent."""
    tariff = np.zeros_like(market.base_t)
    tariff[0, 1] = rate
    taxed = clear(replace(free(market), tariff=tariff), d)
    limit = np.zeros_like(market.base_t)
    limit[0, 1] = taxed.flow_t[0, 0, 1]
    mask = limit > 0
    limited = clear(Market(market.base_t, mask, limit), d)
    assert limited.flow_t == pytest.approx(taxed.flow_t, rel=1e-8, abs=1e-9)
    assert limited.shadow_log[0, 0, 1] == pytest.approx(math.log1p(rate), abs=1e-8)


@settings(max_examples=40, deadline=None)
@given(markets(), parameters)
def test_flows_stated_as_they_would_be_cost_nothing(market, d):
    """An exact flow that trade would choose anyway leaves all as it is; a larger one has a negative shadow price."""
    d = replace(d, latent=np.zeros(1))
    banned = stated(market.base_t, {(0, 1): 0.0})
    found = clear(banned, d)
    exact = banned.stated.copy()
    exact[1, 0] = True
    told = np.where(exact, found.flow_t[0], 0.0)
    again = clear(Market(market.base_t, exact, told, exact=exact), d)
    assert again.flow_t == pytest.approx(found.flow_t, rel=1e-8, abs=1e-9)
    assert again.shadow_log[0, 1, 0] == pytest.approx(0, abs=1e-8)
    more = clear(Market(market.base_t, exact, told * (1 + d.spare[0] / 100), exact=exact), d)
    assert more.flow_t[0, 1, 0] == pytest.approx(told[1, 0] * (1 + d.spare[0] / 100))
    assert more.shadow_log[0, 1, 0] < 0


def test_draws_in_a_batch_equal_draws_alone():
    d = draw_parameters(PARAMETERS, 8, seed=3)
    market = stated(BASE, {(0, 1): 0.3, (0, 2): 0.5})
    batch = clear(market, d)
    for k in range(8):
        alone = clear(market, d.rows(slice(k, k + 1)))
        assert alone.flow_t[0] == pytest.approx(batch.flow_t[k], rel=1e-10)


def test_the_mean_price_paid_leaves_out_the_lost_choice():
    d = draw_parameters(PARAMETERS, 4, seed=1)
    found = clear(stated(BASE, {(0, 1): 0.0}), d)
    for k in range(4):
        bought, prices = found.flow_t[k, :, 1], np.exp(found.price_log[k])
        paid = (bought * prices).sum() / bought.sum()
        assert paid < math.exp(found.index_log[k, 1]), "the index also counts the lost choice"


def test_latent_links_keep_totals_and_open_new_ones():
    base = np.array([[0.0, 10.0, 0.0], [0.0, 0.0, 30.0], [0.0, 0.0, 0.0]])
    linked = with_latent_links(base, np.array([0.1]))[0]
    assert linked.sum(axis=0) == pytest.approx(base.sum(axis=0))
    assert linked[0, 2] > 0
    assert linked[1, 1] == 0


def test_latent_links_prefer_the_near():
    base = np.zeros((4, 4))
    base[0, 3], base[1, 0], base[2, 0] = 10.0, 10.0, 10.0
    far = np.full((4, 4), 1000.0)
    far[2, 3] = 4000.0
    d = replace(draws(latent=0.1), distance=np.array([0.5]))
    found = clear(stated(base, {}, distance_km=far), d)
    by_size = clear(stated(base, {}), d)
    assert by_size.base_t[0, 1, 3] == pytest.approx(by_size.base_t[0, 2, 3])
    assert found.base_t[0, 1, 3] == pytest.approx(2 * found.base_t[0, 2, 3])
    assert found.base_t[0].sum(axis=0) == pytest.approx(by_size.base_t[0].sum(axis=0))
    assert found.base_t[0, 1:3, 3].sum() == pytest.approx(by_size.base_t[0, 1:3, 3].sum())


def test_a_sole_supplier_stopped_leaves_nothing_to_buy():
    base = np.array([[0.0, 10.0, 5.0], [0.0, 0.0, 5.0], [0.0, 0.0, 0.0]])
    found = clear(stated(base, {(0, 1): 0.0}), draws())
    assert found.flow_t[0, :, 1].sum() == 0
    assert found.index_log[0, 1] == math.inf
    assert found.flow_t[0, 0, 2] > 5
    assert found.price_log[0, 0] < 0


def test_an_importer_that_loses_every_supplier_lives_on_latent_links():
    base = np.array([[0.0, 10.0, 5.0], [0.0, 0.0, 5.0], [0.0, 0.0, 0.0]])
    found = clear(stated(base, {(0, 1): 0.0}), draws(latent=0.02))
    assert found.base_t[0, :, 1].sum() == pytest.approx(10)
    assert found.flow_t[0, :, 1].sum() == 0, "the only other exporter is itself, and none sells to itself"
    base[2, 0] = 1.0
    found = clear(stated(base, {(0, 1): 0.0}), draws(latent=0.02))
    assert 0 < found.flow_t[0, 2, 1] < 1
    assert found.index_log[0, 1] > 1


def test_an_exporter_that_none_may_buy_from_sells_nothing_at_no_price():
    found = clear(stated(BASE, {(0, 1): 0.0, (0, 2): 0.0}), draws())
    assert found.flow_t[0, 0].sum() == 0
    assert found.price_log[0, 0] == -math.inf
    assert (found.price_log[0, 1:] > 0).all()


def test_an_exporter_without_capacity_is_missed_at_any_price():
    found = clear(stated(BASE, {}, supply_factor=np.array([0.0, 1.0, 1.0])), draws())
    banned = clear(stated(BASE, {(0, 1): 0.0, (0, 2): 0.0}), draws())
    assert found.price_log[0, 0] == math.inf
    assert found.flow_t == pytest.approx(banned.flow_t)
    assert found.index_log == pytest.approx(banned.index_log)


def test_a_commodity_nobody_sells_stays_so():
    found = clear(stated(np.zeros((3, 3)), {(0, 1): 0.0}), draws(latent=[0.0, 0.02]))
    assert not found.flow_t.any()
    assert not found.price_log.any()
    assert not found.index_log.any()
    assert found.residual == 0


def test_an_exporter_that_sells_nothing_neither_gains_nor_loses():
    base = np.pad(BASE, ((0, 1), (0, 0)))
    found = clear(stated(base, {(0, 1): 0.0}), draws(latent=0.01))
    assert not found.flow_t[0, 3].any()
    assert found.price_log[0, 3] == 0


def test_supply_without_a_limit_keeps_its_elasticity():
    d = draws(spare=math.inf)
    found = clear(stated(BASE, {(0, 1): 0.0}), d)
    assert np.log(found.flow_t[0].sum(axis=1) / BASE.sum(axis=1)) == pytest.approx(0.5 * found.price_log[0])


def test_elasticities_may_differ_by_exporter():
    d = replace(draws(), epsilon=np.array([[0.2, 0.5, 1.0]]), spare=np.array([[np.inf, 0.15, np.inf]]))
    found = clear(stated(BASE, {(0, 1): 0.0}), d)
    rise = np.log(found.flow_t[0].sum(axis=1) / BASE.sum(axis=1))
    assert rise[[0, 2]] == pytest.approx(found.price_log[0, [0, 2]] * [0.2, 1.0])


def test_what_is_told_by_draw_is_solved_by_draw():
    bans = [{(0, 1): 0.0}, {(1, 2): 0.4}, {(2, 1): 1.0}]
    each = [stated(BASE * (k + 1), arcs) for k, arcs in enumerate(bans)]
    rates = np.zeros((3, 3, 3))
    rates[1, 0, 1] = 0.3
    together = Market(
        *(np.stack([getattr(m, n) for m in each]) for n in ("base_t", "stated", "stated_t")), tariff=rates
    )
    d = draw_parameters(PARAMETERS, 3, seed=2)
    found = clear(together, d)
    for k, market in enumerate(each):
        alone = clear(replace(market, tariff=rates[k]), d.rows(slice(k, k + 1)))
        assert found.flow_t[k] == pytest.approx(alone.flow_t[0], rel=1e-9)
        assert found.shadow_log[k] == pytest.approx(alone.shadow_log[0])


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"sigma": 1.0}, "sigma above 1"),
        ({"sigma": math.inf}, "sigma above 1"),
        ({"eta": 0.5}, "eta of 1 or more"),
        ({"eta": 3.0}, "eta below sigma"),
        ({"epsilon": 0.0}, "epsilon above 0"),
        ({"epsilon": math.inf}, "epsilon above 0"),
        ({"spare": -0.1}, "spare above 0"),
        ({"latent": 1.0}, "latent"),
        ({"sigma": math.nan}, "sigma above 1"),
    ],
)
def test_parameters_outside_their_bounds_are_refused(change, rule):
    with pytest.raises(ScenarioError, match=rule):
        draws(**change)


def test_parameters_of_other_draws_are_refused():
    one, two = np.ones(1), np.ones(2)
    with pytest.raises(ScenarioError, match="unequal numbers of draws"):
        Draws(2 * two, one, one, one, 0 * one)
    with pytest.raises(ScenarioError, match="distance of 0 or more"):
        Draws(2 * one, one, one, one, 0 * one, distance=-one)
    with pytest.raises(ScenarioError, match=r"base_t of 3 draws, .* beside 2 draws"):
        clear(stated(np.stack([BASE] * 3), {}), draws(sigma=[2.0, 3.0]))
    with pytest.raises(ScenarioError, match=r"epsilon of \(2,\) exporters"):
        clear(stated(BASE, {}), replace(draws(), epsilon=np.ones((1, 2))))


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"base_t": np.array([[1.0, -1.0]])}, "a base flow is negative or not finite"),
        ({"base_t": np.array([[1.0, math.nan]])}, "a base flow is negative or not finite"),
        ({"stated_t": np.array([[-1.0, 1.0]])}, "a stated flow is negative or not a number"),
        ({"stated_t": np.array([[math.nan, 1.0]])}, "a stated flow is negative or not a number"),
        ({"stated_t": np.array([[math.inf, 1.0]]), "exact": np.array([[True, False]])}, "an exact flow is not stated"),
        ({"exact": np.array([[False, True]])}, "an exact flow is not stated"),
        ({"tariff": np.array([[-1.0, 0.0]])}, "a tariff is -1 or less"),
        ({"tariff_before": np.array([[0.0, math.nan]])}, "a tariff before is -1 or less"),
        ({"supply_factor": np.array([-0.1])}, "a supply factor is negative"),
        ({"price_usd_per_t": np.array([0.0])}, "a price is 0 or less"),
        ({"distance_km": np.array([[math.inf, 1.0]])}, "a distance is negative or not finite"),
        ({"tariff": np.array([0.1])}, "tariff has shape"),
        ({"stated_t": np.zeros((2, 2))}, "stated_t has shape"),
        ({"base_t": np.zeros(2)}, "base_t has shape"),
    ],
)
def test_impossible_markets_are_refused(more, what):
    given_ = {"base_t": np.ones((1, 2)), "stated": np.array([[True, False]]), "stated_t": np.zeros((1, 2))}
    with pytest.raises(ScenarioError, match=what):
        Market(**(given_ | more))


def test_exact_flows_beyond_reach_are_refused():
    all_ = np.ones((3, 3), bool)
    with pytest.raises(ScenarioError, match="above 0 where there is no trade"):
        clear(Market(BASE, all_, np.ones((3, 3)), exact=all_), draws())
    with pytest.raises(ScenarioError, match=r"exact flows of 140 t, but their exporter supplies less than 80\.5 t"):
        clear(Market(BASE, BASE > 0, 2 * BASE, exact=BASE > 0), draws())


def test_no_convergence_is_an_error_that_names_the_draw_never_a_number(monkeypatch):
    monkeypatch.setattr(solve, "_STEPS", 1)
    market = stated(np.stack([BASE, BASE]), {})
    market.stated[1, 0, 1] = True
    with pytest.raises(NotConverged, match="market, draw 1: largest residual"):
        clear(market, draws(sigma=[2.0, 2.0]))
