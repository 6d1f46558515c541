"""Balance, scenarios and rows of levers become a problem."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from monazite.core.errors import NoDataError, ScenarioError
from monazite.core.values import Band, Stage
from monazite.network.balance import balance
from monazite.plan.chain import Case, Offer, chain_of, lever_of, outlook_of, prices
from monazite.plan.programme import make_plan
from monazite.plan.values import Chain, Choices, Kind, Outlook, Problem
from monazite.scenario.values import (
    Closure,
    ExportCut,
    Licence,
    Outage,
    Panic,
    Quota,
    Scenario,
    Surge,
    Tariff,
    Window,
    exactly,
)

MINERAL = "rare-earths"
YEAR = Window(weeks=52)


@pytest.fixture(scope="module")
def chain(rare_earths) -> Chain:
    found = balance(rare_earths, 2024)
    return chain_of(found, ("JPN", "IND"), prices(rare_earths, found), np.full((2, 4), 5.0), np.full(4, 8.0), {"MYS"})


def case(*shocks, probability=1.0):
    return Case("test", Scenario("test", shocks, "hypothetical", "test"), probability)


def at(chain: Chain, country: str, partner: str, stage: Stage):
    return chain.countries.index(country), chain.partners.index(partner), chain.stages.index(stage)


def test_the_chain_closes_as_the_balance_does(chain):
    """All that enters a partner's stage leaves it: production, imports, the unrecorded; inputs, use, sales, sharing."""
    between = np.stack([chain.inflow_t[:2].sum(axis=1)[p] for p in range(2)])
    enters = chain.production_t + chain.inflow_t.sum(axis=0) + chain.other_t
    leaves = chain.production_t @ chain.need.T + chain.use_t + chain.sales_t + between
    assert (enters >= leaves - 1e-6 * (1 + leaves)).all()
    assert chain.countries[:2] == ("JPN", "IND")
    assert chain.countries[-1] == "ROW"
    assert {"CHN", "MYS", "VNM"} <= set(chain.countries)
    assert chain.need[chain.stages.index(Stage.ORE), chain.stages.index(Stage.REFINED)] == pytest.approx(0.99 / 0.75)


def test_without_trouble_nothing_is_missing_and_nothing_bought(chain):
    ones = np.ones((1, 12, 2, 4))
    calm = Outlook(("calm",), np.ones(1), np.ones((1, 12, *chain.inflow_t.shape)), ones, ones)
    offer = Offer(Kind.STOCK, "JPN", Stage.METAL, "", exactly(0.1), "price_share_per_yr", 180, "days", 0, 2, "test", "")
    lever = lever_of(offer, chain, exactly(0.1))
    plan = make_plan(Problem(chain, calm, (lever,), Choices()))
    assert plan.cost_musd == pytest.approx(0, abs=1e-6)
    assert plan.unmet_t.max() == pytest.approx(0, abs=1e-6)


def test_prices_are_those_of_the_worlds_trade(rare_earths):
    found = balance(rare_earths, 2024)
    ore, refined, metal, component = prices(rare_earths, found)
    assert refined == pytest.approx(20_202, rel=1e-3)
    assert refined < metal < component
    assert ore == pytest.approx(0.75 * refined)


def test_a_stage_that_nobody_counts_costs_what_goes_into_it(rare_earths):
    """Only refined goods have a code: metal is as dear, and magnets by their yield of 0.75."""
    codes = (c if c.stage is Stage.REFINED else replace(c, stage=Stage.ORE, content=None) for c in rare_earths.codes)
    only = replace(rare_earths, codes=tuple(codes))
    found = balance(rare_earths, 2024)
    ore, refined, metal, component = prices(only, found)
    assert ore == pytest.approx(0.75 * refined)
    (into_metal,) = (s.output.mid for s in found.steps if s.end is Stage.METAL)
    (into_component,) = (s.output.mid for s in found.steps if s.end is Stage.COMPONENT)
    assert metal == pytest.approx(refined / into_metal)
    assert component == pytest.approx(metal / into_component)


def test_a_partner_in_no_table_is_refused(rare_earths):
    found = balance(rare_earths, 2024)
    with pytest.raises(NoDataError, match="XXX is in no table"):
        chain_of(found, ("JPN", "XXX"), np.ones(4), np.ones((2, 4)), np.ones(4), set())


def test_a_lever_in_tonnes_and_dollars(chain):
    metal = chain.stages.index(Stage.METAL)

    def made(**change):
        kinds = {
            "kind": Kind.STOCK,
            "supplier": "",
            "cost": Band(1.0, 2.0, 3.0),
            "cost_unit": "usd_per_t_yr",
            "limit": 9.0,
        }
        kinds |= {"limit_unit": "t", "partner": "JPN", "stage": Stage.METAL, "lead_quarters": 2, "block_t": 0.0}
        return lever_of(Offer(**(kinds | change), source="test", note=""), chain, capital_share=Band(0.05, 0.1, 0.2))

    assert made().cost_usd_per_t_yr == Band(1.0, 2.0, 3.0)
    assert made().limit_t == 9.0
    assert made(cost_unit="capital_usd_per_t").cost_usd_per_t_yr == Band(0.05, 0.2, 0.6000000000000001)
    price = chain.price_usd_per_t[metal]
    assert made(cost_unit="price_share_per_yr").cost_usd_per_t_yr.high == pytest.approx(3 * price)
    assert made(limit=0.1, limit_unit="share").limit_t == pytest.approx(0.1 * chain.use_t[0, metal])
    consumed = chain.use_t[0, metal] + chain.production_t[0, metal + 1] * chain.need[metal, metal + 1]
    assert made(limit=365, limit_unit="days").limit_t == pytest.approx(consumed)
    assert made(partner="USA") is None
    assert made(limit=0.5) is None
    assert made(kind=Kind.OFFTAKE, supplier="ABW") is None
    assert made(kind=Kind.OFFTAKE, supplier="MYS").name == "offtake JPN metal from MYS"


