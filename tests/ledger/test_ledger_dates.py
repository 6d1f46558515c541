"""The grammar of times: words -> windows of days, with an anchor and without."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.ledger.reading.dates import anchor_of, deadline, find_dates
from monazite.ledger.reading.masthead import day_of_issue

ANCHOR = date(2026, 1, 16)  # a Friday


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("the first half of 2026", "2026-01-01", "2026-06-30"),
        ("second half of this year", "2026-07-01", "2026-12-31"),
        ("early 2026", "2026-01-01", "2026-04-30"),
        ("early this year", "2026-01-01", "2026-04-30"),
        ("mid-2026", "2026-05-01", "2026-08-31"),
        ("late 2027", "2027-09-01", "2027-12-31"),
        ("the end of 2026", "2026-12-01", "2026-12-31"),
        ("by the end of the year", "2026-01-16", "2026-12-31"),
        ("by year-end", "2026-01-16", "2026-12-31"),
        ("later this year", "2026-01-16", "2026-12-31"),
        ("next year", "2027-01-01", "2027-12-31"),
        ("Q2 2026", "2026-04-01", "2026-06-30"),
        ("the first quarter of next year", "2027-01-01", "2027-03-31"),
        ("March 2027", "2027-03-01", "2027-03-31"),
        ("late March 2027", "2027-03-21", "2027-03-31"),
        ("December 1", "2025-12-01", "2025-12-01"),
        ("3-5 March 2025", "2025-03-03", "2025-03-05"),
        ("from January 15 to January 17", "2026-01-15", "2026-01-17"),
        ("from January 15 to 17", "2026-01-15", "2026-01-17"),
        ("28 December 2025 to 3 January 2026", "2025-12-28", "2026-01-03"),
        ("Friday (January 16, 2026)", "2026-01-16", "2026-01-16"),
        ("2025-10-09", "2025-10-09", "2025-10-09"),
        ("Tuesday", "2026-01-13", "2026-01-13"),
        ("next Tuesday", "2026-01-20", "2026-01-20"),
        ("within six months", "2026-01-16", "2026-07-16"),
        ("within one year", "2026-01-16", "2027-01-16"),
        ("the end of next June", "2026-06-21", "2026-06-30"),
        ("last October", "2025-10-01", "2025-10-31"),
        ("the second week of March", "2026-03-08", "2026-03-14"),
        ("the middle of next week", "2026-01-21", "2026-01-21"),
        ("in the third quarter", "2026-07-01", "2026-09-30"),
        ("in the coming weeks", "2026-01-16", "None"),
        ("next month", "2026-02-01", "2026-02-28"),
        ("summer 2026", "2026-06-01", "2026-08-31"),
        ("in 2027", "2027-01-01", "2027-12-31"),
        ("Dec. 3, 2024", "2024-12-03", "2024-12-03"),
    ],
)
def test_window(words: str, start: str, end: str) -> None:
    (found,) = find_dates(words, ANCHOR)
    assert (str(found.window.start), str(found.window.end)) == (start, end)


@pytest.mark.parametrize(
    ("text", "words", "start", "end"),
    [
        ("to be built by June 2030.", "by June 2030", "2026-01-16", "2030-06-30"),
        ("exempt until 2030.", "until 2030", "2026-01-16", "2030-12-31"),
        ("to meet before the end of 2026.", "before the end of 2026", "2026-01-16", "2026-12-31"),
        ("no later than March 1.", "no later than March 1", "2026-01-16", "2026-03-01"),
        ("to meet in June 2030.", "June 2030", "2030-06-01", "2030-06-30"),
        ("was due by June 2025.", "by June 2025", "2025-06-01", "2025-06-30"),
    ],
)
def test_a_deadline_begins_on_the_day_it_is_set(text: str, words: str, start: str, end: str) -> None:
    (found,) = find_dates(text, ANCHOR)
    window = deadline(text, found, ANCHOR)
    assert (window.text, str(window.start), str(window.end)) == (words, start, end)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("OTTAWA (June 2, 2025): Canada and Finland signed an agreement.", "2025-06-02"),
        ("**Eindhoven, 3 January 2024** – The Netherlands has revoked a licence.", "2024-01-03"),
        ("Copper back\nBy A. Writer, Dubai | May 14, 2022\n\nIndia has banned exports.", "2022-05-14"),
        ("Brasília/Brussels, Dec 19 - The signing planned for December 20, 2025 was put off.", "2025-12-19"),
        ("Declaration\nFirst summit, Samarkand, 4 April 2025\n\n1. We met today.", "2025-04-04"),
        ("Export ban from 1 May 2025\n\nThe ministry said so.", "None"),
        ("The ban ends on Friday.", "None"),
        ("Nickel again\n\nA ban holds until 1 May 2026, it said.\n\nIssue of 9 October 2025", "2025-10-09"),
        ("Crabs\n\nThey are banned.\n\n(Nordic News Service, 4 December 2025)", "2025-12-04"),
        ("MINISTRY OF TRADE\nRegular briefing, 23 March 2023. Unofficial translation.\n\nQ: Is it?", "2023-03-23"),
    ],
)
def test_the_day_of_issue_stands_in_the_head_or_foot(text: str, day: str) -> None:
    assert str(day_of_issue(text)) == day


@pytest.mark.parametrize(
    "words", ["he may march on", "the 18th round", "30,000 tonnes", "February 31, 2025 is", "8523 Main St"]
)
def test_no_date(words: str) -> None:
    assert not [d for d in find_dates(words, ANCHOR) if d.day]


@pytest.mark.parametrize("words", ["Friday", "next year", "early this year", "within six months", "January 15"])
def test_nothing_is_guessed_without_an_anchor(words: str) -> None:
    (found,) = find_dates(words)
    assert found.window.text == words
    assert found.window.start is None
    assert found.window.end is None


@pytest.mark.parametrize(
    ("words", "wrong"),
    [("Saturday (January 27, 2026)", True), ("Saturday, 17 January 2026", False), ("Saturday", False)],
)
def test_weekday_is_checked(words: str, wrong: bool) -> None:
    assert find_dates(words, ANCHOR)[0].mismatch is wrong


def test_a_date_with_a_wrong_weekday_is_no_anchor() -> None:
    assert anchor_of(["on Saturday (January 27, 2026), after Friday (January 16, 2026)"]) == ANCHOR
    assert anchor_of(["on Saturday (January 27, 2026)"]) is None
    assert anchor_of(["in early 2026"]) is None


@given(st.text(max_size=200), st.none() | st.dates())
def test_any_text_gives_apart_and_ordered_windows(text: str, anchor: date | None) -> None:
    found = find_dates(text, anchor)
    for dated in found:
        assert text[dated.start : dated.end] == dated.window.text
        assert dated.window.start is None or dated.window.start <= dated.window.end  # type: ignore[operator]
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
