"""Lines and shapes on the world maps: nothing runs across the map's edge, nothing of an area is lost."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.brief import globe
from monazite.brief.assets import world
from monazite.core.errors import UsageError
from monazite.core.pictures import DE_FACTO, VIEWS

longitudes, latitudes = st.floats(-180, 180), st.floats(-56, 84)
places = st.tuples(longitudes, latitudes)
centres = st.sampled_from(sorted(globe.CENTRES.values()))


def area(ring: list[tuple[float, float]]) -> float:
    """The area of a closed ring on a plane."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))) / 2


@given(places, places, centres)
def test_no_piece_of_a_way_spans_half_the_globe(start, end, centre):
    line = globe.way(start, end)
    pieces = globe.cut_line(line, centre)
    assert pieces
    for piece in pieces:
        assert all(-180 <= x <= 180 for x, _ in piece)
        assert all(abs(b[0] - a[0]) < 180 for a, b in pairwise(piece))
        assert max(x for x, _ in piece) - min(x for x, _ in piece) <= 180.001
    assert pieces[0][0][1] == start[1]
    assert pieces[-1][-1][1] == pytest.approx(end[1])
    assert sum(abs(b[0] - a[0]) for p in pieces for a, b in pairwise(p)) == pytest.approx(
        sum(abs(b[0] - a[0]) for a, b in pairwise(line)), abs=1e-6
    )


@given(places, places)
def test_a_way_goes_from_place_to_place_the_shorter_way_round(start, end):
    line = globe.way(start, end)
    assert line[0] == pytest.approx(start)
    assert line[-1][1] == pytest.approx(end[1])
    assert math.cos(math.radians(line[-1][0] - end[0])) == pytest.approx(1)
    assert abs(line[-1][0] - line[0][0]) <= 180 + 1e-9
    assert all(abs(y) <= 90 for _, y in line)


@given(st.floats(-400, 400), st.floats(1, 170), st.floats(-50, 40), st.floats(1, 30), centres)
def test_cutting_a_shape_keeps_its_area(west, wide, south, high, centre):
    ring = [(west, south), (west + wide, south), (west + wide, south + high), (west, south + high), (west, south)]
    rings = globe.cut_ring(ring, centre)
    assert all(-180 <= x <= 180 for r in rings for x, _ in r)
    assert sum(map(area, rings)) == pytest.approx(wide * high, rel=1e-6, abs=1e-3)


@given(st.floats(-170, 170), st.floats(-80, 80))
def test_areas_compare_on_the_map(longitude, latitude):
    d = 1e-3
    corners = [
        (longitude, latitude),
        (longitude + d, latitude),
        (longitude + d, latitude + d),
        (longitude, latitude + d),
    ]
    on_map = area([globe.project(*c) for c in [*corners, corners[0]]])
    on_globe = 100**2 * math.radians(d) * (math.sin(math.radians(latitude + d)) - math.sin(math.radians(latitude)))
    assert on_map == pytest.approx(on_globe, rel=1e-3)


@pytest.mark.parametrize("name", sorted(globe.CENTRES))
@pytest.mark.parametrize("boundaries", [DE_FACTO, "undrawn", "JPN"])
def test_no_border_runs_across_the_map(name, boundaries):
    west, _, east, _ = globe.FRAME
    for feature in globe.ground(world(boundaries).features, globe.CENTRES[name])["features"]:
        for polygon in feature["geometry"]["coordinates"]:
            for ring in polygon:
                assert ring[0] == ring[-1]
                assert all(west - 0.01 <= x <= east + 0.01 for x, _ in ring)
                assert max(abs(b[0] - a[0]) for a, b in pairwise(ring)) < (east - west) / 4, feature["id"]


