"""The weekly chain of the world: no trade that nobody's tonnes stand behind."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from monazite.core.errors import NoDataError
from monazite.scenario.reach import minerals_of
from monazite.scenario.values import ExportCut, Scenario, Window, exactly
from monazite.simulation.ranges import drawn
from monazite.simulation.weekly.compiled import advance
from monazite.simulation.weekly.drive import driven, last_week, ranges
from monazite.simulation.weekly.habits import habits_at, habits_of
from monazite.workbench.network import load_network
from monazite.workbench.shock.play import scenario_of, shock
from monazite.workbench.shock.weekly import chain_setting, weekly_model


def test_while_cobalt_is_short_no_dealer_is_sent_much_more_than_it_buys_today(store):
    scenario, _ = scenario_of("cobalt-2025")
    networks = {m: load_network(store, m) for m in minerals_of(scenario)}
    setting = chain_setting(store, networks, scenario)
    stages, weeks = [g.stage for g in setting.goods], last_week(scenario)
    values = drawn((*habits_at(stages), *ranges(scenario)), 8, np.random.default_rng(1))
    told = driven(setting, networks, scenario, values, weeks)
    run = advance(setting.chain, habits_of(values, stages), told.drivers)

    refined = setting.chain.goods.index("cobalt, refined")
    before = setting.chain.flow_in_t[refined]
    sent = np.median(run.arrived_t[:, 52:, refined].mean(axis=1), axis=0)
    assert sent.sum() < 0.5 * before.sum()
    buyers = before > 1e-3 * before.sum()
    assert (sent[buyers] < 3 * before[buyers]).all()


@pytest.mark.parametrize(("imposer", "mineral"), [("ZAF", "platinum"), ("TUR", "boron")])
def test_of_a_chain_without_trade_nothing_is_said(imposer, mineral):
    """Platinum is traded as metal, which its chain does not follow; of boron nobody knows what a tonne of ore holds."""
    cut = ExportCut((imposer,), (), mineral, exactly(1.0), Window(date(2025, 1, 6), 52))
    scenario = Scenario("all of it", (cut,), "hypothetical", "test")
    played = shock(scenario)
    assert played.outcomes
    assert played.weekly is None
    assert "no flow it is about is on record in tonnes contained" in played.no_weekly
    assert played.economy is None
    with pytest.raises(NoDataError, match="tonnes contained"):
        weekly_model(scenario)
