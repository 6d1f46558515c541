"""What a page is made of: a question from the address, and the view that answers it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from fastapi import Request, Response

from monazite.brief.values import Sheet
from monazite.core.values import Progress
from monazite.web.settings import Settings

__all__ = ["Figure", "Late", "Long", "Page", "Part", "Route", "Tile", "View", "Work"]


class Figure(msgspec.Struct, frozen=True, tag=True):
    """A sheet by the name it has in addresses: a chart, drawn by who shows it, or a table alone."""

    name: str
    sheet: Sheet


class Late(msgspec.Struct, frozen=True, tag=True):
    """A figure that takes seconds: asked for by the page once that is there or, if `wished`, by its reader."""

    name: str
    title: str
    wished: bool = False


class Work(msgspec.Struct, frozen=True, tag=True):
    """In place of what a job has not made: where it stands. `part` is its name on the page, "" for the whole view."""

    part: str
    title: str
    state: str = "waiting"
    told: str = ""
    status: int = 202


class Tile(msgspec.Struct, frozen=True):
    """A headline number and what it counts."""

    figure: str
    caption: str


Group = tuple[Figure | Late | Work, ...]
"""What stands side by side."""


class Part(msgspec.Struct, frozen=True):
    """A part of a page under a heading, folded unless it `is_open`; `told` is what it comes to, seen either way."""

    name: str
    title: str
    told: str
    figures: tuple[Group, ...]
    is_open: bool = False


class View(msgspec.Struct, frozen=True):
    """The answer to a question: a title, a sentence, numbers, figures in groups side by side, and their limits.

    What is long has its figures in `parts`, to which the page begins with an index.

    `links` are (address, words) of views that follow from this one. `more` is what the page's own template shows.
    """

    title: str
    summary: str
    tiles: tuple[Tile, ...] = ()
    figures: tuple[Group, ...] = ()
    limits: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    more: Any = None
    parts: tuple[Part, ...] = ()

    @property
    def all_figures(self) -> tuple[Figure | Late | Work, ...]:
        """Everything in all groups and parts, in order."""
        groups = (*self.figures, *(group for part in self.parts for group in part.figures))
        return tuple(f for group in groups for f in group)

    @property
    def drawn(self) -> tuple[Figure, ...]:
        """The figures that are there, in order."""
        return tuple(f for f in self.all_figures if isinstance(f, Figure))

    @property
    def work(self) -> Work | None:
        """Where the job stands that makes this, if it is not made yet."""
        return next((w for w in self.all_figures if isinstance(w, Work)), None)


@dataclass(frozen=True, slots=True)
class Long:
    """A part of a page that is worked on as a job: what it is called, what makes it, and the figures in it."""

    title: str
    make: Callable[[Any, Progress], View]
    figures: tuple[str, ...] = ()


Route = tuple[str, Callable[[Request], Awaitable[Response] | Response], str]
"""Path, endpoint and method."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the workbench: `ask` reads its question from an address and from what the server keeps, `answer` gives
    the view.

    `ask` raises `UsageError` for what cannot be asked. `late` gives the figures that a view leaves for later, by name;
    `long` are those that take so long that a job makes them, "" the whole view. `routes` are what the page's own forms
    ask. Questions are hashable, and equal (as are their `repr`) where the answers are. A page without a `label` is
    reached from others alone.
    """

    name: str
    label: str
    ask: Callable[[Mapping[str, str], Settings], Any]
    answer: Callable[[Any], View]
    late: Callable[[Any, str], Figure | None] | None = None
    choices: Callable[[Settings], Mapping[str, Any]] | None = None
    long: Mapping[str, Long] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()

    def part_of(self, figure: str) -> str:
        """The part of the page in which a figure is: a name in `long`, or "" for the view itself."""
        return next((part for part, long in self.long.items() if figure == part or figure in long.figures), "")
