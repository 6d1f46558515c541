"""A balance becomes a steady chain, a scenario its drivers, the runs what a reader asks."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from monazite.core.errors import NoDataError
from monazite.core.values import Band, Stage
from monazite.network.balance import Balance, balance
from monazite.network.supply import Step
from monazite.reference.figures import by_products, sea_ways
from monazite.reference.values import Ways
from monazite.scenario.values import (
    Closure,
    ExportCut,
    Licence,
    Outage,
    Panic,
    Quota,
    Release,
    Scenario,
    Shock,
    Surge,
    Tariff,
    Window,
    exactly,
)
from monazite.simulation.ranges import drawn
from monazite.simulation.values import Parameter
from monazite.simulation.weekly import compiled, runs
from monazite.simulation.weekly.build import REST, Good, setting_of
from monazite.simulation.weekly.drive import closures, driven, last_week, ranges
from monazite.simulation.weekly.habits import PARAMETERS, habits_of
from monazite.simulation.weekly.outcome import watch
from monazite.simulation.weekly.pattern import with_pattern
from monazite.simulation.weekly.play import horizon, play

YEAR = 52.0
STAGES = Stage.ORE, Stage.METAL
NAMES = ("CHN", "JPN", "AUS", "AAA", "BBB")
CHN, JPN, AUS = range(3)


def small_balance() -> Balance:
    """China mines and smelts, Australia mines; Japan uses metal, most of it China's."""
    production, use, stocks, sd = np.zeros((4, 2, 5))
    flow = np.zeros((2, 5, 5))
    production[1, CHN], production[0, AUS], production[1, AUS] = 40 * YEAR, 60 * YEAR, 10 * YEAR
    flow[0, AUS, CHN] = 40 * YEAR
    flow[1, CHN, JPN], flow[1, AUS, JPN], flow[1, 3, 4] = 20 * YEAR, 10 * YEAR, 1 * YEAR
    use[1, CHN], use[1, JPN], use[1, 4] = 20 * YEAR, 28 * YEAR, 1 * YEAR
    stocks[0, AUS], stocks[0, CHN], stocks[1, JPN], stocks[1, 3] = 10 * YEAR, 0, 2 * YEAR, -1 * YEAR
    return Balance(
        mineral="rare-earths",
        year=2024,
        stages=STAGES,
        countries=NAMES,
        production_t=production,
        flow_t=flow,
        use_t=use,
        stock_change_t=stocks,
        steps=(Step(Stage.ORE, Stage.METAL, exactly(0.8), 1.0, 0.2, "assumption"),),
        inferred=(False, False),
        untraded=(False, False),
        production_sd=sd,
        flow_sd=flow,
        moved=(),
        residual_t=0.0,
        sources=("wmd",),
    )


def small_ways() -> Ways:
    days, later = np.full((2, 5, 5), np.nan)
    days[AUS, JPN] = days[AUS, CHN] = 15.0
    days[CHN, JPN] = 5.0
    later[:] = 0.0
    later[AUS, JPN], later[AUS, CHN] = 21.0, np.inf
    return Ways(NAMES, days, {("malacca",): later}, ("searoute",))


SETTING = setting_of([small_balance()], small_ways())
ORE, METAL = range(2)


def scenario(*shocks: Shock) -> Scenario:
    return Scenario("a test", shocks, "hypothetical", "test")


def drivers(*shocks: Shock, weeks: int = 30, draws: int = 4) -> Any:
    told = scenario(*shocks)
    values = drawn((*PARAMETERS, *ranges(told)), draws, np.random.default_rng(1))
    return driven(SETTING, {}, told, values, weeks)


def arc(good: int, seller: int, buyer: int) -> int:
    chain = SETTING.chain
    names = [chain.countries.index(NAMES[i]) for i in (seller, buyer)]
    (at,) = np.flatnonzero((chain.good == good) & (chain.seller == names[0]) & (chain.buyer == names[1]))
    return int(at)


