"""Ranges of how firms hold stock and order -> Habits by draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from monazite.core.values import Band, Stage
from monazite.simulation.shock import PARAMETERS as MARKET
from monazite.simulation.values import Parameter
from monazite.simulation.weekly.values import Habits

__all__ = ["PARAMETERS", "habits_at", "habits_of"]

Array = NDArray[np.float64]

_COVER = {
    Stage.ORE: Band(2.0, 4.0, 8.0),
    Stage.REFINED: Band(3.0, 6.0, 12.0),
    Stage.METAL: Band(3.0, 6.0, 12.0),
    Stage.COMPONENT: Band(2.0, 4.0, 8.0),
}
_OF_MARKET = {p.name: p for p in MARKET}
_ETA, _EPSILON = _OF_MARKET["eta"].band, _OF_MARKET["epsilon"].band

PARAMETERS = (
    *(
        Parameter(f"cover_{stage}", band, "weeks of what goes out, in stock", "assumption")
        for stage, band in _COVER.items()
    ),
    Parameter("spare", _OF_MARKET["spare"].band, "spare capacity over present output", _OF_MARKET["spare"].source),
    Parameter("catch_up", Band(4.0, 8.0, 16.0), "weeks in which a gap of stock is ordered", "assumption"),
    Parameter(
        "contract_rate", Band(0.02, 0.05, 0.15), "part of the way orders move to new sources in a week", "assumption"
    ),
    Parameter(
        "price_slope",
        Band(*(1 / (_ETA.high + _EPSILON.high), 1 / (_ETA.mid + _EPSILON.mid), 1 / (_ETA.low + _EPSILON.low))),
        "% of price for a % more wanted than there is: 1 / (eta + epsilon) of the market",
        "assumption",
    ),
)
"""How firms hold stock and order: assumptions, until they are set by past disruptions."""


def habits_at(stages: Iterable[Stage]) -> tuple[Parameter, ...]:
    """`PARAMETERS`, but the cover of no other stages."""
    covers = {f"cover_{stage}" for stage in stages}
    return tuple(p for p in PARAMETERS if not p.name.startswith("cover_") or p.name in covers)


def habits_of(values: Mapping[str, Array], stages: Sequence[Stage]) -> Habits:
    """Habits by draw, from the value of each of `PARAMETERS` by draw; `stages` are those of the chain's goods."""
    return Habits(
        cover_weeks=np.stack([values[f"cover_{stage}"] for stage in stages], axis=1),
        spare=np.stack([values["spare"] for _ in stages], axis=1),
        catch_up_weeks=values["catch_up"],
        contract_rate=values["contract_rate"],
        price_slope=values["price_slope"],
    )
