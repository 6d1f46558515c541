"""A picture to hand on: title, notes, sources and command are in it, whatever the format."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from monazite.brief.assets import world
from monazite.brief.maps import flow_map
from monazite.brief.sheet import sheet_html, sheet_png, sheet_svg
from monazite.brief.values import Arc, Chart, FlowView, Sheet
from monazite.core.gazetteer import Country, Gazetteer
from monazite.core.values import Source

SPACE = "{http://www.w3.org/2000/svg}"


def a_sheet(name: str = "China", title: str = "Japan’s imports") -> Sheet:
    gazetteer = Gazetteer((Country("CHN", name), Country("JPN", "Japan")), (), ())
    chart = flow_map(FlowView(title, "USD", (Arc("CHN", "JPN", 2e6),)), world(), gazetteer)
    source = Source("baci", "CEPII", "BACI <2026>", "2026-01", "https://www.cepii.fr/", "Etalab 2.0")
    other = Source("x", "Someone", "Something", "2025", "javascript:alert(1)", "free")
    return Sheet(chart, (source, other), "monazite exposure Japan --html 'a & b.html'", "0.1.0")


@pytest.fixture(scope="module")
def drawn() -> str:
    return sheet_svg(a_sheet())


def words_of(svg: str) -> str:
    return " ".join(" ".join(t.text or "" for t in ET.fromstring(svg).iter(f"{SPACE}text")).split())


def test_an_svg_says_what_it_is_and_where_it_comes_from(drawn: str) -> None:
    root = ET.fromstring(drawn)
    assert root.get("role") == "img"
    assert root.findtext(f"{SPACE}title") == "Japan’s imports"
    said, described = words_of(drawn), root.findtext(f"{SPACE}desc") or ""
    for told in (
        "Sources: CEPII, BACI <2026> (2026-01), Etalab 2.0; Someone, Something (2025), free.",
        "Made with Monazite 0.1.0: monazite exposure Japan",
        f"Boundaries: {world().view}",
        "imply no opinion",
    ):
        assert told in said
        assert told in described
    assert len(list(root.iter(f"{SPACE}title"))) == 1
    assert drawn == sheet_svg(a_sheet())


def test_an_svg_asks_for_nothing(drawn: str) -> None:
    assert "<script" not in drawn
    assert set(re.findall(r"url\((\w+:)", drawn)) == {"data:"}
    assert not re.search(r'(?:href|src)="(?!#)', drawn)


def test_a_png_has_twice_the_pixels_of_the_svg(drawn: str) -> None:
    root = ET.fromstring(drawn)
    data = sheet_png(a_sheet())
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(data[16:20], "big") == 2 * int(root.get("width", 0))
    assert int.from_bytes(data[20:24], "big") == 2 * int(root.get("height", 0))


def test_a_page_has_the_table_in_it_and_asks_for_nothing() -> None:
    page = sheet_html(a_sheet())
    assert '<th scope="row">China</th><td>Japan</td><td>100%</td><td>2</td>' in page
    assert 'role="img"' in page
    assert world().view in page
    assert 'href="https://www.cepii.fr/"' in page
    assert "javascript" not in page
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert set(re.findall(r"url\((\w+:)", page)) == {"data:"}
    assert "a &amp; b.html" in page


def test_names_and_titles_are_shown_not_obeyed() -> None:
    evil = a_sheet("<script>x</script>", 'T"</title><script>y</script>')
    for text in (sheet_svg(evil), sheet_html(evil)):
        assert "<script" not in text
    ET.fromstring(sheet_svg(evil))


def test_what_steers_instead_of_being_read_enters_no_page():
    chart = Chart("a\x1b[31m", "b\u202e", {"series": []}, 100, 50, ("c\x07",), (("d\u2066",),), notes=("e\x00",))
    source = Source("x", "f\x1b", "g\u202e", "2024", "javascript:alert(1)", "h\x02")
    sheet = Sheet(chart, (source,), "monazite \x1b", "0")
    for text in (sheet_html(sheet), sheet_svg(sheet)):
        assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", text)
        assert 'href="javascript' not in text
