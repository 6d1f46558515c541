"""A plan played through the weekly chain."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from monazite.core.values import Stage
from monazite.plan.abroad import World, as_in_chain, world_of
from monazite.plan.chain import Case, outlook_of
from monazite.plan.played import TOLERANCE, Check, play_plan
from monazite.plan.programme import make_plan
from monazite.plan.values import Choices, Kind, Problem
from monazite.scenario.values import Closure, ExportCut, Scenario, Window, exactly
from monazite.simulation.weekly.build import Good, Setting
from monazite.simulation.weekly.plain import advance
from monazite.simulation.weekly.values import Chain

from .conftest import lever, two_countries

NONE = np.zeros(0, dtype=np.int64)
BAN = ExportCut(("CHN",), ("JPN",), "rare-earths", exactly(1.0), Window(weeks=26), Stage.COMPONENT)
CASE = Case("ban", Scenario("ban", (BAN,), "hypothetical", "test"), 0.5)
QUARTERS = 8


@pytest.fixture(scope="module")
def world(rare_earths) -> World:
    """JPN buys 400 t of magnets a year from CHN and makes 52; IND makes the 104 t it uses."""
    chain = Chain(
        goods=("rare-earths, component",),
        countries=("JPN", "IND", "CHN"),
        production_t=np.array([[52.0, 104.0, 400.0]]) / 52,
        use_t=np.array([[452.0, 104.0, 0.0]]) / 52,
        unrecorded_t=np.zeros((1, 3)),
        good=np.array([0]),
        seller=np.array([2]),
        buyer=np.array([0]),
        flow_t=np.array([400.0]) / 52,
        lag_weeks=np.array([1]),
        step_start=NONE,
        step_end=NONE,
        step_input_t=np.zeros(0),
        recycled_share=np.zeros(1),
        by_product=NONE,
        host=NONE,
        host_share=np.zeros(0),
    )
    setting = Setting(chain, (Good("rare-earths", Stage.COMPONENT),), {"rare-earths": 2024}, {}, {}, ())
    return world_of(setting, rare_earths, (CASE,), advance, QUARTERS)


def problem_of(world: World, network, *levers, case: Case = CASE) -> Problem:
    """The partners of the world's chain, as it sees what may come."""
    small = two_countries()
    chain = replace(
        small.chain,
        production_t=np.array([[52.0], [104.0]]),
        use_t=np.array([[452.0], [104.0]]),
        stock_t=np.array([[452.0], [104.0]]) * 4 / 52,
    )
    outlook, _ = outlook_of(chain, network, (case,), QUARTERS)
    return as_in_chain(Problem(chain, outlook, levers, Choices()), world)


def played(world: World, network, *levers, bare: bool = False, case: Case = CASE) -> Check:
    """The check of a plan that holds all there can be of some levers, which cost nothing."""
    problem = problem_of(world, network, *levers, case=case)
    without = make_plan(replace(problem, levers=()))
    plan = make_plan(problem)
    plan = replace(plan, amount_t=np.array([v.limit_t for v in problem.levers]) * (not bare))
    return play_plan(problem, without, plan, world, draws=3)


def test_a_stockpile_avoids_in_the_chain_what_the_programme_says(world, rare_earths):
    """200 t are missing in half a year; 60 in stock are 60 less, and nobody orders them again."""
    found = played(world, rare_earths, lever(Kind.STOCK, "JPN", Stage.COMPONENT, 0.0, 60.0))
    assert found.agrees
    assert found.programme_avoided_musd == pytest.approx(0.5 * 60 * 0.1, rel=1e-6)
    assert found.avoided_musd.mid == pytest.approx(found.programme_avoided_musd, rel=TOLERANCE)
    assert found.shared_musd == pytest.approx((0.4, 0.4))  # the 8 t that industry in IND holds
    assert found.not_played == ()


def test_without_a_plan_nothing_is_avoided(world, rare_earths):
    found = played(world, rare_earths, lever(Kind.STOCK, "JPN", Stage.COMPONENT, 0.0, 60.0), bare=True)
    assert found.avoided_musd.high == pytest.approx(0.0, abs=1e-9)
    assert found.chain[0].worth_musd.min() > 1


def test_a_lever_gives_its_part_in_every_week_that_is_short(world, rare_earths):
    """40 t a year are 20 in the ban's half year, and more while orders find their way back after it.

    What scrap gives before the ban is in stock; plants give all they can make; who is banned delivers nothing.
    """
    thrift, recycling, capacity, contract = (
        played(world, rare_earths, lever(kind, "JPN", Stage.COMPONENT, 0.0, 40.0, **more)).avoided_musd.mid
        for kind, more in (
            (Kind.THRIFT, {}),
            (Kind.RECYCLING, {}),
            (Kind.CAPACITY, {}),
            (Kind.OFFTAKE, {"supplier": "CHN"}),
        )
    )
    assert 0.5 * 20 * 0.1 < thrift < 0.5 * 40 * 0.1
    assert thrift < recycling < 1.4 * thrift
    assert capacity == pytest.approx(thrift, rel=TOLERANCE)
    assert contract < 0.5 * recycling


