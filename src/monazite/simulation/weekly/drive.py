"""The shocks of a scenario -> Drivers: what they do to which arcs and places in each week, by draw.

Each shock has a strength f from 0 to 1 in each week. What overlapping shocks do to one arc or place is joined::

    cut, licence   passes *= 1 - f share           of the flow before; a licence also delays by f delay
    quota          limit = min(limit, 1 - f (1 - limit / trade before))
    closure        delay += the way round, or until it opens again; passes *= 1 - share that has no way
    outage         capacity *= 1 - f lost          surge    demand *= 1 + f more
    panic          cover += f extra / cover        release  amount over the window, by what goes out of each place
    all of these   orders move toward the yearly market's pattern, which is all that a tariff does
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import NoDataError
from monazite.core.values import Band, Stage
from monazite.network.supply import SupplyNetwork, flows
from monazite.scenario.keys import entries
from monazite.scenario.reach import first_day, sides, strength
from monazite.scenario.values import (
    Closure,
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
from monazite.simulation.stated import stages_meant
from monazite.simulation.values import Parameter
from monazite.simulation.weekly.build import Setting
from monazite.simulation.weekly.pattern import with_pattern
from monazite.simulation.weekly.values import Drivers

__all__ = ["Driven", "closures", "driven", "last_week", "ranges"]

Array = NDArray[np.float64]
Places = NDArray[np.int64]

_OPEN_BELOW = 0.5  # a passage counts as closed in a week for half of which, or more, it is
_JOINED = {
    "passes": (np.multiply, 1.0),
    "quota": (np.minimum, np.inf),
    "delay": (np.add, 0.0),
    "capacity": (np.multiply, 1.0),
    "demand": (np.multiply, 1.0),
    "cover": (np.add, 0.0),
    "release": (np.add, 0.0),
}


@dataclass(frozen=True, slots=True, eq=False)
class Driven:
    """The drivers of a scenario, and each shock the chain does not show, with the reason."""

    drivers: Drivers
    not_shown: tuple[tuple[Shock, str], ...]

    def showing(self, scenario: Scenario) -> Driven:
        """The same, if the chain shows any of the scenario: else what follows would be said of nothing.

        :raises NoDataError: if it shows no shock, with the reasons.
        """
        if len(self.not_shown) == len(scenario.shocks):
            reasons = "; ".join(dict.fromkeys(reason for _, reason in self.not_shown))
            raise NoDataError("week by week", reasons, "the chain shows nothing of it")
        return self


@dataclass(frozen=True, slots=True, eq=False)
class _Effect:
    """What a shock does to arcs, or places if `name` is one of theirs: class 0 is left alone, (draws or 1, weeks,
    classes) are what happens to the others."""

    name: str
    of: Places
    what: Array


@dataclass(frozen=True, slots=True, eq=False)
class _Play:
    """What effects are made from."""

    setting: Setting
    networks: Mapping[str, SupplyNetwork]
    scenario: Scenario
    values: Mapping[str, Array]
    weeks: int

    def strength(self, shock: Shock) -> Array:
        return strength(shock.window, self.weeks, first_day(self.scenario.shocks))

    def drawn(self, shock: Shock, field: str) -> Array:
        """A number of a shock by draw, (draws or 1, 1)."""
        band: Band = getattr(shock, field)
        label = _label(self.scenario, self.scenario.shocks.index(shock), field)
        return np.array([[band.mid]]) if band.low == band.high else self.values[label][:, None]

    def goods(self, shock: Shock) -> NDArray[np.bool_]:
        """Which goods a shock is about, (goods,); without stage or code, all of its mineral."""
        if isinstance(shock, Closure):
            return np.ones(len(self.setting.goods), dtype=bool)
        if getattr(shock, "hs", ()):
            return self.setting.places(shock.mineral, stages_meant(self.networks[shock.mineral], shock))
        stage: Stage | None = getattr(shock, "stage", None)
        return self.setting.places(shock.mineral, (stage,) if stage else tuple(Stage))

    def arcs(self, shock: Shock) -> NDArray[np.bool_]:
        """Which arcs it is about, (arcs,); sellers who cut together do not cut each other off."""
        chain = self.setting.chain
        sellers, buyers = (np.isin(chain.countries, side) | (not side) for side in sides(shock))
        if not sides(shock)[1]:
            buyers = buyers & ~sellers
        found: NDArray[np.bool_] = self.goods(shock)[chain.good] & sellers[chain.seller] & buyers[chain.buyer]
        return found

    def places(self, shock: Outage | Surge | Panic | Release) -> NDArray[np.bool_]:
        """Which places it is about, (goods, countries)."""
        return self.goods(shock)[:, None] & np.isin(self.setting.chain.countries, shock.countries)


def ranges(scenario: Scenario) -> tuple[Parameter, ...]:
    """The numbers of a scenario's shocks that are known as a range only, named as in `values` of `driven`."""
    return tuple(
        Parameter(_label(scenario, i, entry.field), band, entry.key.what, "assumption")
        for i, shock in enumerate(scenario.shocks)
        for entry in entries(type(shock))
        if isinstance(band := getattr(shock, entry.field, None), Band) and band.low < band.high
    )


