"""Comtrade's records become flows that take the place of the same flows, and of no other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monazite.core.errors import TableError
from monazite.reference.store import open_store

TRADE = "SELECT revision, hs, year, exporter, importer, value_usd, gross_t, source_id FROM trade"
RECORD = {
    "freqCode": "A",
    "refYear": 2023,
    "reporterCode": 392,
    "partnerCode": 156,
    "partner2Code": 0,
    "flowCode": "M",
    "classificationCode": "H5",
    "cmdCode": "850511",
    "customsCode": "C00",
    "motCode": 0,
    "netWgt": 2_500.0,
    "primaryValue": 100_000.0,
}


def answer(folder: Path, *records: dict[str, object], error: str = "", name: str = "answer.json") -> Path:
    data = [RECORD | record for record in records]
    file = folder / name
    file.write_text(json.dumps({"elapsedTime": "0.1 s", "count": len(data), "data": data, "error": error}))
    return file


def test_comtrade_replaces_single_flows_only(holds, take, data, tmp_path, store):
    records = [
        {},
        {"partnerCode": 0},
        {"partnerCode": 899},
        {"motCode": 1000},
        {"flowCode": "RM"},
        {"cmdCode": "8505"},
        {"reporterCode": 156, "partnerCode": 392, "flowCode": "X", "primaryValue": 90_000.0, "netWgt": 0},
        {"partnerCode": 410, "netWgt": None},
    ]
    found = take("comtrade", answer(tmp_path, *records))
    sql = f"{TRADE} WHERE revision = 2017 AND hs = '850511' AND year = 2023"
    with open_store(data=data) as now:
        own = now.rows(f"{sql} AND source_id = ? ORDER BY ALL", [found.part])
        assert [r[3:7] for r in own] == [("CHN", "JPN", 90_000.0, None), ("KOR", "JPN", 100_000.0, None)]
        others = f"{sql} AND NOT (importer = 'JPN' AND exporter IN ('CHN', 'KOR'))"
        assert sorted(now.rows(others)) == sorted(store.rows(others))
        holds(now, "trade")
    assert found.part.startswith("comtrade-chn-jpn-2023-")
    assert "1 flows that the exporter reports too" in found.notes
    assert sum(int(n.split()[0]) for n in found.notes) == 6
    assert "not to be passed on" in found.source.licence


def test_comtrade_csv_is_read_like_its_answers(make, take, data, tmp_path):
    kept = {k: v for k, v in RECORD.items() if k not in ("partner2Code", "freqCode")}
    named = {k[0].upper() + k[1:]: v for k, v in kept.items()}
    take("comtrade", make.table(tmp_path / "export.csv", [named.keys(), named.values()]))
    with open_store(data=data) as now:
        assert now.rows(f"{TRADE} WHERE source_id LIKE 'comtrade%'")[0][3:7] == ("CHN", "JPN", 100_000.0, 2.5)


@pytest.mark.parametrize(
    ("records", "says"),
    [
        ([{"reporterCode": 12345}], "no row of the table areas"),
        ([{}, {}], "stands there twice"),
        ([{"classificationCode": "S4"}], "no edition of the Harmonized System"),
        ([{"primaryValue": -5.0}], "value_usd is below"),
        ([{"primaryValue": None}], "value_usd is empty"),
        ([{"motCode": 1000}], "nothing in it to import"),
    ],
)
def test_comtrade_records_that_make_no_sense_are_refused(left, take, data, tmp_path, records, says):
    with pytest.raises(TableError, match=says):
        take("comtrade", answer(tmp_path, *records))
    assert left(data) == []


def test_a_refusal_of_comtrade_is_told(make, take, tmp_path):
    with pytest.raises(TableError, match="Comtrade refused: too many periods"):
        take("comtrade", answer(tmp_path, error="too many periods"))
    with pytest.raises(TableError, match="no answer of the Comtrade API"):
        take("comtrade", make.text(tmp_path / "x.json", b"[]"))
