"""A small brief with one of everything that a brief can show."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.plan.conftest import two_countries

from monazite.brief.values import Brief
from monazite.core.gazetteer import Country, Gazetteer, Mineral
from monazite.core.values import Band, Reading, Source, Status
from monazite.indicators.values import Exposure, StageExposure, Supplier
from monazite.ledger.values import Commitment, Conflict, Event, Evidence, Ledger, Measure, Report, Window
from monazite.plan.planned import Planned
from monazite.plan.programme import make_plan
from monazite.plan.together import act_together
from monazite.plan.values import Choices
from monazite.plan.why import front, regrets, urgency
from monazite.scenario.values import ExportCut, Scenario, exactly
from monazite.scenario.values import Window as ShockWindow
from monazite.simulation.values import FlowChange, Foretold, ImporterOutcome, MarketOutcome, Parameter, Taker

TEXTS = {
    "a.txt": "The talks were held in Tokyo. A working group will convene in early 2026. Japan will supply the antenna.",
    "b.txt": "The talks were held in New Delhi. The working group convenes early this year. An office opens in 2027.",
    "c.txt": "Reports claimed that China banned the export of rare earths to Japan. Talks on the antenna go on.",
}


def quote(report: str, words: str) -> Evidence:
    start = TEXTS[report].index(words)
    return Evidence(report, start, start + len(words), words)


def commitment(number: int, obj: str, due: Window | None, standing: str, *evidence: Evidence) -> Commitment:
    return Commitment(
        f"c-{number}", ("IND", "JPN"), (), "agree", obj, None, (), None, due, "agreed", standing, None, None, evidence
    )


def a_ledger() -> Ledger:
    early = Window("early 2026", date(2026, 1, 1), date(2026, 4, 30))
    claims = (
        commitment(
            1,
            "convene a working group",
            early,
            "overdue-unverified",
            quote("a.txt", "A working group will convene in early 2026."),
            quote("b.txt", "The working group convenes early this year."),
        ),
        commitment(2, "supply the antenna", None, "no-date", quote("a.txt", "Japan will supply the antenna.")),
        commitment(
            3,
            "open an office",
            Window("in 2027", date(2027, 1, 1), date(2027, 12, 31)),
            "open",
            quote("b.txt", "An office opens in 2027."),
        ),
        Measure(
            "m-1",
            ("CHN",),
            ("JPN",),
            "export_ban",
            ("rare earths",),
            ("284690",),
            None,
            None,
            None,
            "reported",
            "in_force",
            None,
            (quote("c.txt", "Reports claimed that China banned the export of rare earths to Japan."),),
        ),
        Event("e-1", "place", {"city": "Tokyo", "iso3": "JPN"}, (quote("a.txt", "held in Tokyo"),)),
        Event("e-2", "date", date(2026, 1, 16), (quote("b.txt", "held in New Delhi"),)),
    )
    conflicts = (
        Conflict(
            "x-soft",
            "status_conflict",
            "soft",
            ("c-2",),
            (quote("a.txt", "Japan will supply the antenna."), quote("c.txt", "Talks on the antenna go on.")),
            "decided, or under discussion",
            None,
        ),
        Conflict(
            "x-hard",
            "place_conflict",
            "hard",
            ("e-1", "e-2"),
            (quote("a.txt", "held in Tokyo"), quote("b.txt", "held in New Delhi")),
            "the same talks in two places",
            "New Delhi",
        ),
    )
    reports = tuple(Report(id_, "0" * 64, f"Report {id_}", None, None, "en", text) for id_, text in TEXTS.items())
    return Ledger(reports, claims, conflicts, date(2026, 11, 21))


def an_exposure() -> Exposure:
    refined = StageExposure(
        "refined",
        ("284690",),
        "Rare-earth compounds",
        (
            Supplier("CHN", 600.0, 6e6, 0.6),
            Supplier("VNM", 300.0, 3e6, 0.3),
            Supplier("FRA", None, 1e6, 0.1),
        ),
        900.0,
        10e6,
        (
            Reading("supplier HHI", 0.46, "0-1", year=2024, sources=("baci",)),
            Reading("net import reliance", 0.5, "share", year=2024, sources=("baci",), band=Band(0.34, 0.5, 0.61)),
            Reading("GeoPolRisk", None, "0-1", Status.NO_SUPPLY, 2024, ("baci",), note="VNM is not rated"),
        ),
        ((2022, 0.8, "FRA"), (2023, 0.7, "CHN"), (2024, 0.6, "CHN")),
        sources=("baci",),
    )
    ore = StageExposure(
        "ore", ("253090",), "Ores", (), None, 0.0, (), (), "The code holds other minerals too.", ("baci",)
    )
    world = (Reading("mine HHI", 0.49, "0-1", year=2024, sources=("baci",), note="CHN"),)
    return Exposure("JPN", ("JPN",), "rare-earths", 2024, (ore, refined), world, ("baci",))


def an_outcome() -> MarketOutcome:
    cut = ExportCut(("CHN",), ("JPN",), "rare-earths", exactly(1.0), ShockWindow(date(2026, 1, 17)))
    target = ImporterOutcome(
        "JPN",
        1000.0,
        Band(600, 600, 600),
        Band(150, 260, 390),
        Band(210, 340, 450),
        Band(0.21, 0.34, 0.45),
        Band(41.2, 83, 152),
    )
    none = Band(0, 0, 0)
    other = ImporterOutcome("IND", 200.0, none, none, Band(-2, 4, 8), Band(-0.01, 0.02, 0.04), Band(2, 4, 9))
    return MarketOutcome(
        Scenario(
            "China stops rare-earth exports to Japan", (cut,), "reported", "measure m-1 of the ledger", ("no stocks",)
        ),
        (cut,),
        "rare-earths",
        "refined",
        ("284690",),
        2024,
        256,
        7,
        (target,),
        (other,),
        (
            FlowChange("VNM", "JPN", 300.0, Band(100, 180, 260)),
            FlowChange("FRA", "JPN", 100.0, Band(-5, 60, 110)),
            FlowChange("CHN", "JPN", 600.0, Band(-600, -600, -600)),
        ),
        Band(2.1, 6.3, 12.4),
        3.2e-13,
        (
            Parameter("sigma", Band(2, 4, 8), "elasticity of substitution", "assumption; centre from past cuts"),
            Parameter("spare", Band(0.02, 0.05, 0.15), "share of sales", "baci"),
        ),
        ("no stocks",),
        ("baci",),
        Foretold(
            2026,
            2024,
            {"JPN": Band(420, 610, 880)},
            (Taker("VNM", "JPN", 300.0, 0.7), Taker("FRA", "JPN", 100.0, 0.2)),
        ),
    )


@pytest.fixture(scope="session")
def planned() -> Planned:
    """The plan of two countries that is solved by hand in the plan's own tests."""
    problem = two_countries()
    problem = replace(
        problem,
        choices=Choices(),
        levers=tuple(replace(v, source="baci", note="limit: assumption") for v in problem.levers),
    )
    together = act_together(problem)
    ban = ExportCut(("CHN",), ("JPN",), "rare-earths", exactly(1.0))
    return Planned(
        problem=problem,
        together=together,
        without=make_plan(replace(problem, levers=())),
        urgency=urgency(problem),
        regret_musd=regrets(problem, together.joint),
        fronts=(front(problem, [0.0, 5.0, 9.5]),),
        robust=None,
        check=None,
        scenarios=(Scenario("China stops exports", (ban,), "reported", "m-1"),),
        probabilities=(0.5,),
        parameters=(Parameter("spare_share", Band(0.0, 0.0, 0.0), "over present output", "assumption"),),
        not_shown=("a tariff of IND is not in the plan",),
        no_loss_data=(),
        sources=("baci",),
    )


