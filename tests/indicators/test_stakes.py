"""Stakes: what is ranked first, what is read at another stage, and what nobody can see."""

from __future__ import annotations

import pytest

from monazite.core.errors import NoDataError, UnknownCode
from monazite.core.values import Band, Stage, Status
from monazite.indicators.stakes import Need, stakes
from monazite.indicators.values import Exposure, HiddenDependence, StageExposure, Supplier
from monazite.workbench.exposure.stakes import industry_stakes, programme_stakes


def need(name: str, mineral: str, stage: Stage, unit: str = "kg", weeks: float | None = None) -> Need:
    lead = Band(weeks, weeks, weeks) if weeks else None
    return Need(name, mineral, stage, Band(0.1, 0.5, 0.9), unit, lead, "assumption", "")


def exposure(mineral: str, share: float, through: float | None = None, stage: Stage = Stage.METAL) -> Exposure:
    suppliers = (Supplier("CHN", 1.0, 100 * share, share), Supplier("AUS", 1.0, 100 * (1 - share), 1 - share))
    at = StageExposure(stage, ("810411",), mineral, suppliers, 2.0, 100.0, (), ())
    hidden = ()
    if through is not None:
        band = Band(through, through, through)
        rest = (None, 1.0, (), 1, 1, ())
        hidden = (HiddenDependence(("JPN",), mineral, stage, 2024, "CHN", share, band, *rest),)
    return Exposure("JPN", ("JPN",), mineral, 2024, (at,), (), (), (), hidden)


def test_a_programme_stops_first_where_one_country_stands_behind_most():
    found = stakes(
        [need("a", "tin", Stage.METAL), need("b", "zinc", Stage.METAL)],
        {"tin": exposure("tin", 0.6), "zinc": exposure("zinc", 0.3, through=0.9)},
        {},
    )
    assert [s.need.name for s in found] == ["b", "a"]
    assert (found[0].one_country_share, found[0].through) == (0.9, "CHN")


def test_of_equals_the_part_made_soonest_stops_first():
    found = stakes(
        [need("slow", "tin", Stage.METAL, weeks=40), need("fast", "tin", Stage.METAL, weeks=4)],
        {"tin": exposure("tin", 0.6)},
        {},
    )
    assert [s.need.name for s in found] == ["fast", "slow"]


def test_an_industry_is_ranked_by_the_value_behind_one_country():
    found = stakes(
        [need("a", "tin", Stage.METAL, "share"), need("b", "zinc", Stage.METAL, "share")],
        {"tin": exposure("tin", 0.6), "zinc": exposure("zinc", 0.9)},
        {},
    )
    assert [s.need.name for s in found] == ["b", "a"]
    assert found[0].value_usd == pytest.approx(50.0)


def test_a_stage_or_element_without_a_code_is_read_at_the_nearest_and_says_so():
    found = stakes(
        [need("a", "dysprosium", Stage.COMPONENT)],
        {"rare-earths": exposure("rare-earths", 0.6)},
        {"dysprosium": ("rare-earths",)},
    )
    assert found[0].seen == ("rare-earths", "metal")
    assert "nearest with a trade code" in found[0].note


def test_what_nobody_can_see_comes_last_with_the_reason():
    found = stakes(
        [need("x", "unobtainium", Stage.METAL), need("a", "tin", Stage.METAL)], {"tin": exposure("tin", 0.1)}, {}
    )
    assert (found[-1].need.name, found[-1].status, found[-1].largest_share) == ("x", Status.NO_CODE, None)


def test_unknown_names_come_with_the_nearest():
    with pytest.raises(UnknownCode, match="electric-car"):
        programme_stakes("JPN", "electric-cars")
    with pytest.raises(UnknownCode, match="C29"):
        industry_stakes("JPN", "C2900")
    with pytest.raises(NoDataError, match="no use of a mineral"):
        industry_stakes("JPN", "P")


def test_an_mri_scanner_made_in_india_rests_on_china_for_its_rare_earths():
    name, found, _ = programme_stakes("IND", "mri-scanner")
    assert name.startswith("MRI scanner")
    assert (found[0].need.mineral, found[0].through) == ("rare-earths", "CHN")
    shares = [s.one_country_share for s in found if s.one_country_share is not None]
    assert [round(s, 2) for s in shares] == sorted((round(s, 2) for s in shares), reverse=True)
