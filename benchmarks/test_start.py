"""How long a command takes to start: a fresh process that loads all that `monazite exposure` needs."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("command", ["main", "exposure", "indicators"])
def test_start(benchmark, command):
    words = [sys.executable, "-c", f"import monazite.cli.{command}"]
    assert benchmark(subprocess.run, words, check=True).returncode == 0
