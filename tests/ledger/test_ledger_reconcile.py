"""Several reports of one thing: told once with every quotation, contradictions shown, look-alikes left alone."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.ledger.merge import grouped
from monazite.ledger.values import Ledger

A = "South Korea and Australia held the 5th Resources Dialogue in Seoul on Tuesday (June 3, 2025).\n\n"
B = "Officials of South Korea and Australia met in Seoul on Tuesday (June 3, 2025) for the 5th Resources Dialogue.\n\n"


def told(ledger: Ledger) -> list[list[str]]:
    return [sorted({e.report for e in c.evidence}) for c in ledger.commitments]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (
            "They agreed to set up a working group on lithium.",
            "The two sides decided to establish a lithium working group.",
        ),
        (
            "The ministers launched an AI Dialogue.",
            "They agreed to create an Artificial Intelligence Strategic Dialogue.",
        ),
        (
            "They agreed to accelerate the Perth–Albany rail project.",
            "The two sides agreed to expedite the railway from Albany to Perth.",
        ),
        (
            "Korea will provide K9 howitzers to Australia.",
            "Korea reaffirmed its commitment to supply Australia with K9 howitzers.",
        ),
        (
            "They agreed to hold a private-sector dialogue.",
            "The two sides agreed to arrange a dialogue between companies of both countries.",
        ),
    ],
)
def test_one_undertaking_told_twice_is_one_claim(read: Callable[..., Ledger], one: str, two: str) -> None:
    assert told(read(a=A + one, b=B + two)) == [["a", "b"]]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("They agreed to hold an AI Dialogue.", "The two sides agreed to hold a private-sector dialogue."),
        ("They agreed to hold an AI Dialogue.", "The two sides agreed to hold an economic security dialogue."),
        ("They agreed to set up a working group on lithium.", "They agreed to set up a working group on hydrogen."),
        ("They agreed to build a lithium plant in Perth.", "They agreed to build a port in Busan."),
        ("Korea will provide howitzers to Australia.", "Australia will provide coal to Korea."),
    ],
)
def test_different_undertakings_stay_apart(read: Callable[..., Ledger], one: str, two: str) -> None:
    assert len(told(read(a=A + one, b=B + two))) == 2


def test_a_sentence_printed_twice_is_one_quotation(read: Callable[..., Ledger]) -> None:
    line = "The two sides agreed to set up a working group on lithium."
    (claim,) = read(a=f"{A}{line}\n\n{line}").commitments
    assert len(claim.evidence) == 1


@pytest.mark.parametrize(
    ("one", "two", "kind", "severity"),
    [
        ("They met in Seoul.", B.replace("in Seoul", "in Canberra"), "place", "hard"),
        ("", B.replace("Tuesday (June 3, 2025)", "Thursday (June 5, 2025)"), "date", "hard"),
        ("", B.replace("5th", "6th"), "round", "hard"),
        ("", B.replace("Tuesday (", "Friday ("), "weekday", "hard"),
        (
            "The next AI Dialogue will be held in March 2026.",
            B + "The next AI Dialogue will be held in May 2026.",
            "date",
            "hard",
        ),
        (
            "Korea pledged $2 billion for a plant in Perth.",
            B + "Korea pledged $3 billion for a plant in Perth.",
            "amount",
            "hard",
        ),
        (
            "Korea will supply K9 howitzers to Australia.",
            B + "Korea expressed interest in supplying K9 howitzers to Australia.",
            "status",
            "soft",
        ),
        (
            "China banned exports of gallium to Korea.",
            B + "China denied that it had banned exports of gallium to Korea.",
            "status",
            "hard",
        ),
        (
            "China set a quota of 30,000 tonnes on exports of coke.",
            B + "China set a quota of 35,000 tonnes on exports of coke.",
            "amount",
            "hard",
        ),
    ],
)
def test_a_contradiction_is_shown(read: Callable[..., Ledger], one: str, two: str, kind: str, severity: str) -> None:
    conflicts = read(a=A + one, b=two).conflicts
    assert (kind, severity) in {(c.type, c.severity) for c in conflicts}
    assert all(c.explanation and c.evidence for c in conflicts)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("The AI Dialogue will meet in early 2026.", "The AI Dialogue will meet early next year."),
        ("They agreed to accelerate the Perth–Albany railway.", "They agreed to expedite the Albany–Perth railway."),
        ("Canberra said it would lend ships.", "Australia said it would lend ships."),
        ("China banned exports of gallium to Korea.", "China banned exports of gallium to Korea on Monday."),
        ("They recalled the 4th Trade Summit held in Canberra last year.", "They met the press."),
    ],
)
def test_look_alikes_are_no_contradiction(read: Callable[..., Ledger], one: str, two: str) -> None:
    assert not [c for c in read(a=A + one, b=B + two).conflicts if c.severity == "hard"]


def test_independent_reports_decide_the_place(read: Callable[..., Ledger]) -> None:
    wrong = B.replace("in Seoul", "in Canberra")
    (conflict,) = (c for c in read(a=A, b=wrong, c=B + "The press was there.").conflicts if c.type == "place")
    assert conflict.resolution is not None
    assert conflict.resolution.startswith("Seoul")


def test_meetings_months_apart_are_two_meetings(read: Callable[..., Ledger]) -> None:
    later = B.replace("Tuesday (June 3, 2025)", "Wednesday (December 3, 2025)").replace("in Seoul", "in Perth")
    assert not [c for c in read(a=A.replace("5th ", ""), b=later.replace("5th ", "")).conflicts if c.severity == "hard"]


@given(st.lists(st.integers(0, 30), max_size=25))
def test_groups_are_the_chains(numbers: list[int]) -> None:
    near = grouped(sorted(numbers), lambda a, b: abs(a - b) <= 1, lambda n: (n // 2, (n + 1) // 2 + 100))
    assert sorted(n for g in near for n in g) == sorted(numbers)
    spans = sorted((min(g), max(g)) for g in near)
    assert all(b[0] - a[1] > 1 for a, b in itertools.pairwise(spans))
