"""The cube: every number of every indicator once, and nothing without a reason."""

from __future__ import annotations

import numpy as np
import pytest
from python_calamine import CalamineWorkbook

from monazite.core.errors import UsageError
from monazite.indicators.cube import CUBE, cube
from monazite.indicators.registry import indicator
from monazite.reference.xlsx import write_workbook


def test_each_measure_has_its_rows_and_what_is_missing_is_empty():
    row = ("tin", "ore production", 2024, 0.3, "CHN", 0.4, "ok")
    hhi = {column: np.array([value]) for column, value in zip(indicator("hhi").columns, row, strict=True)}
    score = {
        "material": np.array(["Tin", "Tin"]),
        "country": np.array(["JPN", "IND"]),
        "year": np.array([2024, 2024]),
        "score": np.array([0.1, np.nan]),
        "price_usd_per_kg": np.array([30.0, np.nan]),
        "cf": np.array([7.0, np.nan]),
        "status": np.array(["ok", "no-trade"]),
    }
    found = cube([(indicator("hhi"), hhi), (indicator("geopolrisk"), score)])
    assert tuple(found) == CUBE
    names = found["indicator"].tolist()
    assert names == ["hhi", *["geopolrisk:score"] * 2, *["geopolrisk:price_usd_per_kg"] * 2, *["geopolrisk:cf"] * 2]
    assert found["stage"].tolist()[:2] == ["ore production", ""]
    assert found["value"][:3].tolist()[:2] == [0.3, 0.1]
    assert np.isnan(found["value"][2])
    assert found["status"][2] == "no-trade"
    assert np.isnan(found["low"]).all()


def test_a_workbook_holds_numbers_texts_and_no_formula(tmp_path):
    target = tmp_path / "t.xlsx"
    columns = {"name": np.array(["=1+1", "tin"]), "value": np.array([0.5, np.nan])}
    write_workbook(columns, target)
    sheet = CalamineWorkbook.from_path(target).get_sheet_by_index(0)
    assert sheet.to_python() == [["name", "value"], ["=1+1", 0.5], ["tin", ""]]


def test_a_sheet_that_cannot_hold_the_rows_says_what_to_do(tmp_path):
    with pytest.raises(UsageError, match="or one year"):
        write_workbook({"x": np.zeros(1_048_576)}, tmp_path / "t.xlsx")
