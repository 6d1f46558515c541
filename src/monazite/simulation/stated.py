"""SupplyNetwork x the shocks of a scenario -> one stage's Market in which all of them are stated together.

Trade before is that of the newest year before the first of the shocks that are about the mineral, and the market's year
begins with it. Within it each shock has a strength week by week; overlapping shocks meet in the weeks they share, and
the mean over the weeks is what the year is left with:

    flow     left_ij = mean over weeks of min(product over cuts and licences of what each lets pass, quotas' shares)
    cut      1 - strength * share
    licence  1 - strength * (1 - (1 - refused) * what of the week's goods arrives before the year is over)
    quota    1 - strength * (1 - limit / trade before), the limit shared among the flows like the trade before
    tariff   product of (1 + mean strength * rate) - 1
    outage   what an exporter offers: mean over weeks of the product of (1 - strength * lost share)
    surge    what an importer wants: 1 + mean strength * more; panic: + weeks of cover / 52; release: - tonnes / imports
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import NoDataError, ScenarioError
from monazite.core.gazetteer import REST
from monazite.core.values import Band, Stage
from monazite.network.supply import Flows, SupplyNetwork, flows, stages_traded
from monazite.scenario.keys import entries
from monazite.scenario.reach import first_day, shocks_of, sides, strength
from monazite.scenario.values import (
    ExportCut,
    Licence,
    Outage,
    Panic,
    Quota,
    Release,
    Scenario,
    Shock,
    Surge,
    Tariff,
)
from monazite.simulation.market import Market
from monazite.simulation.ranges import one_in_each, value_at
from monazite.simulation.values import Parameter

__all__ = ["Stated", "stages_meant", "stated_market"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

WEEKS = 52
_LARGEST = 80
# Where the range of a cut ends in a ban, this part of the flow is left, so that all draws are of one kind.
_LEAST_LEFT = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Stated:
    """A stage's market with the shocks that reach it.

    `labels` (countries) are ISO3 codes, all small traders together last as 'ROW'; `base_t` (exporters, importers) is
    the trade before, `struck` (exporters, importers) the flows the shocks are about, `demand` (importers,) or by draw
    what importers want over what they buy. `shocks` are those that reach the stage, `assumptions` what was taken for
    granted.
    """

    labels: tuple[str, ...]
    base_t: Array
    market: Market
    struck: Mask
    demand: Array
    trade: Flows
    shocks: tuple[Shock, ...]
    parameters: tuple[Parameter, ...]
    assumptions: tuple[str, ...]

    @property
    def reached(self) -> tuple[str, ...]:
        """The importers the shocks reach."""
        hit = self.struck.any(axis=0) | (self.demand != 1).reshape(-1, len(self.labels)).any(axis=0)
        return tuple(self.labels[j] for j in np.flatnonzero(hit) if self.labels[j] != REST)


@dataclass(frozen=True, slots=True, eq=False)
class _Felt:
    """A shock at a stage: its place in the scenario, its strength by week, and the flows it is about."""

    place: int
    shock: Shock
    strength: Array
    flows: Mask


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Numbers of shocks by draw: (1,) for one known to a point, else (draws,), one in each equal slice of its range."""

    draws: int
    seed: int
    several: bool
    parameters: list[Parameter] = field(default_factory=list)

    def __call__(self, one: _Felt, name: str) -> Array:
        """What a field of a shock is by draw; its range is kept among the parameters."""
        band: Band = getattr(one.shock, name)
        if band.low == band.high:
            return np.array([band.mid])
        random = np.random.default_rng([self.seed, 1 + len(self.parameters)])
        key = next(e.key for e in entries(type(one.shock)) if e.field == name)
        unit = key.what if key.unit in key.what else f"{key.what}, {key.unit}"
        label = f"{name} of shock {one.place + 1}" if self.several else name
        self.parameters.append(Parameter(label, band, unit, "assumption"))
        return value_at(band, one_in_each(self.draws, random))


