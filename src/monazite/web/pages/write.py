"""A form of cuts, a text or a file -> a scenario of one's own with an address to send on, or all that is wrong with it.

What is sent is kept as the text of a scenario file, right or wrong; an address shows it with its problems.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

import tomli_w
from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from monazite.brief import words
from monazite.core.errors import ScenarioError
from monazite.core.values import Stage
from monazite.web.pages import desk, scenarios
from monazite.web.pages.values import Page, View
from monazite.web.settings import Settings
from monazite.workbench.shock.play import MOST_BYTES, scenario_of_text
from monazite.workbench.stamp import stamp

__all__ = ["PAGE"]

_NAME = "scenario.toml"
_KEYS = ("from", "to", "mineral", "stage", "share", "start", "weeks")
_ROWS, _MOST_ROWS = 2, 40
_EXAMPLE = """\
title = "Gallium is cut by half, and a Chinese smelter stands still"

[[shock]]
kind = "cut"
from = "CHN"
mineral = "gallium"
share = [0.3, 0.5, 0.8]
start = 2026-01-06
weeks = 26

[[shock]]
kind = "outage"
countries = "CHN"
mineral = "aluminium"
stage = "metal"
lost_share = 0.05
weeks = 26
"""


@dataclass(frozen=True, slots=True)
class Question:
    """A text that may be a scenario, how many rows for cuts are wanted, and the scenarios that are kept."""

    text: str
    rows: int
    is_checked: bool
    own: tuple[tuple[str, str], ...]
    most: int
    stamp: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A scenario as it is being written: as rows of the form, and as a text with its problems.

    Cuts are empty where it holds more than the form has fields for. A problem comes with the line it is about.
    """

    title: str
    cuts: tuple[Mapping[str, str], ...]
    text: str
    problems: tuple[tuple[str, str], ...]
    own: tuple[tuple[str, str], ...]
    most: int


def ask(asked: Mapping[str, str], settings: Settings) -> Question:
    """The scenario of an address, as `/shock` has it; nothing written yet where it says nothing."""
    rows = desk.whole(asked, "rows", 1, _MOST_ROWS) or _ROWS
    text = scenarios.text_of(asked, settings) if asked.keys() - {"rows"} else ""
    own, most = scenarios.own(settings), settings.limits.scenarios
    return Question(text, rows, "rows" not in asked, own, most, stamp())


def answer(question: Question) -> View:
    """The text, its cuts, and what is wrong with it."""
    problems = tuple(_problems(question.text)) if question.is_checked and question.text else ()
    title, cuts = _cuts(question.text)
    if cuts is not None:
        cuts += (dict.fromkeys(_KEYS, ""),) * (question.rows - len(cuts))
    told = f"{words.sentence(words.plural(len(problems), 'problem'))}, each with its line. Mend and check again."
    ready = "Fill in the form, write the text of a scenario file, or send one. It gets an address to send on."
    draft = Draft(title, cuts or (), question.text, problems, question.own, question.most)
    return View("Write a scenario", told if problems else ready, more=draft)


def _problems(text: str) -> Iterator[tuple[str, str]]:
    """What keeps a text from being a scenario, and the line each problem is about."""
    lines = text.splitlines()
    try:
        if _is_json(text):
            json.loads(text)
        scenario_of_text(text, _NAME)
    except (ScenarioError, ValueError, RecursionError) as error:
        every = error.what if isinstance(error, ScenarioError) else f"line {getattr(error, 'lineno', 1)}: {error}"
        for told in re.split(r"; (?=line \d+: )", every):
            found = re.match(r"line (\d+): ", told)
            yield told, "".join(lines[int(found[1]) - 1 :][:1]).strip()[:200] if found else ""


def _cuts(text: str) -> tuple[str, tuple[Mapping[str, str], ...] | None]:
    """The title of a text and its rows of the form; None where it holds what the form has no field for."""
    try:
        given = tomllib.loads(text)
        shocks = given.get("shock", [])
        fits = all(
            s.get("kind") in ("cut", "ban") and {k for k, v in s.items() if v} <= {"kind", *_KEYS} for s in shocks
        )
    except (ValueError, RecursionError, AttributeError, TypeError):
        return "", None
    title = str(given.get("title", ""))
    if not fits or len(shocks) > _MOST_ROWS or given.keys() - {"title", "shock"}:
        return title, None
    return title, tuple({key: _said(key, shock.get(key)) for key in _KEYS} for shock in shocks)


def _said(key: str, value: Any) -> str:
    """A key of a cut as its field shows it."""
    if value is None:
        return {"to": "all", "share": "100"}.get(key, "")
    each = value if isinstance(value, list) else [value]
    if key == "share":
        each = [f"{100 * v:.9g}" if isinstance(v, int | float) and abs(v) < 1e9 else v for v in each]
    return ", ".join(map(str, each))