def closures(scenario: Scenario, weeks: int) -> tuple[tuple[str, ...], ...]:
    """The sets of passages that are closed together in any week."""
    return tuple(dict.fromkeys(filter(None, _closed(scenario, weeks))))


def last_week(scenario: Scenario) -> int:
    """In how many weeks from its first day the last shock is over."""
    origin = first_day(scenario.shocks)
    later = [(s.window.start - origin).days / 7 if s.window.start and origin else 0 for s in scenario.shocks]
    return int(np.ceil(max(at + s.window.weeks for at, s in zip(later, scenario.shocks, strict=True))))


def driven(
    setting: Setting,
    networks: Mapping[str, SupplyNetwork],
    scenario: Scenario,
    values: Mapping[str, Array],
    weeks: int,
) -> Driven:
    """What the scenario does to the chain in each of some weeks from its first day.

    :param values: by parameter of `habits.PARAMETERS` and `ranges(scenario)`, its value by draw, (draws,).
    """
    play = _Play(setting, networks, scenario, values, weeks)
    effects: list[_Effect] = []
    not_shown: list[tuple[Shock, str]] = []
    for shock in scenario.shocks:
        found = [] if isinstance(shock, Closure) else list(_effects(play, shock))
        effects += found
        if not found and not isinstance(shock, Closure):
            not_shown.append((shock, _reason(play, shock)))
    around = list(_round(play))
    effects += around
    shut = [s for s in scenario.shocks if isinstance(s, Closure)]
    not_shown += [(s, "nothing of the chain sails through") for s in shut if not around]
    arcs = [e for e in effects if e.name in ("passes", "quota", "delay")]
    places = [e for e in effects if e.name not in ("passes", "quota", "delay")]
    arc_group, by_arc = _joined(arcs, ("passes", "quota", "delay"), setting.chain.flow_t.shape, weeks)
    place_group, by_place = _joined(
        places, ("capacity", "demand", "cover", "release"), setting.chain.production_t.shape, weeks
    )
    limit = np.minimum(np.where(by_arc["passes"] < 1, by_arc["passes"], np.inf), by_arc["quota"])
    drivers = Drivers(
        arc_group=arc_group,
        limit=np.maximum(limit, 0.0),
        delay_weeks=np.rint(by_arc["delay"]).astype(np.int64),
        place_group=place_group,
        capacity=by_place["capacity"],
        demand=by_place["demand"],
        cover=1 + by_place["cover"],
        release=by_place["release"],
    )
    drivers = with_pattern(drivers, setting, networks, scenario)
    if drivers.pattern_t is not None and (drivers.pattern_t != setting.chain.flow_t).any():
        not_shown = [one for one in not_shown if not isinstance(one[0], Tariff)]
    return Driven(drivers, tuple(not_shown))


def _label(scenario: Scenario, place: int, field: str) -> str:
    return f"{field} of shock {place + 1}" if len(scenario.shocks) > 1 else field


def _effects(play: _Play, shock: Shock) -> Iterator[_Effect]:
    """What a shock does to arcs or places; nothing if it reaches none."""
    felt = play.strength(shock)
    if not felt.any():
        return
    if isinstance(shock, ExportCut | Quota | Licence):
        yield from _held_back(play, shock, felt)
    elif isinstance(shock, Outage | Surge | Panic | Release) and (at := play.places(shock)).any():
        yield from _at_places(play, shock, at, felt)


def _held_back(play: _Play, shock: ExportCut | Quota | Licence, felt: Array) -> Iterator[_Effect]:
    arcs = play.arcs(shock)
    if not arcs.any():
        return
    of = arcs.astype(np.int64)
    if isinstance(shock, ExportCut):
        yield _Effect("passes", of, _each(1 - felt * play.drawn(shock, "share")))
    elif isinstance(shock, Licence):
        yield _Effect("passes", of, _each(1 - felt * play.drawn(shock, "refused_share")))
        yield _Effect("delay", of, _each(felt * play.drawn(shock, "delay_weeks")))
    elif (gross := _gross(play, shock)) > 0:
        left = play.drawn(shock, "limit_t_per_yr") / gross
        yield _Effect("quota", of, _each(np.where(felt > 0, 1 - felt * (1 - left), np.inf)))


