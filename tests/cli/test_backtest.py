"""`monazite backtest` as a user calls it."""

from __future__ import annotations

import json

import pytest

from monazite.core.jsonable import jsonable


def test_without_a_file_the_record_comes(monazite):
    record = json.loads(monazite("backtest", "--json").out)["record"]
    assert {"episode", "measure_id", "actual_t", "total_t", "within"} <= set(record[0])
    assert set(record[0]["total_t"]) == {"monazite", "unchanged", "proportional", "capacity"}
    assert jsonable(record) == record


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
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
