"""The market: a case solved by hand, an independent slow solver, laws, limits, and what it refuses."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.core.errors import NoDataError, NotConverged, ScenarioError
from monazite.core.values import Band, Stage
from monazite.scenario.build import make_scenario
from monazite.scenario.values import ExportCut
from monazite.simulation import market as room
from monazite.simulation.market import Draws, Market, clear, with_latent_links
from monazite.simulation.shock import PARAMETERS, draw_parameters, play

BASE = np.array([[0.0, 40.0, 30.0], [5.0, 0.0, 20.0], [10.0, 15.0, 0.0]])


def draws(sigma=2.4, eta=1.5, epsilon=0.5, spare=0.15, latent=0.0) -> Draws:
    return Draws(*(np.atleast_1d(np.asarray(v, dtype=float)) for v in (sigma, eta, epsilon, spare, latent)))


def stated(base, arcs) -> Market:
    mask, left = np.zeros(base.shape, bool), np.zeros(base.shape)
    for (i, j), share in arcs.items():
        mask[i, j], left[i, j] = True, base[i, j] * share
    return Market(base, mask, left)


def slow_prices(base, stop, d: Draws):
    """The same equations by plain loops and damped adjustment of one price at a time; no Newton, no matrices."""
    n, m = base.shape
    p = [0.0] * n
    sigma, eta, eps, cap = float(d.sigma[0]), float(d.eta[0]), float(d.epsilon[0]), math.log1p(float(d.spare[0]))

    def sold(i):
        total = 0.0
        for j in range(m):
            bought = sum(base[k][j] for k in range(n))
            left = sum(base[k][j] / bought * math.exp(-(sigma - 1) * p[k]) for k in range(n) if (k, j) not in stop)
            if (i, j) in stop or base[i][j] == 0:
                continue
            index = -math.log(left) / (sigma - 1)
            total += base[i][j] * math.exp(-sigma * (p[i] - index) - eta * index)
        return total

    def offered(i):
        push = eps * p[i]
        return sum(base[i]) * math.exp(cap * (1 - math.exp(-push / cap)) if push > 0 else push)

    for _ in range(4000):
        for i in range(n):
            p[i] += 0.2 * math.log(sold(i) / offered(i))
    return p


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


def test_the_fast_solver_agrees_with_a_slow_one_of_other_make():
    d = draws()
    found = clear(stated(BASE, {(0, 1): 0.0}), d)
    p = slow_prices(BASE, {(0, 1)}, d)
    sigma, eta = 2.4, 1.5
    bought = BASE[:, 2].sum()
    left = sum(BASE[k, 2] / bought * math.exp(-(sigma - 1) * p[k]) for k in range(3))
    index = -math.log(left) / (sigma - 1)
    for i in (0, 1):
        expected = BASE[i, 2] * math.exp(-sigma * (p[i] - index) - eta * index)
        assert found.flow_t[0, i, 2] == pytest.approx(expected, rel=1e-10)


flow = st.floats(0.1, 1000)


@st.composite
def markets(draw):
    n = draw(st.integers(2, 5))
    base = np.array([[draw(flow) if i != j else 0.0 for j in range(n)] for i in range(n)])
    share = draw(st.floats(0.0, 0.95))
    return stated(base, {(0, 1): share})


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
    found = clear(Market(market.base_t, np.zeros_like(market.stated), market.stated_t), d)
    assert found.flow_t == pytest.approx(found.base_t, rel=1e-9, abs=1e-9)
    assert found.price_log == pytest.approx(0.0, abs=1e-9)
    assert found.index_log == pytest.approx(0.0, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(markets(), parameters)
def test_every_exporters_market_clears_within_its_capacity(market, d):
    found = clear(market, d)
    assert found.residual < room.TOLERANCE
    sold, before = found.flow_t[0].sum(axis=1), found.base_t[0].sum(axis=1)
    assert (sold <= before * (1 + d.spare[0]) * (1 + 1e-9)).all()


@settings(max_examples=60, deadline=None)
@given(markets(), parameters)
def test_a_stated_flow_is_never_exceeded_and_its_loss_never_made_up_in_full(market, d):
    found = clear(market, d)
    assert found.flow_t[0, 0, 1] <= market.stated_t[0, 1] * (1 + 1e-8) + 1e-12
    base_after = with_latent_links(market.base_t, d.latent)[0]
    if market.stated_t[0, 1] < base_after[0, 1] * 0.999:
        assert found.flow_t[0, :, 1].sum() <= base_after[:, 1].sum() * (1 + 1e-9)


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


def test_more_elastic_supply_means_a_lower_price():
    found = clear(
        stated(BASE, {(0, 1): 0.0}), draws(*([v] * 3 for v in (2.4, 1.5)), [0.2, 0.5, 1.0], [0.5] * 3, [0.0] * 3)
    )
    assert np.all(np.diff(found.index_log[:, 1]) < 0)


def test_draws_in_a_batch_equal_draws_alone():
    d = draw_parameters(PARAMETERS, 8, seed=3)
    market = stated(BASE, {(0, 1): 0.3, (0, 2): 0.5})
    batch = clear(market, d)
    for k in range(8):
        alone = clear(
            market, Draws(*(getattr(d, n)[k : k + 1] for n in ("sigma", "eta", "epsilon", "spare", "latent")))
        )
        assert alone.flow_t[0] == pytest.approx(batch.flow_t[k], rel=1e-10)


def test_latent_links_keep_totals_and_open_new_ones():
    base = np.array([[0.0, 10.0, 0.0], [0.0, 0.0, 30.0], [0.0, 0.0, 0.0]])
    linked = with_latent_links(base, np.array([0.1]))[0]
    assert linked.sum(axis=0) == pytest.approx(base.sum(axis=0))
    assert linked[0, 2] > 0
    assert linked[1, 1] == 0


def test_a_sole_supplier_stopped_leaves_nothing_to_buy():
    base = np.array([[0.0, 10.0, 5.0], [0.0, 0.0, 5.0], [0.0, 0.0, 0.0]])
    found = clear(stated(base, {(0, 1): 0.0}), draws())
    assert found.flow_t[0, :, 1].sum() == 0
    assert found.index_log[0, 1] == math.inf


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"sigma": 1.0}, "sigma above 1"),
        ({"eta": 0.5}, "eta of 1 or more"),
        ({"eta": 3.0}, "eta below sigma"),
        ({"epsilon": 0.0}, "epsilon above 0"),
        ({"spare": -0.1}, "spare above 0"),
        ({"latent": 1.0}, "latent"),
        ({"sigma": math.nan}, "sigma above 1"),
    ],
)
def test_parameters_outside_their_bounds_are_refused(change, rule):
    with pytest.raises(ScenarioError, match=rule):
        draws(**change)


def test_impossible_flows_are_refused():
    with pytest.raises(ScenarioError, match="negative or not finite"):
        stated(np.array([[1.0, -1.0]]), {})
    with pytest.raises(ScenarioError, match="outside 0 to the base flow"):
        stated(BASE, {(0, 1): 2.0})


def test_no_convergence_is_an_error_never_a_number(monkeypatch):
    monkeypatch.setattr(room, "_STEPS", 1)
    with pytest.raises(NotConverged, match="largest residual"):
        clear(stated(BASE, {(0, 1): 0.0}), draws())


def test_china_to_japan_in_ranges(rare_earths, names):
    cut = ExportCut(("CHN",), ("JPN",), "rare-earths", 1.0, None, 52)
    outcome = play(rare_earths, make_scenario(cut, names, "reported", "test"), Stage.REFINED)
    (japan,) = outcome.importers
    assert japan.importer == "JPN"
    assert japan.lost_t.mid == pytest.approx(10_733.5, abs=1)
    assert 0 < japan.shortfall_t.low < japan.shortfall_t.mid < japan.shortfall_t.high < japan.lost_t.mid
    assert japan.replaced_t.mid + japan.shortfall_t.mid == pytest.approx(japan.lost_t.mid, rel=0.02)
    assert outcome.gains[0].exporter == "MYS"
    assert outcome.residual_share < room.TOLERANCE
    again = play(rare_earths, outcome.scenario, Stage.REFINED)
    assert again == outcome


def test_a_shorter_cut_takes_its_part_of_the_year(rare_earths, names):
    def lost(weeks):
        cut = ExportCut(("CHN",), ("JPN",), "rare-earths", 1.0, None, weeks)
        return play(rare_earths, make_scenario(cut, names, "x", "test"), Stage.METAL, draws=16).importers[0].lost_t.mid

    assert lost(13) == pytest.approx(lost(52) / 4, rel=1e-6)


def test_the_price_paid_is_the_mean_over_what_is_still_bought(rare_earths, names):
    cut = ExportCut(("CHN",), ("JPN",), "rare-earths", 1.0, None, 52)
    outcome = play(rare_earths, make_scenario(cut, names, "x", "test"), Stage.METAL)
    (japan,) = outcome.importers
    assert 0 < japan.price_change_pct.low < japan.price_change_pct.mid < japan.price_change_pct.high < 100
    d = draw_parameters(PARAMETERS, 4, seed=1)
    found = clear(stated(BASE, {(0, 1): 0.0}), d)
    for k in range(4):
        bought, prices = found.flow_t[k, :, 1], np.exp(found.price_log[k])
        paid = (bought * prices).sum() / bought.sum()
        assert paid < math.exp(found.index_log[k, 1]), "the index also counts the lost choice"


def test_an_exporter_that_sells_nothing_is_no_data(rare_earths, names):
    cut = ExportCut(("ISL",), ("JPN",), "rare-earths", 1.0, None, 52)
    with pytest.raises(NoDataError, match="ISL has no sales"):
        play(rare_earths, make_scenario(cut, names, "x", "test"), Stage.METAL)


def test_the_range_of_a_cut_widens_the_result_and_a_point_is_its_cut(rare_earths, names):
    def lost(share: float, band: Band | None) -> Band:
        cut = ExportCut(("CHN",), ("JPN",), "rare-earths", share, None, 52, band)
        outcome = play(rare_earths, make_scenario(cut, names, "x", "test"), Stage.METAL, draws=64)
        assert [p.name for p in outcome.parameters if p.band == band] == (["cut"] if band else [])
        return outcome.importers[0].lost_t

    sure = lost(0.5, None)
    assert lost(0.5, Band(0.5, 0.5, 0.5)) == sure
    wide = lost(0.5, Band(0.2, 0.5, 0.8))
    assert wide.low < 0.7 * sure.low < 1.3 * sure.high < wide.high
    ban = lost(1.0, None)
    almost = lost(1.0, Band(0.9, 1.0, 1.0))
    assert almost.low < ban.low
    assert almost.high == pytest.approx(ban.high, rel=1e-5)
