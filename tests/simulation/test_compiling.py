"""Compiled functions are kept where that may be, and compiled anew where not."""

from typing import Any

import pytest

from monazite.simulation import compiling


def test_without_a_place_for_what_is_compiled_it_is_compiled_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(function: Any, cache: bool = False, **options: Any) -> Any:
        if cache:
            raise RuntimeError("no locator available")
        return options

    monkeypatch.setattr(compiling.numba, "njit", refuse)
    assert compiling.compiled(len) == {"nogil": True, "error_model": "numpy"}
