"""The weekly kernels: laws they hold for any chain, and one against the other."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import array_api_strict
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.core.errors import NotConverged, ScenarioError
from monazite.simulation.weekly import Chain, Drivers, Habits, Kernel, Run, compiled, plain, runs

SEEDS = st.integers(0, 10**6)
KERNELS = pytest.mark.parametrize("advance", [plain.advance, compiled.advance], ids=["plain", "compiled"])


def any_chain(seed: int, goods: int = 3, countries: int = 6) -> Chain:
    """A chain with flows of very different size, places that only resell, a by-product and holes in the record."""
    random = np.random.default_rng(seed)
    flow = np.where(
        random.random((goods, countries, countries)) < 0.4, random.lognormal(0, 2, (goods, *[countries] * 2)), 0
    )
    flow *= 1 - np.eye(countries)
    made = random.lognormal(2, 1.5, (goods, countries)) * (random.random((goods, countries)) < 0.6)
    good, seller, buyer = np.nonzero(flow)
    start = np.arange(goods - 1)
    taken = np.zeros_like(made)
    taken[:-1] = 1.3 * made[1:]
    left = made + flow.sum(axis=1) - flow.sum(axis=2) - taken
    lost = np.where(left > 0, 0.1 * left, 0.0)
    return Chain(
        goods=tuple(f"good {g}" for g in range(goods)),
        countries=tuple(f"C{i:02}" for i in range(countries)),
        production_t=made,
        use_t=np.maximum(left, 0) - lost,
        unrecorded_t=np.maximum(-left, 0) - lost,
        good=good,
        seller=seller,
        buyer=buyer,
        flow_t=flow[good, seller, buyer],
        lag_weeks=random.integers(1, 6, len(good)),
        step_start=start,
        step_end=start + 1,
        step_input_t=np.full(goods - 1, 1.3),
        recycled_share=np.where(np.arange(goods) > 0, 0.2, 0.0),
        by_product=np.array([goods - 1]),
        host=np.array([0]),
        host_share=np.array([0.5]),
    )


def any_habits(seed: int, draws: int = 2, goods: int = 3) -> Habits:
    random = np.random.default_rng([seed, 1])
    return Habits(
        cover_weeks=random.uniform(0, 12, (draws, goods)),
        spare=random.uniform(0, 0.3, (draws, goods)),
        catch_up_weeks=random.uniform(3, 12, draws),
        contract_rate=random.uniform(0, 0.3, draws),
        price_slope=random.uniform(0.3, 1, draws),
    )


def quiet(chain: Chain, weeks: int, draws: int = 1, groups: int = 1) -> Drivers:
    """Nothing happens, in each of the groups."""
    shape = draws, weeks, groups
    return Drivers(
        arc_group=np.zeros(len(chain.flow_t), dtype=np.int64),
        limit=np.full(shape, np.inf),
        delay_weeks=np.zeros(shape, dtype=np.int64),
        place_group=np.zeros(chain.production_t.shape, dtype=np.int64),
        capacity=np.ones(shape),
        demand=np.ones(shape),
        cover=np.ones(shape),
        release=np.zeros(shape),
    )


def any_shock(chain: Chain, seed: int, weeks: int = 60, draws: int = 2) -> Drivers:
    """Some of everything, at once, other in each draw."""
    random = np.random.default_rng([seed, 2])
    drivers = quiet(chain, weeks, draws, 3)
    drivers.arc_group[:] = random.integers(0, 3, len(chain.flow_t))
    drivers.place_group[:] = random.integers(0, 3, chain.production_t.shape)
    some = slice(4, 30)
    drivers.limit[:, some, 1] = random.uniform(0, 1, (draws, 1)) * random.integers(0, 2)
    drivers.delay_weeks[:, some, 2] = random.integers(0, 5, (draws, 26))
    drivers.capacity[:, some, 1] = random.uniform(0, 1, (draws, 26))
    drivers.demand[:, some, 2] = random.uniform(0.5, 1.5, (draws, 26))
    drivers.cover[:, some, 1] = random.uniform(0.5, 2, (draws, 1))
    drivers.release[:, some, 2] = random.uniform(0, 0.2, (draws, 1))
    pattern = chain.flow_t * random.uniform(0, 2, (draws, len(chain.flow_t)))
    return replace(drivers, pattern_t=pattern, pattern_weeks=np.arange(weeks) < 30)


def line(sellers: int = 1) -> Chain:
    """Country 0 uses 10 t a week of what the others make, each the same part; the way takes two weeks."""
    n = sellers + 1
    each = 10.0 / sellers
    none = np.zeros(0, dtype=np.int64)
    return Chain(
        ("metal",),
        tuple("ABCDE"[:n]),
        np.array([[0.0, *[each] * sellers]]),
        np.array([[10.0, *[0.0] * sellers]]),
        np.zeros((1, n)),
        np.zeros(sellers, dtype=np.int64),
        np.arange(1, n),
        np.zeros(sellers, dtype=np.int64),
        np.full(sellers, each),
        np.full(sellers, 2),
        none,
        none,
        np.zeros(0),
        np.zeros(1),
        none,
        none,
        np.zeros(0),
    )


def one_habit(cover: float = 6.0, spare: float = 0.5, catch_up: float = 4.0, rate: float = 0.2) -> Habits:
    return Habits(np.array([[cover]]), np.array([[spare]]), np.array([catch_up]), np.array([rate]), np.array([0.5]))


def ban(chain: Chain, weeks: int, of: slice, limit: float = 0.0, seller: int = 1) -> Drivers:
    drivers = quiet(chain, weeks, groups=2)
    drivers.arc_group[chain.seller == seller] = 1
    drivers.limit[:, of, 1] = limit
    return drivers


def same(a: Run, b: Run, within: float) -> None:
    for field in fields(Run)[:-1]:
        x, y = getattr(a, field.name), getattr(b, field.name)
        np.testing.assert_allclose(x, y, rtol=0, atol=within * max(np.abs(x).max(), 1e-300), err_msg=field.name)


@KERNELS
@settings(max_examples=3, deadline=None)
@given(seed=SEEDS)
def test_without_a_shock_nothing_moves_ever(advance: Kernel, seed: int) -> None:
    chain, habits = any_chain(seed), any_habits(seed)
    run = advance(chain, habits, quiet(chain, 520))
    assert not run.unmet_t.any()
    assert not run.price_log.any()
    for level in (run.stock_t, run.made_t, run.sent_t):
        assert (level == level[:, :1]).all()
    np.testing.assert_array_equal(run.made_t[0, 0], chain.production_t)


@KERNELS
@settings(max_examples=8, deadline=None)
@given(seed=SEEDS)
def test_tonnes_are_neither_made_nor_lost(advance: Kernel, seed: int) -> None:
    chain = any_chain(seed)
    run = advance(chain, any_habits(seed), any_shock(chain, seed))
    assert (run.residual < 1e-12).all()
    assert all((x >= -1e-9).all() for x in (run.unmet_t, run.made_t, run.sent_t, run.stock_t))
    for part in (run.unmet_t, run.made_t, run.sent_t, run.stock_t, run.price_log):
        assert np.isfinite(part).all()


@settings(max_examples=8, deadline=None)
@given(seed=SEEDS)
def test_the_two_kernels_agree(seed: int) -> None:
    chain, habits = any_chain(seed), any_habits(seed)
    drivers = any_shock(chain, seed)
    run = compiled.advance(chain, habits, drivers)
    same(plain.advance(chain, habits, drivers), run, 1e-10)
    assert np.ptp(run.made_t, axis=1).any()


def test_the_plain_kernel_asks_nothing_of_its_arrays_but_the_standard() -> None:
    chain, habits = any_chain(1, countries=4), any_habits(1)
    drivers = any_shock(chain, 1, weeks=32)
    same(plain.advance(chain, habits, drivers), plain.advance(chain, habits, drivers, array_api_strict), 1e-14)


@settings(max_examples=8, deadline=None)
@given(seed=SEEDS)
def test_units_cancel(seed: int) -> None:
    chain, habits = any_chain(seed), any_habits(seed)
    drivers = any_shock(chain, seed)
    names = ("production_t", "use_t", "unrecorded_t", "flow_t")
    kilograms = replace(chain, **{name: 1000 * getattr(chain, name) for name in names})
    assert drivers.pattern_t is not None
    run, big = (
        compiled.advance(c, habits, replace(drivers, pattern_t=k * drivers.pattern_t))
        for c, k in ((chain, 1), (kilograms, 1000))
    )
    for name in ("unmet_t", "made_t", "sent_t", "stock_t"):
        np.testing.assert_allclose(1000 * getattr(run, name), getattr(big, name), rtol=1e-7, atol=1e-6)
    np.testing.assert_allclose(run.price_log, big.price_log, atol=1e-8)


@settings(max_examples=8, deadline=None)
@given(seed=SEEDS)
def test_names_do_not_matter(seed: int) -> None:
    chain, habits, random = any_chain(seed), any_habits(seed), np.random.default_rng(seed)
    drivers = any_shock(chain, seed)
    to = random.permutation(len(chain.countries))  # country i is called to[i]
    was = np.argsort(to)
    arcs = random.permutation(len(chain.flow_t))
    places: dict[str, Any] = {n: getattr(chain, n)[:, was] for n in ("production_t", "use_t", "unrecorded_t")}
    rows: dict[str, Any] = {n: getattr(chain, n)[arcs] for n in ("good", "flow_t", "lag_weeks")}
    other = replace(chain, **places, **rows, seller=to[chain.seller][arcs], buyer=to[chain.buyer][arcs])
    assert drivers.pattern_t is not None
    told = replace(
        drivers,
        arc_group=drivers.arc_group[arcs],
        place_group=drivers.place_group[:, was],
        pattern_t=drivers.pattern_t[:, arcs],
    )
    run, moved = compiled.advance(chain, habits, drivers), compiled.advance(other, habits, told)
    back = {f.name: getattr(moved, f.name)[..., to] for f in fields(Run)[:-1]}
    same(run, replace(moved, **back), 1e-9)


@KERNELS
def test_a_ban_that_ends_is_forgotten(advance: Kernel) -> None:
    chain = line(2)
    run = advance(chain, one_habit(spare=0.2), ban(chain, 260, slice(4, 30)))
    assert run.unmet_t[0, :30, 0, 0].max() > 1
    assert run.unmet_t[0, 100:].max() < 1e-9
    np.testing.assert_allclose(run.stock_t[0, -1], run.stock_t[0, 0], rtol=1e-6)
    np.testing.assert_allclose(run.made_t[0, -1], chain.production_t, rtol=1e-6)
    np.testing.assert_allclose(run.price_log[0, -1], 0, atol=1e-6)


@KERNELS
def test_what_is_under_way_arrives_and_stocks_last_as_long_as_they_cover(advance: Kernel) -> None:
    chain = line()
    run = advance(chain, one_habit(cover=6.0), ban(chain, 40, slice(4, 40)))
    # The ban is from week 4, the way takes 2 weeks, the stock is 6 weeks of use.
    np.testing.assert_allclose(run.unmet_t[0, :, 0, 0], [0.0] * 12 + [10.0] * 28, atol=1e-9)
    assert (run.sent_t[0, 4:, 0, 1] == 0).all()
    assert run.made_t[0, -1, 0, 1] == pytest.approx(0, abs=1e-9)  # the maker's stock is full


@KERNELS
def test_dealers_in_a_ring_stop_selling_each_other_what_nobody_makes(advance: Kernel) -> None:
    """A maker sends 3 t a week to each of three dealers, who use 3 and pass 1 on; two years on none moves."""
    empty = line(3)
    chain = replace(
        empty,
        production_t=np.array([[0.0, 0.0, 0.0, 9.0]]),
        use_t=np.array([[3.0, 3.0, 3.0, 0.0]]),
        good=np.zeros(6, dtype=np.int64),
        seller=np.array([3, 3, 3, 0, 1, 2]),
        buyer=np.array([0, 1, 2, 1, 2, 0]),
        flow_t=np.array([3.0, 3.0, 3.0, 1.0, 1.0, 1.0]),
        lag_weeks=np.ones(6, dtype=np.int64),
    )
    run = advance(chain, one_habit(), ban(chain, 160, slice(4, 160), seller=3))
    assert run.residual.max() <= 1e-9
    assert run.arrived_t[0, 108:].max() < 0.01


@KERNELS
def test_a_later_arrival_is_short_for_as_long_as_it_is_late(advance: Kernel) -> None:
    chain = line()
    drivers = quiet(chain, 60, groups=2)
    drivers.arc_group[:] = 1
    drivers.delay_weeks[:, 4:, 1] = 5
    run = advance(chain, one_habit(cover=0.0, spare=0.0), drivers)
    assert np.flatnonzero(run.unmet_t[0, :, 0, 0] > 1e-9).tolist() == [6, 7, 8, 9, 10]


@settings(max_examples=10, deadline=None)
@given(st.floats(0.1, 10), st.floats(0.1, 5), st.floats(0, 0.99), st.floats(0, 0.99))
def test_more_cover_and_smaller_cuts_put_the_shortage_off(cover: float, more: float, one: float, other: float) -> None:
    chain = line()

    def first(cover: float, limit: float) -> int:
        run = compiled.advance(chain, one_habit(cover), ban(chain, 80, slice(4, 80), limit))
        short = np.flatnonzero(run.unmet_t[0, :, 0, 0] > 1e-9)
        return int(short[0]) if len(short) else 80

    assert first(cover, one) <= first(cover + more, one)
    assert first(cover, min(one, other)) <= first(cover, max(one, other))


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS, more=st.floats(0, 5))
def test_more_cover_never_brings_the_first_shortage_anywhere_forward(seed: int, more: float) -> None:
    """Until something is short the course is the same for any cover, but for the level of stocks."""
    chain, habits = any_chain(seed), any_habits(seed)
    drivers = any_shock(chain, seed)
    drivers.cover[:] = 1.0

    def first(habits: Habits) -> list[int]:
        unmet = compiled.advance(chain, habits, drivers).unmet_t.sum(axis=(2, 3))
        return [int(np.argmax(x > 1e-9)) if (x > 1e-9).any() else drivers.weeks for x in unmet]

    longer = replace(habits, cover_weeks=habits.cover_weeks + more)
    assert all(a <= b for a, b in zip(first(habits), first(longer), strict=True))


def test_orders_move_to_who_delivers_at_the_contract_rate() -> None:
    chain = line(2)
    run = compiled.advance(chain, one_habit(cover=200.0, spare=2.0, rate=0.1), ban(chain, 30, slice(0, 30)))
    assert run.sent_t[0, 0, 0, 2] == 5
    assert (np.diff(run.sent_t[0, :8, 0, 2]) > 0).all()
    still = compiled.advance(chain, one_habit(cover=200.0, catch_up=1e9, rate=0.0), ban(chain, 30, slice(0, 30)))
    np.testing.assert_allclose(still.sent_t[0, :, 0, 2], 5, rtol=1e-6)


def test_a_pattern_from_outside_is_followed_while_it_holds() -> None:
    chain = line(2)
    drivers = replace(quiet(chain, 200), pattern_t=np.array([[0.0, 10.0]]), pattern_weeks=np.arange(200) < 60)
    run = compiled.advance(chain, one_habit(spare=2.0, rate=0.3), drivers)
    np.testing.assert_allclose(run.sent_t[0, 59, 0], [0, 0, 10], atol=1e-3)
    np.testing.assert_allclose(run.sent_t[0, -1, 0], [0, 5, 5], atol=1e-3)


@KERNELS
def test_scrap_feeds_what_ore_no_longer_does_and_a_by_product_stops_with_its_host(advance: Kernel) -> None:
    arcs = {name: np.zeros(0, dtype=np.int64) for name in ("good", "seller", "buyer", "lag_weeks")}
    chain = Chain(
        ("ore", "metal", "by-product"),
        ("A",),
        np.array([[13.0], [10.0], [4.0]]),
        np.array([[0.0], [10.0], [4.0]]),
        np.zeros((3, 1)),
        **arcs,
        flow_t=np.zeros(0),
        step_start=np.array([0]),
        step_end=np.array([1]),
        step_input_t=np.array([1.3]),
        recycled_share=np.array([0.0, 0.2, 0.0]),
        by_product=np.array([2]),
        host=np.array([0]),
        host_share=np.array([0.75]),
    )
    drivers = quiet(chain, 60, groups=2)
    drivers.place_group[0] = 1
    drivers.capacity[:, 10:, 1] = 0
    habits = Habits(np.full((1, 3), 2.0), np.zeros((1, 3)), np.array([4.0]), np.zeros(1), np.array([0.5]))
    run = advance(chain, habits, drivers)
    # Two weeks of ore are in stock; then only scrap is left, and of the by-product the part with no host.
    np.testing.assert_allclose(run.made_t[0, :, 0, 0], [13] * 10 + [0] * 50)
    np.testing.assert_allclose(run.made_t[0, :, 1, 0][[9, 11, 12, 59]], [10, 10, 2, 2], rtol=1e-9)
    np.testing.assert_allclose(run.made_t[0, :, 2, 0][[9, 10, 11, 59]], [4, 4, 1, 1])
    # Stocks of metal fill the gap of 8 t a week for two and a half weeks.
    np.testing.assert_allclose(run.unmet_t[0, 11:16, 1, 0], [0, 0, 0, 4, 8], atol=1e-9)


def test_chunks_of_draws_are_what_all_at_once_are() -> None:
    chain, habits = any_chain(5), any_habits(5, draws=7)
    drivers = any_shock(chain, 5, draws=7)
    whole = compiled.advance(chain, habits, drivers)
    parts = list(runs(chain, habits, drivers, compiled.advance, chunk=3))
    assert [len(p.residual) for p in parts] == [3, 3, 1]
    for field in fields(Run):
        np.testing.assert_array_equal(
            np.concatenate([getattr(p, field.name) for p in parts]), getattr(whole, field.name)
        )


def test_one_thread_is_what_many_are() -> None:
    chain, habits = any_chain(6), any_habits(6, draws=5)
    drivers = any_shock(chain, 6, draws=5)
    a, b = (compiled.advance(chain, habits, drivers, threads) for threads in (1, 4))
    for field in fields(Run):
        np.testing.assert_array_equal(getattr(a, field.name), getattr(b, field.name))


def test_arithmetic_that_loses_tonnes_is_refused() -> None:
    chain, habits = any_chain(7), any_habits(7)

    def leaky(chain: Chain, habits: Habits, drivers: Drivers) -> Run:
        return replace(plain.advance(chain, habits, drivers), residual=np.array([0.0, 1e-6]))

    with pytest.raises(NotConverged, match="made or lost"):
        list(runs(chain, habits, quiet(chain, 3), leaky))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"use_t": np.array([[9.0, 0.0]])}, "A: 1 t a week more come than go"),
        ({"flow_t": np.array([-10.0])}, "negative"),
        ({"lag_weeks": np.array([0])}, "lag below one week"),
        ({"buyer": np.array([1])}, "to itself"),
        ({"seller": np.array([7])}, "good or country that is none"),
        ({"production_t": np.array([[np.nan, 10.0]])}, "not finite"),
        ({"recycled_share": np.array([1.5])}, "outside 0 to 1"),
        ({"step_start": np.array([0]), "step_end": np.array([0]), "step_input_t": np.ones(1)}, "later good"),
        ({"use_t": np.zeros((1, 3))}, "unequal shapes"),
    ],
)
def test_a_chain_that_cannot_be_is_refused(change: dict[str, Any], told: str) -> None:
    with pytest.raises(ScenarioError, match=told):
        replace(line(), **change)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"spare": np.array([[-0.1]])}, "spare of 0 or more"),
        ({"contract_rate": np.array([1.1])}, "contract_rate from 0 to 1"),
        ({"catch_up_weeks": np.array([np.nan])}, "catch_up_weeks of 1 or more"),
        ({"price_slope": np.ones(2)}, "unequal numbers of draws"),
    ],
)
def test_habits_that_cannot_be_are_refused(change: dict[str, Any], told: str) -> None:
    with pytest.raises(ScenarioError, match=told):
        replace(one_habit(), **change)


def test_drivers_that_do_not_fit_are_refused() -> None:
    chain = line()
    fine = quiet(chain, 5, groups=2)
    with pytest.raises(ScenarioError, match="group 0 is not left alone"):
        replace(fine, demand=2 * fine.demand)
    with pytest.raises(ScenarioError, match="negative or not a number"):
        replace(fine, release=fine.release - np.array([0.0, 1.0]))
    with pytest.raises(ScenarioError, match="unequal weeks or groups"):
        replace(fine, arc_group=np.array([4]))
    with pytest.raises(ScenarioError, match="groups of 1 arcs"):
        next(runs(chain, one_habit(), replace(fine, arc_group=np.zeros(2, dtype=np.int64))))
    with pytest.raises(ScenarioError, match="drivers of 1 or 1 draws"):
        next(runs(chain, one_habit(), quiet(chain, 5, draws=3)))
