"""The economy model, by the size of the table; and, where BoARIO is installed, a day of it beside a day of BoARIO.

`pytest benchmarks/test_ario.py -k boario -s` prints how many times faster, in one run on one machine.
"""

from __future__ import annotations

import time
import warnings
from dataclasses import replace

import numpy as np
import pytest

from monazite.reference.values import Economy
from monazite.simulation.economy import BOARIO, Habits, Shock, compiled, plain, traded
from monazite.simulation.economy.values import YEAR_DAYS

SIZES = pytest.mark.parametrize(("regions", "industries"), [(6, 8), (20, 10), (30, 20), (40, 50)])
DAILY = replace(BOARIO, still_share=0.0)


def economy(regions: int, industries: int) -> Economy:
    """Skewed flows with holes; in units so small that rounding to seven decimals does not show."""
    random = np.random.default_rng(0)
    n = regions * industries
    flows = random.lognormal(0, 2, (n, n)) * (random.random((n, n)) < 0.8) * 1e9
    final = random.lognormal(0, 1, n) * flows.sum(axis=1).mean()
    output = flows.sum(axis=1) + final
    flows *= np.minimum(1.0, 0.6 * output / flows.sum(axis=0))
    final = output - flows.sum(axis=1)
    names = tuple(f"R{i:02}" for i in range(regions)), tuple(f"S{i:02}" for i in range(industries))
    return Economy(*names, flows, output, final, output - flows.sum(axis=0), ())


def disaster(n: int, scenarios: int, days: int) -> Shock:
    """Some nodes lose 40% of their capacity on the third day and have it back after five weeks; the last only half."""
    hit = np.zeros(n)
    hit[1 :: max(n // 20, 1)] = 0.4
    day = np.arange(days) - 2
    left = np.where(day < 0, 0.0, np.clip(1.0 - (day - 1 - 5) / 30, 0.0, 1.0))
    return Shock(np.linspace(1.0, 0.5, scenarios)[:, None, None] * left[:, None] * hit, period_days=1)


@SIZES
@pytest.mark.parametrize("scenarios", [1, 64])
def test_a_week_in_days(benchmark, regions, industries, scenarios):
    table = traded(economy(regions, industries))
    shock = disaster(table.nodes, scenarios, 7)
    found = benchmark(compiled.advance, table, shock, 7, DAILY)
    assert found.output_share.shape == (scenarios, 7, table.nodes)


def test_a_year_in_weeks_of_200_draws(benchmark):
    table = traded(economy(9, 50))
    shock = replace(disaster(table.nodes, 200, 52), period_days=7)
    found = benchmark.pedantic(compiled.advance, (table, shock, 52, Habits(step_days=7)), rounds=1)
    assert found.output_share.min() < 0.7


def test_the_plain_form(benchmark):
    table = traded(economy(30, 20))
    shock = disaster(table.nodes, 16, 7)
    assert benchmark(plain.advance, table, shock, 7, DAILY).output_share.min() < 0.7


@SIZES
def test_a_day_beside_a_day_of_boario(benchmark, regions, industries):
    """The same disaster, 64 scenarios of ours and one of BoARIO: the same output, and the times of one run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        boario, pandas, pymrio = (pytest.importorskip(name) for name in ("boario", "pandas", "pymrio"))
        for part in ("extended_models", "simulation", "event"):
            pytest.importorskip(f"boario.{part}")
        days = 8 if regions == 40 and benchmark.disabled else 20
        whole, n = economy(regions, industries), regions * industries
        labels = pandas.MultiIndex.from_product([whole.economies, whole.industries], names=["region", "sector"])
        buyers = pandas.MultiIndex.from_product([whole.economies, ["all"]], names=["region", "category"])
        final = np.kron(np.eye(regions), np.ones((industries, 1))) * whole.final_use_musd[:, None]
        io = pymrio.IOSystem(
            Z=pandas.DataFrame(whole.flows_musd, labels, labels), Y=pandas.DataFrame(final, labels, buyers)
        ).calc_all()
        shock = disaster(n, 64, days)
        model = boario.extended_models.ARIOPsiModel(io)
        run = boario.simulation.Simulation(model, n_temporal_units_to_sim=days)
        hit = shock.lost_share[0].max(axis=0)
        impact = pandas.Series(hit * model.productive_capital, labels)[hit > 0]
        details = {"event_type": "recovery", "occurrence": 2, "duration": 5, "recovery_tau": 30}
        unit = {"event_monetary_factor": model.monetary_factor}
        run.add_event(boario.event.from_series(impact, **details, **unit))
        began = time.perf_counter()
        run.loop()
        theirs = (time.perf_counter() - began) / days
    table = traded(whole)
    compiled.advance(table, shock, 1, DAILY)
    began = time.perf_counter()
    found = benchmark.pedantic(compiled.advance, (table, shock, days, DAILY), rounds=1)
    ours = (time.perf_counter() - began) / days / 64
    told = f"n = {n}: BoARIO {theirs * 1e3:.2f} ms a day, ours {ours * 1e3:.4f} ms, {theirs / ours:.0f} times faster"
    print(told)  # noqa: T201
    daily = whole.output_musd / YEAR_DAYS
    np.testing.assert_allclose(found.output_share[0] * daily, run.production_realised.to_numpy(), rtol=1e-12)
