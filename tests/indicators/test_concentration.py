"""Concentration and reliance reproduce published figures and obey their laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monazite.core.errors import NoDataError
from monazite.core.values import Stage
from monazite.indicators.concentration import governance_risk, governance_weighted_hhi, hhi, n_minus_1, top_share
from monazite.indicators.reliance import import_reliance
from monazite.reference.store import Store
from monazite.workbench.network import load_network

quantities = st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=30)


def test_hhi_of_the_merger_guidelines():
    # US Department of Justice, Horizontal Merger Guidelines: four firms of 30, 30, 20 and 20% make 2,600.
    assert 10_000 * hhi([30, 30, 20, 20]) == pytest.approx(2600)


def test_import_reliance_of_antimony_in_the_united_states():
    # USGS, Mineral Commodity Summaries 2026, antimony, 2024: primary 588 t and secondary 3,330 t; imports of oxide
    # 24,000 t and metal 4,920 t; exports 2,690 t and 1,570 t; apparent consumption 28,600 t; net import reliance 86%.
    production, imports, exports = 588 + 3330, 24_000 + 4920, 2690 + 1570
    assert production + imports - exports == pytest.approx(28_600, rel=2e-3)
    assert round(100 * import_reliance(production, imports, exports)) == 86


def test_n_minus_1_of_magnet_rare_earths():
    # IEA, Global Critical Minerals Outlook 2025 (CC BY 4.0), mining in 2035, kt: total 108.7, China 56.8; demand 140.1
    # in the stated-policies scenario. The Outlook's N-1 for rare earths is 35-40%, as reported in the press.
    assert 0.35 <= n_minus_1([56.84, 108.68 - 56.84], demand=140.1) <= 0.40


def test_governance_risk_is_scaled_as_the_method_says():
    # World Bank, political stability of Aruba 2004: 0.9932; GeoPolRisk uses 0.30136 (geopolrisk-py 2.0.1).
    assert governance_risk(0.993218183517456) == pytest.approx(0.30135636329650883, rel=1e-12)


def test_the_share_of_china_in_refined_graphite_counts_the_countries_nobody_names(store: Store):
    # IEA, Global Critical Minerals Outlook 2025: 96% in 2024; without "others" China would have 97.5%.
    (graphite,) = (m for m in load_network(store, "graphite").made if (m.stage, m.year) == (Stage.REFINED, 2024))
    assert top_share(graphite.supply, rest=graphite.rest) == pytest.approx(0.957, abs=1e-3)
    (refined,) = (m for m in load_network(store, "rare-earths").made if (m.stage, m.year) == (Stage.REFINED, 2024))
    assert refined.supply.sum() + refined.rest == pytest.approx(1)
    assert top_share(refined.supply, rest=refined.rest) == pytest.approx(0.913, abs=1e-3)


@given(quantities, st.floats(0, 1e6))
def test_unnamed_suppliers_are_many_small_ones(q, rest):
    many = [*q, *[rest / 100_000] * 100_000]
    assert hhi(q, rest) <= hhi(q)
    assert hhi(q, rest) == pytest.approx(hhi(many), abs=2e-5)
    assert n_minus_1(q, rest=rest) == pytest.approx(1 - top_share(q, rest=rest))


@given(quantities)
def test_hhi_lies_between_equal_parts_and_one(q):
    assert 1 / len(q) - 1e-9 <= hhi(q) <= 1 + 1e-9


@given(quantities, st.floats(1e-3, 1e3), st.randoms())
def test_units_and_order_do_not_matter(q, factor, random):
    shuffled = random.sample(q, len(q))
    assert hhi([factor * x for x in shuffled]) == pytest.approx(hhi(q))
    assert n_minus_1([factor * x for x in shuffled]) == pytest.approx(n_minus_1(q))
    assert top_share(shuffled) == pytest.approx(1 - n_minus_1(q))


@given(quantities, st.floats(0, 1))
def test_equal_governance_scales_the_hhi(q, risk):
    assert governance_weighted_hhi(q, [risk] * len(q)) == pytest.approx(risk * hhi(q))


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1e6))
def test_reliance_is_a_share(production, imports, exports):
    assume(production + imports - exports > 1e-6)
    assert 0 <= import_reliance(production, imports, exports) <= 1 + 1e-9 or exports > production


@pytest.mark.parametrize("bad", [[], [0, 0], [-1, 2], [np.nan, 1]])
def test_nothing_to_measure_is_no_data(bad):
    with pytest.raises(NoDataError):
        hhi(bad)


def test_no_apparent_consumption_is_no_data():
    with pytest.raises(NoDataError, match="apparent consumption"):
        import_reliance(10, 5, 20)
    with pytest.raises(NoDataError, match="demand"):
        n_minus_1([0, 0])
