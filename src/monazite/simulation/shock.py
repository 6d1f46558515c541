"""SupplyNetwork x Scenario -> MarketOutcome: the market model over parameter draws, as bands a reader can use."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import NoDataError
from monazite.core.values import Band, Stage
from monazite.network.supply import SupplyNetwork, flows, trade_sources
from monazite.scenario.values import Scenario
from monazite.simulation.market import Clearing, Draws, Market, clear
from monazite.simulation.values import FlowChange, ImporterOutcome, MarketOutcome, Parameter

__all__ = ["PARAMETERS", "draw_parameters", "play"]

Array = NDArray[np.float64]

PARAMETERS = (
    Parameter("sigma", Band(2.0, 2.4, 4.0), "elasticity of substitution between suppliers", "assumption"),
    Parameter("eta", Band(1.1, 1.5, 1.9), "elasticity of demand for the bundle within the year", "assumption"),
    Parameter("epsilon", Band(0.2, 0.5, 1.0), "elasticity of supply within the year", "assumption"),
    Parameter("spare", Band(0.05, 0.15, 0.5), "spare capacity over present sales", "assumption"),
    Parameter("latent", Band(0.001, 0.005, 0.02), "share open to suppliers not yet used", "assumption"),
)
"""Ranges of the market's parameters: assumptions, until they are calibrated on past disruptions."""

_LARGEST = 80
_SHOWN = 8
_CUT = "share of the trade before that is refused"
# Where the range of a cut ends in a ban, this part of the flow is left, so that all draws are of one kind.
_LEAST_LEFT = 1e-6


def draw_parameters(parameters: tuple[Parameter, ...], count: int, seed: int) -> Draws:
    """Parameter sets from a Latin hypercube: each parameter's median is its central value, the ends are its range.

    A Latin hypercube puts one draw in each of `count` equal slices of every parameter (McKay, Beckman and Conover
    1979), so that few draws cover all ranges evenly.

    >>> draws = draw_parameters(PARAMETERS, count=8, seed=1)
    >>> draws.sigma.shape, bool((draws.sigma < 2.4).sum() == 4)
    ((8,), True)
    """
    random = np.random.default_rng(seed)
    drawn = {}
    for parameter in parameters:
        u = (random.permutation(count) + random.random(count)) / count
        low, mid, high = np.log([parameter.band.low, parameter.band.mid, parameter.band.high])
        drawn[parameter.name] = np.exp(np.interp(u, [0.0, 0.5, 1.0], [low, mid, high]))
    return Draws(**drawn)


def play(network: SupplyNetwork, scenario: Scenario, stage: Stage, draws: int = 256, seed: int = 1) -> MarketOutcome:
    """What the scenario does to a stage's trade within a year, from the newest year of the tables.

    Bands are the 10th, 50th and 90th percentile over parameter draws; flows are gross tonnes. A cut of less than a
    year takes its part of the year's flow.

    :raises NoDataError: if the exporter sells nothing at this stage to any target, or no table knows it.
    """
    cut, year = scenario.cut, network.years[-1]
    if unknown := [c for c in cut.imposers if c not in network.countries]:
        what = f"{', '.join(unknown)} has no trade on record"
        raise NoDataError(network.mineral, what, "name a country, by its ISO 3166 code, that trades")
    matrix = flows(network, stage, year)
    if mixed := next((c for c in matrix.codes if c.mixed_with), None):
        where = f"{network.mineral}, {stage}"
        told = f"{mixed.hs} holds {mixed.mixed_with.replace('|', ', ')} too"
        raise NoDataError(where, told, "a cut of one of them cannot be told from trade in the others")
    shocked = [network.position(c) for c in cut.imposers]
    targets = np.array([not cut.targets or c in cut.targets for c in network.countries])
    targets[shocked] = False
    if not matrix.gross_t.sum() > 0:
        codes = ", ".join(dict.fromkeys(c.hs for c in matrix.codes))
        last = network.years[int(network.year[np.isin(network.code, network.codes_at(stage))].max())]
        where = f"{network.mineral}, {stage}"
        raise NoDataError(where, f"no trade under {codes} is on record after {last}", "the code no longer shows it")
    hit = np.flatnonzero(targets & (matrix.gross_t[shocked] > 0).any(axis=0))
    if not len(hit):
        where = f"{network.mineral}, {stage}, {year}"
        raise NoDataError(
            where,
            f"{', '.join(cut.imposers)} has no sales to these targets on record",
            "name another exporter, target or stage",
        )
    labels, base = _compact(network.countries, matrix.gross_t, {*shocked, *hit})
    at = {c: i for i, c in enumerate(labels)}
    stated = np.zeros(base.shape, dtype=bool)
    sellers, buyers = [at[c] for c in cut.imposers if c in at], [at[network.countries[i]] for i in hit]
    stated[np.ix_(sellers, buyers)] = base[np.ix_(sellers, buyers)] > 0
    of_year = min(cut.weeks, 52) / 52
    market = Market(base, stated, base * (1.0 - cut.cut_share * of_year))
    if cut.cut_range:
        left = np.maximum(1.0 - _drawn_shares(cut.cut_range, draws, seed) * of_year, _LEAST_LEFT)
        market = Market(base, stated, base * left[:, None, None])
    drawn = draw_parameters(PARAMETERS, draws, seed)
    found = clear(market, drawn)
    reported = [labels[at[network.countries[i]]] for i in hit]
    outcomes = {c: _importer(found, market, at[c], c) for c in labels[:-1]}
    others = [o for c, o in outcomes.items() if c not in reported and o.base_t > 0]
    return MarketOutcome(
        scenario=scenario,
        mineral=network.mineral,
        stage=stage,
        hs=tuple(dict.fromkeys(c.hs for c in matrix.codes)),
        base_year=year,
        draws=draws,
        seed=seed,
        importers=tuple(sorted((outcomes[c] for c in reported), key=lambda o: -o.lost_t.mid)),
        others=tuple(sorted(others, key=lambda o: -o.shortfall_t.mid)[:_SHOWN]),
        gains=_gains(found, market, labels, [at[c] for c in reported]),
        world_price_change_pct=_world_price(found),
        residual_share=found.residual,
        parameters=(*PARAMETERS, *([Parameter("cut", cut.cut_range, _CUT, "assumption")] if cut.cut_range else [])),
        sources=trade_sources(matrix.codes),
    )


