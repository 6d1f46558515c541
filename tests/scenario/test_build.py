"""Scenarios: from a measure, from a text, with every problem named at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from monazite.core.errors import ScenarioError
from monazite.core.values import Band
from monazite.ledger.values import Evidence, Ledger, Measure, Report
from monazite.ledger.values import Window as Due
from monazite.scenario.amounts import Assumed
from monazite.scenario.build import from_ledger, from_measure, make_scenario
from monazite.scenario.files import from_toml
from monazite.scenario.values import Assumption, ExportCut, Licence, Quota, Quotation, Tariff, Window, exactly

TEXT = """
[[shock]]
kind = "cut"
from = "China"
to = ["JPN", "South Korea"]
mineral = "rare earths"
share = 0.5
start = 2026-01-06
weeks = 26
"""

MEASURE = Measure(
    id="m1",
    imposer=("CHN",),
    target=("JPN",),
    measure="export_ban",
    goods=("rare earths",),
    hs=(),
    announced=None,
    effective=None,
    ended=None,
    certainty="reported",
    status="in_force",
    attribution=None,
    evidence=(Evidence("a.txt", 0, 3, "ban"),),
)


def test_a_text_becomes_a_scenario(names):
    scenario = from_toml(TEXT, "ree.toml", names)
    assert scenario.shocks == (
        ExportCut(("CHN",), ("JPN", "KOR"), "rare-earths", exactly(0.5), Window(date(2026, 1, 6), 26)),
    )
    assert scenario.title == "China cuts by 50% exports of rare earths to Japan, South Korea"


def test_a_reported_ban_becomes_a_scenario_that_says_what_it_assumes(names):
    (scenario,) = from_measure(MEASURE, names)
    assert scenario.shocks == (ExportCut(("CHN",), ("JPN",), "rare-earths", exactly(1.0)),)
    assert scenario.certainty == "reported"
    assert "neither scope nor duration" in scenario.assumptions[0]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"measure": "export_licence"}, "an export licence of unstated size"),
        ({"measure": "export_licence"}, "--assume-cut or --assume-delay LOW,MID,HIGH"),
        ({"measure": "import_tariff"}, "an import tariff of unstated size. Write a scenario file"),
        ({"measure": "import_ban"}, "import ban is no limit on exports"),
        ({"status": "ended"}, "it is ended"),
        ({"status": "denied"}, "it is denied"),
        ({"goods": ("semiconductors",)}, "no trade code of the tables is for semiconductors alone"),
    ],
)
def test_a_measure_of_unknown_size_is_not_guessed(names, change, why):
    with pytest.raises(ScenarioError, match=why):
        from_measure(replace(MEASURE, **change), names)


def test_all_problems_of_a_text_are_reported_together(names):
    with pytest.raises(ScenarioError) as error:
        from_toml('[[shock]]\nkind = "ban"\nfrom = "Chna"\nto = "JPN,JPN"\nmineral = "rare earths"', "x.toml", names)
    assert "Chna" in str(error.value)
    assert "JPN is named twice" in str(error.value)
    with pytest.raises(ScenarioError) as error:
        from_toml('[[shock]]\nkind = "cut"\nfrm = "CHN"\nshare = "all"', "x.toml", names)
    for problem in ("line 3: unknown key 'frm'", "from is missing", "mineral is missing", "line 4: share is 'all'"):
        assert problem in str(error.value)


@pytest.mark.parametrize("text", ["from = ", "[[[", "\x00"])
def test_what_is_not_toml_is_refused(names, text):
    with pytest.raises(ScenarioError, match="not readable as TOML"):
        from_toml(text, "x.toml", names)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"share": exactly(0.0)}, "share is 0"),
        ({"share": exactly(1.5)}, "share is 1.5"),
        ({"window": Window(weeks=0)}, "weeks is 0"),
        ({"window": Window(weeks=4, ramp_weeks=8)}, "ramp_weeks is 8, longer than the 4 weeks"),
        ({"imposers": ()}, "from is missing"),
        ({"targets": ("CHN",)}, "CHN is both a seller and a buyer"),
    ],
)
def test_impossible_cuts_are_refused(names, change, problem):
    cut = replace(ExportCut(("CHN",), ("JPN",), "cobalt", exactly(1.0)), **change)
    with pytest.raises(ScenarioError, match=problem):
        make_scenario((cut,), names, "hypothetical", "test")


def test_several_shocks_are_told_apart_and_none_twice(names):
    cut = ExportCut(("CHN",), ("JPN",), "cobalt", exactly(1.5))
    with pytest.raises(ScenarioError, match=r"shock 1: share is 1.5.*shock 2: share is 1.5.*shock 2 is shock 1 told"):
        make_scenario((cut, cut), names, "hypothetical", "test")
    with pytest.raises(ScenarioError, match="no shock is given"):
        make_scenario((), names, "hypothetical", "test")


def test_an_empty_target_is_not_everyone(names):
    for empty in ('""', "[]"):
        with pytest.raises(ScenarioError, match="line 5: to is empty"):
            from_toml(f'[[shock]]\nkind = "ban"\nfrom = "CHN"\nmineral = "cobalt"\nto = {empty}', "x.toml", names)


def test_a_coalition_stands_for_its_members(names):
    (scenario,) = from_measure(replace(MEASURE, target=("Quad",), goods=("heavy rare earths",)), names)
    assert set(scenario.shocks[0].targets) == {"AUS", "IND", "JPN", "USA"}
    assert scenario.shocks[0].mineral == "rare-earths"
    assert any("do not part heavy rare earths" in line for line in scenario.assumptions)


def test_a_size_nobody_states_is_played_when_someone_assumes_it_and_is_marked(names):
    quota = replace(MEASURE, measure="export_quota")
    (scenario,) = from_measure(quota, names, Assumed(Band(0.2, 0.5, 0.8)))
    assert scenario.shocks[0].share == Band(0.2, 0.5, 0.8)
    cut = scenario.grounds.assumptions[0]
    assert (cut.what, cut.value, cut.low, cut.high, cut.source) == ("share", 0.5, 0.2, 0.8, "assumption")
    assert "no report states the size of the export quota" in scenario.assumptions[0]
    (ban,) = from_measure(MEASURE, names, Assumed(Band(0.2, 0.5, 0.8)))
    assert ban.shocks[0].share == exactly(1.0)


def told(measure: str, text: str) -> Measure:
    return replace(MEASURE, measure=measure, evidence=(Evidence("a.txt", 0, len(text), text),))


@pytest.mark.parametrize(
    ("measure", "text", "shock"),
    [
        (
            "export_tax",
            "China put a 25% export tax on rare earths.",
            Tariff(("CHN",), ("JPN",), "rare-earths", exactly(25.0), "exporter"),
        ),
        (
            "import_tariff",
            "China levies a tariff of 10 per cent on rare earths.",
            Tariff(("JPN",), ("CHN",), "rare-earths", exactly(10.0), "importer"),
        ),
        (
            "export_quota",
            "China set a quota of 30,258 tonnes a year.",
            Quota(("CHN",), ("JPN",), "rare-earths", exactly(30258.0)),
        ),
    ],
)
def test_a_stated_size_is_played_by_its_own_means(names, measure, text, shock):
    (scenario,) = from_measure(told(measure, text), names)
    assert scenario.shocks == (shock,)
    assert "stated is taken" in scenario.assumptions[0]


@pytest.mark.parametrize(
    ("measure", "text"),
    [
        ("export_tax", "China, with 90% of output, put a tax on rare earths."),
        ("export_tax", "China put a tax on rare earths, 5 per cent more than before."),
        ("export_tax", "China put a 5% tax on oxides and a 10% tax on metals."),
        ("export_quota", "China set a quota of 30,258 tonnes."),
        ("export_quota", "China, which mines 240,000 tonnes a year, set a quota."),
    ],
)
def test_a_number_that_is_not_the_size_is_not_taken_for_it(names, measure, text):
    with pytest.raises(ScenarioError, match="of unstated size"):
        from_measure(told(measure, text), names)


def test_a_licence_makes_late_or_refuses_what_someone_assumes(names):
    licence = replace(MEASURE, measure="export_licence")
    delay, share = Band(4, 9, 17), Band(0.1, 0.2, 0.3)
    both, late, less = (
        from_measure(licence, names, a)[0] for a in (Assumed(share, delay), Assumed(None, delay), Assumed(share))
    )
    assert both.shocks == (Licence(("CHN",), ("JPN",), "rare-earths", delay, share),)
    assert (late.shocks[0].delay_weeks, late.shocks[0].refused_share) == (delay, exactly(0.0))
    assert (less.shocks[0].delay_weeks, less.shocks[0].refused_share) == (exactly(0.0), share)
    assert [a.what for a in both.grounds.assumptions] == ["share", "delay_weeks", "weeks"]
    with pytest.raises(ScenarioError, match="of unstated size"):
        from_measure(replace(MEASURE, measure="export_quota"), names, Assumed(None, delay))


def test_a_measure_with_a_stated_end_lasts_until_then(names):
    first, last = (Due(str(d), d, d) for d in (date(2026, 1, 6), date(2026, 3, 31)))
    (scenario,) = from_measure(replace(MEASURE, effective=first, ended=last), names)
    assert scenario.shocks[0].window == Window(date(2026, 1, 6), 12)
    assert scenario.assumptions == ("the report states no scope: all trade is assumed",)


def test_a_ledger_becomes_scenarios_with_their_quotations_and_reasons_for_the_rest(names):
    report = Report("a.txt", "0" * 64, "", None, None, "en", "ban on exports")
    others = (
        replace(MEASURE, id="m2", status="denied"),
        replace(MEASURE, id="m3", goods=("rare earths", "chips")),
        replace(MEASURE, id="m4", measure="export_tax"),
    )
    found = from_ledger(Ledger((report,), (MEASURE, *others), (), date(2026, 2, 1)), names)
    assert [s.grounds.claim for s in found.scenarios] == ["m1", "m3"]
    assert [claim for claim, _ in found.left_out] == ["m2", "m3", "m4"]
    grounds = found.scenarios[0].grounds
    assert grounds.evidence == (Quotation("a.txt", "0" * 64, 0, 3, "ban"),)
    assert grounds.as_of == date(2026, 2, 1)
    assert [type(a) for a in grounds.assumptions] == [Assumption]
