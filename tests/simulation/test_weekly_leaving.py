"""What leaves a country by month: held goods are late, none are lost, and months hold their days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from monazite.core.errors import ScenarioError
from monazite.simulation.weekly import Chain, Drivers, Habits, runs
from monazite.simulation.weekly.leaving import by_span, exports_leaving, leaving

NONE = np.zeros(0, dtype=np.int64)
WEEKS = 20


@pytest.fixture
def chain() -> Chain:
    """One country makes 10 t a week and sells 6 and 4 of it to two others."""
    return Chain(
        goods=("metal",),
        countries=("maker", "user", "other"),
        production_t=np.array([[10.0, 0.0, 0.0]]),
        use_t=np.array([[0.0, 6.0, 4.0]]),
        unrecorded_t=np.zeros((1, 3)),
        good=np.array([0, 0]),
        seller=np.array([0, 0]),
        buyer=np.array([1, 2]),
        flow_t=np.array([6.0, 4.0]),
        lag_weeks=np.array([1, 2]),
        step_start=NONE,
        step_end=NONE,
        step_input_t=np.zeros(0),
        recycled_share=np.zeros(1),
        by_product=NONE,
        host=NONE,
        host_share=np.zeros(0),
    )


@pytest.fixture
def habits() -> Habits:
    return Habits(np.array([[6.0]]), np.array([[0.2]]), np.array([8.0]), np.array([0.05]), np.array([0.5]))


def held(arc_group: tuple[int, int], delay: int) -> Drivers:
    """A licence from week 4 on over the arcs of group 1."""
    late = np.zeros((1, WEEKS, 2), dtype=np.int64)
    late[:, 4:, 1] = delay
    ones = np.ones((1, WEEKS, 1))
    free = np.full((1, WEEKS, 2), np.inf)
    return Drivers(np.array(arc_group), free, late, np.zeros((1, 3), dtype=np.int64), ones, ones, ones, 0 * ones)


def test_without_a_shock_what_was_sent_before_leaves(chain, habits):
    drivers = held((1, 1), delay=0)
    (left,) = exports_leaving(runs(chain, habits, drivers), chain, drivers, [(0, 0)])
    assert np.array_equal(left, np.ones((1, WEEKS)))


def test_a_licence_stops_what_leaves_for_as_long_as_it_takes(chain, habits):
    drivers = held((1, 1), delay=5)
    (left,) = exports_leaving(runs(chain, habits, drivers), chain, drivers, [(0, 0)])
    assert np.array_equal(left[0, :4], np.ones(4))
    assert not left[0, 4:9].any()
    assert (left[0, 9:] > 0).all()


def test_what_a_run_does_not_tell_is_refused(chain, habits):
    drivers = held((1, 0), delay=5)
    with pytest.raises(ScenarioError, match="delayed otherwise"):
        exports_leaving(runs(chain, habits, drivers), chain, drivers, [(0, 0)])
    with pytest.raises(ScenarioError, match="no exports"):
        exports_leaving(runs(chain, habits, drivers), chain, drivers, [(0, 1)])


def test_nothing_is_lost_but_what_is_still_held():
    random = np.random.default_rng(1)
    sent, delay = random.random((3, 30)), random.integers(0, 6, (3, 30))
    held_at_the_end = (np.arange(30) + delay) >= 30
    assert np.allclose(leaving(sent, delay).sum(axis=1), np.where(held_at_the_end, 0, sent).sum(axis=1))


@pytest.mark.parametrize(("day", "span"), [(date(2023, 10, 20), "month"), (date(2010, 7, 1), "year")])
def test_months_and_years_hold_their_days(day, span):
    months = by_span(np.full((1, 120), 1.0), day, span)
    assert all(mean == pytest.approx(1.0) for mean in months.values())
    stopped = by_span(np.zeros((1, 120)), day, span)
    first = day.replace(day=1) if span == "month" else day.replace(month=1, day=1)
    days = 31 if span == "month" else 365
    assert next(iter(stopped.values())) == pytest.approx((day - first).days / days)


def test_a_delay_is_the_same_for_one_draw_or_many(chain):
    two = Habits(*(np.repeat(x, 2, axis=0) for x in (np.array([[6.0]]), np.array([[0.2]]))), *np.full((3, 2), 1.0))
    drivers = held((1, 1), delay=3)
    both = replace(drivers, delay_weeks=np.concatenate([drivers.delay_weeks, 2 * drivers.delay_weeks]))
    (left,) = exports_leaving(runs(chain, two, both), chain, both, [(0, 0)])
    assert [int(np.argmax(x[5:] > 0)) for x in left] == [2, 5]
