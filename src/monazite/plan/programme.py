"""A Problem -> its Plan: a two-stage stochastic linear programme (Dantzig 1955; Birge and Louveaux 2011).

First levers are bought, then one of the scenarios comes, and the chain runs through its quarters as well as it can.
Indices: lever l, scenario k, quarter t, partner p, stage s. Each family of constraints is a function here, named in
`FAMILIES`; their text on a small chain is in `tests/plan/snapshots`.

Trade that costs nothing and is bounded arc by arc is summed over the arcs before it enters: a supplier's sales go on as
far as the scenario leaves them open. That is exact, and keeps the programme small.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from monazite.plan.solver import Axes, Columns, Draft, OutOfTime, Term, solve
from monazite.plan.values import QUARTERS_A_YEAR, Choices, Kind, Plan, Problem

__all__ = ["FAMILIES", "Spread", "Variables", "draw_up", "make_plan"]

Array = NDArray[np.float64]
Spread = Callable[[Callable[[Problem], Plan], Iterable[Problem]], Iterable[Plan]]
"""Who makes several plans: the builtin `map`, or other processes; the plans come in the order of the problems."""

_WORDS = {
    "cover": "the share of use that has to be met",
    "budget": "the budget",
    "bought": "how much of a lever there can be",
    "capacity": "what plants can make",
    "storage": "what stocks hold",
    "kept": "what makers fill of their orders",
    "passed": "today's trade between partners",
    "amounts": "",
    "balance": "",
    "sales": "",
    "own": "what a partner can pass on",
    "held": "what a partner has left to pass on",
}
"""What a limit is called where a wish cannot be met; the others are how amounts are counted."""
_M = 1e-6  # million USD from USD
_Q = 1 / QUARTERS_A_YEAR
_LEAST_T = 1.0
"""Of use a year, below which nobody counts weeks of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Variables:
    """Where the variables stand. First stage: `bought` (in tonnes or plants), `have` (tonnes), both (l).

    By (k, t, p, s): `production`, `stock` at the quarter's end, `short`, the share of what is asked for that is not
    there, `unsold` sales, `left` of what a partner may pass on. `passed` is today's trade between partners and `shared`
    what goes beyond it, (k, t, from, to, s). `loss` is (k), `threshold` and `excess` (k) make up the conditional value
    at risk.
    """

    bought: Columns
    have: Columns
    production: Columns
    stock: Columns
    short: Columns
    unsold: Columns
    passed: Columns
    shared: Columns
    left: Columns
    loss: Columns
    threshold: Columns
    excess: Columns


def make_plan(problem: Problem, time_limit_s: float = inf) -> Plan:
    """The plan of least cost: levers over all years, and the loss weighed by its risk.

    When time runs out before any is found it buys nothing, and its gap is infinite.

    :raises NotConverged: if the choices cannot all hold, with those that contradict each other.
    """
    draft, at = draw_up(problem)
    chain, outlook, levers = problem.chain, problem.outlook, problem.levers
    try:
        answer = solve(draft, f"the plan of {', '.join(chain.partners)}", time_limit_s, "amounts", _WORDS)
    except OutOfTime:
        if problem.choices.cover_share:  # what has to be met may need levers
            raise
        held = tuple(replace(v, limit_t=0.0, block_t=0.0) for v in levers)
        return replace(make_plan(replace(problem, levers=held)), levers=levers, gap=inf)
    value = answer.values + 0.0  # no minus zero
    years, loss, unmet = _years(problem), value[at.loss], _wished(problem) * value[at.short]
    weights = _weights(loss, outlook.probability, problem.choices)
    paid = _costs(problem) * value[at.have] * years
    own = np.array([paid[[v.partner == p for v in levers]].sum() for p in chain.partners])
    return Plan(
        partners=chain.partners,
        levers=levers,
        amount_t=value[at.have],
        levers_musd_per_yr=float(_costs(problem) @ value[at.have]),
        years=years,
        loss_musd=loss,
        expected_loss_musd=float(outlook.probability @ loss),
        tail_loss_musd=float(_tail(loss, outlook.probability, problem.choices.tail_share) @ loss),
        cost_musd=answer.cost,
        unmet_t=unmet,
        missing_weeks=_missing_weeks(problem, unmet),
        unsold_t=value[at.unsold],
        borne_musd=own + weights @ _lost(problem, value, at),
        worth_usd_per_t=-answer.duals["amounts"] / _M,
        gap=answer.gap,
    )


