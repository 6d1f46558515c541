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
    direction was foretold (NaN if nothing moved); `within` of `importers` came inside the range: for `market` that
    which its parameters leave open, for `monazite` the 80% of earlier falls. The methods are those of the table
    `market_record`.
    """

    episode: str
    year: int
    importers: int
    before_t: float
    lost_t: float
    actual_t: float
    within: Mapping[str, int]
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

    >>> foretold_t = {"market": 6.0, "monazite": 7.0, "unchanged": 5.0, "proportional": 5.4}
    >>> right = {"market": 0.7, "monazite": 0.8}
    >>> one = Disruption("tin", 2011, 2, 9.0, 4.0, 8.0, {"market": 0, "monazite": 2}, foretold_t, right)
    >>> told(Track("tin", (one,), ("baci",)))
    'on 1 documented disruption of tin the market alone was 25% off what importers bought, with what earlier falls \
teach 12% (others unchanged: 38%; a tenth made good: 32%); 70% of what moved went the way the market said, 80% the way \
of earlier falls; of 2 importers 0 came within the range the parameters leave, 2 within that of earlier falls'
    """
    count = len(track.played)
    of = f" of {track.mineral.replace('-', ' ')}" if track.mineral else " (none of this mineral)"
    right = track.right_pct("market")
    way = (
        f"{right:.0f}% of what moved went the way the market said, {track.right_pct('monazite'):.0f}% the way of "
        "earlier falls; "
        if math.isfinite(right)
        else ""
    )
    within = {method: sum(p.within[method] for p in track.played) for method in ("market", "monazite")}
    return (
        f"on {count} documented disruption{'s' * (count > 1)}{of} the market alone was {track.off_pct('market'):.0f}% "
        f"off what importers bought, with what earlier falls teach {track.off_pct('monazite'):.0f}% (others unchanged: "
        f"{track.off_pct('unchanged'):.0f}%; a tenth made good: {track.off_pct('proportional'):.0f}%); {way}of "
        f"{sum(p.importers for p in track.played)} importers {within['market']} came within the range the parameters "
        f"leave, {within['monazite']} within that of earlier falls"
    )