def test_a_balance_is_a_steady_chain_and_what_is_on_no_record_goes_on():
    chain = SETTING.chain
    assert chain.countries == ("CHN", "JPN", "AUS", "AAA", "BBB", REST)
    assert SETTING.goods == (Good("rare-earths", Stage.ORE), Good("rare-earths", Stage.METAL))
    assert chain.production_t[METAL, CHN] == 40
    assert chain.step_input_t.tolist() == [pytest.approx(0.8 / 0.8)]
    assert chain.unrecorded_t[METAL, 3] == pytest.approx(1)
    assert chain.unrecorded_t[METAL, JPN] == pytest.approx(-2)
    assert chain.recycled_share.tolist() == [0.0, 0.2]
    assert chain.lag_weeks[[arc(METAL, CHN, JPN), arc(METAL, AUS, JPN), arc(METAL, 3, 4)]].tolist() == [1, 2, 1]
    assert SETTING.sources == ("searoute", "wmd")
    habits = habits_of(drawn(PARAMETERS, 3, np.random.default_rng(1)), STAGES)
    (run,) = runs(chain, habits, drivers(Closure(("malacca",), Window(weeks=0))).drivers, compiled.advance)
    assert not run.unmet_t.any()
    assert (run.stock_t == run.stock_t[:, :1]).all()


def test_small_countries_are_one_and_nothing_is_lost(monkeypatch):
    monkeypatch.setattr("monazite.simulation.weekly.build._LARGEST", 2)
    chain = setting_of([small_balance()], small_ways(), apart=("JPN",)).chain
    assert chain.countries == ("CHN", "JPN", "AUS", REST)
    assert chain.use_t.sum() == pytest.approx(49)
    assert chain.unrecorded_t[METAL, 3] == pytest.approx(1)
    with pytest.raises(NoDataError, match="no stage"):
        setting_of([replace(small_balance(), stages=())], small_ways())


def test_by_products_are_tied_to_hosts_in_the_chain():
    other = replace(small_balance(), mineral="gallium")
    hosts = {
        "mineral": np.array(["gallium", "gallium"]),
        "stage": np.array(["metal", "metal"]),
        "host": np.array(["rare-earths", "zinc"]),
        "host_stage": np.array(["ore", "metal"]),
        "share": np.array([0.9, 0.1]),
    }
    chain = setting_of([small_balance(), other], small_ways(), hosts).chain
    assert (chain.by_product.tolist(), chain.host.tolist(), chain.host_share.tolist()) == ([3], [0], [0.9])


def test_cuts_meet_and_ramps_rise():
    first = ExportCut(("CHN",), ("JPN",), "rare-earths", exactly(0.5), Window(weeks=10, ramp_weeks=4))
    other = ExportCut(("CHN", "AUS"), (), "rare-earths", exactly(0.4), Window(weeks=20))
    d = drivers(first, other).drivers
    limit = d.limit[0][:, d.arc_group]
    chn, aus = arc(METAL, CHN, JPN), arc(METAL, AUS, JPN)
    np.testing.assert_allclose(limit[:5, chn], 0.6 * (1 - 0.5 * np.array([0.125, 0.375, 0.625, 0.875, 1])))
    np.testing.assert_allclose(limit[9:20, aus], 0.6)
    assert np.isinf(limit[20:, [chn, aus]]).all()
    assert np.isinf(limit[:, arc(ORE, AUS, CHN)]).all()  # who cut together do not cut each other off
    assert np.isinf(limit[:, arc(METAL, 3, 4)]).all()


def test_a_range_is_drawn_and_kept_by_name():
    wide = ExportCut(("CHN",), ("JPN",), "rare-earths", Band(0.2, 0.5, 0.9), Window(weeks=8))
    late = Licence(("AUS",), (), "rare-earths", Band(2, 4, 8), exactly(0.25), Window(weeks=8))
    assert [p.name for p in ranges(scenario(wide))] == ["share"]
    assert [p.name for p in ranges(scenario(wide, late))] == ["share of shock 1", "delay_weeks of shock 2"]
    d = drivers(wide, late, draws=50).drivers
    cut = 1 - d.limit[:, 0, d.arc_group[arc(METAL, CHN, JPN)]]
    assert cut.min() < 0.25
    assert cut.max() > 0.8
    assert np.median(cut) == pytest.approx(0.5, abs=0.02)
    group = d.arc_group[arc(ORE, AUS, CHN)]
    assert (d.limit[:, :8, group] == 0.75).all()
    assert set(np.unique(d.delay_weeks[:, :8, group])) == set(range(2, 9))
    assert not d.delay_weeks[:, 8:].any()