def _at_places(
    play: _Play, shock: Outage | Surge | Panic | Release, at: NDArray[np.bool_], felt: Array
) -> Iterator[_Effect]:
    chain, of = play.setting.chain, at.astype(np.int64)
    if isinstance(shock, Outage) and chain.production_t[at].any():
        yield _Effect("capacity", of, _each(1 - felt * play.drawn(shock, "lost_share")))
    elif isinstance(shock, Surge) and chain.use_t[at].any():
        yield _Effect("demand", of, _each(1 + felt * play.drawn(shock, "more_share")))
    elif isinstance(shock, Panic) and chain.claims_t[at].any():
        cover = play.values[f"cover_{shock.stage}"][:, None]
        yield _Effect("cover", of, _each(felt * play.drawn(shock, "extra_cover_weeks") / cover))
    elif isinstance(shock, Release) and (out := chain.claims_t[at].sum()) > 0:
        yield _Effect("release", of, _each(felt / felt.sum() * play.drawn(shock, "amount_t") / out))


def _each(what: Array) -> Array:
    """(draws or 1, weeks) as the only class there is."""
    return what[:, :, None]


def _gross(play: _Play, shock: Quota) -> float:
    """Gross tonnes a year of the trade before that a quota is on; 0 where the stage has no code."""
    network = play.networks[shock.mineral]
    of = [flows(network, stage, play.setting.years[shock.mineral]) for stage in stages_meant(network, shock)]
    trade = sum((f.gross_t for f in of), start=np.zeros((len(network.countries),) * 2))
    sellers, buyers = (np.isin(network.countries, side) | (not side) for side in sides(shock))
    if not shock.targets:
        buyers = buyers & ~sellers
    return float(trade[np.ix_(sellers, buyers)].sum())


def _closed(scenario: Scenario, weeks: int) -> list[tuple[str, ...]]:
    """The passages closed in each week."""
    shut = [s for s in scenario.shocks if isinstance(s, Closure)]
    felt = [strength(s.window, weeks, first_day(scenario.shocks)) for s in shut]
    return [
        tuple(sorted({p for s, f in zip(shut, felt, strict=True) if f[t] >= _OPEN_BELOW for p in s.passages}))
        for t in range(weeks)
    ]


def _round(play: _Play) -> Iterator[_Effect]:
    """What closed passages do, all together: arcs of one class are as much later and as much shut in every week."""
    closed = _closed(play.scenario, play.weeks)
    sets = tuple(dict.fromkeys(filter(None, closed)))
    if not sets:
        return
    setting = play.setting
    table = np.stack([x for s in sets for x in (np.rint(setting.more_weeks[s]), setting.shut_share[s])], axis=1)
    kinds, of = np.unique(np.concatenate([np.zeros((1, table.shape[1])), table]), axis=0, return_inverse=True)
    if len(kinds) == 1:
        return
    delay, passes = np.zeros((1, play.weeks, len(kinds))), np.ones((1, play.weeks, len(kinds)))
    opens = play.weeks
    for t in reversed(range(play.weeks)):
        if not closed[t]:
            opens = t
            continue
        at = sets.index(closed[t])
        delay[0, t] = np.minimum(kinds[:, 2 * at], opens - t)  # a ship waits where that is shorter
        passes[0, t] = 1 - kinds[:, 2 * at + 1]
    yield _Effect("delay", of.ravel()[1:], delay[:, :, 1:])
    yield _Effect("passes", of.ravel()[1:], passes[:, :, 1:])


def _reason(play: _Play, shock: Shock) -> str:
    """Why the chain does not show a shock."""
    if not play.strength(shock).any():
        return "it begins after the weeks that are played"
    if isinstance(shock, Tariff):
        return "the weekly chain knows no costs, and the yearly market no trade it would move"
    if isinstance(shock, ExportCut | Quota | Licence):
        return "no flow it is about is on record in tonnes contained"
    return "nothing of it is made, used or held there on record"


def _joined(
    effects: Sequence[_Effect], names: Sequence[str], shape: tuple[int, ...], weeks: int
) -> tuple[Places, dict[str, Array]]:
    """Groups of what is hit alike, group 0 by nothing, and by name what happens to each."""
    classes = [np.zeros(int(np.prod(shape)), dtype=np.int64), *(e.of.ravel() for e in effects)]
    rows = np.stack([np.insert(x, 0, 0) for x in classes], axis=1)  # the first is that of none
    kinds, group = np.unique(rows, axis=0, return_inverse=True)
    found = {}
    for name in names:
        join, neutral = _JOINED[name]
        total: Array = np.full((1, weeks, len(kinds)), neutral)
        for column, effect in enumerate(effects, start=1):
            if effect.name == name:
                padded = np.concatenate([np.full((*effect.what.shape[:2], 1), neutral), effect.what], axis=2)
                total = join(total, padded[:, :, kinds[:, column]])
        found[name] = total
    return group.ravel()[1:].reshape(shape), found
