"""The solver room: values, duals, whole numbers, contradictions in words, a time limit."""

from __future__ import annotations

import numpy as np
import pytest

from monazite.core.errors import NotConverged
from monazite.plan.solver import Draft, lp_text, solve


def diet(whole: bool = False) -> Draft:
    """Least 2a + 3b with a + 2b >= 4 and 3a + b >= 6: a = 1.6, b = 1.2, duals 7/5 and 1/5."""
    draft = Draft()
    food = draft.variables("food", (("a", "b"),), cost=np.array([2.0, 3.0]), whole=whole)
    draft.rows("need", (("iron", "zinc"),), [(np.stack([food, food]), np.array([[1.0, 2.0], [3.0, 1.0]]))], low=[4, 6])
    return draft


def test_an_optimum_and_its_duals_by_hand():
    answer = solve(diet(), "diet")
    assert answer.values == pytest.approx([1.6, 1.2], abs=1e-9)
    assert answer.cost == pytest.approx(6.8, abs=1e-9)
    assert answer.duals["need"] == pytest.approx([1.4, 0.2], abs=1e-9)
    assert answer.gap == 0


def test_whole_numbers_are_whole():
    answer = solve(diet(whole=True), "diet")
    assert answer.values.tolist() in ([2.0, 1.0], [4.0, 0.0], [1.0, 3.0])
    assert answer.cost == pytest.approx(7.0)


def test_no_variable_where_the_position_is_minus_one():
    draft = Draft()
    x = draft.variables("x", (("a", "b", "c"),), cost=1.0)
    draft.rows("chain", (("a", "b", "c"),), [(x, 1.0), (np.array([-1, x[0], x[1]]), -1.0)], low=1.0)
    assert solve(draft, "chain").values == pytest.approx([1, 2, 3])
    assert lp_text(draft, "chain") == "chain[a]: x[a] >= 1\nchain[b]: x[b] - x[a] >= 1\nchain[c]: x[c] - x[b] >= 1"


def test_a_contradiction_is_told_by_the_limits_that_make_it():
    draft = Draft()
    made = draft.variables("production", (("JPN", "IND"),), high=np.array([3.0, 4.0]))
    spare = draft.variables("spare", high=1.0)
    draft.rows("demand", (("magnets",),), [(made[None], 1.0)], low=10.0)
    draft.rows("other", (), [(spare, 1.0)], high=5.0)
    with pytest.raises(NotConverged) as raised:
        solve(draft, "plan for Japan")
    assert raised.value.what == "these limits cannot hold together: demand (magnets); production (JPN, IND)"
    with pytest.raises(NotConverged, match=r"together: plants \(JPN, IND\)\. Loosen"):
        solve(draft, "plan", words={"production": "plants", "demand": ""})


def test_a_cost_without_bound_is_refused():
    draft = Draft()
    x = draft.variables("x", cost=-1.0)
    draft.rows("least", (), [(x, 1.0)], low=1.0)
    with pytest.raises(NotConverged, match="no lower bound"):
        solve(draft, "test")


def test_no_time_is_no_answer():
    random = np.random.default_rng(1)
    names = tuple(map(str, range(60)))
    draft = Draft()
    x = draft.variables("x", (names,), high=1.0, cost=-random.random(60), whole=True)
    draft.rows("sack", (names[:20],), [(np.tile(x, (20, 1)), random.random((20, 60)))], high=8.0)
    with pytest.raises(NotConverged, match="no answer within 0 s"):
        solve(draft, "sack", time_limit_s=0.0)


def test_a_time_limit_gives_the_best_so_far_with_its_gap():
    random = np.random.default_rng(1)
    names = tuple(map(str, range(100)))
    draft = Draft()
    x = draft.variables("x", (names,), high=1.0, cost=-random.random(100), whole=True)
    draft.rows("sack", (names[:30],), [(np.tile(x, (30, 1)), random.random((30, 100)))], high=10.0)
    answer = solve(draft, "sack", time_limit_s=0.5)
    assert 0 < answer.gap < 1
    assert set(np.rint(answer.values)) == {0.0, 1.0}


def test_a_malformed_programme_is_refused():
    draft = Draft()
    x = draft.variables("x")
    draft.rows("twice", (), [(x, 1.0), (x, 1.0)], low=1.0)
    with pytest.raises(ValueError, match="malformed"):
        solve(draft, "test")
