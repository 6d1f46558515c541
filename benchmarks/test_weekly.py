"""The weekly chain: 156 weeks of 4 stages, by countries, draws and kernel. 1,000 draws are played in chunks."""

from __future__ import annotations

import numpy as np
import pytest

from monazite.simulation.weekly import Chain, Drivers, Habits, compiled, plain, runs

WEEKS, STAGES = 156, 4


def chain(countries: int) -> Chain:
    """Places with a dozen suppliers each, as a mineral's have; flows thousands of times apart in size."""
    random = np.random.default_rng(0)
    shape = STAGES, countries, countries
    some = random.random(shape) < 12 / countries
    flow = np.where(some, random.lognormal(3, 2, shape), 0.0) * (1 - np.eye(countries))
    made = random.lognormal(5, 1.5, shape[:2]) * (random.random(shape[:2]) < 0.6)
    taken = np.zeros_like(made)
    taken[:-1] = 1.3 * made[1:]
    left = made + flow.sum(axis=1) - flow.sum(axis=2) - taken
    good, seller, buyer = np.nonzero(flow)
    start = np.arange(STAGES - 1)
    return Chain(
        goods=tuple(f"stage {k}" for k in range(STAGES)),
        countries=tuple(f"C{i:03}" for i in range(countries)),
        production_t=made,
        use_t=np.maximum(left, 0.0),
        unrecorded_t=np.maximum(-left, 0.0),
        good=good,
        seller=seller,
        buyer=buyer,
        flow_t=flow[good, seller, buyer],
        lag_weeks=random.integers(1, 7, len(good)),
        step_start=start,
        step_end=start + 1,
        step_input_t=np.full(STAGES - 1, 1.3),
        recycled_share=np.full(STAGES, 0.1),
        by_product=np.array([1]),
        host=np.array([0]),
        host_share=np.array([0.5]),
    )


def shock(chain: Chain, draws: int) -> tuple[Habits, Drivers]:
    """The first country sells half or less for half a year, and other habits in each draw."""
    random = np.random.default_rng(1)
    habits = Habits(
        random.uniform(2, 12, (draws, STAGES)),
        random.uniform(0.05, 0.3, (draws, STAGES)),
        random.uniform(4, 12, draws),
        random.uniform(0.02, 0.2, draws),
        random.uniform(0.3, 1, draws),
    )
    shape = draws, WEEKS, 2
    limit = np.full(shape, np.inf)
    limit[:, 4:30, 1] = random.uniform(0, 0.5, (draws, 1))
    ones = np.ones((1, WEEKS, 1))
    places = np.zeros(chain.production_t.shape, dtype=np.int64)
    delay = np.zeros((1, WEEKS, 2), dtype=np.int64)
    group = (chain.seller == 0).astype(np.int64)
    return habits, Drivers(group, limit, delay, places, ones, ones, ones, np.zeros((1, WEEKS, 1)))


@pytest.mark.parametrize(("countries", "draws"), [(30, 16), (120, 16), (120, 1000)])
def test_compiled(benchmark, countries, draws):
    world = chain(countries)
    habits, drivers = shock(world, draws)
    compiled.advance(world, habits.rows(slice(0, 1)), drivers.rows(slice(0, 1)))  # compiles

    def play():
        return sum(run.unmet_t.sum() for run in runs(world, habits, drivers, compiled.advance))

    assert benchmark.pedantic(play, rounds=1 if draws > 100 else 5) > 0


def test_plain(benchmark):
    world = chain(30)
    habits, drivers = shock(world, 4)
    run = benchmark.pedantic(plain.advance, (world, habits, drivers), rounds=1)
    assert run.unmet_t.sum() > 0
