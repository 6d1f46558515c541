"""The weekly chain's values: who makes and sends what before a shock, how firms act, what hits them, what follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import ScenarioError

__all__ = ["Chain", "Drivers", "Habits", "Run"]

Array = NDArray[np.float64]
Places = NDArray[np.int64]

_CLOSES = 1e-9  # of what passes through a place in a week


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """A chain before any shock: contained tonnes a week, goods (a mineral's stage each) x countries.

    A *place* is a good in a country; it has one stock, into which goes what is made there and what arrives, and out of
    which go exports, the inputs of the next stages, and final use. In every place

        made + arriving + unrecorded in = sent + taken by next stages + used + unrecorded out

    `production_t`, `use_t`: (goods, countries). `unrecorded_t`: the same, what comes from (above 0) or goes to (below
    0) nobody knows where; it is taken to go on. Arcs, (arcs,): `good`, `seller`, `buyer`, `flow_t` and `lag_weeks`, 1
    or more; each (good, seller, buyer) once. Steps, (steps,): making a tonne of good `step_end` takes `step_input_t`
    tonnes of good `step_start`, a lower number; where several steps make one good all of them are needed.
    `recycled_share` (goods,): the part of the output that is made from scrap and needs no inputs. By-products: good
    `by_product` comes with good `host`, all but the part 1 - `host_share` of it, (couplings,).
    """

    goods: tuple[str, ...]
    countries: tuple[str, ...]
    production_t: Array
    use_t: Array
    unrecorded_t: Array
    good: Places
    seller: Places
    buyer: Places
    flow_t: Array
    lag_weeks: Places
    step_start: Places
    step_end: Places
    step_input_t: Array
    recycled_share: Array
    by_product: Places
    host: Places
    host_share: Array

    def __post_init__(self) -> None:
        shape = len(self.goods), len(self.countries)
        lengths = {
            "production, use and unrecorded": (self.production_t, self.use_t, self.unrecorded_t, np.empty(shape)),
            "arcs": (self.good, self.seller, self.buyer, self.flow_t, self.lag_weeks),
            "steps": (self.step_start, self.step_end, self.step_input_t),
            "shares made from scrap": (self.recycled_share, np.empty(shape[0])),
            "by-products": (self.by_product, self.host, self.host_share),
        }
        wrong = [name for name, parts in lengths.items() if len({x.shape for x in parts}) > 1]
        if wrong:
            raise ScenarioError("weekly chain", f"unequal shapes: {', '.join(wrong)}", "see the shapes of Chain")
        numbers = (getattr(self, f.name) for f in fields(self)[2:])
        arcs = (self.good * shape[1] + self.seller) * shape[1] + self.buyer
        rules = {
            "a number that is not finite": all(np.isfinite(x).all() for x in numbers),
            "a negative production, use, flow or input": all(
                (x >= 0).all() for x in (self.production_t, self.use_t, self.flow_t, self.step_input_t)
            ),
            "an arc of a good or country that is none": _within(self.good, shape[0])
            and _within(self.seller, shape[1])
            and _within(self.buyer, shape[1]),
            "an arc from a country to itself": not (self.seller == self.buyer).any(),
            "an arc given twice": len(np.unique(arcs)) == len(arcs),
            "a lag below one week": (self.lag_weeks >= 1).all(),
            "a step that does not lead to a later good": _within(self.step_start, shape[0])
            and _within(self.step_end, shape[0])
            and (self.step_start < self.step_end).all(),
            "a by-product or host that is no good": _within(self.by_product, shape[0]) and _within(self.host, shape[0]),
            "a share outside 0 to 1": all(
                ((x >= 0) & (x <= 1)).all() for x in (self.recycled_share, self.host_share, _summed(self))
            ),
        }
        if broken := [rule for rule, held in rules.items() if not held]:
            raise ScenarioError("weekly chain", "; ".join(broken), "mend the chain")
        gap = self.production_t + self.flow_in_t + self.unrecorded_t - self.sent_t - self.taken_t - self.use_t
        through = self.production_t + self.flow_in_t + np.abs(self.unrecorded_t)
        if (open_at := np.argwhere(np.abs(gap) > _CLOSES * through + 1e-15)).size:
            k, c = open_at[0]
            where = f"{self.goods[k]}, {self.countries[c]}"
            what = f"{gap[k, c]:g} t a week more come than go, of {through[k, c]:g}"
            raise ScenarioError(f"weekly chain, {where}", what, "count the difference as unrecorded")

    @property
    def flow_in_t(self) -> Array:
        """Imports by place."""
        return self._by_place(self.buyer)

    @property
    def sent_t(self) -> Array:
        """Exports by place."""
        return self._by_place(self.seller)

    @property
    def taken_t(self) -> Array:
        """What next stages take, by place."""
        taken = np.zeros_like(self.production_t)
        np.add.at(taken, self.step_start, self.step_input_t[:, None] * self.production_t[self.step_end])
        return taken

    @property
    def claims_t(self) -> Array:
        """All that goes out of a place's stock in a week: exports, inputs of next stages, use, unrecorded."""
        return self.sent_t + self.taken_t + self.use_t + np.maximum(-self.unrecorded_t, 0.0)

    def _by_place(self, country: Places) -> Array:
        shape = self.production_t.shape
        flat: Array = np.bincount(self.good * shape[1] + country, self.flow_t, shape[0] * shape[1]).astype(float)
        return flat.reshape(shape)


def _within(places: Places, count: int) -> bool:
    return bool(((places >= 0) & (places < count)).all())


def _summed(chain: Chain) -> Array:
    """The part of each good that comes with any host; a hair above 1 is 1."""
    total: Array = np.bincount(chain.by_product, chain.host_share, len(chain.goods)).astype(float)
    return np.where(total < 1 + 1e-9, np.minimum(total, 1.0), total)


@dataclass(frozen=True, slots=True, eq=False)
class Habits:
    """How firms hold stocks and order, by draw.

    cover_weeks (draws, goods): stock over what goes out of it in a week. spare (draws, goods): capacity over present
    output, less 1. catch_up_weeks (draws,): in which a gap of stock or goods under way is ordered, 1 or more.
    contract_rate (draws,): part of the way to the supply pattern aimed at that orders move in a week, 0 to 1.
    price_slope (draws,): percent the price rises for a percent more wanted than there is.
    """

    cover_weeks: Array
    spare: Array
    catch_up_weeks: Array
    contract_rate: Array
    price_slope: Array

    def __post_init__(self) -> None:
        given = {f.name: getattr(self, f.name) for f in fields(self)}
        if len({len(x) for x in given.values()}) > 1:
            lengths = ", ".join(f"{name} {len(x)}" for name, x in given.items())
            raise ScenarioError("weekly habits", f"unequal numbers of draws: {lengths}", "give one for each draw")
        rules = {
            "cover_weeks of 0 or more": self.cover_weeks >= 0,
            "spare of 0 or more": self.spare >= 0,
            "catch_up_weeks of 1 or more": self.catch_up_weeks >= 1,
            "contract_rate from 0 to 1": (self.contract_rate >= 0) & (self.contract_rate <= 1),
            "price_slope of 0 or more": self.price_slope >= 0,
        }
        wrong = [rule for rule, held in rules.items() if not held.all()]
        wrong += [f"a finite {name}" for name, x in given.items() if not np.isfinite(x).all()]
        if wrong:
            raise ScenarioError("weekly habits", f"expected {', '.join(wrong)}", "keep to these bounds")

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return len(self.cover_weeks)

    def rows(self, rows: slice) -> Habits:
        """Some of the draws."""
        return replace(self, **{f.name: getattr(self, f.name)[rows] for f in fields(self)})


@dataclass(frozen=True, slots=True, eq=False)
class Drivers:
    """What happens from outside, week by week. Arrays are (draws or 1, weeks, groups); group 0 is left alone.

    `arc_group` (arcs,) and `place_group` (goods, countries) say in which group each stands. By arc group: `limit`, the
    most that may pass over the flow before, infinite where nothing is stated; `delay_weeks`, how much longer it is
    under way. By place group: `capacity`, over capacity before; `demand`, final use over use before; `cover`, stock
    aimed at over stock before; `release`, tonnes let go from outside stocks over what goes out of the place in a week
    before. `pattern_t` (draws or 1, arcs): the supply pattern that orders move toward in the weeks of `pattern_weeks`
    (weeks,), in place of the one before; None: that one.
    """

    arc_group: Places
    limit: Array
    delay_weeks: Places
    place_group: Places
    capacity: Array
    demand: Array
    cover: Array
    release: Array
    pattern_t: Array | None = None
    pattern_weeks: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        by_arc = (self.limit, self.delay_weeks)
        by_place = (self.capacity, self.demand, self.cover, self.release)
        wrong = [
            name
            for name, group, arrays in (("arc", self.arc_group, by_arc), ("place", self.place_group, by_place))
            if len({x.shape[1:] for x in arrays}) > 1 or not _within(group, arrays[0].shape[2])
        ]
        if wrong or self.limit.shape[1] != self.capacity.shape[1]:
            what = f"unequal weeks or groups by {' and '.join(wrong) or 'arc and place'}"
            raise ScenarioError("weekly drivers", what, "give (draws or 1, weeks, groups) each, groups within them")
        neutral = (
            np.isinf(self.limit[..., 0]).all()
            and not any(x[..., 0].any() for x in (self.delay_weeks, self.release))
            and all((x[..., 0] == 1).all() for x in (self.capacity, self.demand, self.cover))
        )
        if not neutral:
            raise ScenarioError("weekly drivers", "group 0 is not left alone", "put what is hit into other groups")
        if any(not (x >= 0).all() for x in (*by_arc, *by_place)):
            raise ScenarioError("weekly drivers", "a driver is negative or not a number", "give numbers of 0 or more")
        if not all(np.isfinite(x).all() for x in (*by_place, self.delay_weeks)):
            raise ScenarioError("weekly drivers", "a driver other than a limit is infinite", "give finite numbers")

    @property
    def weeks(self) -> int:
        """How many weeks are played."""
        return int(self.limit.shape[1])

    def rows(self, rows: slice) -> Drivers:
        """The drivers of some of the draws; what is the same for all draws stays as it is."""
        return self.over_draws(lambda name: x[rows] if len(x := getattr(self, name)) > 1 else x)

    def over_draws(self, change: Callable[[str], Any]) -> Drivers:
        """The drivers with all changed that goes by draw, by its name."""
        names = ["limit", "delay_weeks", "capacity", "demand", "cover", "release"]
        names += [] if self.pattern_t is None else ["pattern_t"]
        return replace(self, **{name: change(name) for name in names})


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What happens by week and place, (draws, weeks, goods, countries), contained tonnes a week.

    `unmet_t`: final use that nothing was there for. `made_t`: production. `sent_t`: exports. `stock_t`: stock at the
    end of the week. `price_log`: natural log of the price over that before. `arrived_t`: imports. `asked_t`: exports
    asked for, as far as they may leave. `planned_t`: what makers would make with enough inputs. `residual` (draws,):
    the largest part of what passes through any place in any week for which stock change = made + arrived + released -
    sent - used - taken does not hold.
    """

    unmet_t: Array
    made_t: Array
    sent_t: Array
    stock_t: Array
    price_log: Array
    arrived_t: Array
    asked_t: Array
    planned_t: Array
    residual: Array
