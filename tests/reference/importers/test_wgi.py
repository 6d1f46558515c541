"""Political stability is read from every form the World Bank gives it in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monazite.core.errors import TableError
from monazite.reference.store import open_store

FIGURES = {("CHN", 2023): (-0.5, 0.2), ("CHN", 2024): (-0.25, None), ("COD", 2024): (-1.75, 0.3)}
LONG = ["Economy (name)", "Economy (code)", "Year", "Governance estimate (approx. -2.5 to +2.5)"]


def as_workbook(make, folder: Path) -> list[Path]:
    rows = [["x", "ZAR" if c == "COD" else c, y, e, "" if s is None else s] for (c, y), (e, s) in FIGURES.items()]
    sheets = {"Intro": [["about"]], "cc": [["no"]], "pv": [[*LONG, "Standard error (estimate)"], *rows]}
    return [make.workbook(folder / "wgidataset_with_sourcedata-2025.xlsx", **sheets)]


def as_older_csv(make, folder: Path) -> list[Path]:
    rows = [[f"{c}pv{y}", c, y, "pv", e, "" if s is None else s] for (c, y), (e, s) in FIGURES.items()]
    rows.append(["CHNcc2024", "CHN", 2024, "cc", 1, 1])
    return [
        make.table(folder / "wgidataset.csv", [["codeindyr", "code", "year", "indicator", "estimate", "stddev"], *rows])
    ]


def as_bank_zip(make, folder: Path) -> list[Path]:
    file = make.table(
        folder / "WGICSV.csv",
        [
            ["Country Name", "Country Code", "Indicator Name", "Indicator Code", "2022", "2023", "2024 [YR2024]"],
            ["China", "CHN", "x", "GOV_WGI_PV.EST", "", -0.5, -0.25],
            ["China", "CHN", "x", "GOV_WGI_PV.SE", "", 0.2, ".."],
            ["Congo", "COD", "x", "PV.EST", "", "", -1.75],
            ["Congo", "COD", "x", "PV.STD.ERR", "", "", 0.3],
            ["China", "CHN", "x", "GOV_WGI_CC.EST", 1, 1, 1],
        ],
        "utf-8-sig",
    )
    return [make.zip(folder / "WGI_CSV.zip", **{"WGICSV.csv": file.read_bytes(), "WGICountry.csv": "a,b\n"})]


def page(indicator: str, column: int) -> bytes:
    rows = [
        {"indicator": {"id": indicator}, "countryiso3code": c, "date": str(y), "value": v[column]}
        for (c, y), v in [*FIGURES.items(), (("", 2024), (9, 9))]
    ]
    return json.dumps([{"page": 1, "pages": 1, "lastupdated": "2025-11-17"}, rows]).encode()


def as_pages(make, folder: Path) -> list[Path]:
    return [make.text(folder / f"{i}.json", page(i, at)) for at, i in enumerate(("GOV_WGI_PV.EST", "GOV_WGI_PV.SE"))]


@pytest.mark.parametrize("form", [as_workbook, as_older_csv, as_bank_zip, as_pages])
def test_governance_is_read_from_every_form(make, holds, take, data, tmp_path, store, form):
    found = take("wgi", *form(make, tmp_path))
    sql = "SELECT country, year, estimate, std_error FROM governance WHERE estimate IS NOT NULL AND year >= 2023"
    with open_store(data=data) as now:
        assert {tuple(r[:2]): r[2:] for r in now.rows(sql)} == FIGURES
        before = "SELECT count(*), sum(estimate) FROM governance WHERE year < 2023"
        assert now.rows(before) == store.rows(before)
        assert now.rows("SELECT count(*) FROM sources WHERE source_id = 'wgi'") == [(1,)]
        holds(now, "governance")
    (change,) = found.changes
    stood = store.rows("SELECT count(*) FROM governance WHERE year >= 2023")[0][0]
    assert change.replaced in (3, 4)  # where years are columns, an empty cell is a row
    assert change.gone == stood - change.replaced


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([["XXX", 2024, 1, 1]], "no country has the code XXX"),
        ([["CHN", 2024, 1, 1], ["CHN", 2024, 1, 1]], "CHN 2024 stands there twice"),
        ([["CHN", 2024, "high", 1]], "'high', no number"),
        ([["CHN", 2024, 9, 1]], "estimate is above 5"),
        ([["CHN", 2024, 1, -1]], "std_error is below 0"),
    ],
)
def test_governance_that_makes_no_sense_is_refused(make, left, take, data, tmp_path, rows, says):
    with pytest.raises(TableError, match=says):
        take("wgi", make.table(tmp_path / "wgi.csv", [["code", "year", "estimate", "stddev"], *rows]))
    assert left(data) == []


def test_other_tables_of_the_bank_are_refused(make, take, tmp_path):
    with pytest.raises(TableError, match="no column Country Code"):
        take("wgi", make.table(tmp_path / "gdp.csv", [["country", "gdp"], ["CHN", 1]]))
    with pytest.raises(TableError, match="no sheet pv"):
        take("wgi", make.workbook(tmp_path / "w.xlsx", a=[["x"]], b=[["y"]]))
    with pytest.raises(TableError, match="is no whole workbook"):
        take("wgi", make.text(tmp_path / "w.xlsx", b"no workbook"))
    with pytest.raises(TableError, match="no answer of the World Bank"):
        take("wgi", make.text(tmp_path / "w.json", b'[{"message": []}]'))
