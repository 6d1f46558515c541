"""The pieces of chart specifications: axes, legends, range bars and labels that cannot cover one another."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from monazite.brief import words
from monazite.brief.values import Chart
from monazite.core.values import Band

__all__ = [
    "CALM",
    "GAIN",
    "INK",
    "LOSS",
    "MUTED",
    "OTHER",
    "PALETTE",
    "RULE",
    "SHADES",
    "WIDTH",
    "Option",
    "base",
    "box_at",
    "end_labels",
    "legend_lines",
    "legend_of",
    "name_axis",
    "paler",
    "percent_axis",
    "plain_table",
    "range_bars",
    "shade",
    "shade_key",
    "stacked_bar",
    "telling",
    "text_px",
    "words_at",
    "wrapped",
]

INK, MUTED, RULE = "#1d2733", "#4f5b69", "#d9dee4"
# Okabe and Ito's colours, told apart by colour-blind readers; the first two are darkened to hold white text.
PALETTE = ("#0a5c8f", "#b84a00", "#00795a", "#7d4a8d", "#e69f00", "#56b4e9", "#8c6d31", "#cc79a7")
OTHER, LOSS, GAIN, CALM = "#b4bcc6", "#b84a00", "#00795a", "#0a5c8f"
WIDTH = 860
"""Width of every chart in px."""
SHADES = (
    (0.0, "#e6eff6", INK),
    (0.01, "#c8deed", INK),
    (0.05, "#9cc6e0", INK),
    (0.2, "#5fa2cb", INK),
    (0.5, "#0f4f7d", "#ffffff"),
)
"""Classes of shares: lower bound, colour, and what can be read on it. One hue, told apart by lightness."""

Option = dict[str, Any]

# Advances of the vendored font in hundredths of an em, rounded up in groups; a test holds them against the font.
_ADVANCE = {
    letter: hundredths / 100
    for hundredths, letters in {
        30: "ijlI !,.:';", 33: "`t|", 38: "()/[\\]fr", 43: "1{}", 47: "-_\"^", 56: "*?skxzavy", 59: "7JLceFhnu5",
        62: "Eo2bdgpq3689", 65: "#0Z$&PRS4BT", 69: "+<=>~KXYAV", 76: "DCHUGNOQ–", 90: "wmM", 100: "@%W—…",
    }.items()
    for letter in letters
}  # fmt: skip


def text_px(text: str, size: float) -> float:
    """The width of a line in the vendored font, in px, rounded up by a hair.

    >>> round(text_px("Viet Nam 62%", 12.0))
    84
    """
    return size * sum(_ADVANCE.get(letter, 0.66) for letter in text)


def shade(share: float) -> tuple[str, str]:
    """The colour of a share (0-1), and the colour that can be read on it.

    >>> shade(0.62), shade(0.003)
    (('#0f4f7d', '#ffffff'), ('#e6eff6', '#1d2733'))
    """
    return next((colour, ink) for least, colour, ink in reversed(SHADES) if share >= least or not least)


def shade_key(left: float, top: float, more: Sequence[tuple[str, str]] = ()) -> list[Option]:
    """The key to the shades: a row of swatches with their words, from `left`, after `more` (colour, words)."""
    bounds = [f"{100 * least:.0f}" for least, _, _ in SHADES[1:]]
    ranges = [f"under {bounds[0]}%", *(f"{a}–{b}%" for a, b in pairwise(bounds)), f"over {bounds[-1]}%"]
    drawn = []
    for colour, text in (*more, *((s[1], r) for s, r in zip(SHADES, ranges, strict=True))):
        drawn += [box_at(left, top, 13, 13, colour, MUTED), words_at(left + 18, top + 6.5, text, 12, INK)]
        left += 34 + text_px(text, 12)
    return drawn


def box_at(left: float, top: float, wide: float, high: float, colour: str, edge: str = "") -> Option:
    """A rectangle at a place of the picture, in px."""
    style = {"fill": colour, **({"stroke": edge, "lineWidth": 0.5} if edge else {})}
    shape = {"x": _px(left), "y": _px(top), "width": _px(wide), "height": _px(high)}
    return {"type": "rect", "silent": True, "z": 20, "shape": shape, "style": style}


def telling(mark: Option, tip: str) -> Option:
    """A mark that tells a reader who points at it what it stands for, where the picture is drawn in a page."""
    return {**mark, "silent": False, "info": {"tip": tip}}


def words_at(left: float, middle: float, text: str, size: float, colour: str, align: str = "left") -> Option:
    """A line of text at a place of the picture, in px; the engine takes it as it is."""
    style = {
        "x": _px(left), "y": _px(middle), "text": text, "fill": colour, "fontSize": size, "fontFamily": "sans-serif",
        "align": align, "verticalAlign": "middle",
    }  # fmt: skip
    return {"type": "text", "silent": True, "z": 21, "style": style}


def _px(value: float) -> float:
    return round(value, 1)


def base(grid: Option) -> Option:
    """The frame of every chart: no motion, a white ground, a generic font that page and file replace."""
    return {"animation": False, "backgroundColor": "#ffffff", "textStyle": {"fontFamily": "sans-serif"}, "grid": grid}


def legend_of(names: list[str]) -> Option:
    """A legend on top of a chart, from its left edge."""
    return {
        "data": names,
        "left": 0,
        "top": 0,
        "itemWidth": 13,
        "itemHeight": 13,
        "itemGap": 16,
        "textStyle": {"color": INK, "fontSize": 12.5},
    }


def legend_lines(names: Iterable[str]) -> int:
    """How many lines a legend takes at the charts' width."""
    lines, used = 1, 0.0
    for name in names:
        wide = 40 + 7.2 * len(name)
        lines, used = (lines + 1, wide) if used + wide > WIDTH - 10 else (lines, used + wide)
    return lines


