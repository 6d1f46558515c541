"""The parser loads without spaCy's command line and leaves spaCy whole."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import sys
from monazite.ledger.reading.parser import load_parser
parser = load_parser()
assert not [m for m in sys.modules if m.startswith("spacy.cli")], "the command line was loaded"
assert "typer" not in sys.modules
words = [(t.text, t.dep_) for t in parser("India and Japan agreed to meet.")]
assert ("agreed", "ROOT") in words, words
from spacy.cli.info import info
assert callable(info)
"""


def test_the_parser_loads_without_the_command_line_of_its_library():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
