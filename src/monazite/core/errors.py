"""The errors of Monazite, one class for each thing the reader can do about it.

::

    MonaziteError           anything Monazite refuses to do, and why
    ├── UsageError          the request itself is wrong: mend the command          (exit 2)
    │   └── UnknownCode     a country, mineral, code or name nobody knows
    ├── ReportError         a document that cannot be read                         (exit 1)
    ├── RecordError         a record out of reach, or not as it was written        (exit 1)
    ├── ScenarioError       a scenario that contradicts itself or the data         (exit 1)
    ├── TableError          a table that breaks its schema; lists every problem    (exit 1)
    ├── FetchError          a source that could not be fetched whole: try again    (exit 1)
    ├── NoDataError         a figure that no table holds                           (exit 1)
    └── NotConverged        a model that found no answer; never a number           (exit 1)

Every message has three parts: where, what came against what was expected, and how to mend it.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = [
    "FetchError",
    "MonaziteError",
    "NoDataError",
    "NotConverged",
    "RecordError",
    "ReportError",
    "ScenarioError",
    "TableError",
    "UnknownCode",
    "UsageError",
]


class MonaziteError(Exception):
    """Base of all stated failures: `where` it is, `what` is wrong, how to `mend` it.

    >>> print(MonaziteError("mine.csv, row 3", "tonnes is -4, expected 0 or more", "correct the row"))
    mine.csv, row 3: tonnes is -4, expected 0 or more. Correct the row.
    """

    exit_code = 1

    def __init__(self, where: str, what: str, mend: str) -> None:
        super().__init__(where, what, mend)
        self.where, self.what, self.mend = where, what, mend

    def __str__(self) -> str:
        mend = self.mend[:1].upper() + self.mend[1:]
        return f"{self.where}: {self.what.rstrip('.')}. {mend.rstrip('.')}."


class UsageError(MonaziteError):
    """The request is wrong: an option, an argument, a name."""

    exit_code = 2


class UnknownCode(UsageError):
    """A name or code that no table knows; carries the `nearest` known ones.

    >>> str(UnknownCode("country", "Jpan", ("Japan", "Jordan")))
    "country: 'Jpan' is not known. Did you mean Japan or Jordan?"
    """

    def __init__(self, kind: str, name: str, nearest: Iterable[str] = (), mend: str = "") -> None:
        self.kind, self.name, self.nearest = kind, name, tuple(nearest)
        guess = f"did you mean {' or '.join(self.nearest)}?" if self.nearest else ""
        super().__init__(kind, f"{name!r} is not known", mend or guess or "check the spelling")

    def __str__(self) -> str:
        return super().__str__().replace("?.", "?")


class ReportError(MonaziteError):
    """A document that cannot be read: missing, empty, binary, too large, in no known language."""


class RecordError(MonaziteError):
    """A record that cannot be reached, or is not what was written."""


class ScenarioError(MonaziteError):
    """A scenario that names what does not exist, or contradicts itself or the data."""


class TableError(MonaziteError):
    """A table that breaks its schema; `problems` lists all that was found, not only the first."""

    def __init__(self, where: str, problems: Iterable[str], mend: str) -> None:
        self.problems = tuple(problems)
        super().__init__(where, "; ".join(self.problems), mend)


class FetchError(MonaziteError):
    """A source that could not be fetched whole: refused, out of reach, too large, too slow, or another file."""


class NoDataError(MonaziteError):
    """No table holds the figure asked for. No data is never zero."""


class NotConverged(MonaziteError):
    """A model that reached no answer within its bounds. There is no number to show."""
