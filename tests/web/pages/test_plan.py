"""*Plan*: what the page says is what the command says."""

from __future__ import annotations

import pytest

from monazite.brief import words
from monazite.brief.draw import svg
from monazite.brief.levers import bars, front_lines
from monazite.core.errors import NoDataError
from monazite.core.values import Band
from monazite.workbench.plan import Wish, plan
from monazite.workbench.plan_told import told

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
    row = page.locator("#pays tbody tr", has_text="Japan").locator("td").nth(1).text_content()
    assert row == words.number(pays["JPN"])
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


def test_charts_of_a_plan():
    lines = {"Japan alone": [(0.0, 79.0), (10.0, 8.0)], "Japan and India": [(0.0, 39.0), (10.0, 3.0)]}
    chart = front_lines([*lines.items()], 3)
    drawn = svg(chart, "front")
    assert drawn.count("Japan and India") >= 2  # in the legend and the description
    assert chart.figures[1] == ("Japan alone", 10.0, 8.0)
    assert chart.rows[-1] == ("Japan and India", "10", "3")
    paid = bars("Who pays", "Told.", "million USD", [("Japan", Band(2, 2, 2)), ("India", Band(-2, -2, -2))])
    assert paid.rows == (("Japan", "2", "2", "2"), ("India", "−2", "−2", "−2"))
    with pytest.raises(NoDataError, match="nothing to show"):
        bars("What to buy", "", "t", [])
