"""The table of levers: ranges in order, published figures as published, assumptions marked."""

from __future__ import annotations

import pytest

from monazite.reference.store import Store


def test_costs_are_in_order_and_never_missing(store: Store):
    assert store.rows("SELECT * FROM levers WHERE NOT (cost_low <= cost_mid AND cost_mid <= cost_high)") == []
    assert store.rows("SELECT * FROM levers WHERE cost_mid <= 0 OR limit_amount <= 0") == []


def test_contracts_name_a_supplier_and_nothing_else_does(store: Store):
    rows = store.rows("SELECT kind, supplier FROM levers")
    known = {code for (code,) in store.rows("SELECT iso3 FROM countries")}
    assert all(
        (kind == "offtake") == (supplier in known) and (supplier == "-") == (kind != "offtake")
        for kind, supplier in rows
    )


def test_limits_are_in_the_unit_of_their_kind(store: Store):
    pairs = set(store.rows("SELECT DISTINCT kind, limit_unit FROM levers"))
    assert pairs == {
        ("stockpile", "days"),
        ("capacity", "t"),
        ("recycling", "t"),
        ("offtake", "t"),
        ("thrift", "share"),
        ("route", "share"),
    }


def test_what_is_assumed_says_so(store: Store):
    rows = store.rows("SELECT source_id, note FROM levers")
    said = ("assum", "judgement", "yearly cost: interest")
    published = {"india-magnets-2025"}  # all its figures are
    assert all(source in published or any(word in note for word in said) for source, note in rows)


def test_indias_magnets_as_published(store: Store):
    """6,000 t in lots of 1,200 at 0.33 t REO; 64.5 billion rupees in 5 years, 7.5 of capital, 89.244 a dollar."""
    ((low, mid, high, limit, block, lead),) = store.rows(
        "SELECT cost_low, cost_mid, cost_high, limit_amount, block_t, lead_quarters FROM levers "
        "WHERE place = 'IND' AND kind = 'capacity' AND stage = 'component'"
    )
    rate = 0.08 / (1 - 1.08**-15)
    gross_usd = (64.5e9 / 5 + 7.5e9 * rate) / 6000 / 89.244
    for cost, content in ((low, 0.37), (mid, 0.33), (high, 0.25)):
        assert cost == pytest.approx(gross_usd / content, rel=0.005)
    assert (limit, block, lead) == (6000 * 0.33, 1200 * 0.33, 8)


def test_indias_monazite_as_published(store: Store):
    """5,000 t REO at full capacity, half of it separated; less what is mined and made."""
    ore, refined = (
        store.rows("SELECT limit_amount FROM levers WHERE place = 'IND' AND kind = 'capacity' AND stage = ?", [stage])[
            0
        ][0]
        for stage in ("ore", "refined")
    )
    ((mined,),) = store.rows(
        "SELECT quantity FROM production "
        "WHERE source_id = 'wmd' AND product = 'Rare earth' AND country = 'IND' AND year = 2024"
    )
    assert ore == 5000 - mined
    assert refined == pytest.approx(2500 - 560, abs=5)


def test_antimony_and_cobalt_as_published(store: Store):
    """15 million USD for 100 to 500 short tons a month, or for 50 to 300; 2,800 t of cobalt sulfate, CoSO4 7 H2O."""
    (low, mid, limit), (cobalt,) = (
        store.rows(f"SELECT {what} FROM levers WHERE mineral = ? AND kind = ?", [mineral, kind])[0]
        for what, mineral, kind in (
            ("cost_low, cost_mid, limit_amount", "antimony", "capacity"),
            ("limit_amount", "cobalt", "recycling"),
        )
    )
    short_ton = 0.90718474
    assert low == pytest.approx(15e6 / (400 * 12 * short_ton), rel=0.005)
    assert mid == pytest.approx(15e6 / (250 * 12 * short_ton), rel=0.005)
    assert limit == pytest.approx(250 * 12 * short_ton, rel=0.005)
    heptahydrate = 58.933 + 32.06 + 4 * 15.999 + 7 * (2 * 1.008 + 15.999)
    assert cobalt == pytest.approx(2800 * 58.933 / heptahydrate, rel=0.005)


def test_the_way_round_africa_as_published(store: Store):
    """500 to 2,700 USD a container more, 25 t in it, over what a tonne of goods holds."""
    rows = store.rows(
        "SELECT cost_low, cost_mid, cost_high, content FROM levers JOIN (SELECT mineral, stage, "
        "[min(content_low), avg(content_mid), max(content_high)] AS content FROM commodities GROUP BY ALL) "
        "USING (mineral, stage) WHERE kind = 'route'"
    )
    assert len(rows) == 18
    for low, mid, high, (least, middle, most) in rows:
        assert low == pytest.approx(500 / 25 / most, rel=0.1)
        assert high == pytest.approx(2700 / 25 / least, rel=0.1)
        assert mid == pytest.approx(1600 / 25 / middle, rel=0.1)
