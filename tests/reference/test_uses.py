"""The demand side: shares by use, intensities and bills of materials add up, are ordered, and stand as published."""

from __future__ import annotations

import pytest

from monazite.reference.store import Store

RANGES = {"uses": "share", "intensities": "kg", "bills_of_materials": "kg"}
ASKED = """rare-earths magnet-rare-earths gallium germanium graphite lithium cobalt nickel copper tungsten antimony
magnesium titanium vanadium niobium tantalum platinum palladium rhodium tin aluminium manganese chromium uranium
crude-oil natural-gas steam-coal coking-coal silicon indium zinc helium strontium"""


def test_the_shares_of_a_mineral_in_a_region_sum_to_one(store: Store):
    # Publications print whole percent: the EU's shares of cobalt sum to 1.02, those of tungsten to 0.99.
    sums = store.rows("SELECT mineral, region, sum(share_mid) FROM uses GROUP BY 1, 2")
    assert len(sums) >= 50
    assert not [row for row in sums if row[2] != pytest.approx(1, abs=0.021)]


def test_one_is_within_the_range_of_shares_that_have_one(store: Store):
    outside = """SELECT mineral, region FROM uses GROUP BY 1, 2
                 HAVING bool_and(share_high > share_low) AND NOT (sum(share_low) < 1 AND sum(share_high) > 1)"""
    assert store.rows(outside) == []


def test_shares_of_a_mineral_in_a_region_are_of_one_year(store: Store):
    assert store.rows("SELECT mineral, region FROM uses GROUP BY 1, 2 HAVING count(DISTINCT year) > 1") == []


def test_every_mineral_asked_for_has_uses(store: Store):
    assert set(ASKED.split()) <= {mineral for (mineral,) in store.rows("SELECT DISTINCT mineral FROM uses")}


def test_only_households_and_other_uses_have_no_industry(store: Store):
    without = {use for (use,) in store.rows("SELECT use FROM uses WHERE industry IS NULL")}
    assert without == {"other uses", "households"}
    assert store.rows("SELECT use FROM uses WHERE use = 'other uses' AND (industry IS NOT NULL OR note IS NULL)") == []


@pytest.mark.parametrize(("table", "column"), RANGES.items())
def test_ranges_are_ordered(store: Store, table: str, column: str):
    ordered = f"{column}_low <= {column}_mid AND {column}_mid <= {column}_high AND {column}_high > 0"
    assert store.rows(f"SELECT * FROM {table} WHERE NOT ({ordered})") == []


@pytest.mark.parametrize(("table", "column"), RANGES.items())
def test_an_assumption_has_a_real_range_and_a_reason(store: Store, table: str, column: str):
    bare = f"source_id = 'assumption' AND ({column}_high <= {column}_low OR note IS NULL)"
    assert store.rows(f"SELECT * FROM {table} WHERE {bare}") == []


@pytest.mark.parametrize("table", RANGES)
def test_secondary_figures_say_so(store: Store, table: str):
    silent = "source_id IN ('premise-2.5.2', 'jrc-wind-pv-2020') AND coalesce(note, '') NOT LIKE '%secondary%'"
    assert store.rows(f"SELECT * FROM {table} WHERE {silent}") == []


def test_every_programme_has_lines_and_lead_times(store: Store):
    lines = dict(store.rows("SELECT programme, count(*) FROM bills_of_materials GROUP BY 1"))
    assert set(lines) == {programme for (programme,) in store.rows("SELECT programme FROM programmes")}
    assert len(lines) == 6
    assert all(6 <= count <= 14 for count in lines.values())
    unordered = "NOT (lead_weeks_low < lead_weeks_mid AND lead_weeks_mid < lead_weeks_high)"
    assert store.rows(f"SELECT programme, line FROM bills_of_materials WHERE {unordered}") == []


