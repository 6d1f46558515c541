"""Views of dependence -> charts: exposure as a heat map, shares through the years as lines with bands."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from monazite.brief import words
from monazite.brief.pieces import (
    INK,
    MUTED,
    PALETTE,
    RULE,
    WIDTH,
    Option,
    base,
    box_at,
    end_labels,
    paler,
    percent_axis,
    shade,
    shade_key,
    telling,
    text_px,
    words_at,
    wrapped,
)
from monazite.brief.values import Chart, HeatView, YearLine, YearsView
from monazite.core.errors import NoDataError

__all__ = ["heat_map", "year_lines"]

NO_DATA, HATCH = "#d3d8de", "#b4bcc6"
_LABEL_PX = 32  # of an axis, from one year or week that is named to the next
_ROW, _WIDEST = 32, 120.0


def heat_map(view: HeatView) -> Chart:
    """A matrix of shares as shaded cells with the number in each; what is not known is hatched and says so."""
    names = [wrapped(name, 24).split("\n") for name in view.rows]
    left = 8 + max(text_px(line, 12.5) for lines in names for line in lines)
    wide = min(_WIDEST, (WIDTH - left) / len(view.columns))
    heads = [wrapped(name, max(6, int(wide / 6.6)), most=3).split("\n") for name in view.columns]
    top = 30 + 15 * max(map(len, heads))
    marks = shade_key(0, 2, [(NO_DATA, "no data")])
    for column, lines in enumerate(heads):
        bottom = top - 9 - 15 * (len(lines) - 1)
        marks += [
            words_at(left + wide * (column + 0.5), bottom + 15 * k, line, 12, INK, "center")
            for k, line in enumerate(lines)
        ]
    for row, (lines, shares) in enumerate(zip(names, view.shares, strict=True)):
        first = top + _ROW * (row + 0.5) - 7 * (len(lines) - 1)
        marks += [words_at(left - 8, first + 14 * k, line, 12.5, INK, "right") for k, line in enumerate(lines)]
        for column, share in enumerate(shares):
            tip = words.one_line(f"{view.rows[row]}, {view.columns[column]}: {_word(share)}")
            marks += _cell(left + wide * column, top + _ROW * row, wide, share, tip)
    option = base(grid={})
    option["graphic"] = marks
    return Chart(
        title=view.title,
        summary=view.summary,
        option=option,
        width=WIDTH,
        height=top + _ROW * len(view.rows) + 6,
        header=(view.of, *view.columns),
        rows=tuple((name, *map(_word, shares)) for name, shares in zip(view.rows, view.shares, strict=True)),
        columns=(view.of.lower(), view.by.lower(), "share"),
        figures=tuple(
            (name, head, share)
            for name, shares in zip(view.rows, view.shares, strict=True)
            for head, share in zip(view.columns, shares, strict=True)
        ),
        notes=view.notes,
    )


def year_lines(view: YearsView) -> Chart:
    """Shares through the years: a line each, a band where its ends differ, a dot where it begins or its note changes.

    A year that a line skips is a gap in it.

    :raises NoDataError: if no line has two years.
    """
    lines = [line for line in view.lines if len(line.points) > 1]
    if not lines:
        raise NoDataError(view.title, "no line has two years", "ask for another mineral")
    told = [p[0] for line in lines for p in line.points]
    years = range(min(told), max(told) + 1)
    series: list[Option] = []
    ends: list[tuple[float, str, str]] = []
    for n, line in enumerate(lines):
        colour = PALETTE[n % len(PALETTE)]
        series += [*_band(line, years, colour), _line(line, years, colour, n)]
        _, _, share, _, note = line.points[-1]
        name = f"{words.one_line(note, 18)} " if note else ""
        share_told = f": {name}{words.pct(share)}" if view.step == "year" else ""
        ends.append((share, f"{words.sentence(line.label)}{share_told}", colour))
    right = 12 + max(text_px(text, 12.5) for _, text, _ in ends)
    option = base(grid={"left": 50, "right": round(right), "top": 18, "bottom": 30})
    wide = (WIDTH - 50 - right) / (len(years) - 1)
    every = next((step for step in (5, 10, 20, 50) if step * wide >= _LABEL_PX), 100)
    last = years[-1]
    named = [n for n, y in enumerate(years) if (y % every == 0 and (last - y) * wide >= _LABEL_PX) or y == last]
    option["xAxis"] = [
        {
            "type": "category",
            "data": [str(y) for y in years],
            "tips": [_tip(view, lines, year) for year in years],
            "boundaryGap": False,
            "axisLine": {"lineStyle": {"color": MUTED}},
            "axisTick": {"show": False},
            "axisLabel": {"color": MUTED, "fontSize": 12, "interval": 0, "customValues": named},
        },
        {"type": "value", "show": False, "min": 0, "max": 1},
    ]
    option["yAxis"] = percent_axis(maximum=1)
    option["dataZoom"] = [{"type": "inside", "xAxisIndex": 0, "minValueSpan": 4, **_STILL}]
    option["series"] = [*series, end_labels(ends, plot_px=222)]
    return Chart(
        title=view.title,
        summary=view.summary,
        option=option,
        width=WIDTH,
        height=270,
        header=(view.of, words.sentence(view.step), view.note_name, "Share"),
        rows=tuple((line.label, str(p[0]), words.one_line(p[4]), _range(p)) for line in lines for p in line.points),
        columns=(
            view.of.lower(),
            view.step,
            "share_low",
            "share",
            "share_high",
            view.note_name.lower().replace(" ", "_"),
        ),
        figures=tuple((line.label, *p) for line in lines for p in line.points),
        notes=view.notes,
    )


_STILL: Option = {"zoomOnMouseWheel": "ctrl", "moveOnMouseMove": False, "preventDefaultMouseMove": False}
"""A chart that is not zoomed lets the page scroll below the pointer."""


def _tip(view: YearsView, lines: Sequence[YearLine], year: int) -> str:
    """What all lines say of a year."""
    told = [f"{line.label}: {words.one_line(p[4])} {_range(p)}" for line in lines for p in line.points if p[0] == year]
    when = str(year) if view.step == "year" else f"{words.sentence(view.step)} {year}"
    return "\n".join((when, *(words.one_line(line) for line in told)))


def _word(share: float | None) -> str:
    return "no data" if share is None else words.pct(share) if share else "–"


def _cell(left: float, top: float, wide: float, share: float | None, tip: str) -> list[Option]:
    """A cell's rectangle and number; 2 px stay free between cells."""
    colour, ink = (NO_DATA, INK) if share is None else shade(share) if share else ("#ffffff", MUTED)
    drawn = [telling(box_at(left + 1, top + 1, wide - 2, _ROW - 2, colour, RULE), tip)]
    middle = (left + wide / 2, top + _ROW / 2)
    if share is None:
        chip = text_px("no data", 12) + 6
        drawn += _hatched(left + 1, top + 1, wide - 2, _ROW - 2)
        drawn.append(box_at(middle[0] - chip / 2, middle[1] - 9, chip, 18, NO_DATA))
    return [*drawn, words_at(*middle, _word(share), 12, ink, "center")]


