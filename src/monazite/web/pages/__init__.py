"""Addresses -> pages."""

from __future__ import annotations

from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from monazite.core.errors import MonaziteError

__all__ = ["failed", "router"]

router = APIRouter(include_in_schema=False)


@router.get("/", response_class=HTMLResponse)
def index() -> str:
    """The first page."""
    return (
        "<!doctype html><html lang=en><title>Monazite</title><h1>Monazite</h1><p><a href=/docs>Programs</a></p></html>"
    )


def failed(_: Request, error: MonaziteError, status: int) -> HTMLResponse:
    """A page that says what went wrong and how to mend it."""
    return HTMLResponse(
        f"<!doctype html><html lang=en><title>Monazite</title><p>{escape(str(error))}</p></html>", status
    )
