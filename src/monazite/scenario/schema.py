"""The keys of a scenario file -> a JSON schema, by which editors complete and check one as it is written."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from datetime import date
from math import isfinite
from types import NoneType
from typing import Any, get_args

from monazite.core.values import Band, Stage
from monazite.scenario.keys import KINDS, Entry, entries, shock_entries
from monazite.scenario.values import Key, Scenario

__all__ = ["json_schema"]

_TEXT: dict[str, Any] = {"type": "string", "minLength": 1}


def json_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) of the tables of a scenario file.

    >>> sorted(json_schema()["properties"]["shock"]["items"]["oneOf"][3]["properties"])
    ['from', 'hs', 'kind', 'levied_by', 'mineral', 'ramp_weeks', 'rate_pct', 'stage', 'start', 'to', 'weeks']
    """
    kinds = [_table(shock_entries(kind), kind) for kind in KINDS]
    schema = _table(entries(Scenario))
    schema["properties"]["shock"] |= {"minItems": 1, "items": {"oneOf": kinds}}
    title = {"title": "A scenario of Monazite", "description": _said(Scenario)}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **title, **schema}


def _table(keys: Iterable[Entry], kind: str = "") -> dict[str, Any]:
    """The schema of a table; of a shock's, with its kind."""
    keys = tuple(keys)
    named = {"kind": {"const": kind, "description": _said(KINDS[kind])}} if kind else {}
    return {
        "type": "object",
        "properties": named | {e.name: {"description": _described(e.key), **_held(e)} for e in keys},
        "required": [*named, *(e.name for e in keys if e.needed)],
        "additionalProperties": False,
    }


def _held(entry: Entry) -> dict[str, Any]:
    """What a key may hold."""
    if entry.name == "shock" or entry.row:
        return {"type": "array"} | ({"items": _table(entries(entry.row))} if entry.row else {})
    kind = next(t for t in (*get_args(entry.type), entry.type) if t is not NoneType)
    number: dict[str, Any] = {"type": "number", **_bounds(entry.key)}
    if entry.type is str:
        return _TEXT
    if entry.key.names:
        return {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}
    if kind is Band:
        return {"anyOf": [number, {"type": "array", "items": number, "minItems": 3, "maxItems": 3}]}
    day = {"type": "string", "format": "date"}
    simple: dict[Any, dict[str, Any]] = {int: number | {"type": "integer"}, float: number, date: day, str: _TEXT}
    words = [s.value for s in Stage] if kind is Stage else list(get_args(entry.type))
    return simple.get(kind) or {"enum": words}


def _bounds(key: Key) -> dict[str, float]:
    low = {"exclusiveMinimum" if key.above else "minimum": key.low} if isfinite(key.low) else {}
    return low | ({"maximum": key.high} if isfinite(key.high) else {})


def _described(key: Key) -> str:
    return f"{key.what} ({key.unit})" if key.unit else key.what


def _said(cls: type) -> str:
    return (inspect.getdoc(cls) or "").partition("\n\n")[0].replace("\n", " ")
