"""Dependence on one country side by side: against years, other buyers and a coalition, and why there is no data."""

from __future__ import annotations

import pytest

from monazite.core.errors import NoDataError, UnknownCode, UsageError
from monazite.core.values import Status
from monazite.indicators.compare import Comparison, Side, StageSide
from monazite.workbench.exposure.compare import compare
from monazite.workbench.exposure.network import exposures
from monazite.workbench.question import Question


@pytest.fixture(scope="module")
def magnets() -> Comparison:
    (found,), known, _ = compare(Question("JPN", 2024, "CHN", ("2015", "IND"), ("AUS",)), ["magnets"])
    assert {s.id for s in known} == set(found.sources) >= {"baci-extract", "assumption"}
    assert all(s.title and s.publisher for s in known)
    return found


def component(side: Side) -> StageSide:
    (stage,) = side.stages
    assert stage.stage == "component"
    return stage


def test_the_question_has_its_four_sides(magnets: Comparison):
    assert [s.label for s in magnets.sides] == ["JPN 2024", "JPN 2015", "IND 2024", "JPN+AUS 2024"]
    assert (magnets.mineral, magnets.through) == ("rare-earths", "CHN")
    assert [s.members for s in magnets.sides][3] == ("JPN", "AUS")


def test_each_side_is_the_exposure_of_its_buyer_and_year(magnets: Comparison):
    for side, buyer in zip(magnets.sides, ("Japan", "Japan", "India", "Japan,Australia"), strict=True):
        (alone,), _ = exposures(buyer, ["magnets"], side.year, "China")
        by_value = next(s.share for s in alone.stages[0].suppliers if s.country == "CHN")
        direct, weight, in_all, concentration = component(side).readings
        assert direct.value == pytest.approx(by_value)
        assert weight.value == pytest.approx(alone.hidden[0].direct_share)
        assert in_all.band == alone.hidden[0].through_share
        assert concentration.value == alone.stages[0].readings[0].value


def test_most_of_japans_magnets_pass_through_china_by_way_of_others(magnets: Comparison):
    stage = component(magnets.sides[0])
    direct, weight, in_all, _ = (r.value for r in stage.readings)
    assert direct == pytest.approx(0.276, abs=0.001)
    assert in_all > 0.8
    assert {w.supplier for w in stage.ways} >= {"PHL", "VNM"}
    assert "CHN" not in {w.supplier for w in stage.ways}
    round_about = sum(w.share for w in stage.ways)
    assert 0.9 * (in_all - weight) < round_about <= in_all - weight + 1e-9


def test_what_a_year_rests_on_is_said(magnets: Comparison):
    (_, past, *_) = magnets.sides
    told = " ".join(past.notes)
    assert "no production is published for 2015" in told
    assert "estimated from value" in told
    assert past.reliance.value is None
    assert past.reliance.note == "mine production is on record for 2018-2024"


def test_a_year_without_a_stage_says_which_years_there_are():
    (found,), _, _ = compare(Question("Japan", through="China", against=("1999",)), ["rare earths"])
    now, then = found.sides
    assert [s.stage for s in now.stages] == [s.stage for s in then.stages]
    readings = then.stages[-1].readings
    assert {r.status for r in readings} == {Status.NO_TRADE}
    assert {r.note for r in readings} == {"no data for 1999: years there are 2002-2024"}
    assert then.stages[0].readings[0].value > 0


def test_without_a_country_it_is_the_largest_producer():
    (found,), _, _ = compare(Question("JPN", against=("IND",)), ["cobalt"])
    assert found.through == "COD"


def test_weights_need_the_content_of_the_goods():
    (found,), _, _ = compare(Question("JPN", through="CHN", against=("IND",)), ["gallium"])
    direct, weight, in_all, _ = found.sides[0].stages[0].readings
    assert direct.value is not None
    assert (weight.value, in_all.value) == (None, None)
    assert in_all.status is Status.NO_CONTENT


WRONG = [
    (Question("JPN", through="CHN"), [], UsageError, "Name one with --mineral"),
    (Question("JPN", through="JPN"), ["magnets"], UsageError, "JPN is one of the buyers"),
    (Question("JPN", through="CHN", against=("CHN",)), ["magnets"], UsageError, "CHN 2024: CHN is one of the buyers"),
    (Question("JPN", 2024, "CHN", ("2024",)), ["magnets"], UsageError, "compared with itself"),
    (Question("JPN", through="CHN", partners=("quad",)), ["magnets"], UsageError, "JPN is named twice"),
    (Question("JPN", through="EU"), ["magnets"], UsageError, "27 countries"),
    (Question("JPN", through="Chna"), ["magnets"], UnknownCode, "China"),
    (Question("JPN", against=("1900",)), ["magnets"], NoDataError, "1995 to 2024"),
    (Question("JPN", against=("Indja",)), ["magnets"], UnknownCode, "India"),
]


@pytest.mark.parametrize(("question", "minerals", "error", "says"), WRONG, ids=lambda v: str(v)[:40])
def test_a_question_that_cannot_be_meant_is_refused(question, minerals, error, says):
    with pytest.raises(error, match=says):
        compare(question, minerals)
