"""A year of trade in all codes, imported: as many rows as MONAZITE_BENCH_ROWS says (BACI has about ten million).

MONAZITE_BENCH_ROWS=10000000 .venv/bin/python -m pytest benchmarks/test_import.py --benchmark-json=import.json
"""

from __future__ import annotations

import os
import resource
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from monazite.reference.imports import import_files
from monazite.reference.store import SHIPPED, open_store

ROWS = int(os.environ.get("MONAZITE_BENCH_ROWS", "20000"))
AREAS = f"SELECT baci_code AS c, area FROM '{SHIPPED / 'areas.csv'}' WHERE baci_code IS NOT NULL"
GIGABYTE = 1 << 20  # ru_maxrss is in kilobytes


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made-up trade between all pairs of areas in 5,000 codes, sorted as CEPII sorts it."""
    path = tmp_path_factory.mktemp("baci") / "BACI_HS22_Y2024_V202601.csv"
    places = (
        f"(SELECT c, row_number() OVER (ORDER BY c) - 1 AS at FROM (SELECT min(c) AS c FROM ({AREAS}) GROUP BY area))"
    )
    duckdb.sql(
        f"COPY (SELECT 2024 AS t, e.c AS i, m.c AS j, printf('%06d', 10100 + 190 * (n % 5000)) AS k, "
        "round(exp((hash(n) % 20000)::INT / 1000.0 - 6), 3) AS v, "
        "CASE WHEN hash(n) % 20 = 0 THEN 'NA' ELSE printf('%.3f', (hash(n + 1) % 1000000)::INT / 1000.0) END AS q "
        f"FROM range({ROWS}) AS r(n) JOIN {places} e ON e.at = n // 1000000 JOIN {places} m ON m.at = n // 5000 % 200 "
        f"ORDER BY t, i, j, k) TO '{path}' (HEADER, QUOTE '')"
    )
    return path


def test_import(benchmark, file: Path, tmp_path: Path):
    benchmark.pedantic(import_files, ("baci", [file], tmp_path, datetime.now(UTC)), rounds=1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    benchmark.extra_info |= {"rows": ROWS, "peak_gigabytes": round(peak / GIGABYTE, 2)}
    assert peak < 2 * GIGABYTE
    assert differences(file, tmp_path) == 0


def differences(file: Path, folder: Path) -> int:
    """Rows that the import and a direct query of the file do not have in common."""
    direct = (
        f"SELECT 2022, k, t, a.area, b.area, v * 1000, q FROM read_csv('{file}', nullstr = 'NA', "
        f"types = {{'k': 'VARCHAR', 'q': 'DOUBLE'}}) JOIN ({AREAS}) a ON i = a.c JOIN ({AREAS}) b ON j = b.c"
    )
    columns = "revision, hs, year, exporter, importer, value_usd, gross_t"
    held = f"SELECT {columns} FROM trade WHERE source_id = 'baci-hs22-2024'"
    only = " UNION ALL ".join(f"({a} EXCEPT ALL {b})" for a, b in ((direct, held), (held, direct)))
    with open_store(data=folder) as store:
        assert store.rows(f"SELECT count(*) FROM ({held})") == [(ROWS,)]
        return int(str(store.rows(f"SELECT count(*) FROM ({only})")[0][0]))
