"""Every module says what it is and what of it is public; importing the package loads nothing heavy."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
from collections.abc import Iterator

import pytest

import monazite


def modules() -> Iterator[str]:
    """The names of all modules, packages included."""
    for found in pkgutil.walk_packages(monazite.__path__, "monazite."):
        yield found.name


@pytest.mark.parametrize("name", list(modules()))
def test_module_is_described(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__
    if hasattr(module, "__path__"):
        return
    names = module.__all__
    assert len(set(names)) == len(names)
    missing = [n for n in names if not hasattr(module, n)]
    assert not missing


def test_import_is_light() -> None:
    code = "import sys, monazite; print(sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not [heavy for heavy in ("numpy", "duckdb", "spacy", "scipy", "jinja2", "rich") if f"'{heavy}'" in loaded]
