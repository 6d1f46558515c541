"""A mineral -> how well the market model did on its documented disruptions, from the table `market_record`."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

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
    return Track(mineral if own else "", played, tuple(sorted({str(row[-2]) for row in own or rows})))


def _played(rows: list[tuple[object, ...]]) -> Disruption:
    episode, year, importers, before_t, lost_t, actual_t = rows[0][:6]
    by = {str(row[6]): (float(str(row[7])), int(str(row[8])), float(str(row[9]))) for row in rows}
    return Disruption(
        episode=str(episode),
        year=int(str(year)),
        importers=int(str(importers)),
        before_t=float(str(before_t)),
        lost_t=float(str(lost_t)),
        actual_t=float(str(actual_t)),
        within={method: found[1] for method, found in by.items()},
        foretold_t={method: found[0] for method, found in by.items()},
        right_share={method: found[2] for method, found in by.items()},
    )
