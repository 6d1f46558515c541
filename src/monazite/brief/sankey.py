"""A mineral's way from stage to stage -> a Sankey diagram: a column a stage, a bar a country, bands wide as their flow.

Labels cannot cover one another: bars of a column stand a line of text apart, and a label is cut to the room before the
next column.
"""

from __future__ import annotations

from collections.abc import Sequence

from monazite.brief import words
from monazite.brief.pieces import INK, MUTED, OTHER, PALETTE, WIDTH, Option, base, paler, text_px, words_at
from monazite.brief.values import Chart, SankeyNode, SankeyView
from monazite.core.errors import NoDataError

__all__ = ["folded", "sankey"]

_NAMED, _DRAWN = 0.005, 0.0015
"""The share of a stage from which a country is named, and of everything from which a flow is drawn."""
_BAR, _GAP, _HEAD, _LAST = 14, 17, 30, 150


def sankey(view: SankeyView, most: int = 9) -> Chart:
    """The diagram, with the `most` largest countries of each stage by name and the rest as one.

    The table below it has the flows between those; the figures for a file have all.

    :raises NoDataError: if nothing flows.
    """
    if not any(value > 0 for _, _, value in view.links):
        raise NoDataError(view.title, "nothing flows", "ask for another year or mineral")
    small = folded(view, most)
    through = _through(small)
    columns = [[n for n, node in enumerate(small.nodes) if node.stage == stage] for stage in small.stages]
    totals = [sum(through[n] for n in column) for column in columns]
    shares = [words.pct(through[n] / totals[small.stages.index(node.stage)]) for n, node in enumerate(small.nodes)]
    # The last column's labels stand right of it, the others' between their column and the next.
    labels = {n: _fitted(small.nodes[n].label, f" {shares[n]}", _LAST) for n in columns[-1]}
    end = 8 + max(text_px(label, 12) for label in labels.values())
    step = (WIDTH - _BAR - end) / (len(columns) - 1)
    for column in columns[:-1]:
        labels |= {n: _fitted(small.nodes[n].label, f" {shares[n]}", step - _BAR - 12) for n in column}
    high = max(300, max(len(c) for c in columns) * (_GAP + 20))
    unit = f"million {view.unit}" if view.unit == "USD" else view.unit
    option = base(grid={})
    option["series"] = [
        {
            **_FRAME,
            "width": round(WIDTH - end, 1),
            "height": high - _HEAD - 8,
            "data": _bars(small, columns, through, labels),
            "links": _bands(small, through, max(totals), unit),
        }
    ]
    option["graphic"] = [
        words_at(x, 10, _fitted(words.sentence(stage), "", min(step, WIDTH - x) - 12), 12.5, MUTED)
        for stage, x in ((stage, step * depth) for depth, stage in enumerate(small.stages))
    ]
    return Chart(
        title=view.title,
        summary=_summary(small, unit),
        option=option,
        width=WIDTH,
        height=high,
        header=("From", "To", "Share of what arrives", f"Value, {unit}"),
        rows=tuple(
            (_place(a), _place(b), words.pct(value / arriving), _amount(value, view))
            for a, b, value, arriving in _arrivals(small)
        ),
        columns=(
            "from",
            "from_stage",
            "to",
            "to_stage",
            f"value_{view.unit.lower().replace(' ', '_')}",
            "share_of_goal",
        ),
        figures=tuple(
            (a.country or a.label, a.stage, b.country or b.label, b.stage, value, value / arriving)
            for a, b, value, arriving in _arrivals(view)
        ),
        notes=view.notes,
    )


_FRAME: Option = {
    "type": "sankey",
    "left": 0,
    "top": _HEAD,
    "nodeWidth": _BAR,
    "nodeGap": _GAP,
    "nodeAlign": "left",
    "draggable": False,
    "emphasis": {"focus": "trajectory"},
    "layoutIterations": 0,  # bars stay in the order they are given in
    "label": {"color": INK, "fontSize": 12, "fontFamily": "sans-serif", "position": "right", "distance": 6},
    "itemStyle": {"borderWidth": 0},
}


