"""Small problems that can be solved by hand or by another tool."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from monazite.core.values import Band, Stage
from monazite.plan.values import Chain, Choices, Kind, Lever, Outlook, Problem


def lever(kind, partner, stage, cost, limit, lead=0, **more):
    return Lever(kind, partner, stage, Band(cost, cost, cost), limit, lead, "test", **more)


def two_countries() -> Problem:
    """JPN buys 400 t of magnets a year from CHN, IND makes the 100 t it uses; a year; a ban is as likely as not."""
    stages = (Stage.COMPONENT,)
    chain = Chain(
        mineral="rare-earths",
        year=2024,
        partners=("JPN", "IND"),
        countries=("JPN", "IND", "CHN"),
        stages=stages,
        production_t=np.array([[0.0], [100.0]]),
        use_t=np.array([[400.0], [100.0]]),
        sales_t=np.zeros((2, 1)),
        firm_t=np.zeros((2, 1)),
        other_t=np.zeros((2, 1)),
        inflow_t=np.array([[[0.0], [0.0]], [[0.0], [0.0]], [[400.0], [0.0]]]),
        stock_t=np.zeros((2, 1)),
        need=np.zeros((1, 1)),
        price_usd_per_t=np.array([50_000.0]),
        loss_usd_per_t=np.full((2, 1), 100_000.0),
    )
    open_share = np.ones((2, 4, 3, 2, 1))
    open_share[0, :, 2, 0] = 0.0
    ones = np.ones((2, 4, 2, 1))
    outlook = Outlook(("ban", "none"), np.array([0.5, 0.5]), open_share, ones, ones)
    levers = (
        lever(Kind.STOCK, "JPN", Stage.COMPONENT, 10_000, 150),
        lever(Kind.CAPACITY, "IND", Stage.COMPONENT, 20_000, 1_000, lead=2),
    )
    return Problem(chain, outlook, levers, Choices())


def random_problem(seed: int, scenarios: int = 3, partners: int = 2) -> Problem:
    """A chain of two or three stages with trade, stocks, levers of every kind and scenarios, all drawn at random.

    Without trouble it balances.
    """
    random = np.random.default_rng(seed)
    stages = (Stage.ORE, Stage.METAL, Stage.COMPONENT)
    names = ("JPN", "IND", "KOR", "USA")[:partners]
    countries = (*names, "CHN", "ROW")
    size = (partners, len(stages))
    inflow = random.uniform(0, 100, (len(countries), *size)) * (random.random((len(countries), *size)) < 0.7)
    inflow[range(partners), range(partners)] = 0.0
    need = np.zeros((3, 3))
    need[0, 1], need[1, 2] = 1.3, 1.2
    production = random.uniform(0, 100, size)
    sold = np.stack([inflow[p].sum(axis=0) for p in range(partners)])
    wanted = production @ need.T + sold
    spare = production + inflow.sum(axis=0) - wanted
    other = np.maximum(-spare, 0.0)
    use = np.maximum(spare, 0.0) * random.uniform(0.3, 1.0, size)
    sales = np.maximum(spare, 0.0) - use
    chain = Chain(
        "rare-earths", 2024, names, countries, stages, production, use, sales, np.zeros(size), other, inflow,
        use / 20, need, np.array([5e3, 2e4, 8e4]), random.uniform(5e4, 5e5, size),
    )  # fmt: skip
    open_share = np.ones((scenarios, 6, len(countries), *size))
    capacity, demand = np.ones((2, scenarios, 6, *size))
    for k in range(1, scenarios):
        first = random.integers(0, 4)
        open_share[k, first:, partners] = random.uniform(0, 0.8)
        capacity[k, first:, :, random.integers(3)] = random.uniform(0.5, 1.0)
        demand[k, first:] = random.uniform(1.0, 1.2)
    felt = np.arange(scenarios)[:, None, None, None] > 0  # nothing comes in the first
    more, asked, planned = (
        np.where(felt, random.uniform(low, high, capacity.shape), calm)
        for low, high, calm in ((-10.0, 10.0, 0.0), (0.8, 1.3, 1.0), (0.9, 1.15, 1.0))
    )
    outlook = Outlook(
        tuple(f"k{k}" for k in range(scenarios)), np.full(scenarios, 1 / scenarios), open_share, capacity, demand,
        more, asked, planned * capacity, np.where(felt, random.uniform(-0.5, 0.8, capacity.shape), 0.0),
    )  # fmt: skip
    levers = tuple(
        one
        for i, p in enumerate(names)
        for one in (
            lever(Kind.STOCK, p, Stage.METAL, 3e3, 40.0, 1),
            lever(Kind.CAPACITY, p, Stage.COMPONENT, 9e3, 60.0, 2),
            lever(Kind.RECYCLING, p, Stage.METAL, 8e3, 20.0, 1),
            lever(Kind.OFFTAKE, p, Stage.ORE, 2e3, 30.0, 0, supplier="ROW"),
            lever(Kind.THRIFT, p, Stage.COMPONENT, 2e4, 0.1 * float(use[i, 2])),
            lever(Kind.ROUTE, p, Stage.METAL, 1e3, 0.5 * float(inflow[:, i, 1].sum()), 1),
        )
    )
    return Problem(chain, outlook, levers, Choices(risk_weight=0.3, tail_share=0.4))


@pytest.fixture
def japan_and_india() -> Problem:
    return two_countries()


def free(problem: Problem) -> Problem:
    """The same with levers that cost nothing."""
    nothing = Band(0.0, 0.0, 0.0)
    return replace(problem, levers=tuple(replace(v, cost_usd_per_t_yr=nothing) for v in problem.levers))
