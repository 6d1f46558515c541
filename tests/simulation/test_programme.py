"""A programme's deliveries: counted by hand, and laws that hold for any bill."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.core.errors import NoDataError
from monazite.core.gazetteer import Gazetteer
from monazite.core.values import Band, Stage
from monazite.reference.store import Store
from monazite.simulation import programme
from monazite.simulation.programme import Part, deliver
from monazite.simulation.unmet import Unmet
from monazite.simulation.values import Parameter

LAW = settings(max_examples=25, deadline=None)
GALLIUM = ("gallium", Stage.METAL)


def exactly(x: float) -> Band:
    return Band(x, x, x)


def unmet(*weeks: float, draws: int = 1) -> Unmet:
    return Unmet(("JPN", "USA"), {GALLIUM: np.array([[[w, 0.0] for w in weeks]] * draws)})


@pytest.fixture
def no_slack(monkeypatch: pytest.MonkeyPatch) -> None:
    """No finished parts in stock, a maker that can go a tenth faster."""
    fixed = tuple(Parameter(name, exactly(x), "", "assumption") for name, x in (("buffer", 0.0), ("catch_up", 0.1)))
    monkeypatch.setattr(programme, "PARAMETERS", fixed)


@pytest.mark.usefixtures("no_slack")
def test_a_shortage_counted_by_hand():
    chips, frames = (
        Part("chips", "gallium", Stage.METAL, exactly(3)),
        Part("frames", "steel", Stage.METAL, exactly(1)),
    )
    found = deliver([frames, chips], unmet(0, 1, 0.5, 0), "JPN", units_per_week=4)
    # Begun behind plan: 0, 1, 1 + 1 - 0.5 x 1.1 = 1.45, then 0.1 less each week; fitted three weeks later.
    behind = [band.mid for band in found.behind]
    np.testing.assert_allclose(behind[:8], 4 * np.array([0, 0, 0, 0, 1, 1.45, 1.35, 1.25]), atol=1e-12)
    assert found.most_behind.mid == pytest.approx(5.8)
    assert found.first == "chips"
    assert found.first_week == exactly(4)
    assert found.most_weeks.mid == pytest.approx(1.45)
    assert found.on_plan_week == exactly(20)
    assert found.on_plan_share == 1
    assert [(p.part, p.read_at, p.late_share, p.first_share) for p in found.parts] == [
        ("chips", GALLIUM, 1, 1),
        ("frames", None, 0, 0),
    ]
    assert found.parts[1].first_week is None


@pytest.mark.usefixtures("no_slack")
def test_the_part_with_the_shorter_lead_is_missing_first():
    parts = [Part(name, "gallium", Stage.METAL, exactly(lead)) for name, lead in (("slow", 30), ("fast", 5))]
    found = deliver(parts, unmet(*[0.3] * 10), "JPN")
    assert (found.first, found.first_week) == ("fast", exactly(5))
    assert {p.part: p.first_week for p in found.parts} == {"fast": exactly(5), "slow": exactly(30)}
    assert found.weeks == 10 + 30 + 26


def test_nothing_short_delays_nothing():
    parts = [Part("chips", "gallium", Stage.METAL, Band(2, 5, 9))]
    for found in (
        deliver(parts, unmet(0, 0, 0), "JPN"),
        deliver(parts, unmet(1, 1, 1), "USA"),
    ):
        assert (found.first, found.late_share, found.first_week) == ("", 0, None)
        assert found.on_plan_share == 1
        assert all(band == exactly(0) for band in found.behind)


def test_a_part_reads_the_nearest_group_and_stage():
    share = np.full((4, 8, 1), 0.9)
    known = Unmet(("JPN",), {("rare-earths", Stage.METAL): share, ("rare-earths", Stage.ORE): share})
    parts = [
        Part(name, name, stage, exactly(1))
        for name, stage in (("neodymium", Stage.COMPONENT), ("rare-earths", Stage.REFINED), ("tin", Stage.METAL))
    ]
    groups = {"neodymium": ("magnet-rare-earths", "rare-earths"), "magnet-rare-earths": ("rare-earths",)}
    found = {p.part: p.read_at for p in deliver(parts, known, "JPN", groups=groups).parts}
    assert found == {
        "neodymium": ("rare-earths", Stage.METAL),
        "rare-earths": ("rare-earths", Stage.ORE),
        "tin": None,
    }


@LAW
@given(seed=st.integers(0, 10**6))
def test_more_shortage_never_means_earlier_delivery(seed: int):
    random = np.random.default_rng(seed)
    share = random.random((6, 30, 1)) * (random.random((6, 30, 1)) < 0.5)
    parts = [Part(str(i), "gallium", Stage.METAL, Band(1, 2 + i, 9 + i)) for i in range(3)]
    less, more = (deliver(parts, Unmet(("JPN",), {GALLIUM: x}), "JPN") for x in (share * 0.5, share))
    for a, b in zip(less.behind, more.behind, strict=True):
        assert a.mid <= b.mid + 1e-9
        assert a.low <= b.low + 1e-9
        assert a.high <= b.high + 1e-9
    assert less.late_share <= more.late_share


@LAW
@given(seed=st.integers(0, 10**6), rate=st.floats(0.01, 100))
def test_the_pace_scales_units_not_weeks(seed: int, rate: float):
    share = np.random.default_rng(seed).random((5, 12, 1))
    parts = [Part("chips", "gallium", Stage.METAL, Band(1, 4, 9))]
    one, other = (deliver(parts, Unmet(("JPN",), {GALLIUM: share}), "JPN", units_per_week=r) for r in (1.0, rate))
    assert other.most_behind.mid == pytest.approx(rate * one.most_behind.mid)
    assert other.most_weeks == one.most_weeks
    assert other.first_week == one.first_week
    assert one.most_weeks.high <= 12 + 1e-9


def test_the_same_seed_gives_the_same_answer():
    parts = [Part("chips", "gallium", Stage.METAL, Band(1, 4, 9))]
    a, b, c = (deliver(parts, unmet(0.5, 0.5, draws=20), "JPN", seed=s) for s in (1, 1, 2))
    assert a == b
    assert a.behind != c.behind


def test_a_country_nobody_knows_is_refused():
    with pytest.raises(NoDataError, match="the chain that was played lacks it"):
        deliver([Part("chips", "gallium", Stage.METAL, exactly(1))], unmet(1), "IND")


def test_a_bill_without_parts_is_refused():
    with pytest.raises(NoDataError, match="no part"):
        deliver([], unmet(1), "JPN")


def test_every_programme_on_record_can_be_played(store: Store, names: Gazetteer):
    rows = store.rows(
        "SELECT programme, part, mineral, stage, lead_weeks_low, lead_weeks_mid, lead_weeks_high "
        "FROM bills_of_materials"
    )
    share = np.full((10, 26, 1), 0.8)
    known = Unmet(("JPN",), {("rare-earths", s): share for s in (Stage.METAL, Stage.COMPONENT)})
    late = {}
    for name in sorted({str(row[0]) for row in rows}):
        bill = [
            Part(str(p), str(m), Stage(str(s)), Band(*(float(str(w)) for w in weeks)))
            for owner, p, m, s, *weeks in rows
            if owner == name and weeks[0] is not None
        ]
        found = deliver(bill, known, "JPN", groups=names.groups())
        late[name] = found.first
    assert late["offshore-wind-turbine"]
    assert late["electric-car"] == "magnets of the traction motor"
    assert late["chip-packaging-line"] == ""
