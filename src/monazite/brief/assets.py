"""Packaged files -> templates, fonts and the chart engine. The only place of this room that touches the disk."""

from __future__ import annotations

import base64
import functools
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from pathlib import Path

import jinja2
import quickjs
import resvg_py

from monazite.brief.globe import CENTRES, World, ground
from monazite.core.errors import UsageError
from monazite.core.pictures import DE_FACTO, VIEWS
from monazite.core.text import printable

__all__ = ["ENGINE", "GROUNDS", "drawn", "engine", "environment", "face", "rasterize", "shapes", "stylesheet", "world"]

_ROOM = resources.files("monazite.brief")
ENGINE = "echarts.monazite.min.js"
GROUNDS = tuple(f"{centre} {view}".removesuffix(f" {DE_FACTO}") for centre in CENTRES for view in VIEWS)
"""The world maps that charts are drawn on, by centre and view of disputes."""
_PENS = 2
_own = threading.local()
_FACES = (
    ("Monazite Sans", 400, "inter-latin-400.woff2"),
    ("Monazite Sans", 600, "inter-latin-600.woff2"),
    ("Monazite Serif", 600, "source-serif-4-latin-600.woff2"),
)
# ECharts asks for timers and for nothing else; its server-side drawing never needs one to fire.
_TIMERS = "globalThis.setTimeout = () => 0; globalThis.clearTimeout = () => {};"
# quickjs hands some strings over wrongly (ropes, "Unknown quickjs tag"): JSON text arrives whole. The painter itself is
# asked, without the styles for a pointer that the chart's own function always adds.
_DRAW = """
globalThis.draw = (option, width, height) => {
  const chart = echarts.init(null, null, {renderer: 'svg', ssr: true, width, height});
  try {
    chart.setOption(JSON.parse(option));
    return JSON.stringify(chart.getZr().painter.renderToString({cssAnimation: false, cssEmphasis: false}));
  } finally { chart.dispose(); }
};
globalThis.lay = (name, shapes) => { echarts.registerMap(name, JSON.parse(shapes)); };
"""


def drawn(option: str, width: int, height: int, ground: str = "") -> str:
    """A chart's option as JSON -> SVG, on one of the world maps if `ground` names it.

    Any thread may ask; as many are served at once as there are pens. A pen is loaded in 0.1 s, once a process.
    """
    return str(json.loads(_pens().submit(_draw, option, width, height, ground).result()))


@functools.cache
def _pens() -> ThreadPoolExecutor:
    """The threads that touch an engine, each its own: called from a second one, it ends the process."""
    return ThreadPoolExecutor(_PENS, "pen")


def _draw(option: str, width: int, height: int, ground: str) -> str:
    if not hasattr(_own, "context"):
        _own.context, _own.grounds = _context(), set()
    if ground and ground not in _own.grounds:
        _own.context.get("lay")(ground, shapes(ground))
        _own.grounds.add(ground)
    return str(_own.context.get("draw")(option, width, height))


@functools.cache
def shapes(name: str) -> str:
    """One of the `GROUNDS` as GeoJSON."""
    centre, _, boundaries = name.partition(" ")
    return json.dumps(ground(world(boundaries or DE_FACTO).features, CENTRES[centre]))


@functools.cache
def world(boundaries: str = DE_FACTO) -> World:
    """The shapes of the world's countries, in one of the `VIEWS` of disputed boundaries.

    :raises UsageError: for a view there is not.
    """
    found = json.loads(_ROOM.joinpath("vendor", "world.json").read_text("utf-8"))
    views = {DE_FACTO: {"drawn": (), "without": (), "features": ()}, **found["views"]}
    if boundaries not in views:
        raise UsageError("boundaries", f"{boundaries!r} is no view of them", f"ask for {', '.join(views)}")
    own = views[boundaries]
    shapes = {f["id"]: f for f in found["features"] if f["id"] not in own["without"]}
    return World(
        found["view"],
        tuple((shapes | {f["id"]: f for f in own["features"]}).values()),
        {code: tuple(at) for code, at in found["points"].items()},
        tuple((tuple(a), tuple(b)) for a, b in found["hatching"]),
        boundaries,
        tuple(own["drawn"]),
    )


def engine() -> bytes:
    """The script that draws charts, here and in browsers."""
    return _ROOM.joinpath("vendor", ENGINE).read_bytes()


def _context() -> quickjs.Context:
    context = quickjs.Context()
    context.set_max_stack_size(4 * 1024 * 1024)
    context.eval(_TIMERS)
    context.eval(engine().decode())
    context.eval(_DRAW)
    return context


@functools.cache
def environment(package: str = "monazite.brief") -> jinja2.Environment:
    """The templates of a package. Escaping is always on, and what steers instead of being read is shown as a mark.

    A name that is not given is an error, not a blank.
    """
    folder = resources.files(package).joinpath("templates")
    texts = {f.name: f.read_text("utf-8") for f in folder.iterdir() if f.name.endswith(".j2")}
    return jinja2.Environment(
        loader=jinja2.DictLoader(texts),
        autoescape=True,
        finalize=lambda value: printable(value) if type(value) is str else value,  # not Markup: that is our own
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@functools.cache
def stylesheet() -> str:
    """The page's style with its fonts inside, so that it asks for nothing."""
    faces = (
        f'@font-face{{font-family:"{name}";font-weight:{weight};font-style:normal;'
        f"src:url(data:font/woff2;base64,{face(file)}) format('woff2')}}"
        for name, weight, file in _FACES
    )
    return "\n".join((*faces, _ROOM.joinpath("templates", "brief.css").read_text("utf-8")))


def face(file: str) -> str:
    """A vendored font as base64 text."""
    return base64.b64encode(_ROOM.joinpath("vendor", file).read_bytes()).decode("ascii")


def rasterize(svg: str, zoom: float) -> bytes:
    """SVG -> PNG bytes with the vendored font alone, so that every machine draws the same picture."""
    with resources.as_file(_ROOM.joinpath("vendor", "inter-latin-400.ttf")) as font:
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=svg,
                zoom=zoom,
                background="#ffffff",
                skip_system_fonts=True,
                font_files=[str(Path(font))],
                font_family="Inter",
                sans_serif_family="Inter",
            )
        )