def draw_up(problem: Problem) -> tuple[Draft, Variables]:
    """The programme of a problem, and where its variables stand."""
    draft = Draft()
    at = _variables(draft, problem)
    for family in FAMILIES.values():
        family(draft, problem, at)
    return draft, at


def _variables(draft: Draft, problem: Problem) -> Variables:
    chain, outlook, choices = problem.chain, problem.outlook, problem.choices
    names, each = _names(problem), _each(problem)
    block = _blocks(problem)
    whole = np.array([v.block_t > 0 for v in problem.levers], dtype=bool)
    limit = np.array([v.limit_t for v in problem.levers]) / block
    limit, years = np.where(whole, np.floor(limit + 1e-9), limit), _years(problem)
    weight = (1 - choices.risk_weight) * outlook.probability
    tail = choices.risk_weight * outlook.probability / choices.tail_share
    home = [chain.countries.index(p) for p in chain.partners]
    between = (*each[:2], chain.partners, *each[2:])
    come = _Q * chain.inflow_t * outlook.open_share  # (k, t, from, to, s)
    apart = ~np.eye(len(home), dtype=bool)[None, None, :, :, None]
    pairs = [np.where(apart, come[:, :, home], 0.0), np.where(apart, inf, 0.0)]
    return Variables(
        bought=draft.variables("bought", (names,), high=limit, cost=_costs(problem) * block * years, whole=whole),
        have=draft.variables("have", (names,), low=-inf),  # that it is not below 0 follows; so its dual is the worth
        production=draft.variables("production", each),
        stock=draft.variables("stock", each),
        short=draft.variables("short", each, high=1.0),
        unsold=draft.variables("unsold", each),
        passed=np.where(apart, draft.variables("passed", between, high=pairs[0]), -1),
        shared=np.where(apart, draft.variables("shared", between, high=pairs[1]), -1),
        left=draft.variables("left", each),
        loss=draft.variables("loss", (outlook.names,), cost=weight),
        threshold=draft.variables("threshold", low=-inf, cost=choices.risk_weight),
        excess=draft.variables("excess", (outlook.names,), cost=tail),
    )


def _amounts(draft: Draft, problem: Problem, at: Variables) -> None:
    """have_l = block_l bought_l. Its dual is what one more tonne of the lever is worth."""
    draft.rows("amounts", (_names(problem),), [(at.have, 1.0), (at.bought, -_blocks(problem))], low=0.0, high=0.0)


def _budget(draft: Draft, problem: Problem, at: Variables) -> None:
    """sum_l cost_l block_l bought_l <= budget, a year. Not on `have`, so that its dual holds nothing of the budget."""
    spent = _costs(problem) * _blocks(problem)
    draft.rows("budget", (), [(at.bought, spent)], high=problem.choices.budget_musd_per_yr)


