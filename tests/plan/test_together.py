"""Every coalition's plan, and who pays whom."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from monazite.core.errors import UsageError
from monazite.plan.programme import make_plan
from monazite.plan.sharing import members
from monazite.plan.together import act_together
from monazite.plan.values import Choices, restricted
from monazite.plan.why import regrets

from .conftest import random_problem


def test_two_countries_by_hand(japan_and_india):
    """Alone 14 and 0, together 12.1: 1.9 is saved, 0.95 each. JPN bears 4.1 and pays what brings it to 14 - 0.95."""
    found = act_together(japan_and_india)
    assert found.saved_musd == pytest.approx([0, 0, 0, 1.9], abs=1e-8)
    assert found.shapley_musd == pytest.approx([0.95, 0.95], abs=1e-7)
    assert found.nucleolus_musd == pytest.approx([0.95, 0.95], abs=1e-7)
    assert found.borne_musd == pytest.approx([4.1, 8.0], abs=1e-7)
    assert found.payment_musd == pytest.approx([8.95, -8.95], abs=1e-7)
    assert found.joint.cost_musd == pytest.approx(12.1, abs=1e-8)
    assert not found.nucleolus_core.empty


def test_three_partners_share_out_all_they_save():
    problem = random_problem(5, partners=3)
    found = act_together(problem)
    saved, who = found.saved_musd, members(3)
    assert len(found.plans) == 7
    assert [p.partners for p in found.plans[:3]] == [("JPN",), ("IND",), ("JPN", "IND")]
    for rule in (found.shapley_musd, found.nucleolus_musd):
        assert rule.sum() == pytest.approx(saved[-1])
    assert found.payment_musd.sum() == pytest.approx(0, abs=1e-5)
    assert found.borne_musd.sum() == pytest.approx(found.joint.cost_musd, abs=1e-6)
    assert (found.borne_musd + found.payment_musd <= found.alone_musd + 1e-6).all()
    pairs = [saved[s] - saved[t] - saved[s ^ t] for s in range(8) for t in range(8) if s & t == t]
    assert min(pairs) >= -1e-9
    raw = who @ found.alone_musd - [0.0, *(p.cost_musd for p in found.plans)]
    assert saved == pytest.approx(raw, abs=1e-6)  # here no coalition had to act as parts of it would


def test_what_comes_for_others_is_not_passed_on(japan_and_india):
    """In the ban IND makes 200 t, 400 more arrive for orders of 500; JPN can have the 200, not the 400.

    JPN goes without 200 t, 20 million; the freight is 200 x 1,000; and as IND then has 400 t of 600 that it is asked
    for, its own users lack a third of 100 t, 3.33 million.
    """
    ban = np.array([1.0, 0.0])[:, None, None, None] * np.array([[0.0], [1.0]])
    size = (2, 4, 2, 1)
    busy = replace(
        japan_and_india.outlook,
        more_t=np.broadcast_to(400 * ban, size),
        asked_share=np.broadcast_to(1 + 4 * ban, size),
    )
    made, sold = np.array([[0.0], [200.0]]), np.array([[0.0], [100.0]])
    chain = replace(japan_and_india.chain, sales_t=sold, production_t=made)
    found = act_together(replace(japan_and_india, chain=chain, outlook=busy, levers=()))
    assert found.alone_musd == pytest.approx([20.0, 0.0], abs=1e-8)
    assert found.joint.loss_musd == pytest.approx([20 + 0.2 + 10 / 3, 0.0], abs=1e-6)


def test_a_budget_is_each_partners_by_what_it_would_lose(japan_and_india):
    found = act_together(replace(japan_and_india, choices=Choices(budget_musd_per_yr=2.0)))
    japan, india, both = found.plans
    assert japan.levers_musd_per_yr == pytest.approx(1.5)  # IND loses nothing: all 2 are JPN's, which needs 1.5
    assert india.levers_musd_per_yr == 0
    assert both.levers_musd_per_yr == pytest.approx(2.0)
    assert found.saved_musd[-1] > 0


def test_what_is_borne_is_what_each_buys_and_loses():
    problem = random_problem(7)
    plan = make_plan(problem)
    assert plan.borne_musd.sum() == pytest.approx(plan.cost_musd, rel=1e-6)
    alone = make_plan(restricted(problem, (1,)))
    assert alone.borne_musd == pytest.approx([alone.cost_musd], rel=1e-6)


def test_too_many_partners_are_refused(japan_and_india):
    names = tuple("ABCDEFG")
    chain = replace(japan_and_india.chain, partners=names, countries=names)
    with pytest.raises(UsageError, match="7 partners are 127 coalitions"):
        act_together(replace(japan_and_india, chain=chain))


def test_other_processes_give_the_same():
    """What goes to another process and back is pickled."""

    def elsewhere(function, problems):
        return [pickle.loads(pickle.dumps(function))(pickle.loads(pickle.dumps(one))) for one in problems]

    problem = random_problem(3)
    here, there = act_together(problem), act_together(problem, spread=elsewhere)
    assert np.array_equal(here.saved_musd, there.saved_musd)
    assert all(np.array_equal(a.amount_t, b.amount_t) for a, b in zip(here.plans, there.plans, strict=True))
    assert np.array_equal(regrets(problem, here.joint), regrets(problem, there.joint, elsewhere))


def test_plans_are_the_same_each_time():
    one, other = (act_together(random_problem(3)) for _ in range(2))
    assert np.array_equal(one.joint.amount_t, other.joint.amount_t)
    assert np.array_equal(one.payment_musd, other.payment_musd)
