"""What a user imports is checked whole, compared with what stood before, and in place at once or not at all."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from monazite.core.errors import MonaziteError, TableError, UnknownCode
from monazite.reference.imports import import_files, remove_part
from monazite.reference.parts import data_folder, read_parts
from monazite.reference.store import SHIPPED, Store, open_store, summaries, verify, write_sums

BACI = "BACI_HS92_Y2024_V202701.csv"
HEAD = "t,i,j,k,v,q"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
LINES = ("2024,156,392,284690,1.5,2.25", "2024,156,842,284690,4,           NA", "2024,490,392,010121,7.125,3")


def baci(folder: Path, *lines: str, name: str = BACI, head: str = HEAD) -> Path:
    file = folder / name
    file.write_text("\n".join([head, *lines]) + "\n")
    return file


TRADE = "SELECT revision, hs, year, exporter, importer, value_usd, gross_t, source_id FROM trade"


def of_2024(store: Store) -> list[tuple[object, ...]]:
    return store.rows(f"{TRADE} WHERE revision = 1992 AND hs = '284690' AND year = 2024 ORDER BY ALL")


def test_imported_trade_takes_the_place_of_the_same_codes_and_years(take, data, tmp_path, store):
    found = take("baci", baci(tmp_path, *LINES))
    source = "baci-hs92-2024"
    with open_store(data=data) as now:
        assert of_2024(now) == [
            (1992, "284690", 2024, "CHN", "JPN", 1500.0, 2.25, source),
            (1992, "284690", 2024, "CHN", "USA", 4000.0, None, source),
        ]
        assert now.rows(f"{TRADE} WHERE hs = '010121'") == [(1992, "010121", 2024, "TWN", "JPN", 7125.0, 3.0, source)]
        others = "SELECT count(*), sum(value_usd) FROM trade WHERE NOT (hs IN ('284690', '010121') AND year = 2024)"
        assert now.rows(others) == store.rows(others)
        assert now.rows(f"SELECT publisher, licence FROM sources WHERE source_id = '{source}'") == [
            ("CEPII", "Etalab Open Licence 2.0")
        ]
        verify(now)
    (change,) = found.changes
    stood = len(of_2024(store))
    assert (change.added, change.replaced, change.changed, change.gone) == (1, 2, 2, stood - 2)
    (year,) = change.years
    assert (year.year, year.rows_before, year.rows_after, year.total_after) == (2024, stood, 3, 12_625.0)
    assert year.total_before == pytest.approx(sum(r[5] for r in of_2024(store)))
    before, after = change.largest[0].before, change.largest[0].after
    assert abs((after or 0) - (before or 0)) >= abs((change.largest[-1].after or 0) - (change.largest[-1].before or 0))
    assert len(change.largest) == 10
    assert (found.source.title[-30:], found.source.published) == ("HS 1992, release V202701, 2024", "2027-01")


def test_an_import_equals_a_direct_query(take, data, tmp_path):
    lines = [
        f"2023,{a},{b},{10000 + 7 * n % 900000:06d},{n * 0.731},{n * 1.37 if n % 9 else 'NA'}"
        for n, (a, b) in enumerate((a, b) for a in (36, 76, 156, 392, 699) for b in range(4, 200, 4) if b in AREAS)
    ]
    file = baci(tmp_path, *lines, name="BACI_HS17_Y2023_V202601.csv")
    take("baci", file)
    areas = f"(SELECT baci_code AS c, area FROM '{SHIPPED / 'areas.csv'}' WHERE baci_code IS NOT NULL)"
    direct = duckdb.sql(
        f"SELECT 2017, k, t, a.area, b.area, v * 1000, q FROM read_csv('{file}', nullstr = 'NA', "
        f"types = {{'k': 'VARCHAR'}}) JOIN {areas} a ON i = a.c JOIN {areas} b ON j = b.c ORDER BY ALL"
    ).fetchall()
    with open_store(data=data) as now:
        columns = "revision, hs, year, exporter, importer, value_usd, gross_t"
        sql = f"SELECT {columns} FROM trade WHERE source_id = 'baci-hs17-2023' ORDER BY ALL"
        assert now.rows(sql) == direct
    assert len(direct) == len(lines) > 100


AREAS = {
    int(r["baci_code"]) for r in csv.DictReader((SHIPPED / "areas.csv").read_text().splitlines()) if r["baci_code"]
}


def test_only_the_codes_asked_for_enter_and_leave(take, data, tmp_path, store):
    found = take("baci", baci(tmp_path, *LINES), codes=["010121"])
    assert found.part.startswith("baci-hs92-2024-1-codes-")
    with open_store(data=data) as now:
        assert of_2024(now) == of_2024(store)
        assert now.rows("SELECT count(*) FROM trade WHERE hs = '010121'") == [(1,)]


def test_a_zip_of_years_is_one_part(make, holds, take, data, tmp_path):
    years = {f"BACI_HS92_Y{y}_V202701.csv": f"{HEAD}\n{y},156,392,284690,{y},1\n" for y in (2022, 2023, 2024)}
    body = {**years, "country_codes_V202701.csv": "country_code,country_name\n", "Readme.txt": "BACI"}
    found = take("baci", make.zip(tmp_path / "BACI_HS92_V202701.zip", **body))
    assert found.part == "baci-hs92-2022-2024"
    assert [y.total_after for y in found.changes[0].years] == [2_022_000.0, 2_023_000.0, 2_024_000.0]
    with open_store(data=data) as now:
        holds(now, "trade", "sources")
        assert len(now.parts.pieces("trade")) == 3


def test_a_later_import_takes_what_an_earlier_one_had_of_the_same(holds, left, take, data, tmp_path):
    take("baci", baci(tmp_path, *LINES))
    newer = "BACI_HS92_Y2024_V202801.csv"
    take("baci", baci(tmp_path, "2024,156,392,284690,9,9", name=newer), codes=["284690"])
    with open_store(data=data) as now:
        assert [r[4:7] for r in of_2024(now)] == [("JPN", 9000.0, 9.0)]
        assert now.rows("SELECT count(*) FROM trade WHERE hs = '010121'") == [(1,)]
        holds(now, "trade", "sources")
    found = take("baci", baci(tmp_path, *LINES, name=newer))
    assert [p.name for p in read_parts(data).parts] == ["baci-hs92-2024"]
    assert found.changes[0].gone == 0
    assert len(left(data)) == 5  # the list, and rows and claims of two tables


WRONG_BACI = {
    "unknown country": (("2024,156,999,284690,1,1", "2024,998,4,284690,1,1"), "998, 999"),
    "negative value": (("2024,156,392,284690,-1,1",), "value_usd is below 0.0 in 1 rows"),
    "negative mass": (("2024,156,392,284690,1,-1",), "gross_t is below 0.0"),
    "twice the same": (("2024,156,392,284690,1,1", "2024,156,392,284690,2,2"), "is not unique"),
    "no number": (("2024,156,392,284690,1,1", "2024,x,392,284690,1,1"), "line 3: .*'?\"?x"),
    "no mass": (("2024,156,392,284690,1,heavy",), "q is 'heavy', no number"),
    "too few cells": (("2024,156,392,284690,1,1", "2024,156"), "line 3: Expected Number of Columns: 6"),
    "another year": (("2023,156,392,284690,1,1",), "t is 2023"),
    "no code": (("2024,156,392,28469X,1,1",), "k is '28469X'"),
    "nothing": ((), "nothing in it to import"),
}


@pytest.mark.parametrize(("lines", "says"), WRONG_BACI.values(), ids=WRONG_BACI)
def test_wrong_lines_are_refused_with_their_place(left, take, data, tmp_path, lines, says):
    with pytest.raises(TableError, match=says):
        take("baci", baci(tmp_path, *lines))
    assert left(data) == []


def test_every_problem_is_told_at_once(take, tmp_path):
    with pytest.raises(TableError) as error:
        take("baci", baci(tmp_path, "2024,156,999,284690,-1,1", "2024,x,392,284690,1,1", "2023,156,392,284690,1,1"))
    assert len(error.value.problems) == 3


WRONG_FILES = {
    "missing column": (lambda make, f: baci(f, "2024,156,392,1", head="t,i,j,v"), "no column k, q"),
    "another encoding": (lambda make, f: make.text(f / BACI, "t,i,j,k,v,q\n".encode("utf-16")), "no CSV text in UTF-8"),
    "bytes that are no text": (
        lambda make, f: make.text(f / BACI, f"{HEAD}\n2024,156,392,\xff,1,1\n".encode("latin-1")),
        "line 2",
    ),
    "empty file": (lambda make, f: make.text(f / BACI, b""), "BACI_HS92_Y2024_V202701.csv is not"),
    "another name": (lambda make, f: baci(f, *LINES, name="trade.csv"), "trade.csv is not BACI_HS"),
    "no such file": (lambda make, f: f / BACI, "cannot be read"),
    "a folder": (lambda make, f: f, "is not BACI"),
    "a broken ZIP": (
        lambda make, f: make.text(f / "b.zip", make.zip(f / "x.zip", **{BACI: HEAD}).read_bytes()[:60]),
        "b.zip is not",
    ),
    "a ZIP of something else": (lambda make, f: make.zip(f / "b.zip", a="b"), "b.zip is not"),
    "a ZIP bomb": (lambda make, f: make.zip(f / "b.zip", **{BACI: b"0" * 30_000_000}), "grows beyond bounds"),
}


@pytest.mark.parametrize(("form", "says"), WRONG_FILES.values(), ids=WRONG_FILES)
def test_files_that_are_something_else_are_refused(left, make, take, data, tmp_path, form, says):
    with pytest.raises(TableError, match=says):
        take("baci", form(make, tmp_path))
    assert left(data) == []


def test_editions_and_releases_are_not_mixed(take, tmp_path):
    one, other = (baci(tmp_path, *LINES, name=f"BACI_HS{e}_Y2024_V202601.csv") for e in ("92", "17"))
    with pytest.raises(TableError, match="one edition and one release"):
        take("baci", one, other)
    with pytest.raises(UnknownCode, match="baci, comtrade"):
        take("bacy", one)


# What holds for every kind ----


def test_without_parts_the_shipped_tables_are_read_alone(store):
    assert store.parts.parts == ()
    assert "imported" not in str(store.inputs())
    assert all(line["imported"] == 0 for line in summaries(store, date(2026, 11, 21)))


def test_the_age_of_a_table_is_told(store):
    (trade,) = [line for line in summaries(store, date(2026, 1, 31)) if line["table"] == "trade"]
    assert (trade["published"], trade["age_days"]) == ("2026-01", 30)


def test_parts_are_among_the_inputs_and_can_be_removed(left, take, data, tmp_path, store):
    take("baci", baci(tmp_path, *LINES))
    with open_store(data=data) as now:
        assert len(now.inputs()) == len(store.inputs()) + 4
        assert sum(name.startswith("imported baci-hs92-2024.trade.") for name, _ in now.inputs()) == 2
        (trade,) = [line for line in summaries(now, date(2026, 11, 21)) if line["table"] == "trade"]
        assert (trade["imported"], trade["parts"]) == (3, "baci-hs92-2024")
    with pytest.raises(UnknownCode, match=r"Did you mean|Known are"):
        remove_part(data, "baci-hs92-2023")
    assert remove_part(data, "baci-hs92-2024").name == "baci-hs92-2024"
    assert left(data) == ["parts.json"]
    with open_store(data=data) as now:
        assert of_2024(now) == of_2024(store)


@pytest.fixture
def flipped(take, data, tmp_path) -> Path:
    """A file of a part in which one byte is not what it was."""
    take("baci", baci(tmp_path, *LINES))
    piece = read_parts(data).pieces("trade")[0]
    file = data / piece.rows
    body = bytearray(file.read_bytes())
    body[len(body) // 3] ^= 1
    file.write_bytes(bytes(body))
    return file


def test_a_corrupted_byte_is_found_and_mended_by_a_new_import(flipped, take, data, tmp_path):
    says = rf"{flipped.name}: is damaged.*data remove baci-hs92-2024"
    with open_store(data=data) as now, pytest.raises(TableError, match=says):
        verify(now)
    with open_store(data=data) as now, pytest.raises(TableError, match="is damaged"):
        now.inputs()
    take("baci", baci(tmp_path, *LINES))
    with open_store(data=data) as now:
        verify(now)
        assert len(of_2024(now)) == 2


def test_a_file_that_is_short_or_gone_is_found_at_once(flipped, data):
    flipped.write_bytes(flipped.read_bytes()[:-1])
    with pytest.raises(TableError, match="bytes, expected"):
        open_store(data=data)
    flipped.unlink()
    with pytest.raises(TableError, match="is missing"):
        open_store(data=data)
    remove_part(data, "baci-hs92-2024")
    open_store(data=data).close()


def test_a_broken_list_says_so(data):
    data.mkdir()
    (data / "parts.json").write_text('{"parts": [{}]}')
    with pytest.raises(TableError, match="cannot be read"):
        open_store(data=data)


def test_a_corrupted_byte_in_a_shipped_table_is_found(tmp_path):
    folder = tmp_path / "tables"
    shutil.copytree(SHIPPED, folder)
    file = folder / "governance.parquet"
    body = bytearray(file.read_bytes())
    body[len(body) // 2] ^= 1
    file.write_bytes(bytes(body))
    with open_store(folder) as broken, pytest.raises(TableError, match=r"governance\.parquet is damaged"):
        verify(broken)


def test_the_checksums_of_the_shipped_tables_are_up_to_date(tmp_path):
    for file in SHIPPED.glob("*.parquet"):
        shutil.copy(file, tmp_path)
    write_sums(tmp_path)
    assert (SHIPPED / "SHA256SUMS").read_text() == (tmp_path / "SHA256SUMS").read_text()


def test_one_process_changes_the_folder_at_a_time(take, data, tmp_path):
    take("baci", baci(tmp_path, *LINES))
    with closing(sqlite3.connect(data / ".monazite-lock", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(MonaziteError, match="cannot be changed"):
            take("baci", baci(tmp_path, *LINES))


def test_files_of_others_in_the_folder_stay(left, take, data, tmp_path):
    data.mkdir()
    (data / "mine.parquet").write_text("mine")
    take("baci", baci(tmp_path, *LINES))
    remove_part(data, "baci-hs92-2024")
    assert left(data) == ["mine.parquet", "parts.json"]


KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from monazite.reference import imports
from monazite.reference.store import Store
at, done, write = int(sys.argv[3]), [], Store.write
def killed(*args):
    if len(done) == at:
        os.kill(os.getpid(), signal.SIGKILL)
    done.append(1)
    write(*args)
Store.write = killed
if at == 4:
    imports.write_parts = lambda parts: os.kill(os.getpid(), signal.SIGKILL)
imports.import_files("baci", [Path(sys.argv[1])], Path(sys.argv[2]), datetime.now())
"""


