"""Monazite: an open workbench for economic security.

The rooms, each a value turned into the next one::

    report text -> claims -> ledger -> scenario -> outcomes -> plan -> brief
    tables -> network -> indicators

Importing this package loads nothing heavy; `monazite.workbench` runs the chain end to end. What the commands answer
is here by name, loaded when it is first used: `monazite.exposure("Japan", ["magnets"])`; `dir(monazite)` lists it.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(f"monazite has no {name!r}")
    return importlib.import_module("monazite.workbench.python").asking(name)


def __dir__() -> list[str]:
    return [*globals(), *importlib.import_module("monazite.workbench.python").NAMES]
