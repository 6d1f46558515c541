"""*Country*, *Mineral*, *Data and methods*: all that the tables tell, with where it comes from."""

from __future__ import annotations

from monazite.web.pages import PAGES
from monazite.workbench.data import show_table
from monazite.workbench.exposure.known import of_country, of_mineral

from .conftest import overlaps, shot, violations


def test_what_is_known_of_a_country_and_a_mineral(store):
    made, measures, levers = of_country(store, "JPN")
    assert ("gallium", "Japan") not in made.rows
    gallium = {row[2]: row[4] for row in made.rows if row[0] == "gallium" and row[-1] == "usgs-mcs2026"}
    assert gallium == {"low-purity primary gallium": 3.0, "low-purity primary gallium, capacity": 10.0}
    assert {row[0] for row in levers.rows} >= {"rare-earths"}
    assert any("JPN" in str(row[1]).split("|") for row in measures.rows)
    assert set(levers.sources) >= {"iea-japan-stockpile"}
    makers, uses, hosts, restricted, _ = of_mineral(store, "gallium")
    newest = {row[2]: row[3] for row in makers.rows if row[0] == "CHN"}
    assert newest
    assert {row[1] for row in hosts.rows} == {"aluminium"}  # gallium is won with alumina
    assert any(row[0] == "CHN" for row in restricted.rows)
    assert all(0 <= row[6] <= 1 for row in uses.rows)
    assert "Electronics and optics" in {row[2] for row in uses.rows}
    in_the_ground = [row for row in of_mineral(store, "rare-earths")[0].rows if "reserves" in row[2]]
    assert in_the_ground


def test_a_country_and_a_mineral_have_a_page(opened):
    page, _ = opened("/country?name=CHN")
    assert page.locator("h1").text_content() == "China"
    shot(page, "country-light-1280")
    assert violations(page) == []
    assert overlaps(page) == []
    page.get_by_label("Country").select_option("JPN")
    page.get_by_role("heading", level=1, name="Japan").wait_for()
    assert page.get_by_role("link", name="Play a shock on it").get_attribute("href") == "/shock?to=JPN"
    page, _ = opened("/mineral?name=gallium", 390, "dark")
    assert page.locator("#coverage tbody th").all_text_contents() == ["metal"]
    shot(page, "mineral-dark-390")
    assert violations(page) == []
    assert overlaps(page) == []


def test_the_tables_are_there_with_sources_and_record(opened):
    page, _ = opened("/data", 390)
    assert "others unchanged" in page.locator("#record").text_content()
    shot(page, "data-light-390")
    assert violations(page) == []
    assert overlaps(page) == []
    page.get_by_label("Look inside a table").select_option("levers")
    page.get_by_role("heading", level=1, name="Levers").wait_for()
    columns, rows = show_table("levers", 200)
    assert page.locator("#rows tbody tr").count() == len(rows)
    assert page.locator("#columns tbody th").all_text_contents() == [c["column"] for c in columns]


def test_the_start_leads_everywhere_and_a_theme_stays(opened):
    page, seen = opened("/")
    assert violations(page) == []
    shot(page, "start-light-1280")
    for door in page.locator(".doors a").all():
        assert door.get_attribute("href").split("?")[0][1:] in PAGES
    page.get_by_role("button", name="Dark").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.keyboard.press("Tab")
    assert page.locator(".skip:focus").count() == 1
    page.keyboard.press("Enter")
    assert page.locator("main:focus").count() == 1
    assert seen.said == []


def test_a_page_that_is_none_says_so(opened):
    page, _ = opened("/nowhere", script=False)
    assert page.get_by_role("link", name="To the start").count() == 1
    shot(page, "failed-light-1280")
