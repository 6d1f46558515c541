"""Charts -> figures of a page, and the files they are handed on as."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from markupsafe import Markup

from monazite import __version__
from monazite.brief import words
from monazite.brief.draw import svg
from monazite.brief.pieces import plain_table
from monazite.brief.sheet import plain_svg, sheet_png, sheet_svg
from monazite.brief.values import Chart, Sheet
from monazite.core.errors import UsageError
from monazite.core.text import tame
from monazite.core.values import Source
from monazite.reference.xlsx import write_workbook
from monazite.simulation.values import Parameter
from monazite.web.pages.values import Figure

__all__ = ["KINDS", "assumptions", "drawings", "exported", "figure", "table"]

KINDS = {
    "svg": "image/svg+xml",
    "plain": "image/svg+xml",
    "png": "image/png",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""What a figure is handed on as: ending and media type. A plain picture is alone, for a page where no script runs."""

_STYLE = re.compile(r' style="([^"]*)"')
_SIZE = re.compile(r"[\d.]+px")

Cell = str | float | None


def drawings(figures: Iterable[Figure]) -> dict[str, Markup]:
    """The charts among some figures as SVG, drawn side by side."""
    charts = {f.name: f.sheet.chart for f in figures if f.sheet.chart.option}
    with ThreadPoolExecutor() as pool:
        return dict(zip(charts, pool.map(_drawing, charts, charts.values()), strict=True))


def _drawing(name: str, chart: Chart) -> Markup:
    """A page allows no style inside an element: these become attributes, which it does."""
    plain = _STYLE.sub(lambda found: _attributes(found[1]), svg(chart, name))
    return Markup(plain)  # noqa: S704  escaped by the engine


def _attributes(style: str) -> str:
    """A style as attributes; of a font in short, its size, since all have the page's family.

    >>> _attributes("font-size:12px;"), _attributes("font: normal normal 12px sans-serif")
    (' font-size="12px"', ' font-size="12px"')
    """
    told = dict(part.split(":", 1) for part in style.split(";") if part)
    if size := _SIZE.search(told.pop("font", "")):
        told["font-size"] = size[0]
    return "".join(f' {name.strip()}="{value.strip()}"' for name, value in told.items())


def figure(name: str, chart: Chart, sources: Sequence[Source] = ()) -> Figure:
    """A chart by the name it has in addresses, with what it rests on."""
    return Figure(name, Sheet(chart, tuple(sources), "", __version__))


def table(
    name: str,
    title: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    sources: Sequence[Source] = (),
    notes: Sequence[str] = (),
) -> Figure:
    """A figure that is a table alone."""
    return figure(name, plain_table(title, header, rows, notes), sources)


def assumptions(name: str, title: str, parameters: Iterable[Parameter]) -> Figure:
    """What a model takes for granted, an assumption or a learnt parameter a row."""
    rows = [(words.label(p.name), words.band(p.band), words.number(p.band.mid), p.unit, p.source) for p in parameters]
    return table(name, title, ("What", "Range", "Centre", "Unit", "Source"), rows)


def exported(sheet: Sheet, kind: str) -> bytes:
    """A sheet as a file of one of `KINDS`.

    :raises UsageError: for a picture of what is a table alone, or another kind.
    """
    chart = sheet.chart
    pictures: dict[str, Callable[[Sheet], str | bytes]] = {"svg": sheet_svg, "plain": plain_svg, "png": sheet_png}
    if kind not in KINDS or (kind in pictures and not chart.option):
        raise UsageError(f".{kind}", "this is not handed on so", f"ask for {', '.join(KINDS)}")
    if kind in pictures:
        drawn = pictures[kind](sheet)
        return drawn.encode() if isinstance(drawn, str) else drawn
    # rows of numbers for a machine where there are any, with what has to stand below them
    head, rows = (chart.columns, chart.figures) if chart.columns else (chart.header, chart.rows)
    return _csv(head, rows, chart.notes) if kind == "csv" else _xlsx(head, rows, chart.notes)


def _csv(head: Sequence[str], rows: Sequence[Sequence[Cell]], notes: Sequence[str]) -> bytes:
    out = io.StringIO(newline="")
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(map(tame, head))
    lines.writerows([tame(cell) for cell in row] for row in rows)
    lines.writerows([f"note: {note}"] for note in notes)
    return out.getvalue().encode()


def _xlsx(head: Sequence[str], rows: Sequence[Sequence[Cell]], notes: Sequence[str]) -> bytes:
    lines = [*rows, *((note, *[None] * (len(head) - 1)) for note in notes)]
    columns = {name: np.array([row[n] for row in lines], dtype=object) for n, name in enumerate(head)}
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "figures.xlsx"
        write_workbook(columns, file)
        return file.read_bytes()
