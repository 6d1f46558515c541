"""Chart specifications by their key numbers, and the drawings made from them."""

from __future__ import annotations

import hashlib
import json
import re
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from importlib import resources
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.brief import charts, pieces
from monazite.brief.draw import png, svg
from monazite.brief.values import Brief
from monazite.core.values import Band


def every_chart(brief: Brief) -> dict[str, charts.Chart]:
    (exposure,), (outcome,) = brief.exposures, brief.outcomes
    dated = [c for c in brief.ledger.commitments if c.due]
    labels = [f"C{n}" for n, _ in enumerate(dated, 1)]
    return {
        "supplier_shares": charts.supplier_shares(exposure, brief.gazetteer),
        "history_lines": charts.history_lines(exposure, brief.gazetteer),
        "commitment_timeline": charts.commitment_timeline(dated, brief.ledger.as_of, labels),
        "target_balance": charts.target_balance(outcome, brief.gazetteer),
        "importer_losses": charts.importer_losses(outcome, brief.gazetteer),
        "expected_imports": charts.expected_imports(outcome, brief.gazetteer),
        "replacement_flows": charts.replacement_flows(outcome, brief.gazetteer),
    }


KINDS = sorted(set(charts.__all__) - {"Chart", "STANDING", "market_charts"})


def test_a_market_outcome_has_all_its_charts_under_their_names(full: Brief) -> None:
    made = dict(charts.market_charts(full.outcomes[0], full.gazetteer))
    known = every_chart(full)
    names = {
        "short": "target_balance", "gains": "replacement_flows", "expected": "expected_imports",
        "losses": "importer_losses",
    }  # fmt: skip
    assert made == {name: known[kind] for name, kind in names.items()}
    untouched = replace(full.outcomes[0], importers=(), others=(), gains=(), foretold=None)
    assert not [*charts.market_charts(untouched, full.gazetteer)]


def test_every_kind_of_chart_is_tested(full: Brief) -> None:
    assert sorted(every_chart(full)) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_has_words_a_table_and_a_plain_specification(full: Brief, kind: str) -> None:
    chart = every_chart(full)[kind]
    assert chart.title
    assert chart.summary.endswith(".")
    assert chart.rows
    assert {len(row) for row in chart.rows} == {len(chart.header)}
    assert json.loads(json.dumps(chart.option)) == chart.option


@pytest.mark.parametrize("kind", KINDS)
def test_a_drawing_is_well_formed_labelled_and_the_same_each_time(full: Brief, kind: str) -> None:
    chart = every_chart(full)[kind]
    first, again, renamed = svg(chart, "f1"), svg(chart, "f1"), svg(chart, "f2")
    root = ET.fromstring(first)
    space = "{http://www.w3.org/2000/svg}"
    assert first == again
    assert first.replace("f1-", "f2-") == renamed
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "f1-title f1-desc"
    assert root.findtext(f"{space}title") == chart.title
    assert root.findtext(f"{space}desc") == chart.summary
    assert all(i.startswith("f1-") for i in re.findall(r'\bid="([^"]+)"', first))
    assert "<style" not in first
    assert "NaN" not in first


@pytest.mark.parametrize("kind", KINDS)
def test_no_label_leaves_the_picture(full: Brief, kind: str) -> None:
    """With 7 px for a letter of 12.5 px type, every text stays between the picture's edges."""
    chart = every_chart(full)[kind]
    text = re.compile(
        r'<text [^>]*?text-anchor="(\w+)"[^>]*?(?: x="([-\d.]+)")?'
        r'[^>]*?transform="translate\(([\d.]+) [\d.]+\)"[^>]*>(.*?)</text>'
    )
    for anchor, x, left, words in text.findall(svg(chart, "f")):
        at, wide = float(left) + float(x or 0), 7 * len(words)
        start = at - wide * {"start": 0, "middle": 0.5, "end": 1}[anchor]
        assert start >= -8, words
        assert start + wide <= chart.width + 8, words


def test_supplier_shares_are_in_per_cent_and_sum_to_the_whole(full: Brief) -> None:
    chart = every_chart(full)["supplier_shares"]
    shown = {s["name"]: [d["value"] for d in s["data"]] for s in chart.option["series"]}
    assert shown == {"China": [60.0], "Viet Nam": [30.0], "France": [10.0]}
    assert chart.rows[2] == ("refined", "France", "10%", "no data", "1")


def test_small_suppliers_are_summed_as_others(full: Brief) -> None:
    (exposure,) = full.exposures
    stage = exposure.stages[1]
    small = tuple(replace(s, share=0.99 if s.country == "CHN" else 0.005) for s in stage.suppliers)
    chart = charts.supplier_shares(replace(exposure, stages=(replace(stage, suppliers=small),)), full.gazetteer)
    assert [s["name"] for s in chart.option["series"]] == ["China", "Others"]


