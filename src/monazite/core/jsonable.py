"""Any value of the rooms -> what a JSON encoder takes. A number that does not exist becomes null, never NaN."""

from __future__ import annotations

import dataclasses
import math
from datetime import date
from enum import Enum
from typing import Any

__all__ = ["jsonable"]


def jsonable(value: Any) -> Any:
    """Dicts, lists, texts and finite numbers standing for a value.

    >>> from monazite.core.values import Band
    >>> jsonable({"loss": Band(0.0, 1.0, float("inf")), "on": date(2026, 1, 16)})
    {'loss': {'low': 0.0, 'mid': 1.0, 'high': None}, 'on': '2026-01-16'}
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: jsonable(getattr(value, f.name)) for f in dataclasses.fields(value)}
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
