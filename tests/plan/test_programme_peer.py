"""The programme against the same one in Pyomo."""

from __future__ import annotations

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
    for name in ("make", "stock", "unmet", "unsold", "extra", "broken"):
        setattr(m, name, pyo.Var(k_, t_, p_, s_, domain=pyo.NonNegativeReals))
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
                    enters = m.make[now] + m.unmet[now] + m.unsold[now] + m.extra[now] + m.broken[now]
                    enters += chain.other_t[p, s] / 4
                    enters += m.stock[k, t - 1, p, s] if t else chain.stock_t[p, s]
                    enters += sum(m.flow[k, t, c, p, s] for c in c_) + sum(m.share[k, t, q, p, s] for q in p_)
                    leaves = m.stock[now] + sum(chain.need[s, n] * m.make[k, t, p, n] for n in s_)
                    leaves += sum(m.flow[k, t, home[p], q, s] + m.share[k, t, p, q, s] for q in p_)
                    use = chain.use_t[p, s] * seen.demand_factor[now] / 4
                    leaves += use + (chain.sales_t[p, s] + chain.firm_t[p, s]) / 4
                    room, saved, held = (1 + wish.spare_share) * chain.production_t[p, s], 0, chain.stock_t[p, s]
                    for i in l_:
                        if has(i, Kind.STOCK, t, p, s):
                            held += m.buy[i]
                            enters += m.buy[i] if t == levers[i].lead_quarters else 0
                        if has(i, Kind.CAPACITY, t, p, s):
                            room += m.buy[i]
                        if has(i, Kind.RECYCLING, t, p, s):
                            enters += m.buy[i] / 4
                        if has(i, Kind.THRIFT, t, p, s):
                            enters += m.buy[i] / 4
                            saved += m.buy[i] / 4
                        if has(i, Kind.OFFTAKE, t, p, s):
                            c = chain.countries.index(levers[i].supplier)
                            enters += m.buy[i] / 4 * seen.open_share[k, t, c, p, s]
                    m.c.add(enters >= leaves)
                    m.c.add(m.make[now] <= room / 4 * seen.capacity_share[now])
                    m.c.add(m.stock[now] <= held)
                    m.c.add(m.unmet[now] + saved <= use)
                    m.c.add(m.broken[now] <= chain.firm_t[p, s] / 4)
                    m.c.add(m.unsold[now] <= chain.sales_t[p, s] / 4)
                    come = [chain.inflow_t[c, p, s] / 4 * seen.open_share[k, t, c, p, s] for c in c_]
                    for c in c_:
                        m.c.add(m.flow[k, t, c, p, s] <= come[c])
                    m.c.add(m.extra[now] <= wish.spare_share * sum(x for x, o in zip(come, chain.outside) if o))  # noqa: B905
        lost = 0
        for t in t_:
            for s in s_:
                price = chain.price_usd_per_t[s] * 1e-6
                for p in p_:
                    lost += chain.loss_usd_per_t[p, s] * 1e-6 * m.unmet[k, t, p, s] + price * m.unsold[k, t, p, s]
                    lost += broken[s] * m.broken[k, t, p, s]
                    lost += wish.premium_share * price * m.extra[k, t, p, s]
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


def test_and_for_a_partner_alone():
    """What it has promised the others is more than it can deliver."""
    problem = restricted(random_problem(646062), (0,))
    plan = make_plan(problem)
    assert problem.chain.firm_t.any()
    assert plan.cost_musd == pytest.approx(by_pyomo(problem), rel=1e-7)
    assert plan.borne_musd == pytest.approx([plan.cost_musd], rel=1e-6)
