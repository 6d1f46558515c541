"""The Sankey diagram: nothing of the flow is lost, the largest are named, the option is plain."""

from __future__ import annotations

import json
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.brief.draw import svg
from monazite.brief.pieces import OTHER, PALETTE
from monazite.brief.sankey import folded, sankey
from monazite.brief.values import SankeyNode, SankeyView
from monazite.core.errors import NoDataError

STAGES = ("mined in", "refined in", "used in")


def a_way() -> SankeyView:
    nodes = (
        SankeyNode("China", "mined in", "CHN"),
        SankeyNode("Australia", "mined in", "AUS"),
        SankeyNode("Scrap", "mined in"),
        SankeyNode("China", "refined in", "CHN"),
        SankeyNode("Malaysia", "refined in", "MYS"),
        SankeyNode("Japan", "used in", "JPN"),
    )
    links = ((0, 3, 60.0), (1, 4, 25.0), (1, 3, 5.0), (2, 4, 10.0), (3, 5, 65.0), (4, 5, 35.0))
    return SankeyView("A way", "t contained", STAGES, nodes, links, ("An estimate.",))


def test_a_columns_bars_are_countries_with_their_share_of_the_stage() -> None:
    chart = sankey(a_way())
    (series,) = chart.option["series"]
    labels = [(bar["depth"], bar["label"]["formatter"]) for bar in series["data"]]
    assert labels == [
        (0, "China 60%"),
        (0, "Australia 30%"),
        (0, "Scrap 10%"),
        (1, "China 65%"),
        (1, "Malaysia 35%"),
        (2, "Japan 100%"),
    ]
    assert [round(link["value"]) for link in series["links"]] == [60, 25, 5, 10, 65, 35]
    heads = [mark["style"]["text"] for mark in chart.option["graphic"]]
    assert heads == ["Mined in", "Refined in", "Used in"]
    assert chart.notes == ("An estimate.",)


def test_a_country_has_one_colour_in_all_columns_and_scrap_is_grey() -> None:
    bars = sankey(a_way()).option["series"][0]["data"]
    colours = [bar["itemStyle"]["color"] for bar in bars]
    assert colours[0] == colours[3] == PALETTE[1]  # Japan has the largest bar
    assert colours[5] == PALETTE[0]
    assert colours[2] == OTHER


def test_the_table_says_what_arrives_from_where() -> None:
    chart = sankey(a_way())
    assert chart.rows[0] == ("China (mined in)", "China (refined in)", "92%", "60")
    assert chart.columns[4] == "value_t_contained"
    assert chart.figures[0] == ("CHN", "mined in", "CHN", "refined in", 60.0, pytest.approx(60 / 65))
    assert ("Scrap", "mined in", "MYS", "refined in", 10.0, pytest.approx(10 / 35)) in chart.figures
    assert "China (mined in) to China (refined in) 92%" in chart.summary


numbers = st.integers(0, 11)


@given(st.lists(st.tuples(numbers, numbers, st.floats(0.001, 1e6)), min_size=1, max_size=80), st.integers(1, 12))
def test_folding_loses_nothing(flows: list[tuple[int, int, float]], most: int) -> None:
    nodes = tuple(SankeyNode(f"c{n}", stage, f"C{n}") for stage in STAGES for n in range(12))
    links = tuple((a, 12 + b, v) for a, b, v in flows) + tuple((12 + b, 24, v) for _, b, v in flows)
    view = SankeyView("t", "USD", STAGES, nodes, links)
    small = folded(view, most)
    total: dict[str, float] = defaultdict(float)
    for a, _, value in small.links:
        total[small.nodes[a].stage] += value
    expected = sum(v for _, _, v in flows)
    assert total["mined in"] == pytest.approx(expected)
    assert total["refined in"] == pytest.approx(expected)
    for stage in STAGES:
        assert 0 < sum(node.stage == stage for node in small.nodes) <= most + 1
    json.dumps(sankey(view, most).option, allow_nan=False)


def test_small_countries_are_joined_and_said_how_many() -> None:
    nodes = (*(SankeyNode(f"c{n}", "a", f"C{n}") for n in range(6)), SankeyNode("Japan", "b", "JPN"))
    links = tuple((n, 6, value) for n, value in enumerate((50.0, 30.0, 19.0, 0.4, 0.3, 0.3)))
    names = [node.label for node in folded(SankeyView("t", "USD", ("a", "b"), nodes, links), 9).nodes]
    assert names == ["c0", "c1", "c2", "3 others", "Japan"]


def test_goods_keep_their_order() -> None:
    nodes = (SankeyNode("China", "from", "CHN"), SankeyNode("Refined", "as"), SankeyNode("Metal", "as"))
    view = SankeyView("t", "USD", ("from", "as"), nodes, ((0, 1, 1.0), (0, 2, 9.0)))
    assert [node.label for node in folded(view, 9).nodes] == ["China", "Refined", "Metal"]


def test_a_label_is_shown_not_obeyed() -> None:
    nodes = (SankeyNode("<b>{a} & {b}</b>", "from", "X"), SankeyNode("Y", "to", "Y"))
    drawn = svg(sankey(SankeyView("<i>", "USD", ("from", "to"), nodes, ((0, 1, 1.0),))), "f")
    assert "<b>" not in drawn
    assert "<i>" not in drawn
    assert "(a) &amp; (b)" in drawn


def test_without_a_flow_there_is_no_picture() -> None:
    with pytest.raises(NoDataError, match="nothing flows"):
        sankey(SankeyView("t", "USD", STAGES, a_way().nodes, ((0, 3, 0.0),)))
