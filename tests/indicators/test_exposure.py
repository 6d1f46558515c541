"""Exposure: a hand-worked network, then real figures, coalitions, and every status."""

from __future__ import annotations

import numpy as np
import pytest

from monazite.core.errors import NoDataError, UnknownCode
from monazite.core.values import Stage, Status
from monazite.indicators.exposure import exposure, net_import_reliance
from monazite.indicators.geopolrisk import geopolrisk, geopolrisk_readings
from monazite.indicators.registry import REGISTRY, indicator
from monazite.network.supply import SupplyNetwork, build_network, flows
from monazite.reference.figures import material_figures
from monazite.reference.values import Figures
from monazite.workbench.lazy import function

COUNTRIES = ("AAA", "BBB", "CCC", "DDD")


def small(trade, content=(0.5, 0.6, 0.8), production=(100.0, 20.0, np.nan, np.nan)) -> SupplyNetwork:
    """One refined code over one year; trade rows are (exporter, importer, value, tonnes)."""
    rows = np.array(trade, dtype=float).reshape(-1, 4)
    attributes = {
        "hs": ["284690"], "revision": [1992], "mixed_with": [""], "trade_sources": ["baci"],
        "stage": ["refined"], "goods": ["compounds"], "content_of": ["REO"],
        "content_low": [content[0]], "content_mid": [content[1]], "content_high": [content[2]],
        "content_source_id": ["assumption"], "note": [""], "material": ["Rare earth"], "unit": ["t"],
    }  # fmt: skip
    columns = {
        "good": np.zeros(len(rows), int),
        "year": np.zeros(len(rows), int),
        "exporter": rows[:, 0].astype(int),
        "importer": rows[:, 1].astype(int),
        "value_usd": rows[:, 2],
        "gross_t": rows[:, 3],
    }
    figures = Figures(
        goods=("284690",),
        years=(2024,),
        countries=COUNTRIES,
        trade=columns,
        production=np.array(production).reshape(1, 1, 4),
        stability=np.array([[-2.5, 0.0, 2.5, np.nan]]),
        attributes={k: np.array(v) for k, v in attributes.items()},
    )
    return build_network("rare-earths", figures)


FIGURES = Figures(
    goods=("Rare earth",),
    years=(2024,),
    countries=COUNTRIES,
    trade={
        "good": np.zeros(2, int),
        "year": np.zeros(2, int),
        "exporter": np.array([0, 1]),
        "importer": np.array([2, 2]),
        "value_usd": np.array([60.0, 40.0]),
        "gross_t": np.array([6.0, 2.0]),
    },
    production=np.array([100.0, 20.0, np.nan, np.nan]).reshape(1, 1, 4),
    stability=np.array([[-2.5, 0.0, 2.5, np.nan]]),
    attributes={"unit": np.array(["t"]), "hs92": np.array(["284690"])},
)

NETWORK = small([(0, 2, 60, 6), (1, 2, 40, 2), (2, 3, 10, 1), (0, 3, 30, 3)])


def test_a_hand_worked_exposure():
    found = exposure(NETWORK, "CCC", ("CCC",), 2024)
    (stage,) = found.stages
    assert [(s.country, s.share, s.gross_t) for s in stage.suppliers] == [("AAA", 0.6, 6.0), ("BBB", 0.4, 2.0)]
    values = {r.name: r.value for r in stage.readings}
    assert values["supplier HHI"] == pytest.approx(0.52)
    assert values["supplier HHI weighted by governance risk"] == pytest.approx(0.36 * 1.0 + 0.16 * 0.5)
    assert values["imports left without the largest supplier"] == pytest.approx(0.4)
    assert values["world export HHI"] == pytest.approx((90**2 + 40**2 + 10**2) / 140**2)
    assert stage.history == ((2024, 0.6, "AAA"),)
    world = {r.name: r for r in found.world}
    assert world["mine HHI"].value == pytest.approx((100**2 + 20**2) / 120**2)
    assert world["net import reliance"].value == pytest.approx(1.0)


def test_reliance_carries_the_range_of_content():
    # BBB mines 20 t and imports nothing; give it 10 t gross of imports: (5, 6, 8) t contained.
    network = small([(0, 1, 100, 10)])
    reading = net_import_reliance(network, np.array([False, True, False, False]), 2024)
    assert reading.value == pytest.approx(6 / 26)
    assert (reading.band.low, reading.band.high) == pytest.approx((5 / 25, 8 / 28))
    assert "assumption" in reading.note


def test_the_range_takes_each_code_at_its_own_edge():
    # BBB buys 10 t and sells 4 t gross of the same code: (6 x 0.5, 6 x 0.6, 6 x 0.8) t contained beside 20 t mined.
    reading = net_import_reliance(small([(0, 1, 100, 10), (1, 2, 40, 4)]), np.array([False, True, False, False]), 2024)
    assert reading.value == pytest.approx(3.6 / 23.6)
    assert (reading.band.low, reading.band.high) == pytest.approx((3 / 23, 4.8 / 24.8))


