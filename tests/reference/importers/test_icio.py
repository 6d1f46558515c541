"""An inter-country table takes the place of the one that stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from monazite.core.errors import TableError
from monazite.reference.store import open_store, verify

SELLERS = ("CHN_B07", "CHN_C24B", "CN1_C24B", "JPN_B07", "JPN_C24B", "ROW_B07", "ROW_C24B")


def icio(make, folder: Path, *, output: float = 0.0, sellers: tuple[str, ...] = SELLERS) -> Path:
    cells = [[10 * a + b + 0.5 for b in range(1, len(sellers) + 1)] for a in range(1, len(sellers) + 1)]
    rows = [[s, *row, 7, sum(row) + 7 + output] for s, row in zip(sellers, cells, strict=True)]
    below = [[name, *[1] * len(sellers), 0, 0] for name in ("TLS", "VA", "OUT")]
    return make.table(folder / "ICIO2025_2021.csv", [["V1", *sellers, "CHN_HFCE", "OUT"], *rows, *below])


def test_the_inter_country_table_of_another_year_takes_the_place_of_all(make, take, data, tmp_path):
    found = take("icio", icio(make, tmp_path))
    with open_store(data=data) as now:
        assert now.rows("SELECT economy FROM economies ORDER BY 1") == [("CHN",), ("JPN",)]
        flows = (
            "SELECT value_musd FROM io_flows "
            "WHERE seller = ? AND seller_industry = ? AND buyer = ? AND buyer_industry = ?"
        )
        assert now.rows(flows, ["CHN", "B07", "CHN", "C24B"]) == [(12.5 + 13.5,)]
        assert now.rows(flows, ["CHN", "C24B", "JPN", "B07"]) == [(24.5 + 34.5,)]
        assert now.rows("SELECT count(*) FROM io_totals") == [(4,)]
        assert "2021" in str(now.rows("SELECT title FROM sources WHERE source_id = 'icio'"))
        verify(now)
    assert {c.table for c in found.changes} == {"economies", "io_flows", "io_imports", "io_trade", "io_totals"}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"output": 500.0}, "CHN_B07 does not add up"),
        ({"sellers": ("XXX_B07", "JPN_B07")}, "XXX is no country"),
        ({"sellers": ("CHN_Z99", "JPN_Z99")}, "Z99 is not in the table industries"),
    ],
)
def test_inter_country_tables_that_make_no_sense_are_refused(make, left, take, data, tmp_path, wrong, says):
    with pytest.raises(TableError, match=says):
        take("icio", icio(make, tmp_path, **wrong))
    assert left(data) == []


def test_a_matrix_with_other_rows_than_columns_is_refused(make, take, tmp_path):
    file = icio(make, tmp_path)
    file.write_text(file.read_text().replace("\nJPN_B07", "\nJPN_B08"))
    with pytest.raises(TableError, match="the same industries"):
        take("icio", file)
    file.write_text(file.read_text().replace("12.5", "x"))
    with pytest.raises(TableError, match="no table of numbers"):
        take("icio", file)
