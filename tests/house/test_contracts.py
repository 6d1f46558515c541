"""The import contracts hold, and break when they should."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """What import-linter says of the sources in a folder."""
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", "--config", "pyproject.toml"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The sources and their contracts, to be changed freely."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("*.parquet", "__pycache__"))
    return tmp_path


def test_contracts_hold() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "code", "complaint"),
    [
        ("network/added.py", "import pathlib", "monazite.network is not allowed to import pathlib"),
        ("network/added.py", "from monazite.reference import store", "not allowed to import duckdb"),
        ("network/added.py", "from monazite import brief", "monazite.network is not allowed to import monazite.brief"),
        ("simulation/added.py", "import monazite.indicators", "not allowed to import monazite.indicators"),
        ("cli/added.py", "def show() -> None:\n    import duckdb", "monazite is not allowed to import duckdb"),
        ("added.py", "", "monazite.added"),
    ],
)
def test_contracts_break(copy: Path, module: str, code: str, complaint: str) -> None:
    (copy / "src" / "monazite" / module).write_text(code, encoding="utf-8")
    done = lint(copy)
    assert done.returncode == 1
    assert complaint in " ".join(done.stdout.split())
