"""`python -m monazite` is the command."""

from __future__ import annotations

import subprocess
import sys

from monazite import __version__


def test_the_module_is_the_command():
    done = subprocess.run([sys.executable, "-m", "monazite", "--version"], capture_output=True, text=True, check=True)
    assert __version__ in done.stdout
