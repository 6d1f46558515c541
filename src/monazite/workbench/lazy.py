"""The name of a function -> the function, so that only what is asked for is loaded."""

from __future__ import annotations

import importlib
from typing import Any

__all__ = ["function"]


def function(path: str) -> Any:
    """The function, or whatever has the name, of a `module:name`.

    >>> function("monazite.indicators.concentration:hhi")([1, 1])
    0.5
    """
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)
