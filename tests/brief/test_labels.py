"""No text covers another in any picture: measured on the drawing, with the widths of the vendored font."""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import combinations

import pytest

from monazite.brief.assets import world
from monazite.brief.dependence import heat_map, year_lines
from monazite.brief.draw import svg
from monazite.brief.maps import flow_map
from monazite.brief.pieces import text_px
from monazite.brief.sankey import sankey
from monazite.brief.sheet import sheet_svg
from monazite.brief.values import (
    Arc,
    Chart,
    FlowView,
    HeatView,
    Passage,
    SankeyNode,
    SankeyView,
    YearLine,
    YearsView,
)
from monazite.core.gazetteer import Country, Gazetteer
from monazite.core.pictures import KINDS
from monazite.workbench.pictures import exposure_sheet

SPACE = "{http://www.w3.org/2000/svg}"


@cache
def advances() -> dict[int, float]:
    """The advance of each letter of the vendored font, in em (the tables cmap and hmtx of TrueType)."""
    data = resources.files("monazite.brief").joinpath("vendor", "inter-latin-400.ttf").read_bytes()
    (count,) = struct.unpack_from(">H", data, 4)
    tables = {data[12 + 16 * i : 16 + 16 * i]: struct.unpack_from(">I", data, 20 + 16 * i)[0] for i in range(count)}
    (em,) = struct.unpack_from(">H", data, tables[b"head"] + 18)
    (long,) = struct.unpack_from(">H", data, tables[b"hhea"] + 34)
    wide = [struct.unpack_from(">H", data, tables[b"hmtx"] + 4 * i)[0] for i in range(long)]
    return {code: wide[min(glyph, long - 1)] / em for code, glyph in _glyphs(data, tables[b"cmap"])}


def _glyphs(data: bytes, cmap: int) -> list[tuple[int, int]]:
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    offsets = [struct.unpack_from(">I", data, cmap + 8 + 8 * i)[0] for i in range(count)]
    (at,) = {cmap + o for o in offsets if struct.unpack_from(">H", data, cmap + o)[0] == 4}
    (double,) = struct.unpack_from(">H", data, at + 6)
    ends, starts, deltas, ranges = (
        struct.unpack_from(f">{double // 2}H", data, at + 14 + skip + i * double) for i, skip in enumerate((0, 2, 2, 2))
    )
    found = []
    for n, (start, end) in enumerate(zip(starts, ends, strict=True)):
        for code in range(start, min(end, 0xFFFE) + 1):
            glyph = code
            if ranges[n]:
                place = at + 16 + 3 * double + 2 * n + ranges[n] + 2 * (code - start)
                (glyph,) = struct.unpack_from(">H", data, place)
            if glyph:
                found.append((code, (glyph + deltas[n]) % 65536))
    return found


def wide(text: str, size: float) -> float:
    """The width of a line of text in px."""
    known = advances()
    return size * sum(known.get(ord(letter), 0.62) for letter in text)