def test_a_defence_system_is_described_by_assumptions_only(store: Store):
    sources = store.rows("SELECT DISTINCT source_id FROM bills_of_materials WHERE programme = 'unicorn-mast'")
    assert sources == [("assumption",)]


@pytest.mark.parametrize(
    ("mineral", "region", "use", "share"),
    [
        ("gallium", "EU", "integrated circuits", 0.70),  # EU study 2023
        ("lithium", "world", "batteries", 0.87),  # USGS Mineral Commodity Summaries 2025
        ("helium", "USA", "magnetic resonance imaging", 0.17),  # USGS Mineral Commodity Summaries 2025
        ("nickel", "world", "stainless steel", 0.64),  # Natural Resources Canada, 2023
        ("natural-gas", "USA", "electricity", 0.40),  # EIA, 2023
    ],
)
def test_published_shares_stand_in_the_table(store: Store, mineral, region, use, share):
    sql = "SELECT share_low, share_mid, share_high FROM uses WHERE mineral = ? AND region = ? AND use = ?"
    assert store.rows(sql, [mineral, region, use]) == [(share, share, share)]


@pytest.mark.parametrize(
    ("technology", "per", "mineral", "kg"),
    [
        ("electric-car", "vehicle", "nickel", 39.9),  # IEA, The Role of Critical Minerals, 2021
        ("wind-offshore", "MW", "copper", 8000),  # the same
        ("battery-lfp", "kWh", "lithium", 0.0915),  # BatPaC 5.1
        ("wind-direct-drive", "MW", "neodymium", 180),  # JRC, Carrara and others 2020
        ("electric-bus", "vehicle", "copper", 296),  # half-way between 224 and 369 of the Copper Association
    ],
)
def test_published_intensities_stand_in_the_table(store: Store, technology, per, mineral, kg):
    sql = "SELECT kg_mid FROM intensities WHERE technology = ? AND per = ? AND mineral = ?"
    assert store.rows(sql, [technology, per, mineral]) == [(kg,)]


def test_rare_earths_of_offshore_wind_agree_between_two_publications(store: Store):
    # The IEA's 239 kg/MW is the JRC's neodymium, praseodymium, dysprosium and terbium of a direct-drive turbine.
    parts = "technology = 'wind-direct-drive' AND mineral IN ('neodymium', 'praseodymium', 'dysprosium', 'terbium')"
    whole = "technology = 'wind-offshore' AND mineral = 'rare-earths'"
    assert store.rows(f"SELECT sum(kg_mid) FROM intensities WHERE {parts}") == [(239,)]
    assert store.rows(f"SELECT kg_mid FROM intensities WHERE {whole}") == [(239,)]


@pytest.mark.parametrize("mineral", ["lithium", "nickel", "cobalt", "graphite"])
def test_the_battery_of_the_car_is_75_kwh_of_its_chemistry(store: Store, mineral: str):
    car, cell = (
        store.rows("SELECT kg_mid FROM intensities WHERE technology = ? AND mineral = ?", [technology, mineral])[0][0]
        for technology in ("electric-car", "battery-nmc622")
    )
    assert 75 * float(str(cell)) == pytest.approx(float(str(car)), rel=0.08)
    bill = "SELECT kg_mid FROM bills_of_materials WHERE programme = 'electric-car' AND mineral = ?"
    assert store.rows(bill, [mineral]) == [(car,)]


def test_the_turbine_is_15_mw_of_the_intensity(store: Store):
    per_mw = "SELECT mineral, kg_mid FROM intensities WHERE technology = 'wind-direct-drive'"
    turbine = "SELECT mineral, kg_mid FROM bills_of_materials WHERE programme = 'offshore-wind-turbine'"
    bill = dict(store.rows(f"{turbine} AND line LIKE 'generator-%'"))
    expected = {mineral: 15 * float(str(kg)) for mineral, kg in store.rows(per_mw) if mineral in bill}
    assert set(expected) == {"neodymium", "praseodymium", "dysprosium", "terbium", "copper"}
    assert bill == expected
