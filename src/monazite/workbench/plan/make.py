"""Scenarios and partners -> what the partners should do, alone and together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import inf

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import NoDataError, UsageError
from monazite.core.gazetteer import Gazetteer
from monazite.core.values import Band, Progress, Stage, silent
from monazite.network.balance import Balance, balance
from monazite.network.supply import SupplyNetwork
from monazite.plan.abroad import CENTRAL, World, as_in_chain, world_of
from monazite.plan.chain import WEEKS_A_QUARTER, Case, Offer, chain_of, lever_of, outlook_of, prices
from monazite.plan.planned import Planned
from monazite.plan.played import play_plan
from monazite.plan.programme import Spread, make_plan
from monazite.plan.together import MOST_PARTNERS, act_together
from monazite.plan.values import Choices, Kind, Plan, Problem, restricted
from monazite.plan.why import front, regrets, robust, urgency
from monazite.reference.figures import by_products, sea_ways
from monazite.reference.store import Store, gazetteer, open_store
from monazite.scenario.reach import minerals_of, sides
from monazite.scenario.values import Scenario
from monazite.simulation.values import Parameter
from monazite.simulation.weekly.build import setting_of
from monazite.simulation.weekly.drive import closures
from monazite.simulation.weekly.habits import PARAMETERS as HABITS
from monazite.workbench.lazy import function
from monazite.workbench.network import load_network
from monazite.workbench.shock.play import scenario_of

__all__ = ["PARAMETERS", "PROBABILITY", "Wish", "plan", "plan_of"]

Array = NDArray[np.float64]

PARAMETERS = (
    Parameter("freight_share", Band(0.01, 0.02, 0.05), "of the price, to pass a tonne on to a partner", "assumption"),
    Parameter(
        "loss_factor",
        Band(0.3, 1.0, 4.5),
        "value added lost, over the average of what an industry buys",
        "assumption; losses published for Japan without rare earths ask for 1 to 4.5",
    ),
    Parameter("interest_share", Band(0.05, 0.08, 0.12), "a year, on capital over 15 years", "assumption"),
    *(p for p in HABITS if p.name != "price_slope"),
)
"""What a plan takes for granted: assumptions, with their ranges; of firms what the weekly chain does."""

QUARTERS = 12
PLANT_YEARS = 15
PROBABILITY = 0.5
"""Of all scenarios together where none is stated: as likely as not."""
_MAKERS = {Stage.ORE: "B07", Stage.REFINED: "C20", Stage.METAL: "C24B", Stage.COMPONENT: "C25"}
"""The industry that makes a mineral's stage (ISIC 07, 20, 242, 25; magnets are 2599)."""
_BAND = {p.name: p.band for p in PARAMETERS}
_FRONT = (0.0, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for, besides scenarios and partners.

    `probabilities` are those of the scenarios, in their order, or empty for `PROBABILITY` shared among them.
    """

    probabilities: tuple[float, ...] = ()
    budget_musd_per_yr: float = inf
    risk_weight: float = 0.3
    cover_share: float = 0.0
    year: int | None = None
    time_limit_s: float = inf
    draws: int = 0
    front: bool = False
    check: bool = False
    mineral: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class _Grounds:
    """What the tables hold for a plan: the problem, the network and balance it is made from, and words on both."""

    problem: Problem
    network: SupplyNetwork
    balance: Balance
    not_shown: tuple[str, ...]
    no_loss_data: tuple[str, ...]
    sources: tuple[str, ...]


def plan(
    places: Sequence[str | Scenario],
    partners: str,
    wish: Wish = Wish(),
    progress: Progress = silent,
    spread: Spread = map,
) -> tuple[Planned, Gazetteer]:
    """What partners should do about scenarios, values or TOML files or names of the library; and names to show it by.

    :param spread: who makes the plans of coalitions and scenarios, see `workbench.spread`.
    :raises UsageError: for several minerals, too many partners, or as many probabilities as there are no scenarios.
    :raises ScenarioError: for probabilities that do not add up, or a scenario that touches nothing the partners use.
    """
    scenarios = tuple(p if isinstance(p, Scenario) else scenario_of(p)[0] for p in places)
    about = dict.fromkeys(m for s in scenarios for m in minerals_of(s))
    minerals = [wish.mineral] if wish.mineral else list(about)
    if len(minerals) != 1:
        what = f"the scenarios are about {', '.join(minerals) or 'no mineral'}"
        raise UsageError("plan", what, "a plan is for one mineral: name scenarios of one, or the mineral")
    given = wish.probabilities or (PROBABILITY / len(places),) * len(places)
    if len(given) != len(places):
        what = f"{len(given)} probabilities for {len(places)} scenarios"
        raise UsageError("plan", what, "give one for each, in their order")
    cases = [
        Case(s.title if isinstance(place, Scenario) else place.rpartition("/")[2].removesuffix(".toml"), s, p)
        for place, s, p in zip(places, scenarios, given, strict=True)
    ]
    with open_store() as store:
        names = gazetteer(store)
        return plan_of(store, minerals[0], names.members(partners), cases, wish, progress, spread), names


def plan_of(  # noqa: PLR0913 - what it is made from, what is asked, by whom
    store: Store,
    mineral: str,
    members: tuple[str, ...],
    cases: Sequence[Case],
    wish: Wish = Wish(),
    progress: Progress = silent,
    spread: Spread = map,
) -> Planned:
    """What partners should do about cases of one mineral; raises as `plan` does."""
    choices = _choices(wish)
    if len(members) > MOST_PARTNERS:
        what = f"{len(members)} partners: {', '.join(members)}"
        raise UsageError("plan", what, f"name at most {MOST_PARTNERS}")
    grounds = _grounds(store, mineral, members, cases, wish.year)
    world = _world(store, grounds, cases)
    problem = as_in_chain(replace(grounds.problem, choices=choices), world)
    together = act_together(problem, wish.time_limit_s, progress, spread)
    joint = together.joint
    free = replace(problem, choices=replace(problem.choices, cover_share=0.0))
    without = make_plan(replace(free, levers=()))
    progress("regret")
    bands = {name: band for name, band in _BAND.items() if name != "interest_share"}
    return Planned(
        problem=problem,
        together=together,
        without=without,
        urgency=urgency(problem),
        regret_musd=regrets(free, joint, spread),
        fronts=tuple(_fronts(free, progress)) if wish.front else (),
        robust=robust(problem, partial(_changed, world), bands, wish.draws, progress=progress) if wish.draws else None,
        check=play_plan(problem, without, joint, world) if wish.check else None,
        scenarios=tuple(case.scenario for case in cases),
        probabilities=tuple(case.probability for case in cases),
        parameters=PARAMETERS,
        not_shown=grounds.not_shown,
        no_loss_data=grounds.no_loss_data,
        sources=tuple(sorted({*grounds.sources, *world.setting.sources})),
    )


def _world(store: Store, grounds: _Grounds, cases: Sequence[Case]) -> World:
    """The weekly chain of the plan's own base year."""
    shut = {s for case in cases for s in closures(case.scenario, QUARTERS * WEEKS_A_QUARTER)}
    ways = sea_ways(store, grounds.balance.countries, shut)
    setting = setting_of([grounds.balance], ways, by_products(store), grounds.problem.chain.countries)
    kernel = function("monazite.simulation.weekly.compiled:advance")
    return world_of(setting, grounds.network, cases, kernel, QUARTERS)


def _changed(world: World, problem: Problem, values: Mapping[str, float]) -> Problem:
    """The problem under other values of the parameters but interest, which is in the levers' costs."""
    chain = problem.chain
    cover = np.array([values[f"cover_{stage}"] / _BAND[f"cover_{stage}"].mid for stage in chain.stages])
    loss = chain.loss_usd_per_t * values["loss_factor"]
    chain = replace(chain, loss_usd_per_t=loss, stock_t=chain.stock_t * cover)
    choices = replace(problem.choices, freight_share=values["freight_share"])
    habits = CENTRAL | {p.name: np.array([values[p.name]]) for p in HABITS if p.name in values}
    return as_in_chain(replace(problem, chain=chain, choices=choices), world, habits)


def _choices(wish: Wish) -> Choices:
    return Choices(
        budget_musd_per_yr=wish.budget_musd_per_yr,
        risk_weight=wish.risk_weight,
        cover_share=wish.cover_share,
        freight_share=_BAND["freight_share"].mid,
    )


def _fronts(problem: Problem, progress: Progress) -> Iterator[tuple[Plan, ...]]:
    """The front of each partner alone and of all together, to the budget beyond which nothing more would be bought."""
    everyone = tuple(range(len(problem.chain.partners)))
    unbound = replace(problem, choices=replace(problem.choices, budget_musd_per_yr=inf))
    for members in dict.fromkeys([*((i,) for i in everyone), everyone]):
        part = restricted(unbound, members)
        enough = make_plan(part).levers_musd_per_yr
        yield front(part, [b * enough for b in _FRONT] if enough > 0 else [0.0], progress)


def _grounds(
    store: Store, mineral: str, partners: tuple[str, ...], cases: Sequence[Case], year: int | None
) -> _Grounds:
    network = load_network(store, mineral)
    base = network.years[-1] if year is None else year
    found = balance(network, base)
    offers = tuple(_offers(store, mineral, partners))
    named = {c for case in cases for s in case.scenario.shocks for side in sides(s) for c in side}
    ratio, blind, uses = _losses(store, found, partners)
    price = prices(network, found)
    named |= {offer.supplier for offer in offers}
    cover = np.array([_BAND[f"cover_{stage}"].mid for stage in found.stages])
    chain = chain_of(found, partners, price, ratio, cover, named)
    rate = _BAND["interest_share"]
    capital_share = Band(*(r / (1 - (1 + r) ** -PLANT_YEARS) for r in rate.values))
    levers = tuple(v for offer in offers if (v := lever_of(offer, chain, capital_share)))
    if not levers:
        what = f"no lever of {', '.join(partners)} is on record"
        raise NoDataError(f"plan for {mineral}", what, "see which there are: monazite data show levers")
    outlook, not_shown = outlook_of(chain, network, cases, QUARTERS)
    bare = [p for p in partners if not any(v.partner == p for v in levers)]
    not_shown += tuple(f"no lever of {p} is on record: it can only take part" for p in bare)
    sources = tuple(sorted({*found.sources, *uses, *(v.source for v in levers), "icio"}))
    return _Grounds(Problem(chain, outlook, levers, Choices()), network, found, not_shown, blind, sources)


def _offers(store: Store, mineral: str, partners: tuple[str, ...]) -> Iterator[Offer]:
    rows = store.rows(
        "SELECT kind, place, stage, supplier, cost_low, cost_mid, cost_high, cost_unit, limit_amount, limit_unit, "
        "block_t, lead_quarters, source_id, note FROM levers WHERE mineral = ? ORDER BY place, kind, stage, supplier",
        [mineral],
    )
    for kind, place, stage, supplier, low, mid, high, unit, limit, limit_unit, block, lead, source, note in rows:
        if place in partners:
            seller, cost = supplier.replace("-", ""), Band(low, mid, high)
            terms = (unit, limit, limit_unit, block, lead, source, note)
            yield Offer(Kind(kind), place, Stage(stage), seller, cost, *terms)


def _losses(store: Store, found: Balance, partners: tuple[str, ...]) -> tuple[Array, tuple[str, ...], tuple[str, ...]]:
    """Value added lost for each dollar of missing material, (partners, stages); where no table tells; the sources.

    The industries that use a stage, by their shares of its use: value added over what the industry buys, at home and
    abroad, from the industry that makes the stage. Where no use is on record, a dollar is a dollar.
    """
    ratio, blind = np.ones((len(partners), len(found.stages))), []
    sources: set[str] = set()
    for s, stage in enumerate(found.stages):
        uses = store.rows(
            "WITH best AS (SELECT uses.* FROM uses JOIN minerals USING (mineral) WHERE ? IN (mineral, part_of) "
            "QUALIFY region = min_by(region, list_position(['world', 'EU', 'USA'], region)) "
            "OVER (PARTITION BY mineral)) "
            "SELECT industry, sum(share_mid)::DOUBLE, string_agg(DISTINCT source_id, '|') FROM best "
            "WHERE stage = ? AND industry IS NOT NULL GROUP BY 1 ORDER BY 1",
            [found.mineral, stage.value],
        )
        share = {industry: part for industry, part, _ in uses}
        sources |= {x for *_, ids in uses for x in ids.split("|")}
        for p, partner in enumerate(partners):
            per_usd = _per_usd(store, partner, _MAKERS[stage])
            known = {i: part for i, part in share.items() if i in per_usd}
            if known:
                ratio[p, s] = sum(part * per_usd[i] for i, part in known.items()) / sum(known.values())
            elif partner in found.countries and found.use_t[s, found.countries.index(partner)] > 1:
                blind.append(f"{partner} {stage}")
    return ratio, tuple(blind), tuple(sorted(sources))


def _per_usd(store: Store, economy: str, maker: str) -> dict[str, float]:
    """By industry of an economy: its value added for a dollar it buys from the industry that makes something."""
    rows = store.rows(
        "WITH bought AS (SELECT buyer_industry AS industry, sum(value_musd)::DOUBLE AS musd FROM ("
        "SELECT buyer_industry, value_musd FROM io_flows WHERE seller = buyer AND buyer = $1 AND seller_industry = $2 "
        "UNION ALL SELECT buyer_industry, value_musd FROM io_imports WHERE buyer = $1 AND seller_industry = $2) "
        "GROUP BY 1) SELECT industry, other_inputs_musd::DOUBLE / musd FROM io_totals JOIN bought USING (industry) "
        "WHERE economy = $1 AND musd > 0",
        [economy, maker],
    )
    return {industry: max(ratio, 0.0) for industry, ratio in rows}
