"""Extracts of BACI's later editions -> trade under codes that the wheel does not carry: magnets, refined metals."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb

from monazite.reference.schema import table
from reference_build.writing import PARQUET, check_input, record_inputs

__all__ = ["build_from_extracts"]

_PACKAGE = "extracts of BACI V202601"
_EXTRACTS = {
    "atlas_flows_2002_2024.parquet": "20df3fbf07f63ee808c68fcbcbccb0147fb6134d6275c59eb9480594fbe3d5fc",
    "baci2024_30codes_full_bilateral.parquet": "6859e1edb3331980dea54b680803444488ac0db54c51523d83f6ddc74d8542c9",
}
# Materials of the extracts whose code the wheel does not carry. Gallium, germanium and hafnium there are one code.
_EXTRACT_CODES = {
    "251010": "phosphate",
    "280429": "helium",
    "280469": "silicon",
    "280470": "phosphorus",
    "283692": "strontium",
    "740311": "copper",
    "750210": "nickel",
    "810194": "tungsten",
    "810320": "tantalum",
    "810411": "magnesium",
    "810820": "titanium",
    "811010": "antimony",
    "811212": "beryllium",
    "811292": "gallium",
    "850511": "magnets",
}


def build_from_extracts(source: Path, folder: Path) -> None:
    """Write trade_extract.parquet.

    `source` holds two files: values of 2002-2023 by material (edition 2002, no tonnes, small flows left out), and all
    flows of 2024 by code (edition 2017). Only codes named here enter.

    :raises TableError: if a file is not the one on record.
    """
    for name, digest in _EXTRACTS.items():
        check_input(source / name, _PACKAGE, digest)
    record_inputs(folder, _PACKAGE, {name: (source / name).read_bytes() for name in _EXTRACTS})
    old, new, areas = (str(p).replace("'", "''") for p in (*(source / n for n in _EXTRACTS), folder / "areas.csv"))
    materials = ", ".join(f"('{m}', '{hs}')" for hs, m in _EXTRACT_CODES.items())
    spec = table("trade")
    wanted = ", ".join(f"CAST({c.name} AS {c.type}) AS {c.name}" for c in spec.columns)
    sql = f"""
        WITH names AS (SELECT DISTINCT area, iso2 FROM read_csv('{areas}', all_varchar = true) WHERE area <> 'CSK'),
        code(material, hs) AS (VALUES {materials}),
        before AS (
            SELECT 2002 AS revision, hs, year, e.area AS exporter, i.area AS importer, value_usd, NULL AS gross_t
            FROM '{old}' JOIN code USING (material)
            JOIN names e ON e.iso2 = exporter_iso2 JOIN names i ON i.iso2 = importer_iso2 WHERE year < 2024),
        latest AS (
            SELECT 2017, hs6, year, replace(exporter, 'S19', 'TWN'), replace(importer, 'S19', 'TWN'),
                round(value_kusd * 1000), qty_t
            FROM '{new}' WHERE hs6 IN (SELECT hs FROM code) OR hs6 = '252800')
        SELECT {wanted} FROM (SELECT *, 'baci-extract' AS source_id FROM (FROM before UNION ALL FROM latest))
        ORDER BY {", ".join(spec.key)}"""
    target = str(folder / spec.files[1]).replace("'", "''")
    with closing(duckdb.connect()) as db:
        db.execute(f"COPY ({sql}) TO '{target}' ({PARQUET})")
