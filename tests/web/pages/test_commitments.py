"""*Commitments*: a report is uploaded and read, what is due is shown, and a reviewer's decisions are on record."""

from __future__ import annotations

from datetime import date

import pytest

from monazite.workbench.reports.record import stand

from .conftest import overlaps, shot, violations

MARKUP = "</blockquote><script>document.title='owned'</script>"
HOSTILE = f"""New Delhi, January 16, 2026

India and Japan agreed on Friday to set up a joint fund for critical minerals by March 2026 {MARKUP}.
"""


@pytest.fixture(scope="module")
def uploaded(browser, address, examples, tmp_path_factory):
    """The record after the example reports and a hostile one were uploaded through the page; its address."""
    hostile = tmp_path_factory.mktemp("reports") / "<b>hostile.txt"
    hostile.write_text(HOSTILE)
    page = browser.new_page()
    page.goto(f"{address}/commitments")
    assert "Nothing is on record yet" in page.locator(".lead").text_content()
    page.get_by_label("Reports: text").set_input_files([*sorted(examples.glob("*.txt")), hostile])
    page.get_by_label("Who adds them").fill("Mei")
    page.get_by_role("button", name="Read them").click()
    page.get_by_role("heading", level=1, name="Commitments as of").wait_for(timeout=120_000)
    assert "job=" not in page.url
    page.close()
    return address


def test_what_is_due_is_drawn_and_quoted(opened, uploaded):
    page, _ = opened("/commitments?as_of=2026-11-22")
    assert page.locator("#timeline .picture svg").count() == 1
    assert int(page.locator(".tiles b").first.text_content()) > 0
    quotes = page.locator("article", has_text="in Tokyo").first.locator("blockquote").all_text_contents()
    assert any("New Delhi" in q for q in quotes)
    assert any("Tokyo" in q for q in quotes)
    shot(page, "commitments-light-1280")
    assert violations(page) == []
    assert overlaps(page) == []
    page.get_by_label("Standing").select_option("overdue-unverified")
    page.wait_for_url("**standing=overdue-unverified**")
    assert set(page.locator(".claim .tag.alarm").all_text_contents()) == {"Overdue, unverified"}


def test_a_report_is_text_whatever_it_holds(opened, uploaded):
    page, seen = opened("/commitments?as_of=2026-01-20", 390, "dark")
    assert MARKUP in page.locator("blockquote", has_text="joint fund").text_content()
    assert "_b_hostile.txt" in page.locator(".sources").text_content()
    assert page.locator("main img, main script:not([type='application/json'])").count() == 0
    assert "owned" not in page.title()
    shot(page, "commitments-dark-390")
    assert violations(page) == []
    assert overlaps(page) == []
    assert not [line for line in seen.said if "policy" in line.lower()]


def test_a_measure_is_played(opened, uploaded):
    page, _ = opened("/commitments?as_of=2026-01-20", script=False)
    assert "is no limit on exports" in page.locator(".claim", has_text="seafood").first.text_content()
    page.get_by_role("link", name="Play it: China stops exports of rare earths to Japan").first.click()
    assert page.locator("h1").text_content() == "China stops exports of rare earths to Japan"
    assert "states neither scope nor duration" in page.locator("main").text_content()
    page.get_by_role("link", name="Change this scenario").click()
    assert "[[evidence]]" in page.locator("textarea").input_value()
    page, _ = opened("/commitments?as_of=2026-01-20", script=False)
    page.get_by_role("link", name="Begin a scenario from it").first.click()
    assert 'mineral = "rare-earths"' in page.locator("textarea").input_value()
    assert page.locator(".cut").first.get_by_label("Who sells less").input_value() == "CHN"


def test_a_reviewer_accepts_merges_rejects_and_resolves(opened, uploaded):
    page, _ = opened("/commitments?as_of=2026-11-22", script=False)
    before = page.locator(".claim").count()

    def decide(button: str, *at: int) -> None:
        for n in at:
            page.locator(".claim input").nth(n).check()
        page.locator(".decide").get_by_label("Why").fill("as the ministry's note says")
        page.locator(".decide").get_by_label("Who decides").fill("Mei")
        page.get_by_role("button", name=button).click()
        page.wait_for_load_state()

    decide("Accept", 0)
    assert page.url.endswith("as_of=2026-11-22")
    assert page.locator(".claim").first.get_by_text("reviewed").count() == 1
    decide("Reject", 1)
    assert page.locator(".claim").count() == before - 1
    titles = page.locator(".claim label").all_text_contents()
    decide("Merge into one", *(n for n, title in enumerate(titles) if "line" in title.split()))
    assert page.locator(".claim").count() == before - 2
    dispute = page.locator("article", has_text="in Tokyo").first
    dispute.locator("summary").click()
    dispute.get_by_label("What holds").fill("New Delhi")
    dispute.get_by_label("Why").fill("the ministry's photographs")
    dispute.get_by_label("Who decides").fill("Mei")
    dispute.get_by_role("button", name="Resolve").click()
    page.wait_for_load_state()
    assert "Taken to hold: New Delhi" in page.locator("article", has_text="in Tokyo").first.text_content()


def test_decisions_are_on_record_and_wrong_ones_are_not(opened, uploaded, address, record):
    found = stand(record, date(2026, 11, 22))
    assert {d.kind for d in found.decisions} == {"accept", "reject", "merge", "resolve"}
    page, _ = opened("/commitments", script=False)
    answer = page.request.post(f"{address}/commitments/decide", form={"kind": "reject", "names": "c", "who": "M"})
    assert answer.status == 400
    answer = page.request.post(
        f"{address}/commitments/decide", form={"kind": "reject"}, headers={"Origin": "https://elsewhere.example"}
    )
    assert answer.status == 403
    assert len(stand(record, date(2026, 11, 22)).decisions) == len(found.decisions)