@pytest.mark.parametrize("at", [0, 2, 4], ids=lambda n: f"after {n} files")
def test_a_killed_import_leaves_the_old_data_and_the_next_one_cleans_up(holds, left, take, data, tmp_path, at):
    take("baci", baci(tmp_path, *LINES))
    stood = left(data)
    newer = baci(tmp_path, "2024,156,392,284690,9,9", name="BACI_HS92_Y2024_V202801.csv")
    done = subprocess.run([sys.executable, "-c", KILLED, newer, data, str(at)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(left(data)) == len(stood) + 1 + at
    with open_store(data=data) as now:
        holds(now, "trade", "sources")
        assert len(of_2024(now)) == 2
    take("baci", newer)
    assert len(left(data)) == len(stood)
    with open_store(data=data) as now:
        assert len(of_2024(now)) == 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own with hardly any room."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=160k", "none", folder], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        pytest.skip("no small disk can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def many(folder: Path) -> Path:
    codes = (f"2024,156,392,{n:06d},{n * 0.7919},{n * 1.37}" for n in range(1, 40_000))
    return baci(folder, *codes, name="BACI_HS92_Y2024_V202801.csv")


def test_a_full_disk_leaves_the_old_data(holds, left, small_disk, tmp_path):
    import_files("baci", [baci(tmp_path, *LINES)], small_disk, NOW)
    stood = left(small_disk)
    with pytest.raises(MonaziteError, match=r"(?i)cannot be changed.*make room"):
        import_files("baci", [many(tmp_path)], small_disk, NOW)
    assert left(small_disk) == stood
    with open_store(data=small_disk) as now:
        holds(now, "trade", "sources")
        assert len(of_2024(now)) == 2


LIMITED = """
import resource, sys
from datetime import datetime
from pathlib import Path
from monazite.core.errors import MonaziteError
from monazite.reference.imports import import_files
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    import_files("baci", [Path(sys.argv[1])], Path(sys.argv[2]), datetime.now())
except MonaziteError as error:
    sys.exit(f"error: {error}")
"""


def test_a_file_that_may_not_grow_leaves_the_old_data(left, take, data, tmp_path):
    take("baci", baci(tmp_path, *LINES))
    stood = left(data)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, many(tmp_path), data], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "cannot be changed" in done.stderr
    assert left(data) == stood


def test_the_data_folder_is_the_systems_unless_one_is_named():
    home = {"XDG_DATA_HOME": "", "LOCALAPPDATA": "C:/Local"}
    assert data_folder(home, "linux") == Path.home() / ".local" / "share" / "monazite"
    assert data_folder(home, "win32") == Path("C:/Local/monazite")
    assert data_folder({}, "darwin").parts[-3:] == ("Library", "Application Support", "monazite")
    assert data_folder() == Path(os.environ["MONAZITE_DATA"])
