"""Settings -> the application that serves them: pages, REST and MCP behind one address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from monazite import __version__
from monazite.core.errors import MonaziteError
from monazite.web import pages
from monazite.web.problems import PROBLEM, Problem, problem_of, stated
from monazite.web.rest import router
from monazite.web.service import Service
from monazite.web.settings import Settings

__all__ = ["create_app"]


def create_app(settings: Settings) -> FastAPI:
    """The application; `app.state.settings` is what it was made with, `app.state.service` answers and keeps jobs."""
    service = Service(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        service.jobs.begin()
        try:
            yield
        finally:
            service.jobs.close()

    app = FastAPI(title="Monazite", version=__version__, docs_url=None, redoc_url=None, lifespan=lifespan)
    app.state.settings, app.state.service = settings, service
    app.include_router(pages.router)
    app.include_router(router())
    (_,), parts = msgspec.json.schema_components([Problem], ref_template="#/components/schemas/{name}")
    app.openapi()["components"] = {"schemas": parts}
    for kind in (MonaziteError, OSError, HTTPException, Exception):
        app.add_exception_handler(kind, _refused)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    return app


async def _refused(request: Request, error: Exception) -> Response:
    """What went wrong, as a problem."""
    headers: Any = None
    if isinstance(error, HTTPException):
        problem, headers = stated(error.status_code, error.detail, ""), error.headers
    else:
        problem = problem_of(error)
    return Response(problem.json(), problem.status, headers, PROBLEM)