def test_a_ban_closes_its_arcs_for_its_year_whenever_it_begins(chain, rare_earths):
    cut = ExportCut(("CHN",), ("JPN",), MINERAL, exactly(1.0), YEAR)
    outlook, skipped = outlook_of(chain, rare_earths, [case(cut, probability=0.5)])
    assert skipped == ()
    assert outlook.names == (*(f"test, q{q}" for q in (1, 3, 5, 7, 9)), "nothing")
    assert outlook.probability == pytest.approx([0.1] * 5 + [0.5])
    c, p, s = at(chain, "CHN", "JPN", Stage.METAL)
    assert outlook.open_share[1, :, c, p, s].tolist() == [1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]
    untouched = outlook.open_share.copy()
    untouched[:, :, c, p] = 1
    assert (untouched == 1).all()
    assert (
        outlook.open_share[0, 0, c, p, chain.stages.index(Stage.ORE)] == 1
    )  # no code: a cut of trade does not name it
    assert (outlook.capacity_share == 1).all()
    assert (outlook.demand_factor == 1).all()


def test_a_range_is_three_scenarios(chain, rare_earths):
    cut = ExportCut(("CHN",), ("JPN",), MINERAL, Band(0.1, 0.4, 1.0), YEAR)
    outlook, _ = outlook_of(chain, rare_earths, [case(cut)])
    c, p, s = at(chain, "CHN", "JPN", Stage.METAL)
    assert len(outlook.names) == 15
    assert outlook.open_share[[0, 5, 10], 0, c, p, s] == pytest.approx([0.9, 0.6, 0.0])
    assert outlook.probability[[0, 5, 10]] * 5 == pytest.approx([0.3, 0.4, 0.3])


def test_licences_quotas_outages_and_surges(chain, rare_earths):
    licence = Licence(("CHN",), ("JPN",), MINERAL, exactly(6.5), exactly(0.2), YEAR, Stage.METAL)
    c, p, s = at(chain, "CHN", "JPN", Stage.METAL)
    outlook, _ = outlook_of(chain, rare_earths, [case(licence)])
    assert outlook.open_share[0, :5, c, p, s] == pytest.approx([0.4, 0.8, 0.8, 0.8, 1.0])  # late, then a part refused
    quota = Quota(("CHN",), (), MINERAL, exactly(1.0), YEAR, Stage.METAL)
    outlook, _ = outlook_of(chain, rare_earths, [case(quota)])
    assert outlook.open_share[0, 0, c, :, s] == pytest.approx([0, 0], abs=1e-3)
    outage = Outage(("IND", "VNM"), MINERAL, Stage.COMPONENT, exactly(0.5), YEAR)
    outlook, _ = outlook_of(chain, rare_earths, [case(outage)])
    assert outlook.capacity_share[0, 0, :, -1].tolist() == [1.0, 0.5]
    assert outlook.open_share[0, 0, chain.countries.index("VNM"), :, -1].tolist() == [0.5, 0.5]
    surge = Surge(("IND",), MINERAL, Stage.COMPONENT, exactly(0.3), YEAR)
    outlook, _ = outlook_of(chain, rare_earths, [case(surge)])
    assert outlook.demand_factor[0, 3, :, -1] == pytest.approx([1.0, 1.3])


def test_shocks_keep_their_distance(chain, rare_earths):
    first = ExportCut(("CHN",), ("JPN",), MINERAL, exactly(0.5), Window(date(2026, 1, 1), 13))
    second = ExportCut(("VNM",), ("JPN",), MINERAL, exactly(0.5), Window(date(2026, 4, 2), 13))
    outlook, _ = outlook_of(chain, rare_earths, [case(first, second)])
    c, p, s = at(chain, "CHN", "JPN", Stage.METAL)
    v = chain.countries.index("VNM")
    assert outlook.open_share[0, :3, c, p, s] == pytest.approx([0.5, 1, 1])
    assert outlook.open_share[0, :3, v, p, s] == pytest.approx([1, 0.5, 1])


def test_what_a_plan_does_not_show_is_said(chain, rare_earths):
    cut = ExportCut(("CHN",), ("JPN",), MINERAL, exactly(1.0), YEAR)
    others = (
        Tariff(("CHN",), ("JPN",), MINERAL, exactly(10.0), "importer"),
        Closure(("malacca",)),
        Panic(("JPN",), MINERAL, Stage.METAL, exactly(4.0)),
    )
    _, skipped = outlook_of(chain, rare_earths, [case(cut, *others)])
    assert skipped == ("test: a panic of rare-earths is not in the plan",)


def test_a_scenario_that_touches_nothing_is_refused(chain, rare_earths):
    elsewhere = ExportCut(("CHN",), ("USA",), MINERAL, exactly(1.0), YEAR)
    with pytest.raises(ScenarioError, match="touches nothing that JPN, IND buy, make or use of rare-earths"):
        outlook_of(chain, rare_earths, [case(elsewhere)])


@pytest.mark.parametrize("chances", [(0.7, 0.6), (-0.1, 0.5), (0.0, 0.5)])
def test_probabilities_have_to_be_such(chain, rare_earths, chances):
    cut = ExportCut(("CHN",), ("JPN",), MINERAL, exactly(1.0), YEAR)
    with pytest.raises(ScenarioError, match="probabilities"):
        outlook_of(chain, rare_earths, [case(cut, probability=p) for p in chances])
