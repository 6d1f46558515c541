"""A network's balance, scenarios and rows of levers -> the Problem of some partners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import NoDataError, ScenarioError
from monazite.core.gazetteer import REST
from monazite.core.values import Band, Stage
from monazite.network.balance import Balance
from monazite.network.supply import SupplyNetwork, flows, stages_traded
from monazite.plan.values import Chain, Kind, Lever, Outlook
from monazite.scenario.reach import first_day, shocks_of, sides, strength
from monazite.scenario.values import Closure, ExportCut, Licence, Outage, Quota, Scenario, Shock, Surge, Tariff, exactly
from monazite.simulation.stated import stages_meant

__all__ = ["WEEKS_A_QUARTER", "Case", "Offer", "Variant", "chain_of", "lever_of", "outlook_of", "prices", "variants"]

Array = NDArray[np.float64]

WEEKS_A_QUARTER = 13
ONSETS = (0, 2, 4, 6, 8)
"""The quarters at whose start a scenario may begin, equally likely: nobody knows when."""
SEVERITIES = (("low", 0.3), ("mid", 0.4), ("high", 0.3))
"""The ends and the middle of a range, weighted 30:40:30, which keep the mean and the spread of most distributions
(Hurst, Brown and Swanson 2000, Swanson's 30-40-30 rule)."""
_IN_CHAIN = (Closure, Tariff)  # read from the weekly chain alone
_SHOWN = (ExportCut, Licence, Quota, Outage, Surge, *_IN_CHAIN)
_LEAST_T = 1.0
_SMALL = 0.01  # suppliers below this share of every partner's imports at every stage are put together


@dataclass(frozen=True, slots=True)
class Case:
    """A scenario that may come within the plan's years, and how likely."""

    name: str
    scenario: Scenario
    probability: float


@dataclass(frozen=True, slots=True)
class Variant:
    """One way in which a case may come: its shocks at one `level` of their ranges, from the start of quarter `onset`.

    `weight` is its part of the case's probability.
    """

    level: str
    onset: int
    weight: float
    shocks: tuple[Shock, ...]

    @property
    def name(self) -> str:
        """What sets it apart from the others of its case."""
        return f"{self.level}, q{self.onset + 1}".removeprefix(", ")


@dataclass(frozen=True, slots=True)
class Offer:
    """A row of the table of levers: `cost` in `cost_unit`, `limit` in `limit_unit`, as the table has them."""

    kind: Kind
    partner: str
    stage: Stage
    supplier: str
    cost: Band
    cost_unit: str
    limit: float
    limit_unit: str
    block_t: float
    lead_quarters: int
    source: str
    note: str


def prices(network: SupplyNetwork, balance: Balance) -> Array:
    """What a contained tonne is worth at each stage, USD: the world's trade by value over what it holds.

    A stage without a code takes the next stage's price times what a tonne of it yields there; if that has none, what
    goes into it costs, which is less than it is worth.

    :raises NoDataError: if no stage is traded.
    """
    found = np.full(len(balance.stages), np.nan)
    for k, stage in enumerate(balance.stages):
        if stage in stages_traded(network):
            trade = flows(network, stage, balance.year)
            known = trade.contained_t > 0
            if known.any():
                found[k] = trade.value_usd[known].sum() / trade.contained_t[known].sum()
    for k in reversed(range(len(found))):
        for step in balance.steps:
            if np.isnan(found[k]) and balance.at(step.start) == k:
                found[k] = found[balance.at(step.end)] * step.output.mid
    for step in sorted(balance.steps, key=lambda s: balance.at(s.end)):
        if np.isnan(found[balance.at(step.end)]):
            found[balance.at(step.end)] = found[balance.at(step.start)] / step.output.mid
    if np.isnan(found).any():
        raise NoDataError(balance.mineral, "no price is on record", "a plan needs a mineral that is traded by itself")
    return found


def chain_of(
    balance: Balance, partners: Sequence[str], price: Array, loss_per_usd: Array, cover_weeks: Array, named: set[str]
) -> Chain:
    """The partners' part of a balance.

    :param loss_per_usd: value added lost for each dollar of missing material, (partners, stages).
    :param cover_weeks: what industry holds, in weeks of what goes out of it, (stages,).
    :param named: countries to keep apart from the rest of the world however little they sell.
    """
    if unknown := [p for p in partners if p not in balance.countries]:
        raise NoDataError(balance.mineral, f"{', '.join(unknown)} is in no table", "name partners that trade")
    at = [balance.countries.index(p) for p in partners]
    inflow = np.moveaxis(balance.flow_t[:, :, at], 0, -1)  # (sellers, partners, stages)
    share = inflow / np.maximum(inflow.sum(axis=0), 1e-12)
    large = [c for i, c in enumerate(balance.countries) if share[i].max() >= _SMALL or c in named]
    apart = [c for c in large if c not in partners]
    countries = (*partners, *apart, REST)
    place = np.array([countries.index(c) if c in countries else len(countries) - 1 for c in balance.countries])
    grouped = np.zeros((len(countries), *inflow.shape[1:]))
    np.add.at(grouped, place, inflow)
    sold = np.moveaxis(balance.flow_t[:, at, :], 0, -1)  # (partners, buyers, stages)
    mutual = np.zeros(len(balance.countries), dtype=bool)
    mutual[at] = True
    need = np.zeros((len(balance.stages), len(balance.stages)))
    for step in balance.steps:
        into = sum(1 for s in balance.steps if s.end is step.end)
        need[balance.at(step.start), balance.at(step.end)] = (1 - step.recycled_share) / step.output.mid / into
    production, use, other = (x[:, at].T for x in (balance.production_t, balance.use_t, -balance.stock_change_t))
    out = use + production @ need.T + sold.sum(axis=1) + np.maximum(-other, 0.0)
    return Chain(
        mineral=balance.mineral,
        year=balance.year,
        partners=tuple(partners),
        countries=countries,
        stages=balance.stages,
        production_t=production,
        use_t=use,
        sales_t=sold[:, ~mutual].sum(axis=1),
        firm_t=np.zeros(use.shape),
        other_t=other,
        inflow_t=grouped,
        stock_t=cover_weeks / 52 * out,
        need=need,
        price_usd_per_t=price,
        loss_usd_per_t=price * loss_per_usd,
    )


def lever_of(offer: Offer, chain: Chain, capital_share: Band) -> Lever | None:
    """A row of the table as a lever of this chain, or None where it has no place in it.

    It has none where the stage or partner is not in the chain, the supplier sells nothing, or less than a tonne can be
    had.

    :param capital_share: the part of a capital sum that falls on a year: r / (1 - (1 + r)^-n).
    """
    if offer.stage not in chain.stages or offer.partner not in chain.partners:
        return None
    p, s = chain.partners.index(offer.partner), chain.stages.index(offer.stage)
    if offer.kind is Kind.OFFTAKE and offer.supplier not in chain.countries:
        return None
    price = float(chain.price_usd_per_t[s])
    unit = {
        "usd_per_t_yr": Band(1.0, 1.0, 1.0),
        "price_share_per_yr": Band(price, price, price),
        "capital_usd_per_t": capital_share,
    }[offer.cost_unit]
    consumed = chain.use_t[p, s] + chain.need[s] @ chain.production_t[p]
    of = chain.inflow_t[:, p, s].sum() if offer.kind is Kind.ROUTE else chain.use_t[p, s]
    amount = {"t": 1.0, "days": consumed / 365, "share": of}
    limit = float(offer.limit * amount[offer.limit_unit])
    if limit < _LEAST_T:
        return None
    return Lever(
        kind=offer.kind,
        partner=offer.partner,
        stage=offer.stage,
        cost_usd_per_t_yr=Band(offer.cost.low * unit.low, offer.cost.mid * unit.mid, offer.cost.high * unit.high),
        limit_t=limit,
        lead_quarters=offer.lead_quarters,
        source=offer.source,
        supplier=offer.supplier,
        block_t=offer.block_t,
        note=offer.note,
    )


def outlook_of(
    chain: Chain, network: SupplyNetwork, cases: Sequence[Case], quarters: int = 12
) -> tuple[Outlook, tuple[str, ...]]:
    """What the cases do to the chain, quarter by quarter, and the shocks that it does not show, in words.

    Each case comes with its probability, at the start of one of the `ONSETS`, with its ranges at one of the
    `SEVERITIES`; with what is left of the probability nothing comes.

    :raises ScenarioError: if the probabilities are no probabilities, or a case touches nothing the partners use.
    """
    chances = [case.probability for case in cases]
    if any(not 0 < p <= 1 for p in chances) or sum(chances) > 1 + 1e-9:
        told = ", ".join(f"{p:g}" for p in chances)
        what = f"probabilities {told}, in all {sum(chances):g}; expected above 0 and at most 1 in all"
        raise ScenarioError("the scenarios of a plan", what, "what is left to 1 is that none of them comes")
    names, weights = list[str](), list[float]()
    opened, working, wanted = list[Array](), list[Array](), list[Array]()
    skipped: dict[str, None] = {}
    for case in cases:
        skipped |= dict.fromkeys(_left_out(case, network))
        for variant in variants(case, network, quarters):
            felt = _felt(chain, network, variant.shocks, variant.onset, quarters)
            names.append(f"{case.name}, {variant.name}")
            weights.append(case.probability * variant.weight)
            for into, part in zip((opened, working, wanted), felt, strict=True):
                into.append(part)
        _touches(chain, case, opened[-1], working[-1], wanted[-1])
    if (rest := 1 - sum(weights)) > 1e-9:
        calm = _felt(chain, network, [], 0, quarters)
        names.append("nothing")
        weights.append(rest)
        for into, part in zip((opened, working, wanted), calm, strict=True):
            into.append(part)
    shares = np.array(weights)
    outlook = Outlook(tuple(names), shares / shares.sum(), np.stack(opened), np.stack(working), np.stack(wanted))
    return outlook, tuple(skipped)


def variants(case: Case, network: SupplyNetwork, quarters: int) -> tuple[Variant, ...]:
    """The ways in which a case may come within some quarters."""
    shocks, onsets = _shown(case, network), [q for q in ONSETS if q < quarters]
    ranges = any(band.low < band.high for s in shocks for band in _bands(s).values())
    return tuple(
        Variant(level, onset, weight / len(onsets), tuple(_at_level(s, level or "mid") for s in shocks))
        for level, weight in (SEVERITIES if ranges else (("", 1.0),))
        for onset in onsets
    )


def _shown(case: Case, network: SupplyNetwork) -> tuple[Shock, ...]:
    """The shocks of a case that a plan can show."""
    mine = shocks_of(case.scenario, network.mineral)
    return tuple(s for s in case.scenario.shocks if isinstance(s, Closure) or (s in mine and isinstance(s, _SHOWN)))


def _left_out(case: Case, network: SupplyNetwork) -> list[str]:
    """The other shocks of a case, in words."""
    others = [s for s in case.scenario.shocks if s not in _shown(case, network)]
    return [f"{case.name}: a {s.kind} of {s.mineral} is not in the plan" for s in others if not isinstance(s, Closure)]


def _bands(shock: Shock) -> Mapping[str, Band]:
    names = ("share", "delay_weeks", "refused_share", "limit_t_per_yr", "lost_share", "more_share", "rate_pct")
    return {name: getattr(shock, name) for name in names if hasattr(shock, name)}


def _at_level(shock: Shock, level: str) -> Shock:
    """The shock with all its ranges at one level; a quota is harder the lower it is."""
    turned = {"low": "high", "mid": "mid", "high": "low"}[level] if isinstance(shock, Quota) else level
    points: dict[str, Any] = {name: exactly(getattr(band, turned)) for name, band in _bands(shock).items()}
    return replace(shock, **points)


def _felt(
    chain: Chain, network: SupplyNetwork, shocks: Sequence[Shock], onset: int, quarters: int
) -> tuple[Array, Array, Array]:
    """open_share (T, countries, partners, stages), capacity_share and demand_factor (T, partners, stages)."""
    size = (quarters, len(chain.partners), len(chain.stages))
    opened = np.ones((quarters, len(chain.countries), *size[1:]))
    working, wanted = np.ones((2, *size))
    origin, start = first_day(shocks), onset * WEEKS_A_QUARTER
    for shock in shocks:
        if isinstance(shock, _IN_CHAIN):
            continue
        weeks = quarters * WEEKS_A_QUARTER
        weekly = np.concatenate([np.zeros(start), strength(shock.window, weeks, origin)])[:weeks]
        stages = np.isin(chain.stages, _stages(network, shock))
        sellers, buyers = sides(shock)
        sold = np.isin(chain.countries, sellers) | (not sellers)
        bought = np.isin(chain.partners, buyers) | (not buyers)
        if isinstance(shock, Surge):
            part = _quarterly(weekly) * shock.more_share.mid
            wanted += part[:, None, None] * (bought[:, None] & stages)
        elif isinstance(shock, Outage):
            left = 1 - _quarterly(weekly) * shock.lost_share.mid
            hit = np.isin(chain.partners, shock.countries)[:, None] & stages
            working = np.where(hit, working * left[:, None, None], working)
            opened = np.where(sold[:, None, None] & stages, opened * left[:, None, None, None], opened)
        else:
            stopped = _quarterly(weekly * _stopped(shock, network, weekly))
            reached = sold[:, None, None] & (bought & ~np.isin(chain.partners, sellers))[:, None] & stages
            opened = np.where(reached, opened * (1 - stopped)[:, None, None, None], opened)
    return opened, working, wanted


def _stopped(shock: Shock, network: SupplyNetwork, weekly: Array) -> Array | float:
    """The share of trade a cut, licence or quota at full strength lets not pass, (weeks,)."""
    if isinstance(shock, ExportCut):
        return shock.share.mid
    if isinstance(shock, Licence):
        since = np.cumsum(weekly > 0)
        late = np.clip(shock.delay_weeks.mid - since + 1, 0.0, 1.0)
        waiting: Array = 1 - (1 - shock.refused_share.mid) * (1 - late)
        return waiting
    if isinstance(shock, Quota):
        (stage,) = _stages(network, shock)
        trade = flows(network, stage, network.years[-1]).gross_t
        sellers, buyers = (np.isin(network.countries, side) | (not side) for side in sides(shock))
        before = trade[np.ix_(sellers, buyers & ~sellers)].sum()
        return max(0.0, 1 - shock.limit_t_per_yr.mid / before) if before > 0 else 0.0
    raise TypeError(shock.kind)


def _stages(network: SupplyNetwork, shock: Shock) -> tuple[Stage, ...]:
    if isinstance(shock, Outage | Surge):
        return (shock.stage,)
    return stages_meant(network, shock)


def _quarterly(weekly: Array) -> Array:
    by_quarter: Array = weekly.reshape(-1, WEEKS_A_QUARTER).mean(axis=1)
    return by_quarter


def _touches(chain: Chain, case: Case, opened: Array, working: Array, wanted: Array) -> None:
    """Refuse a case that changes nothing the partners buy, make or use."""
    changed = ((1 - opened) * chain.inflow_t, (1 - working) * chain.production_t, (wanted - 1) * chain.use_t)
    if not any(c.any() for c in changed) and not any(isinstance(s, _IN_CHAIN) for s in case.scenario.shocks):
        what = f"touches nothing that {', '.join(chain.partners)} buy, make or use of {chain.mineral}"
        raise ScenarioError(case.name, what, "name a scenario that reaches a partner, or other partners")
