"""Reports -> the same reports, each copy naming the one it repeats: an agency's story in two papers is one witness.

Two texts are compared by their shingles, the runs of five words in them (Broder 1997, "On the resemblance and
containment of documents"). A report is a copy where the shorter of two has at least half of its shingles in the other:
containment, as papers cut stories; the half is that of Broder and others (1997, "Syntactic clustering of the web").
Independent reports on one event were seen to share up to a sixth, a report and itself less a fifth of its sentences at
least seven eighths. Candidates come from an index of every fourth shingle (Broder's sketch modulo m): only reports that
share words are ever compared.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from zlib import crc32

from monazite.ledger.values import Report

__all__ = ["SHARED", "marked", "origins", "shingles"]

SHARED = 0.5
_RUN = 5
# a text of fewer shingles is a copy only if all its words are: two dispatches of three lines may differ in one word
_FEWEST = 40
# who reprints a story does so within days; a ministry's standing form returns every month
_DAYS = timedelta(10)
# a shingle that so many stories of their own have is a form of words, and says nothing of who copied whom
_FORM = 30
_CANDIDATES = 5
_SAMPLE = 4


def marked(reports: Iterable[Report]) -> tuple[Report, ...]:
    """The reports in their order, `copy_of` set on each that repeats another. The order changes nothing else.

    The original is the one published first, of one day the fullest, then the first by id; no copy is an original.
    """
    ordered = tuple(reports)
    told = {r.id: array("I", sorted(shingles(r.text))) for r in ordered}
    index: dict[int, list[str]] = defaultdict(list)
    exact: dict[bytes, str] = {}
    known: dict[str, Report] = {}
    copy_of: dict[str, str | None] = {}
    for report in sorted(ordered, key=lambda r: (r.published or date.max, -len(told[r.id]), r.id)):
        same = told[report.id].tobytes()
        original = exact.get(same) or _original(report, told, known, index)
        copy_of[report.id] = original
        if original is None:
            known[report.id] = report
            exact[same] = report.id
            for one in _sampled(told[report.id]):
                if len(holders := index[one]) < _FORM:
                    holders.append(report.id)
    return tuple(r if r.copy_of == copy_of[r.id] else replace(r, copy_of=copy_of[r.id]) for r in ordered)


def shingles(text: str) -> frozenset[int]:
    """The runs of five words in a text, as checksums; case, signs and line ends do not count."""
    words = re.findall(r"\w+", text.lower())
    runs = (" ".join(words[i : i + _RUN]) for i in range(max(len(words) - _RUN + 1, 1)))
    return frozenset(crc32(run.encode(errors="replace")) for run in runs)


def _sampled(told: array[int]) -> list[int]:
    return [one for one in told if one % _SAMPLE == 0]


def _original(
    report: Report, told: dict[str, array[int]], known: dict[str, Report], index: dict[int, list[str]]
) -> str | None:
    """The report known so far that holds most of this one, or of which this one holds most."""
    mine = frozenset(told[report.id])
    if len(mine) < _FEWEST:
        return None
    holders = (index.get(one, []) for one in _sampled(told[report.id]))
    shared = Counter(name for names in holders if len(names) < _FORM for name in names)
    likely = sorted(shared, key=lambda name: (-shared[name], name))[:_CANDIDATES]
    near = [n for n in likely if len(told[n]) >= _FEWEST and _may_copy(report, known[n])]
    found = ((len(mine.intersection(told[n])) / min(len(mine), len(told[n])), n) for n in near)
    share, name = min(found, key=lambda item: (-item[0], item[1]), default=(0.0, ""))
    return name if share >= SHARED else None


def _may_copy(report: Report, other: Report) -> bool:
    return not (report.published and other.published) or abs(report.published - other.published) <= _DAYS


def origins(reports: Iterable[Report]) -> dict[str, str]:
    """Whose word each report is, by id: its own, or that of the report it copies."""
    return {r.id: r.copy_of or r.id for r in reports}
