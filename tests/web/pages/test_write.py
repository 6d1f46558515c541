"""*Write*: a scenario from a form, a text or a file gets an address; what is wrong with one is said by line."""

from __future__ import annotations

import pytest

from monazite.scenario.files import to_toml
from monazite.web.pages.scenarios import named_in
from monazite.web.pages.write import PAGE
from monazite.web.settings import settings
from monazite.workbench.shock.play import named_scenarios

from .conftest import overlaps, shot, violations

WRONG = """title = "<script>document.title='owned'</script>"
[[shock]]
kind = "cut"
from = "Chian"
mineral = "gallium"
share = 2
"""
MIXED = '{"shock": [{"kind": "closure", "passages": ["hormuz"], "start": "2026-03-01", "weeks": 4, "hs": null}]}'


@pytest.fixture
def sent(browser, address):
    """A function that sends a form and gives where it leads."""
    context = browser.new_context()

    def send(**form: object) -> str:
        answer = context.request.post(f"{address}/write/keep", multipart=form, max_redirects=0)
        assert answer.status == 303, answer.text()
        return answer.headers["location"]

    yield send
    context.close()


def test_cuts_of_a_form_are_played_sent_on_changed_and_forgotten(opened):
    page, _ = opened("/write", script=False)
    page.get_by_label("Title").fill("Two cuts")
    for n, (who, what, share) in enumerate((("China", "gallium", "50"), ("IDN", "nickel", "20, 30, 40"))):
        row = page.locator(".cut").nth(n)
        row.get_by_label("Who sells less").fill(who)
        row.get_by_label("Mineral").select_option(what)
        row.get_by_label("How much less, %").fill(share)
        row.get_by_label("For how many weeks").fill("8")
    page.get_by_role("button", name="Another cut").click()
    assert page.locator(".cut").count() == 3
    assert page.locator(".problems").count() == 0
    page.get_by_role("button", name="Check and play").first.click()
    page.get_by_role("heading", level=1, name="Two cuts").wait_for()
    assert "/shock?scenario=" in page.url
    name = page.url.partition("scenario=")[2]
    text = page.request.get(f"{page.url.split('/shock')[0]}/write/scenario.toml?scenario={name}").text()
    assert "share = [\n    0.2,\n    0.3,\n    0.4,\n]" in text
    assert page.get_by_label("Scenario", exact=True).input_value() == name
    page.get_by_role("link", name="Change this scenario").click()
    assert page.locator(".cut").nth(1).get_by_label("Who sells less").input_value() == "IDN"
    page.get_by_role("button", name="Forget Two cuts").click()
    answer = page.goto(f"{page.url.split('/write')[0]}/shock?scenario={name}")
    assert answer.status == 404
    assert "kept no more" in page.locator(".lead").text_content()


def test_what_is_wrong_is_said_by_line_and_runs_nothing(opened, sent):
    page, _ = opened(sent(text=WRONG), 390, "dark")
    told = page.locator(".problems li").all_text_contents()
    assert [t.partition(":")[0] for t in told] == ["line 4", "line 6"]
    assert "Did you mean China" in told[0]
    assert "share = 2" in told[1]
    assert page.locator("textarea").input_value() == WRONG
    assert page.locator(".cut").first.get_by_label("How much less, %").input_value() == "200"
    assert "owned" not in page.title()
    shot(page, "write-dark-390")
    assert violations(page) == []
    assert overlaps(page) == []


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ('{"shock": [}', "line 1: Expecting value"),
        ("[[shock]", "line 1: not readable as TOML"),
        ("x = 1", "shock is missing"),
        ("", "shock is missing"),
    ],
)
def test_what_is_no_scenario_comes_back(opened, sent, given, told):
    page, _ = opened(sent(text=given) if given else sent(**{"from": "", "to": ""}), script=False)
    assert told in page.locator("main").text_content() or "1 to 100" in page.locator("main").text_content()


def test_files_and_json_are_scenarios_of_the_command(opened, sent, tmp_path, address):
    one = named_scenarios()["nickel-ore-2014"]
    file = {"name": "mine.toml", "mimeType": "text/plain", "buffer": b"\xef\xbb\xbf" + to_toml(one).encode()}
    where = sent(file=file)
    page, _ = opened(where.replace("/shock", "/write"), script=False)
    assert page.locator("textarea").input_value() == to_toml(one)
    assert page.get_by_role("link", name=one.title, exact=True).get_attribute("href") == where
    page, _ = opened(sent(text=MIXED), script=False)
    assert "Hormuz" in page.locator("h1").text_content()
    binary = {"name": "x.toml", "mimeType": "text/plain", "buffer": b"\xff\xfe\x00"}
    answer = page.request.post(f"{address}/write/keep", multipart={"file": binary})
    assert answer.status == 422
    large = {"name": "x.toml", "mimeType": "text/plain", "buffer": b"#" * 100_001}
    assert page.request.post(f"{address}/write/keep", multipart={"file": large}).status == 422
    answer = page.request.post(
        f"{address}/write/keep", form={"text": ""}, headers={"Origin": "https://elsewhere.example"}
    )
    assert answer.status == 403


def test_a_named_scenario_is_changed_as_it_was_written(tmp_path):
    kept = settings(str(tmp_path / "record.sqlite"))
    view = PAGE.answer(PAGE.ask({"scenario": "rare-earths-2026"}, kept))
    assert view.more.problems == ()
    assert "[[assumption]]" in view.more.text
    assert view.more.cuts == ()  # its grounds have no field
    one = PAGE.answer(PAGE.ask({"from": "CHN", "to": "all", "mineral": "gallium"}, kept)).more
    told = {"from": "CHN", "to": "all", "mineral": "gallium", "share": "100", "weeks": "26"}
    assert one.cuts[0] == {"stage": "", "start": "", **told}
    assert named_in("s", {"s": "nickel-ore-2014"}, kept).title == named_scenarios()["nickel-ore-2014"].title
