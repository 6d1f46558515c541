"""The sample reports carry the facts and the contradictions that the default brief shows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from monazite.ledger.values import Ledger
from monazite.workbench.reports.read import read

FOLDER = Path(__file__).parents[2] / "examples" / "reports"
REPORTS = sorted(FOLDER.glob("*.txt"))


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """What the reader makes of the samples."""
    return read(REPORTS, date(2026, 11, 21)).ledger


@pytest.mark.parametrize("report", REPORTS, ids=lambda p: p.stem)
def test_reports_are_of_a_usual_length(report: Path) -> None:
    assert 250 <= len(report.read_text(encoding="utf-8").split()) <= 600


def test_the_wrong_date_is_wrong_and_the_right_one_right() -> None:
    assert date(2026, 1, 16).strftime("%A") == "Friday"
    assert date(2026, 1, 17).strftime("%A") == "Saturday"
    assert date(2026, 1, 27).strftime("%A") == "Tuesday"


def test_quotations_are_verbatim(ledger: Ledger) -> None:
    texts = {r.name: r.read_text(encoding="utf-8") for r in REPORTS}
    quotations = [e for claim in (*ledger.claims, *ledger.conflicts) for e in claim.evidence]
    assert quotations
    assert all(texts[e.report][e.start : e.end] == e.text for e in quotations)


def test_the_three_hard_contradictions_are_found_and_no_other(ledger: Ledger) -> None:
    assert sorted(c.type for c in ledger.conflicts if c.severity == "hard") == ["date", "place", "weekday"]


def test_the_antenna_is_told_as_decided_and_as_under_discussion(ledger: Ledger) -> None:
    told = {c.id for c in ledger.commitments if "UNICORN" in " ".join(e.text for e in c.evidence)}
    assert any(told & set(x.claims) for x in ledger.conflicts if x.type == "status")


def test_the_reported_ban_is_no_official_one(ledger: Ledger) -> None:
    bans = [m for m in ledger.measures if m.measure == "export_ban" and m.goods == ("rare earths",)]
    assert [(m.imposer, m.target, m.certainty) for m in bans] == [(("CHN",), ("JPN",), "reported")]


def test_what_was_due_by_the_middle_of_2026_is_overdue(ledger: Ledger) -> None:
    overdue = [c for c in ledger.commitments if c.standing == "overdue-unverified"]
    words = " ".join(e.text for c in overdue for e in c.evidence)
    assert "working group" in words.lower()
    assert "Economic Security Dialogue" in words