def test_outage_surge_panic_and_release_are_at_their_places():
    window = Window(weeks=10)
    found = drivers(
        Outage(("CHN",), "rare-earths", Stage.METAL, exactly(0.3), window),
        Outage(("CHN",), "rare-earths", Stage.METAL, exactly(0.5), Window(weeks=5)),
        Surge(("JPN",), "rare-earths", Stage.METAL, exactly(0.2), window),
        Panic(("JPN",), "rare-earths", Stage.METAL, exactly(3.0), window),
        Release(("JPN",), "rare-earths", Stage.METAL, exactly(100.0), window),
    )
    d, group = found.drivers, found.drivers.place_group
    assert found.not_shown == ()
    np.testing.assert_allclose(d.capacity[0, [0, 5, 10], group[METAL, CHN]], [0.35, 0.7, 1])
    assert (d.demand[0, [9, 10], group[METAL, JPN]] == [1.2, 1]).all()
    cover = drawn(PARAMETERS, 4, np.random.default_rng(1))["cover_metal"]
    np.testing.assert_allclose(d.cover[:, 0, group[METAL, JPN]], 1 + 3 / cover)
    let_go = d.release[0, :, group[METAL, JPN]].sum() * SETTING.chain.claims_t[METAL, JPN]
    assert let_go == pytest.approx(100)
    assert (group[ORE] == 0).all()


def test_a_closed_passage_sends_ships_round_or_lets_them_wait():
    d = drivers(Closure(("malacca",), Window(weeks=10))).drivers
    to_japan, to_china = (d.arc_group[arc(g, AUS, b)] for g, b in ((METAL, JPN), (ORE, CHN)))
    assert d.delay_weeks[0, :12, to_japan].tolist() == [3] * 8 + [2, 1, 0, 0]  # at the end waiting is shorter
    assert (d.limit[0, :10, to_china] == 0).all()
    assert np.isinf(d.limit[0, 10:, to_china]).all()
    assert d.arc_group[arc(METAL, CHN, JPN)] == 0
    one = Closure(("malacca",), Window(weeks=4))
    both = scenario(one, Closure(("sunda", "lombok"), Window(weeks=2)))
    assert closures(both, 10) == (("lombok", "malacca", "sunda"), ("malacca",))


def test_weeks_count_from_the_earliest_day():
    early = ExportCut(("CHN",), ("JPN",), "rare-earths", exactly(1.0), Window(date(2026, 1, 6), 4))
    late = ExportCut(("AUS",), ("JPN",), "rare-earths", exactly(1.0), Window(date(2026, 2, 3), 6))
    d = drivers(early, late).drivers
    limit = d.limit[0][:, d.arc_group]
    assert np.flatnonzero(limit[:, arc(METAL, CHN, JPN)] == 0).tolist() == [0, 1, 2, 3]
    assert np.flatnonzero(limit[:, arc(METAL, AUS, JPN)] == 0).tolist() == list(range(4, 10))
    assert last_week(scenario(early, late)) == 10
    assert horizon(scenario(early, late)) == 62


def test_what_the_chain_cannot_show_is_said():
    found = drivers(
        Tariff(("CHN",), (), "rare-earths", exactly(25.0), "importer"),
        ExportCut(("BBB",), ("JPN",), "rare-earths", exactly(1.0)),
        Surge(("AUS",), "rare-earths", Stage.METAL, exactly(0.5)),
        Outage(("JPN",), "rare-earths", Stage.ORE, exactly(0.5)),
    )
    assert [reason.split(":")[0] for _, reason in found.not_shown] == [
        "the weekly chain knows no costs, and the yearly market no trade it would move",
        "no flow it is about is on record in tonnes contained",
        "nothing of it is made, used or held there on record",
        "nothing of it is made, used or held there on record",
    ]
    assert np.isinf(found.drivers.limit).all()


def played(*shocks: Shock, draws: int = 40, **more: Any) -> Any:
    return play(SETTING, {}, scenario(*shocks), compiled.advance, draws, **more)[0]


