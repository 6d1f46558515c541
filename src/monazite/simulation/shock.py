"""SupplyNetwork x Scenario -> MarketOutcome: the market model over parameter draws, as bands a reader can use."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from monazite.core.values import Band, Stage
from monazite.network.supply import SupplyNetwork, trade_sources
from monazite.scenario.values import Scenario
from monazite.simulation.foretold import foretell
from monazite.simulation.market import Clearing, Draws, clear
from monazite.simulation.priors import Priors
from monazite.simulation.ranges import band, bands, drawn
from monazite.simulation.stated import Stated, stated_market
from monazite.simulation.values import FlowChange, ImporterOutcome, MarketOutcome, Parameter

__all__ = ["PARAMETERS", "draw_parameters", "play"]

Array = NDArray[np.float64]

_UNTOLD = "assumption; past falls are foretold alike at"
PARAMETERS = (
    Parameter("sigma", Band(2.0, 2.4, 4.0), "elasticity of substitution between suppliers", f"{_UNTOLD} 1.6 to 4.5"),
    Parameter(
        "eta",
        Band(1.5, 1.8, 1.95),
        "elasticity of demand for the bundle within the year",
        "past falls in BACI: 60 to 90% of sigma (docs/methods/market.md)",
    ),
    Parameter("epsilon", Band(0.2, 0.5, 1.0), "elasticity of supply within the year", f"{_UNTOLD} 0.1 to 2"),
    Parameter("spare", Band(0.05, 0.15, 0.5), "spare capacity over present sales", f"{_UNTOLD} 0.03 to 1"),
    Parameter(
        "latent", Band(0.001, 0.005, 0.02), "share open to suppliers not yet used", f"{_UNTOLD} 0 to 0.01, worse above"
    ),
)
"""Ranges of the market's parameters; what past falls tell of them stands in docs/methods/market.md."""

_SHOWN = 8


def draw_parameters(parameters: tuple[Parameter, ...], count: int, seed: int) -> Draws:
    """Parameter sets by draw: each parameter's median is its central value, the ends are its range.

    >>> draws = draw_parameters(PARAMETERS, count=8, seed=1)
    >>> draws.sigma.shape, bool((draws.sigma < 2.4).sum() == 4)
    ((8,), True)
    """
    return Draws(**drawn(parameters, count, np.random.default_rng(seed)))


def play(
    network: SupplyNetwork,
    scenario: Scenario,
    stage: Stage,
    draws: int = 256,
    seed: int = 1,
    priors: Mapping[tuple[int, int], Priors] | None = None,
) -> MarketOutcome:
    """What the scenario does to a stage's trade within a year, from the newest year of the tables before it begins.

    All its shocks that reach the stage are played together (see `stated`). Bands are the 10th, 50th and 90th percentile
    over parameter draws; flows are gross tonnes. A shock of less than a year takes its part of the year. What earlier
    falls teach, if `priors` by last year and lag are given, stands beside.

    :raises NoDataError: if no shock reaches the stage: the exporter sells nothing to any target, or no table knows it.
    """
    told = stated_market(network, scenario, stage, draws, seed)
    found = clear(told.market, draw_parameters(PARAMETERS, draws, seed))
    change = _change(found, told)
    outcomes = _importers(found, told, change)
    reached = told.reached
    others = [o for c, o in outcomes.items() if c not in reached and o.base_t > 0]
    return MarketOutcome(
        scenario=scenario,
        shocks=told.shocks,
        mineral=network.mineral,
        stage=stage,
        hs=tuple(dict.fromkeys(c.hs for c in told.trade.codes)),
        base_year=told.trade.year,
        draws=draws,
        seed=seed,
        importers=tuple(sorted((outcomes[c] for c in reached), key=lambda o: -o.lost_t.mid)),
        others=tuple(sorted(others, key=lambda o: -o.shortfall_t.mid)[:_SHOWN]),
        gains=_gains(found, told),
        world_price_change_pct=_world_price(found, change),
        residual_share=found.residual,
        parameters=(*PARAMETERS, *told.parameters),
        assumptions=(*scenario.assumptions, *told.assumptions),
        sources=trade_sources(told.trade.codes),
        foretold=foretell(network, told, stage, priors or {}),
    )


def _importers(found: Clearing, told: Stated, change: Array) -> dict[str, ImporterOutcome]:
    """What each importer that stands alone loses, gets instead and goes without."""
    base, after, wanted = told.base_t, found.flow_t, found.base_t
    total = base.sum(axis=0)
    # Where no limit holds, the model's trade before is not quite the tables': new suppliers have a share to begin with.
    kept = after * told.demand[..., None, :] / np.where(wanted > 0, wanted, 1.0)
    fallen = np.where(found.shadow_log > 0, base - after, base * (1 - kept))
    lost = np.where(told.struck, fallen, 0.0).sum(axis=1) + np.maximum(told.demand - 1, 0.0) * total
    short, bought = (wanted - after).sum(axis=1), after.sum(axis=1)
    paid = (after * change).sum(axis=1) / np.where(bought > 0, bought, 1.0)
    buys = (bought > 0).all(axis=0)
    rows = zip(
        told.labels[:-1],
        total.tolist(),
        bands(lost),
        bands(lost - short),
        bands(short),
        bands(short / np.where(total > 0, total, np.inf)),
        (dearer if known else None for dearer, known in zip(bands(100.0 * paid), buys, strict=True)),
        strict=False,  # all others together, the last, are no importer
    )
    return {row[0]: ImporterOutcome(*row) for row in rows}


def _gains(found: Clearing, told: Stated) -> tuple[FlowChange, ...]:
    reached = np.isin(told.labels, told.reached)
    sellers, buyers = np.nonzero(~told.struck & reached)
    more = (found.flow_t - found.base_t / told.demand[..., None, :])[:, sellers, buyers]
    changes = [
        FlowChange(told.labels[i], told.labels[j], float(told.base_t[i, j]), gain)
        for i, j, gain in zip(sellers, buyers, bands(more), strict=True)
        if gain.mid > 0
    ]
    return tuple(sorted(changes, key=lambda c: -c.change_t.mid)[: _SHOWN + 2])


def _change(found: Clearing, told: Stated) -> Array:
    """Change of what a tonne of each flow costs its buyer (draws, exporters, importers): the seller's price, what it is
    worth to be among those a quota serves, and tariffs; 0 where nothing flows any more."""
    tax = 0.0 if told.market.tariff is None else np.log1p(told.market.tariff)
    flowing = found.flow_t > 0
    shadow = np.where(flowing, found.shadow_log, 0.0)
    price = np.where(flowing, found.price_log[:, :, None], 0.0)
    change: Array = np.where(flowing, np.expm1(price + shadow + tax), 0.0)
    return change


def _world_price(found: Clearing, change: Array) -> Band:
    """Change of the mean price paid for exports, exporters weighted by what they sell before.

    An exporter that none may buy from any more has no price; it counts at its old one.
    """
    before, after = found.base_t.sum(axis=2), found.flow_t.sum(axis=2)
    by_exporter = (found.flow_t * change).sum(axis=2) / np.where(after > 0, after, 1.0)
    return band(100.0 * (before * by_exporter).sum(axis=1) / before.sum(axis=1))
