"""A scenario -> what it does to the chains of its minerals, week by week."""

from __future__ import annotations

from collections.abc import Mapping

from monazite.network.balance import balance
from monazite.network.supply import SupplyNetwork
from monazite.reference.figures import by_products, sea_ways
from monazite.reference.store import Store
from monazite.scenario.reach import first_day, sides
from monazite.scenario.values import Closure, Scenario
from monazite.simulation.unmet import Unmet
from monazite.simulation.weekly.build import Setting, setting_of
from monazite.simulation.weekly.drive import closures
from monazite.simulation.weekly.outcome import WeeklyOutcome
from monazite.simulation.weekly.play import DRAWS, horizon, play
from monazite.workbench.lazy import function

__all__ = ["chain_setting", "weekly"]


def weekly(
    store: Store, networks: Mapping[str, SupplyNetwork], scenario: Scenario, draws: int = DRAWS, seed: int = 1
) -> tuple[WeeklyOutcome, Unmet]:
    """What the scenario does week by week to the minerals of these networks, and what their users do not get.

    :raises NoDataError: if none of them has a stage with production or trade on record.
    """
    kernel = function("monazite.simulation.weekly.compiled:advance")
    return play(chain_setting(store, networks, scenario), networks, scenario, kernel, draws, seed)


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
