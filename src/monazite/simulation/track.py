"""What the market foretold of documented disruptions -> its record, to stand beside what it says of a scenario."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

__all__ = ["Disruption", "Track", "told"]


@dataclass(frozen=True, slots=True)
class Disruption:
    """One documented disruption: gross tonnes its affected importers bought before, lost, and bought in the year.

    By method: `foretold_t`, the same for what was foretold, and `right_share`, the part of what others changed whose
    direction was foretold (NaN if nothing moved). `within` of `importers` came inside the range that the market's
    parameters leave open. The methods are those of the table `market_record`.
    """

    episode: str
    year: int
    importers: int
    within: int
    before_t: float
    lost_t: float
    actual_t: float
    foretold_t: Mapping[str, float]
    right_share: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Track:
    """The documented disruptions of one mineral, or of all (`mineral` is empty) where none is of that mineral."""

    mineral: str
    played: tuple[Disruption, ...]
    sources: tuple[str, ...]

    def off_pct(self, method: str) -> float:
        """How far off the imports of all affected importers were foretold, in percent: the median disruption."""
        return 100 * median(abs(p.foretold_t[method] - p.actual_t) / p.actual_t for p in self.played)

    def right_pct(self, method: str) -> float:
        """How much of what moved went the way that was foretold, in percent: the mean of the disruptions."""
        known = [p.right_share[method] for p in self.played if math.isfinite(p.right_share[method])]
        return 100 * sum(known) / len(known) if known else float("nan")


def told(track: Track) -> str:
    """The record in one line.

    >>> foretold_t = {"market": 6.0, "unchanged": 5.0, "proportional": 5.4}
    >>> one = Disruption("tin", 2011, 2, 1, 9.0, 4.0, 8.0, foretold_t, {"market": 0.7})
    >>> told(Track("tin", (one,), ("baci",)))
    'on 1 documented disruption of tin the market alone was 25% off what importers bought (others unchanged: 38%; \
a tenth made good: 32%); 70% of what moved went the way it said; 1 of 2 importers came within the range its \
parameters leave'
    """
    count = len(track.played)
    of = f" of {track.mineral.replace('-', ' ')}" if track.mineral else " (none of this mineral)"
    right = track.right_pct("market")
    way = f"{right:.0f}% of what moved went the way it said; " if math.isfinite(right) else ""
    within, importers = sum(p.within for p in track.played), sum(p.importers for p in track.played)
    return (
        f"on {count} documented disruption{'s' * (count > 1)}{of} the market alone was {track.off_pct('market'):.0f}% "
        f"off what importers bought (others unchanged: {track.off_pct('unchanged'):.0f}%; a tenth made good: "
        f"{track.off_pct('proportional'):.0f}%); {way}"
        f"{within} of {importers} importers came within the range its parameters leave"
    )
