"""The inter-country table adds up, agrees with published totals, and loses no more than its page says."""

from __future__ import annotations

import shutil
import zipfile
from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_build import economy as room

from monazite.core.errors import TableError
from monazite.reference.figures import economy_figures
from monazite.reference.store import Store, open_store
from monazite.reference.values import Economy


@pytest.fixture(scope="module")
def economy(store: Store) -> Economy:
    return economy_figures(store)


def one(store: Store, sql: str) -> float:
    return float(str(store.rows(sql)[0][0]))


def test_every_industry_of_every_economy_has_its_totals(store: Store):
    sql = "SELECT count(*), count(DISTINCT economy), count(DISTINCT industry) FROM io_totals"
    assert store.rows(sql) == [(4000, 80, 50)]
    assert store.rows("SELECT count(*) FROM economies WHERE economy IN ('JPN', 'IND', 'CHN', 'TWN')") == [(4,)]


def test_output_is_what_is_sold_and_what_it_cost(store: Store):
    wrong = (
        "SELECT economy, industry FROM io_totals WHERE output_musd <> intermediate_inputs_musd + other_inputs_musd "
        "OR output_musd <> intermediate_sales_musd + final_use_musd"
    )
    assert store.rows(wrong) == []
    # Two small industries buy more than they sell in the published table itself.
    losing = "SELECT economy, industry FROM io_totals WHERE other_inputs_musd < 0 ORDER BY 1"
    assert store.rows(losing) == [("CYP", "H51"), ("ISL", "C21")]


def test_what_is_listed_and_what_is_not_make_each_sum_exactly(store: Store):
    bought = (
        "SELECT buyer, buyer_industry, sum(value_musd) AS listed FROM io_flows GROUP BY ALL",
        "economy = buyer AND industry = buyer_industry",
    )
    wrong = (
        f"SELECT count(*) FROM io_totals LEFT JOIN ({bought[0]}) ON {bought[1]} "
        "WHERE intermediate_inputs_musd <> coalesce(listed, 0) + unlisted_inputs_musd"
    )
    assert store.rows(wrong) == [(0,)]
    abroad = (
        "SELECT buyer, buyer_industry, seller_industry, sum(value_musd) AS listed FROM io_flows "
        "WHERE buyer <> seller GROUP BY ALL"
    )
    wrong = (
        f"SELECT count(*) FROM io_imports LEFT JOIN ({abroad}) USING (buyer, buyer_industry, seller_industry) "
        "WHERE value_musd <> coalesce(listed, 0) + unlisted_musd"
    )
    assert store.rows(wrong) == [(0,)]


def test_imports_of_the_buyers_are_the_sales_of_the_sellers(store: Store):
    sides = (
        f"(SELECT buyer, seller_industry, sum(value_musd) AS {side} FROM io_{side} GROUP BY ALL)"
        for side in ("imports", "trade")
    )
    wrong = f"SELECT count(*) FROM {' FULL JOIN '.join(sides)} USING (buyer, seller_industry) WHERE imports <> trade"
    assert store.rows(wrong) == [(0,)]
    assert store.rows("SELECT count(*) FROM io_trade WHERE seller = buyer") == [(0,)]


def test_value_added_agrees_with_published_gdp(store: Store):
    # Current USD millions, World Bank, World Development Indicators, July 2023, NY.GDP.MKTP.CD of 2022.
    # other_inputs is no GDP: it lacks taxes on final products and holds inputs from the rest of the world.
    for country, gdp in {"JPN": 4_231_141, "IND": 3_385_090, "CHN": 17_963_171}.items():
        found = one(store, f"SELECT sum(other_inputs_musd) FROM io_totals WHERE economy = '{country}'")
        assert found == pytest.approx(gdp, rel=0.05), country
    # The world besides: the 80 economies lack about a hundred others and taxes on final products.
    assert 0.90 < one(store, "SELECT sum(other_inputs_musd) FROM io_totals") / 100_562_011 < 1.0


