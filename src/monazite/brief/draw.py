"""A chart's specification -> SVG text or PNG bytes, without a browser. The same bytes for the same chart."""

from __future__ import annotations

import json
import re
from html import escape

from monazite.brief import words
from monazite.brief.assets import drawn, rasterize
from monazite.brief.values import Chart

__all__ = ["png", "svg"]

# Quotation marks and angle brackets inside text nodes are escaped by the engine, so these touch markup alone.
_NOISE = re.compile(r' (?:class="zr[^"]*"|ecmeta_\w+="[^"]*"|pointer-events="[^"]*")')
_OWN_ID = re.compile(r'(id="|url\(#)zr\d+-')
_ROOT = re.compile(r"<svg [^>]*>")
_FONT = re.compile(r'(style="[^"]*?)font-family:[^;"]*;')
_PLACES = re.compile(r' (?:d|transform|x|y)="[^"]*"')
_LONG = re.compile(r"(\.\d\d)\d+")
_OUTLINE = re.compile(r' d="(M[-\d. MLZ]{60,})"')
_STEP = re.compile(r"([MLZ])(?:([-\d.]+) ([-\d.]+))?")


def svg(chart: Chart, name: str) -> str:
    """The chart as one inline SVG, labelled for screen readers; `name` makes its ids unique within a page.

    The engine numbers its ids by how many charts it drew before and marks what a pointer may touch: both go, so
    that the same chart is the same text wherever and whenever it is drawn.
    """
    raw = drawn(json.dumps(chart.option), chart.width, chart.height, chart.ground)
    body = _OWN_ID.sub(rf"\1{name}-", _FONT.sub(r"\1", _NOISE.sub("", raw)))
    body = _PLACES.sub(lambda found: _LONG.sub(r"\1", found[0]), body)
    body = _OUTLINE.sub(lambda found: f' d="{_relative(found[1])}"', body)
    root = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {chart.width} {chart.height}" width="{chart.width}" '
        f'height="{chart.height}" role="img" aria-labelledby="{name}-title {name}-desc" font-family="sans-serif">'
        f'<title id="{name}-title">{escape(words.one_line(chart.title))}</title>'
        f'<desc id="{name}-desc">{escape(words.one_line(chart.summary))}</desc>'
    )
    return _ROOT.sub(lambda _: root, body, count=1)


def _relative(outline: str) -> str:
    """An outline with steps in place of points: a third shorter. Hundredths of a px are whole, so nothing adds up.

    >>> _relative("M10 10L10.5 9.25L11 9.25Z")
    'M10 10l.5-.75 .5 0z'
    """
    out: list[str] = []
    x = y = 0
    for kind, across, down in _STEP.findall(outline):
        if kind == "Z":
            out.append("z")
            continue
        new = round(100 * float(across)), round(100 * float(down))
        pair = [_short(v) for v in (new if kind == "M" else (new[0] - x, new[1] - y))]
        mark = "M" if kind == "M" else "l" if out[-1][0] in "Mz" else "" if pair[0][0] == "-" else " "
        out.append(mark + pair[0] + ("" if pair[1][0] == "-" else " ") + pair[1])
        x, y = new
    return "".join(out)


def _short(hundredths: int) -> str:
    """Hundredths as a decimal number in the fewest letters."""
    text = f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def png(chart: Chart, zoom: float = 2.0) -> bytes:
    """The chart as a PNG on white; `zoom` pixels for each unit of the specification."""
    return rasterize(svg(chart, "chart"), zoom)