def test_plants_where_nothing_was_made_are_not_played(world, rare_earths):
    bare = replace(world.setting.chain, production_t=np.array([[0.0, 2.0, 452 / 52]]), flow_t=np.array([452 / 52]))
    found = played(
        world_of(replace(world.setting, chain=bare), rare_earths, (CASE,), advance, QUARTERS),
        rare_earths,
        lever(Kind.CAPACITY, "JPN", Stage.COMPONENT, 0.0, 40.0),
    )
    assert found.not_played == ("capacity JPN component",)
    assert found.avoided_musd.mid == 0
    assert not found.agrees


def test_the_programme_sees_what_the_chain_sees(world, rare_earths):
    """Nothing from CHN in the two quarters of the ban; then orders find their way back, and a little more."""
    outlook = problem_of(world, rare_earths).outlook
    arrives = 400 * outlook.open_share[0, :, 2, 0, 0] + outlook.more_t[0, :, 0, 0]
    assert arrives[:2] == pytest.approx([400 / 13, 0], abs=1)  # a week's goods are at sea
    assert 0 < arrives[2] < 400 < arrives[4:6].mean()
    assert arrives[-1] == pytest.approx(400, rel=0.1)
    calm = outlook.names.index("nothing")
    assert (outlook.more_t[calm] == 0).all()
    assert (outlook.asked_share[calm] == 1).all()
    assert (outlook.planned_share[calm] == 1).all()
    assert outlook.planned_share[0, 0, 0, 0] > 1  # makers in JPN fill what they can


def test_without_a_plan_both_miss_the_same(world, rare_earths):
    found = played(world, rare_earths, lever(Kind.STOCK, "JPN", Stage.COMPONENT, 0.0, 60.0))
    programme, chain = found.programme[0], found.central[0]
    assert programme.worth_musd == pytest.approx(chain.worth_musd, rel=0.1)
    assert programme.unmet_t[0, 0] == pytest.approx(chain.unmet_t[0, 0], rel=0.1)


def test_what_sails_round_a_closed_passage_is_late(world, rare_earths):
    """Some of four weeks' goods do not arrive in the first quarter, as far as no more is ordered for the longer way."""
    setting = replace(world.setting, more_weeks={("malacca",): np.array([4.0])}, shut_share={("malacca",): np.zeros(1)})
    shut = Closure(("malacca",), Window(weeks=26))
    case = Case("shut", Scenario("shut", (shut,), "hypothetical", "test"), 0.5)
    round_ = world_of(setting, rare_earths, (case,), advance, QUARTERS)
    outlook = problem_of(round_, rare_earths, case=case).outlook
    late = outlook.more_t[0, :, 0, 0] / 4
    assert -4 * 400 / 52 < late[0] < -10
    assert late.sum() == pytest.approx(0, abs=5)  # it comes later
    assert 400 * outlook.late_share[0, :, 0, 0] / 4 == pytest.approx(-late)  # all of it sails through


@pytest.fixture(scope="module")
def no_way(world, rare_earths) -> tuple[World, Case]:
    """For half a year nothing gets from CHN to JPN, as likely as not."""
    ways = {"more_weeks": {("hormuz",): np.zeros(1)}, "shut_share": {("hormuz",): np.ones(1)}}
    shut = Closure(("hormuz",), Window(weeks=26))
    case = Case("shut", Scenario("shut", (shut,), "hypothetical", "test"), 0.5)
    return world_of(replace(world.setting, **ways), rare_earths, (case,), advance, QUARTERS), case


def test_a_second_route_brings_what_a_closed_passage_would_hold_up(no_way, rare_earths):
    """All of it, and nothing is missed; half of it, and the chain agrees with the programme on what that avoids."""
    closed, case = no_way
    whole, half = (
        played(closed, rare_earths, lever(Kind.ROUTE, "JPN", Stage.COMPONENT, 0.0, limit), case=case)
        for limit in (1e6, 200.0)
    )
    assert whole.programme[1].worth_musd == pytest.approx(0, abs=1e-6)
    assert whole.central[1].worth_musd == pytest.approx(0, abs=0.02 * whole.central[0].worth_musd[0])
    assert 0.3 * whole.programme_avoided_musd < half.programme_avoided_musd < 0.9 * whole.programme_avoided_musd
    assert whole.agrees
    assert half.agrees


def test_a_second_route_is_no_lever_where_nothing_is_held_up(world, no_way, rare_earths):
    closed, case = no_way
    ways = [lever(Kind.ROUTE, p, Stage.COMPONENT, 100.0, 1e6) for p in ("JPN", "IND")]
    assert problem_of(world, rare_earths, *ways).levers == ()
    (kept,) = problem_of(closed, rare_earths, *ways, case=case).levers
    assert (kept.partner, kept.limit_t) == ("JPN", pytest.approx(400))
    plan = make_plan(problem_of(closed, rare_earths, *ways, case=case))
    assert 200 < plan.amount_t[0] <= 400  # 100 USD a tonne a year, where one that is not there costs 100,000