def stages_meant(network: SupplyNetwork, shock: Shock) -> tuple[Stage, ...]:
    """The stages a shock is about: the one it names, or those of its trade codes, else all that are traded.

    :raises ScenarioError: for a stage without a code; for some codes of a stage, since the model plays a stage's trade;
        and for a quota on several stages.
    """
    stage: Stage | None = getattr(shock, "stage", None)
    hs: tuple[str, ...] = getattr(shock, "hs", ())
    codes = {s: {c.hs for c in network.codes if c.stage == s} for s in stages_traded(network)}
    chosen = {s: own for s, own in codes.items() if stage in (None, s) and not (hs and own.isdisjoint(hs))}
    for name, own in chosen.items():
        if hs and (more := own - set(hs)):
            what = f"the stage is traded under {', '.join(sorted(more))} too"
            raise ScenarioError(f"{network.mineral}, {name}", what, "name all of its codes, or the stage")
    if stage and codes and not chosen:
        what, have = "no trade code meant is of this stage", ", ".join(codes)
        raise ScenarioError(f"{network.mineral}, {stage}", what, f"stages with codes: {have}")
    if isinstance(shock, Quota) and len(chosen) > 1:
        what = f"a limit in tonnes gross on {', '.join(chosen)} together"
        raise ScenarioError(f"quota on {network.mineral}", what, "name one stage: tonnes of two cannot be added")
    return tuple(chosen)


def stated_market(network: SupplyNetwork, scenario: Scenario, stage: Stage, draws: int, seed: int) -> Stated:
    """The market of a stage, with every shock of the scenario that reaches it.

    :raises NoDataError: if none does, with what is in the way of the first.
    """
    countries, of_mineral = network.countries, shocks_of(scenario, network.mineral)
    origin = first_day(of_mineral)
    meant = [
        _Felt(scenario.shocks.index(s), s, strength(s.window, WEEKS, origin), _about(s, countries))
        for s in of_mineral
        if stage in stages_meant(network, s)
    ]
    for one in meant:
        if unknown := [c for c in sides(one.shock)[0] if c not in countries]:
            what = f"{', '.join(unknown)} has no trade on record"
            raise NoDataError(network.mineral, what, "name a country, by its ISO 3166 code, that trades")
    trade = _trade(network, stage, origin)
    obstacles = [_obstacle(one, trade) for one in meant]
    reaching = [one for one, obstacle in zip(meant, obstacles, strict=True) if not obstacle]
    if not reaching:
        what, mend = next(filter(None, obstacles), ("no shock is about it", "name the mineral and stage in a shock"))
        raise NoDataError(f"{network.mineral}, {stage}, {trade.year}", what, mend)
    labels, base = _compact(countries, trade.gross_t, _apart(reaching, trade, countries))
    felt = [replace(one, flows=_about(one.shock, labels) & (base > 0)) for one in reaching]
    drawn = _Drawn(draws, seed, len(scenario.shocks) > 1)
    stated, left = _left(felt, base, drawn)
    tax, offer, demand = _taxed(felt, drawn), _offered(felt, labels, drawn), _demanded(felt, labels, base, trade, drawn)
    wanted = base * demand[:, None, :]
    # Supply is stated over what is wanted at today's price: more wanted does not make more.
    before, sold = base.sum(axis=1), wanted.sum(axis=2)
    offer = offer * np.divide(before, sold, out=np.ones_like(sold), where=sold > 0)
    market = Market(
        base_t=_plain(wanted),
        stated=stated,
        stated_t=_plain(base * left),
        tariff=_plain(tax) if tax.any() else None,
        supply_factor=_plain(offer) if (offer != 1).any() else None,
    )
    at_ends = [one.flows for one in felt if not isinstance(one.shock, Surge | Panic | Release)]
    return Stated(
        labels=labels,
        base_t=base,
        market=market,
        struck=reduce(np.logical_or, at_ends, np.zeros(base.shape, dtype=bool)),
        demand=_plain(demand),
        trade=trade,
        shocks=tuple(one.shock for one in felt),
        parameters=tuple(drawn.parameters),
        assumptions=tuple(dict.fromkeys(line for one in felt for line in _granted(one, trade, drawn.several))),
    )


