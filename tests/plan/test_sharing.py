"""Shapley value, nucleolus and core: games of the literature, and laws."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.core.errors import MonaziteError
from monazite.plan.sharing import core, members, nucleolus, shapley


def game(players, worth):
    """The worths of a rule over the set of members."""
    return np.array([float(worth([i for i in range(players) if s >> i & 1])) for s in range(1 << players)])


def bankruptcy(estate, *claims):
    """What a coalition is left with once all others are paid in full (Aumann and Maschler 1985)."""
    return game(len(claims), lambda s: max(0, estate - sum(c for i, c in enumerate(claims) if i not in s)))


@pytest.mark.parametrize(
    ("estate", "shares"), [(100, [100 / 3] * 3), (200, [50, 75, 75]), (300, [50, 100, 150]), (400, [50, 125, 225])]
)
def test_the_nucleolus_divides_the_estates_of_the_talmud(estate, shares):
    assert nucleolus(bankruptcy(estate, 100, 200, 300)) == pytest.approx(shares, abs=1e-7)


def test_airport_fees_of_littlechild_and_owen():
    """A runway serves the largest that use it: Shapley shares each stretch equally among those who need it (1973)."""
    costs = np.array([1.0, 4.0, 6.0, 10.0])
    saved = game(4, lambda s: costs[s].sum() - max(costs[s], default=0.0))
    stretches = np.diff(costs, prepend=0.0) / np.arange(4, 0, -1)
    assert costs - shapley(saved) == pytest.approx(np.cumsum(stretches), abs=1e-12)
    # Littlechild 1974: the next group to be settled is the one that can pay least a head.
    fees, paid, last = [], 0.0, len(costs) - 1
    while len(fees) < last:
        i = len(fees)
        least = min([(costs[k] - paid) / (k - i + 2) for k in range(i, last)] + [(costs[last] - paid) / (last - i + 1)])
        fees.append(least)
        paid += least
    assert costs - nucleolus(saved) == pytest.approx([*fees, costs[last] - paid], abs=1e-6)


def test_gloves_go_to_who_has_the_rare_one():
    gloves = game(3, lambda s: min(2 in s, len([i for i in s if i < 2])))
    assert shapley(gloves) == pytest.approx([1 / 6, 1 / 6, 2 / 3])
    assert nucleolus(gloves) == pytest.approx([0, 0, 1], abs=1e-9)
    found = core(gloves, shapley(gloves))
    assert not found.empty
    assert found.leavers == (0b101, 0b110)  # each owner of a left glove with the owner of the right one
    assert found.complaint == pytest.approx([1 / 6, 1 / 6])


@pytest.mark.parametrize(("players", "quota", "epsilon"), [(3, 2, 1 / 3), (5, 3, 2 / 5), (4, 3, 1 / 4)])
def test_the_core_of_a_majority_game_is_empty(players, quota, epsilon):
    majority = game(players, lambda s: len(s) >= quota)
    equal = np.full(players, 1 / players)
    assert nucleolus(majority) == pytest.approx(equal, abs=1e-9)
    found = core(majority, equal)
    assert found.empty
    assert found.epsilon == pytest.approx(epsilon)


def test_a_player_alone_has_it_all():
    assert shapley(np.array([0.0, 7.0])) == pytest.approx([7])
    assert nucleolus(np.array([0.0, 7.0])) == pytest.approx([7])
    assert core(np.array([0.0, 7.0]), np.array([7.0])).leavers == ()


def test_what_is_no_game_is_refused():
    for bad in ([0.0, 1.0, 2.0], [1.0, 2.0], [0.0, np.inf]):
        with pytest.raises(MonaziteError, match="2\\^n finite worths"):
            shapley(np.array(bad))
    with pytest.raises(MonaziteError, match="each alone"):
        nucleolus(np.array([0.0, 3.0, 3.0, 4.0]))


def superadditive(seed, players):
    """A random game in which joining never hurts."""
    random = np.random.default_rng(seed)
    value = np.zeros(1 << players)
    for s in range(1, 1 << players):
        parts = [t for t in range(1, s) if t & s == t]
        value[s] = max((value[t] + value[s ^ t] for t in parts), default=0.0) + random.random() * bool(parts)
    return value


games = st.builds(superadditive, st.integers(0, 10**6), st.integers(2, 5))
few = settings(max_examples=20, deadline=None)


@few
@given(games)
def test_shapley_is_the_mean_over_all_orders(value):
    n = len(value).bit_length() - 1
    mean = np.zeros(n)
    orders = list(permutations(range(n)))
    for order in orders:
        for at, i in enumerate(order):
            before = sum(1 << j for j in order[:at])
            mean[i] += (value[before | 1 << i] - value[before]) / len(orders)
    assert shapley(value) == pytest.approx(mean)


@few
@given(games, st.integers(0, 10**6))
def test_shapley_is_efficient_additive_and_blind_to_names(value, seed):
    n = len(value).bit_length() - 1
    other, order = superadditive(seed, n), np.random.default_rng(seed).permutation(n)
    assert shapley(value).sum() == pytest.approx(value[-1])
    assert shapley(value + other) == pytest.approx(shapley(value) + shapley(other))
    renamed = np.empty_like(value)
    renamed[members(n) @ (1 << np.argsort(order))] = value
    for rule in (shapley, nucleolus):
        assert rule(renamed) == pytest.approx(rule(value)[order], abs=1e-6)


@few
@given(games)
def test_a_dummy_gets_what_it_has_alone(value):
    n = len(value).bit_length() - 1
    with_dummy = np.concatenate([value, value + 0.5])
    assert shapley(with_dummy)[n] == pytest.approx(0.5)
    assert nucleolus(with_dummy)[n] == pytest.approx(0.5, abs=1e-6)


@few
@given(games)
def test_the_nucleolus_is_in_the_core_where_there_is_one(value):
    shares = nucleolus(value)
    found = core(value, shares)
    n = len(value).bit_length() - 1
    complaint = (value - members(n) @ shares)[1:-1]
    assert shares.sum() == pytest.approx(value[-1])
    assert (shares >= value[1 << np.arange(n)] - 1e-6).all()
    if not found.empty:
        assert found.leavers == ()
        assert complaint.max() == pytest.approx(found.epsilon, abs=1e-6)