def test_history_marks_the_first_year_and_each_change_of_the_largest(full: Brief) -> None:
    line = every_chart(full)["history_lines"].option["series"][0]
    assert [d["value"] for d in line["data"]] == [80.0, 70.0, 60.0]
    assert [d["symbolSize"] for d in line["data"]] == [8, 8, 0]


def test_timeline_spans_the_windows_and_marks_the_day(full: Brief) -> None:
    chart = every_chart(full)["commitment_timeline"]
    late, later = chart.option["series"]
    day = 86_400_000
    assert late["name"] == "Overdue, unverified"
    assert [p and p[0] // day for p in late["data"]] == [20454, 20573, None]
    assert later["data"][1] == [charts._ms(date(2027, 12, 31)), 1]
    assert late["markLine"]["data"] == [{"xAxis": charts._ms(date(2026, 11, 21))}]


def test_a_range_bar_is_solid_to_its_near_end_and_pale_to_its_far_end(full: Brief) -> None:
    series = every_chart(full)["replacement_flows"].option["series"]
    assert [[d["value"] for d in s["data"]] for s in series[:3]] == [[100, 0.0], [160, 110], [0.0, -5]]
    assert series[3]["data"] == [[180, 0], [60, 1]]
    assert [note["name"] for note in series[4]["data"]] == ["+100 to +260 t", "−5 to +110 t"]


@given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3).map(sorted))
def test_the_parts_of_a_range_bar_reach_its_ends(ends: list[float]) -> None:
    values = Band(*ends)
    sure, (above, below) = pieces._parts(values)
    assert max(sure, 0) + above == pytest.approx(max(values.high, 0))
    assert min(sure, 0) + below == pytest.approx(min(values.low, 0))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_labels_beside_lines_never_cover_each_other(shares: list[float]) -> None:
    ends = [(share, f"line {n}", "#000000") for n, share in enumerate(shares)]
    heights = sorted(note["value"][1] for note in pieces.end_labels(ends, plot_px=222)["data"])
    assert all(b - a >= 100 * 17 / 222 - 0.01 for a, b in pairwise(heights))
    assert heights[-1] <= 100.01


def test_markup_and_braces_in_a_label_are_shown_not_obeyed(full: Brief) -> None:
    (late, *_) = full.ledger.commitments
    evil = replace(late, object='<script>alert(1)</script> {a} {value} "x" \x00 &amp;')
    drawn = svg(charts.commitment_timeline([evil], full.ledger.as_of, ["C1"]), "f")
    ET.fromstring(drawn)
    assert "<script" not in drawn
    assert "{a} {value}" in drawn


def test_png_is_a_picture_of_the_same_shape(full: Brief) -> None:
    chart = every_chart(full)["target_balance"]
    data = png(chart, zoom=1)
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(data[16:20], "big") == chart.width
    assert int.from_bytes(data[20:24], "big") == chart.height
    assert data == png(chart, zoom=1)


def test_vendored_files_are_the_ones_their_list_names() -> None:
    folder = resources.files("monazite.brief").joinpath("vendor")
    for line in folder.joinpath("SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        assert hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest() == digest


def test_a_chart_is_the_same_whichever_pen_draws_it(full: Brief) -> None:
    every = list(every_chart(full).values())
    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(lambda chart: svg(chart, "x"), every * 4))
    assert drawn == [svg(chart, "x") for chart in every] * 4


def test_of_many_targets_the_worst_hit_are_drawn_and_all_are_in_the_table(full: Brief) -> None:
    outcome = full.outcomes[0]
    one = outcome.importers[0]
    many = tuple(replace(one, importer=f"X{n:02}", shortfall_t=one.shortfall_t.scaled(1 + n)) for n in range(30))
    crowded = replace(outcome, importers=many)
    for make, drawn, told in ((charts.target_balance, 24, 90), (charts.importer_losses, 10, 30)):
        chart = make(crowded, full.gazetteer)
        others = len(chart.rows) - told
        assert len(chart.option["yAxis"]["data"]) == drawn + others
        assert chart.option["yAxis"]["data"][0].startswith("X29")
        assert "of 30 are drawn; the table has all" in chart.summary
    assert "the 30 targets" in charts.replacement_flows(crowded, full.gazetteer).title


def test_who_buys_more_after_a_cut_does_not_stand_among_those_who_go_short(full: Brief) -> None:
    outcome = full.outcomes[0]
    short = replace(outcome.importers[0], importer="KOR", shortfall_share=Band(0.01, 0.02, 0.1))
    gains = replace(short, importer="LUX", shortfall_share=Band(-6.1, -0.001, 0.03))
    chart = charts.importer_losses(replace(outcome, others=(gains, short)), full.gazetteer)
    assert len(chart.rows) == len(outcome.importers) + 1
    assert "Luxembourg" not in chart.summary
