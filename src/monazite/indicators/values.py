"""Exposure: whom a country depends on for a mineral, stage by stage, as values to show."""

from __future__ import annotations

from dataclasses import dataclass

from monazite.core.values import Band, Reading, Stage

__all__ = ["Exposure", "HiddenDependence", "Route", "StageExposure", "Supplier"]


@dataclass(frozen=True, slots=True)
class Supplier:
    """One supplier's part of what a buyer imports. `share` is 0-1 by value; tonnes are gross."""

    country: str
    gross_t: float | None
    value_usd: float
    share: float


@dataclass(frozen=True, slots=True)
class StageExposure:
    """Dependence at one stage: what is traded under which codes, from whom, and how concentrated.

    `history` is (year, share of the year's largest supplier in imports, that supplier's ISO3). `mixed` says that a code
    holds other materials too. `passages` has the share of the imports, by value, that sails through each sea passage.
    """

    stage: str
    hs: tuple[str, ...]
    goods: str
    suppliers: tuple[Supplier, ...]
    imports_gross_t: float | None
    imports_value_usd: float
    readings: tuple[Reading, ...]
    history: tuple[tuple[int, float, str], ...]
    note: str = ""
    sources: tuple[str, ...] = ()
    mixed: bool = False
    passages: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """One supplier of the buyer: its share of the imports, and how much of that passed through the country."""

    supplier: str
    import_share: float
    through_share: float


@dataclass(frozen=True, slots=True)
class HiddenDependence:
    """How much of `members`' imports of a mineral at a stage passed through `through`, at that stage or before.

    Shares are of contained tonnes. `direct_share` buys from it; `through_share` has it somewhere on the way, and
    `supply_share` is the same of all supply, with what is made at home; None where nothing is.
    """

    members: tuple[str, ...]
    mineral: str
    stage: Stage
    year: int
    through: str
    direct_share: float
    through_share: Band
    supply_share: Band | None
    imports_t: float
    routes: tuple[Route, ...]
    draws: int
    seed: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exposure:
    """A buyer's dependence for one mineral in one year, over all stages the tables hold.

    `buyer` is what was asked for (a country or coalition), `members` its ISO3 codes; members' trade with each other is
    inside. `world` has readings of the world market (HHI of mining, N-1, ...) and of the whole chain. `untraded` are
    the stages no trade code of the tables covers: what passes there is not seen. `hidden` says how much passed through
    one country on the way. `only` is the one stage that was asked for; '' for all.
    """

    buyer: str
    members: tuple[str, ...]
    mineral: str
    year: int
    stages: tuple[StageExposure, ...]
    world: tuple[Reading, ...]
    sources: tuple[str, ...]
    untraded: tuple[str, ...] = ()
    hidden: tuple[HiddenDependence, ...] = ()
    only: str = ""
