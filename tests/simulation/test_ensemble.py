"""Points over ranges, and whose an outcome's variance is: published indices, a peer's, and laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from SALib.analyze import rbd_fast, sobol

from monazite.core.errors import ScenarioError
from monazite.core.values import Band
from monazite.simulation.ensemble import Design, points, variance_shares
from monazite.simulation.ranges import first_order, latin_hypercube, values_at
from monazite.simulation.values import Parameter

XYZ = tuple(Parameter(name, Band(-np.pi, 0, np.pi), "1", "assumption") for name in "xyz")
FIRST, TOTAL = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)
"""Of the Ishigami function with a = 7, b = 0.1: Saltelli et al. 2008, Global Sensitivity Analysis, table 4.1."""


def ishigami(at: NDArray[np.float64]) -> NDArray[np.float64]:
    """A function whose indices are known in closed form; it has an interaction and a part that is not monotonic."""
    x, y, z = values_at(XYZ, at).values()
    return np.asarray(np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x))[:, None]


def test_published_indices() -> None:
    design = Design(XYZ, 4096, seed=1)
    found = variance_shares(design, ishigami(points(design)))
    assert found.first[0] == pytest.approx(FIRST, abs=0.02)
    assert found.total[0] == pytest.approx(TOTAL, abs=0.02)


def test_indices_of_a_plain_sample() -> None:
    at = latin_hypercube(4096, 3, seed=1)
    assert first_order(at, ishigami(at))[0] == pytest.approx(FIRST, abs=0.02)


def test_as_salib_has_them() -> None:
    design = Design(XYZ, 1024, seed=3)
    at = points(design)
    y = ishigami(at)
    problem = {"num_vars": 3, "names": list("xyz"), "bounds": [[-np.pi, np.pi]] * 3}
    blocks = y[:, 0].reshape(5, 1024)
    a, b, mixed = blocks[0], blocks[1], blocks[2:]
    theirs = sobol.analyze(problem, np.vstack([a, mixed, b]).T.ravel(), calc_second_order=False, seed=1)
    ours = variance_shares(design, y)
    assert ours.first[0] == pytest.approx(theirs["S1"], abs=0.01)
    assert ours.total[0] == pytest.approx(theirs["ST"], abs=0.01)
    sample = at[:1024]
    plain = rbd_fast.analyze(problem, sample, y[:1024, 0], M=4, seed=1)
    assert first_order(sample, y[:1024])[0] == pytest.approx(plain["S1"], abs=0.05)


@given(st.integers(0, 2**31), st.floats(1e-6, 1e6), st.floats(-1e6, 1e6))
@settings(max_examples=15, deadline=None)
def test_neither_unit_nor_level_matters(seed: int, unit: float, level: float) -> None:
    at = latin_hypercube(64, 3, seed)
    y = ishigami(at)
    assert first_order(at, y * unit + unit * level) == pytest.approx(first_order(at, y), abs=1e-6)


@given(st.permutations(range(3)), st.integers(0, 100))
@settings(max_examples=10, deadline=None)
def test_permuted_parameters_permute_the_answer(order: list[int], seed: int) -> None:
    at = latin_hypercube(96, 3, seed)
    y = ishigami(at)
    assert first_order(at[:, order], y) == pytest.approx(first_order(at, y)[:, order])


def test_what_never_moves_has_no_cause() -> None:
    design = Design(XYZ, 64, seed=1)
    still = np.full((design.rows, 2), 3.0)
    assert np.isnan(variance_shares(design, still).first).all()
    assert np.isnan(first_order(points(design)[:64], still[:64])).all()


def test_one_parameter_is_all_there_is() -> None:
    design = Design(XYZ[:1], 256, seed=1)
    found = variance_shares(design, points(design) * [1.0, 2.0])
    assert found.first == pytest.approx(np.ones((2, 1)), abs=0.01)


def test_the_first_points_are_a_sample_by_themselves() -> None:
    at = points(Design(XYZ, 256, seed=5))
    assert np.abs(at[:256].mean(axis=0) - 0.5).max() < 0.01
    assert (np.sort(at[:256] * 256 // 1, axis=0) == np.arange(256)[:, None]).all()
    assert (points(Design(XYZ, 256, seed=5)) == at).all()
    assert (points(Design(XYZ, 256, seed=6)) != at).any()


def test_ranges_reach_their_ends_and_their_centre() -> None:
    over_zero = Parameter("delay", Band(0, 2, 8), "weeks", "assumption")
    found = values_at([over_zero], np.array([[0.0], [0.25], [0.5], [1.0]]))["delay"]
    assert found.tolist() == [0, 1, 2, 8]


@pytest.mark.parametrize("count", [0, 1, 3, 100, 1 << 21])
def test_a_number_of_points_that_is_no_power_of_two(count: int) -> None:
    with pytest.raises(ScenarioError, match="expected a power of 2") as refused:
        Design(XYZ, count, seed=1)
    near = int(refused.value.mend.split()[-1])
    assert Design(XYZ, near, seed=1).count == near


def test_what_cannot_be_told_is_not_told() -> None:
    with pytest.raises(ScenarioError, match="too few to tell"):
        first_order(latin_hypercube(8, 3, 1), np.ones((8, 1)))
    plain = Design(XYZ, 64, seed=1, shares=False)
    assert plain.rows == 64
    with pytest.raises(ScenarioError, match="do not tell"):
        variance_shares(plain, ishigami(points(plain)))
    with pytest.raises(ScenarioError, match="name of their own"):
        Design((XYZ[0], XYZ[0]), 64, seed=1)