def _balance(draft: Draft, problem: Problem, at: Variables) -> None:
    """What enters a stage covers what leaves it; what is short is short alike for all who ask.

    production - sum_s' need_ss' production_s' + stock_t-1 - stock + levers + short asked + passed and shared in
    - passed and shared out  >=  asked - inflow - other in - stock at the start
    asked = use + sales + firm sales + other out
    """
    chain, outlook = problem.chain, problem.outlook
    inflow = np.einsum("cps,ktcps->ktps", _bought_abroad(problem), outlook.open_share) + outlook.more_t
    start = np.zeros(at.stock.shape)
    start[:, 0] = chain.stock_t
    made = np.broadcast_to(at.production[:, :, :, None, :], (*at.production.shape, len(chain.stages)))
    asked = _wished(problem) + _orders(problem) + _Q * (chain.firm_t + np.maximum(-chain.other_t, 0.0))
    terms: list[Term] = [
        (made, np.eye(len(chain.stages)) - chain.need),
        (_before(at.stock), 1.0),
        (at.stock, -1.0),
        (np.broadcast_to(at.have, (*at.stock.shape, len(at.have))), _given(problem)),
        (at.short, asked),
    ]
    for flow in (at.passed, at.shared):
        terms += [(np.moveaxis(flow, 2, -1), 1.0), (np.moveaxis(flow, 3, -1), -1.0)]
    low = asked - _Q * (inflow.clip(min=0.0) + np.maximum(chain.other_t, 0.0)) - start
    draft.rows("balance", _each(problem), terms, low=low)


def _capacity(draft: Draft, problem: Problem, at: Variables) -> None:
    """production <= planned (1 - sum_s' short_s') + what was built, as far as the scenario leaves it whole.

    The sum is over the stages that are made from: makers go as short of them as all others.
    """
    built = _Q * problem.outlook.capacity_share[..., None] * _there(problem, Kind.CAPACITY)[None]
    have = np.broadcast_to(at.have, built.shape)
    draft.rows("capacity", _each(problem), [*_made(problem, at), (have, -built)], high=_planned(problem))


def _kept(draft: Draft, problem: Problem, at: Variables) -> None:
    """production >= planned (1 - sum_s' short_s'): makers fill their orders, and hold nothing back for others."""
    draft.rows("kept", _each(problem), _made(problem, at), low=_planned(problem))


def _storage(draft: Draft, problem: Problem, at: Variables) -> None:
    """stock <= what industry and the stockpile hold: nobody hoards for a trouble only they foresee."""
    held = np.broadcast_to(_there(problem, Kind.STOCK), (*at.stock.shape, len(at.have)))
    have = np.broadcast_to(at.have, held.shape)
    draft.rows("storage", _each(problem), [(at.stock, 1.0), (have, -held)], high=problem.chain.stock_t)


def _sales(draft: Draft, problem: Problem, at: Variables) -> None:
    """unsold >= today's sales - (1 - short) orders from abroad."""
    orders = _orders(problem)
    low = _Q * problem.chain.sales_t - orders
    draft.rows("sales", _each(problem), [(at.unsold, 1.0), (at.short, -orders)], low=low)


def _own(draft: Draft, problem: Problem, at: Variables) -> None:
    """left <= left_t-1 + production + inflow + other in + passed in + levers - shared out, from the stock at the start.

    So what a partner passes on is its own. What arrives on top of today's trade is for buyers abroad whose orders have
    moved, and may go round among sellers.
    """
    if len(problem.chain.partners) < 2:  # there is nobody to pass anything on to
        return
    chain, outlook = problem.chain, problem.outlook
    inflow = np.einsum("cps,ktcps->ktps", _bought_abroad(problem), outlook.open_share)
    high = _Q * (inflow + np.maximum(chain.other_t, 0.0))
    high[:, 0] += chain.stock_t
    terms: list[Term] = [
        (at.left, 1.0),
        (_before(at.left), -1.0),
        (at.production, -1.0),
        (np.moveaxis(at.passed, 2, -1), -1.0),
        (np.moveaxis(at.shared, 3, -1), 1.0),
        (np.broadcast_to(at.have, (*at.left.shape, len(at.have))), -_given(problem)),
    ]
    draft.rows("own", _each(problem), terms, high=high)


def _held(draft: Draft, problem: Problem, at: Variables) -> None:
    """left <= stock: what was used or sold is not there to pass on later."""
    if len(problem.chain.partners) > 1:
        draft.rows("held", _each(problem), [(at.left, 1.0), (at.stock, -1.0)], high=0.0)


