"""What every page needs to ask: the names people use, and the years there are, kept while the tables are the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Condition
from typing import Any, TypeVar, cast

from cachetools import LRUCache, cached

from monazite.core.errors import UsageError
from monazite.core.gazetteer import Gazetteer
from monazite.core.values import Source, Stage
from monazite.reference.store import gazetteer, open_store, sources
from monazite.simulation.track import told
from monazite.workbench.history.track import market_tracks
from monazite.workbench.stamp import stamp

__all__ = [
    "buyers",
    "by_tables",
    "named_sources",
    "names",
    "once",
    "records",
    "stage_of",
    "traded_minerals",
    "whole",
    "years",
]


_F = TypeVar("_F", bound=Callable[..., Any])


def once(most: int) -> Callable[[_F], _F]:
    """Keep the last answers of a function that takes long; who asks what is being made waits for it."""
    return cast(Callable[[_F], _F], cached(LRUCache(most), condition=Condition()))


def by_tables(most: int = 1) -> Callable[[_F], _F]:
    """The same for a function that rests on the tables alone: its answers are kept until these change."""
    return cast(Callable[[_F], _F], cached(LRUCache(most), lambda *given: (stamp(), *given), condition=Condition()))


@by_tables()
def names() -> Gazetteer:
    """The names of countries, coalitions and minerals."""
    with open_store() as store:
        return gazetteer(store)


@by_tables()
def years() -> tuple[int, int]:
    """First and last year of the trade table."""
    with open_store() as store:
        return store.years("trade")


@by_tables(256)
def named_sources(ids: tuple[str, ...]) -> tuple[Source, ...]:
    """The sources of some ids."""
    with open_store() as store:
        return sources(store, ids)


@by_tables(64)
def records(minerals: tuple[str, ...]) -> tuple[str, ...]:
    """How well the market model did on past disruptions of some minerals, a sentence each."""
    return tuple(f"The model's record: {told(track)}." for track in market_tracks(minerals))


def buyers() -> list[tuple[str, str]]:
    """(code, name) of all coalitions and countries, for a list to choose from."""
    known = names()
    coalitions = [(c.id, c.name) for c in known.coalitions]
    return [*coalitions, *sorted(((c.iso3, c.name) for c in known.countries), key=lambda x: x[1])]


def traded_minerals() -> list[tuple[str, str]]:
    """(id, name) of the minerals that have trade codes."""
    return sorted(((m.id, m.name) for m in names().minerals if m.hs or m.mixed_hs), key=lambda x: x[1].lower())


def stage_of(asked: Mapping[str, str]) -> Stage | None:
    """The stage an address asks for; None for all."""
    value = asked.get("stage", "")
    if value and value not in tuple(Stage):
        raise UsageError("stage", f"{value!r} is none", f"ask for {', '.join(Stage)}")
    return Stage(value) if value else None


def whole(asked: Mapping[str, str], name: str, low: int, high: int) -> int | None:
    """A whole number of an address within bounds; None where it is not given."""
    text = asked.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and low <= int(text[:12]) <= high):
        raise UsageError(name, f"{text!r} is no whole number from {low} to {high}", "correct it")
    return int(text)