def test_the_world_has_every_country_once_and_a_place_in_each():
    found = world()
    codes = [f["id"] for f in found.features]
    assert len(codes) == len(set(codes)) == 176
    assert {"JPN", "IND", "CHN", "TWN", "ESH", "XKX"} <= set(codes)
    assert "ATA" not in codes
    assert set(codes) <= found.points.keys()
    assert {"SGP", "HKG", "MLT", "BHR", "MUS"} <= found.points.keys()  # too small for a shape
    for feature in found.features:
        x, y = found.points[feature["id"]]
        rings = [ring for polygon in feature["geometry"]["coordinates"] for ring in polygon[:1]]
        near = min(math.dist((x, y), corner) for ring in rings for corner in ring) < 1  # the shape is simplified
        assert near or any(inside(ring, x, y) or inside(ring, x + 360, y) for ring in rings), feature["id"]


PLACES = {
    "Srinagar": (74.8, 34.1, "IND"), "Gilgit": (74.3, 35.9, "PAK"), "Aksai Chin": (79.5, 35.2, "CHN"),
    "Shaksgam": (76.5, 36.0, "CHN"), "Itanagar": (93.6, 27.3, "IND"), "Taipei": (121.3, 24.7, "TWN"),
    "Etorofu": (147.7, 44.95, "RUS"), "Laayoune": (-12.5, 26.5, "ESH"), "Hargeisa": (44.1, 9.6, "SOL"),
    "Stanley": (-58.9, -51.75, "FLK"), "Kyrenia": (33.4, 35.2, "CYN"), "Simferopol": (34.1, 45.0, "UKR"),
    "Delhi": (77.2, 28.6, "IND"), "Lahore": (74.0, 31.3, "PAK"), "Lhasa": (91.1, 29.9, "CHN"),
}  # fmt: skip
CLAIMED = {
    "IND": {"Gilgit", "Aksai Chin", "Shaksgam"}, "PAK": {"Srinagar"}, "CHN": {"Itanagar", "Taipei"}, "JPN": {"Etorofu"},
    "MAR": {"Laayoune"}, "SOM": {"Hargeisa"}, "ARG": {"Stanley"}, "CYP": {"Kyrenia"},
}  # fmt: skip
OF_ITS_OWN = {"Taipei", "Stanley", "Delhi", "Lahore", "Lhasa"}


def whose(boundaries: str, x: float, y: float) -> list[str]:
    """The shapes that hold a place, in a view of disputed boundaries."""
    return [
        feature["id"]
        for feature in world(boundaries).features
        if any(inside(polygon[0], x, y) for polygon in feature["geometry"]["coordinates"])
    ]


@pytest.mark.parametrize("boundaries", VIEWS)
def test_a_view_gives_to_its_country_what_that_claims_and_nothing_else(boundaries):
    for name, (x, y, governs) in PLACES.items():
        claimed = name in CLAIMED.get(boundaries, ())
        nobodys = boundaries == "undrawn" and name not in OF_ITS_OWN
        expected = globe.NOBODY if nobodys else boundaries if claimed else governs
        assert whose(boundaries, x, y) == [expected], name


def test_views_are_the_ones_that_are_shipped_and_another_is_refused():
    with pytest.raises(UsageError, match="Ask for de-facto, undrawn") as refused:
        world("XYZ")
    assert str(refused.value).endswith(f"Ask for {', '.join(VIEWS)}.")
    assert all(bool(world(name).drawn) == (name.isupper()) for name in VIEWS)


def inside(ring: list[list[float]], x: float, y: float) -> bool:
    """Whether a point lies in a ring, by the number of sides east of it."""
    odd = False
    for (x0, y0), (x1, y1) in pairwise(ring):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
            odd = not odd
    return odd


def test_what_is_hatched_lies_where_borders_are_disputed():
    middles = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in world().hatching]

    def hatched(west, south, east, north):
        return any(west < x < east and south < y < north for x, y in middles)

    assert hatched(73, 32, 80, 37)  # Kashmir and Aksai Chin
    assert hatched(91, 26, 98, 30)  # Arunachal Pradesh
    assert hatched(-17, 20, -8, 28)  # Western Sahara
    assert hatched(32.3, 44.2, 36.8, 46.1)  # Crimea
    assert not hatched(31, 46.2, 40, 53)  # the rest of Ukraine
    assert not hatched(45.5, 38.8, 47.4, 40.5)  # Nagorno-Karabakh, settled
    assert not hatched(126, 30, 145, 42)
