"""The balance of production and trade: what holds after it, what it moves, and what it refuses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from monazite.core.errors import NoDataError, NotConverged
from monazite.core.values import Stage
from monazite.network import balance as room
from monazite.network.balance import Balance, _adjust, _taken, balance, prior
from monazite.network.supply import SupplyNetwork
from monazite.reference.store import Store
from monazite.workbench.network import load_network

MINERALS = (
    "rare-earths",
    "cobalt",
    "lithium",
    "nickel",
    "copper",
    "tungsten",
    "antimony",
    "graphite",
    "titanium",
    "tin",
)


def imbalance(found: Balance) -> np.ndarray:
    taken = _taken(found.production_t, found.stages, found.steps)
    net = found.production_t + found.flow_t.sum(axis=1) - found.flow_t.sum(axis=2)
    return net - taken - found.use_t - found.stock_change_t


@pytest.mark.parametrize("mineral", MINERALS)
def test_every_country_and_stage_balances(store: Store, mineral: str):
    found = balance(load_network(store, mineral), 2024)
    size = found.production_t.sum() + found.flow_t.sum()
    assert np.abs(imbalance(found)).max() < 1e-6 * size
    assert found.residual_t < 5e-5 * size
    for part in (found.production_t, found.flow_t, found.use_t):
        assert (part >= 0).all()


@pytest.mark.parametrize("mineral", ["rare-earths", "cobalt"])
def test_the_solver_leaves_no_dust_where_nothing_is_made_or_used(store: Store, mineral: str):
    found = balance(load_network(store, mineral), 2024)
    world = np.maximum(found.production_t, found.use_t).sum(axis=1, keepdims=True)
    for amount in (found.production_t, found.use_t):
        assert not ((amount > 0) & (amount <= 1e-9 * world)).any()
    assert (found.use_t == 0).any()


def test_what_moved_is_what_differs_from_the_published_figures(store: Store):
    network = load_network(store, "rare-earths")
    before, after = prior(network, 2024), balance(network, 2024)
    told = {(m.kind, m.stage, m.country, m.partner): m for m in after.moved}
    at, chn, jpn = before.at(Stage.COMPONENT), network.position("CHN"), network.position("JPN")
    change = abs(after.flow_t[at, chn, jpn] / before.flow_t[at, chn, jpn] - 1)
    assert (("flow", Stage.COMPONENT, "CHN", "JPN") in told) == (change > 0.01)
    for move in after.moved[:20]:
        old, new = (b.flow_t if move.kind == "flow" else b.production_t for b in (before, after))
        spot = (before.at(move.stage), *(network.position(c) for c in (move.country, move.partner) if c))
        assert (old[spot], new[spot]) == pytest.approx((move.before_t, move.after_t))


def test_reported_figures_move_less_than_inferred_ones(store: Store):
    network = load_network(store, "rare-earths")
    before, after = prior(network, 2024), balance(network, 2024)
    ore, metal = before.at(Stage.ORE), before.at(Stage.METAL)
    moved = np.abs(after.production_t - before.production_t).sum(axis=1) / before.production_t.sum(axis=1)
    assert (before.inferred[ore], before.inferred[metal]) == (False, True)
    assert moved[ore] < 0.05


def test_ore_without_a_trade_code_is_refined_at_home_first(store: Store):
    found = prior(load_network(store, "rare-earths"), 2024)
    ore = found.at(Stage.ORE)
    chn, usa, mys = (found.countries.index(c) for c in ("CHN", "USA", "MYS"))
    assert found.untraded[ore]
    assert found.flow_t[ore, chn].sum() == 0
    assert found.flow_t[ore, usa, chn] > found.flow_t[ore, usa, mys] > 0


def test_concentrate_under_the_code_of_metals_is_no_metal(store: Store):
    """Australia mines 20,100 t and makes hardly any metal; Malaysia separates what it sends."""
    found = balance(load_network(store, "rare-earths"), 2024)
    metal, australia = found.at(Stage.METAL), found.countries.index("AUS")
    assert found.production_t[metal, australia] < 0.01 * found.production_t[found.at(Stage.ORE), australia]
    assert found.use_t[found.at(Stage.COMPONENT), found.countries.index("MYS")] < 2_000


def test_a_mineral_in_balance_already_is_left_alone(store: Store):
    found = balance(load_network(store, "gallium"), 2024)
    assert found.moved == ()
    assert found.stages == (Stage.METAL,)


def test_a_year_outside_the_tables_says_which_there_are(store: Store):
    with pytest.raises(NoDataError, match="1995 to 2024"):
        balance(load_network(store, "tin"), 1990)


def test_copper_of_2019_balances_though_the_solver_stalls_at_long_steps(store: Store):
    found = balance(load_network(store, "copper"), 2019)
    assert found.residual_t < 1e-6 * found.production_t.sum()


def test_bounds_that_contradict_the_balance_have_no_answer():
    """Two moves that add up to 1 t cannot both be 0.6 t or more."""
    rows = (np.array([0, 0]), np.array([0, 1]), np.array([-1.0, -1.0]))
    assert _adjust(rows, np.array([1.0]), np.ones(2), np.array([0.6, 0.6])) is None
    found = _adjust(rows, np.array([1.0]), np.ones(2), np.array([0.0, 0.0]))
    assert found == pytest.approx([0.5, 0.5], abs=1e-6)


def test_a_figure_beyond_all_measure_is_refused_with_its_cell(rare_earths: SupplyNetwork):
    made = tuple(
        replace(m, contained_t=np.where(np.array(rare_earths.countries) == "AUS", 1e200, m.contained_t))
        if (m.year, m.stage) == (2024, Stage.ORE)
        else m
        for m in rare_earths.made
    )
    with pytest.raises(NotConverged, match=r"above 1e\+12 t: AUS makes 1e\+200 t \(ore\)\. Look at"):
        balance(replace(rare_earths, made=made), 2024)
    traded = rare_earths.gross_t.copy()
    traded[np.flatnonzero(rare_earths.year == rare_earths.years.index(2024))[0]] = np.inf
    with pytest.raises(NotConverged, match="sells inf t to"):
        balance(replace(rare_earths, gross_t=traded), 2024)


def test_without_a_balance_the_cells_furthest_off_are_named(rare_earths: SupplyNetwork, monkeypatch):
    """Its bounds and the cells it could not close, however the solver fails."""
    asked = {}
    monkeypatch.setattr(room, "_adjust", lambda rows, gap, *rest: asked.update(gap=gap))
    with pytest.raises(NotConverged, match="furthest off: ") as refused:
        balance(replace(rare_earths), 2024)  # no other test has balanced this one
    named = str(refused.value).split("furthest off: ")[1].split(". Look at")[0].split(", ")
    assert len(named) == 5
    assert "stocks that give no more than passes through" in str(refused.value)
    before = prior(rare_earths, 2024)
    code, stage = named[0].rstrip(")").split(" (")
    at = before.at(Stage(stage)), before.countries.index(code)
    off = imbalance(replace(before, stock_change_t=before.stock_change_t * 0))
    through = np.maximum(before.production_t + before.flow_t.sum(axis=1), 1e-9)
    leaving = before.flow_t.sum(axis=2) + _taken(before.production_t, before.stages, before.steps)
    share = np.abs(off) / np.maximum(through, leaving)
    assert share[at] == pytest.approx(np.abs(asked["gap"]).max(), rel=1e-3)