def _drawn_shares(cut: Band, draws: int, seed: int) -> Array:
    """A share for each draw, one in each equal slice of the range, apart from how the parameters are drawn."""
    random = np.random.default_rng([seed, 1])
    u = (random.permutation(draws) + random.random(draws)) / draws
    shares: Array = np.interp(u, [0.0, 0.5, 1.0], [cut.low, cut.mid, cut.high])
    return shares


def _compact(countries: tuple[str, ...], mass: Array, needed: set[int]) -> tuple[tuple[str, ...], Array]:
    """The largest traders and the needed ones; all others together as the last, 'ROW'."""
    size = mass.sum(axis=0) + mass.sum(axis=1)
    large = set(np.argsort(-size, kind="stable")[:_LARGEST].tolist()) | needed
    keep = sorted(i for i in large if size[i] > 0)
    group = np.full(len(countries), len(keep))
    group[keep] = np.arange(len(keep))
    small = np.zeros((len(keep) + 1, len(keep) + 1))
    np.add.at(small, (group[:, None], group[None, :]), mass)
    return (*(countries[i] for i in keep), "ROW"), small


def _importer(found: Clearing, market: Market, j: int, name: str) -> ImporterOutcome:
    before, after = found.base_t[:, :, j], found.flow_t[:, :, j]
    lost = np.where(market.stated[:, j], market.base_t[:, j] - after, 0.0).sum(axis=1)
    short = (before - after).sum(axis=1)
    total = market.base_t[:, j].sum()
    bought = after.sum(axis=1)
    paid = (after * np.expm1(found.price_log)).sum(axis=1) / np.where(bought > 0, bought, np.nan)
    return ImporterOutcome(
        importer=name,
        base_t=float(total),
        lost_t=_percentiles(lost),
        replaced_t=_percentiles(lost - short),
        shortfall_t=_percentiles(short),
        shortfall_share=_percentiles(short / total if total > 0 else short * 0.0),
        price_change_pct=_percentiles(100.0 * paid) if (bought > 0).all() else None,
    )


def _gains(found: Clearing, market: Market, labels: tuple[str, ...], buyers: list[int]) -> tuple[FlowChange, ...]:
    changes = [
        FlowChange(
            exporter=labels[i],
            importer=labels[j],
            base_t=float(market.base_t[i, j]),
            change_t=_percentiles(found.flow_t[:, i, j] - found.base_t[:, i, j]),
        )
        for j in buyers
        for i in range(len(labels))
        if not market.stated[i, j]
    ]
    largest = sorted(changes, key=lambda c: -c.change_t.mid)[: _SHOWN + 2]
    return tuple(c for c in largest if c.change_t.mid > 0)


def _world_price(found: Clearing) -> Band:
    """Change of the mean export price, exporters weighted by what they sell before.

    An exporter that none may buy from any more has no price; it counts at its old one.
    """
    sold = found.base_t.sum(axis=2)
    change = np.where(np.isfinite(found.price_log), np.expm1(found.price_log), 0.0)
    return _percentiles(100.0 * (sold * change).sum(axis=1) / sold.sum(axis=1))


def _percentiles(values: Array) -> Band:
    low, mid, high = np.percentile(values, [10, 50, 90])
    return Band(float(low), float(mid), float(high))