@pytest.fixture(scope="session")
def full(planned: Planned) -> Brief:
    """A brief with three reports, three commitments, a measure, two conflicts, an exposure, an outcome and a plan."""
    names = (("JPN", "Japan"), ("IND", "India"), ("CHN", "China"), ("VNM", "Viet Nam"), ("FRA", "France"))
    return Brief(
        ledger=a_ledger(),
        partners=("IND", "JPN"),
        exposures=(an_exposure(),),
        outcomes=(an_outcome(),),
        sources=(Source("baci", "CEPII", "BACI", "2026", "https://www.cepii.fr/", "Etalab 2.0"),),
        inputs=(("a.txt", "0" * 64), ("trade.parquet", "f" * 64)),
        versions=(("monazite", "0.1.0"),),
        command="monazite brief a.txt b.txt c.txt --as-of 2026-11-21",
        made_on=date(2026, 11, 21),
        gazetteer=Gazetteer(tuple(Country(*n) for n in names), (), (Mineral("rare-earths", "Rare earths"),)),
        failed=(("broken.txt", "holds no text"),),
        plan=planned,
    )


@pytest.fixture(scope="session")
def empty(full: Brief) -> Brief:
    """A brief of reports in which nothing was found."""
    ledger = replace(full.ledger, claims=(), conflicts=())
    return replace(
        full, ledger=ledger, exposures=(), outcomes=(), sources=(), inputs=(), failed=(), partners=(), plan=None
    )
