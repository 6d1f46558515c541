"""The economy model against BoARIO 0.7.2 itself: the same output day by day, and where ours differs on purpose."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from monazite.reference.values import Economy
from monazite.simulation.economy import BOARIO, Habits, Rebuilding, Shock, compiled, plain, traded
from monazite.simulation.economy.values import YEAR_DAYS

pytestmark = pytest.mark.filterwarnings("ignore")

OCCURS, LASTS, HEALS = 3, 40, 50


@dataclass(frozen=True)
class Peer:
    """BoARIO, pandas and pymrio, and the test table that pymrio carries."""

    boario: Any
    pandas: Any
    pymrio: Any

    def example(self) -> Economy:
        """pymrio's test table, 6 regions with 8 sectors, in a unit so small that BoARIO's rounding does not show."""
        io = self.pymrio.load_test()
        labels = self.pandas.MultiIndex.from_product([sorted(io.get_regions()), sorted(io.get_sectors())])
        flows = io.Z.loc[labels, labels].to_numpy(dtype=float) * 1e6
        final = io.Y.loc[labels].to_numpy(dtype=float).sum(axis=1) * 1e6
        output = flows.sum(axis=1) + final
        return Economy(*(tuple(x) for x in labels.levels), flows, output, final, output - flows.sum(axis=0), ())

    def output(self, economy: Economy, hit: np.ndarray, steps: int, days: int = 1, **event: Any) -> np.ndarray:
        """Output by step of some days, (steps, n), where `hit` (n,) is the share of capital or capacity lost."""
        labels = self.pandas.MultiIndex.from_product(
            [economy.economies, economy.industries], names=["region", "sector"]
        )
        final = np.kron(np.eye(len(economy.economies)), np.ones((len(economy.industries), 1)))
        buyers = self.pandas.MultiIndex.from_product([economy.economies, ["all"]], names=["region", "category"])
        io = self.pymrio.IOSystem(
            Z=self.pandas.DataFrame(economy.flows_musd, labels, labels),
            Y=self.pandas.DataFrame(final * economy.final_use_musd[:, None], labels, buyers),
        ).calc_all()
        model = self.boario.extended_models.ARIOPsiModel(io, temporal_units_by_step=days)
        unit = {} if event["event_type"] == "arbitrary" else {"event_monetary_factor": model.monetary_factor}
        impact = self.pandas.Series(hit * (model.productive_capital if unit else 1.0), labels)
        run = self.boario.simulation.Simulation(model, n_temporal_units_to_sim=steps * days)
        run.add_event(self.boario.event.from_series(impact[hit > 0], occurrence=OCCURS * days, **event, **unit))
        run.loop()
        return run.production_realised.to_numpy()[::days]


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    modules = [pytest.importorskip(name) for name in ("boario", "pandas", "pymrio")]
    for part in ("extended_models", "simulation", "event"):
        pytest.importorskip(f"boario.{part}")
    logging.disable(logging.CRITICAL)
    yield Peer(*modules)
    logging.disable(logging.NOTSET)


def some_of(n: int, share: float, every: int) -> np.ndarray:
    hit = np.zeros(n)
    hit[1::every] = share
    return hit


def healing(hit: np.ndarray, steps: int, late: int = 0) -> np.ndarray:
    """Capacity lost by day, (1, steps, n): all of it from OCCURS for LASTS + 2 days, then going back in HEALS."""
    day = np.arange(steps) - OCCURS - late
    left = np.where(day < 0, 0.0, np.clip(1.0 - (day - 1 - LASTS) / HEALS, 0.0, 1.0))
    return (left[:, None] * hit)[None]


TABLES = pytest.mark.parametrize("seed", [None, 1], ids=["pymrio", "synthetic"])


def table_of(peer: Peer, economy_of: Callable[..., Economy], seed: int | None) -> Economy:
    if seed is None:
        return peer.example()
    economy = economy_of(seed, regions=5, industries=6, unit=1e9)
    # BoARIO divides by the output of an industry that does not exist.
    final = np.where(economy.output_musd > 0, economy.final_use_musd, 1e6)
    output = economy.output_musd + final - economy.final_use_musd
    return replace(economy, final_use_musd=final, output_musd=output)


@TABLES
@pytest.mark.parametrize(("share", "every"), [(0.9, 4), (0.3, 5), (0.02, 9)], ids=["collapse", "shortage", "dent"])
def test_output_after_a_disaster_is_that_of_boario(peer, economy_of, seed, share, every):
    economy, steps = table_of(peer, economy_of, seed), 200
    hit = some_of(len(economy.output_musd), share, every)
    theirs = peer.output(economy, hit, steps, event_type="recovery", duration=LASTS, recovery_tau=HEALS)
    shock = Shock(lost_share=healing(hit, steps), period_days=1)
    daily = economy.output_musd / YEAR_DAYS
    for ours in (
        plain.advance(traded(economy), shock, steps, BOARIO),
        compiled.advance(traded(economy), shock, steps, replace(BOARIO, still_share=0.0)),
    ):
        np.testing.assert_allclose(ours.output_share[0] * daily, theirs, rtol=1e-12)
    if share > 0.5:
        # A shortage, not a mere loss: nodes that lost nothing of their own had to stop for want of inputs.
        assert (theirs / daily)[:, hit == 0].min() < 0.9


def test_output_in_steps_of_a_week_is_that_of_boario(peer):
    economy, steps = peer.example(), 60
    hit = some_of(len(economy.output_musd), 0.5, 4)
    theirs = peer.output(economy, hit, steps, days=7, event_type="recovery", duration=7 * LASTS, recovery_tau=7 * HEALS)
    shock = Shock(lost_share=healing(hit, steps), period_days=7)
    ours = plain.advance(traded(economy), shock, steps, replace(BOARIO, step_days=7.0)).output_share[0]
    np.testing.assert_allclose(ours * economy.output_musd * 7 / YEAR_DAYS, theirs, rtol=1e-12)


@TABLES
def test_output_while_capital_is_rebuilt_is_that_of_boario(peer, economy_of, seed):
    economy, steps = table_of(peer, economy_of, seed), 80
    hit, k = some_of(len(economy.output_musd), 0.4, 7), len(economy.industries)
    hit[economy.flows_musd.sum(axis=0) == 0] = 0.0
    sectors = np.zeros(k)
    sectors[[0, 3]] = 0.3, 0.7
    builders = {economy.industries[i]: float(sectors[i]) for i in (0, 3)}
    theirs = peer.output(
        economy, hit, steps, event_type="rebuild", duration=5, rebuild_tau=30, rebuilding_sectors=builders
    )
    event = Rebuilding(hit[None], sectors, OCCURS, OCCURS + 5, 30.0)
    ours = plain.advance(traded(economy), Shock(rebuilding=(event,)), steps, BOARIO).output_share[0]
    np.testing.assert_allclose(ours * economy.output_musd / YEAR_DAYS, theirs, rtol=1e-12)


@TABLES
def test_output_under_a_stated_loss_of_capacity_is_that_of_boario_a_day_later(peer, economy_of, seed):
    """An arbitrary event of BoARIO bites a step after it occurs; ours bites in the period it is stated for."""
    economy, steps = table_of(peer, economy_of, seed), 150
    hit = some_of(len(economy.output_musd), 0.5, 3)
    theirs = peer.output(economy, hit, steps, event_type="arbitrary", duration=LASTS, recovery_tau=HEALS)
    daily, table = economy.output_musd / YEAR_DAYS, traded(economy)
    late, stated = (
        plain.advance(table, Shock(lost_share=healing(hit, steps, late), period_days=1), steps, BOARIO).output_share[0]
        for late in (1, 0)
    )
    np.testing.assert_allclose(late * daily, theirs, rtol=1e-12)
    assert (theirs[OCCURS] / daily).min() > 0.999
    assert stated[OCCURS].min() == pytest.approx(0.5)


@pytest.mark.parametrize("habit", ["signed_scarcity", "forgets_rebuilding", "negligible_share"])
def test_habits_that_ours_has_not_by_default_change_the_answer(peer, habit):
    table = traded(peer.example())
    hit = np.zeros((1, table.nodes))
    hit[0, [1, 10, 30]] = 0.3, 0.2, 0.5
    shock = Shock(rebuilding=(Rebuilding(hit, np.array([0.3, 0, 0, 0.7, 0, 0, 0, 0]), OCCURS, OCCURS + 5, 30.0),))
    theirs, other = (
        plain.advance(table, shock, 500, habits).output_share
        for habits in (BOARIO, replace(BOARIO, **{habit: getattr(Habits(), habit)}))
    )
    assert np.abs(other - theirs).max() > 1e-5
