"""What earlier falls teach of a cut: the model held against history, asked of a scenario."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from monazite.core.values import Band, Stage
from monazite.scenario.build import make_scenario
from monazite.scenario.values import ExportCut, Outage, Tariff, Window, exactly
from monazite.simulation.backtest import Episode, Shock, hit_importers, predict
from monazite.simulation.priors import learned
from monazite.simulation.shock import play
from monazite.workbench.history.backtest import trade_cube
from monazite.workbench.history.priors import read_priors


@pytest.fixture(scope="module")
def priors(store):
    return read_priors(store)


def asked(names, *shocks):
    return make_scenario(shocks, names, "x", "test")


def test_it_is_what_the_model_that_is_held_against_history_says(rare_earths, names, priors, store):
    """Metal has one code, so that its trade is the episode's."""
    cut = ExportCut(("CHN",), ("JPN",), "rare-earths", exactly(0.5))
    foretold = play(rare_earths, asked(names, cut), Stage.METAL, draws=4, priors=priors).foretold
    first, cube = trade_cube(store, "280530")
    labels = rare_earths.countries
    x, j = labels.index("CHN"), labels.index("JPN")
    history = cube[2024 - first - 3 : 2024 - first + 1]
    stated, left = np.zeros(history[-1].shape, dtype=bool), np.zeros(history[-1].shape)
    stated[x, j], left[x, j] = True, 0.5 * history[-1][x, j]
    episode = Episode("x", 2024, labels, history, np.array([x]), np.array([j]), (Shock(2025, stated, left), None))
    found = predict(episode, 0, learned(priors, 2024, 2025))
    assert foretold.year == 2025
    assert foretold.bought_t.keys() == {"JPN"}
    for end in ("low", "mid", "high"):
        assert getattr(foretold.bought_t["JPN"], end) == pytest.approx(getattr(found.total_t[0], end), rel=1e-9)
    more = np.maximum(found.flow_t - history[-1], 0.0)[:, j]
    largest = foretold.takers[0]
    assert labels[int(np.argmax(more))] == largest.exporter
    assert largest.share == pytest.approx(more.max() / more.sum())


def test_takers_are_others_and_their_shares_are_parts_of_one(rare_earths, names, priors):
    cut = ExportCut(("CHN",), (), "rare-earths", exactly(1.0))
    found = play(rare_earths, asked(names, cut), Stage.COMPONENT, draws=4, priors=priors).foretold
    assert len(found.bought_t) > 3
    for importer in found.bought_t:
        shares = [t.share for t in found.takers if t.importer == importer]
        assert sum(shares) <= 1 + 1e-12
        assert shares == sorted(shares, reverse=True)
    assert "CHN" not in {t.exporter for t in found.takers}


def test_a_cut_that_is_a_range_is_taken_at_its_middle(rare_earths, names, priors):
    def bought(share: Band) -> Band:
        cut = ExportCut(("CHN",), ("JPN",), "rare-earths", share)
        outcome = play(rare_earths, asked(names, cut), Stage.METAL, draws=64, priors=priors)
        return outcome.foretold.bought_t["JPN"]

    assert bought(Band(0.3, 0.5, 0.7)).mid == pytest.approx(bought(exactly(0.5)).mid, rel=0.01)


def test_where_earlier_falls_teach_nothing_there_is_none(rare_earths, names, priors):
    window = Window(weeks=52)
    cut = ExportCut(("CHN",), ("JPN",), "rare-earths", exactly(1.0), window)
    tariff = Tariff(("CHN",), ("JPN",), "rare-earths", exactly(25.0), "importer", window)
    outage = Outage(("MYS",), "rare-earths", Stage.REFINED, exactly(0.5), window)
    small = ExportCut(("CHN",), ("JPN",), "rare-earths", exactly(0.1), window)
    minor = ExportCut(("IND",), ("JPN",), "rare-earths", exactly(1.0), window)
    far = ExportCut(("CHN",), ("JPN",), "rare-earths", exactly(1.0), Window(date(2030, 1, 1)))
    for shocks in [(tariff,), (outage,), (cut, tariff), (small,), (minor,), (far,)]:
        assert play(rare_earths, asked(names, *shocks), Stage.REFINED, draws=4, priors=priors).foretold is None
    early = {key: value for key, value in priors.items() if key[0] > 2024}
    for none in (None, early):
        assert play(rare_earths, asked(names, cut), Stage.REFINED, draws=4, priors=none).foretold is None


def test_importers_are_hit_as_those_learned_from():
    """By columns: hit; too small a share from it; loses too little; too small an importer."""
    now = np.array([[50.0, 5.0, 50.0, 0.05], [50.0, 95.0, 950.0, 0.05], [0.0] * 4, [0.0] * 4])
    left = now.copy()
    left[0] *= [0.5, 0.0, 0.9, 0.0]
    assert hit_importers(now, left, np.array([0])).tolist() == [0]
