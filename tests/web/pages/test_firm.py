"""*Firm* and *Programme*: a list is sent, looked at in any light, and removed; a bill says what stops first."""

from __future__ import annotations

from monazite.brief import words
from monazite.workbench.exposure.stakes import programme_stakes

from .conftest import overlaps, shot, violations


def test_a_firm_sends_a_list_and_removes_it(opened, examples):
    page, _ = opened("/firm?buyer=JPN", script=False)
    page.get_by_label("A CSV file").set_input_files(examples.parent / "firm.csv")
    page.get_by_role("button", name="Send it").click()
    assert page.locator("h1").text_content() == "What firm.csv hangs on"
    assert "buyer=JPN" in page.url
    where = page.url[page.url.index("/firm") :]
    wide, _ = opened(where)
    shot(wide, "firm-light-1280")
    assert violations(wide) == []
    assert overlaps(wide) == []
    before = wide.locator("#measures").text_content()
    wide.get_by_label("Where the firm buys").fill("")
    wide.keyboard.press("Tab")
    wide.wait_for_function("was => document.querySelector('#measures').textContent !== was", arg=before)
    assert "list=" in wide.url
    narrow, _ = opened(where, 390, "dark")
    shot(narrow, "firm-dark-390")
    assert violations(narrow) == []
    assert overlaps(narrow) == []
    page.get_by_role("button", name="Remove it now").click()
    assert "nothing of it is left on this server" in page.locator(".lead").text_content()
    answer = page.goto(wide.url)
    assert answer.status == 404
    assert page.get_by_label("A CSV file").count() == 1


def test_a_programme_is_that_of_the_command_and_changes_with_its_form(opened):
    page, _ = opened("/programme?programme=mri-scanner&buyer=IND")
    name, (first, *_), _ = programme_stakes("IND", "mri-scanner")
    assert page.locator("h1").text_content() == f"{name}, built in India"
    assert words.sentence(first.need.name) in page.locator(".lead").text_content()
    assert page.locator("#lines tbody th").first.text_content() == first.need.name
    shot(page, "programme-light-1280")
    assert violations(page) == []
    assert overlaps(page) == []
    page.get_by_label("Built in").fill("JPN")
    page.keyboard.press("Tab")
    page.get_by_role("heading", level=1, name="built in Japan").wait_for()
    page.go_back()
    page.get_by_role("heading", level=1, name="built in India").wait_for()


def test_a_pasted_bill_is_read_and_can_be_left_again(opened):
    page, _ = opened("/programme?buyer=IND", 390, "dark")
    page.get_by_label("Or lines pasted").fill("item,material,amount,unit\nrotor,cobalt,1,kg\nframe,tin,2,stone\n")
    page.get_by_role("button", name="Send the lines").click()
    page.get_by_role("heading", level=1, name="pasted.csv, built in India").wait_for()
    assert "the unit 'stone' is not known" in page.locator("#problems").text_content()
    shot(page, "bill-dark-390")
    assert violations(page) == []
    assert overlaps(page) == []
    page.get_by_label("Programme").select_option("mri-scanner")
    page.get_by_role("heading", level=1, name="MRI scanner").wait_for()
    page.get_by_label("Programme").select_option("")
    page.get_by_role("heading", level=1, name="pasted.csv").wait_for()