def percent_axis(maximum: float) -> Option:
    """A value axis from nothing to a share of the whole, in per cent."""
    # A share of 1 as a hundred: the engine's label templates cannot multiply.
    return {
        "type": "value",
        "min": 0,
        "max": 100 * maximum,
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        "splitLine": {"lineStyle": {"color": RULE}},
        "axisLabel": {"color": MUTED, "fontSize": 12, "formatter": "{value}%"},
    }


def name_axis(labels: list[str], tips: Sequence[str] = ()) -> Option:
    """A category axis of names, the first on top; every name is shown. `tips` are what a page tells of each."""
    return {
        "type": "category",
        "data": labels,
        "tips": list(tips),
        "inverse": True,
        "axisTick": {"show": False},
        "axisLine": {"lineStyle": {"color": MUTED}},
        "axisLabel": {"color": INK, "fontSize": 12.5, "lineHeight": 15, "interval": 0, "margin": 10},
    }


def wrapped(text: str, width: int, most: int = 2) -> str:
    """Text on at most `most` lines of `width` letters; the engine measures a font that the reader may not have.

    >>> wrapped("Rare-earth metals, scandium and yttrium", 24)
    'Rare-earth metals,\\nscandium and yttrium'
    """
    flat = words.one_line(text)
    lines = textwrap.wrap(flat, width, max_lines=most, placeholder="…", break_on_hyphens=False)
    return "\n".join(lines)


def stacked_bar(name: str, data: list[Option], colour: str) -> Option:
    """One layer of horizontal stacked bars, its labels inside in a colour that can be read on it."""
    return {
        "type": "bar",
        "name": name,
        "stack": "all",
        "data": data,
        "barWidth": 30,
        "itemStyle": {"color": colour, "borderColor": "#ffffff", "borderWidth": 1},
        "label": {"color": "#ffffff" if colour in (*PALETTE[:4], PALETTE[6]) else INK, "fontSize": 12},
    }


def end_labels(ends: list[tuple[float, str, str]], plot_px: int) -> Option:
    """Invisible points beside the lines' ends that carry their names, pushed apart until none covers another.

    They stand at 1 of an axis of their own, so that they stay where they are when the lines' axis is zoomed.
    """
    gap = 100 * 17 / plot_px
    placed: list[Option] = []
    floor = float("-inf")
    for share, text, colour in sorted(ends):
        floor = max(100 * share, floor + gap)
        placed.append({"height": floor, "text": text, "colour": colour})
    over = max(0.0, placed[-1]["height"] - 100) if placed else 0.0
    for below, above in zip(reversed([None, *placed[:-1]]), reversed(placed), strict=True):
        above["height"] -= over
        over = max(0.0, below["height"] + gap - above["height"]) if below else 0.0
    return {**_notes([([1, round(p["height"], 3)], p["text"], p["colour"]) for p in placed]), "xAxisIndex": 1}