async def _write(request: Request) -> Response:
    """Keep what was written. A scenario is shown played; anything else where it can be mended."""
    async with request.form(max_files=1, max_fields=_MOST_ROWS * len(_KEYS) + 5) as form:
        return await run_in_threadpool(_kept, form, request.app.state.settings)


def _kept(form: FormData, settings: Settings) -> Response:
    text = _text(form)
    asked = {"scenario": scenarios.shelf(settings).put(_NAME, text.encode())}
    if "more" in form:
        asked["rows"] = str(min(len(form.getlist("from")) + 1, _MOST_ROWS))
    is_ready = "rows" not in asked and not any(_problems(text))
    return RedirectResponse(f"/{'shock' if is_ready else 'write'}?{urlencode(asked)}", 303)


def _text(form: FormData) -> str:
    """The text of a scenario file that a form holds: as rows for cuts, as a file, or as it is.

    :raises ScenarioError: for more than a scenario has, or what is no text.
    """
    if "from" in form:
        columns = [[str(v).strip() for v in form.getlist(key)] for key in _KEYS]
        rows = [dict(zip(_KEYS, row, strict=True)) for row in zip(*columns, strict=False)]
        title = str(form.get("title", "")).strip()
        table = ({"title": title} if title else {}) | {"shock": [_row(r) for r in rows if r["from"] or r["mineral"]]}
        return tomli_w.dumps(table)
    sent = form.get("file")
    try:
        data = sent.file.read(MOST_BYTES + 1) if isinstance(sent, UploadFile) else str(form.get("text")).encode()
        if len(data) > MOST_BYTES:
            raise ScenarioError("scenario", f"more than {MOST_BYTES:,} bytes", "go back and shorten it")
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeError as error:
        raise ScenarioError("scenario", f"is no text in UTF-8: {error}", "save it so and send it again") from error
    with suppress(ValueError, TypeError, RecursionError):  # what cannot be read is told when it is shown
        return _as_toml(text) if _is_json(text) else text
    return text


def _row(cut: Mapping[str, str]) -> dict[str, Any]:
    """A row of the form as a file has it; what is no number or day stays a text, which the file's reader names."""
    shares = [_number(part) for part in re.split(r"\s*(?:,|;|\bto\b|–)\s*", cut["share"] or "100")]
    told: dict[str, Any] = {"kind": "cut", **{key: cut[key] for key in ("from", "to", "mineral", "stage") if cut[key]}}
    if told.get("to", "").casefold() in ("all", "everyone"):
        del told["to"]
    told["share"] = shares[0] if len(shares) == 1 else shares
    if cut["start"]:
        told["start"] = _day(cut["start"])
    if cut["weeks"]:
        told["weeks"] = int(cut["weeks"]) if re.fullmatch(r"\d{1,9}", cut["weeks"], re.ASCII) else cut["weeks"]
    return told


def _number(text: str) -> float | str:
    """A share (0-1) from per cent."""
    try:
        return round(float(text.strip("% ")) / 100, 9)
    except ValueError:
        return text


def _day(text: Any) -> Any:
    try:
        return date.fromisoformat(text)
    except (ValueError, TypeError):
        return text


def _is_json(text: str) -> bool:
    return text.lstrip().startswith("{")


def _as_toml(text: str) -> str:
    """A scenario in JSON as the text of a file: days are texts in JSON, and what is null is not given."""

    def table(found: dict[str, Any]) -> dict[str, Any]:
        return {k: _day(v) if k in ("start", "as_of") else v for k, v in found.items() if v is not None}

    return tomli_w.dumps(json.loads(text, object_hook=table)).encode().decode()


def _file(request: Request) -> Response:
    """The scenario of an address as a file."""
    asked = {k: v for k, v in request.query_params.items() if v}
    text = scenarios.text_of(asked, request.app.state.settings)
    headers = {"Content-Disposition": 'attachment; filename="scenario.toml"'}
    return Response(text, media_type="application/toml", headers=headers)


async def _forget(request: Request) -> Response:
    async with request.form(max_files=0, max_fields=3) as form:
        id_ = str(form.get("id", ""))
    await run_in_threadpool(lambda: scenarios.shelf(request.app.state.settings).remove(id_))
    return RedirectResponse("/write", 303)


def choices(_: object) -> Mapping[str, Any]:
    """What the form offers."""
    stages = [s.value for s in Stage]
    return {"buyers": desk.buyers(), "minerals": desk.traded_minerals(), "stages": stages, "example": _EXAMPLE}


_ROUTES = (
    ("/write/keep", _write, "POST"),
    ("/write/forget", _forget, "POST"),
    ("/write/scenario.toml", _file, "GET"),
)

PAGE = Page("write", "", ask, answer, None, choices, routes=_ROUTES)
