"""World Mining Data is read sheet by sheet."""

from __future__ import annotations

import pytest

from monazite.core.errors import TableError
from monazite.reference.store import open_store


def test_world_mining_data_is_read_sheet_by_sheet(make, holds, take, data, tmp_path, store):
    head = ["Country", "unit", 2024, 2025, "data source"]
    found = take(
        "wmd",
        make.workbook(
            tmp_path / "6.4. Production.xlsx",
            **{
                "Rare Earths (REO)": [
                    ["Rare Earths"],
                    head,
                    ["China", "metr. t", 270_000, 280_000.5, "r"],
                    ["Congo, Rep.", "metr. t", "", 0, "e"],
                    ["Total", "metr. t", 270_000, 280_000.5, ""],
                ],
                "Gold": [head, ["French Guiana", "kg", 1, 2, "p"]],
                "Unobtainium": [head, ["China", "metr. t", 1, 2, "r"]],
            },
        ),
    )
    with open_store(data=data) as now:
        sql = "SELECT country, quantity, quality FROM production WHERE source_id = 'wmd' AND product = ? AND year = ?"
        assert now.rows(sql, ["Rare earth", 2025]) == [("CHN", 280_000.5, "r"), ("COG", 0.0, "e")]
        assert now.rows(sql, ["Rare earth", 2024]) == [("CHN", 270_000.0, "r"), ("COG", None, "e")]
        assert now.rows(sql, ["Gold", 2025]) == [("GUF", 2.0, "p")]
        assert now.rows(sql, ["Rare earth", 2023]) == store.rows(sql, ["Rare earth", 2023])
        holds(now, "production")
    assert found.notes == ("sheets of no known product: Unobtainium",)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (["Utopia", "metr. t", 1, "r"], "sheet Gold, line 2: 'Utopia' is no known country"),
        (["China", "metr. t", 1, "r"], "line 2: the unit is 'metr. t', expected kg"),
        (["China", "kg", "much", "r"], "line 2: 2024 is 'much', no number"),
        (["China", "kg", 1, "guess"], "expected r, e or p"),
    ],
)
def test_world_mining_data_that_makes_no_sense_is_refused(make, left, take, data, tmp_path, row, says):
    with pytest.raises(TableError, match=says):
        take("wmd", make.workbook(tmp_path / "w.xlsx", Gold=[["Country", "unit", 2024, "data source"], row]))
    assert left(data) == []
