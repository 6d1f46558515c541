"""A scenario -> what it does to the chains of its minerals, week by week: in bands, or as a model for ensembles."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from monazite.core.errors import NoDataError
from monazite.network.balance import balance
from monazite.network.supply import SupplyNetwork
from monazite.reference.figures import by_products, sea_ways
from monazite.reference.store import Store, open_store
from monazite.scenario.reach import first_day, minerals_of, sides
from monazite.scenario.values import Closure, Scenario
from monazite.simulation.unmet import Unmet
from monazite.simulation.values import Model
from monazite.simulation.weekly.build import Setting, setting_of
from monazite.simulation.weekly.drive import closures
from monazite.simulation.weekly.model import chain_model
from monazite.simulation.weekly.outcome import WeeklyOutcome
from monazite.simulation.weekly.play import DRAWS, horizon, play
from monazite.workbench.lazy import function
from monazite.workbench.network import load_network

__all__ = ["chain_setting", "weekly", "weekly_model"]


def weekly(
    store: Store, networks: Mapping[str, SupplyNetwork], scenario: Scenario, draws: int = DRAWS, seed: int = 1
) -> tuple[WeeklyOutcome, Unmet]:
    """What the scenario does week by week to the minerals of these networks, and what their users do not get.

    :raises NoDataError: if none of them has a stage with production or trade on record.
    """
    kernel = function("monazite.simulation.weekly.compiled:advance")
    return play(chain_setting(store, networks, scenario), networks, scenario, kernel, draws, seed)


def weekly_model(scenario: Scenario, minerals: tuple[str, ...] = (), threads: int = 0) -> Model:
    """The weekly chains of a scenario as a model to play at any values of its parameters.

    :param minerals: whose chains, if the scenario's shocks name none.
    :param threads: of each process that plays it; 0: as many as there are processors.
    :raises NoDataError: if the scenario reaches no mineral's chain.
    """
    with open_store() as store:
        networks = {m: load_network(store, m) for m in minerals_of(scenario) or minerals}
        if not networks:
            raise NoDataError(scenario.title, "it names no mineral", "name one whose chain to play, with --mineral")
        kernel = partial(function("monazite.simulation.weekly.compiled:advance"), threads=threads)
        return chain_model(chain_setting(store, networks, scenario), networks, scenario, kernel)


def chain_setting(store: Store, networks: Mapping[str, SupplyNetwork], scenario: Scenario) -> Setting:
    """The chains of some minerals in the newest year before the scenario begins, and the ways between countries."""
    origin = first_day(scenario.shocks)
    balances = []
    for network in networks.values():
        before = [y for y in network.years if origin is None or y < origin.year]
        balances.append(balance(network, before[-1] if before else network.years[0]))
    countries = balances[0].countries
    ways = sea_ways(store, countries, closures(scenario, horizon(scenario)))
    apart = {c for s in scenario.shocks if not isinstance(s, Closure) for side in sides(s) for c in side}
    return setting_of(balances, ways, by_products(store), apart)
