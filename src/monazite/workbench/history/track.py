"""A mineral -> how well the market model did on its documented disruptions, from the table `market_record`."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from monazite.reference.store import Store, open_store
from monazite.simulation.track import Disruption, Track

__all__ = ["market_tracks", "track_of"]

_ROWS = (
    "SELECT episode, year, importers, before_t, lost_t, actual_t, method, foretold_t, coalesce(within, 0), "
    "coalesce(right_share, 'NaN'::DOUBLE), r.source_id, hs92 IN (SELECT hs FROM commodities WHERE revision = 1992 "
    "AND mineral = ?) FROM market_record r JOIN episodes USING (episode) ORDER BY year, episode"
)


def market_tracks(minerals: Iterable[str]) -> tuple[Track, ...]:
    """`track_of` for each mineral, with the shipped tables; where two have none of their own, once."""
    with open_store() as store:
        found = {track.mineral: track for track in (track_of(store, mineral) for mineral in minerals)}
    return tuple(found.values())


def track_of(store: Store, mineral: str) -> Track:
    """The record on the mineral's own disruptions; on all documented ones where none is of that mineral."""
    rows = store.rows(_ROWS, [mineral])
    own = [row for row in rows if row[-1]]
    played = tuple(_played(list(of)) for _, of in groupby(own or rows, key=lambda row: row[0]))
    return Track(mineral if own else "", played, tuple(sorted({row[-2] for row in own or rows})))


def _played(rows: list[tuple[Any, ...]]) -> Disruption:
    """The disruption of its rows, one for each method."""
    foretold_t, within, right_share = ({row[6]: row[at] for row in rows} for at in (7, 8, 9))
    episode, year, importers, before_t, lost_t, actual_t = rows[0][:6]
    return Disruption(episode, year, importers, before_t, lost_t, actual_t, within, foretold_t, right_share)
