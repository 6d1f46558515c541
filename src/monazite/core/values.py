"""Values that cross rooms: where a figure comes from, how wide it is, and what it measures."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from numpy.typing import NDArray

from monazite.core.errors import MonaziteError

__all__ = ["Band", "Columns", "Progress", "Reading", "Source", "Stage", "Status", "silent"]

Columns = Mapping[str, NDArray[Any]]
"""The one table type between rooms: read-only arrays of equal length by column name."""

Progress = Callable[[str], None]
"""What a long verb calls with a short message at each step; the doors decide how to show it."""


def silent(message: str) -> None:
    """Show nothing: the progress of a call nobody watches."""


class Stage(StrEnum):
    """A stage of a mineral's chain, in the order material passes through them."""

    ORE = "ore"
    REFINED = "refined"
    METAL = "metal"
    COMPONENT = "component"


class Status(StrEnum):
    """Whether a figure could be made, and if not, why."""

    OK = "ok"
    NO_PRODUCTION = "no-production"
    NO_TRADE = "no-trade"
    NO_CODE = "no-code"
    NO_CONTENT = "no-content-factor"
    NO_SUPPLY = "no-supply"
    NO_LANE = "no-lane"
    TOO_FEW_YEARS = "too-few-years"
    NOT_PUBLISHED = "not-published"
    INCOMPLETE = "incomplete-list"
    UNKNOWN_MATERIAL = "unknown-material"


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures come from: what a reader needs to find them again and know their terms."""

    id: str
    publisher: str
    title: str
    published: str
    url: str
    licence: str
    sha256: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A range instead of a false point: low, central and high value in the same unit.

    >>> Band(1.0, 2.0, 4.0).scaled(10)
    Band(low=10.0, mid=20.0, high=40.0)
    """

    low: float
    mid: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.mid <= self.high:
            raise MonaziteError("a band", f"{self.low}, {self.mid}, {self.high} is out of order", "pass low, mid, high")

    @property
    def values(self) -> tuple[float, float, float]:
        """Low, central and high."""
        return self.low, self.mid, self.high

    @property
    def relative_sd(self) -> float:
        """Standard deviation over the central value, the range taken as nine tenths of a normal distribution."""
        return (self.high - self.low) / (3.29 * self.mid) if self.mid else 0.0

    def scaled(self, factor: float) -> Band:
        """The band in another unit; `factor` is positive."""
        return Band(self.low * factor, self.mid * factor, self.high * factor)

    def left_of(self, whole: float) -> Band:
        """What the band leaves of a whole, and never less than nothing.

        >>> Band(2.0, 3.0, 8.0).left_of(5.0)
        Band(low=0.0, mid=2.0, high=3.0)
        """
        return Band(*(max(whole - x, 0.0) for x in (self.high, self.mid, self.low)))


@dataclass(frozen=True, slots=True)
class Reading:
    """One indicator's result: a number in its unit, or the reason why there is none.

    `value` is None exactly when `status` is not ok; `sources` are source ids. `band` is the range, where the
    inputs have one.
    """

    name: str
    value: float | None
    unit: str
    status: Status = Status.OK
    year: int | None = None
    sources: tuple[str, ...] = ()
    note: str = ""
    band: Band | None = None

    def __post_init__(self) -> None:
        known = self.value is not None and math.isfinite(self.value)
        if known != (self.status is Status.OK):
            raise MonaziteError(
                f"reading {self.name}", f"value {self.value} with status {self.status}", "give a number or a reason"
            )
