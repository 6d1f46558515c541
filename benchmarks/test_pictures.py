"""How long a picture of dependence takes: from values to the option, the SVG and the PNG."""

from __future__ import annotations

from typing import Any

import pytest

from monazite.brief.assets import world
from monazite.brief.dependence import heat_map
from monazite.brief.draw import svg
from monazite.brief.globe import CENTRES, ground
from monazite.brief.maps import flow_map
from monazite.brief.sankey import sankey
from monazite.brief.sheet import sheet_png
from monazite.brief.values import Arc, Chart, FlowView, HeatView, SankeyNode, SankeyView, Sheet
from monazite.core.gazetteer import Country, Gazetteer

CODES = ("CHN", "VNM", "MYS", "FRA", "USA", "EST", "IND", "THA", "DEU", "BRA", "AUS", "CHL")
GAZETTEER = Gazetteer(tuple(Country(code, code.title()) for code in (*CODES, "JPN")), (), ())


def a_map() -> Chart:
    arcs = tuple(Arc(code, "JPN", 2.0**-n) for n, code in enumerate(CODES))
    return flow_map(FlowView("A map", "USD", arcs), world(), GAZETTEER)


def a_way(countries: int) -> Chart:
    stages = ("ore", "refined", "metal", "component", "use")
    nodes = tuple(SankeyNode(f"country {n}", stage, f"C{n}") for stage in stages for n in range(countries))
    links = tuple(
        (k * countries + a, (k + 1) * countries + (a + b) % countries, 1 / (1 + a + b))
        for k in range(4)
        for a in range(countries)
        for b in range(8)
    )
    return sankey(SankeyView("A way", "t contained", stages, nodes, links))


def a_heat_map(rows: int) -> Chart:
    shares = tuple(tuple((r * c % 11) / 11 for c in range(9)) for r in range(rows))
    names = tuple(f"mineral {r}" for r in range(rows))
    return heat_map(HeatView("Heat", "Heat.", names, CODES[:9], shares, "Mineral", "Supplier"))


def test_map(benchmark: Any) -> None:
    assert benchmark(a_map).ground in CENTRES


def test_map_svg(benchmark: Any) -> None:
    chart = a_map()
    assert len(benchmark(svg, chart, "f")) < 80_000


def test_map_png(benchmark: Any) -> None:
    sheet = Sheet(a_map(), (), "monazite", "0")
    assert benchmark(sheet_png, sheet)[:4] == b"\x89PNG"


def test_ground(benchmark: Any) -> None:
    found = benchmark(ground, world().features, CENTRES["world-pacific"])
    assert len(found["features"]) > 170


@pytest.mark.parametrize("countries", [10, 200])
def test_sankey_svg(benchmark: Any, countries: int) -> None:
    assert benchmark(lambda: svg(a_way(countries), "f")).startswith("<svg")


@pytest.mark.parametrize("rows", [6, 60])
def test_heat_map_svg(benchmark: Any, rows: int) -> None:
    assert benchmark(lambda: svg(a_heat_map(rows), "f")).startswith("<svg")
