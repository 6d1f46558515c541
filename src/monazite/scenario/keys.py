"""The values of a scenario -> the keys of its file: read off their fields, so that no key is written twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from monazite.core.values import Band
from monazite.scenario.values import (
    Closure,
    ExportCut,
    Grounds,
    Key,
    Licence,
    Outage,
    Panic,
    Quota,
    Release,
    Shock,
    Surge,
    Tariff,
    Window,
    exactly,
)

__all__ = ["KINDS", "Entry", "built", "entries", "flat", "kind_of", "row_of", "shock_entries"]

KINDS: Mapping[str, type[Shock]] = {
    "ban": ExportCut,
    "cut": ExportCut,
    "quota": Quota,
    "tariff": Tariff,
    "licence": Licence,
    "outage": Outage,
    "closure": Closure,
    "surge": Surge,
    "panic": Panic,
    "release": Release,
}
"""What a file calls each kind of shock. A ban is a cut whose share is 1."""

_BAN = exactly(1.0)


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a table in a scenario file: its name, the field and type it fills, and what it may hold."""

    name: str
    field: str
    type: Any
    key: Key
    needed: bool

    @property
    def row(self) -> type | None:
        """The value each table of the key stands for; None if it holds no tables."""
        inner = get_args(self.type)[:1]
        return inner[0] if inner and get_origin(self.type) is tuple and is_dataclass(inner[0]) else None


def kind_of(shock: Shock) -> str:
    """What a file calls a shock."""
    return "ban" if isinstance(shock, ExportCut) and shock.share == _BAN else shock.kind


def entries(cls: type) -> tuple[Entry, ...]:
    """The keys of a value's table; those of its window or grounds stand among them."""
    return _entries(cls)


@cache
def _entries(cls: Any) -> tuple[Entry, ...]:
    found: list[Entry] = []
    hints = get_type_hints(cls, include_extras=True)
    for f in fields(cls):
        base, *extras = get_args(hints[f.name]) if get_origin(hints[f.name]) is Annotated else (hints[f.name],)
        if base in (Window, Grounds):
            found += _entries(base)
        for key in extras:
            needed = f.default is MISSING and not key.optional
            found.append(Entry(key.name or f.name, f.name, base, key, needed))
    return tuple(found)


def shock_entries(kind: str) -> tuple[Entry, ...]:
    """The keys of a shock's table, apart from its kind."""
    return tuple(e for e in entries(KINDS[kind]) if kind != "ban" or e.field != "share")


def built(cls: type, given: Mapping[str, Any]) -> Any:
    """A value from what its fields hold, those of its window among them."""
    hints = _types(cls)
    told = {f.name: built(Window, given) if hints[f.name] is Window else given.get(f.name) for f in fields(cls)}
    return cls(**{name: value for name, value in told.items() if name in given or value is not None})


@cache
def _types(cls: Any) -> dict[str, Any]:
    return get_type_hints(cls)


def flat(value: Any) -> dict[str, Any]:
    """What a value's fields hold, those of its window or grounds in their place."""
    told: dict[str, Any] = {}
    for f in fields(value):
        held = getattr(value, f.name)
        told |= flat(held) if isinstance(held, Window | Grounds) else {f.name: held}
    return told


def row_of(value: Any) -> dict[str, Any]:
    """The table of a file that a value is read back from; what is empty or as when not given is left out."""
    if isinstance(value, Shock):
        return {"kind": kind_of(value), **_told(value, shock_entries(kind_of(value)))}
    return _told(value, entries(type(value)))


def _told(value: Any, keys: tuple[Entry, ...]) -> dict[str, Any]:
    given = flat(value)
    told = {e.name: _plain(given[e.field]) for e in keys}
    return {name: plain for name, plain in told.items() if plain not in (None, "", [])}


def _plain(value: Any) -> Any:
    if isinstance(value, Band):
        return value.mid if value.low == value.high else list(value.values)
    if isinstance(value, tuple):
        return [row_of(v) if is_dataclass(v) else v for v in value]
    return value