def test_orders_move_as_the_market_does_while_shocks_are_in_force(rare_earths):
    found = balance(rare_earths, rare_earths.years[-1])
    ways = Ways(found.countries, np.full((len(found.countries),) * 2, np.nan), {})
    setting = setting_of([found], ways, apart=("CHN", "JPN"))
    chain, networks = setting.chain, {"rare-earths": rare_earths}
    cut = ExportCut(("CHN",), ("JPN",), "rare-earths", Band(0.2, 0.5, 0.9), Window(weeks=10), Stage.METAL)
    tax = Tariff(("CHN",), ("USA",), "rare-earths", exactly(50.0), "importer", Window(weeks=4), Stage.METAL)
    both = scenario(cut, tax)
    values = drawn((*PARAMETERS, *ranges(both)), 2, np.random.default_rng(1))
    still = driven(setting, {}, both, values, 20)
    assert [s for s, _ in still.not_shown] == [tax]
    told = driven(setting, networks, both, values, 20)
    assert told.not_shown == ()
    moved = told.drivers
    assert moved.pattern_t is not None
    assert moved.pattern_weeks is not None
    assert np.flatnonzero(moved.pattern_weeks).tolist() == list(range(10))
    change = moved.pattern_t[0] / chain.flow_t
    metal = chain.good == setting.goods.index(Good("rare-earths", Stage.METAL))
    assert (change[~metal] == 1).all()
    seller, buyer = (np.array(chain.countries)[x] for x in (chain.seller, chain.buyer))
    assert change[metal & (seller == "CHN") & (buyer == "JPN")] == pytest.approx([0.5])
    assert change[metal & (seller == "VNM") & (buyer == "JPN")] > 1
    assert change[metal & (seller == "CHN") & (buyer == "USA")] < 0.9
    assert with_pattern(moved, setting, networks, scenario(Closure(("suez",)))) is moved


def test_a_ban_runs_stocks_down_and_is_over_after_it():
    ban = ExportCut(("CHN",), ("JPN",), "rare-earths", exactly(1.0), Window(date(2026, 1, 6), 26))
    found = played(ban)
    use = next(p for p in found.uses if p.country == "JPN")
    assert (use.stage, use.before_t_per_week) == (Stage.METAL, 28)
    assert use.short_draws_share > 0.9
    assert use.impact_weeks.mid == 1  # a week under way
    assert 3 < use.survive_weeks.low < use.survive_weeks.mid < use.survive_weeks.high < 30
    assert 0 < use.missing_share.low < use.missing_share.mid < use.missing_share.high < 20 / 28 * 26 / 78
    assert use.missing_t.mid == pytest.approx(use.missing_share.mid * 28 * 78)
    assert use.recover_weeks.high < 30
    assert max(use.price_trail_pct.mid) > 20
    assert abs(use.price_trail_pct.mid[0]) < max(use.price_trail_pct.mid)
    assert found.makers[0].country == "CHN"
    assert (found.weeks, found.last_week, found.residual_share < 1e-12) == (78, 26, True)
    assert found.unrecorded_share["rare-earths, metal"] == pytest.approx(1 / 84)
    assert played(ban) == found
    assert played(ban, seed=2) != found


def test_a_release_and_longer_cover_help():
    ban = ExportCut(("CHN",), ("JPN",), "rare-earths", exactly(1.0), Window(weeks=26))
    missing = played(ban).uses[0].missing_t.mid
    let_go = Release(("JPN",), "rare-earths", Stage.METAL, exactly(200.0), Window(weeks=26))
    assert missing - 200 <= played(ban, let_go).uses[0].missing_t.mid < missing - 50


def test_no_shortage_is_no_place_and_never_is_none():
    small = ExportCut(("CHN",), ("JPN",), "rare-earths", exactly(0.001), Window(weeks=2))
    found = played(small)
    assert found.uses == ()
    ban = ExportCut(("CHN",), ("JPN",), "rare-earths", Band(0.0, 0.0, 1.0), Window(weeks=26))
    (japan,) = (p for p in played(ban).uses if p.country == "JPN")
    assert 0 < japan.short_draws_share < 0.5
    assert (japan.survive_weeks.mid, japan.survive_weeks.high) == (None, None)
    assert japan.longest_weeks.mid == 0