def _hatched(left: float, top: float, wide: float, high: float) -> list[Option]:
    """Slanting lines that fill a rectangle."""
    lines = []
    for start in range(8, int(wide + high), 9):
        a, b = max(0.0, start - high), min(wide, float(start))
        shape = {"x1": left + a, "y1": top + start - a, "x2": left + b, "y2": top + start - b}
        lines.append(
            {
                "type": "line",
                "silent": True,
                "z": 20,
                "shape": {side: round(at, 1) for side, at in shape.items()},
                "style": {"stroke": HATCH, "lineWidth": 0.8},
            }
        )
    return lines


def _line(line: YearLine, years: Sequence[int], colour: str, number: int) -> Option:
    changed = {b[0] for a, b in pairwise(line.points) if a[4] != b[4]} | {line.points[0][0]}
    known = {p[0]: {"value": round(100 * p[2], 3), "symbolSize": 8 if p[0] in changed else 0} for p in line.points}
    return {
        "type": "line",
        "name": line.label,
        "silent": True,
        "data": [known.get(year) for year in years],
        "lineStyle": {"width": 2.2, "color": colour, "type": ("solid", "dashed", "dotted", "solid")[number % 4]},
        "itemStyle": {"color": colour},
        "symbol": "circle",
    }


def _band(line: YearLine, years: Sequence[int], colour: str) -> list[Option]:
    """Two stacked lines, of which the upper fills the room between them; none where low and high are one."""
    if all(low == high for _, low, _, high, _ in line.points):
        return []
    frame = {"type": "line", "stack": line.label, "silent": True, "symbol": "none", "lineStyle": {"opacity": 0}}
    lower = {p[0]: round(100 * p[1], 3) for p in line.points}
    upper = {p[0]: round(100 * (p[3] - p[1]), 3) for p in line.points}
    return [
        {**frame, "data": [lower.get(y) for y in years]},
        {**frame, "data": [upper.get(y) for y in years], "areaStyle": {"color": paler(colour), "opacity": 0.7}},
    ]


def _range(point: tuple[int, float, float, float, str]) -> str:
    _, low, mid, high, _ = point
    return words.pct(mid) if low == high else f"{words.pct(mid)} ({words.pct(low)}–{words.pct(high)})"
