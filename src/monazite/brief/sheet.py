"""A chart to hand on by itself -> one SVG, PNG or HTML document with its title, notes, sources and command."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape

from markupsafe import Markup

from monazite.brief import words
from monazite.brief.assets import environment, face, rasterize, stylesheet
from monazite.brief.draw import svg
from monazite.brief.pieces import INK, MUTED, text_px
from monazite.brief.values import Sheet

__all__ = ["plain_svg", "sheet_html", "sheet_png", "sheet_svg"]

_MARGIN, _TITLE, _SMALL = 26, 19.0, 10.5
_ROOT = re.compile(r"<svg [^>]*>\s*<title[^>]*>.*?</title><desc[^>]*>.*?</desc>", re.DOTALL)


def sheet_svg(sheet: Sheet) -> str:
    """The chart below its title and above its footer; its font is inside, so that it looks the same everywhere."""
    chart = sheet.chart
    title = _lines(words.one_line(chart.title), _TITLE, chart.width)
    footer = [line for text in _footer(sheet) for line in _lines(text, _SMALL, chart.width)]
    top = _MARGIN + 25 * len(title) + 8
    bottom = top + chart.height + 20
    wide, high = chart.width + 2 * _MARGIN, bottom + round(14.5 * len(footer)) + _MARGIN - 10
    drawing = _ROOT.sub("", svg(chart, "picture"), count=1).removesuffix("</svg>")
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" '
            f'role="img" aria-labelledby="picture-title picture-desc" font-family="{_FONTS}">',
            f'<title id="picture-title">{escape(words.one_line(chart.title))}</title>',
            f'<desc id="picture-desc">{escape(words.one_line(" ".join((chart.summary, *_footer(sheet)))))}</desc>',
            _style(),
            f'<rect width="{wide}" height="{high}" fill="#ffffff"/>',
            *_text(title, _MARGIN + 15, 25, _TITLE, INK),
            f'<g transform="translate({_MARGIN} {top})">{drawing}</g>',
            *_text(footer, bottom, 14.5, _SMALL, MUTED),
            "</svg>\n",
        )
    )


def plain_svg(sheet: Sheet) -> str:
    """The chart alone with its font inside, on no ground: what stands in a page as an image."""
    bare = replace(sheet.chart, option={**sheet.chart.option, "backgroundColor": "none"})
    drawing = svg(bare, "picture").replace('font-family="sans-serif"', f'font-family="{_FONTS}"', 1)
    return drawing.replace("</desc>", f"</desc>{_style()}", 1)


def sheet_png(sheet: Sheet, zoom: float = 2.0) -> bytes:
    """The same as a PNG on white, `zoom` pixels for each unit."""
    return rasterize(sheet_svg(sheet), zoom)


def sheet_html(sheet: Sheet) -> str:
    """The same as a page with the table in it: no script, nothing loaded from anywhere."""
    return (
        environment()
        .get_template("picture.html.j2")
        .render(
            sheet=sheet,
            chart=sheet.chart,
            style=Markup(stylesheet()),  # noqa: S704  the room's own packaged file
            drawing=Markup(svg(sheet.chart, "picture")),  # noqa: S704  escaped by the engine
        )
    )


_FACE, _FONTS = "inter-latin-400.woff2", "'Monazite Sans', Inter, sans-serif"


def _style() -> str:
    return f"<style>@font-face{{font-family:'Monazite Sans';src:url(data:font/woff2;base64,{face(_FACE)})}}</style>"


def _footer(sheet: Sheet) -> tuple[str, ...]:
    told = "; ".join(f"{s.publisher}, {s.title} ({s.published}), {s.licence}" for s in sheet.sources)
    made = f"Made with Monazite {sheet.version}: {sheet.command}"
    return (
        *map(words.one_line, sheet.chart.notes),
        *([f"Sources: {words.one_line(told)}."] if told else []),
        words.one_line(made),
    )


def _lines(text: str, size: float, room: float) -> list[str]:
    """The text on lines that fit the room in px."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if text_px(longer, size) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _text(lines: list[str], first: float, step: float, size: float, colour: str) -> list[str]:
    return [
        f'<text x="{_MARGIN}" y="{first + step * k:.1f}" font-size="{size}" fill="{colour}">{escape(line)}</text>'
        for k, line in enumerate(lines)
    ]
