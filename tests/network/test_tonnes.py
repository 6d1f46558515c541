"""Tonnes nobody reported, or absurd ones, come from value by a rule, and are flagged."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.core.values import Columns
from monazite.network.supply import ABSURD, SupplyNetwork, build_network
from monazite.reference.figures import mineral_figures
from monazite.reference.store import Store
from monazite.reference.values import Figures

YEARS = (2022, 2023, 2024)


def network(rows: list[tuple[int, int, float, float]]) -> SupplyNetwork:
    """Two codes of one series (2002 and 2017 editions); rows are (code, year, value, tonnes), each arc of its own."""
    data = np.array(rows, dtype=float)
    n = len(rows)
    trade: Columns = {
        "good": data[:, 0].astype(int),
        "year": data[:, 1].astype(int),
        "exporter": np.arange(n),
        "importer": (np.arange(n) + 1) % (n + 1),
        "value_usd": data[:, 2],
        "gross_t": data[:, 3],
    }
    texts = {
        "hs": "850511",
        "stage": "component",
        "goods": "magnets",
        "content_of": "REO",
        "note": "",
        "mixed_with": "",
    }
    attributes = {k: np.array([v, v]) for k, v in texts.items()} | {
        "revision": np.array([2002, 2017]),
        "trade_sources": np.array(["baci-extract", "baci-extract"]),
        "content_source_id": np.array(["assumption", "assumption"]),
        **{f"content_{k}": np.array([0.3, 0.3]) for k in ("low", "mid", "high")},
        "material": np.array(["Rare earth"]),
        "unit": np.array(["t"]),
    }
    shape = (1, len(YEARS), n + 1)
    labels = tuple(f"C{i:02d}" for i in range(n + 1))
    figures = Figures(
        ("850511", "850511"), YEARS, labels, trade, np.full(shape, np.nan), np.zeros(shape[1:]), attributes
    )
    return build_network("rare-earths", figures)


def test_missing_tonnes_take_the_price_of_the_bulk_of_the_value():
    found = network([(1, 2, 1000, 10), (1, 2, 900, 10), (1, 2, 5, 1), (1, 2, 4, 1), (1, 2, 200, np.nan)])
    assert found.gross_t[-1] == pytest.approx(200 / 100)  # small parcels at 5 a tonne do not move it
    assert found.estimated.tolist() == [False, False, False, False, True]
    assert not found.absurd.any()


def test_an_absurd_mass_is_replaced_and_flagged():
    found = network([(1, 2, 1000, 10), (1, 2, 1000, 11), (1, 2, 10, 10 * ABSURD)])
    assert found.absurd.tolist() == [False, False, True]
    assert found.estimated[2]
    assert found.gross_t[2] == pytest.approx(10 / (1000 / 11), rel=0.2)


def test_years_before_any_tonnes_take_the_price_of_the_first_year_of_the_same_code():
    found = network([(0, 0, 500, np.nan), (0, 1, 600, np.nan), (1, 2, 1000, 10)])
    assert found.gross_t.tolist() == [5.0, 6.0, 10.0]
    assert found.estimated.tolist() == [True, True, False]


def test_a_gap_takes_the_price_of_the_year_before_and_nothing_later():
    found = network([(0, 0, 500, 10), (0, 1, 600, np.nan), (1, 2, 1000, 10)])
    assert found.gross_t.tolist() == [10.0, 12.0, 10.0]


def test_without_any_tonnes_there_are_none():
    found = network([(0, 0, 500, np.nan)])
    assert found.gross_t.tolist() == [0.0]
    assert found.estimated.all()


@given(st.lists(st.tuples(st.floats(1, 1e6), st.floats(0.1, 1e4)), min_size=1, max_size=8), st.floats(0.01, 100))
def test_estimates_scale_with_money_not_with_its_unit(arcs: list[tuple[float, float]], rate: float):
    rows = [(1, 2, v, t) for v, t in arcs] + [(1, 2, 50.0, np.nan)]
    other = [(c, y, v * rate, t) for c, y, v, t in rows]
    assert np.allclose(network(rows).gross_t, network(other).gross_t)


def test_the_share_of_absurd_tonnes_in_the_tables_is_small(store: Store):
    for mineral in ("rare-earths", "cobalt", "lithium", "nickel", "copper"):
        found = build_network(mineral, mineral_figures(store, mineral))
        assert found.value_usd[found.absurd].sum() < 0.01 * found.value_usd.sum(), mineral
        assert np.isfinite(found.gross_t).all()
