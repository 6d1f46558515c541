"""A setting x a scenario -> the weekly chain as a Model: what an ensemble plays, chunk by chunk, wherever."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from monazite.network.supply import SupplyNetwork
from monazite.scenario.values import Scenario
from monazite.simulation.values import Model, Variable
from monazite.simulation.weekly.build import Setting
from monazite.simulation.weekly.drive import driven, ranges
from monazite.simulation.weekly.habits import habits_at, habits_of
from monazite.simulation.weekly.outcome import SHORT, longest
from monazite.simulation.weekly.play import horizon
from monazite.simulation.weekly.run import Kernel, runs

__all__ = ["chain_model"]

Array = NDArray[np.float64]
Arrays = Mapping[str, Array]

_OUTCOMES = {
    "missing_t": Variable(("good", "country"), "t", "use that is missing, over all weeks"),
    "missing_share": Variable(("good", "country"), "1", "share of use that is missing, over all weeks"),
    "longest_weeks": Variable(("good", "country"), "weeks", "longest run of weeks in which use is short"),
    "least_made_share": Variable(("good", "country"), "1", "output in its worst week over output before"),
    "price_peak_pct": Variable(("good",), "percent", "highest price over that before, mean of all places"),
    "unmet_t_per_week": Variable(("good", "week"), "t/week", "use that is missing in all countries together"),
}


def chain_model(setting: Setting, networks: Mapping[str, SupplyNetwork], scenario: Scenario, kernel: Kernel) -> Model:
    """The chain as a model of its habits and of the scenario's ranges; its outcomes are contained tonnes and shares.

    :raises NoDataError: if the chain shows no shock of the scenario.
    """
    weeks, parameters = horizon(scenario), (*habits_at(g.stage for g in setting.goods), *ranges(scenario))
    driven(setting, networks, scenario, {p.name: np.array([p.band.mid]) for p in parameters}, weeks).showing(scenario)
    labels = {
        "good": tuple(map(str, setting.goods)),
        "country": setting.chain.countries,
        "week": tuple(map(str, range(weeks))),
    }
    run = partial(_played, setting, networks, scenario, kernel, weeks)
    return Model(parameters, labels, _OUTCOMES, run)


def _played(
    setting: Setting,
    networks: Mapping[str, SupplyNetwork],
    scenario: Scenario,
    kernel: Kernel,
    weeks: int,
    values: Arrays,
) -> Arrays:
    """What comes of some values of the parameters, draws as axis 0."""
    drivers = driven(setting, networks, scenario, values, weeks).drivers
    habits = habits_of(values, [g.stage for g in setting.goods])
    found: dict[str, list[Array]] = {name: [] for name in _OUTCOMES}
    chain = setting.chain
    used, made = (np.where(x > 0, x, 1.0) for x in (chain.use_t, chain.production_t))
    weight = chain.claims_t / np.maximum(chain.claims_t.sum(axis=1, keepdims=True), 1e-300)
    for run in runs(chain, habits, drivers, kernel):
        missing = run.unmet_t / used
        price = (np.exp(run.price_log) * weight).sum(axis=3)
        found["missing_t"].append(run.unmet_t.sum(axis=1))
        found["missing_share"].append(missing.mean(axis=1))
        short = (missing > SHORT).reshape(*missing.shape[:2], -1)
        by_place = [longest(short[:, :, i]) for i in range(short.shape[2])]
        found["longest_weeks"].append(np.stack(by_place, axis=1).reshape(len(missing), *used.shape))
        least = np.where(chain.production_t > 0, run.made_t.min(axis=1) / made, 1.0)
        found["least_made_share"].append(least)
        found["price_peak_pct"].append(100 * (price.max(axis=1) - 1))
        found["unmet_t_per_week"].append(run.unmet_t.sum(axis=3).swapaxes(1, 2))
    return {name: np.concatenate(parts) for name, parts in found.items()}
