"""Production, trade, chains and by-products by stage: known figures, published totals, the rule between publishers."""

from __future__ import annotations

import numpy as np
import pytest

from monazite.reference.coverage import coverage, differences, mirror_gaps
from monazite.reference.figures import stage_production
from monazite.reference.store import Store, open_store

FOLLOWED = {
    *("rare-earths", "gallium", "germanium", "graphite", "lithium", "cobalt", "nickel", "copper", "tungsten"),
    *("antimony", "magnesium", "titanium", "vanadium", "niobium", "tantalum", "platinum", "tin", "aluminium"),
    *("manganese", "chromium", "uranium", "crude-oil", "natural-gas", "steam-coal"),
}


def produced(store: Store, mineral: str, stage: str, year: int) -> dict[str, float]:
    table = stage_production(store, mineral)
    chosen = (table["stage"] == stage) & (table["year"] == year)
    return dict(zip(table["country"][chosen].tolist(), table["contained_t"][chosen].tolist(), strict=True))


def test_china_mined_270_000_tonnes_of_rare_earths_in_2024(store: Store):
    assert produced(store, "rare-earths", "ore", 2024)["CHN"] == 270_000
    usgs = "SELECT quantity FROM production WHERE product = ? AND country = 'CHN' AND year = 2024"
    assert store.rows(usgs, ["Rare Earths: Mine production"]) == [(270_000.0,)]


@pytest.mark.parametrize(
    ("hs", "importer", "exporter", "share"),
    [
        ("850511", "JPN", "PHL", 0.32),
        ("850511", "JPN", "VNM", 0.28),
        ("850511", "JPN", "CHN", 0.28),
        ("850511", "IND", "CHN", 0.84),
        ("810411", "JPN", "CHN", 0.98),
        ("810411", "IND", "CHN", 0.985),
    ],
)
def test_shares_of_imports_in_2024_by_value(store: Store, hs: str, importer: str, exporter: str, share: float):
    sql = (
        "SELECT sum(value_usd) FILTER (exporter = ?) / sum(value_usd) FROM trade "
        "WHERE revision = 2017 AND hs = ? AND importer = ? AND year = 2024"
    )
    assert store.rows(sql, [exporter, hs, importer])[0][0] == pytest.approx(share, abs=0.006)


def test_refining_in_2024_as_published(store: Store):
    lithium = produced(store, "lithium", "refined", 2024)
    assert lithium["CHN"] == pytest.approx(169_678 * 2.1527)  # Li2O of the IEA's 169.7 kt Li
    assert produced(store, "gallium", "metal", 2024)["JPN"] == pytest.approx(3, abs=3)
    assert produced(store, "magnesium", "metal", 2024)["CHN"] == 953_000
    assert produced(store, "magnet-rare-earths", "refined", 2024)["CHN"] == 73_757


def test_the_newest_year_comes_from_whoever_has_it_and_years_are_never_mixed(store: Store):
    table = stage_production(store, "cobalt")
    by_year = {(s, int(y)): set() for s, y in zip(table["stage"], table["year"], strict=True)}
    for stage, year, source in zip(table["stage"], table["year"], table["source_id"], strict=True):
        by_year[stage, int(year)].add(str(source))
    assert all(len(sources) == 1 for sources in by_year.values())
    assert by_year["ore", 2024] == {"wmd"}
    assert by_year["ore", 2025] == {"usgs-mcs2026"}
    assert by_year["metal", 2024] == {"iea-2025"}


def test_two_publishers_of_one_stage_have_different_ranks(store: Store):
    tied = store.rows(
        "SELECT mineral, stage, kind, rank FROM products WHERE mineral IS NOT NULL "
        "GROUP BY ALL HAVING count(DISTINCT source_id) > 1"
    )
    assert tied == []


def test_countries_and_the_rest_add_up_to_the_published_world_total(store: Store):
    off = store.rows(
        "SELECT w.source_id, product, w.year, "
        "(sum(p.quantity) + coalesce(any_value(w.others), 0)) / any_value(w.quantity) AS ratio "
        "FROM world_totals w JOIN production p USING (source_id, product, year) "
        "JOIN products USING (source_id, product) "
        "WHERE kind = 'production' GROUP BY ALL HAVING abs(ratio - 1) > 0.05"
    )
    assert off == []  # the USGS rounds world totals to two or three digits
    assert store.rows("SELECT count(*) FROM world_totals")[0][0] > 100


def test_shares_published_as_shares_stay_below_one(store: Store):
    sums = store.rows(
        "SELECT product, sum(quantity) AS s FROM production JOIN products USING (source_id, product) "
        "WHERE unit = 'share' GROUP BY ALL HAVING s > 1.02 OR s < 0.88"
    )
    assert sums == []


