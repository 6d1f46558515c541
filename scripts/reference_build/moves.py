"""The sea network of searoute -> the lanes between ports and their detours: tables `lanes` and `detours`.

A port joins the network at the nearest point of its nearest edge, by a straight stretch that counts. A passage is what
crosses its gate, a line from shore to shore: closing the passage takes those edges out. A lane uses a passage if
closing it makes the lane longer. docs/methods/moves.md says what this leaves out.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from monazite.core.errors import TableError
from monazite.core.values import Columns, Progress, silent
from reference_build.writing import check_input, read_csv, record_inputs, write_parquet

__all__ = ["SDIST", "SDIST_SHA256", "Network", "build_moves", "crossing", "distances", "read_network", "with_ports"]

Closure = tuple[str, ...]
Points = NDArray[np.float64]

SDIST = "searoute==1.6.0"
SDIST_SHA256 = "a2f9827b0aa0f1216f4696aa9cd9d358e9950cba496e8445dc2a3d5691862697"
# What one event closes together; each passage alone is closed anyway.
JOINT_CLOSURES: tuple[Closure, ...] = (
    ("babelmandeb", "suez"),
    ("babelmandeb", "panama", "suez"),
    ("cape-horn", "magellan"),
    ("lombok", "malacca", "sunda"),
    ("luzon-strait", "taiwan-strait"),
    ("malacca", "sunda"),
)

_NETWORK_FILES = ("marnet_searoute.geojson", "segment.geojson")
_EARTH_RADIUS_KM = 6371.0088
_KM_PER_DAY_AND_KNOT = 1.852 * 24
_SHORTEST_KM = 1e-3  # an edge of no length would be no edge in a sparse matrix


@dataclass(frozen=True, slots=True)
class Network:
    """Points (longitude, latitude in degrees), edges (two positions of points each) and their lengths in km."""

    points: Points
    edges: NDArray[np.intp]
    km: NDArray[np.float64]


def build_moves(sdist: Path, folder: Path, progress: Progress = silent) -> None:
    """Write lanes and detours into `folder`, from its tables ports, passages and sailing and the network in `sdist`.

    The checksum of `sdist` is held against the recorded one first: no other network than the documented one enters.
    """
    check_input(sdist, SDIST, SDIST_SHA256)
    ports, passages = _rows(folder, "ports"), _rows(folder, "passages")
    progress("sea network")
    texts = _network_texts(sdist)
    network = with_ports(read_network(texts.values()), np.array([_place(p) for p in ports]))
    gates = {p["passage"]: crossing(network, _place(p, "from_"), _place(p, "to_")) for p in passages}
    if unused := [name for name, crossed in gates.items() if not crossed.any()]:
        raise TableError("passages.csv", [f"nothing crosses the gate of {name}" for name in unused], "move the gate")
    shut = [p["passage"] for p in passages if p["open"] == "no"]
    codes, countries = (np.array([p[column] for p in ports]) for column in ("port", "country"))
    pairs = np.nonzero(np.triu(countries[:, None] != countries[None, :]))

    def lengths(*closed: str) -> NDArray[np.float64]:
        """Whole kilometres of every lane with these passages closed, infinite where no way is left."""
        progress(f"closing {', '.join(closed)}" if closed else "lanes")
        usable = np.ones(len(network.edges), dtype=bool)
        for name in (*shut, *closed):
            usable &= ~gates[name]
        return np.round(distances(network, usable, len(ports))[pairs])

    km = lengths()
    if not np.isfinite(km).all():
        raise TableError("ports.csv", ["some port has no way to another"], "see what passages.csv closes to begin with")
    alone = {name: lengths(name) for name in gates if name not in shut}
    used = {name: longer > km for name, longer in alone.items()}
    detours = {(name,): longer for name, longer in alone.items()} | {c: lengths(*c) for c in JOINT_CLOSURES}
    ends = {"origin": codes[pairs[0]], "destination": codes[pairs[1]]}
    _write_lanes(folder, ends, km, used)
    _write_detours(folder, ends, detours, used)
    record_inputs(folder, SDIST, {**texts, sdist.name: sdist.read_bytes()})


def read_network(texts: Iterable[bytes]) -> Network:
    """The network of GeoJSON files: an edge for every two neighbours in a line.

    Points on either side of the date line, which searoute keeps twice, become one.
    """
    edges: set[tuple[tuple[float, float], tuple[float, float]]] = set()
    for text in texts:
        for feature in json.loads(text)["features"]:
            shape = feature["geometry"]
            for line in [shape["coordinates"]] if shape["type"] == "LineString" else shape["coordinates"]:
                # Six decimals: the files themselves carry rounding errors behind them, which would part the lines.
                places = [(round(float(_wrapped(x)), 6), round(y, 6)) for x, y in line]
                edges |= {(min(a, b), max(a, b)) for a, b in pairwise(places) if a != b}
    position = {place: n for n, place in enumerate(sorted({place for edge in edges for place in edge}))}
    ends = np.array([[position[a], position[b]] for a, b in sorted(edges)])
    points = np.array(list(position))
    return Network(points, ends, _great_circle_km(points[ends[:, 0]], points[ends[:, 1]]))


def with_ports(network: Network, ports: Points) -> Network:
    """The network with a point for each port after all others, joined to both ends of the nearest edge.

    The way to an end leads over the nearest point of the edge; its length is that to this point and on along the edge.
    """
    start = network.points[network.edges[:, 0]]
    run = _steps(start, network.points[network.edges[:, 1]])
    edges, km = [], []
    for n, port in enumerate(ports, len(network.points)):
        scale = np.array([np.cos(np.radians(port[1])), 1.0])  # degrees of longitude are shorter away from the equator
        offset, along = _steps(port, start) * scale, run * scale
        share = np.clip(-(offset * along).sum(axis=1) / (along**2).sum(axis=1), 0, 1)
        nearest = int(np.argmin(((offset + share[:, None] * along) ** 2).sum(axis=1)))
        foot = start[nearest] + share[nearest] * run[nearest]
        for end in network.edges[nearest]:
            edges.append((n, end))
            km.append(_great_circle_km(port, foot) + _great_circle_km(foot, network.points[end]))
    return Network(
        np.vstack([network.points, ports]), np.vstack([network.edges, edges]), np.concatenate([network.km, km])
    )


def crossing(network: Network, one: Points, other: Points) -> NDArray[np.bool_]:
    """Which edges cross the line between two places (longitude, latitude), on a map of straight meridians."""
    start = network.points[network.edges[:, 0]]
    run, gate = _steps(start, network.points[network.edges[:, 1]]), _steps(one, other)
    offset = _steps(start, one)
    turn = run[:, 0] * gate[1] - run[:, 1] * gate[0]
    with np.errstate(divide="ignore", invalid="ignore"):  # parallel lines do not cross
        on_edge = (offset[:, 0] * gate[1] - offset[:, 1] * gate[0]) / turn
        on_gate = (offset[:, 0] * run[:, 1] - offset[:, 1] * run[:, 0]) / turn
    return np.asarray((on_edge >= 0) & (on_edge <= 1) & (on_gate >= 0) & (on_gate <= 1))


def distances(network: Network, usable: NDArray[np.bool_], ports: int) -> NDArray[np.float64]:
    """Shortest ways in km between the last `ports` points over the usable edges, shape (ports, ports)."""
    size = len(network.points)
    one, other = network.edges[usable].T
    lengths = np.maximum(network.km[usable], _SHORTEST_KM)
    graph = csr_array((lengths, (one, other)), shape=(size, size))
    ways: NDArray[np.float64] = dijkstra(graph, directed=False, indices=np.arange(size - ports, size))
    return ways[:, size - ports :]


def _write_lanes(folder: Path, ends: Columns, km: NDArray[np.float64], used: Mapping[str, NDArray[np.bool_]]) -> None:
    levels = {row["level"]: row for row in _rows(folder, "sailing")}
    days = {f"days_{name}": _days(km, levels[name]) for name in ("low", "mid", "high")}
    joined = ["|".join(n for n, u in zip(used, row, strict=True) if u) for row in zip(*used.values(), strict=True)]
    passages = np.array([names or None for names in joined], dtype=object)
    columns = {**ends, "km": km, **days, "passages": passages, "source_id": np.full(len(km), "searoute")}
    write_parquet(folder, "lanes", columns)


def _days(km: NDArray[np.float64], level: dict[str, str]) -> NDArray[np.float64]:
    calls = 2 * float(level["port_days"])  # one at either end
    return np.round(km / (float(level["speed_kn"]) * _KM_PER_DAY_AND_KNOT) + calls, 1)


def _write_detours(
    folder: Path,
    ends: Columns,
    detours: Mapping[Closure, NDArray[np.float64]],
    used: Mapping[str, NDArray[np.bool_]],
) -> None:
    parts = []
    for closed, km in detours.items():
        rows = np.any([used[name] for name in closed], axis=0)
        part = {name: column[rows] for name, column in ends.items()}
        left = np.where(np.isfinite(km), km, np.nan)[rows]
        parts.append(part | {"closure": np.full(len(left), "|".join(closed)), "km": left})
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    columns["source_id"] = np.full(len(columns["km"]), "searoute")
    write_parquet(folder, "detours", columns)


def _network_texts(sdist: Path) -> dict[str, bytes]:
    texts = {}
    with tarfile.open(sdist) as archive:
        for member in archive:
            if Path(member.name).name in _NETWORK_FILES and (file := archive.extractfile(member)):
                texts[member.name.partition("/")[2]] = file.read()
    if len(texts) != len(_NETWORK_FILES):
        raise TableError(str(sdist), [f"it holds {', '.join(texts) or 'no network'}"], f"pass the source of {SDIST}")
    return dict(sorted(texts.items()))


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    return sorted(read_csv(folder, name), key=lambda row: next(iter(row.values())))


def _place(row: dict[str, str], which: str = "") -> Points:
    return np.array([float(row[f"{which}longitude"]), float(row[f"{which}latitude"])])


def _wrapped(longitude: NDArray[np.float64] | float) -> NDArray[np.float64]:
    return np.asarray((np.asarray(longitude) + 180) % 360 - 180)


def _steps(start: Points, end: Points) -> Points:
    """Degrees of longitude and latitude from start to end, the short way around the globe."""
    step = end - start
    return np.stack([_wrapped(step[..., 0]), step[..., 1]], axis=-1)


def _great_circle_km(one: Points, other: Points) -> NDArray[np.float64]:
    (x0, y0), (x1, y1) = (np.moveaxis(np.radians(p), -1, 0) for p in (one, other))
    half = np.sin((y1 - y0) / 2) ** 2 + np.cos(y0) * np.cos(y1) * np.sin((x1 - x0) / 2) ** 2
    return np.asarray(2 * _EARTH_RADIUS_KM * np.arcsin(np.sqrt(half)))
