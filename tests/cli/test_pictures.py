"""Pictures written by the command: each kind in each format, whole or not at all."""

from __future__ import annotations

import csv
import re
import xml.etree.ElementTree as ET

import pytest

from monazite.brief import assets
from monazite.core.pictures import KINDS
from monazite.reference.store import open_store
from monazite.workbench.pictures import sea_passages


@pytest.mark.parametrize("kind", KINDS)
def test_each_picture_in_each_format(monazite, tmp_path, kind):
    files = [tmp_path / f"{kind}.{ending}" for ending in ("png", "svg", "html")]
    flags = [word for file in files for word in (f"--{file.suffix[1:]}", file)]
    done = monazite("exposure", "Japan", "--mineral", "rare-earths", "--year", "2024", "--picture", kind, *flags)
    assert done.code == 0, done.err
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"{kind}.{e}" for e in ("csv", "html", "png", "svg")]
    assert f"{kind}.csv: " in done.out
    png, svg, html = (file.read_bytes() for file in files)
    size = ET.fromstring(svg)
    assert int.from_bytes(png[16:20], "big") == 2 * int(size.get("width"))
    assert int.from_bytes(png[20:24], "big") == 2 * int(size.get("height"))
    words = " ".join(" ".join(size.itertext()).split())
    page = html.decode()
    for told in ("CEPII", f"--mineral rare-earths --year 2024 --picture {kind}"):
        assert told in words
        assert told in page
    assert "<script" not in page
    assert "NaN" not in words
    with (tmp_path / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert len(rows) >= 5
    assert all(len(row) == len(head) for row in rows)
    assert re.search(r"share", " ".join(head))


def test_the_table_beside_a_map_sums_to_the_imports(monazite, tmp_path):
    target = tmp_path / "map.svg"
    monazite("exposure", "quad", "--mineral", "rare-earths", "--year", "2024", "--picture", "map", "--svg", target)
    with target.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["importer"] for row in rows} == {"AUS", "IND", "JPN", "USA"}
    assert not {row["exporter"] for row in rows} & {"AUS", "IND", "JPN", "USA"}
    assert sum(float(row["share"]) for row in rows) == pytest.approx(1)
    assert "boundaries" in target.read_text(encoding="utf-8").lower()


def test_disputed_boundaries_are_drawn_as_asked_and_named_in_each_format(monazite, tmp_path):
    files = [tmp_path / f"map.{ending}" for ending in ("svg", "html")]
    flags = [word for file in files for word in (f"--{file.suffix[1:]}", file)]
    asked = ("exposure", "India", "--mineral", "cobalt", "--year", "2024", "--picture", "map", "--boundaries", "ind")
    assert monazite(*asked, *flags).code == 0
    for file in files:
        words = " ".join(re.sub(r"<[^>]+>", " ", file.read_text(encoding="utf-8")).split())
        assert "drawn as part of India: Aksai Chin" in words
        assert "--boundaries IND" in words
    assert "'de-facto', 'undrawn'" in monazite(*asked[:-1], "XYZ", *flags).err


def test_a_heat_map_compares_minerals(monazite, tmp_path):
    target = tmp_path / "heat.html"
    named = [word for mineral in ("cobalt", "lithium", "gallium") for word in ("--mineral", mineral)]
    assert monazite("exposure", "Japan", *named, "--picture", "heatmap", "--html", target).code == 0
    page = target.read_text(encoding="utf-8")
    assert page.count('<th scope="row">') == 3
    assert "codes that hold other materials too: gallium" in page
    assert list(tmp_path.iterdir()) == [target]


def test_a_mineral_without_a_chain_shows_what_customs_record(monazite, tmp_path):
    target = tmp_path / "way.html"
    assert monazite("exposure", "Japan", "--mineral", "gallium", "--picture", "sankey", "--html", target).code == 0
    page = target.read_text(encoding="utf-8")
    assert "Trade as customs record it" in page
    assert "Imported as" in page