def test_the_reduction_keeps_what_it_states(store: Store):
    kept = one(store, "SELECT 1 - sum(unlisted_inputs_musd) / sum(intermediate_inputs_musd) FROM io_totals")
    assert kept > 0.998
    small = (
        "SELECT count(*) FROM io_flows JOIN io_totals ON economy = buyer AND industry = buyer_industry "
        "WHERE seller <> buyer AND value_musd < least(0.3, intermediate_inputs_musd / 10000)"
    )
    assert store.rows(small) == [(0,)]
    most = (
        "SELECT max(unlisted_inputs_musd / intermediate_inputs_musd) FROM io_totals WHERE intermediate_inputs_musd > 0"
    )
    assert one(store, most) < 0.032


def test_the_square_adds_up(economy: Economy):
    flows, output = economy.flows_musd, economy.output_musd
    assert flows.shape == (4000, 4000)
    assert flows.min() >= 0
    assert not flows.flags.writeable
    np.testing.assert_allclose(flows.sum(axis=0) + economy.other_inputs_musd, output, rtol=1e-12, atol=1e-6)
    np.testing.assert_allclose(flows.sum(axis=1) + economy.final_use_musd, output, rtol=1e-7, atol=1e-6)
    assert economy.sources == ("icio",)


def test_listed_cells_stand_as_published_and_seller_sums_hold(store: Store, economy: Economy):
    e, i = {c: k for k, c in enumerate(economy.economies)}, {c: k for k, c in enumerate(economy.industries)}
    square = economy.flows_musd.reshape(len(e), len(i), len(e), len(i))
    chosen = "WHERE buyer = 'JPN' AND seller_industry = 'C24B'"
    for seller, product, industry, value in store.rows(
        f"SELECT seller, seller_industry, buyer_industry, value_musd FROM io_flows {chosen}"
    ):
        assert square[e[seller], i[product], e["JPN"], i[industry]] == pytest.approx(value, rel=1e-12)
    for seller, value in store.rows(f"SELECT seller, value_musd FROM io_trade {chosen}"):
        assert square[e[seller], i["C24B"], e["JPN"]].sum() == pytest.approx(value, abs=1e-4)


def test_single_precision_is_the_same_square(store: Store, economy: Economy):
    single = economy_figures(store, np.float32).flows_musd
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, economy.flows_musd, rtol=1e-5)


def test_sales_agree_with_another_reading_of_the_publication(economy: Economy, shared):
    with np.load(shared / "data" / "icio" / "icio2022_31reg_50sec.npz") as other:
        flows, regions, sectors = other["Z"], list(other["regions"]), list(other["sectors"])
    assert tuple(sectors) == economy.industries
    common = [c for c in regions if c in economy.economies]
    theirs = flows.sum(axis=2, dtype=float)[:, [regions.index(c) for c in common]]
    theirs = theirs[:, :, [regions.index(c) for c in common]].transpose(1, 0, 2)
    at = [economy.economies.index(c) for c in common]
    pairs = (len(economy.economies), len(economy.industries))
    ours = economy.flows_musd.reshape(pairs + pairs).sum(axis=3)[at][:, :, at]
    np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-3)


def small_cells(seed: int = 1) -> np.ndarray:
    """A table of three economies with two industries each, as published: four decimals."""
    return np.round(np.random.default_rng(seed).lognormal(0, 3, (3, 2, 3, 2)), 4)


def small_cache(path, cells, *, spoilt: float = 0.0):
    """The table in the form of the package; the first industry of the first economy buys more than it makes."""
    n = 6
    inputs, sales = cells.sum(axis=(0, 1)), cells.sum(axis=(2, 3))
    output = np.round(np.maximum(inputs, sales) * 1.5, 4)
    cells[0, 0] = cells[0, 0] / 1e4
    cells[:] = np.round(cells, 4)
    inputs, sales = cells.sum(axis=(0, 1)), cells.sum(axis=(2, 3))
    output[0, 0] = np.round(max(inputs[0, 0] * 0.9, sales[0, 0]), 4)
    square, flat = cells.transpose(1, 0, 3, 2).reshape(n, n), output.T.ravel()
    np.savez(
        path,
        A=square / square.sum(axis=0),
        omb=np.minimum(square.sum(axis=0) / flat, 0.98),
        go=flat,
        z=flat - square.sum(axis=1) + spoilt,
        countries=np.array(["CHN", "IND", "JPN"]),
        sectors=np.array(["B07", "C24A"]),
    )
    return output


