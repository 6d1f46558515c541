"""What the tests of imports share: a data folder, a way to import, and makers of files."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from monazite.reference.imports import Imported, import_files
from monazite.reference.parts import check_parts
from monazite.reference.schema import table
from monazite.reference.store import Store, problems

Take = Callable[..., Imported]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def take(data: Path) -> Take:
    """Import files, of whatever kind, into the data folder."""

    def run(kind: str, *files: Path, codes: Iterable[str] = ()) -> Imported:
        return import_files(kind, files, data, datetime(2026, 11, 22, tzinfo=UTC), frozenset(codes))

    return run


@pytest.fixture
def left() -> Callable[[Path], list[str]]:
    """What lies in a data folder, but for the lock."""

    def names(folder: Path) -> list[str]:
        return sorted(p.name for p in folder.iterdir() if p.name != ".monazite-lock") if folder.is_dir() else []

    return names


@pytest.fixture
def make() -> SimpleNamespace:
    """Makers of files: `text`, `table`, `zip` and `workbook`, each with the path as first argument and result."""
    return SimpleNamespace(text=write, table=table_of, zip=zipped, workbook=workbook)


@pytest.fixture
def holds() -> Callable[..., None]:
    """A check that tables hold their schema, and imported files are what was imported."""

    def check(store: Store, *tables: str) -> None:
        assert [p for name in tables for p in problems(store, table(name))] == []
        check_parts(store.parts)

    return check


def write(path: Path, body: bytes) -> Path:
    path.write_bytes(body)
    return path


def zipped(path: Path, **files: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return path


def table_of(path: Path, rows: Iterable[Iterable[object]], encoding: str = "utf-8") -> Path:
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file).writerows(rows)
    return path


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    """A workbook of the plainest form."""
    office = "http://schemas.openxmlformats.org"
    main, relation = f"{office}/spreadsheetml/2006/main", f"{office}/officeDocument/2006/relationships"

    def cell(value: object) -> str:
        number = isinstance(value, int | float)
        return f"<c><v>{value}</v></c>" if number else f'<c t="inlineStr"><is><t>{value}</t></is></c>'

    listed = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="r{i}"/>' for i, n in enumerate(sheets, 1))
    linked = "".join(
        f'<Relationship Id="r{i}" Type="{relation}/worksheet" Target="worksheets/s{i}.xml"/>'
        for i in range(1, len(sheets) + 1)
    )
    bodies = {
        f"xl/worksheets/s{i}.xml": f'<worksheet xmlns="{main}"><sheetData>'
        + "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
        + "</sheetData></worksheet>"
        for i, rows in enumerate(sheets.values(), 1)
    }
    return zipped(
        path,
        **{
            "[Content_Types].xml": f'<Types xmlns="{office}/package/2006/content-types"/>',
            "_rels/.rels": f'<Relationships xmlns="{office}/package/2006/relationships">'
            f'<Relationship Id="r0" Type="{relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relation}"><sheets>{listed}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{office}/package/2006/relationships">{linked}'
            "</Relationships>",
        },
        **bodies,
    )
