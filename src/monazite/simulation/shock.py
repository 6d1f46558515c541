"""SupplyNetwork x Scenario -> MarketOutcome: the market model over parameter draws, as bands a reader can use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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

_LEAST_T = 0.5  # gone without, below which nobody is shown
_SHOWN = 8
_AT_ONCE = 8  # draws


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
    sums = _sums(found, told)
    outcomes = _importers(sums, told)
    reached = told.reached
    others = [o for c, o in outcomes.items() if c not in reached and o.shortfall_t.high >= _LEAST_T]
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
        world_price_change_pct=_world_price(sums),
        residual_share=found.residual,
        parameters=(*PARAMETERS, *told.parameters),
        assumptions=(*scenario.assumptions, *told.assumptions),
        sources=trade_sources(told.trade.codes),
        foretold=foretell(network, told, stage, priors or {}),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """Trade after, summed by importer (draws, importers) or exporter (draws, exporters).

    `lost` on struck flows, `short` of what was wanted, `bought` after; `dearer` what is paid for it on top of old
    prices. `sold_before`, `sold` and `earned` on top: the same by exporter.
    """

    lost: Array
    short: Array
    bought: Array
    dearer: Array
    sold_before: Array
    sold: Array
    earned: Array


def _sums(found: Clearing, told: Stated) -> _Sums:
    """What readers ask of all flows, in one pass over some draws at a time, which stay in the processor's cache.

    A tonne costs its buyer more by its seller's price, and at struck flows also by tariffs and by what it is worth to
    be among those a quota serves. What does not flow costs nothing.
    """
    rise = np.expm1(np.where(np.isfinite(found.price_log), found.price_log, 0.0))
    i, j = np.nonzero(told.struck)
    after, wanted, shadow = (x[:, i, j] for x in (found.flow_t, found.base_t, found.shadow_log))
    tax = 0.0 if told.market.tariff is None else np.log1p(told.market.tariff)[..., i, j]
    # Where no limit holds, the model's trade before is not quite the tables': new suppliers have a share to begin with.
    kept = after * told.demand[..., j] / np.where(wanted > 0, wanted, 1.0)
    lost = np.where(shadow > 0, told.base_t[i, j] - after, told.base_t[i, j] * (1 - kept))
    on_top = after * (rise + 1)[:, i] * np.expm1(np.where(after > 0, shadow + tax, 0.0))
    seller, buyer = (x[:, None] == np.arange(len(told.labels)) for x in (i, j))
    size = len(found.flow_t), len(told.labels)
    short, bought, sold, sold_before, dearer = (np.empty(size) for _ in range(5))
    for start in range(0, size[0], _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        before, now = found.base_t[some], found.flow_t[some]
        short[some], bought[some] = (before - now).sum(axis=1), now.sum(axis=1)
        sold[some], sold_before[some] = now.sum(axis=2), before.sum(axis=2)
        dearer[some] = (rise[some, None] @ now)[:, 0]
    more_wanted = np.maximum(told.demand - 1, 0.0) * told.base_t.sum(axis=0)
    return _Sums(
        lost=lost @ buyer + more_wanted,
        short=short,
        bought=bought,
        dearer=dearer + on_top @ buyer,
        sold_before=sold_before,
        sold=sold,
        earned=rise * sold + on_top @ seller,
    )


def _importers(sums: _Sums, told: Stated) -> dict[str, ImporterOutcome]:
    """What each importer that stands alone loses, gets instead and goes without."""
    total = told.base_t.sum(axis=0)
    paid = sums.dearer / np.where(sums.bought > 0, sums.bought, 1.0)
    least = sums.bought.min(axis=0).tolist()
    rows = zip(
        told.labels[:-1],
        total.tolist(),
        bands(sums.lost),
        bands(sums.lost - sums.short),
        bands(sums.short),
        bands(sums.short / np.where(total > 0, total, np.inf)),
        (dearer if tonnes > 0 else None for dearer, tonnes in zip(bands(100.0 * paid), least, strict=True)),
        strict=False,  # all others together, the last, are no importer
    )
    return {row[0]: ImporterOutcome(*row) for row in rows}


def _gains(found: Clearing, told: Stated) -> tuple[FlowChange, ...]:
    reached = np.isin(told.labels, told.reached)
    sellers, buyers = np.nonzero(~told.struck & reached)
    more = found.flow_t[:, sellers, buyers] - found.base_t[:, sellers, buyers] / told.demand[..., buyers]
    most = np.argsort(-np.median(more, axis=0), kind="stable")[: _SHOWN + 2]
    changes = [
        FlowChange(told.labels[i], told.labels[j], float(told.base_t[i, j]), gain)
        for i, j, gain in zip(sellers[most], buyers[most], bands(more[:, most]), strict=True)
        if gain.mid > 0
    ]
    return tuple(changes)


def _world_price(sums: _Sums) -> Band:
    """Change of the mean price paid for exports, exporters weighted by what they sell before.

    An exporter that none may buy from any more has no price; it counts at its old one.
    """
    before, by_exporter = sums.sold_before, sums.earned / np.where(sums.sold > 0, sums.sold, 1.0)
    return band(100.0 * (before * by_exporter).sum(axis=1) / before.sum(axis=1))
