"""Any value of the rooms -> what a JSON encoder takes. A number that does not exist becomes null, never NaN."""

from __future__ import annotations

import dataclasses
import math
from datetime import date
from enum import Enum
from functools import cache
from typing import Any

__all__ = ["jsonable"]

_PLAIN = frozenset((str, int, bool, type(None)))


def jsonable(value: Any) -> Any:
    """Dicts, lists, texts and finite numbers standing for a value.

    >>> from monazite.core.values import Band
    >>> jsonable({"loss": Band(0.0, 1.0, float("inf")), "on": date(2026, 1, 16)})
    {'loss': {'low': 0.0, 'mid': 1.0, 'high': None}, 'on': '2026-01-16'}
    """
    if (kind := type(value)) in _PLAIN:  # most values by far: the order of these questions is what large answers cost
        return value
    if names := _names(kind):  # type: ignore[arg-type]  # a class can be hashed
        return {name: jsonable(getattr(value, name)) for name in names}
    if isinstance(value, dict):
        return {str(k): jsonable(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return [jsonable(v) for v in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return value


@cache
def _names(kind: type) -> tuple[str, ...]:
    """The fields of a dataclass; none for another type."""
    return tuple(f.name for f in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else ()
