"""The fast market beside a plain one: scalars, loops and bisection, one market and one draw at a time."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.core.errors import NotConverged, ScenarioError
from monazite.simulation.market import Clearing, Draws, Market, clear, cleared, clearing, solve
from monazite.simulation.shock import PARAMETERS, draw_parameters


def root(f: Callable[[float], float]) -> float:
    """Where a falling function is 0."""
    low, high = -1.0, 1.0
    while f(low) < 0:
        low *= 2
    while f(high) > 0:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        low, high = (middle, high) if f(middle) > 0 else (low, middle)
    return (low + high) / 2


def plain_market(market: Market, draws: Draws) -> tuple[list[float], list[float], list[list[float]]]:
    """Prices, indices and flows of the first draw, without latent links.

    Index by index and price by price, each by bisection with all others held, round and round until none moves.
    """
    n, m = market.base_t.shape
    base, exact = market.base_t, market.exact if market.exact is not None else np.zeros((n, m), bool)
    sigma, eta, epsilon, spare = (float(getattr(draws, f)[0]) for f in ("sigma", "eta", "epsilon", "spare"))
    zero = np.zeros((n, m))
    before, after = (zero if x is None else x for x in (market.tariff_before, market.tariff))
    price = np.ones(n) if market.price_usd_per_t is None else market.price_usd_per_t
    factor = np.ones(n) if market.supply_factor is None else market.supply_factor
    bought = [(i, j) for i in range(n) for j in range(m) if base[i, j] > 0 and factor[i] > 0]
    arcs = [a for a in bought if not (market.stated[a] and market.stated_t[a] == 0)]
    worth = {a: base[a] * price[a[0]] * (1 + before[a]) for a in np.ndindex(n, m)}
    spent = [sum(worth[i, j] for i in range(n)) for j in range(m)]

    def paid(a: tuple[int, int], p: float, index: float) -> float:
        own = p + math.log((1 + after[a]) / (1 + before[a]))
        if not market.stated[a] or math.isinf(market.stated_t[a]):
            return own
        at_limit = (math.log(base[a] / market.stated_t[a]) + (sigma - eta) * index) / sigma
        return at_limit if exact[a] else max(own, at_limit)

    def flow(a: tuple[int, int], p: float, index: float) -> float:
        return base[a] * math.exp(-sigma * (paid(a, p, index) - index) - eta * index)

    def index_of(j: int, prices: list[float]) -> float:
        mine = [a for a in arcs if a[1] == j]
        if not mine:
            return math.inf if spent[j] > 0 else 0.0

        def off(index: float) -> float:
            left = sum(worth[a] / spent[j] * math.exp(-(sigma - 1) * paid(a, prices[a[0]], index)) for a in mine)
            return -math.log(left) / (sigma - 1) - index

        return root(off)

    def price_of(i: int, indices: list[float]) -> float:
        mine, sold = [a for a in arcs if a[0] == i], base[i].sum() * factor[i]
        if not mine:
            return 0.0 if base[i].sum() == 0 else (-math.inf if sold > 0 else math.inf)

        def off(p: float) -> float:
            push, cap = epsilon * p, math.log1p(spare)
            level = cap * (1 - math.exp(-push / cap)) if push > 0 else push
            return math.log(sum(flow(a, p, indices[a[1]]) for a in mine) / sold) - level

        return root(off)

    prices = [0.0] * n
    for _ in range(2000):
        indices = [index_of(j, prices) for j in range(m)]
        new = [price_of(i, indices) for i in range(n)]
        moved = max((abs(a - b) for a, b in zip(new, prices, strict=True) if math.isfinite(a)), default=0.0)
        prices = new
        if moved < 1e-14:
            break
    indices = [index_of(j, prices) for j in range(m)]
    flows = [[flow((i, j), prices[i], indices[j]) if (i, j) in arcs else 0.0 for j in range(m)] for i in range(n)]
    return prices, indices, flows


@st.composite
def cases(draw):
    """Any market of a few countries: lost links, bans, quotas, exact flows, tariffs, prices and capacity."""
    n, m = draw(st.integers(1, 4)), draw(st.integers(1, 4))

    def table(values, rows=n, columns=m):
        return np.array([[draw(values) for _ in range(columns)] for _ in range(rows)])

    size = st.one_of(st.just(0.0), st.floats(0.01, 1000.0))
    base = table(size)
    kind = table(st.sampled_from(["free", "free", "ban", "quota", "exact"]))
    left = table(st.floats(0.001, 1.5))
    exact = (kind == "exact") & (base > 0)
    some = st.booleans()
    market = Market(
        base,
        (kind == "ban") | (kind == "quota") | exact,
        np.where(kind == "ban", 0.0, base * np.where(exact, np.minimum(left, 0.95), left)),
        exact=exact,
        tariff=table(st.floats(0.0, 1.0)) if draw(some) else None,
        tariff_before=table(st.floats(-0.2, 0.5)) if draw(some) else None,
        supply_factor=table(st.sampled_from([0.96, 1.0, 1.3]), 1, n)[0] if draw(some) else None,
        price_usd_per_t=table(st.floats(1.0, 100.0), 1, n)[0] if draw(some) else None,
    )
    sigma = draw(st.floats(1.2, 6.0))
    parameters = (
        sigma,
        1 + (sigma - 1) * draw(st.floats(0.0, 0.9)),
        draw(st.floats(0.1, 2.0)),
        draw(st.floats(0.02, 1.0)),
        0.0,
    )
    return market, Draws(*(np.array([x]) for x in parameters))


def near(found, expected) -> bool:
    return np.allclose(found, expected, rtol=1e-10, atol=1e-10)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_the_fast_market_agrees_with_the_plain_one(case):
    market, draws = case
    found = clear(market, draws)
    prices, indices, flows = plain_market(market, draws)
    assert near(found.price_log[0], prices)
    assert near(found.index_log[0], indices)
    assert near(found.flow_t[0], flows)


def same(one: Clearing, other: Clearing) -> None:
    for f in fields(Clearing):
        if f.name != "residuals":
            assert getattr(one, f.name) == pytest.approx(getattr(other, f.name), rel=1e-10, abs=1e-10)


@settings(max_examples=20, deadline=None)
@given(st.lists(cases(), min_size=1, max_size=6), st.integers(1, 40))
def test_a_stream_gives_each_case_its_own_answer(drawn, room):
    """However many are solved at once, of whatever sizes, with whatever told."""
    kept, clearing._FLOWS = clearing._FLOWS, room
    try:
        found = list(cleared(drawn))
    finally:
        clearing._FLOWS = kept
    assert len(found) == len(drawn)
    for one, (market, draws) in zip(found, drawn, strict=True):
        same(one, clear(market, draws))


def scenarios(count: int) -> list[tuple[Market, Draws]]:
    random = np.random.default_rng(4)
    base = random.lognormal(2, 1.5, (12, 12)) * (random.random((12, 12)) < 0.5)
    np.fill_diagonal(base, 0.0)
    draws = draw_parameters(PARAMETERS, 4 * count, seed=5)
    made = []
    for k in range(count):
        stated = np.zeros(base.shape, dtype=bool)
        stated[k % 12] = base[k % 12] > 0
        made.append((Market(base, stated, base * (k % 3) / 4), draws.rows(slice(4 * k, 4 * k + 4))))
    return made


def test_many_scenarios_with_many_draws_each():
    made = scenarios(30)
    for found, (market, draws) in zip(cleared(made), made, strict=True):
        assert found.flow_t.shape == (4, 12, 12)
        same(found, clear(market, draws))


def test_a_stream_reads_no_further_than_it_solves(monkeypatch):
    monkeypatch.setattr(clearing, "_FLOWS", 3 * 4 * 144)
    read = []

    def watched():
        for k, case in enumerate(scenarios(30)):
            read.append(k)
            yield case

    stream = cleared(watched())
    next(stream)
    assert len(read) == 4, "three cases of four draws fit, and the fourth is what told so"
    assert sum(1 for _ in stream) == 29


def test_draws_are_solved_in_parts_that_fit(monkeypatch):
    (market, _), draws = scenarios(1)[0], draw_parameters(PARAMETERS, 50, seed=5)
    whole = clear(market, draws)
    monkeypatch.setattr(clearing, "_FLOWS", 7 * 144)
    same(whole, clear(market, draws))


def test_a_stream_of_nothing_is_nothing():
    assert list(cleared([])) == []


def test_the_case_that_finds_no_balance_is_named(monkeypatch):
    made = scenarios(5)
    free = [(Market(market.base_t, np.zeros_like(market.stated), market.stated_t), draws) for market, draws in made]
    monkeypatch.setattr(solve, "_STEPS", 1)
    stream = cleared([*free[:3], made[3], free[4]])
    assert [next(stream).residual < 1e-10 for _ in range(3)] == [True] * 3
    with pytest.raises(NotConverged, match=r"market, case 3, draw 0: largest residual .* 4 of 4 draws"):
        next(stream)


def test_a_case_whose_draws_do_not_fit_is_refused():
    market, draws = scenarios(1)[0]
    with pytest.raises(ScenarioError, match="supply_factor of 3 draws beside 4 draws"):
        next(cleared([(Market(market.base_t, market.stated, market.stated_t, supply_factor=np.ones((3, 12))), draws)]))
