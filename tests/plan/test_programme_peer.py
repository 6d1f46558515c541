"""The programme against the same one in Pyomo."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyomo.environ as pyo
import pytest

from monazite.plan.programme import make_plan
from monazite.plan.values import Kind, Problem, restricted

from .conftest import random_problem


def by_pyomo(problem: Problem) -> float:  # noqa: C901, PLR0915 - one constraint after the other, as the page has them
    """The same programme written once more, arc by arc, one constraint at a time, from docs/methods/plan.md."""
    chain, seen, wish, levers = problem.chain, problem.outlook, problem.choices, problem.levers
    m = pyo.ConcreteModel()
    k_, t_, p_, s_ = map(range, seen.capacity_share.shape)
    c_, l_ = range(len(chain.countries)), range(len(levers))
    home = [chain.countries.index(p) for p in chain.partners]
    m.buy = pyo.Var(l_, bounds=lambda _, i: (0, levers[i].limit_t))
    for name in ("make", "stock", "unsold", "left"):
        setattr(m, name, pyo.Var(k_, t_, p_, s_, domain=pyo.NonNegativeReals))
    m.short = pyo.Var(k_, t_, p_, s_, bounds=(0, 1))
    m.flow = pyo.Var(k_, t_, c_, p_, s_, domain=pyo.NonNegativeReals)
    m.share = pyo.Var(k_, t_, p_, p_, s_, domain=pyo.NonNegativeReals)
    m.loss, m.over = pyo.Var(k_), pyo.Var(k_, domain=pyo.NonNegativeReals)
    m.eta = pyo.Var()
    m.c = pyo.ConstraintList()
    broken = np.broadcast_to(chain.broken_usd_per_t, len(s_)) * 1e-6

    def has(i, kind, t, p, s):
        one = levers[i]
        return (one.kind, one.partner, one.stage) == (kind, chain.partners[p], chain.stages[s]) and (
            t >= one.lead_quarters
        )

    for k in k_:
        for t in t_:
            for p in p_:
                for s in s_:
                    now = (k, t, p, s)
                    use = chain.use_t[p, s] * seen.demand_factor[now] / 4
                    orders = chain.sales_t[p, s] * seen.asked_share[now] / 4
                    asked = use + orders + chain.firm_t[p, s] / 4 + max(-chain.other_t[p, s], 0) / 4
                    plan = chain.production_t[p, s] / 4 * seen.planned_share[now]
                    fed = 1 - sum(m.short[k, t, p, n] for n in s_ if chain.need[n, s] > 0)
                    enters = m.make[now] + m.short[now] * asked + max(chain.other_t[p, s], 0) / 4
                    enters += m.stock[k, t - 1, p, s] if t else chain.stock_t[p, s]
                    abroad = [c for c in c_ if c not in home]
                    come = {c: chain.inflow_t[c, p, s] / 4 * seen.open_share[k, t, c, p, s] for c in c_}
                    enters += max(sum(come[c] for c in abroad) + seen.more_t[now] / 4, 0)
                    enters += sum(m.flow[k, t, c, p, s] for c in home) + sum(m.share[k, t, q, p, s] for q in p_)
                    leaves = m.stock[now] + sum(chain.need[s, n] * m.make[k, t, p, n] for n in s_) + asked
                    leaves += sum(m.flow[k, t, home[p], q, s] + m.share[k, t, p, q, s] for q in p_)
                    theirs = m.make[now] + (m.left[k, t - 1, p, s] if t else chain.stock_t[p, s])
                    theirs += sum(come[c] for c in abroad) + max(chain.other_t[p, s], 0) / 4
                    theirs += sum(m.flow[k, t, c, p, s] for c in home)
                    given, built, held = 0, 0, chain.stock_t[p, s]
                    for i in l_:
                        if has(i, Kind.STOCK, t, p, s):
                            held += m.buy[i]
                            given += m.buy[i] if t == levers[i].lead_quarters else 0
                        if has(i, Kind.CAPACITY, t, p, s):
                            built += m.buy[i] / 4 * seen.capacity_share[now]
                        if has(i, Kind.RECYCLING, t, p, s) or has(i, Kind.THRIFT, t, p, s):
                            given += m.buy[i] / 4
                        if has(i, Kind.OFFTAKE, t, p, s):
                            c = chain.countries.index(levers[i].supplier)
                            given += m.buy[i] / 4 * seen.open_share[k, t, c, p, s]
                        if has(i, Kind.ROUTE, t, p, s):
                            given += m.buy[i] / 4 * seen.late_share[now]
                    m.c.add(enters + given >= leaves)
                    m.c.add(m.left[now] <= theirs + given - sum(m.share[k, t, p, q, s] for q in p_))
                    m.c.add(m.left[now] <= m.stock[now])
                    m.c.add(pyo.inequality(None, m.make[now] - plan * fed - built, 0))
                    m.c.add(m.make[now] >= plan * fed)
                    m.c.add(m.stock[now] <= held)
                    m.c.add(m.unsold[now] >= chain.sales_t[p, s] / 4 - (1 - m.short[now]) * orders)
                    for c in home:
                        m.c.add(m.flow[k, t, c, p, s] <= come[c])
        lost = 0
        for t in t_:
            for s in s_:
                price = chain.price_usd_per_t[s] * 1e-6
                for p in p_:
                    use = chain.use_t[p, s] * seen.demand_factor[k, t, p, s] / 4
                    all_short = chain.loss_usd_per_t[p, s] * 1e-6 * use + broken[s] * chain.firm_t[p, s] / 4
                    lost += all_short * m.short[k, t, p, s] + price * m.unsold[k, t, p, s]
                    lost += wish.freight_share * price * sum(m.share[k, t, p, q, s] for q in p_)
        m.c.add(m.loss[k] == lost)
        m.c.add(m.over[k] >= m.loss[k] - m.eta)
    years = len(t_) / 4
    bought = sum(levers[i].cost_usd_per_t_yr.mid * 1e-6 * m.buy[i] for i in l_)
    m.c.add(bought <= min(wish.budget_musd_per_yr, 1e9))
    mean = sum(seen.probability[k] * m.loss[k] for k in k_)
    tail = m.eta + sum(seen.probability[k] * m.over[k] for k in k_) / wish.tail_share
    m.cost = pyo.Objective(expr=years * bought + (1 - wish.risk_weight) * mean + wish.risk_weight * tail)
    pyo.SolverFactory("appsi_highs").solve(m)
    return float(pyo.value(m.cost))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_pyomo_finds_the_same_optimum(seed):
    problem = random_problem(seed)
    assert make_plan(problem).cost_musd == pytest.approx(by_pyomo(problem), rel=1e-7)


@pytest.mark.parametrize("seed", [4, 6])
def test_and_where_much_arrives_for_others(seed):
    problem = random_problem(seed)
    felt = problem.outlook.asked_share != 1.0
    more = np.where(felt, np.array([[0.0], [300.0]]), 0.0)
    busy = replace(problem, outlook=replace(problem.outlook, more_t=more, asked_share=np.where(felt, 3.0, 1.0)))
    assert make_plan(busy).cost_musd == pytest.approx(by_pyomo(busy), rel=1e-7)


def test_and_for_a_partner_alone():
    """What it has promised the others is more than it can deliver."""
    problem = restricted(random_problem(646062), (0,))
    plan = make_plan(problem)
    assert problem.chain.firm_t.any()
    assert plan.cost_musd == pytest.approx(by_pyomo(problem), rel=1e-7)
    assert plan.borne_musd == pytest.approx([plan.cost_musd], rel=1e-6)
