"""Addresses -> pages. A page's address holds its whole state: who opens it sees the same, and back goes back.

A page is plain HTML that works without a script; htmx brings a changed view into the page without loading it anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from monazite.brief import words
from monazite.core.errors import MonaziteError, NoDataError, UsageError
from monazite.core.values import Source
from monazite.web.pages.commitments import PAGE as COMMITMENTS
from monazite.web.pages.commitments import ROUTES
from monazite.web.pages.explore import PAGE as EXPLORE
from monazite.web.pages.figures import KINDS, exported
from monazite.web.pages.places import COUNTRY, MINERAL
from monazite.web.pages.plan import PAGE as PLAN
from monazite.web.pages.shell import rendered, static
from monazite.web.pages.shock import PAGE as SHOCK
from monazite.web.pages.tables import PAGE as DATA
from monazite.web.pages.values import Figure, Late, Page, View
from monazite.web.problems import problem_of

__all__ = ["PAGES", "failed", "router"]

PAGES: Mapping[str, Page] = {page.name: page for page in (EXPLORE, SHOCK, PLAN, COMMITMENTS, COUNTRY, MINERAL, DATA)}

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
    return Response(found[0], media_type=found[1], headers={"Cache-Control": kept})


def page(request: Request) -> HTMLResponse:
    """The view that answers the question in the address."""
    found = _page(request)
    try:
        view = found.answer(_asked(request))
    except MonaziteError as error:
        return _view(request, found, View(_title(error), words.sentence(str(error))), problem_of(error).status)
    return _view(request, found, view)


def brief(request: Request) -> HTMLResponse:
    """The figures of a view to print or hand on, as one page without a script."""
    found = _page(request)
    try:
        question = _asked(request)
        view = found.answer(question)
    except MonaziteError as error:
        return failed(request, error)
    every = tuple(f for group in view.figures for part in group if (f := _whole(found, question, part)))
    address = str(request.url).replace("/brief.html", "", 1)
    return HTMLResponse(rendered("brief.html.j2", view=view, figures=every, address=address, sources=_sources(every)))


def _whole(page: Page, question: Any, part: Figure | Late) -> Figure | None:
    """A figure, made now if a page leaves it for later; None where there is nothing to show."""
    if isinstance(part, Figure):
        return part
    with suppress(NoDataError):
        return page.late(question, part.name) if page.late and not part.wished else None
    return None


def export(request: Request) -> Response:
    """A figure as a file."""
    name, kind = request.path_params["figure"], request.path_params["kind"]
    try:
        data = exported(_figure(request, name).sheet, kind)
    except MonaziteError as error:
        return failed(request, error)
    file_name = f"monazite-{_page(request).name}-{name}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"'}
    return Response(data, media_type=KINDS[kind], headers=headers)


def late(request: Request) -> HTMLResponse:
    """A figure alone, for a page that shows it when it is there."""
    try:
        found = _figure(request, request.path_params["figure"])
    except MonaziteError as error:
        return HTMLResponse(rendered("late_failed.html.j2", title=_title(error), message=str(error)))
    values = {"page": _page(request), "query": urlencode(_given(request))}
    return HTMLResponse(rendered("late.html.j2", figure=found, **values))


for _path, _endpoint, _method in ROUTES:
    router.add_route(_path, _endpoint, methods=[_method])
for _name in PAGES:
    router.add_route(f"/{_name}", page)
    router.add_route(f"/{_name}/brief.html", brief)
    router.add_route(f"/{_name}/{{figure:str}}.{{kind:str}}", export)
    router.add_route(f"/{_name}/{{figure:str}}", late)


def failed(request: Request, error: MonaziteError, status: int = 0) -> HTMLResponse:
    """A page that says what went wrong, against what was expected, and how to mend it."""
    return _html("failed.html.j2", request, status or problem_of(error).status, title=_title(error), error=error)


def _page(request: Request) -> Page:
    return PAGES[request.url.path.split("/")[1]]


def _asked(request: Request) -> Any:
    """The question of an address."""
    return _page(request).ask(_given(request), request.app.state.settings.record)


def _figure(request: Request, name: str) -> Figure:
    found = _page(request)
    question = _asked(request)
    if found.late and (one := found.late(question, name)):
        return one
    for one in found.answer(question).drawn:
        if one.name == name:
            return one
    raise NoDataError(name, "this view has no such figure", "see what it has on its page")


def _given(request: Request) -> dict[str, str]:
    """What the address asks, without what was left empty. Of a name given twice the last counts."""
    return {k: v for k, v in request.query_params.items() if v}


def _view(request: Request, page: Page, view: View, status: int = 200) -> HTMLResponse:
    choices, asked = page.choices() if page.choices else {}, _given(request)
    return _html(
        f"{page.name}.html.j2",
        request,
        status,
        page=page,
        view=view,
        asked=asked,
        query=urlencode(asked),
        sources=_sources(view.drawn),
        **choices,
    )


def _sources(figures: Iterable[Figure]) -> list[Source]:
    return list({s.id: s for f in figures for s in f.sheet.sources}.values())


def _html(template: str, request: Request, status: int = 200, **values: Any) -> HTMLResponse:
    theme = request.cookies.get("theme", "")
    shown = theme if theme in ("light", "dark") else ""
    return HTMLResponse(rendered(template, pages=PAGES, theme=shown, path=request.url.path, **values), status)


def _title(error: MonaziteError) -> str:
    return "No data" if isinstance(error, NoDataError) else "This cannot be shown"
