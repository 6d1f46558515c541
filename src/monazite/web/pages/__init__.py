"""Addresses -> pages."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.get("/", response_class=HTMLResponse)
def index() -> str:
    """The first page."""
    return (
        "<!doctype html><html lang=en><title>Monazite</title><h1>Monazite</h1><p><a href=/docs>Programs</a></p></html>"
    )
