"""Scenario files: read, refused with every problem, and stated as a market."""

from __future__ import annotations

import pytest

from monazite.core.errors import ScenarioError
from monazite.core.gazetteer import Country, Gazetteer, Mineral
from monazite.core.values import Stage
from monazite.reference.store import gazetteer, open_store
from monazite.scenario.build import make_scenario
from monazite.scenario.files import from_toml
from monazite.scenario.values import ExportCut, Licence, Outage, Surge, Window, exactly
from monazite.simulation.stated import stated_market
from monazite.workbench.network import load_network
from monazite.workbench.shock.play import Played, shock

NAMES = Gazetteer(tuple(Country(c, c) for c in ("CHN", "JPN")), (), (Mineral("cobalt", "Cobalt"),))
GOOD = '[[shock]]\nkind = "cut"\nfrom = "CHN"\nto = "JPN"\nmineral = "cobalt"\nshare = 0.{:04}\n\n'


@pytest.mark.parametrize("shocks", [1, 100])
def test_read(benchmark, shocks):
    text = "".join(GOOD.format(k + 1) for k in range(shocks))
    assert len(benchmark(from_toml, text, "x.toml", NAMES).shocks) == shocks


@pytest.mark.parametrize("problems", [3, 300])
def test_refuse(benchmark, problems):
    wrong = GOOD.replace("CHN", "JPN").replace("share = 0.", "share = 1.")
    text = "".join((wrong + 'stag = "ore"\n').format(k) for k in range(problems // 3))

    def refused() -> str:
        with pytest.raises(ScenarioError) as error:
            from_toml(text, "x.toml", NAMES)
        return error.value.what

    assert benchmark(refused).count("; line ") + 1 >= problems * 2 // 3


@pytest.mark.parametrize("draws", [1, 256])
def test_state(benchmark, draws):
    with open_store() as store:
        network, names = load_network(store, "rare-earths"), gazetteer(store)
    metal = ("rare-earths", Stage.METAL)
    shocks = (
        ExportCut(("CHN",), ("JPN",), "rare-earths", exactly(0.5)),
        Licence(("CHN",), (), "rare-earths", exactly(9), exactly(0.1)),
        Outage(("VNM",), *metal, exactly(0.3)),
        Surge(("JPN",), *metal, exactly(0.1)),
    )
    scenario = make_scenario(shocks, names, "hypothetical", "benchmark")
    assert benchmark(stated_market, network, scenario, Stage.METAL, draws, 1).shocks == shocks


def test_shock_anew(benchmark):
    """Another cut with figures kept, as a page asks for it: market, weeks in 200 draws, industries."""
    with open_store() as store:
        names = gazetteer(store)
    cuts = iter(n / 1000 for n in range(500, 1000))

    def anew() -> Played:
        cut = ExportCut(("CHN",), ("JPN",), "rare-earths", exactly(next(cuts)), Window(None, 26))
        return shock(make_scenario((cut,), names, "hypothetical", "benchmark"))

    assert benchmark.pedantic(anew, rounds=3, warmup_rounds=1).economy
