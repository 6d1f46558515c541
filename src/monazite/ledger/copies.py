"""Reports -> the same reports, each copy naming the one it repeats: an agency's story in two papers is one witness.

Two texts are compared by their shingles, the runs of five words in them (Broder 1997, "On the resemblance and
containment of documents"). A report is a copy where the shorter of two has at least half of its shingles in the other:
containment, as papers cut stories; the half is that of Broder and others (1997, "Syntactic clustering of the web").
Independent reports on one event were seen to share up to a sixth, a report and itself less a fifth of its sentences at
least seven eighths. Candidates come from an index of shingles: only reports that share words are ever compared.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from monazite.ledger.values import Report

__all__ = ["SHARED", "marked", "origins"]

SHARED = 0.5
_RUN = 5
# a text of fewer runs is a copy only if all its words are: two dispatches of three lines may differ in one word
_FEWEST = 40
# who reprints a story does so within days; a ministry's standing form returns every month
_DAYS = timedelta(10)
# a run that so many stories of their own have is a form of words, and says nothing of who copied whom
_FORM = 30
_CANDIDATES = 5


def marked(reports: Iterable[Report]) -> tuple[Report, ...]:
    """The reports in their order, `copy_of` set on each that repeats another. The order changes nothing else.

    The original is the one published first, of one day the fullest, then the first by id; no copy is an original.
    """
    ordered = tuple(reports)
    runs = {r.id: _runs(r.text) for r in ordered}
    index: dict[int, list[str]] = defaultdict(list)
    exact: dict[frozenset[int], str] = {}
    known: dict[str, Report] = {}
    copy_of: dict[str, str | None] = {}
    for report in sorted(ordered, key=lambda r: (r.published or date.max, -len(runs[r.id]), r.id)):
        mine = runs[report.id]
        original = exact.get(mine) or _original(report, mine, runs, known, index)
        copy_of[report.id] = original
        if original is None:
            known[report.id] = report
            exact[mine] = report.id
            for run in mine:
                if len(holders := index[run]) < _FORM:
                    holders.append(report.id)
    return tuple(r if r.copy_of == copy_of[r.id] else replace(r, copy_of=copy_of[r.id]) for r in ordered)


def _runs(text: str) -> frozenset[int]:
    """The shingles of a text as hashes, equal within one process; case, signs and line ends do not count."""
    words = re.findall(r"\w+", text.lower())
    return frozenset(hash(tuple(words[i : i + _RUN])) for i in range(max(len(words) - _RUN + 1, 1)))


def _original(
    report: Report,
    mine: frozenset[int],
    runs: dict[str, frozenset[int]],
    known: dict[str, Report],
    index: dict[int, list[str]],
) -> str | None:
    if len(mine) < _FEWEST:
        return None
    shared = Counter(name for run in mine if len(index.get(run, ())) < _FORM for name in index.get(run, ()))
    likely = sorted(shared, key=lambda name: (-shared[name], name))[:_CANDIDATES]
    found = [
        (len(mine & runs[n]) / min(len(mine), len(runs[n])), n) for n in likely if _may_copy(report, known[n], runs)
    ]
    share, name = min(found, key=lambda item: (-item[0], item[1]), default=(0.0, ""))
    return name if share >= SHARED else None


def _may_copy(report: Report, other: Report, runs: dict[str, frozenset[int]]) -> bool:
    near = not (report.published and other.published) or abs(report.published - other.published) <= _DAYS
    return near and len(runs[other.id]) >= _FEWEST


def origins(reports: Iterable[Report]) -> dict[str, str]:
    """Whose word each report is, by id: its own, or that of the report it copies."""
    return {r.id: r.copy_of or r.id for r in reports}