def test_chunks_are_watched_as_one():
    told = scenario(ExportCut(("CHN",), ("JPN",), "rare-earths", exactly(1.0), Window(weeks=26)))
    values = drawn(PARAMETERS, 30, np.random.default_rng(1))
    habits, d = habits_of(values, STAGES), driven(SETTING, {}, told, values, 60).drivers
    whole, parts = (
        watch(runs(SETTING.chain, habits, d, compiled.advance, n), SETTING, 26, ("JPN",), values) for n in (30, 7)
    )
    assert {p.country: p for p in parts.uses}["JPN"] == {p.country: p for p in whole.uses}["JPN"]
    assert parts.prices == whole.prices


def test_values_by_draw_cover_the_ranges_evenly():
    values = drawn((Parameter("x", Band(0, 1, 3), "", ""),), 100, np.random.default_rng(1))["x"]
    assert (values < 1).sum() == 50
    np.testing.assert_allclose(np.sort(values)[[0, -1]], [0, 3], atol=0.05)


def test_a_quota_limits_by_its_share_of_gross_trade(rare_earths):
    year = rare_earths.years[-1]
    found = balance(rare_earths, year)
    ways = Ways(found.countries, np.full((len(found.countries),) * 2, np.nan), {})
    setting = setting_of([found], ways, apart=("CHN", "JPN"))
    quota = Quota(("CHN",), ("JPN",), "rare-earths", exactly(1000.0), Window(weeks=10), Stage.METAL)
    told = scenario(quota)
    values = drawn(PARAMETERS, 1, np.random.default_rng(1))
    d = driven(setting, {"rare-earths": rare_earths}, told, values, 20).drivers
    rows = rare_earths.year == rare_earths.year_position(year)
    rows &= np.isin(rare_earths.code, rare_earths.codes_at(Stage.METAL))
    rows &= (rare_earths.exporter == rare_earths.position("CHN")) & (
        rare_earths.importer == rare_earths.position("JPN")
    )
    assert d.limit[0, 0, 1] == pytest.approx(1000 / rare_earths.gross_t[rows].sum())
    assert np.isinf(d.limit[0, 10:, 1]).all()
    nothing = replace(rare_earths, gross_t=0 * rare_earths.gross_t)
    assert [s for s, _ in driven(setting, {"rare-earths": nothing}, told, values, 20).not_shown] == [quota]


def test_ways_by_sea_are_those_of_the_tables(store):
    countries = ("ARE", "AUS", "CHN", "DEU", "JPN", "MNG")
    closed = [("malacca",), ("hormuz",), ("babelmandeb", "suez"), ("hormuz", "malacca")]
    ways = sea_ways(store, countries, closed)
    at = {c: i for i, c in enumerate(countries)}
    days = ways.days
    np.testing.assert_array_equal(days, days.T)
    (listed,) = store.rows(
        "SELECT days_mid FROM lanes JOIN ports a ON origin = a.port JOIN ports b ON destination = b.port "
        "WHERE a.main = 'yes' AND b.main = 'yes' AND a.country || b.country IN ('CHNJPN', 'JPNCHN')"
    )
    assert days[at["CHN"], at["JPN"]] == listed[0]
    assert np.isnan(days[at["AUS"], at["AUS"]])
    assert np.isinf(ways.more_days[("hormuz",)][at["ARE"], at["JPN"]])
    assert not ways.more_days[("hormuz",)][at["AUS"], at["JPN"]]
    suez = ways.more_days[("babelmandeb", "suez")][at["CHN"], at["DEU"]]
    assert 5 < suez < 15
    both, one = (ways.more_days[c][at["CHN"], at["DEU"]] for c in (("hormuz", "malacca"), ("malacca",)))
    assert both == one > 0
    assert "searoute" in ways.sources


def test_each_coupling_of_the_tables_names_goods_and_a_share(store):
    rows = by_products(store)
    assert {"mineral", "stage", "host", "host_stage", "share", "source_id"} == set(rows)
    assert ((rows["share"] > 0) & (rows["share"] <= 1)).all()


def test_the_compiler_is_loaded_only_to_play():
    code = "import sys, monazite.cli.shock; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numba", "llvmlite"} & set(done.stdout.split())
