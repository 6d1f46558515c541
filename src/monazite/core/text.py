"""Text from outside, made safe to show and to hand on; ranges and years as text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from monazite.core.values import Band

__all__ = ["band", "printable", "spans", "tame"]

_Cell = TypeVar("_Cell")

# Control characters, line and direction marks, surrogates: they steer a terminal or a page instead of being read.
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")

_RUNS = ("=", "+", "-", "@", "\t", "\r")


def printable(text: str) -> str:
    """The text with every character that steers instead of being read shown as a replacement mark.

    >>> printable("a\x1b[31mred\x1b[0m")
    'a\ufffd[31mred\ufffd[0m'
    """
    return _STEERING.sub("\N{REPLACEMENT CHARACTER}", text)


def tame(cell: _Cell) -> _Cell | str:
    """A cell of a table that no spreadsheet takes for a formula: a text that might be one begins with an apostrophe.

    >>> tame("=1+1"), tame("-x"), tame(-2.5), tame("plain")
    ("'=1+1", "'-x", -2.5, 'plain')
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_RUNS) else cell


def band(value: Band, scale: float = 1.0, digits: int = 0) -> str:
    """A range as text, low to high.

    >>> from monazite.core.values import Band
    >>> band(Band(0.1, 0.2, 0.4), scale=100), band(Band(5.0, 5.0, 5.0)), band(Band(-0.2, 0.0, 3.0))
    ('10 to 40', '5', '0 to 3')
    """
    low, high = (f"{round(scale * v, digits) + 0.0:,.{digits}f}" for v in (value.low, value.high))
    return low if low == high else f"{low} to {high}"


def spans(years: Iterable[int]) -> str:
    """Years in words.

    >>> spans([2011, 2002, 2003, 2004])
    '2002-2004, 2011'
    """
    runs: list[list[int]] = []
    for year in sorted(set(years)):
        if runs and year == runs[-1][1] + 1:
            runs[-1][1] = year
        else:
            runs.append([year, year])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