def plain_table(title: str, header: Sequence[str], rows: Iterable[Sequence[str]], notes: Iterable[str] = ()) -> Chart:
    """What is a table alone, among charts."""
    return Chart(title, "", {}, 0, 0, tuple(header), tuple(map(tuple, rows)), notes=tuple(notes))


def range_bars(bars: Sequence[tuple[str, Band, str]], shown: Sequence[str]) -> tuple[Option, int, int]:
    """Horizontal bars solid to the near end of each range and pale to its far end, with a mark at the central value.

    With the width and height of the picture, in px.
    """
    top = max((max(0.0, b.high) for _, b, _ in bars), default=0.0)
    bottom = min((min(0.0, b.low) for _, b, _ in bars), default=0.0)
    step = _step((top - bottom) or 1.0)
    option = base(grid={"left": 200, "right": 170, "top": 6, "bottom": 30})
    option["xAxis"] = {
        "type": "value",
        "min": bottom,
        "max": step * max(1, math.ceil(top / step)),
        **({} if bottom else {"interval": step}),
        "splitLine": {"lineStyle": {"color": RULE}},
        "axisLabel": {"color": MUTED, "fontSize": 12, "hideOverlap": True, "showMinLabel": bottom == 0},
    }
    tips = [f"{name}: {text}{_told(values)}" for text, (name, values, _) in zip(shown, bars, strict=True)]
    option["yAxis"] = name_axis([wrapped(name, 29) for name, _, _ in bars], tips)
    solid: list[Option] = []
    pale: tuple[list[Option], list[Option]] = ([], [])
    for _, values, colour in bars:
        sure, rest = _parts(values)
        solid.append({"value": sure, "itemStyle": {"color": colour}})
        for part, side in zip(rest, pale, strict=True):
            side.append({"value": part, "itemStyle": {"color": paler(colour)}})
    stack = {"type": "bar", "stack": "range", "silent": True, "barWidth": 15}
    marks = [[values.mid, row] for row, (_, values, _) in enumerate(bars)]
    option["series"] = [
        {**stack, "data": solid},
        *({**stack, "data": side} for side in pale if any(part["value"] for part in side)),
        {
            "type": "scatter",
            "silent": True,
            "clip": False,
            "symbol": "rect",
            "symbolSize": [2.5, 21],
            "itemStyle": {"color": INK},
            "data": marks,
        },
        _notes(
            [
                ([max(0.0, values.high), row], text, INK)
                for row, (text, (_, values, _)) in enumerate(zip(shown, bars, strict=True))
            ]
        ),
    ]
    return option, WIDTH, 38 + 32 * len(bars)


def _told(values: Band) -> str:
    """A range in a line below what it is of; nothing for a single number."""
    parts = zip(("low", "central", "high"), words.numbers(*values.values), strict=True)
    return "\n" + ", ".join(map(" ".join, parts)) if values.low < values.high else ""


def _notes(notes: list[tuple[list[float], str, str]]) -> Option:
    """Invisible points that carry words of a colour to their right: the engine has no free text tied to an axis."""
    return {
        "type": "scatter",
        "silent": True,
        "symbolSize": 0.01,
        "clip": False,
        "itemStyle": {"opacity": 1},
        "data": [
            {"value": at, "name": text, "itemStyle": {"color": colour}, "label": {"color": colour}}
            for at, text, colour in notes
        ],
        "label": {"show": True, "position": "right", "distance": 9, "formatter": "{b}", "fontSize": 12.5},
    }


def _step(span: float) -> float:
    """A round distance of axis marks, four to six of them on the span."""
    unit = 10.0 ** math.floor(math.log10(span / 4))
    return unit * max(m for m in (1, 2, 2.5, 5) if m * unit <= span / 4 * 1.0001)


def paler(colour: str) -> str:
    """The colour a third as strong on white, opaque: printers and PDF writers treat transparency unevenly."""
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 - 0.34 * (255 - part)):02x}" for part in parts)


def _parts(values: Band) -> tuple[float, tuple[float, float]]:
    """The sure part of a range from zero, and its unsure parts above and below zero, as lengths of stacked bars."""
    if values.low >= 0:
        return values.low, (values.high - values.low, 0.0)
    if values.high <= 0:
        return values.high, (0.0, values.low - values.high)
    return 0.0, (values.high, values.low)
