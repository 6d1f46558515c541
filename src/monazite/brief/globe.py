"""Places, lines and shapes on the globe -> the plane of a world map, cut where the map ends.

The plane is Equal Earth, on which areas compare (Šavrič, Patterson and Jenny 2018, doi:10.1080/13658816.2018.1504949).
A point is (longitude, latitude) in degrees before, (x, y) in hundredths of the globe's radius after.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from monazite.core.pictures import DE_FACTO

__all__ = [
    "CENTRES",
    "FRAME",
    "NOBODY",
    "World",
    "cut_line",
    "cut_ring",
    "ground",
    "project",
    "turned",
    "way",
]

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """The shapes of countries: `features` as GeoJSON by ISO3 code, rings whole over the antimeridian.

    `points` are (longitude, latitude) well inside each country, also of those too small for a shape. `hatching` are
    lines that fill areas under dispute. `view` names whose boundaries these are, `boundaries` which of `VIEWS` of
    disputes they follow, `drawn` the areas that are drawn otherwise for it.
    """

    view: str
    features: tuple[dict[str, Any], ...]
    points: dict[str, Point]
    hatching: tuple[tuple[Point, Point], ...]
    boundaries: str = DE_FACTO
    drawn: tuple[str, ...] = ()


NOBODY = "~"
"""The code of what is drawn as nobody's."""

CENTRES = {"world-atlantic": 11.0, "world-pacific": 150.0}
"""The maps by the meridian in their middle. They end in Bering Strait, 169° W, and in the Atlantic, 30° W."""

_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796


def project(longitude: float, latitude: float) -> Point:
    """A point of the globe on the plane; `longitude` counts from the middle of the map, -180 to 180.

    >>> project(0, 0), [round(v) for v in project(180, 0)], [round(v) for v in project(180, 90)]
    ((0.0, 0.0), [271, 0], [160, 132])
    """
    t = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    slope = 9 * _A4 * t**8 + 7 * _A3 * t**6 + 3 * _A2 * t**2 + _A1
    x = 2 * math.sqrt(3) * math.radians(longitude) * math.cos(t) / (3 * slope)
    return 100 * x, 100 * (_A4 * t**9 + _A3 * t**7 + _A2 * t**3 + _A1 * t)


FRAME = (project(-180, 0)[0], project(0, -57.5)[1], project(180, 0)[0], project(0, 84)[1])
"""What a map shows: west, south, east and north edge on the plane. Antarctica has no trade."""


def turned(longitude: float, centre: float) -> float:
    """The longitude counted from the middle of a map, -180 to 180.

    >>> turned(-170, 150), turned(11, 11)
    (40, 0)
    """
    return (longitude - centre + 180) % 360 - 180


def cut_line(line: Sequence[Point], centre: float) -> list[list[Point]]:
    """A line with longitudes that run on, as the pieces a map about `centre` shows, in its order.

    Each lies between -180 and 180.
    """
    pieces: list[tuple[int, bool, list[Point]]] = []
    for turn in _turns(line, centre):
        piece: list[Point] = []
        for n, (a, b) in enumerate(pairwise([(x - centre - turn, y) for x, y in line])):
            ends = _within(a, b)
            if ends is None:
                continue
            if not piece or piece[-1] != ends[0]:
                piece = [ends[0]]
                pieces.append((n, ends[0] != a, piece))
            piece.append(ends[1])
    return [piece for _, _, piece in sorted(pieces, key=lambda found: found[:2])]


def cut_ring(ring: Sequence[Point], centre: float) -> list[list[Point]]:
    """A ring with longitudes that run on, as the rings a map about `centre` shows."""
    rings = []
    for turn in _turns(ring, centre):
        kept = [(x - centre - turn, y) for x, y in ring]
        for side in (-1, 1):
            kept = _clipped(kept, side)
        if len(kept) > 2:
            rings.append([*kept, kept[0]])
    return rings


def way(start: Point, end: Point, steps: int = 48) -> list[Point]:
    """A curve from one place to another the shorter way round, bent toward the nearer pole; longitudes run on.

    It is drawn to be told apart from others, and is not the way goods travel.
    """
    x0, y0 = start
    x1, y1 = x0 + turned(end[0], x0), end[1]
    bend = 0.2 * math.hypot(x1 - x0, y1 - y0) * (1 if y0 + y1 > -20 else -1)
    tip = ((x0 + x1) / 2, max(-80.0, min(80.0, (y0 + y1) / 2 + bend)))
    return [
        tuple((1 - t) ** 2 * a + 2 * t * (1 - t) * c + t * t * b for a, c, b in zip(start, tip, (x1, y1), strict=True))  # type: ignore[misc]
        for t in (i / steps for i in range(steps + 1))
    ]


def ground(features: Iterable[dict[str, Any]], centre: float) -> dict[str, Any]:
    """The countries as GeoJSON on the plane of the map about `centre`: what the chart engine takes for a flat map."""
    drawn = []
    for feature in features:
        polygons = []
        for polygon in feature["geometry"]["coordinates"]:
            outer, *holes = ([[project(x, y) for x, y in r] for r in cut_ring(ring, centre)] for ring in polygon)
            polygons += [[ring, *(h for hole in holes for h in hole)] for ring in outer]
        drawn.append({**feature, "geometry": {"type": "MultiPolygon", "coordinates": polygons}})
    return {"type": "FeatureCollection", "features": drawn}


def _turns(line: Sequence[Point], centre: float) -> list[float]:
    """By how many degrees a line has to be turned back for each round of the map it touches."""
    west, east = (f(x for x, _ in line) - centre for f in (min, max))
    return [360.0 * k for k in range(math.floor((west + 180) / 360), math.ceil((east - 180) / 360) + 1)]


def _within(a: Point, b: Point) -> tuple[Point, Point] | None:
    """The part of a step between -180 and 180, None if nothing of it is."""
    if max(a[0], b[0]) <= -180 or min(a[0], b[0]) >= 180:
        return None
    return _held(a, b), _held(b, a)


def _held(point: Point, other: Point) -> Point:
    """The point, or where the step to the other one enters the map."""
    edge = max(-180.0, min(180.0, point[0]))
    return point if edge == point[0] else (edge, _at(point, other, edge))


def _clipped(ring: list[Point], side: int) -> list[Point]:
    """What of a ring lies on the map's side of its edge at 180 degrees east (1) or west (-1) (Sutherland, Hodgman)."""
    edge, kept = 180.0 * side, []
    for a, b in zip([ring[-1], *ring[:-1]], ring, strict=True):
        if (a[0] * side > 180) != (b[0] * side > 180):
            kept.append((edge, _at(a, b, edge)))
        if b[0] * side <= 180:
            kept.append(b)
    return kept


def _at(a: Point, b: Point, x: float) -> float:
    return a[1] + (x - a[0]) / (b[0] - a[0]) * (b[1] - a[1])
