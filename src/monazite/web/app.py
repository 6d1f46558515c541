"""Settings -> the application that serves them: pages, REST and MCP behind one address."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import cache
from importlib import resources
from typing import Any

import anyio
import anyio.abc
import anyio.to_thread
import msgspec
from fastapi import FastAPI, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from monazite import __version__
from monazite.core.errors import MonaziteError, RecordError
from monazite.web import pages
from monazite.web.pages import lists
from monazite.web.problems import PROBLEM, Problem, problem_of, stated
from monazite.web.rest import router
from monazite.web.safety import Guard
from monazite.web.service import Service
from monazite.web.settings import Settings
from monazite.workbench.lazy import function

__all__ = ["SHARED_METRICS", "create_app"]

SHARED_METRICS = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder in which processes of one server count together; read by what counts when it is loaded."""

_LOOK_SECONDS = 60.0
_VENDORED = ("swagger-ui-bundle.js", "swagger-ui.css", "docs.js")


def create_app(settings: Settings) -> FastAPI:
    """The application; `app.state.settings` is what it was made with, `app.state.service` answers and keeps jobs."""
    service = Service(settings)
    assistants = _Assistants(service)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        service.jobs.begin()
        try:
            async with anyio.create_task_group() as tasks, assistants.ready():
                tasks.start_soon(_forget_in_time, settings)
                yield
                tasks.cancel_scope.cancel()
        finally:
            service.jobs.close()

    app = FastAPI(title="Monazite", version=__version__, docs_url=None, redoc_url=None, lifespan=lifespan)
    app.state.settings, app.state.service = settings, service
    app.include_router(pages.router)
    app.include_router(router())
    app.router.routes.append(Route("/mcp", assistants))
    (_,), parts = msgspec.json.schema_components([Problem], ref_template="#/components/schemas/{name}")
    app.openapi()["components"] = {"schemas": parts}
    registry = CollectorRegistry()
    _add_ops(app, registry)
    for kind in (MonaziteError, OSError, HTTPException, Exception):
        app.add_exception_handler(kind, _refused)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(Guard, settings=settings, registry=registry)
    return app


async def _forget_in_time(settings: Settings) -> None:
    """Remove lists that people brought when their time is over."""
    while True:
        with suppress(OSError, RecordError):  # a disk or a database that is away for a moment
            await anyio.to_thread.run_sync(lists.forget, settings)
        await anyio.sleep(_LOOK_SECONDS)


class _Assistants:
    """What assistants ask, loaded when the first of them does: it takes as long to load as all the rest."""

    def __init__(self, service: Service) -> None:
        self._service, self._lock = service, anyio.Lock()
        self._group: anyio.abc.TaskGroup | None = None
        self._app: ASGIApp | None = None

    @asynccontextmanager
    async def ready(self) -> AsyncIterator[None]:
        """While this holds they can be answered."""
        async with anyio.create_task_group() as self._group:
            yield
            self._group.cancel_scope.cancel()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        async with self._lock:
            if self._app is None and self._group is not None:
                self._app = await self._group.start(self._open)
        if self._app is None:
            raise HTTPException(503, "the server is not running")
        await self._app(scope, receive, send)

    async def _open(self, *, task_status: anyio.abc.TaskStatus[ASGIApp]) -> None:
        over_http = await anyio.to_thread.run_sync(function, "monazite.web.assistants:over_http")
        async with over_http(self._service) as app:
            task_status.started(app)
            await anyio.sleep_forever()


def _add_ops(app: FastAPI, registry: CollectorRegistry) -> None:
    """What whoever runs the server asks: whether it is well, and how much it does."""

    @app.get("/health", include_in_schema=False)
    async def health() -> dict[str, str]:
        return {"status": "ok", "version": __version__}

    @app.get("/metrics", include_in_schema=False)
    def metrics() -> Response:
        every = registry
        if os.environ.get(SHARED_METRICS):
            MultiProcessCollector(every := CollectorRegistry())  # type: ignore[no-untyped-call]
        return Response(generate_latest(every), media_type=CONTENT_TYPE_LATEST)

    @app.get("/docs", include_in_schema=False)
    def docs() -> Response:
        return Response(_vendored("docs.html")[0], media_type="text/html; charset=utf-8")

    @app.get("/vendor/{name}", include_in_schema=False)
    def vendor(name: str) -> Response:
        if name not in _VENDORED:
            raise HTTPException(404)
        data, kind = _vendored(name)
        return Response(data, media_type=kind, headers={"Cache-Control": "public, max-age=86400"})


@cache
def _vendored(name: str) -> tuple[bytes, str]:
    data = resources.files("monazite.web").joinpath("vendor", name).read_bytes()
    return data, mimetypes.guess_type(name)[0] or "application/octet-stream"


async def _refused(request: Request, error: Exception) -> Response:
    """What went wrong: a page for a person, a problem for a program."""
    headers: Any = None
    if isinstance(error, HTTPException):
        problem, headers = stated(error.status_code, error.detail, ""), error.headers
    else:
        problem = problem_of(error)
    if not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", ""):
        said = MonaziteError(problem.where or request.url.path, problem.what, problem.mend or "go back to the start")
        page = pages.failed(request, error if isinstance(error, MonaziteError) else said, problem.status)
        page.headers.update(headers or {})
        return page
    return Response(problem.json(), problem.status, headers, PROBLEM)