def test_published_cells_are_recovered_even_where_the_package_caps(tmp_path):
    cells = small_cells()
    output = small_cache(tmp_path / "cache.npz", cells)
    assert cells.sum(axis=(0, 1))[0, 0] > output[0, 0]
    found = room.published(tmp_path / "cache.npz")
    assert (found.economies, found.industries) == (("CHN", "IND", "JPN"), ("B07", "C24A"))
    np.testing.assert_allclose(found.cells, cells, atol=1e-9)
    np.testing.assert_allclose(found.output, output)


def test_a_package_that_does_not_add_up_is_refused(tmp_path):
    small_cache(tmp_path / "cache.npz", small_cells(), spoilt=1.0)
    with pytest.raises(TableError, match="miss the stated sales"):
        room.published(tmp_path / "cache.npz")


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_weights_spread_what_is_not_listed_over_open_cells(seed: int):
    rng = np.random.default_rng(seed)
    cells = np.round(rng.lognormal(0, 1, (6, 4, 6, 4)), 4)
    keep = rng.random(cells.shape) < 0.15
    home = np.arange(6)
    keep[home, :, home, :] = True
    room_left = np.where(keep, 0.0, room.weights(cells, keep)[..., None])
    bought = np.where(keep, 0.0, cells).sum(axis=0)
    total = room_left.sum(axis=0)
    spread = room_left * np.divide(bought, total, out=np.zeros_like(bought), where=total > 0)
    np.testing.assert_allclose(spread.sum(axis=0), bought, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(spread.sum(axis=3), np.where(keep, 0.0, cells).sum(axis=3), rtol=1e-6)


def wheel_of(tmp_path, name, **changes):
    """A wheel of the real one's form."""
    cache, wheel = tmp_path / f"{name}.npz", tmp_path / f"{name}.whl"
    small_cache(cache, small_cells())
    if changes:
        with np.load(cache) as arrays:
            changed = dict(arrays) | changes
        np.savez(cache, **changed)
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.write(cache, "sanction_simulator/data/bench_cache.npz")
    return wheel


def test_the_build_reads_a_wheel_into_the_same_bytes_each_time(store: Store, tmp_path, monkeypatch):
    wheel = wheel_of(tmp_path, "small")
    monkeypatch.setattr(room, "ECONOMY_WHEEL_SHA256", sha256(wheel.read_bytes()).hexdigest())
    written = []
    for name in ("first", "second"):
        folder = tmp_path / name
        shutil.copytree(store.folder, folder)
        room.build_economy(wheel, folder)
        written.append({p.name: p.read_bytes() for p in folder.iterdir()})
    assert written[0] == written[1]
    with open_store(folder) as made:
        assert made.rows("SELECT count(*) FROM io_totals") == [(6,)]
        assert made.rows("SELECT economy, name FROM economies ORDER BY 1")[2] == ("JPN", "Japan")
        square = economy_figures(made).flows_musd
        inputs = "SELECT count(*), count(DISTINCT package) FROM inputs WHERE package LIKE 'sanction%'"
        assert made.rows(inputs) == [(2, 1)]
    cells = small_cells()
    small_cache(tmp_path / "again.npz", cells)
    np.testing.assert_allclose(square.sum(axis=0), cells.reshape(6, 6).sum(axis=0))
    listed = room.listed(cells).reshape(6, 6)
    np.testing.assert_allclose(square[listed], cells.reshape(6, 6)[listed])


def test_unknown_codes_and_other_wheels_are_refused(store: Store, tmp_path, monkeypatch):
    wheel = wheel_of(tmp_path, "odd", countries=np.array(["CHN", "IND", "XXX"]), sectors=np.array(["B07", "Z99"]))
    with pytest.raises(TableError, match="expected"):
        room.build_economy(wheel, tmp_path)
    monkeypatch.setattr(room, "ECONOMY_WHEEL_SHA256", sha256(wheel.read_bytes()).hexdigest())
    for name in ("countries", "industries"):
        shutil.copy(store.folder / f"{name}.csv", tmp_path)
    with pytest.raises(TableError, match=r"XXX is no country; Z99 is not in industries"):
        room.build_economy(wheel, tmp_path)
