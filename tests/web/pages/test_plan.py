"""*Plan*: what the page says is what the command says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monazite.brief import words
from monazite.core.errors import UnknownCode
from monazite.scenario.files import to_toml
from monazite.web.pages.plan import PAGE
from monazite.web.pages.scenarios import shelf
from monazite.web.settings import settings
from monazite.workbench.plan.make import Wish, plan
from monazite.workbench.plan.told import told
from monazite.workbench.shock.play import named_scenarios

from .conftest import overlaps, shot, violations

PLAN = "/plan?scenario=rare-earths-2026&partners=JPN%2CIND&budget=5"


@pytest.fixture(scope="module")
def planned():
    return told(plan(["rare-earths-2026"], "JPN,IND", Wish(budget_musd_per_yr=5.0))[0])


def test_the_plan_is_that_of_the_command(opened, planned):
    page, _ = opened(PLAN)
    assert page.locator(".tiles b").first.text_content() == words.number(planned["plan"]["levers_musd_per_yr"])
    bought = [x for x in planned["plan"]["levers"] if x["amount_t"] > 0.5]
    assert page.locator("#levers tbody tr").count() == len(bought) > 0
    pays = {s["partner"]: s["pays_musd"] for s in planned["shares"]}
    row = page.locator("#pays tbody tr", has_text="Japan").locator("td").nth(2).text_content()
    assert row == words.number(pays["JPN"])
    assert page.locator("#outlook tbody tr").count() == len(planned["outlook"])
    together = page.locator("#gains tbody tr").last
    assert set(together.locator("th").text_content().split(" and ")) == {"India", "Japan"}
    assert together.locator("td").nth(1).text_content() == words.number(planned["coalitions"][-1]["saved_musd"])
    assert "JPN" not in page.locator("main").inner_text()
    assert "Stock of refined goods" in page.locator("#granted").text_content()
    assert page.locator("#outlook tbody th").first.text_content().endswith("ranges, from quarter 1")
    shot(page, "plan-light-1280")
    assert violations(page) == []


def test_it_fits_a_small_dark_window(opened):
    page, _ = opened(PLAN, 390, "dark")
    shot(page, "plan-dark-390")
    assert violations(page) == []
    assert overlaps(page) == []


def test_a_scenario_written_here_is_prepared_for(tmp_path):
    kept = settings(str(tmp_path / "record.sqlite"))
    (cut,) = named_scenarios()["rare-earths-2026"].shocks
    mine = replace(named_scenarios()["rare-earths-2026"], title="Mine <b>", shocks=(cut,))
    asked = {"scenario": shelf(kept).put("scenario.toml", to_toml(mine).encode()), "partners": "JPN"}
    question = PAGE.ask({**asked, "and": asked["scenario"]}, kept)
    assert [s.title for s in question.scenarios] == ["Mine <b>"]
    assert repr(question) == repr(PAGE.ask(asked, kept))
    assert PAGE.choices(kept)["named"][0] == (asked["scenario"], "Mine <b>")
    view = PAGE.answer(question)
    assert view.links[0][0] == f"/shock?scenario={asked['scenario']}"
    assert next(f for f in view.drawn if f.name == "outlook").sheet.chart.rows[0][0].startswith("Mine <b>, ")
    shelf(kept).remove(asked["scenario"])
    with pytest.raises(UnknownCode, match="kept no more"):
        PAGE.ask(asked, kept)


def test_an_address_opens_no_file(opened):
    page, _ = opened("/plan?scenario=/etc/passwd", script=False)
    assert "is not known" in page.locator(".lead").text_content()
    assert page.goto(page.url.split("?")[0] + "?budget=-5").status == 400
