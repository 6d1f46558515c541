"""The shipped sample reports, read whole: each claim they make, told once, and no other."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from spacy.language import Language

from monazite.core.gazetteer import Gazetteer
from monazite.ledger.documents import read_report
from monazite.ledger.read import read_reports
from monazite.ledger.values import Ledger

SAMPLES = Path(__file__).parents[2] / "examples" / "reports"


@pytest.fixture(scope="module")
def ledger(parser: Language, names: Gazetteer) -> Ledger:
    reports = [read_report(path) for path in sorted(SAMPLES.glob("*.txt"))]
    return read_reports(reports, date(2026, 11, 21), names, parser)


def test_each_undertaking_is_told_once_with_all_who_tell_it(ledger: Ledger) -> None:
    assert {(c.object, len({e.report for e in c.evidence}), c.status) for c in ledger.commitments} == {
        ("a Joint Working Group on Critical Minerals", 3, "planned"),
        ("an AI Strategic Dialogue", 3, "launched"),
        ("deepen cooperation on rare earths", 2, "will_do"),
        ("arrange a dialogue between their private sectors", 3, "will_do"),
        ("hold the second round of their Economic Security Dialogue", 2, "will_do"),
        ("look for bottlenecks in critical minerals, energy and other strategic sectors", 1, "will_do"),
        ("transfer technology of the UNICORN antenna to the Indian Navy", 2, "under_discussion"),
        ("accelerate the high-speed rail line between Mumbai and Ahmedabad", 2, "agreed"),
        ("supply E10 Shinkansen trains, the next generation, for the line", 2, "will_do"),
        ("develop India's northeast", 1, "reaffirmed"),
        ("work more closely on South Asia, West Asia and Africa", 1, "agreed"),
    }


def test_each_measure_is_told_once_and_no_comment_is_one(ledger: Ledger) -> None:
    assert {(m.measure, m.goods, m.certainty) for m in ledger.measures} == {
        ("export_ban", ("dual-use items",), "official"),
        ("export_restriction", ("heavy rare earths", "rare earths"), "reported"),
        ("export_ban", ("rare earths",), "reported"),
        ("import_ban", ("seafood",), "official"),
    }
    assert {(*m.imposer, *m.target) for m in ledger.measures} == {("CHN", "JPN")}


def test_the_reports_disagree_where_they_were_written_to(ledger: Ledger) -> None:
    found = {
        severity: sorted(c.type for c in ledger.conflicts if c.severity == severity) for severity in ("hard", "soft")
    }
    assert found == {"hard": ["date", "place", "weekday"], "soft": ["novelty", "status", "status"]}
