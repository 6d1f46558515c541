"""A firm's exposure: hand-worked lists, ranges of lists with gaps, measures by who buys, and laws."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.core.values import Status
from monazite.indicators.concentration import governance_weighted_hhi, hhi
from monazite.indicators.firm import firm_exposure
from monazite.indicators.firm_values import Basis, FirmList, Measure, Purchase, Supply, World

LICENCE = Measure("chn-licence", ("CHN",), (), ("cobalt",), ("refined",), "goods", "export_licence", "in_force", "2026")
WORLD = World(
    groups={"cobalt": (), "neodymium": ("magnets", "rare-earths"), "rare-earths": ()},
    coded=frozenset({("cobalt", "refined"), ("cobalt", "metal")}),
    supplies=(
        Supply("cobalt", "refined", "production", 2024, (("CHN", 60.0), ("FIN", 20.0)), 20.0, ("iea",)),
        Supply("cobalt", "ore", "production", 2024, (("COD", 9.0), ("CUB", 1.0)), 0.0, ("wmd",)),
    ),
    measures=(LICENCE,),
    stability={"CHN": -2.5, "FIN": 0.0, "JPN": 2.5},
    stability_year=2024,
)
SHARES = [("CHN", 0.6), ("FIN", 0.4)]


def line(country="CHN", share=None, mass_t=None, row=2, **more) -> Purchase:
    """A line on refined cobalt."""
    return Purchase(
        row, **{"material": "cobalt", "stage": "refined", **more}, country=country, share=share, mass_t=mass_t
    )


def of(*lines: Purchase) -> FirmList:
    """A list of these lines, with rows counted from 2."""
    return FirmList("f.csv", "", "USD", tuple(replace(p, row=i) for i, p in enumerate(lines, start=2)))


def shares(*pairs, **more) -> FirmList:
    return of(*(line(c, s, **more) for c, s in pairs))


def only(listed, members=(), world=WORLD):
    """The one material of a list."""
    (found,) = firm_exposure(listed, world, members).materials
    return found


def values(found) -> dict:
    return {r.name: r.value for r in found.readings}


def bands(found) -> dict:
    return {r.name: (r.band.low, r.band.mid, r.band.high) for r in found.readings if r.band}


HHI, WEIGHTED = "supplier HHI", "supplier HHI weighted by governance risk"
LEFT, UNDER = "purchases left without the largest supplier country", "share from countries with a measure in force"


def test_a_hand_worked_list():
    found = only(shares(*SHARES))
    assert (found.basis, found.unplaced_share) == (Basis.SHARE, 0.0)
    assert [(s.country, s.share) for s in found.suppliers] == SHARES
    assert values(found) == pytest.approx({HHI: 0.36 + 0.16, WEIGHTED: 0.36 * 1.0 + 0.16 * 0.5, LEFT: 0.4, UNDER: 0.6})
    assert not bands(found)
    assert [(m.measure_id, m.countries, m.why_not) for m in found.measures] == [("chn-licence", ("CHN",), "")]


def test_the_published_index_of_four_suppliers():
    """US Merger Guidelines: four firms with 30, 30, 20 and 20 percent have an index of 2600."""
    found = only(shares(("AAA", 0.3), ("BBB", 0.3), ("CCC", 0.2), ("DDD", 0.2)))
    assert round(10_000 * values(found)[HHI]) == 2600


def test_tonnes_are_taken_before_shares_and_summed_by_country():
    lines = [line("CHN", 0.1, 30.0), line("CHN", 0.1, 30.0), line("FIN", 0.8, 40.0)]
    found = only(of(*lines))
    assert (found.basis, found.mass_t) == (Basis.MASS, 100.0)
    assert [(s.country, s.share, s.lines) for s in found.suppliers] == [("CHN", 0.6, 2), ("FIN", 0.4, 1)]
    assert "row 3: as an earlier line" in firm_exposure(of(*lines), WORLD).notices[0]


def test_values_stand_in_where_nothing_else_is_given():
    found = only(of(line(value=30.0), line("FIN", value=10.0)))
    assert (found.basis, found.suppliers[0].share, found.value, found.value_at_stake) == (Basis.VALUE, 0.75, 40.0, 30.0)


def test_a_share_and_a_mass_cannot_be_added():
    lines = [line(share=0.4), line("FIN", mass_t=3.0), line("JPN", 1.0, material="tin")]
    found = firm_exposure(of(*lines), WORLD)
    assert [m.material for m in found.materials] == ["tin"]
    (problem,) = found.problems
    assert str(problem).startswith("row 2, amount: cobalt, refined: a share in row 2, a mass in row 3. They cannot")


@pytest.mark.parametrize(("total", "refused"), [(1.01, False), (1.02, True)])
def test_shares_above_one_are_refused_beyond_rounding(total, refused):
    found = firm_exposure(shares(("CHN", 0.6), ("FIN", total - 0.6)), WORLD)
    assert [m.material for m in found.materials] == ([] if refused else ["cobalt"])
    assert ["102.0%, more than 100%" in p.reason for p in found.problems] == ([True] if refused else [])
    if not refused:
        assert sum(s.share for s in found.materials[0].suppliers) == pytest.approx(1.0)


def test_shares_of_a_whole_material_are_told_from_those_of_a_stage():
    lines = [line(share=0.3), line("FIN", 0.2), line("JPN", 0.5, stage="metal")]
    found = firm_exposure(of(*lines), WORLD)
    assert "cobalt: the shares add up to 100% over all stages together" in found.notices[0]
    assert {m.stage: m.suppliers[0].share for m in found.materials} == {"refined": 0.6, "metal": 1.0}
    each = firm_exposure(of(*lines, line("COD", 0.5, stage="metal")), WORLD)
    assert {m.stage: m.unplaced_share for m in each.materials} == {"refined": 0.5, "metal": 0.0}


def test_what_is_not_told_makes_a_range():
    """60% from one country and the rest untold: spread thin, one country more, or the same country."""
    found = only(shares(("CHN", 0.6)))
    assert found.unplaced_share == pytest.approx(0.4)
    expected = {
        HHI: (0.36, 0.36 + 0.16, 1.0),
        WEIGHTED: (0.36, 0.36 + 0.16 * 0.5, 1.0),
        LEFT: (0.0, 0.4, 0.4),
        UNDER: (0.6, 0.6, 1.0),
    }
    assert bands(found) == {name: pytest.approx(band) for name, band in expected.items()}


def test_a_line_of_unknown_origin_counts_in_the_total():
    found = only(of(line(mass_t=60.0), line("", mass_t=40.0)))
    assert (found.suppliers[0].share, found.unplaced_share) == (0.6, pytest.approx(0.4))
    assert values(found)[HHI] == pytest.approx(0.52)


def test_a_mass_that_cannot_be_read_leaves_no_figure_and_no_zero():
    found = only(of(line(mass_t=60.0), line("FIN")))
    assert {r.status for r in found.readings} == {Status.INCOMPLETE}
    assert [(s.country, s.share, s.mass_t) for s in found.suppliers] == [("CHN", None, 60.0), ("FIN", None, None)]


def test_nothing_bought_is_no_supply():
    found = only(of(line(mass_t=0.0)))
    assert {r.status for r in found.readings} == {Status.NO_SUPPLY}


def test_a_material_the_tables_do_not_know_keeps_its_own_concentration():
    found = only(shares(*SHARES, material="Quartz sand"))
    assert values(found)[HHI] == pytest.approx(0.52)
    assert found.readings[-1].status is Status.UNKNOWN_MATERIAL
    assert [w.status for w in found.world] == [Status.UNKNOWN_MATERIAL]


def test_a_country_without_an_estimate_is_at_half_and_said():
    found = only(shares(("AAA", 1.0)))
    assert (values(found)[WEIGHTED], found.readings[1].note) == (0.5, "no estimate for AAA: taken as 0.5")


def test_the_world_at_the_stage_and_at_all_stages():
    production, exports = only(shares(*SHARES)).world
    assert (production.largest, production.largest_share, production.year) == ("CHN", 0.6, 2024)
    assert production.hhi == pytest.approx(0.36 + 0.04)
    assert exports.status is Status.NO_TRADE
    assert [w.stage for w in only(shares(*SHARES, stage="")).world] == ["ore", "refined"]
    assert [w.status for w in only(shares(*SHARES, stage="component")).world] == [Status.NO_PRODUCTION, Status.NO_CODE]
    assert only(shares(*SHARES, material="neodymium")).world[0].note == "part of magnets and rare-earths"


MEASURES = [
    ({}, (), ("CHN",), ""),
    ({"status": "suspended"}, (), ("CHN",), "suspended"),
    ({"type": "sanction"}, (), ("CHN",), "against named firms"),
    ({"targets": ("JPN",)}, (), ("CHN",), "binds buyers in JPN only; say where the firm buys"),
    ({"targets": ("JPN",)}, ("JPN",), ("CHN",), ""),
    ({"targets": ("JPN",)}, ("IND",), None, None),
    ({}, ("CHN",), None, None),
    ({"stages": ("ore",)}, (), None, None),
    ({"stages": ()}, (), None, None),
    ({"minerals": ("rare-earths",)}, (), None, None),
    ({"type": "import_ban", "imposers": ("JPN",), "targets": ("FIN",)}, ("JPN",), ("FIN",), ""),
    ({"type": "import_ban", "imposers": ("JPN",), "targets": ("FIN",)}, ("IND",), None, None),
]


@pytest.mark.parametrize(("change", "members", "countries", "why_not"), MEASURES)
def test_which_measures_count(change, members, countries, why_not):
    found = only(shares(*SHARES), members, replace(WORLD, measures=(replace(LICENCE, **change),)))
    assert [(m.countries, m.why_not) for m in found.measures] == ([] if countries is None else [(countries, why_not)])
    under = dict(SHARES)[countries[0]] if countries and not why_not else 0.0
    assert values(found)[UNDER] == pytest.approx(under)


def test_a_measure_on_the_group_is_listed_and_not_counted():
    group = replace(WORLD, measures=(replace(LICENCE, minerals=("rare-earths",)),))
    (measure,) = only(shares(*SHARES, material="neodymium"), (), group).measures
    assert measure.why_not == "on rare-earths, the group: see the goods"


def test_materials_are_ranked_by_value_at_stake_and_those_without_a_value_come_last():
    lines = [
        line(share=1.0, material="tin", value=5.0),
        line(share=1.0, material="zinc"),
        line(share=0.6, value=9.0),
        line("FIN", 0.4, value=100.0),
    ]
    found = firm_exposure(of(*lines), WORLD)
    assert [(m.material, m.value_at_stake) for m in found.materials] == [("cobalt", 9.0), ("tin", 5.0), ("zinc", None)]


COUNTRIES = st.sampled_from(["CHN", "FIN", "JPN", "COD", "AAA", ""])
LINES = st.lists(st.tuples(COUNTRIES, st.floats(0.0, 1e6), st.sampled_from(["ore", "refined", ""])), min_size=1)


@given(LINES, st.randoms(use_true_random=False))
def test_the_order_of_the_lines_changes_nothing(drawn, random):
    lines = [line(c, mass_t=t, stage=s, value=t / 7) for c, t, s in drawn]
    other = list(lines)
    random.shuffle(other)
    assert firm_exposure(of(*lines), WORLD).materials == firm_exposure(of(*other), WORLD).materials


@given(LINES)
def test_ranges_hold_whatever_is_behind_the_rest(drawn):
    """Put the untold part on any country, or on none: the figure stays in the range."""
    for found in firm_exposure(of(*(line(c, mass_t=t, stage=s) for c, t, s in drawn)), WORLD).materials:
        ranges = bands(found)
        if not ranges:
            continue
        known = {s.country: s.share for s in found.suppliers}
        risk = {"CHN": 1.0, "FIN": 0.5, "JPN": 0.0}
        for country in [*known, "new"]:
            full = {**known, country: known.get(country, 0.0) + found.unplaced_share}
            risks = [risk.get(c, 0.5) for c in full]
            amounts = list(full.values())
            for name, value in ((HHI, hhi(amounts)), (WEIGHTED, governance_weighted_hhi(amounts, risks))):
                low, _, high = ranges[name]
                assert low - 1e-9 <= value <= high + 1e-9
