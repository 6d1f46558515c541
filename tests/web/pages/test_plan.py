"""*Plan*: what the page says is what the command says."""

from __future__ import annotations

import pytest

from monazite.brief import words
from monazite.workbench.plan.make import Wish, plan
from monazite.workbench.plan.told import told

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
    shot(page, "plan-light-1280")
    assert violations(page) == []


def test_it_fits_a_small_dark_window(opened):
    page, _ = opened(PLAN, 390, "dark")
    shot(page, "plan-dark-390")
    assert violations(page) == []
    assert overlaps(page) == []


def test_an_address_opens_no_file(opened):
    page, _ = opened("/plan?scenario=/etc/passwd", script=False)
    assert "is none that has a name" in page.locator(".lead").text_content()
    assert page.goto(page.url.split("?")[0] + "?budget=-5").status == 400
