"""*Explore*: what a page shows is what the workbench says; its address is its state; it is for everyone."""

from __future__ import annotations

import csv
import io

import pytest

from monazite.brief import words
from monazite.brief.pieces import WIDTH
from monazite.workbench.exposure.network import exposures

from .conftest import overlaps, shot, violations

JAPAN = "/explore?buyer=JPN&mineral=rare-earths&year=2024"


def test_the_page_says_what_the_workbench_says(opened):
    page, _ = opened(JAPAN)
    (found,), names = exposures("JPN", ["rare-earths"], 2024, "largest")
    magnets = found.stages[-1]
    cells = page.locator("#suppliers tbody tr", has_text="component").first.locator("th, td").all_text_contents()
    first = magnets.suppliers[0]
    assert cells[:3] == ["component", names.name_of(first.country), words.pct(first.share)]
    assert page.locator(".tiles b").all_text_contents()[2] == words.pct(first.share)
    assert words.pct_band(found.hidden[-1].through_share) in page.locator("#hidden").text_content()


def test_a_changed_question_changes_the_address_and_back_goes_back(opened):
    page, seen = opened(JAPAN)
    loads = [url for url in seen.asked if "/static/" in url]
    page.get_by_label("Mineral", exact=True).focus()
    page.get_by_label("Mineral", exact=True).select_option("cobalt")
    page.get_by_role("heading", level=1, name="Cobalt into Japan, 2024").wait_for()
    assert "mineral=cobalt" in page.url
    assert "buyer=JPN" in page.url
    assert page.locator("#mineral:focus").count() == 1
    page.go_back()
    page.get_by_role("heading", level=1, name="Rare earths into Japan, 2024").wait_for()
    assert page.get_by_label("Mineral", exact=True).input_value() == "rare-earths"
    page.go_forward()
    page.get_by_role("heading", level=1, name="Cobalt into Japan, 2024").wait_for()
    assert page.title() == "Cobalt into Japan, 2024 – Monazite"
    assert [url for url in seen.asked if "/static/" in url] == loads  # swapped in, never loaded anew


def test_all_of_it_is_there_by_keyboard_and_without_a_script(opened):
    page, _ = opened(JAPAN, script=False)
    page.get_by_label("Country or coalition").fill("quad")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Rare earths into the Quad, 2024").wait_for()
    picture = page.locator("#suppliers img")
    picture.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert picture.evaluate("image => image.naturalWidth") == WIDTH  # the server's drawing


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_nothing_hinders_anyone(opened, scheme, width):
    page, _ = opened(JAPAN, width, scheme)
    shot(page, f"explore-{scheme}-{width}")
    assert violations(page) == []
    assert overlaps(page) == []


def test_files_hold_the_figures_and_the_limits(opened, address):
    page, _ = opened(JAPAN)
    download = page.request.get(address + page.locator("#map").get_by_text("CSV").get_attribute("href"))
    rows = list(csv.reader(io.StringIO(download.text())))
    assert rows[0] == ["exporter", "importer", "value_usd", "share"]
    assert sum(float(row[3]) for row in rows[1:] if len(row) == 4) == pytest.approx(1)
    assert "Boundaries" in rows[-1][0]  # whose view of disputed boundaries, in every file
    for kind, begins in (("svg", b"<svg"), ("png", b"\x89PNG"), ("xlsx", b"PK")):
        assert page.request.get(f"{address}/explore/map.{kind}?buyer=JPN").body().startswith(begins)
    brief = page.request.get(f"{address}/explore/brief.html?buyer=JPN").text()
    assert brief.count("<figure") == 6
    assert page.request.get(f"{address}/explore/brief.pdf?buyer=JPN").body().startswith(b"%PDF")
    assert "Boundaries" in brief


def test_disputed_boundaries_are_drawn_as_the_address_asks(opened, address):
    page, _ = opened("/explore?buyer=JPN&boundaries=JPN")
    assert page.get_by_label("Disputed boundaries").input_value() == "JPN"
    told = "drawn as part of Japan: the southern Kuril Islands"
    assert told in page.locator("#map").text_content()
    link = page.locator("#map").get_by_text("SVG").get_attribute("href")
    assert told in page.request.get(address + link).text()
    assert page.goto(f"{address}/explore?buyer=JPN&boundaries=XYZ").status == 400
    assert "Ask for de-facto, undrawn" in page.locator(".lead").text_content()


def test_what_cannot_be_shown_says_why(opened):
    page, _ = opened("/explore?buyer=Jpan")
    assert "Did you mean Japan?" in page.locator(".lead").text_content()
    page.get_by_label("Country or coalition").fill("<script>alert(1)</script>")
    page.keyboard.press("Enter")
    page.get_by_text("'<script>alert(1)</script>' is not known").wait_for()
    assert page.locator("main script").count() == 0
    assert page.goto(page.url.split("?")[0] + "?stage=magnet").status == 400
    assert "ask for ore, refined, metal, component" in page.locator(".lead").text_content().lower()