def _trade(network: SupplyNetwork, stage: Stage, origin: date | None) -> Flows:
    """Trade in the newest year before a day; in the newest of all without one."""
    before = [y for y in network.years if origin is None or y < origin.year]
    trade = flows(network, stage, before[-1] if before else network.years[0])
    where = f"{network.mineral}, {stage}"
    if mixed := next((c for c in trade.codes if c.mixed_with), None):
        told = f"{mixed.hs} holds {mixed.mixed_with.replace('|', ', ')} too"
        raise NoDataError(where, told, "a cut of one of them cannot be told from trade in the others")
    if not trade.gross_t.sum() > 0:
        codes = ", ".join(dict.fromkeys(c.hs for c in trade.codes))
        last = network.years[int(network.year[np.isin(network.code, network.codes_at(stage))].max())]
        told = f"after {last}" if last < trade.year else f"in {trade.year}"
        raise NoDataError(where, f"no trade under {codes} is on record {told}", "the codes do not show it")
    return trade


def _about(shock: Shock, labels: tuple[str, ...]) -> Mask:
    """The flows (exporters, importers) a shock is about. Sellers who cut together do not cut each other off."""
    sellers, buyers = (np.isin(labels, side) | (not side) for side in sides(shock))
    if isinstance(shock, ExportCut | Quota | Licence) and not shock.targets:
        buyers &= ~sellers
    about: Mask = sellers[:, None] & buyers
    return about


def _obstacle(one: _Felt, trade: Flows) -> tuple[str, str] | None:
    """Why a shock does not reach a stage: what is in the way, and how to mend it."""
    if not one.strength.any():
        return (
            f"shock {one.place + 1} starts {WEEKS} weeks or more after the first on its mineral",
            "play it on its own",
        )
    moved = trade.gross_t[one.flows]
    if moved.any():
        unknown = isinstance(one.shock, Release) and not np.isfinite(_content(trade))
        return ("how much of the mineral its goods hold is not known", "release at another stage") if unknown else None
    sellers, buyers = (", ".join(side) for side in sides(one.shock))
    if not sellers:
        return f"{buyers} has no purchases on record", "name another importer or stage"
    return f"{sellers} has no sales to these targets on record", "name another exporter, target or stage"


def _apart(felt: list[_Felt], trade: Flows, countries: tuple[str, ...]) -> set[int]:
    """The countries that are not to be put together with others: those named, and whoever is cut off."""
    named = {c for one in felt for side in sides(one.shock) for c in side}
    hit = [one.flows & (trade.gross_t > 0) for one in felt if isinstance(one.shock, ExportCut | Quota | Licence)]
    cut_off = {int(j) for mask in hit for j in np.flatnonzero(mask.any(axis=0))}
    return {countries.index(c) for c in named if c in countries} | cut_off


def _left(felt: list[_Felt], base: Array, drawn: _Drawn) -> tuple[Mask, Array]:
    """Which flows have a limit, and the share of each that is left of it, by draw; 1 elsewhere."""
    limiting = [one for one in felt if isinstance(one.shock, ExportCut | Quota | Licence)]
    passes = [_passes(one, base, drawn) for one in limiting]
    by = np.zeros(base.shape, dtype=np.int64)
    for bit, one in enumerate(limiting):
        by |= one.flows.astype(np.int64) << bit
    groups: dict[int, Array] = {}
    for group in np.unique(by[by > 0]).tolist():
        of = [bit for bit in range(len(limiting)) if group >> bit & 1]
        quotas = [passes[bit] for bit in of if isinstance(limiting[bit].shock, Quota)]
        others = [passes[bit] for bit in of if not isinstance(limiting[bit].shock, Quota)]
        together = [reduce(np.multiply, others)] if others else []
        year = reduce(np.minimum, together + quotas).mean(axis=1)
        groups[group] = year if len(year) == 1 else np.maximum(year, _LEAST_LEFT)
    left = np.ones((max((len(g) for g in groups.values()), default=1), *base.shape))
    for group, share in groups.items():
        left[:, by == group] = share[:, None]
    return by > 0, left


def _passes(one: _Felt, base: Array, drawn: _Drawn) -> Array:
    """What a cut, licence or quota lets pass of each week's trade before, (draws or 1, weeks)."""
    if isinstance(one.shock, ExportCut):
        stopped = drawn(one, "share")[:, None]
    elif isinstance(one.shock, Quota):
        stopped = 1 - drawn(one, "limit_t_per_yr")[:, None] / base[one.flows].sum()
    else:
        in_time = np.clip(WEEKS - np.arange(WEEKS) - drawn(one, "delay_weeks")[:, None], 0.0, 1.0)
        stopped = 1 - (1 - drawn(one, "refused_share")[:, None]) * in_time
    passes: Array = 1 - one.strength * stopped
    return passes