WRONG = [
    (("Japan", "--picture", "map"), 2, "no file is named"),
    (("Japan", "--mineral", "cobalt", "--png", "x.svg"), 2, "let it end in .png"),
    (("Japan", "--mineral", "cobalt", "--png", "nowhere/x.png"), 2, "folder does not exist"),
    (("Japan", "--picture", "map", "--png", "x.png"), 2, "0 minerals, expected one"),
    (("Japan", "--mineral", "cobalt", "--mineral", "tin", "--svg", "x.svg"), 2, "2 minerals"),
    (("Japan", "--mineral", "cobalt", "--json", "--svg", "x.svg"), 2, "one at a time"),
    (("Japan", "--mineral", "cobalt", "--picture", "pie", "--svg", "x.svg"), 2, "pie"),
    (
        ("Japan", "--mineral", "uranium", "--picture", "map", "--svg", "x.svg"),
        1,
        "ore: no imports in 2024: years there are",
    ),
]


@pytest.mark.parametrize(("words", "code", "says"), WRONG, ids=lambda v: " ".join(v) if isinstance(v, tuple) else "")
def test_what_is_wrong_is_said_and_nothing_written(monazite, tmp_path, monkeypatch, words, code, says):
    monkeypatch.chdir(tmp_path)
    done = monazite("exposure", *words)
    assert done.code == code
    assert says.lower() in done.err.lower()
    assert not list(tmp_path.iterdir())


def test_a_refused_picture_leaves_the_old_file(monazite, tmp_path):
    old = tmp_path / "x.svg"
    old.write_text("old")
    assert monazite("exposure", "Japan", "--mineral", "uranium", "--svg", old).code == 1
    assert old.read_text() == "old"


def test_passages_know_whose_lanes_they_are_on():
    with open_store() as store:
        found = {p.name: p for p in sea_passages(store, ("COD", "DEU", "JPN", "SGP", "USA", "VNM"), ["JPN"])}
    assert {"DEU", "SGP"} & {exporter for exporter, _ in found["Strait of Malacca"].pairs} == {"DEU"}
    assert ("VNM", "JPN") in {pair for p in found.values() for pair in p.pairs}
    assert ("USA", "JPN") not in found["Strait of Malacca"].pairs
    assert not found["Bering Strait"].pairs
    assert {importer for p in found.values() for _, importer in p.pairs} == {"JPN"}
    assert all("searoute" in p.sources for p in found.values())
    assert "Northeast Passage" not in found


def test_a_shipped_file_that_is_missing_is_named(monazite, tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "_ROOM", tmp_path)
    assets.world.cache_clear()
    done = monazite("exposure", "Japan", "--mineral", "cobalt", "--picture", "map", "--svg", tmp_path / "map.svg")
    assert done.code == 1
    assert str(tmp_path / "vendor" / "world.json") in done.err
    assert "is missing. If it came with Monazite, install Monazite again." in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_map_of_a_good_shows_its_stage_alone(monazite, tmp_path):
    target = tmp_path / "map.svg"
    assert monazite("exposure", "Japan", "--mineral", "magnets", "--picture", "map", "--svg", target).code == 0
    drawn = target.read_text(encoding="utf-8")
    assert "Imports of rare earths, component into Japan" in drawn
    assert "--mineral magnets" in drawn
    with target.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        shares = {row["exporter"]: float(row["share"]) for row in csv.DictReader(file)}
    assert max(shares, key=lambda code: shares[code]) == "PHL"
    assert sum(shares.values()) == pytest.approx(1)


def test_a_picture_cites_what_its_figures_rest_on(monazite, tmp_path):
    """The map: ports, and gateways of landlocked sellers; the way through the stages: contents and scrap too."""
    asked = ("exposure", "India", "--mineral", "copper", "--year", "2024", "--svg", tmp_path / "x.svg", "--picture")
    assert monazite(*asked, "map").code == 0
    drawn = " ".join(ET.parse(tmp_path / "x.svg").getroot().itertext())
    assert "World Port Index" in drawn
    assert "Copperbelt" in drawn  # how Zambia's copper reaches the sea
    assert monazite(*asked, "sankey").code == 0
    drawn = " ".join(ET.parse(tmp_path / "x.svg").getroot().itertext())
    assert "End-of-life recycling input rates" in drawn
    assert "Standard atomic weights" in drawn


def test_lines_of_one_good_leave_out_the_reliance_of_the_whole_chain(monazite, tmp_path):
    target = tmp_path / "years.svg"
    monazite("exposure", "Japan", "--mineral", "magnets", "--picture", "years", "--svg", target)
    table = target.with_suffix(".csv").read_text(encoding="utf-8")
    assert "component,2024" in table
    assert "reliance" not in table
