"""A report -> the day it states as its own: a "Published:" line, a byline, a dateline, a last line that is a day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from monazite.ledger.reading.dates import Dated, anchor_of, find_dates

__all__ = ["day_of_issue"]

_HEAD = 3_000
_HEADER_LINES, _LONGEST_HEADER = 8, 130
_FOOTER_LINES, _LONGEST_FOOTER = 3, 60
_STATED = re.compile(
    r"(?im)^\W*(?:published|posted|updated|date|last updated|first published|issued)\b"
    r"(?:\s+on|\s+at)?\s*:?\s*(?P<rest>[^\n]{6,60})"
)
# "MOSCOW, 30 May 2025 (Wire). Russia will", "**Eindhoven, 3 January 2024** - The Netherlands"
_PLACED = re.compile(
    r"[\W_]*(?!(?:On|In|At|By|From|The|This|Last|It|As|For)\b)(?:[A-ZÀ-Ž][\w’'.]*(?:\s+(?:de|da|of|and|upon|el|al))?[\s/,.|:(-]+){1,6}$"
)
_LABELLED = re.compile(r"[^.,]{,40}, [^.,]{6,20}\.")
# in a headline these begin the time of what is told, not of the telling
_OF_THE_NEWS = re.compile(
    r"\b(?:from|until|till|since|by|before|after|on|in|through|to|and|effective|due|starting|as of)\s+(?:the\s+)?$",
    re.IGNORECASE,
)


def day_of_issue(text: str) -> date | None:
    """The day a report was issued, where its head or foot says so; one without a year takes that of the report's dates.

    >>> day_of_issue("KYIV. September 5, 2025. A duty on rapeseed has applied since Thursday.")
    datetime.date(2025, 9, 5)
    """
    head = text[:_HEAD]
    near = anchor_of([text]) or next((d.day for d in find_dates(text) if d.day and d.explicit), None)
    found = (*_candidates(head, near), *_at_foot(text[-_HEAD:]))
    return next((d.day for d in found if d.day and not d.mismatch), None)


def _candidates(head: str, near: date | None) -> Iterator[Dated]:
    """Dates that may be the report's own, the surest first; without a year only behind a place."""
    for match in _STATED.finditer(head):
        yield from (d for d in find_dates(match["rest"]) if d.explicit)
    lines = [line.strip() for line in head.split("\n") if line.strip()][:_HEADER_LINES]
    for line in lines:
        dated = (d for d in find_dates(line, near) if d.start < 60 and re.search(r"\d", d.window.text))
        yield from (d for d in dated if _PLACED.fullmatch(line[: d.start]) and (d.explicit or near))
    for line in lines:
        if len(line) <= _LONGEST_HEADER:
            told = re.search(r"[a-z]{2}[.!?]$", line)
            dated = (d for d in find_dates(line) if d.explicit and not _OF_THE_NEWS.search(line[: d.start]))
            # "Regular briefing, 23 March 2023. Unofficial translation."
            yield from (d for d in dated if not told or _LABELLED.fullmatch(line[: d.end + 1]))
    for line in lines[:3]:
        yield from (
            d
            for d in find_dates(line)
            if d.explicit and len(line) <= d.end - d.start + 25 and not _OF_THE_NEWS.search(line[: d.start])
        )


def _at_foot(foot: str) -> Iterator[Dated]:
    """A last line that is little but a day: "Issue of 9 October 2025", "(Nordic News Service, 4 December 2025)"."""
    lines = [line.strip() for line in foot.split("\n") if line.strip()][-_FOOTER_LINES:]
    for line in reversed(lines):
        last = line if len(line) <= _LONGEST_FOOTER else (re.search(r"\([^()]*\)$", line) or [""])[0]
        dated = (d for d in find_dates(last) if d.explicit and len(last) <= d.end + 2)
        yield from (d for d in dated if not _OF_THE_NEWS.search(last[: d.start]))