def test_the_score_of_a_buyer_is_that_of_the_whole_table(store):
    table = geopolrisk(material_figures(store, 2024, 2024))
    minerals = ("rare-earths", "steam-coal", "silver", "natural-gas", "gallium", "germanium")
    figures = material_figures(store, 2024, 2024, minerals)
    assert figures.goods == ("Gallium", "Germanium", "Natural gas", "Rare earth", "Silver", "Steam Coal")
    for country in ("JPN", "IND", "DEU", "TWN"):
        for material, (score, factor) in geopolrisk_readings(figures, (country,)).items():
            (at,) = np.flatnonzero((table["material"] == material) & (table["country"] == country))
            assert score.status == table["status"][at]
            if score.value is not None:
                # The country itself carries no risk to itself: its imports from itself are not in the table anyway.
                assert score.value == pytest.approx(table["score"][at], rel=1e-9)
                assert factor.value == pytest.approx(table["cf"][at], rel=1e-9)


def test_minerals_that_no_publisher_counts_have_no_score(store):
    assert geopolrisk_readings(material_figures(store, 2024, 2024, ("no-such-mineral",)), ("JPN",)) == {}


def test_what_members_buy_from_each_other_carries_no_risk():
    alone, together = (geopolrisk(FIGURES, m)["import_risk"][0] for m in (("CCC",), ("BBB", "CCC")))
    # CCC buys 6 t from AAA (g = 1) and 2 t from BBB (g = 0.5); BBB mines 20 t and has no risk of its own.
    assert alone == pytest.approx((6 * 1.0 + 2 * 0.5) / 8)
    assert together == pytest.approx(6 * 1.0 / (8 + 20))


def test_trade_between_members_is_inside():
    found = exposure(NETWORK, "CCC+DDD", ("CCC", "DDD"), 2024)
    assert [(s.country, s.value_usd) for s in found.stages[0].suppliers] == [("AAA", 90.0), ("BBB", 40.0)]


def test_missing_tonnes_are_estimated_and_counted():
    network = small([(0, 2, 60, 6), (1, 2, 40, np.nan), (0, 3, 20, 2)])
    matrix = flows(network, Stage.REFINED, 2024)
    assert matrix.gross_t[1, 2] == pytest.approx(4.0)  # 40 USD at the median of 10 USD per tonne
    assert matrix.estimated_share == pytest.approx(40 / 120)


def test_every_missing_figure_has_its_reason():
    nobody = exposure(small([(0, 3, 30, 3)]), "CCC", ("CCC",), 2024)
    assert {r.status for r in nobody.stages[0].readings[:3]} == {Status.NO_TRADE}
    no_mines = exposure(small([(0, 2, 60, 6)], production=(np.nan,) * 4), "CCC", ("CCC",), 2024)
    assert {r.status for r in no_mines.world} == {Status.NO_PRODUCTION}
    no_content = exposure(small([(0, 2, 60, 6)], content=(np.nan,) * 3), "CCC", ("CCC",), 2024)
    assert no_content.world[-1].status is Status.NO_CONTENT
    seller = exposure(small([(1, 2, 900, 90)]), "BBB", ("BBB",), 2024)
    assert seller.world[-1].status is Status.NO_SUPPLY


def test_a_year_or_stage_without_data_raises():
    with pytest.raises(NoDataError, match="2024 to 2024"):
        exposure(NETWORK, "CCC", ("CCC",), 1990)
    with pytest.raises(NoDataError, match="Stages with codes: refined"):
        flows(NETWORK, Stage.COMPONENT, 2024)


def test_japan_depends_on_china_for_compounds_and_on_vietnam_for_metal(rare_earths):
    # BACI V202601, 2024, by value.
    stages = {s.stage: s for s in exposure(rare_earths, "Japan", ("JPN",), 2024).stages}
    assert stages["refined"].suppliers[0].country == "CHN"
    assert stages["refined"].suppliers[0].share == pytest.approx(0.508, abs=0.001)
    assert stages["metal"].suppliers[0].country == "VNM"
    assert stages["metal"].suppliers[0].share == pytest.approx(0.638, abs=0.001)


def test_shares_sum_to_one_for_every_stage_and_buyer(rare_earths):
    for buyer in ("JPN", "IND", "USA", "DEU"):
        for stage in exposure(rare_earths, buyer, (buyer,), 2024).stages:
            assert sum(s.share for s in stage.suppliers) == pytest.approx(1.0)


def test_every_indicator_makes_a_table_with_its_columns(rare_earths):
    for entry in REGISTRY:
        assert entry.equation
        assert entry.method
        assert [entry.from_figures, entry.from_network, entry.from_lanes, entry.from_tables].count("") == 3
        if entry.from_network:
            rows = list(function(entry.from_network)(rare_earths, 2024))
            assert rows
            assert all(len(r) == len(entry.columns) for r in rows)
    with pytest.raises(UnknownCode, match="Known are"):
        indicator("risk")
