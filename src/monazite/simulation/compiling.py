"""A function of arrays and numbers -> the same, compiled. Importing this module loads Numba.

What is compiled is kept beside its module or, where that may not be written, in the user's cache; where neither may, it
is compiled anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

__all__ = ["compiled", "inlined"]

_F = TypeVar("_F", bound=Callable[..., Any])


def compiled(function: _F) -> _F:
    """The function compiled; it runs beside others on threads."""
    try:
        made: Any = numba.njit(function, cache=True, nogil=True, error_model="numpy")
    except RuntimeError:  # nowhere to keep it
        made = numba.njit(function, nogil=True, error_model="numpy")
    return cast(_F, made)


def inlined(function: _F) -> _F:
    """A part of a compiled function, not compiled apart from it: that takes twice as long."""
    return cast(_F, numba.njit(function, inline="always", error_model="numpy"))
