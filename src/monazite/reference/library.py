"""The named scenarios that come with Monazite, as the texts of their files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

__all__ = ["library"]


def library() -> Mapping[str, str]:
    """The text of each scenario's file, by its name."""
    folder = Path(__file__).parent / "scenarios"
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.toml"))}
