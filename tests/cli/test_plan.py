"""`monazite plan`: its JSON, what a person sees, what it refuses."""

from __future__ import annotations

import json

import pytest
from python_calamine import CalamineWorkbook

SCENARIO = """
[[shock]]
kind = "cut"
from = "CHN"
to = "JPN"
mineral = "rare-earths"
share = 1.0
weeks = 52
"""


@pytest.fixture
def ban(tmp_path):
    file = tmp_path / "ban.toml"
    file.write_text(SCENARIO, encoding="utf-8")
    return file


def test_a_plan_as_json(monazite, ban):
    done = monazite("plan", ban, "--partners", "JPN,IND", "--probability", "0.3", "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert found["partners"] == ["JPN", "IND"]
    assert [c["partners"] for c in found["coalitions"]] == [["JPN"], ["IND"], ["JPN", "IND"]]
    alone, _, joint = found["coalitions"]
    assert joint["cost_musd"] <= alone["cost_musd"]
    assert found["plan"]["expected_loss_musd"] < found["without"]["expected_loss_musd"]
    assert sum(s["pays_musd"] for s in found["shares"]) == pytest.approx(0, abs=1e-3)
    assert sum(s["nucleolus_musd"] for s in found["shares"]) == pytest.approx(joint["saved_musd"], abs=1e-4)
    assert sum(o["probability"] for o in found["outlook"]) == pytest.approx(1)
    bought = [v for v in found["plan"]["levers"] if v["amount_t"] > 1]
    assert bought
    assert all(v["source"] and v["note"] and v["amount_t"] <= v["limit_t"] + 1e-6 for v in bought)
    assert found["first"]["dollar_saves_usd"] > 1
    assert found["fronts"] == []
    assert found["robust"] is None
    assert found["check"] is None
    assert "icio" in found["sources"]


def test_a_plan_for_a_person_and_its_files(monazite, ban, tmp_path):
    book, charts = tmp_path / "plan.xlsx", tmp_path / "charts"
    asked = ("--budget", "5", "--front", "--draws", "1", "--check", "--xlsx", book, "--charts", charts)
    done = monazite("plan", ban, "--partners", "JPN", *asked)
    assert done.code == 0, done.err
    for part in (
        "What Japan would buy",
        "Stockpile of",
        "first to buy",
        "What each bears",
        "Gain (Shapley)",
        "parameter cover_metal",
    ):
        assert part in done.out
    for part in ("How far money goes", "Under 1 other sets of parameters and costs, seed 1", "week by week"):
        assert part in done.out
    sheets = CalamineWorkbook.from_path(str(book))
    assert sheets.sheet_names == ["levers", "coalitions", "shares", "outlook", "fronts", "check", "parameters"]
    head, *rows = sheets.get_sheet_by_name("levers").to_python()
    assert {"lever", "amount_t", "cost_usd_per_t_yr_mid", "source"} <= set(head)
    assert "stockpile JPN metal" in {row[0] for row in rows}
    assert {f.name for f in charts.iterdir()} == {
        f"{name}.{kind}" for name in ("measures", "shares", "front") for kind in ("png", "svg", "csv")
    }
    assert "monazite plan" in (charts / "front.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "code", "complaint"),
    [
        (("--partners", "Atlantis"), 2, "Atlantis"),
        (("--partners", "JPN", "--budget", "-1"), 2, "budget in million USD a year is -1"),
        (("--partners", "JPN", "--probability", "0.2", "--probability", "0.2"), 2, "2 probabilities for 1 scenarios"),
        (("--partners", "JPN", "--probability", "1.2"), 1, "probabilities 1.2, in all 1.2"),
        (("--partners", "JPN", "--probability", "nan"), 1, "probabilities nan"),
        (("--partners", "KOR,IND"), 1, "touches nothing that KOR, IND buy, make or use"),
        (("--partners", "JPN", "--time-limit", "0.001", "--cover", "0.9"), 1, "no answer within 0.001 s"),
        (("--partners", "JPN", "--xlsx", "plan.csv"), 2, "Let it end in .xlsx"),
        (("--partners", "JPN", "--xlsx", "nowhere/plan.xlsx"), 2, "nowhere"),
        (("--partners", "DEU"), 1, "no lever of DEU is on record"),
        (("--partners", "JPN,IND,USA,AUS,KOR,DEU,FRA"), 2, "Name at most 6"),
    ],
)
def test_what_cannot_be_planned_is_said(monazite, ban, words, code, complaint):
    done = monazite("plan", ban, *words)
    assert done.code == code
    assert complaint in done.err
    assert done.out == ""


def test_where_nothing_is_bought_it_is_said_what_partners_gain_by(monazite):
    done = monazite("plan", "graphite-2023", "--partners", "JPN,KOR")
    assert done.code == 0, done.err
    assert "What to buy: no lever\n" in done.out
    assert "pass on to each other; what they gain against acting alone comes from that\n" in done.out


def test_when_time_runs_out_it_is_said(monazite, ban):
    done = monazite("plan", ban, "--partners", "JPN", "--time-limit", "0.001")
    assert done.code == 0, done.err
    assert "time ran out: the best plan so far of Japan buys nothing" in done.out


def test_scenarios_of_two_minerals_are_refused(monazite, ban):
    done = monazite("plan", ban, "graphite-2023", "--partners", "JPN")
    assert done.code == 2
    assert "A plan is for one mineral" in done.err


def test_a_closed_passage_is_planned_for_by_mineral(monazite):
    nobody = monazite("plan", "malacca", "--partners", "KOR")
    assert nobody.code == 2
    assert "the scenarios are about no mineral" in nobody.err
    done = monazite("plan", "malacca", "--mineral", "cobalt", "--partners", "KOR", "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert found["mineral"] == "cobalt"
    assert found["not_shown"] == []
    assert {v["lever"]: v["source"] for v in found["plan"]["levers"]} == {
        "recycling KOR refined": "cosmo-recycling-2023",
        "stockpile KOR refined": "iea-korea-stockpile",
    }
    assert found["without"]["expected_loss_musd"] < 1  # ships sail round, and stocks last so long
