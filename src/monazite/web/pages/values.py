"""What a page is made of: a question from the address, and the view that answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from monazite.brief.values import Sheet

__all__ = ["Figure", "Late", "Page", "Tile", "View"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A sheet by the name it has in addresses, with its drawing; without one it is a table alone."""

    name: str
    sheet: Sheet
    drawing: Markup | None = None


@dataclass(frozen=True, slots=True)
class Late:
    """A figure that takes seconds: asked for by the page once that is there or, if `wished`, by its reader."""

    name: str
    title: str
    wished: bool = False


@dataclass(frozen=True, slots=True)
class Tile:
    """A headline number and what it counts."""

    figure: str
    caption: str


@dataclass(frozen=True, slots=True)
class View:
    """The answer to a question: a title, a sentence, numbers, figures in groups side by side, and their limits.

    `links` are (address, words) of views that follow from this one. `more` is what the page's own template shows.
    """

    title: str
    summary: str
    tiles: tuple[Tile, ...] = ()
    figures: tuple[tuple[Figure | Late, ...], ...] = ()
    limits: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    more: Any = None

    @property
    def drawn(self) -> tuple[Figure, ...]:
        """The figures that are there, in order."""
        return tuple(f for group in self.figures for f in group if isinstance(f, Figure))


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the workbench: `ask` reads its question from an address and from where the record is, `answer` gives
    the view.

    `ask` raises `UsageError` for what cannot be asked. `late` gives the figures that a view leaves for later, by name.
    Questions are hashable, and equal where the answers are.
    """

    name: str
    label: str
    ask: Callable[[Mapping[str, str], str], Any]
    answer: Callable[[Any], View]
    late: Callable[[Any, str], Figure | None] | None = None
    choices: Callable[[], Mapping[str, Any]] | None = None
