"""*Shock*: the market at once, the weeks when they are there, two scenarios beside each other."""

from __future__ import annotations

from monazite.brief import words
from monazite.core.values import Band
from monazite.scenario.values import ExportCut, Window
from monazite.workbench.shock.play import play_stages, scenario_from_options

from .conftest import overlaps, shot, violations

HALT = "/shock?from=CHN&to=JPN&mineral=rare-earths&stage=component&weeks=26"


def test_the_market_is_that_of_the_command(opened, store):
    page, _ = opened(HALT)
    cut = ExportCut(("CHN",), ("JPN",), "rare-earths", Band(1, 1, 1), Window(None, 26), "component")
    (outcome,) = play_stages(store, scenario_from_options(cut)[0]).outcomes
    (japan,) = outcome.importers
    assert page.locator(".tiles b").first.text_content() == words.pct_band(japan.shortfall_share)
    assert page.locator("h1").text_content() == "China stops exports of rare earths (component) to Japan"
    first = page.locator("#gains-a1 tbody th").first.text_content()
    assert first == page.locator("#gains-a1 .picture text", has_text="Vietnam").first.text_content()


def test_a_changed_shock_and_its_weeks_come_into_the_page(opened):
    page, _ = opened(HALT.replace("component", "refined"))
    assert page.locator("#weeks .picture svg").count() == 1
    assert "variance" in page.locator("#matters thead").text_content()
    assert "Chemicals" in page.locator("#industries").text_content()
    assert "Inter-Country Input-Output" in page.locator("#by-week .sources").text_content()
    shot(page, "shock-light-1280")
    assert violations(page) == []
    before = page.locator(".tiles b").first.text_content()
    page.get_by_label("How much less, %").fill("50")
    page.keyboard.press("Tab")
    page.get_by_role("heading", level=1, name="China cuts by 50%").wait_for()
    assert "cut=50" in page.url
    assert page.locator(".tiles b").first.text_content() != before
    page.go_back()
    page.get_by_role("heading", level=1, name="China stops").wait_for()
    assert page.locator(".tiles b").first.text_content() == before


def test_what_comes_after_the_first_results_is_folded_and_opens_by_keyboard_or_index(opened):
    page, _ = opened("/shock", 390)
    metal = page.locator("details.part", has=page.get_by_role("heading", name="Rare earths, metal", exact=True))
    assert page.locator("#short-a1 .picture svg").count() == 1
    assert page.locator("#short-a2 .picture").count() == 0  # nobody looks at it yet
    assert "Japan goes without" in metal.locator("summary").first.text_content()
    assert violations(page) == []
    assert overlaps(page) == []
    shot(page, "shock-light-390")
    metal.locator("summary").first.focus()
    page.keyboard.press("Enter")
    page.locator("#short-a2 .picture svg").wait_for()
    page.get_by_role("navigation", name="On this page").get_by_role("link", name="Rare earths, component").click()
    page.locator("#short-a3 .picture svg").wait_for()
    page.get_by_label("How much less, %").fill("50")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="China cuts by 50%").wait_for()
    assert page.locator("#short-a2 .picture").is_visible()  # what was opened stays so


def test_two_scenarios_stand_beside_each_other(opened):
    page, _ = opened("/shock?scenario=nickel-ore-2014&against=nickel-ore-2020", 390, "dark")
    titles = page.locator(".pair").first.locator("h2").all_text_contents()
    both = page.locator("h1").text_content().split(" or ")
    assert [t.split(".")[0] for t in titles] == both
    assert all(f"{title}: " in page.locator(".lead").text_content() for title in both)  # whose is which figure
    shot(page, "compare-dark-390")
    assert violations(page) == []
    assert overlaps(page) == []


def test_what_the_year_does_not_show_is_said(opened):
    page, _ = opened("/shock?scenario=hormuz&mineral=aluminium", script=False)
    assert "stops none for a year" in page.locator("main").text_content()
    answer = page.goto(page.url + "&weeks=0&scenario=")
    assert answer.status == 400
    assert "0' is no whole number from 1 to 520" in page.locator(".lead").text_content()
