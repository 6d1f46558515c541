"""A scenario played through the market: bands, ranges, and what it refuses."""

from __future__ import annotations

import pytest

from monazite.core.errors import NoDataError
from monazite.core.values import Band, Stage
from monazite.scenario.build import make_scenario
from monazite.scenario.values import ExportCut, Window, exactly
from monazite.simulation.market import TOLERANCE
from monazite.simulation.shock import play


def test_china_to_japan_in_ranges(rare_earths, names):
    cut = ExportCut(("CHN",), ("JPN",), "rare-earths", exactly(1.0))
    outcome = play(rare_earths, make_scenario((cut,), names, "reported", "test"), Stage.REFINED)
    (japan,) = outcome.importers
    assert japan.importer == "JPN"
    assert japan.lost_t.mid == pytest.approx(10_733.5, abs=1)
    assert 0 < japan.shortfall_t.low < japan.shortfall_t.mid < japan.shortfall_t.high < japan.lost_t.mid
    assert japan.replaced_t.mid + japan.shortfall_t.mid == pytest.approx(japan.lost_t.mid, rel=0.02)
    assert outcome.gains[0].exporter == "MYS"
    assert outcome.residual_share < TOLERANCE
    again = play(rare_earths, outcome.scenario, Stage.REFINED)
    assert again == outcome


def test_a_shorter_cut_takes_its_part_of_the_year(rare_earths, names):
    def lost(weeks):
        cut = ExportCut(("CHN",), ("JPN",), "rare-earths", exactly(1.0), Window(weeks=weeks))
        return (
            play(rare_earths, make_scenario((cut,), names, "x", "test"), Stage.METAL, draws=16).importers[0].lost_t.mid
        )

    assert lost(13) == pytest.approx(lost(52) / 4, rel=1e-6)


def test_the_price_paid_is_the_mean_over_what_is_still_bought(rare_earths, names):
    cut = ExportCut(("CHN",), ("JPN",), "rare-earths", exactly(1.0))
    outcome = play(rare_earths, make_scenario((cut,), names, "x", "test"), Stage.METAL)
    (japan,) = outcome.importers
    assert 0 < japan.price_change_pct.low < japan.price_change_pct.mid < japan.price_change_pct.high < 100


def test_an_exporter_that_sells_nothing_is_no_data(rare_earths, names):
    cut = ExportCut(("ISL",), ("JPN",), "rare-earths", exactly(1.0))
    with pytest.raises(NoDataError, match="ISL has no sales"):
        play(rare_earths, make_scenario((cut,), names, "x", "test"), Stage.METAL)


def test_an_exporter_nobody_knows_is_no_data(rare_earths, names):
    cut = ExportCut(("XYZ",), ("JPN",), "rare-earths", exactly(1.0))
    with pytest.raises(NoDataError, match="XYZ has no trade on record"):
        play(rare_earths, make_scenario((cut,), names, "x", "test", "A test"), Stage.METAL)


def test_the_range_of_a_cut_widens_the_result_and_a_point_is_its_cut(rare_earths, names):
    def lost(share: Band) -> Band:
        cut = ExportCut(("CHN",), ("JPN",), "rare-earths", share)
        outcome = play(rare_earths, make_scenario((cut,), names, "x", "test"), Stage.METAL, draws=64)
        assert [p.name for p in outcome.parameters if p.band == share] == (["share"] if share.low < share.high else [])
        return outcome.importers[0].lost_t

    sure = lost(exactly(0.5))
    wide = lost(Band(0.2, 0.5, 0.8))
    assert wide.low < 0.7 * sure.low < 1.3 * sure.high < wide.high
    ban = lost(exactly(1.0))
    almost = lost(Band(0.9, 1.0, 1.0))
    assert almost.low < ban.low
    assert almost.high == pytest.approx(ban.high, rel=1e-5)
