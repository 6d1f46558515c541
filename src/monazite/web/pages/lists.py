"""A list that a firm or a programme brings -> a file on this server for as long as said, and tables made of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from threading import BoundedSemaphore, Condition
from typing import Any, TypeVar, cast
from urllib.parse import parse_qsl, urlencode

from cachetools import LRUCache, cached
from fastapi import HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from monazite.brief import words
from monazite.brief.own import Told
from monazite.brief.values import Chart
from monazite.core.errors import TableError, UnknownCode, UsageError
from monazite.core.values import Source
from monazite.record.shelf import Shelf
from monazite.web.pages.figures import figure, table
from monazite.web.pages.values import Figure, Route, View
from monazite.web.settings import Settings
from monazite.web.uploads import file_name
from monazite.workbench.firm.file import Sent

__all__ = ["Brought", "brought", "drawn", "forget", "refused", "routes", "told", "while_kept"]

_ROWS = 200
"""Of a table on a page; its files have all."""

_F = TypeVar("_F", bound=Callable[..., Any])
_ANSWERS: LRUCache[Any, Any] = LRUCache(4)
_LOCK, _ROOM = Condition(), BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Brought:
    """A list that is kept: its id in addresses, where it is kept, and the moment it is forgotten at the latest."""

    id: str
    shelf: Shelf
    until: str

    @property
    def file(self) -> Sent:
        """Its file.

        :raises UnknownCode: where it was forgotten just now.
        """
        if (found := self.shelf.read(self.id)) is None:
            raise _gone(self.id)
        return Sent(*found)


def while_kept(function: _F) -> _F:
    """Keep the last answers of a function of lists, no longer than the lists; who asks what is being made waits.

    No more than two lists are read at a time, since each may have hundreds of thousands of lines.
    """

    @wraps(function)
    def in_turn(question: Any) -> Any:
        with _ROOM:
            return function(question)

    return cast(_F, cached(_ANSWERS, condition=_LOCK)(in_turn))


def brought(asked: Mapping[str, str], settings: Settings) -> Brought | None:
    """The list an address names.

    :raises UnknownCode: for one that is no longer kept.
    """
    if not (id_ := asked.get("list", "")):
        return None
    for one in _shelf(settings).kept(id_):
        ends = datetime.fromtimestamp(one.until, UTC)
        return Brought(id_, _shelf(settings), f"{words.day(ends.date())}, {ends:%H:%M} UTC")
    raise _gone(id_)


def forget(settings: Settings, id_: str = "") -> None:
    """Remove a list, those whose time is over, and what was made of lists that are gone, by whichever process."""
    shelf = _shelf(settings)
    shelf.remove(id_)
    shelf.forget_old()
    there = {one.id for one in shelf.kept()}
    with _LOCK:
        for key in [k for k in _ANSWERS if k[0].brought and k[0].brought.id not in there]:
            del _ANSWERS[key]


def _gone(id_: str) -> UnknownCode:
    return UnknownCode("list", id_, mend="it is kept no more: send it again")


def refused(error: TableError, more: object) -> View:
    """The view of a list that cannot be used, with all that is wrong."""
    rows = [(problem,) for problem in error.problems]
    wrong = table("problems", "What is wrong", ("Problem",), rows)
    summary = f"{error.where} holds no line that can be used. {words.sentence(error.mend)}."
    return View("This list cannot be used", summary, figures=((wrong,),), more=more)


def drawn(name: str, chart: Chart | None, cited: tuple[Source, ...] = ()) -> Iterator[tuple[Figure, ...]]:
    """A chart as a group of figures; nothing for none."""
    if chart:
        yield (figure(name, chart, cited),)


def told(tables: Iterable[Told], cited: tuple[Source, ...] = ()) -> Iterator[tuple[Figure, ...]]:
    """Tables as figures, those without a row left out; of a long one the first rows, and all in its files."""
    for one in tables:
        rows = list(one.rows)
        notes = (f"{words.sentence(one.note)}.",) if one.note else ()
        more = f"The first {_ROWS} of {len(rows):,} rows; the files have all." if len(rows) > _ROWS else ""
        head = tuple(map(words.sentence, one.header))
        columns, figures = (one.columns, tuple(one.figures)) if one.columns else (one.header, tuple(rows))
        if rows:
            chart = Chart(one.title, more, {}, 0, 0, head, tuple(rows[:_ROWS]), columns, figures, notes)
            yield (figure(one.name, chart, cited),)


def routes(page: str) -> tuple[Route, ...]:
    """What the forms of a page with lists ask."""

    async def send(request: Request) -> Response:
        async with request.form(max_files=1, max_fields=5) as form:
            given = dict(parse_qsl(str(form.get("view", ""))))
            id_ = await run_in_threadpool(_put, form, request.app.state.settings)
        kept_on = {k: v for k, v in given.items() if k in ("buyer",)}
        return RedirectResponse(f"/{page}?{urlencode({**kept_on, 'list': id_})}", 303)

    async def drop(request: Request) -> Response:
        async with request.form(max_files=0, max_fields=5) as form:
            id_ = str(form.get("list", ""))
        await run_in_threadpool(forget, request.app.state.settings, id_)
        return RedirectResponse(f"/{page}?gone=1", 303)

    return (f"/{page}/send", send, "POST"), (f"/{page}/remove", drop, "POST")


def _put(form: FormData, settings: Settings) -> str:
    sent, most = form.get("file"), settings.limits.file_bytes
    if isinstance(sent, UploadFile) and sent.filename:
        name, data = file_name(sent.filename), sent.file.read(most + 1)
    else:
        name, data = "pasted.csv", str(form.get("text", "")).replace("\r\n", "\n").encode("utf-8", "replace")
    if len(data) > most:
        raise HTTPException(413, f"{name} has more than {most:,} bytes")
    with suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(data)) as packed:
        if (size := sum(part.file_size for part in packed.infolist())) > settings.limits.unpacked_bytes:
            raise HTTPException(413, f"{name} has {size:,} bytes unpacked: send its table alone, or as CSV")
    if not data.strip():
        raise UsageError("list", "nothing came", "go back and choose a file, or paste lines with a header above them")
    return _shelf(settings).put(name, data)


def _shelf(settings: Settings) -> Shelf:
    limits = settings.limits
    return settings.shelf("lists", limits.lists, 3600.0 * limits.list_hours)
