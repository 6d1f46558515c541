"""From weeks without a mineral to value added lost: sums that must hold, and what may not be counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.core.errors import ScenarioError
from monazite.core.values import Band, Stage
from monazite.reference.figures import economy_figures
from monazite.reference.store import Store
from monazite.reference.values import Economy
from monazite.simulation.economy import REST, grouped
from monazite.simulation.economy.shortage import (
    TIED,
    Use,
    concerned,
    draw_tied,
    losses,
    outcome,
    shortage,
)
from monazite.simulation.unmet import Unmet

LAW = settings(max_examples=8, deadline=None)
MAGNETS, METAL = ("magnets", Stage.COMPONENT), ("magnets", Stage.METAL)
USES = (
    Use("magnets", Stage.COMPONENT, "S01", 0.6),
    Use("magnets", Stage.METAL, "S01", 0.2),
    Use("magnets", Stage.COMPONENT, "S03", 0.2),
)


def short(of: dict[str, float], draws: int = 3, weeks: int = 6, key: tuple[str, Stage] = MAGNETS) -> Unmet:
    share = np.zeros((draws, weeks, len(of)))
    share[:, 1:4] = list(of.values())
    return Unmet(tuple(of), {key: share})


def test_an_industry_misses_the_part_that_needs_the_mineral_as_far_as_it_is_short(economy_of: Callable[..., Economy]):
    economy = economy_of(2)
    tied = np.array([0.1, 0.2, 0.4])
    shock = shortage(economy, economy.economies, USES, short({"R01": 0.5, "ZZZ": 1.0}), {"magnets": tied})
    missing = shock.missing_share.reshape(3, 6, 3, 4)
    # Three quarters of what S01 uses of the mineral are magnets; its metal is not short.
    np.testing.assert_allclose(missing[:, 1, 1, 1], tied * 0.75 * 0.5)
    np.testing.assert_allclose(missing[:, 1, 1, 3], tied * 0.5)
    assert not missing[:, [0, 4, 5]].any()
    assert not missing[:, :, [0, 2]].any()
    assert not missing[..., [0, 2]].any()
    np.testing.assert_allclose(shock.tied_share.reshape(3, 3, 4)[..., 1], np.repeat(tied[:, None], 3, axis=1))


def test_two_minerals_are_needed_independently(economy_of: Callable[..., Economy]):
    economy = economy_of(2)
    uses = (*USES, Use("gallium", Stage.METAL, "S03", 0.9))
    one = short({"R01": 0.5})
    both = replace(one, share={**one.share, ("gallium", Stage.METAL): one.share[MAGNETS]})
    missing = shortage(
        economy, economy.economies, uses, both, {m: np.full(3, 0.4) for m in ("magnets", "gallium")}
    ).missing_share.reshape(3, 6, 3, 4)
    np.testing.assert_allclose(missing[:, 1, 1, 3], 1 - (1 - 0.4 * 0.5) ** 2)


@LAW
@given(seed=st.integers(0, 10**6))
def test_grouping_keeps_what_is_missing_in_all(economy_of: Callable[..., Economy], seed: int):
    economy = economy_of(seed, regions=5)
    unmet = short({"R00": 0.3, "R02": 0.9, "R04": 0.1})
    tied = {"magnets": np.full(3, 0.3)}
    whole = shortage(economy, economy.economies, USES, unmet, tied).missing_share @ economy.output_musd
    small = grouped(economy, ("R02",))
    some = shortage(economy, ("R02",), USES, unmet, tied).missing_share @ small.output_musd
    np.testing.assert_allclose(some, whole, rtol=1e-9)


@LAW
@given(seed=st.integers(0, 10**6))
def test_losses_add_up_and_hold_what_is_missing(economy_of: Callable[..., Economy], seed: int):
    economy = economy_of(seed)
    found = losses(economy, ("R01",), USES, short({"R01": 0.8}), {"magnets": np.array([0.05, 0.2, 0.8])})
    assert found.economies == ("R01", REST)
    np.testing.assert_allclose(found.lost_musd.sum(axis=(1, 2)), found.by_week_musd.sum(axis=1), rtol=1e-9, atol=1e-6)
    assert found.by_week_musd.shape == (3, 6 + 26)
    assert (found.lost_musd.sum(axis=(1, 2)) > 0).all()
    assert (np.diff(found.lost_musd.sum(axis=(1, 2))) >= -1e-9 * found.normal_musd.sum()).all()
    year = found.normal_musd.sum() * 365 / (32 * 7)
    assert year == pytest.approx(np.maximum(grouped(economy, ("R01",)).other_inputs_musd, 0).sum())


def test_nothing_short_loses_exactly_nothing(economy_of: Callable[..., Economy]):
    found = losses(economy_of(1), ("R01",), USES, short({"R01": 0.0}), {"magnets": np.full(3, 0.5)})
    assert not found.lost_musd.any()
    assert not found.by_week_musd.any()


def test_the_outcome_is_ranked_and_says_who_is_not_counted(economy_of: Callable[..., Economy]):
    economy = economy_of(4)
    unmet = short({"R01": 0.8, "QAT": 0.5, "IRN": 0.0}, draws=20)
    found = losses(economy, ("R01", "R00"), USES, unmet, draw_tied(20, 1, {"magnets": TIED}))
    told = outcome(found, economy, unmet, (TIED,))
    assert told.uncovered == ("QAT",)
    assert told.parameters == (TIED,)
    assert (told.draws, told.weeks, len(told.by_week_musd)) == (20, 32, 32)
    mids = [loss.lost_musd.mid for loss in told.economies]
    assert mids == sorted(mids, reverse=True)
    assert told.economies[0].economy == "R01"
    assert told.industries[0].lost_musd.mid >= told.industries[-1].lost_musd.mid > 0
    assert told.world_musd.low < told.world_musd.mid < told.world_musd.high


def test_the_share_that_is_tied_covers_its_range():
    both = {"a": TIED, "b": TIED}
    drawn = draw_tied(200, 3, both)
    assert (drawn["a"] == draw_tied(200, 3, both)["a"]).all()
    assert (drawn["a"] != drawn["b"]).any()
    for x in drawn.values():
        assert TIED.band.low <= x.min() < x.max() <= TIED.band.high
        assert (x < TIED.band.mid).sum() == 100
    assert TIED.source == "assumption"
    fixed = replace(TIED, band=Band(0.2, 0.2, 0.2))
    assert draw_tied(8, 1, {"a": fixed})["a"] == pytest.approx(np.full(8, 0.2))


def test_those_with_most_at_stake_are_kept_apart(store: Store):
    economy = economy_figures(store, np.float32)
    uses = (Use("gallium", Stage.METAL, "C26", 0.8), Use("gallium", Stage.METAL, "C27", 0.2))
    unmet = short({"JPN": 0.5, "USA": 0.01, "KOR": 0.6, "QAT": 1.0}, key=("gallium", Stage.METAL))
    assert concerned(economy, uses, unmet) == ("KOR", "JPN", "USA")
    assert concerned(economy, uses, unmet, most=1) == ("KOR",)
    found = losses(economy, ("KOR", "JPN"), uses, unmet, {"gallium": np.array([0.01, 0.05, 0.2])})
    assert found.lost_musd.shape == (3, 3, 50)
    lost = found.lost_musd[1].sum(axis=1)
    assert lost[0] > lost[1] > 0
    chips = economy.industries.index("C26")
    assert found.direct_musd[1, 0].argmax() == chips


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (np.zeros((2, 3, 5)), "Give \\(draws"),
        (np.full((2, 3, 1), 1.5), "outside 0 to 1"),
        (np.full((2, 3, 1), np.nan), "0 to 1"),
    ],
)
def test_unmet_use_that_makes_no_sense_is_refused(share: np.ndarray, told: str):
    with pytest.raises(ScenarioError, match=told):
        Unmet(("JPN",), {MAGNETS: share})


def test_a_use_without_an_industry_is_refused(economy_of: Callable[..., Economy]):
    with pytest.raises(ScenarioError, match="X99 is no industry"):
        shortage(economy_of(1), (), (Use("magnets", Stage.METAL, "X99", 1.0),), short({"R01": 0.1}), np.ones(3))
