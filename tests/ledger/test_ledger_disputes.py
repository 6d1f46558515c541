"""What two reports of the same days cannot both be right about, from drafts alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from monazite.ledger.claims.conflicts import step_clashes
from monazite.ledger.claims.likeness import step_likeness
from monazite.ledger.drafts import Step
from monazite.ledger.reading.quantities import quantities
from monazite.ledger.values import Evidence, Window


def step(report: str, text: str, day: int, **other: object) -> Step:
    told = Evidence(report, 0, len(text), text)
    known = Step(
        told, 0, ("COD",), (), "export_quota", ("cobalt",), (), None, None, None, "official", "in_force", None,
        frozenset(), day=date(2025, 6, day),
    )  # fmt: skip
    return replace(known, **other)  # type: ignore[arg-type]


def window(text: str, start: date, end: date) -> Window:
    return Window(text, start, end)


LAPSED = window("22 June", date(2025, 6, 22), date(2025, 6, 22))
AUTUMN = window("until 21 September", date(2025, 9, 21), date(2025, 9, 21))
HALF = window("for six months", date(2025, 6, 23), date(2025, 12, 23))
WHOLE = window("for a year", date(2025, 6, 24), date(2026, 6, 24))


@pytest.mark.parametrize(
    ("one", "two", "types"),
    [
        # what both give is not what they differ in
        (
            step("a", "18,125 tonnes, then 96,600 tonnes", 23),
            step("b", "81,125 tonnes, then 96,600 tonnes", 24),
            ["amount"],
        ),
        (step("a", "18,125 tonnes, then 96,600 tonnes", 23), step("b", "96,600 tonnes a year", 24), []),
        # the parts of a sum are no other number
        (step("a", "20 tonnes and 30 tonnes", 23), step("b", "50 tonnes", 24), []),
        (step("a", "x", 23, lasting=HALF), step("b", "x", 24, lasting=WHOLE), ["date"]),
        (
            step("a", "will run for another three months", 23, status="announced", ended=AUTUMN),
            step("b", "has lapsed", 24, status="ended", ended=LAPSED),
            ["status"],
        ),
        # lifted and set again
        (
            step("a", "a new ban until 21 September", 23, status="announced", ended=AUTUMN),
            step("b", "has lapsed", 24, status="ended", ended=LAPSED),
            [],
        ),
    ],
)
def test_disputes_of_one_measure(one: Step, two: Step, types: list[str]) -> None:
    assert [clash.type for clash in step_clashes([[one, two]])] == types


def test_a_report_may_leave_out_who_imposes() -> None:
    named, silent = step("a", "a quota on cobalt", 23), step("b", "the quota on cobalt", 24, imposer=())
    assert step_likeness(named, silent) > 0 > step_likeness(named, replace(silent, imposer=("ZMB",)))


def test_half_a_billion() -> None:
    assert [(q.unit, q.number) for q in quantities("a half-billion-dollar agreement")] == [("$", 5e8)]
