"""Plans of two partners for rare earths: four stages, twelve quarters; by scenarios. Drawing up and solving apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from monazite.core.values import Band, Stage
from monazite.network.balance import balance
from monazite.plan.chain import chain_of, prices
from monazite.plan.programme import draw_up, make_plan
from monazite.plan.sharing import nucleolus, shapley
from monazite.plan.values import Choices, Kind, Lever, Outlook, Problem
from monazite.reference.store import open_store
from monazite.workbench.network import load_network


@pytest.fixture(scope="module")
def rare_earths() -> Problem:
    """Japan and India with a stockpile at each stage and plants for magnets; no scenarios yet."""
    with open_store() as store:
        network = load_network(store, "rare-earths")
    found = balance(network, network.years[-1])
    chain = chain_of(found, ("JPN", "IND"), prices(network, found), np.full((2, 4), 8.0), np.full(4, 8.0), {"CHN"})
    places = [(p, s) for p in chain.partners for s in (Stage.REFINED, Stage.METAL, Stage.COMPONENT)]
    levers = [Lever(Kind.STOCK, p, s, Band(1e3, 2e3, 4e3), 3e3, 2, "assumption") for p, s in places]
    levers += [Lever(Kind.CAPACITY, p, s, Band(1e3, 8e3, 9e3), 2e3, 6, "assumption") for p, s in places]
    empty = np.ones((1, 12, 2, 4))
    calm = Outlook(("calm",), np.ones(1), np.ones((1, 12, *chain.inflow_t.shape)), empty, empty)
    return Problem(chain, calm, tuple(levers), Choices(risk_weight=0.3))


def with_scenarios(problem: Problem, count: int) -> Problem:
    """Each scenario cuts what one supplier sells, or what plants make, by some share from some quarter on."""
    random = np.random.default_rng(0)
    chain = problem.chain
    opened = np.ones((count, 12, *chain.inflow_t.shape))
    working, wanted = np.ones((2, count, 12, *chain.use_t.shape))
    for k in range(1, count):
        first, length = random.integers(0, 10), random.integers(1, 8)
        supplier = random.choice(len(chain.countries) - 2) + 2 if k % 2 else chain.countries.index("CHN")
        opened[k, first : first + length, supplier] *= random.random()
        working[k, first : first + 2, random.integers(2)] *= random.uniform(0.6, 1.0)
    names = tuple(f"k{k}" for k in range(count))
    return replace(problem, outlook=Outlook(names, np.full(count, 1 / count), opened, working, wanted))


@pytest.mark.parametrize("count", [10, 100, 1000])
def test_draw_up(benchmark, rare_earths, count):
    problem = with_scenarios(rare_earths, count)
    draft, _ = benchmark(draw_up, problem)
    assert draft.size[0] > 400 * count


@pytest.mark.parametrize("count", [10, 100])
def test_plan(benchmark, rare_earths, count):
    plan = benchmark.pedantic(make_plan, (with_scenarios(rare_earths, count),), rounds=1)
    assert plan.gap == 0


@pytest.mark.parametrize("players", [3, 6, 8])
def test_share(benchmark, players):
    random = np.random.default_rng(0)
    size = np.array([s.bit_count() for s in range(1 << players)])
    value = size**1.5 + random.random(1 << players) * (size > 1)
    value = value - size
    shares = benchmark(lambda: (shapley(value), nucleolus(value)))
    assert [round(float(s.sum()), 6) for s in shares] == [round(float(value[-1]), 6)] * 2