def _losses(draft: Draft, problem: Problem, at: Variables) -> None:
    """loss_k = value added lost with unmet use, sales lost or broken, freight."""
    k = len(problem.outlook.names)
    price = problem.chain.price_usd_per_t * _M
    terms: list[Term] = [(at.loss, 1.0)]
    for columns, cost in (
        (at.short, _by_short(problem) * _M),
        (at.unsold, price),
        (at.shared, problem.choices.freight_share * price),
    ):
        flat = columns.reshape(k, -1)
        terms.append((flat, -np.broadcast_to(cost, columns.shape).reshape(k, -1)))
    draft.rows("losses", (problem.outlook.names,), terms, low=0.0, high=0.0)


def _excess(draft: Draft, problem: Problem, at: Variables) -> None:
    """excess_k >= loss_k - threshold (Rockafellar and Uryasev 2000)."""
    threshold = np.broadcast_to(at.threshold, at.loss.shape)
    draft.rows("tail", (problem.outlook.names,), [(at.excess, 1.0), (at.loss, -1.0), (threshold, 1.0)], low=0.0)


def _cover(draft: Draft, problem: Problem, at: Variables) -> None:
    """short use <= (1 - cover) use."""
    use, share = _wished(problem), problem.choices.cover_share
    draft.rows("cover", _each(problem), [(at.short, use)], high=(1 - share) * use if share else inf)


FAMILIES: Mapping[str, Callable[[Draft, Problem, Variables], None]] = {
    "amounts": _amounts,
    "budget": _budget,
    "balance": _balance,
    "capacity": _capacity,
    "kept": _kept,
    "storage": _storage,
    "sales": _sales,
    "own": _own,
    "held": _held,
    "losses": _losses,
    "tail": _excess,
    "cover": _cover,
}
"""The families of constraints by name, in the order in which they are drawn up."""


def _before(columns: Columns) -> Columns:
    """The same variables a quarter before; none before the first."""
    return np.concatenate([np.full_like(columns[:, :1], -1), columns[:, :-1]], axis=1)


def _names(problem: Problem) -> tuple[str, ...]:
    return tuple(v.name for v in problem.levers)


def _each(problem: Problem) -> Axes:
    quarters = tuple(f"q{t + 1}" for t in range(problem.outlook.capacity_share.shape[1]))
    return (problem.outlook.names, quarters, problem.chain.partners, problem.chain.stages)


def _years(problem: Problem) -> float:
    return float(problem.outlook.capacity_share.shape[1] / QUARTERS_A_YEAR)


def _wished(problem: Problem) -> Array:
    """Use wanted in each quarter, (k, t, p, s)."""
    return _Q * problem.chain.use_t * problem.outlook.demand_factor


def _orders(problem: Problem) -> Array:
    """What is asked for from abroad in each quarter, (k, t, p, s)."""
    chain, outlook = problem.chain, problem.outlook
    orders: Array = _Q * np.broadcast_to(chain.sales_t * outlook.asked_share, outlook.demand_factor.shape)
    return orders


def _planned(problem: Problem) -> Array:
    """What makers would make in each quarter with enough inputs, without a lever, (k, t, p, s)."""
    share = problem.outlook.planned_share
    return _Q * problem.chain.production_t * (problem.outlook.capacity_share if share is None else share)


def _made(problem: Problem, at: Variables) -> list[Term]:
    """production + planned sum_s' short_s'."""
    inputs = np.broadcast_to(at.short[:, :, :, None, :], (*at.short.shape, len(problem.chain.stages)))
    return [(at.production, 1.0), (inputs, _planned(problem)[..., None] * (problem.chain.need.T > 0))]


def _by_short(problem: Problem) -> Array:
    """What is lost in a quarter in which nothing is there: use and firm sales, USD, (k, t, p, s)."""
    chain = problem.chain
    return chain.loss_usd_per_t * _wished(problem) + chain.broken_usd_per_t * _Q * chain.firm_t


