"""The market's record on documented disruptions: that of the mineral asked about, or of all, as it was played."""

from __future__ import annotations

import math

import pytest

from monazite.reference.store import Store
from monazite.simulation.track import told
from monazite.workbench.history.track import market_tracks, track_of


def test_a_mineral_with_disruptions_of_its_own_has_their_record_alone(store: Store):
    track = track_of(store, "rare-earths")
    assert track.mineral == "rare-earths"
    assert {d.episode for d in track.played} == {f"rare-earths-{goods}-2011" for goods in ("cerium", "metal", "other")}
    assert track.sources == ("baci",)
    for d in track.played:
        assert d.before_t - d.lost_t == pytest.approx(d.foretold_t["unchanged"], rel=1e-3)
        assert 0 <= d.within["market"] <= d.within["monazite"] <= d.importers
    assert "on 3 documented disruptions of rare earths" in told(track)


def test_a_mineral_without_any_has_the_record_of_all(store: Store):
    track = track_of(store, "gallium")
    assert track.mineral == ""
    assert len(track.played) == store.rows("SELECT count(*) FROM episodes")[0][0]
    assert "none of this mineral" in told(track)
    assert [t.mineral for t in market_tracks(["gallium", "nickel", "germanium"])] == ["", "nickel"]


def test_means_leave_out_where_nothing_moved(store: Store):
    track = track_of(store, "gallium")
    known = [d.right_share["market"] for d in track.played if math.isfinite(d.right_share["market"])]
    assert track.right_pct("market") == pytest.approx(100 * sum(known) / len(known))
    assert track.right_pct("unchanged") == pytest.approx(50)
    assert 0 < track.off_pct("market") < 100
