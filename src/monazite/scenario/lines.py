"""A TOML text -> the line each of its tables and keys stands in."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["Path", "line_of", "lines_of", "unreadable_line"]

Path = tuple[str | int, ...]
"""Where a value stands in the tables read from a text: keys, and positions in arrays of tables."""

# What a text is made of, as far as the ends of its statements depend on it.
_PIECE = re.compile(
    r""""{3}(?:\\.|[^\\])*?"{3,5}|'{3}.*?'{3,5}|"(?:\\.|[^"\\])*"|'[^']*'|#[^\n]*|[\[{]|[]}]|\n|[^\s"'#\[\]{}]+""",
    re.DOTALL,
)


def lines_of(text: str) -> dict[Path, int]:
    """The line, from 1, of each table and key of a text that is TOML. Tables within a line are not looked into.

    >>> lines_of('a = 1' + chr(10) + '[[b]]' + chr(10) + 'c = 2')
    {('a',): 1, ('b', 0): 2, ('b', 0, 'c'): 3}
    """
    found: dict[Path, int] = {}
    counts: Counter[Path] = Counter()
    table: Path = ()
    for line, statement in _statements(text):
        if statement.startswith("[["):
            name = _path(statement)
            table = (*name, counts[name])
            counts[name] += 1
            found[table] = line
        elif statement.startswith("["):
            table = _path(statement)
            found[table] = line
        else:
            found[(*table, *_path(statement))] = line
    return found


def line_of(path: Path, lines: Mapping[Path, int]) -> int | None:
    """The line of a place, or of the nearest table or key around it."""
    return next((lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in lines), None)


def unreadable_line(text: str) -> int:
    """The line of the first header, or key with its value, that no parser reads; the last line if each reads alone."""
    for line, statement in _statements(text):
        try:
            tomllib.loads(statement)
        except (ValueError, RecursionError):
            return line
    return text.rstrip().count("\n") + 1


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each header, and each key with its value, and the line it begins in."""
    start, first, line, depth = None, 1, 1, 0
    for piece in _PIECE.finditer(text):
        word = piece[0]
        if word == "\n" and depth == 0 and start is not None:
            yield first, text[start : piece.start()]
            start = None
        elif start is None and word != "\n" and not word.startswith("#"):
            start, first = piece.start(), line
        line += word.count("\n")
        depth += (word in "[{") - (word in "]}")
    if start is not None:
        yield first, text[start:]


def _path(statement: str) -> Path:
    """The keys a header or a key names, by the parser's own reading of them."""
    if statement.startswith("["):
        head = statement
    else:
        match = re.match(r"""(?:"(?:\\.|[^"\\])*"|'[^']*'|[^"'=])*""", statement)
        head = f"{match[0] if match else ''}= 0"
    inner: Any = tomllib.loads(head)
    names: list[str | int] = []
    while isinstance(inner, dict | list) and inner:
        if isinstance(inner, dict):
            names.append(next(iter(inner)))
            inner = inner[names[-1]]
        else:
            inner = inner[0]
    return tuple(names)