def test_a_figure_that_is_not_there_says_why(store: Store):
    why = "quality IN ('w', 'n', 's')"
    silent = f"SELECT * FROM production WHERE source_id <> 'wmd' AND (quantity IS NULL) <> ({why})"
    assert store.rows(silent) == []
    withheld = "SELECT quantity, quality FROM production WHERE product = ? AND country = 'USA' AND year = 2025"
    assert store.rows(withheld, ["Lithium: Mine production"]) == [(None, "w")]


def test_every_followed_mineral_has_production_and_trade_or_says_none(store: Store):
    cells = coverage(store)
    assert {c.mineral for c in cells} >= FOLLOWED
    germanium = {c.stage: c for c in cells if c.mineral == "germanium"}["metal"]
    assert germanium.codes == ("811230", "811292")
    gallium = {c.stage: c for c in cells if c.mineral == "gallium"}["metal"]
    assert gallium.mixed
    magnets = next(c for c in cells if (c.mineral, c.stage) == ("rare-earths", "component"))
    assert (magnets.production_years, magnets.trade_years, magnets.trade_sources) == (
        "",
        "2002-2024",
        ("baci-extract",),
    )


def test_two_publishers_are_shown_side_by_side(store: Store):
    found = {(d.stage, d.other): d for d in differences(store, "cobalt")}
    congo = found["ore", "usgs-mcs2026"]
    assert (congo.preferred, congo.year, congo.country) == ("wmd", 2024, "COD")
    assert (congo.country_preferred_t, congo.country_other_t) == (200_253, 226_000)
    assert congo.other_pct == pytest.approx(100 * (301_590 / 268_755 - 1), abs=0.1)
    world = differences(store)
    assert [abs(d.other_pct) for d in world] == sorted((abs(d.other_pct) for d in world), reverse=True)


def test_mirror_trade_shows_the_years_of_smuggling(store: Store):
    gaps = {(g.hs, g.year): g for g in mirror_gaps(store)}
    assert gaps["280530", 2024].tonnes_ratio == pytest.approx(0.99, abs=0.01)
    assert all(gaps["280530", year].tonnes_ratio > 1.6 for year in range(2011, 2015))
    assert gaps["850511", 2024].value_ratio == pytest.approx(0.96, abs=0.01)


def test_a_chain_runs_from_ore_toward_the_component(store: Store):
    order = {"ore": 0, "refined": 1, "metal": 2, "component": 3}
    for start, end, low, mid, high in store.rows(
        "SELECT from_stage, to_stage, yield_low, yield_mid, yield_high FROM chain"
    ):
        assert order[str(start)] < order[str(end)]
        assert 0 < low <= mid <= high <= 1
    for _, _, _, _, low, mid, high, *_ in store.rows("SELECT * FROM byproducts"):
        assert 0 < low <= mid <= high <= 1
    flat = "SELECT count(*) FROM chain WHERE source_id = 'assumption' AND yield_low = yield_high"
    assert store.rows(flat) == [(0,)]


def test_shares_of_hosts_never_pass_the_whole(store: Store):
    assert store.rows("SELECT mineral, sum(share_low) AS s FROM byproducts GROUP BY 1 HAVING s > 1") == []


def test_every_traded_code_is_known_and_content_comes_with_its_source(store: Store):
    stray = "SELECT DISTINCT revision, hs FROM trade ANTI JOIN commodities USING (revision, hs)"
    assert store.rows(stray) == []
    assert store.rows("SELECT hs FROM commodities WHERE (content_mid IS NULL) <> (content_source_id IS NULL)") == []
    assert store.rows("SELECT hs FROM commodities WHERE content_low > content_mid OR content_mid > content_high") == []
    wide = "SELECT hs FROM commodities WHERE content_source_id = 'assumption' AND content_low = content_high"
    assert store.rows(wide) == []


def test_a_concordance_leads_to_every_later_code(store: Store):
    later = "SELECT DISTINCT hs FROM commodities WHERE revision = 2017"
    assert store.rows(f"{later} AND hs NOT IN (SELECT to_hs FROM concordance WHERE to_revision = 2017)") == []


def test_sums_have_the_same_digits_each_time(store: Store):
    """Thousands of sums of fractions in an order that nothing fixes would differ in their last digit."""
    asked = "SELECT country, sum(quantity / 7) AS t FROM production GROUP BY country ORDER BY country"
    first = store.query(asked)["t"]
    for _ in range(5):
        with open_store() as anew:
            np.testing.assert_array_equal(anew.query(asked)["t"], first)
