"""Addresses -> pages. A page's address holds its whole state: who opens it sees the same, and back goes back.

A page is plain HTML that works without a script; htmx brings a changed view into the page without loading it anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

from monazite.brief import words
from monazite.core.errors import MonaziteError, NoDataError, UsageError
from monazite.core.values import Progress, Source
from monazite.web.pages import desk, long
from monazite.web.pages.commitments import PAGE as COMMITMENTS
from monazite.web.pages.explore import PAGE as EXPLORE
from monazite.web.pages.figures import KINDS, drawings, exported
from monazite.web.pages.firm import PAGE as FIRM
from monazite.web.pages.places import COUNTRY, MINERAL
from monazite.web.pages.plan import PAGE as PLAN
from monazite.web.pages.programme import PAGE as PROGRAMME
from monazite.web.pages.shell import inlined, packed, rendered, static
from monazite.web.pages.shock import PAGE as SHOCK
from monazite.web.pages.tables import PAGE as DATA
from monazite.web.pages.values import Figure, Late, Page, View
from monazite.web.pages.write import PAGE as WRITE
from monazite.web.problems import problem_of
from monazite.web.service import Service
from monazite.web.settings import Settings
from monazite.workbench.pdf import pdf_of

__all__ = ["PAGES", "failed", "made", "router"]

PAGES: Mapping[str, Page] = {
    page.name: page for page in (EXPLORE, SHOCK, WRITE, PLAN, COMMITMENTS, PROGRAMME, FIRM, COUNTRY, MINERAL, DATA)
}

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/")
def start(request: Request) -> HTMLResponse:
    """What can be done here, each with an example."""
    return _html("start.html.j2", request)


@router.get("/static/{name}")
def file(request: Request, name: str) -> Response:
    """A style, a script or a font. Its address changes with its content, so it may be kept for good."""
    if (found := static(name)) is None:
        return failed(request, UsageError(name, "is no file of the pages", "go back to the start"), 404)
    kept = "public, max-age=31536000, immutable" if request.query_params.get("v") else "no-cache"
    headers = {"Cache-Control": kept, "Vary": "Accept-Encoding"}
    if found[1].startswith("font/") or "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(found[0], media_type=found[1], headers=headers)
    return Response(packed(name), media_type=found[1], headers=headers | {"Content-Encoding": "gzip"})


async def page(request: Request) -> Response:
    """The view that answers the question in the address."""
    try:
        view = await _seen(request)
    except MonaziteError as error:
        view = View(_title(error), words.sentence(str(error)))
        return await run_in_threadpool(_view, request, view, problem_of(error).status)
    return await run_in_threadpool(_view, request, view)


async def brief(request: Request) -> Response:
    """The figures of a view to print or hand on, as one page without a script or as PDF."""
    ending = request.url.path.rpartition(".")[2]
    try:
        view = _done(await _seen(request, "", is_file=True))
        every = [*view.drawn]
        for part in (f for f in view.all_figures if isinstance(f, Late) and not f.wished):
            with suppress(NoDataError):
                found = _done(await _seen(request, part.name, is_file=True))
                every += [f for f in found.drawn if f not in every]
        address = str(request.url).replace(f"/brief.{ending}", "", 1)
        drawn = await run_in_threadpool(drawings, every)
        values = {"view": view, "figures": every, "drawn": drawn, "address": address, "sources": _sources(every)}
        if ending == "html":
            return await run_in_threadpool(_plain, "brief.html.j2", values | {"style": None})
        async with _service(request).room():
            data = await run_in_threadpool(_printed, values | {"style": inlined()})
    except MonaziteError as error:
        return failed(request, error)
    headers = {"Content-Disposition": f'attachment; filename="monazite-{_page(request).name}.pdf"'}
    return Response(data, media_type="application/pdf", headers=headers)


def _printed(values: Mapping[str, Any]) -> bytes:
    return _pdf_of(rendered("brief.html.j2", **values))


_pdf_of = desk.once(8)(pdf_of)


async def export(request: Request) -> Response:
    """A figure as a file."""
    name, kind = request.path_params["figure"], request.path_params["kind"]
    try:
        found = _named(_done(await _seen(request, name, is_file=True)), name)
        async with _service(request).room():
            data = await run_in_threadpool(exported, found.sheet, kind)
    except MonaziteError as error:
        return failed(request, error)
    file_name = f"monazite-{_page(request).name}-{name}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"'}
    return Response(data, media_type=KINDS[kind], headers=headers)


async def late(request: Request) -> Response:
    """A figure and what is made with it: for a page that shows it when it is there, or as a page of its own."""
    here, name = _page(request), request.path_params["figure"]
    try:
        view = await _seen(request, name)
        if view.work is None and name not in here.long:
            found = _named(view, name)
            view = View(found.sheet.chart.title, "", figures=((found,),))
    except MonaziteError as error:
        view = View(_title(error), words.sentence(str(error)))
    if "hx-request" not in request.headers:
        return await run_in_threadpool(_view, request, view)
    return await run_in_threadpool(
        _plain,
        "late.html.j2",
        {"view": view, "page": here, "query": urlencode(_given(request)), "sources": _sources(view.drawn)},
    )


async def work(request: Request) -> Response:
    """Cancel the job that makes a part of a page, or begin it again; then back to the page."""
    async with request.form(max_files=0, max_fields=3) as form:
        query, part, do = (str(form.get(name, "")) for name in ("view", "part", "do"))
    here, address = _page(request), dict(parse_qsl(query))
    if part not in here.long or do not in _DO:
        raise UsageError("work", f"{do!r} of {part!r} is nothing to be done here", "go back to the page")
    await run_in_threadpool(_DO[do], _service(request).jobs, await _asked(request, part, address))
    return RedirectResponse(f"/{here.name}?{urlencode(address)}", 303)


def made(path: str, address: Mapping[str, str], settings: Settings, progress: Progress) -> bytes:
    """A part of a page, as a worker leaves it. `path` is that of the part: "/shock/weeks", or "/plan/" for a view."""
    _, name, part = path.split("/")
    return long.made(PAGES[name], part, PAGES[name].ask(address, settings), progress)


_DO = {"cancel": long.cancel, "again": long.again}

for _name, _one in PAGES.items():
    for _path, _endpoint, _method in _one.routes:
        router.add_route(_path, _endpoint, methods=[_method])
    router.add_route(f"/{_name}", page)
    if _one.long:
        router.add_route(f"/{_name}/work", work, methods=["POST"])
    router.add_route(f"/{_name}/brief.html", brief)
    router.add_route(f"/{_name}/brief.pdf", brief)
    router.add_route(f"/{_name}/{{figure:str}}.{{kind:str}}", export)
    router.add_route(f"/{_name}/{{figure:str}}", late)


def failed(request: Request, error: MonaziteError, status: int = 0) -> HTMLResponse:
    """A page that says what went wrong, against what was expected, and how to mend it."""
    return _html("failed.html.j2", request, status or problem_of(error).status, title=_title(error), error=error)


def _page(request: Request) -> Page:
    return PAGES[request.url.path.split("/")[1]]


def _service(request: Request) -> Service:
    found: Service = request.app.state.service
    return found


async def _asked(request: Request, part: str, address: Mapping[str, str]) -> long.Asked:
    """What an address asks of a part of its page."""
    here = _page(request)
    question = await run_in_threadpool(here.ask, address, _service(request).settings)
    return long.Asked(here, part, question, address)


async def _seen(request: Request, figure: str = "", is_file: bool = False) -> View:
    """The view of an address or, for a figure that comes later, those made with it. What takes long a job makes, for
    which a file waits longer than a page that can tell how far it is."""
    asked = await _asked(request, _page(request).part_of(figure), _given(request))
    if asked.part in asked.page.long:
        limits = _service(request).settings.limits
        return await long.seen(_service(request).jobs, asked, limits.file_seconds if is_file else limits.page_seconds)
    async with _service(request).room():
        return await run_in_threadpool(_view_of, asked.page, asked.question, figure)


def _view_of(page: Page, question: Any, figure: str) -> View:
    if figure and page.late and (one := page.late(question, figure)):
        return View(one.sheet.chart.title, "", figures=((one,),))
    return page.answer(question)


def _done(view: View) -> View:
    """A view of which nothing is still being made.

    :raises HTTPException: for one that is, was cancelled, or failed.
    """
    if (work := view.work) is not None:
        status = work.status if work.status >= HTTPStatus.BAD_REQUEST else HTTPStatus.SERVICE_UNAVAILABLE
        what = work.told if status == work.status else f"{work.title}: {work.state}, ask again later"
        raise HTTPException(status, what, {"Retry-After": "10"})
    return view


def _named(view: View, name: str) -> Figure:
    for one in view.drawn:
        if one.name == name:
            return one
    raise NoDataError(name, "this view has no such figure", "see what it has on its page")


def _given(request: Request) -> dict[str, str]:
    """What the address asks, without what was left empty. Of a name given twice the last counts."""
    return {k: v for k, v in request.query_params.items() if v}


def _view(request: Request, view: View, status: int = 200) -> HTMLResponse:
    here = _page(request)
    choices = here.choices(_service(request).settings) if here.choices else {}
    asked = _given(request)
    return _html(
        f"{here.name}.html.j2",
        request,
        view.work.status if view.work else status,
        page=here,
        view=view,
        asked=asked,
        query=urlencode(asked),
        sources=_sources(view.drawn),
        **choices,
    )


def _plain(template: str, values: Mapping[str, Any]) -> HTMLResponse:
    """A page, or a piece of one, without the frame."""
    return HTMLResponse(rendered(template, **values))


def _sources(figures: Iterable[Figure]) -> list[Source]:
    return list({s.id: s for f in figures for s in f.sheet.sources}.values())


def _html(template: str, request: Request, status: int = 200, **values: Any) -> HTMLResponse:
    theme = request.cookies.get("theme", "")
    shown = theme if theme in ("light", "dark") else ""
    return HTMLResponse(rendered(template, pages=PAGES, theme=shown, path=request.url.path, **values), status)


def _title(error: MonaziteError) -> str:
    return "No data" if isinstance(error, NoDataError) else "This cannot be shown"
