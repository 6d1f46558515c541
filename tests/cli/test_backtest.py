"""`monazite backtest` as a user calls it."""

from __future__ import annotations

import json

import pytest

from monazite.cli import backtest
from monazite.core.jsonable import jsonable
from monazite.core.values import Band
from monazite.workbench.history.weekly import WeeklyRecord


def test_without_a_file_the_record_comes(monazite):
    record = json.loads(monazite("backtest", "--json").out)["record"]
    assert {"episode", "measure_id", "actual_t", "total_t", "within"} <= set(record[0])
    assert set(record[0]["total_t"]) == {"monazite", "market", "unchanged", "proportional", "capacity"}
    assert jsonable(record) == record


def test_the_weekly_record_is_shown_or_written(monazite, monkeypatch):
    """What it holds is in docs/methods/weekly-record.md, which runs."""
    found = WeeklyRecord(
        "graphite-2023", "CHN", "250410", 400.0, ("2023-10",), (Band(1.0, 1.25, 2.0),), (2.5,), 0, 1.25, 1.5, 200, 1
    )
    monkeypatch.setattr(backtest, "weekly_record", lambda progress: (found,))
    assert json.loads(monazite("backtest", "--weekly", "--json").out)["record"] == jsonable([found])
    shown = monazite("backtest", "--weekly").out
    assert all(text in shown for text in ("graphite-2023", "2023-10", "1.25", "2.50", "in the band 0 of 1"))


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("episodes.json", "--out", "out.csv", "--weekly"), 2, "or --weekly"),
        (("episodes.json",), 2, "go together"),
        (("--out", "out.csv"), 2, "go together"),
        (("episodes.json", "--out", "out.csv", "--json"), 2, "without --json"),
        (("episodes.json", "--out", "out.csv"), 1, "cannot be read"),
    ],
)
def test_what_does_not_fit_is_said(monazite, tmp_path, monkeypatch, words, code, told):
    monkeypatch.chdir(tmp_path)
    shown = monazite("backtest", *words)
    assert (shown.code, told in shown.err) == (code, True), shown.err
