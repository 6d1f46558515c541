"""Settings -> the application that serves them: pages, REST and MCP behind one address."""

from __future__ import annotations

from fastapi import FastAPI

from monazite import __version__
from monazite.web import pages
from monazite.web.settings import Settings

__all__ = ["create_app"]


def create_app(settings: Settings) -> FastAPI:
    """The application; `app.state.settings` is what it was made with."""
    app = FastAPI(title="Monazite", version=__version__, docs_url=None, redoc_url=None)
    app.state.settings = settings
    app.include_router(pages.router)
    return app
