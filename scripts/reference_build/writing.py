"""Rows and arrays -> files of the schema's tables; a package's files -> rows of `inputs`."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import TableError
from monazite.reference.schema import table

__all__ = ["PARQUET", "check_input", "read_csv", "record_inputs", "write_csv", "write_parquet"]

PARQUET = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 19, ROW_GROUP_SIZE 200000"
"""How a shipped table is written: small, and the same bytes each time."""


def check_input(path: Path, package: str, sha256: str) -> None:
    """Refuse a file other than the recorded one: other figures than the documented ones never enter."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != sha256:
        raise TableError(str(path), [f"sha256 is {digest}, expected {sha256}"], f"pass that of {package}")


def record_inputs(folder: Path, package: str, files: Mapping[str, bytes]) -> None:
    """Put size and checksum of a package's files, by their path inside it, in place of those of its last build."""
    kept = read_csv(folder, "inputs") if (folder / table("inputs").files[0]).is_file() else []
    rows = [tuple(r.values()) for r in kept if r["package"] != package]
    rows += [(name, package, hashlib.sha256(held).hexdigest(), str(len(held))) for name, held in files.items()]
    write_csv(folder, "inputs", sorted(rows, key=lambda r: (r[1], r[0])))


def read_csv(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of a CSV table as they are written."""
    with (folder / table(name).files[0]).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write_csv(folder: Path, name: str, rows: Iterable[tuple[object, ...]]) -> None:
    """Write a table's rows, in their order, under the schema's columns."""
    with (folder / table(name).files[0]).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([c.name for c in table(name).columns])
        writer.writerows(rows)


def write_parquet(folder: Path, name: str, columns: Mapping[str, Any]) -> None:
    """Write a table's columns in the schema's types, sorted by its key: the same figures give the same bytes."""
    spec = table(name)
    arrays = {c.name: _array(columns[c.name], c.type) for c in spec.columns}
    casts = ", ".join(f"CAST({c.name} AS {c.type}) AS {c.name}" for c in spec.columns)
    target = str(folder / spec.files[0]).replace("'", "''")
    with closing(duckdb.connect()) as db:
        db.register("arrays", arrays)
        db.execute(f"COPY (SELECT {casts} FROM arrays ORDER BY {', '.join(spec.key)}) TO '{target}' ({PARQUET})")


def _array(values: Sequence[Any], type_: str) -> NDArray[Any]:
    if type_ == "DOUBLE":
        return np.array([np.nan if v is None else v for v in values], dtype=float)
    return np.array(values, dtype=object if type_ == "VARCHAR" else None)
