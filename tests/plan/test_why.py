"""Why: the front, what to buy first, regret, other parameters."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from monazite.core.values import Band
from monazite.plan.programme import make_plan
from monazite.plan.values import restricted
from monazite.plan.why import front, regrets, robust, urgency, words

from .conftest import free, random_problem


def test_the_first_dollar_by_hand(japan_and_india):
    """A tonne of stock costs 10,000 and saves 0.5 x 100,000. A tonne a year of plants costs 20,000 and gives half a
    tonne in the ban: 0.5 x 0.5 x 99,000."""
    assert urgency(japan_and_india) == pytest.approx([5.0, 1.2375], abs=1e-6)
    assert urgency(restricted(japan_and_india, (1,))) == pytest.approx([0.0], abs=1e-6)


def test_what_costs_nothing_is_infinitely_urgent_where_it_saves(japan_and_india):
    assert urgency(free(japan_and_india)).tolist() == [np.inf, np.inf]
    assert urgency(free(restricted(japan_and_india, (1,)))).tolist() == [0.0]


def test_regret_by_hand(japan_and_india):
    """Levers of 9.5. In the ban 14.7 in all, and knowing it comes the same would be bought: no regret. Else all 9.5."""
    plan = make_plan(japan_and_india)
    regret = regrets(japan_and_india, plan)
    assert regret == pytest.approx([0, 9.5], abs=1e-7)


def test_more_money_never_hurts_and_no_money_buys_nothing():
    plans = front(random_problem(4), [0.0, 0.1, 0.5, 2.0, 50.0])
    assert plans[0].amount_t.max() == pytest.approx(0, abs=1e-9)
    assert all(b.cost_musd <= a.cost_musd + 1e-8 for a, b in pairwise(plans))


def test_regret_is_never_below_zero():
    problem = random_problem(4)
    assert (regrets(problem, make_plan(problem)) >= -1e-7).all()


def test_other_parameters(japan_and_india):
    def changed(problem, values):
        chain = replace(problem.chain, loss_usd_per_t=problem.chain.loss_usd_per_t * values["loss"])
        return replace(problem, chain=chain, choices=replace(problem.choices, freight_share=values["freight"]))

    bands = {"loss": Band(0.5, 1.0, 2.0), "freight": Band(0.01, 0.02, 0.03)}
    steps = list[str]()
    found = robust(japan_and_india, changed, bands, draws=10, seed=1, progress=steps.append)
    assert len(steps) == 10
    assert found.bought_share[0] == 1.0  # the stock pays in all
    assert found.amount_t[:, 0] == pytest.approx([150, 150, 150])
    assert 0 < found.bought_share[1] < 1  # the plants where much is lost only
    assert (found.cost_musd < found.without_musd).all()
    again = robust(japan_and_india, changed, bands, draws=10, seed=1)
    assert np.array_equal(found.amount_t, again.amount_t)


def test_a_worth_in_words(japan_and_india):
    plan = make_plan(japan_and_india)
    stock, plants = (words(v, w, plan.years) for v, w in zip(plan.levers, plan.worth_usd_per_t, strict=True))
    assert stock == "the next tonne of component held in JPN saves 50,000 USD and costs 10,000 in 1 years"
    assert plants.startswith("the next tonne a year of plants for component in IND saves")
    idle = make_plan(restricted(japan_and_india, (1,)))
    assert "saves nothing" in words(idle.levers[0], float(idle.worth_usd_per_t[0]), idle.years)


def test_a_demand_for_cover_is_dropped_where_no_lever_could_meet_it(japan_and_india):
    strict = replace(japan_and_india, choices=replace(japan_and_india.choices, cover_share=0.9))
    assert urgency(strict) == pytest.approx(urgency(japan_and_india))