def _taxed(felt: list[_Felt], drawn: _Drawn) -> Array:
    """Tariffs by flow, (draws or 1, exporters, importers); one is levied on what another has made dearer."""
    paid: Array = np.ones((1, *felt[0].flows.shape))
    for one in felt:
        if isinstance(one.shock, Tariff):
            rate = drawn(one, "rate_pct") / 100 * one.strength.mean()
            paid = paid * (1 + rate[:, None, None] * one.flows)
    return paid - 1


def _offered(felt: list[_Felt], labels: tuple[str, ...], drawn: _Drawn) -> Array:
    """What exporters can still offer over what they sell, (draws or 1, exporters)."""
    weekly = np.ones((1, len(labels), WEEKS))
    for one in felt:
        if isinstance(one.shock, Outage):
            lost = drawn(one, "lost_share")[:, None, None] * np.isin(labels, one.shock.countries)[:, None]
            weekly = weekly * (1 - lost * one.strength)
    offer: Array = weekly.mean(axis=2)
    return offer if len(offer) == 1 else np.maximum(offer, _LEAST_LEFT)


def _demanded(felt: list[_Felt], labels: tuple[str, ...], base: Array, trade: Flows, drawn: _Drawn) -> Array:
    """What importers want over what they buy, (draws or 1, importers)."""
    demand = np.ones((1, len(labels)))
    for one in felt:
        if isinstance(one.shock, Surge):
            more = drawn(one, "more_share") * one.strength.mean()
        elif isinstance(one.shock, Panic):
            more = drawn(one, "extra_cover_weeks") / WEEKS
        elif isinstance(one.shock, Release):
            imports = base[one.flows].sum()
            more = -drawn(one, "amount_t") / _content(trade) / imports
        else:
            continue
        demand = demand + more[:, None] * np.isin(labels, sides(one.shock)[1])
    return np.maximum(demand, _LEAST_LEFT)


def _content(trade: Flows) -> float:
    """Contained tonnes per gross tonne of a stage's trade; NaN where it is not known."""
    known = np.isfinite(trade.contained_t) & (trade.gross_t > 0)
    gross = trade.gross_t[known].sum()
    return float(trade.contained_t[known].sum() / gross) if gross > 0 else float("nan")


def _granted(one: _Felt, trade: Flows, several: bool) -> Iterator[str]:
    """What the yearly market takes for granted of a shock."""
    if (felt := one.strength.sum()) < WEEKS:
        which = f"shock {one.place + 1}: " if several else ""
        yield f"{which}a year's trade is hit for {felt:.3g} of {WEEKS} weeks: the market model knows years only"
    if isinstance(one.shock, Licence):
        yield "goods granted that arrive within the year are late, not lost; those that arrive after it are lost to it"
    if isinstance(one.shock, Quota):
        yield "what a quota lets pass is shared among its buyers as the trade before was"
    if isinstance(one.shock, Outage):
        yield "exports fall by the share of capacity lost; what the country uses itself is not in the trade"
    if isinstance(one.shock, Surge | Panic):
        yield "what is wanted on top is wanted from abroad, by the share of today's imports"
    if isinstance(one.shock, Panic):
        yield "the stock built up is held to the year's end"
    if isinstance(one.shock, Release):
        yield f"stocks take the place of imports, up to all of them; a tonne gross holds {_content(trade):.3g} t"


def _compact(countries: tuple[str, ...], mass: Array, needed: set[int]) -> tuple[tuple[str, ...], Array]:
    """The largest traders and the needed ones; all others together as the last, 'ROW'."""
    size = mass.sum(axis=0) + mass.sum(axis=1)
    large = set(np.argsort(-size, kind="stable")[:_LARGEST].tolist()) | needed
    keep = sorted(i for i in large if size[i] > 0)
    group = np.full(len(countries), len(keep))
    group[keep] = np.arange(len(keep))
    small = np.zeros((len(keep) + 1, len(keep) + 1))
    np.add.at(small, (group[:, None], group[None, :]), mass)
    return (*(countries[i] for i in keep), REST), small


def _plain(by_draw: Array) -> Array:
    """An array without its axis of draws where all are one."""
    return by_draw[0] if len(by_draw) == 1 else by_draw
