"""The map of flows: arcs begin and end at their countries, and what a map has to say stands below it."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.brief import globe, maps
from monazite.brief.assets import world
from monazite.brief.draw import svg
from monazite.brief.pieces import shade
from monazite.brief.values import Arc, Chart, FlowView, Passage
from monazite.core.errors import NoDataError
from monazite.core.gazetteer import Country, Gazetteer
from monazite.core.pictures import DE_FACTO

NAMES = {
    "JPN": "Japan", "CHN": "China", "VNM": "Viet Nam", "USA": "United States", "CHL": "Chile", "IND": "India",
    "DEU": "Germany", "SGP": "Singapore", "FRA": "France", "XYZ": "Nowhere",
}  # fmt: skip
GAZETTEER = Gazetteer(tuple(Country(*pair) for pair in NAMES.items()), (), ())
MALACCA = Passage("Strait of Malacca", 100.2, 3.6, frozenset({("DEU", "JPN")}), ("searoute",))
PANAMA = Passage("Panama Canal", -79.7, 9.1, frozenset({("BRA", "JPN")}), ("searoute",))


def drawn(*arcs: tuple[str, str, float], passages: tuple[Passage, ...] = (), most: int = 12) -> Chart:
    view = FlowView("Flows", "USD", tuple(Arc(*a) for a in arcs), passages)
    return maps.flow_map(view, world(), GAZETTEER, most)


def arcs_of(chart: Chart) -> list[dict]:
    return chart.option["series"][1]["data"]


def spot(code: str, chart: Chart) -> tuple[float, float]:
    longitude, latitude = world().points[code]
    return globe.project(globe.turned(longitude, globe.CENTRES[chart.ground]), latitude)


TO_JAPAN = (("CHN", "JPN", 60e6), ("USA", "JPN", 30e6), ("DEU", "JPN", 10e6))


def test_arcs_go_from_country_to_country_and_are_as_wide_as_their_share():
    chart = drawn(*TO_JAPAN)
    for arc, (exporter, importer, value) in zip(arcs_of(chart), TO_JAPAN, strict=True):
        assert math.dist(arc["coords"][0], spot(exporter, chart)) < 0.02
        assert math.dist(arc["coords"][-1], spot(importer, chart)) < 14
        assert arc["lineStyle"]["width"] == pytest.approx(13 * value / 100e6)
    heads = [m["shape"]["points"][1] for m in chart.option["graphic"] if m["type"] == "polygon"]
    goal = maps._pixel(spot("JPN", chart))
    assert [math.dist(tip, goal) for tip in heads] == pytest.approx([5, 5, 5], abs=0.2)


def test_shades_are_shares_and_the_buyer_has_its_own():
    chart = drawn(*TO_JAPAN)
    fills = {r["name"]: r["itemStyle"]["areaColor"] for r in chart.option["geo"]["regions"]}
    assert fills == {"CHN": shade(0.6)[0], "DEU": shade(0.1)[0], "JPN": maps.BUYER, "USA": shade(0.3)[0]}


def test_the_map_is_the_one_that_fewer_arcs_leave():
    assert drawn(*TO_JAPAN).ground == "world-pacific"
    assert drawn(("CHL", "IND", 1e6), ("CHN", "IND", 2e6)).ground == "world-atlantic"
    assert drawn(("CHN", "IND", 1e6)).ground == "world-atlantic"


@settings(deadline=None, max_examples=20)
@given(st.lists(st.sampled_from([c for c in NAMES if c != "XYZ"]), min_size=2, max_size=9, unique=True))
def test_no_arc_runs_across_the_map(codes):
    """Whichever map is chosen, no step of an arc spans 180 degrees, nor does any piece."""
    pairs = [(a, b) for a in codes for b in codes if a != b]
    chart = drawn(*((a, b, 1e6 * (n + 1)) for n, (a, b) in enumerate(pairs)), most=40)
    half = (globe.FRAME[2] - globe.FRAME[0]) / 2
    for arc in arcs_of(chart):
        across = [x for x, _ in arc["coords"]]
        assert max(across) - min(across) < half
        assert all(abs(b - a) < half / 8 for a, b in pairwise(across))
    json.dumps(chart.option, allow_nan=False)


def test_an_arc_over_the_edge_comes_in_again_on_the_other_side():
    chart = drawn(("USA", "JPN", 1e6), ("FRA", "USA", 5e6), ("CHL", "DEU", 5e6))
    assert chart.ground == "world-atlantic"
    (first, second) = (arc["coords"] for arc in arcs_of(chart) if arc["lineStyle"]["width"] < 2)
    west, _, east, _ = globe.FRAME
    assert first[-1][0] < west * 0.8
    assert second[0][0] > east * 0.8
    assert first[-1][1] == pytest.approx(second[0][1], abs=0.1)


def test_what_a_map_has_to_say_stands_below_it():
    chart = drawn(*TO_JAPAN, ("XYZ", "JPN", 5e6), passages=(MALACCA, PANAMA))
    said = " ".join(chart.notes)
    assert world().view in said
    assert "imply no opinion" in said
    assert "Crimea" in said
    assert "disput" in said
    assert "Not on the map: Nowhere." in said
    assert "3 flows of 4 drawn, the others are 4.8% together" in said


@pytest.mark.parametrize(
    ("boundaries", "told"),
    [
        ("undrawn", "without lines where there is a dispute"),
        ("IND", "claims, as Natural Earth 5.1.1 notes it, are drawn as part of India: Aksai Chin; the Shaksgam"),
    ],
)
def test_a_view_of_disputed_boundaries_is_drawn_and_named(boundaries, told):
    view = FlowView("Flows", "USD", tuple(Arc(*a) for a in TO_JAPAN))
    plain, other = (maps.flow_map(view, world(name), GAZETTEER) for name in (DE_FACTO, boundaries))
    assert told in " ".join(other.notes)
    assert "imply no opinion" in " ".join(other.notes)
    assert other.ground == other.option["geo"]["map"] == f"{plain.ground} {boundaries}"
    assert svg(other, "f") != svg(plain, "f")
    greys = [r for r in other.option["geo"]["regions"] if r["name"] == globe.NOBODY]
    assert len(greys) == (boundaries == "undrawn")
    assert not [r for r in plain.option["geo"]["regions"] if r["name"] == globe.NOBODY]


def test_passages_on_the_way_are_named_with_what_passes():
    words = [
        m["style"]["text"]
        for m in drawn(*TO_JAPAN, passages=(MALACCA, PANAMA)).option["graphic"]
        if "text" in m["style"]
    ]
    assert "Strait of Malacca 10%" in words
    assert not [w for w in words if w.startswith("Panama")]
    assert "sea passage" in words
    assert "sea passage" not in [m["style"].get("text") for m in drawn(*TO_JAPAN).option["graphic"]]


def test_the_table_has_every_flow_in_words_and_in_numbers():
    chart = drawn(*TO_JAPAN, ("SGP", "JPN", 1e3))
    assert chart.rows[0] == ("China", "Japan", "60%", "60")
    assert chart.columns == ("exporter", "importer", "value_usd", "share")
    assert chart.figures[-1] == ("SGP", "JPN", 1e3, pytest.approx(1e-5, rel=1e-3))
    assert sum(row[3] for row in chart.figures) == pytest.approx(1)
    assert "China to Japan 60%" in chart.summary


def test_a_seller_to_several_is_named_with_all_it_sells():
    chart = drawn(("CHN", "JPN", 50e6), ("CHN", "IND", 30e6), ("DEU", "IND", 20e6), most=1)
    words = [m["style"]["text"] for m in chart.option["graphic"] if "text" in m["style"]]
    assert "China 80%" in words
    assert "Japan" in words
    assert "India" not in words  # its flows are not drawn, and said to be in the table


def test_without_a_flow_there_is_no_map():
    with pytest.raises(NoDataError, match="no flow"):
        drawn(("CHN", "JPN", 0.0))


def test_a_name_with_markup_is_shown_not_obeyed():
    evil = replace(GAZETTEER, countries=(Country("CHN", "<script>{a}</script>"), Country("JPN", "Japan & co")))
    chart = maps.flow_map(FlowView("<b>x</b>", "USD", (Arc("CHN", "JPN", 1.0),)), world(), evil)
    picture = svg(chart, "f")
    assert "<script" not in picture
    assert "<b>" not in picture
    assert "{a}" in picture
    assert "NaN" not in picture
