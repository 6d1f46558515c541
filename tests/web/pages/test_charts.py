"""Charts in the page: what they tell a pointer is the table's; they are zoomed; the server's need no script."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Locator, Page

from monazite.brief.assets import GROUNDS, world
from monazite.brief.values import Chart, Sheet
from monazite.web.pages.shell import asset, rendered, static
from monazite.web.pages.values import Figure, View

from .conftest import overlaps, shot, violations

JAPAN = "/explore?buyer=JPN&mineral=rare-earths&year=2024"
BESIDE = "/shock?from=CHN&to=JPN&mineral=rare-earths&stage=component&cut={}&against=nickel-ore-2020"  # no weeks
HOSTILE = "</script><img src=x onerror=\"document.title='owned'\">{a|b}\u202e"
FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def seen_at(page: Page, what: Locator) -> tuple[float, float]:
    """The middle of what has been scrolled to; a page that scrolls hides what it told."""
    what.scroll_into_view_if_needed()
    page.evaluate(FRAMES)
    box = what.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def told_at(page: Page, x: float, y: float) -> str:
    page.mouse.move(5, 5)
    page.mouse.move(x, y)
    page.locator(".tip").wait_for()
    return page.locator(".tip").text_content()


def texts(chart: Locator) -> list[str]:
    return chart.locator("text").all_text_contents()


def test_a_pointer_is_told_the_figures_of_the_table(opened):
    page, _ = opened(JAPAN)
    _, supplier, share, *_ = page.locator("#suppliers tbody tr").first.locator("th, td").all_text_contents()
    suppliers = page.locator("#suppliers .picture text")
    told = told_at(page, *seen_at(page, suppliers.get_by_text(f"{supplier} {share}").first))
    assert told == f"Refined\n{supplier}: {share}"
    page.keyboard.press("Escape")
    assert page.locator(".tip").is_hidden()
    first = page.locator("#sankey .picture text", has_text="China").first
    share = first.text_content().split()[-1]
    assert told_at(page, *seen_at(page, first)) == f"China (mined in): {share}"
    x, y = seen_at(page, page.locator("#years .picture text").get_by_text("2010", exact=True))
    told = told_at(page, x, y - 80)
    for line in page.locator("#years tbody tr", has=page.get_by_text("2010", exact=True)).all():
        stage, _, who, what = line.locator("th, td").all_text_contents()
        assert f"{stage}: {who} {what}" in told
    shot(page, "told-light-1280")
    assert violations(page) == []
    shown = suppliers.count()
    suppliers.get_by_text("China", exact=True).click()  # in the legend
    page.wait_for_function("n => document.querySelectorAll('#suppliers .picture text').length < n", arg=shown)
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 680, "height": 900})
    for picture in page.locator(".picture").all():
        assert picture.evaluate("p => getComputedStyle(p).filter") == "none"
        assert (wide := picture.bounding_box()["width"]) <= 680
        assert picture.locator(".sheet").bounding_box()["width"] == pytest.approx(wide, abs=0.5)
    assert page.locator(".zoom").first.is_hidden()
    shot(page, "print")


def test_a_finger_is_told_too_and_ranges_are_the_tables(opened):
    page, _ = opened(BESIDE.format(100), 390, "dark", touch=True)
    name, _, *ends = page.locator("#gains-a1 tbody tr").first.locator("th, td").all_text_contents()
    x, y = seen_at(page, page.locator("#gains-a1 .picture text").get_by_text(name).first)
    page.touchscreen.tap(x, y)
    page.locator(".tip").wait_for()
    first, second = page.locator(".tip").text_content().split("\n")
    assert first.startswith(name)
    assert second == "low {}, central {}, high {}".format(*ends)
    shot(page, "told-dark-390")
    assert violations(page) == []
    page.touchscreen.tap(5, 5)
    assert page.locator(".tip").is_hidden()


def test_the_map_and_the_years_are_zoomed_by_button_key_and_pointer(opened):
    page, _ = opened(JAPAN)
    for name, what in (("map", "Imports of rare earths into Japan"), ("years", "Largest supplier of rare earths")):
        picture = page.locator(f"#{name} .picture")
        states = [picture.locator("svg").inner_html()]
        words = texts(picture)
        page.get_by_role("button", name=f"Zoom in: {what}").click()
        page.keyboard.press("Enter")
        assert overlaps(page) == []
        states.append(picture.locator("svg").inner_html())
        page.keyboard.press("ArrowRight")
        states.append(picture.locator("svg").inner_html())
        shot(page, f"zoomed-{name}")
        x, y = seen_at(page, picture)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 60, y, steps=3)
        page.mouse.up()
        states.append(picture.locator("svg").inner_html())
        assert len(set(states)) == 4
        page.get_by_role("button", name=f"Zoom to the whole: {what}").click()
        assert texts(picture) == words
    assert page.locator("#suppliers .zoom").is_hidden()
    seen_at(page, page.locator("#map .picture"))
    page.locator("#map .picture").hover()
    before = page.locator("#map svg").first.inner_html(), page.evaluate("scrollY")
    page.mouse.wheel(0, 50)  # scrolls the page, and with Ctrl zooms
    page.wait_for_function("y => scrollY > y", arg=before[1])
    assert page.locator("#map svg").first.inner_html() == before[0]
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    page.wait_for_function("before => document.querySelector('#map svg').innerHTML !== before", arg=before[0])


def test_one_enter_asks_once_and_back_draws_what_was_there(opened):
    page, seen = opened(BESIDE.format(100))
    first = texts(page.locator("#short-a1 .picture"))
    page.get_by_label("How much less, %").fill("40")
    before = len(seen.asked)
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="China cuts by 40%").wait_for()
    page.locator("body[data-drawn=all]").wait_for()
    assert len([url for url in seen.asked[before:] if "/shock?" in url]) == 1
    assert texts(page.locator("#short-a1 .picture")) != first
    page.get_by_label("Stage").select_option("metal")
    page.wait_for_url("**stage=metal**")
    page.locator("body[data-drawn=all]").wait_for()
    assert len([url for url in seen.asked[before:] if "/shock?" in url]) == 2
    page.go_back()
    page.go_back()
    page.get_by_role("heading", level=1, name="China stops").wait_for()
    page.locator("body[data-drawn=all]").wait_for()
    assert texts(page.locator("#short-a1 .picture")) == first
    assert not [url for url in seen.asked if ".plain" in url]  # the server drew nothing


def test_a_specification_is_text_in_its_page():
    option = {"graphic": [{"type": "text", "style": {"text": HOSTILE}, "info": {"tip": HOSTILE}}]}
    sheet = Sheet(Chart("t", "s", option, 9, 9, ("a",), (("1",),)), (), "", "")
    page = rendered(
        "late.html.j2", view=View("", "", figures=((Figure("x", sheet),),)), page={"name": "y"}, query="", sources=()
    )
    assert page.count("<img") == 1  # that of a page without a script
    text = page.partition('<script type="application/json">')[2].partition("</script>")[0]
    assert json.loads(text)["option"] == option


def test_what_is_told_is_never_markup(opened):
    def with_names(route) -> None:
        body = route.fetch().text().replace("Vietnam", json.dumps(HOSTILE)[1:-1].replace("<", "\\u003c"))
        route.fulfill(body=body, content_type="text/html")

    page, _ = opened("/data")
    page.route("**/shock?*", with_names)
    page.goto(page.url.split("/data")[0] + BESIDE.format(100))
    page.locator("body[data-drawn=all]").wait_for()
    label = page.locator("#gains-a1 .picture text", has_text="<img").first
    assert "<img" in told_at(page, *seen_at(page, label))
    assert page.locator(".tip *").count() == 0
    assert page.title() != "owned"


def test_every_map_is_served_and_no_other():
    for name in GROUNDS:
        data, kind = static(f"{name.replace(' ', '-')}.json")
        assert kind == "application/json"
        assert {f["id"] for f in json.loads(data)["features"]} == _drawn(name)
    assert static("world-atlantic-XYZ.json") is None
    with pytest.raises(KeyError):
        asset("world.json")


def _drawn(name: str) -> set[str]:
    return {f["id"] for f in world(name.partition(" ")[2] or "de-facto").features}
