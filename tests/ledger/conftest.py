"""Shared by the ledger's tests: development reports, and a reader of short texts."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from monazite.core.gazetteer import Gazetteer
from monazite.ledger.documents import report_of
from monazite.ledger.read import read_reports
from monazite.ledger.values import Ledger

if TYPE_CHECKING:
    from spacy.language import Language

AS_OF = date(2026, 11, 21)


@pytest.fixture(scope="session")
def development() -> list[dict[str, Any]]:
    path = Path(__file__).parent / "data" / "dev.toml"
    return list(tomllib.loads(path.read_text(encoding="utf-8"))["report"])


@pytest.fixture(scope="session")
def read(parser: Language, names: Gazetteer) -> Callable[..., Ledger]:
    """Read texts given as name=text."""

    def reader(as_of: date = AS_OF, **texts: str) -> Ledger:
        return read_reports([report_of(name, text) for name, text in texts.items()], as_of, names, parser)

    return reader