def _costs(problem: Problem) -> Array:
    """Million USD a year for one tonne of each lever."""
    costs: Array = np.array([v.cost_usd_per_t_yr.mid for v in problem.levers]) * _M
    return costs


def _blocks(problem: Problem) -> Array:
    return np.array([v.block_t or 1.0 for v in problem.levers])


def _bought_abroad(problem: Problem) -> Array:
    """Today's sales to the partners from all but themselves, (countries, partners, stages)."""
    chain = problem.chain
    partner = np.isin(chain.countries, chain.partners)
    return np.where(partner[:, None, None], 0.0, chain.inflow_t)


def _there(problem: Problem, *kinds: Kind) -> Array:
    """Whether a lever of these kinds is at a partner's stage and in time, (t, p, s, l)."""
    chain, quarters = problem.chain, problem.outlook.capacity_share.shape[1]
    found = np.zeros((quarters, len(chain.partners), len(chain.stages), len(problem.levers)))
    for i, lever in enumerate(problem.levers):
        if lever.kind in kinds and lever.stage in chain.stages:
            found[lever.lead_quarters :, chain.partners.index(lever.partner), chain.stages.index(lever.stage), i] = 1.0
    return found


def _given(problem: Problem) -> Array:
    """What a tonne of each lever adds to a stage in a quarter, (k, t, p, s, l): a stockpile once, when it is there."""
    chain, outlook = problem.chain, problem.outlook
    given = np.zeros((*outlook.capacity_share.shape, len(problem.levers)))
    flows = _there(problem, Kind.RECYCLING, Kind.THRIFT, Kind.OFFTAKE, Kind.ROUTE)
    given += _Q * flows
    for i, lever in enumerate(problem.levers):
        if lever.kind is Kind.STOCK and lever.stage in chain.stages and lever.lead_quarters < given.shape[1]:
            given[:, lever.lead_quarters, chain.partners.index(lever.partner), chain.stages.index(lever.stage), i] = 1.0
        if lever.kind is Kind.OFFTAKE:
            given[..., i] *= outlook.open_share[:, :, chain.countries.index(lever.supplier)]
        if lever.kind is Kind.ROUTE:
            given[..., i] *= outlook.late_share
    return given


def _missing_weeks(problem: Problem, unmet_t: Array) -> Array:
    """The weeks of use that go unmet in all quarters, of the partner and stage with most, (k,)."""
    use = problem.chain.use_t
    weeks = 52 * unmet_t.sum(axis=1) / np.maximum(use, _LEAST_T)
    most: Array = np.where(use >= _LEAST_T, weeks, 0.0).max(axis=(1, 2))
    return most


def _lost(problem: Problem, value: Array, at: Variables) -> Array:
    """What each partner loses, million USD, (k, p): unmet use, sales lost, freight of what it receives."""
    price = problem.chain.price_usd_per_t
    shared = np.where(at.shared >= 0, value[at.shared], 0.0).sum(axis=2)
    lost = _by_short(problem) * value[at.short] + price * value[at.unsold]
    lost += problem.choices.freight_share * price * shared
    by_partner: Array = lost.sum(axis=(1, 3)) * _M
    return by_partner


def _weights(loss: Array, probability: Array, choices: Choices) -> Array:
    """What a dollar lost in each scenario counts, (k,): its probability, more in the tail; they sum to 1."""
    risk = choices.risk_weight
    return (1 - risk) * probability + risk * _tail(loss, probability, choices.tail_share)


def _tail(loss: Array, probability: Array, share: float) -> Array:
    """The weights of the mean over the worst `share` of the probability, (k,)."""
    order = np.argsort(-loss)
    weights = np.zeros(len(loss))
    weights[order] = np.diff(np.minimum(np.cumsum(probability[order]), share), prepend=0.0) / share
    return weights
