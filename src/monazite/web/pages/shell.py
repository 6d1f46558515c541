"""Templates and static files -> pages: the only place of this room that touches the disk."""

from __future__ import annotations

import functools
import gzip
import hashlib
import json
import mimetypes
from collections.abc import Mapping
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from monazite import __version__
from monazite.brief import words
from monazite.brief.assets import ENGINE, GROUNDS, engine, environment, face, shapes

__all__ = ["asset", "inlined", "packed", "rendered", "static"]

_ROOM = resources.files("monazite.web.pages")
_GROUNDS = {f"{name.replace(' ', '-')}.json": name for name in GROUNDS}
_FACES = ("inter-latin-400.woff2", "inter-latin-600.woff2", "source-serif-4-latin-600.woff2")


@functools.cache
def _static() -> Mapping[str, tuple[bytes, str]]:
    own = [f for f in _ROOM.joinpath("static").iterdir() if f.name.endswith((".css", ".js"))]
    faces = [resources.files("monazite.brief").joinpath("vendor", name) for name in _FACES]
    found = {f.name: (f.read_bytes(), mimetypes.guess_type(f.name)[0] or "font/woff2") for f in (*own, *faces)}
    style = found["monazite.css"][0].decode()
    for name in _FACES:
        style = style.replace(f"/static/{name}", _address(name, found[name][0]))
    return found | {"monazite.css": (style.encode(), "text/css"), ENGINE: (engine(), "text/javascript")}


@functools.cache
def _ground(name: str) -> tuple[bytes, str]:
    """A world map, to a fiftieth of a px."""
    plane = json.loads(shapes(_GROUNDS[name]), parse_float=lambda x: round(float(x), 2))
    return json.dumps(plane, separators=(",", ":")).encode(), "application/json"


def static(name: str) -> tuple[bytes, str] | None:
    """The bytes and media type of a static file; None for a name that is none."""
    return _ground(name) if name in _GROUNDS else _static().get(name)


@functools.cache
def packed(name: str) -> bytes:
    """A static file that there is, as gzip: packed once, not for each who asks."""
    found = static(name)
    return gzip.compress(found[0], mtime=0) if found else b""


@functools.cache
def asset(name: str) -> str:
    """The address of a static file, which changes with its content."""
    found = static(name)
    if found is None:
        raise KeyError(name)
    return _address(name, found[0])


def inlined() -> Markup:
    """The style with its fonts inside, for a page that stands alone."""
    style = _static()["monazite.css"][0].decode()
    for name in _FACES:
        style = style.replace(asset(name), f"data:font/woff2;base64,{face(name)}")
    return Markup(style)  # noqa: S704  the room's own packaged file


def _address(name: str, data: bytes) -> str:
    return f"/static/{name}?v={hashlib.sha256(data).hexdigest()[:12]}"


@functools.cache
def _environment() -> jinja2.Environment:
    """The room's templates, with what all of them may use."""
    made = environment("monazite.web.pages")
    made.policies["json.dumps_kwargs"] = {"separators": (",", ":"), "allow_nan": False}
    made.globals |= {"asset": asset, "engine": ENGINE, "zip": zip, "say": words, "version": __version__}
    return made


def rendered(template: str, **values: Any) -> str:
    """A template with values, as HTML."""
    return _environment().get_template(template).render(**values)
