"""The days of trade measures in the words of many desks: announced, effective, ended; empty where nothing is asked."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from monazite.ledger.values import Ledger, Measure, Window

LIMA = "LIMA, 12 March 2025 (Agency) - {}"
# a text of one line may pass for another language
MORE = "\n\nThe country has long debated how it should use what it grows and what it digs, officials say."
WORDINGS = list(csv.DictReader((Path(__file__).parent / "data" / "days.csv").read_text(encoding="utf-8").splitlines()))


def _last(window: Window | None) -> str | None:
    return window.end.isoformat() if window is not None and window.end is not None else None


def _days(measure: Measure) -> tuple[str | None, ...]:
    return tuple(map(_last, (measure.announced, measure.effective, measure.ended)))


@pytest.mark.parametrize("row", WORDINGS, ids=lambda row: row["text"][:60])
def test_days_of_a_measure(read: Callable[..., Ledger], row: dict[str, str]) -> None:
    asked = [row[field] or None for field in ("announced", "effective", "ended")]
    told = [_days(measure) for measure in read(a=f"{row['dateline']} (Agency) - {row['text']}{MORE}").measures]
    assert any(all(want in (None, day) for want, day in zip(asked, days, strict=True)) for days in told), told


@pytest.mark.parametrize(
    ("sentence", "due"),
    [
        ("Norway will lend the port 40 million dollars before July.", "2025-06-30"),
        ("Norway will lend the port 40 million dollars before the end of July.", "2025-07-31"),
        ("Norway will lend the port 40 million dollars before 1 October.", "2025-09-30"),
        ("The ministers will sign a treaty on fisheries before Christmas.", "2025-12-24"),
        ("The ministers will sign a treaty on fisheries before the summer.", "2025-05-31"),
        ("The ministers will sign a treaty on fisheries later this month.", "2025-03-31"),
        ("The ministers will sign a treaty on fisheries on Friday.", "2025-03-14"),
        ("On Friday the ministers will sign a treaty on fisheries.", "2025-03-14"),
        ("Within six months the ministers will sign a treaty on fisheries.", "2025-09-12"),
        ("Norway will lend the port 40 million dollars this year and open a school for pilots in 2027.", "2027-12-31"),
        ("The ministers agreed to open an office by 31 July, as their accord took effect on 1 February.", "2025-07-31"),
        ("The ministers will meet again before the end of the third quarter.", "2025-09-30"),
    ],
)
def test_due_times(read: Callable[..., Ledger], sentence: str, due: str) -> None:
    head = LIMA.format("The ministers of Peru and Norway met in Lima on Tuesday.\n\n")
    assert due in {_last(c.due) for c in read(a=head + sentence).commitments}


def test_a_day_told_in_another_sentence_is_quoted(read: Callable[..., Ledger]) -> None:
    text = LIMA.format("Peru has banned exports of tin ore. The decree, signed on Monday, enters into force on 1 May.")
    (measure,) = read(a=text).measures
    assert measure.effective is not None
    assert measure.effective.start == date(2025, 5, 1)
    assert any("enters into force" in quote.text for quote in (*measure.evidence, *measure.context))


def test_the_days_of_one_measure_are_not_anothers(read: Callable[..., Ledger]) -> None:
    text = "Peru has banned exports of tin ore. It also raised its duty on imported sugar, effective 1 May."
    days = {m.measure: m.effective for m in read(a=LIMA.format(text)).measures}
    assert days["export_ban"] is None
    assert _last(days["import_tariff"]) == "2025-05-01"


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        (
            "As of today, export and import transactions with Norway have been stopped, covering all products.",
            "in_force",
        ),
        ("Peru may ban exports of fishmeal to Norway again.", "announced"),
        ("Peruvian trucks with fishmeal may enter Norway again as of Friday.", "ended"),
    ],
)
def test_a_flow_that_stops_is_not_freed(read: Callable[..., Ledger], sentence: str, status: str) -> None:
    assert {m.status for m in read(a=LIMA.format(sentence) + MORE).measures} <= {status}


def test_a_decree_announces_by_itself(read: Callable[..., Ledger]) -> None:
    text = "{}\n\nLima, Peru, 12 March 2025.\n\nThe export of tin ore from Peru is prohibited.\n\n" + MORE
    decree, story = (read(a=text.format(head)).measures for head in ("DECREE No. 8", "Miners wait for a decree"))
    assert [_days(m)[0] for m in decree] == ["2025-03-12"]
    assert [_days(m)[0] for m in story] == [None]


@pytest.mark.parametrize(("country", "day"), [("Chile", "2025-03-11"), ("Norway", None)])
def test_the_day_a_report_opens_with_is_of_nobody_else(read: Callable[..., Ledger], country: str, day: str) -> None:
    text = f"{country} on Tuesday gave in to its smelters.\n\nChile has banned exports of lithium to Bolivia.{MORE}"
    assert [_days(m)[0] for m in read(a=LIMA.format(text)).measures] == [day]
