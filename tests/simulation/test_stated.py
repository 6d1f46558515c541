"""Shocks of every kind as one market: limits against a count by hand, laws between kinds, and what cannot be stated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from monazite.core.errors import NoDataError, ScenarioError
from monazite.core.values import Band, Stage
from monazite.scenario.build import make_scenario
from monazite.scenario.values import (
    ExportCut,
    Licence,
    Outage,
    Panic,
    Quota,
    Release,
    Surge,
    Tariff,
    Window,
    exactly,
)
from monazite.simulation.market import clear
from monazite.simulation.shock import PARAMETERS, draw_parameters, play
from monazite.simulation.stated import stages_meant, stated_market

METAL, REFINED = Stage.METAL, Stage.REFINED
WHO = (("CHN",), ("JPN",), "rare-earths")
BAN = ExportCut(*WHO, exactly(1.0))
DAY = date(2026, 1, 1)
METAL_LOSS = ("rare-earths", METAL, exactly(0.5))


@pytest.fixture
def state(rare_earths, names):
    def of(*shocks, stage=METAL, draws=8):
        return stated_market(rare_earths, make_scenario(shocks, names, "x", "test"), stage, draws, 1)

    return of


@pytest.fixture
def outcome(rare_earths, names):
    def of(*shocks, stage=METAL, draws=8):
        return play(rare_earths, make_scenario(shocks, names, "x", "test"), stage, draws)

    return of


def left(told, seller="CHN", buyer="JPN"):
    """What is left of a flow, by draw where it is stated so."""
    i, j = told.labels.index(seller), told.labels.index(buyer)
    assert told.market.stated[i, j]
    return told.market.stated_t[..., i, j] / told.base_t[i, j]


def half(window: Window) -> ExportCut:
    return replace(BAN, share=exactly(0.5), window=window)


@pytest.mark.parametrize(
    ("shocks", "expected"),
    [
        ([half(Window(weeks=26))], 0.75),
        ([half(Window(weeks=26, ramp_weeks=26))], 1 - 0.5 * 13 / 52),
        ([half(Window(weeks=520))], 0.5),
        ([half(Window(DAY, 26)), half(Window(date(2026, 7, 2), 26))], 0.5),
        ([half(Window(DAY, 26)), half(Window(DAY, 13))], 1 - (13 * 0.75 + 13 * 0.5) / 52),
        ([Licence(*WHO, exactly(0.0), exactly(0.3))], 0.7),
        ([Licence(*WHO, exactly(13.0), exactly(0.0))], 0.75),
        ([Licence(*WHO, exactly(13.0), exactly(0.5))], 0.375),
        ([Licence(*WHO, exactly(13.0), exactly(0.0), Window(weeks=39))], 1.0),
        ([Licence(*WHO, exactly(60.0), exactly(0.0), Window(weeks=26))], 0.5),
    ],
)
def test_what_is_left_of_a_flow_is_counted_week_by_week(state, shocks, expected):
    assert left(state(*shocks)) == pytest.approx(expected)


def test_a_quota_is_shared_as_the_trade_before_and_the_tighter_limit_holds(state):
    base = state(BAN).base_t
    told = state(Quota(("CHN",), (), "rare-earths", exactly(1000.0), stage=METAL))
    of_china = told.market.stated[told.labels.index("CHN")]
    total = told.base_t[told.labels.index("CHN"), of_china].sum()
    assert left(told) == pytest.approx(1000 / total)
    flow = base[told.labels.index("CHN"), told.labels.index("JPN")]
    quota = Quota(*WHO, exactly(0.6 * flow), stage=METAL)
    assert left(state(quota, half(Window()))) == pytest.approx(0.5)
    assert left(state(quota, replace(half(Window()), share=exactly(0.3)))) == pytest.approx(0.6)


def test_a_quota_above_the_trade_before_holds_nobody_back(outcome):
    (japan,) = outcome(Quota(*WHO, exactly(1e9), stage=METAL)).importers
    assert japan.lost_t.high == pytest.approx(0, abs=1e-6)
    assert japan.shortfall_t.high == pytest.approx(0, abs=1e-6)


def test_a_ban_is_one_by_whatever_means(outcome):
    told = [
        BAN,
        Quota(*WHO, exactly(0.0), stage=METAL),
        Licence(*WHO, exactly(0.0), exactly(1.0)),
        Licence(*WHO, exactly(52.0), exactly(0.0)),
    ]
    first, *others = (outcome(s).importers for s in told)
    assert all(o == first for o in others)


def test_shocks_in_another_order_do_the_same(outcome):
    shocks = (
        half(Window(DAY, 26)),
        Tariff((), ("JPN",), "rare-earths", exactly(10), "importer"),
        Outage(("VNM",), *METAL_LOSS),
    )
    assert outcome(*shocks).importers == outcome(*reversed(shocks)).importers


def test_a_tariff_counts_by_the_weeks_it_is_levied_and_each_on_the_other(state):
    once = state(Tariff(("CHN",), (), "rare-earths", exactly(20.0), "exporter", Window(weeks=26))).market
    assert once.tariff.max() == pytest.approx(0.1)
    both = state(
        Tariff(("CHN",), (), "rare-earths", exactly(20.0), "exporter"),
        Tariff((), ("JPN",), "rare-earths", exactly(10.0), "importer"),
    )
    i, j, k = (both.labels.index(c) for c in ("CHN", "JPN", "VNM"))
    assert [both.market.tariff[at] for at in ((i, j), (k, j), (j, i))] == pytest.approx([0.32, 0.1, 0.0])


def test_a_tariff_is_part_of_what_buyers_pay(outcome):
    found = outcome(Tariff(*WHO, exactly(25.0), "importer"))
    (japan,) = found.importers
    assert 0 < japan.price_change_pct.low < japan.price_change_pct.high < 25
    assert japan.lost_t.low > 0
    assert found.gains[0].exporter != "CHN"


def test_under_a_quota_buyers_pay_for_being_served(outcome):
    (japan,) = outcome(replace(BAN, share=exactly(0.5))).importers
    assert japan.price_change_pct.low > 10


def test_lost_capacity_is_not_offered(state, outcome):
    told = state(Outage(("VNM",), *METAL_LOSS), Outage(("VNM",), "rare-earths", METAL, exactly(0.2), Window(weeks=26)))
    assert told.market.supply_factor[told.labels.index("VNM")] == pytest.approx((0.5 * 0.8 + 0.5) / 2)
    gone = outcome(Outage(("VNM",), "rare-earths", METAL, exactly(1.0)))
    japan = next(i for i in gone.importers if i.importer == "JPN")
    assert japan.lost_t.mid == pytest.approx(told.base_t[told.labels.index("VNM"), told.labels.index("JPN")])
    assert np.isfinite([japan.price_change_pct.high, gone.world_price_change_pct.high]).all()


def test_more_wanted_does_not_make_more(state):
    """Each exporter still supplies along its curve from what it sold before."""
    told = state(
        Surge(("JPN", "USA"), "rare-earths", METAL, exactly(0.5)), Panic(("IND",), "rare-earths", METAL, exactly(13))
    )
    wants = dict(zip(told.labels, told.demand, strict=True))
    assert [wants[c] for c in ("JPN", "USA", "IND", "DEU")] == pytest.approx([1.5, 1.5, 1.25, 1.0])
    assert told.reached == tuple(sorted(("IND", "JPN", "USA"), key=told.labels.index))
    draws = replace(draw_parameters(PARAMETERS, 8, 1), latent=np.zeros(8))
    found = clear(told.market, draws)
    cap, push = np.log1p(draws.spare)[:, None], draws.epsilon[:, None] * np.maximum(found.price_log, 0)
    rise = np.where(found.price_log > 0, cap * -np.expm1(-push / cap), draws.epsilon[:, None] * found.price_log)
    sold = told.base_t.sum(axis=1)
    at = sold > 0
    assert found.flow_t.sum(axis=2)[:, at] == pytest.approx((sold * np.exp(rise))[:, at], rel=1e-6)


def test_stocks_let_go_take_the_place_of_imports(state, outcome):
    told = state(Release(("JPN",), "rare-earths", REFINED, exactly(1000.0)), stage=REFINED)
    j = told.labels.index("JPN")
    content = 1000.0 / ((1 - told.demand[j]) * told.base_t[:, j].sum())
    low, high = (f([getattr(c.content, k) for c in told.trade.codes]) for f, k in ((min, "mid"), (max, "mid")))
    assert low <= content <= high
    ban = replace(BAN, stage=REFINED)
    (alone,) = outcome(ban, stage=REFINED).importers
    (eased,) = outcome(ban, Release(("JPN",), "rare-earths", REFINED, exactly(1000.0)), stage=REFINED).importers
    assert eased.lost_t == alone.lost_t
    assert eased.shortfall_t.mid < alone.shortfall_t.mid
    assert eased.replaced_t.mid > alone.replaced_t.mid
    flood = state(Release(("JPN",), "rare-earths", REFINED, exactly(1e9)), stage=REFINED)
    assert 0 < flood.demand[j] < 1e-5


def test_ranges_are_drawn_apart_and_named(state):
    shares = Band(0.2, 0.5, 0.8)
    one = state(Licence(*WHO, Band(0, 9, 17), shares), draws=64)
    assert [p.name for p in one.parameters] == ["delay_weeks", "refused_share"]
    assert one.market.stated_t.shape[0] == 64
    two = state(replace(BAN, share=shares), Outage(("VNM",), "rare-earths", METAL, shares), draws=64)
    assert [p.name for p in two.parameters] == ["share of shock 1", "lost_share of shock 2"]
    lost = 1 - two.market.supply_factor[:, two.labels.index("VNM")]
    assert abs(np.corrcoef(lost, 1 - left(two))[0, 1]) < 0.5
    assert np.quantile(lost, [0, 0.5, 1]) == pytest.approx([0.2, 0.5, 0.8], abs=0.02)
    assert left(two).min() >= 0.2


def test_trade_before_is_that_of_the_year_before_the_shock(rare_earths, state):
    assert state(replace(BAN, window=Window(date(2010, 9, 21)))).trade.year == 2009
    assert state(replace(BAN, window=Window(date(1901, 1, 1))), stage=REFINED).trade.year == rare_earths.years[0]
    assert state(BAN).trade.year == rare_earths.years[-1]


def test_what_is_granted_is_said(state):
    told = state(half(Window(weeks=26)), Licence(*WHO, exactly(9), exactly(0.1)), Panic(("JPN",), *METAL_LOSS))
    words = " ".join(told.assumptions)
    for part in ("shock 1: a year's trade is hit for 26 of 52 weeks", "late, not lost", "held to the year's end"):
        assert part in words


def test_a_shock_that_reaches_nothing_is_no_part_of_the_market(state):
    nobody = ExportCut(("ISL",), ("JPN",), "rare-earths", exactly(1.0))
    late = replace(BAN, window=Window(date(2027, 6, 1)))
    told = state(nobody, replace(BAN, window=Window(DAY)), late)
    assert [s.window.start for s in told.shocks] == [DAY]
    with pytest.raises(NoDataError, match="ISL has no sales to these targets on record"):
        state(nobody)
    with pytest.raises(NoDataError, match="no shock is about it"):
        state(replace(BAN, mineral="cobalt"))
    with pytest.raises(NoDataError, match="ATA has no purchases on record"):
        state(Surge(("ATA",), *METAL_LOSS))


def test_the_stages_a_shock_is_about(rare_earths):
    assert stages_meant(rare_earths, BAN) == (REFINED, METAL, Stage.COMPONENT)
    assert stages_meant(rare_earths, replace(BAN, hs=("280530",))) == (METAL,)
    with pytest.raises(ScenarioError, match="traded under 284690 too"):
        stages_meant(rare_earths, replace(BAN, hs=("284610",)))
    with pytest.raises(ScenarioError, match="no trade code meant is of this stage"):
        stages_meant(rare_earths, replace(BAN, stage=Stage.ORE))
    with pytest.raises(ScenarioError, match="tonnes of two cannot be added"):
        stages_meant(rare_earths, Quota(*WHO, exactly(1.0)))