def folded(view: SankeyView, most: int) -> SankeyView:
    """The view with all but the `most` largest nodes of each stage, and all under 0.5% of it, joined into one.

    Nothing of the flow is lost. Countries stand in the order of their size; a column of something else keeps its order.
    """
    through = _through(view)
    target: dict[int, int] = {}
    nodes: list[SankeyNode] = []
    for stage in view.stages:
        column = [n for n, node in enumerate(view.nodes) if node.stage == stage]
        if any(view.nodes[n].country for n in column):
            column.sort(key=lambda n: (-through[n], n))
        least = _NAMED * sum(through[n] for n in column)
        large = min(most, sum(through[n] >= least for n in column))
        named = column if len(column) <= large + 1 else column[:large]
        for n in named:
            target[n] = len(nodes)
            nodes.append(view.nodes[n])
        if rest := column[len(named) :]:
            target |= dict.fromkeys(rest, len(nodes))
            nodes.append(SankeyNode(f"{len(rest)} others", stage))
    links: dict[tuple[int, int], float] = {}
    for a, b, value in view.links:
        if value > 0:
            links[target[a], target[b]] = links.get((target[a], target[b]), 0.0) + value
    joined = tuple((a, b, value) for (a, b), value in links.items())
    return SankeyView(view.title, view.unit, view.stages, tuple(nodes), joined, view.notes)


def _through(view: SankeyView) -> list[float]:
    """What passes each node: the larger of what arrives and what leaves, as its bar is drawn."""
    arrives, leaves = [0.0] * len(view.nodes), [0.0] * len(view.nodes)
    for a, b, value in view.links:
        leaves[a] += value
        arrives[b] += value
    return [max(pair) for pair in zip(arrives, leaves, strict=True)]


def _bars(
    view: SankeyView, columns: Sequence[Sequence[int]], through: Sequence[float], labels: dict[int, str]
) -> list[Option]:
    colours = _colours(view, through)
    return [
        {
            "name": str(n),
            "depth": depth,
            "value": through[n],
            "itemStyle": {"color": colours[n]},
            "label": {"formatter": labels[n]},
            "tip": f"{_place(view.nodes[n])}: {labels[n].rpartition(' ')[2]}",
        }
        for depth, column in enumerate(columns)
        for n in column
    ]


def _bands(view: SankeyView, through: Sequence[float], total: float, unit: str) -> list[Option]:
    colours = _colours(view, through)
    arrives = _arrives(view)
    return [
        {
            "source": str(a),
            "target": str(b),
            "value": value,
            "lineStyle": {"color": paler(colours[a]), "opacity": 0.75, "curveness": 0.5},
            "tip": f"{_place(view.nodes[a])} to {_place(view.nodes[b])}\n"
            f"{words.pct(value / arrives[b])} of what arrives, {_amount(value, view)} {unit}",
        }
        for a, b, value in view.links
        if value >= _DRAWN * total
    ]


def _colours(view: SankeyView, through: Sequence[float]) -> list[str]:
    """A colour for each country, the same in all columns; the largest countries first, what has no code in grey."""
    weight: dict[str, float] = {}
    for node, value in zip(view.nodes, through, strict=True):
        if node.country:
            weight[node.country] = max(weight.get(node.country, 0.0), value)
    ranked = sorted(weight, key=lambda code: (-weight[code], code))
    palette = {code: PALETTE[n] if n < len(PALETTE) else MUTED for n, code in enumerate(ranked)}
    return [palette.get(node.country, OTHER) for node in view.nodes]


def _fitted(text: str, end: str, room: float) -> str:
    """The text cut to the room in px, with its end kept; the engine would take braces for placeholders."""
    safe = words.one_line(text).replace("{", "(").replace("}", ")")
    width = len(safe)
    while width > 3 and text_px(words.one_line(safe, width) + end, 12.5) > room:
        width -= 1
    return words.one_line(safe, width) + end


def _arrivals(view: SankeyView) -> list[tuple[SankeyNode, SankeyNode, float, float]]:
    """Every link with all that arrives at its goal: stage by stage, the largest first within a goal."""
    arrives = _arrives(view)
    order = {stage: n for n, stage in enumerate(view.stages)}
    ranked = sorted(view.links, key=lambda x: (order[view.nodes[x[1]].stage], x[1], -x[2], x[0]))
    return [(view.nodes[a], view.nodes[b], value, arrives[b]) for a, b, value in ranked if value > 0]


def _arrives(view: SankeyView) -> list[float]:
    """All that arrives at each node."""
    arrives = [0.0] * len(view.nodes)
    for _, b, value in view.links:
        arrives[b] += value
    return arrives


def _amount(value: float, view: SankeyView) -> str:
    """A flow as tables and pages tell it, millions of it if it is money."""
    return words.number(value / (1e6 if view.unit == "USD" else 1))


def _summary(view: SankeyView, unit: str) -> str:
    largest = sorted(_arrivals(view), key=lambda x: -x[2])[:6]
    told = "; ".join(f"{_place(a)} to {_place(b)} {words.pct(value / all_)}" for a, b, value, all_ in largest)
    return f"Flows in {unit}: {words.spoken(view.stages)}. The largest, as shares of what arrives: {told}."


def _place(node: SankeyNode) -> str:
    return f"{words.one_line(node.label)} ({node.stage})"
