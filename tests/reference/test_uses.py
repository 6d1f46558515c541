"""The demand side: shares by use add up, are ordered, and stand as published."""

from __future__ import annotations

import pytest

from monazite.reference.store import Store

RANGES = {"uses": "share"}
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
