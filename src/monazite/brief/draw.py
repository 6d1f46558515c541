"""A chart's specification -> SVG text or PNG bytes, without a browser. The same bytes for the same chart."""

from __future__ import annotations

import json
import re
from html import escape

from monazite.brief.assets import engine, rasterize
from monazite.brief.charts import Chart

__all__ = ["png", "svg"]

# Quotation marks and angle brackets inside text nodes are escaped by the engine, so these touch markup alone.
_HOVER = re.compile(r"<style\s*>.*?</style>\s*", re.DOTALL)
_NOISE = re.compile(r' (?:class="zr[^"]*"|ecmeta_\w+="[^"]*"|pointer-events="[^"]*")')
_OWN_ID = re.compile(r'(id="|url\(#)zr\d+-')
_ROOT = re.compile(r"<svg [^>]*>")
_FONT = re.compile(r'(style="[^"]*?)font-family:[^;"]*;')
_PLACES = re.compile(r' (?:d|transform|x|y)="[^"]*"')
_LONG = re.compile(r"(\.\d\d)\d+")


def svg(chart: Chart, name: str) -> str:
    """The chart as one inline SVG, labelled for screen readers; `name` makes its ids unique within a page.

    The engine numbers its ids by how many charts it drew before and adds styles for a pointer: both go, so that
    the same chart is the same text wherever and whenever it is drawn.
    """
    raw: str = json.loads(engine()(json.dumps(chart.option), chart.width, chart.height))
    body = _OWN_ID.sub(rf"\1{name}-", _FONT.sub(r"\1", _NOISE.sub("", _HOVER.sub("", raw))))
    body = _PLACES.sub(lambda found: _LONG.sub(r"\1", found[0]), body)
    root = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {chart.width} {chart.height}" width="{chart.width}" '
        f'height="{chart.height}" role="img" aria-labelledby="{name}-title {name}-desc" font-family="sans-serif">'
        f'<title id="{name}-title">{escape(chart.title)}</title><desc id="{name}-desc">{escape(chart.summary)}</desc>'
    )
    return _ROOT.sub(lambda _: root, body, count=1)


def png(chart: Chart, zoom: float = 2.0) -> bytes:
    """The chart as a PNG on white; `zoom` pixels for each unit of the specification."""
    return rasterize(svg(chart, "chart"), zoom)
