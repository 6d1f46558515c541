"""The command line, run in this process as a user would call it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from monazite.cli.main import main


@dataclass(frozen=True)
class Result:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


@pytest.fixture
def monazite(monkeypatch, capsys) -> Callable[..., Result]:
    def run(*words: object) -> Result:
        monkeypatch.setattr(sys, "argv", ["monazite", *map(str, words)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        printed = capsys.readouterr()
        return Result(code, printed.out, printed.err)

    return run