@dataclass(frozen=True)
class Box:
    """A line of text and the rectangle its letters take."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def covers(self, other: Box, slack: float = 0.5) -> bool:
        """Whether the two share more than a hair."""
        return (
            min(self.right, other.right) - max(self.left, other.left) > slack
            and min(self.bottom, other.bottom) - max(self.top, other.top) > slack
        )


def boxes(svg: str) -> list[Box]:
    """The boxes of all text in a drawing of the engine or a sheet: from the baseline 0.75 em up and 0.2 em down."""
    found: list[Box] = []
    _walk(ET.fromstring(svg), 0.0, 0.0, found)
    return found


def _walk(node: ET.Element, dx: float, dy: float, found: list[Box]) -> None:
    moved = re.match(r"translate\(([-\d.e]+)[ ,]+([-\d.e]+)\)", node.get("transform", ""))
    assert not node.get("transform") or moved or node.get("transform", "").startswith(("rotate", "matrix"))
    if moved:
        dx, dy = dx + float(moved[1]), dy + float(moved[2])
    if node.tag == f"{SPACE}text" and node.text and node.text.strip():
        found.append(_box(node, dx + float(node.get("x", 0)), dy + float(node.get("y", 0))))
    for child in node:
        inner = child.tag == f"{SPACE}svg"
        _walk(child, dx + float(child.get("x", 0)) * inner, dy + float(child.get("y", 0)) * inner, found)


def _box(node: ET.Element, x: float, y: float) -> Box:
    style = node.get("style", "") + f";font-size:{node.get('font-size', '12')}px"
    size = re.search(r"font-size:\s*([\d.]+)px", style)
    assert size
    em, text = float(size[1]), " ".join((node.text or "").split())
    across = wide(text, em)
    left = x - across * {"start": 0, "middle": 0.5, "end": 1}[node.get("text-anchor", "start")]
    base = y + em * {"central": 0.275, "hanging": 0.75}.get(node.get("dominant-baseline", ""), 0)
    return Box(text, left, base - 0.75 * em, left + across, base + 0.2 * em)


def pictures() -> dict[str, Chart]:
    """Pictures with more and longer names than any of the tables give."""
    names = Gazetteer(tuple(Country(code, name) for code, name in CODES.items()), (), ())
    europe = ("DEU", "FRA", "NLD", "BEL", "AUT", "CHE", "POL", "CZE", "DNK", "LUX", "SVN", "HUN")
    passages = tuple(
        Passage(f"Strait of {n}", x, y, frozenset((c, "GBR") for c in europe))
        for n, (x, y) in enumerate([(1.4, 51.0), (-5.6, 35.9), (11.5, 55.5), (29, 41), (32.3, 30.7)])
    )
    arcs = tuple(Arc(c, "GBR", 1e6) for c in europe) + tuple(Arc(c, "GBR", 2e6) for c in ("USA", "JPN", "CHL"))
    stages = ("mined in", "refined in", "made into metal in", "made into parts in", "used in")
    nodes = [SankeyNode(name, stage, code) for stage in stages for code, name in CODES.items()]
    size = len(CODES)
    links = [
        (k * size + a, (k + 1) * size + b, 1e6 / (1 + a) ** 2 / (1 + abs(a - b)))
        for k in range(4)
        for a in range(size)
        for b in range(size)
    ]
    long = tuple(CODES.values())
    shares = tuple(tuple(None if (r + c) % 5 == 0 else (r * c) % 7 / 7 for c in range(9)) for r in range(12))
    lines = tuple(
        YearLine(f"stage {n}", tuple((y, 0.5, 0.5 + n / 100, 0.6, CODES["COD"]) for y in range(1995, 2025)))
        for n in range(6)
    )
    return {
        "map": flow_map(FlowView("A map", "USD", arcs, passages), world(), names, most=20),
        "sankey": sankey(SankeyView("A way", "t contained", stages, tuple(nodes), tuple(links))),
        "two columns": sankey(
            SankeyView("A step", "USD", stages[3:], tuple(nodes[3 * size :]), tuple(
                (a - 3 * size, b - 3 * size, v) for a, b, v in links if a >= 3 * size
            ))
        ),
        "heat map": heat_map(HeatView("Heat", "Heat.", long[:12], long[:9], shares, "Mineral", "Supplier")),
        "years": year_lines(YearsView("Years", "Years.", lines, "Stage", "Largest supplier")),
    }  # fmt: skip


CODES = {
    "COD": "Democratic Republic of the Congo", "BIH": "Bosnia and Herzegovina", "PNG": "Papua New Guinea",
    "USA": "United States of America", "GBR": "United Kingdom of Great Britain", "DEU": "Germany", "FRA": "France",
    "NLD": "Netherlands", "BEL": "Belgium", "AUT": "Austria", "CHE": "Switzerland", "POL": "Poland", "CZE": "Czechia",
    "DNK": "Denmark", "LUX": "Luxembourg", "SVN": "Slovenia", "HUN": "Hungary", "JPN": "Japan", "CHL": "Chile",
}  # fmt: skip


@pytest.mark.parametrize("kind", ["map", "sankey", "two columns", "heat map", "years"])
def test_no_label_covers_another_or_leaves_the_picture(kind: str) -> None:
    chart = pictures()[kind]
    found = boxes(svg(chart, "f"))
    assert len(found) > 8
    assert not [(a.text, b.text) for a, b in combinations(found, 2) if a.covers(b)]
    for box in found:
        assert box.left >= -1, box
        assert box.right <= chart.width + 1, box
        assert box.top >= -1, box
        assert box.bottom <= chart.height + 1, box


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("buyer", "mineral"), [("Japan", "rare-earths"), ("Germany", "copper"), ("quad", "gallium")])
def test_no_label_covers_another_in_a_picture_of_the_tables(buyer: str, mineral: str, kind: str) -> None:
    drawn = sheet_svg(exposure_sheet(buyer, [mineral], 2024, kind))
    root = ET.fromstring(drawn)
    found = boxes(drawn)
    assert len(found) > 8
    assert not [(a.text, b.text) for a, b in combinations(found, 2) if a.covers(b)]
    assert all(box.left >= 0 and box.right <= float(root.get("width", 0)) for box in found)
    assert all(box.top >= 0 and box.bottom <= float(root.get("height", 0)) for box in found)


def test_text_is_measured_as_the_font_has_it() -> None:
    """The room reckoned for a text is what it takes, or up to a tenth more."""
    for text in (*CODES.values(), *map(chr, range(33, 127)), "under 0.1%", "Côte d’Ivoire 12–34%"):
        assert wide(text, 12) <= text_px(text, 12) + 0.1, text
    for text in CODES.values():
        assert text_px(text, 12) < 1.1 * wide(text, 12), text


def test_a_text_on_another_would_be_seen() -> None:
    two = (
        f'<svg xmlns="{SPACE[1:-1]}"><g transform="translate(10 20)"><text x="0" y="0" font-size="12">one</text></g>'
        '<text dominant-baseline="central" text-anchor="middle" style="font-size:12px" transform="translate(12 17)">two'
        "</text></svg>"
    )
    first, second = boxes(two)
    assert first.covers(second)
    assert first.left == 10
    assert second.left < 12 < second.right
