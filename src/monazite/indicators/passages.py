"""Trade and sea lanes -> how much of a buyer's imports, or of the world's trade, sails through each passage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import NoDataError
from monazite.core.values import Status
from monazite.network.supply import SupplyNetwork, stages_traded
from monazite.reference.values import Lanes

__all__ = ["passage_rows", "passage_shares", "world_shares"]


def passage_shares(
    flows: NDArray[np.float64], uses: Mapping[str, NDArray[np.bool_]], inside: NDArray[np.bool_]
) -> dict[str, float]:
    """Share of the imports that sails through each passage, the largest first; passages nothing uses are left out.

    ``b_p = sum_ij F_ij u_pij / sum_ij F_ij`` over sellers i outside and buyers j inside: the flow betweenness of a
    passage (Freeman, Borgatti and White 1991, Social Networks 13), with the one lane that `uses` gives each pair. All
    trade is taken to go by sea.

    :param flows: (sellers, buyers), in any one unit.
    :param uses: passage -> (countries, countries), whether the lane of a pair goes through it.
    :param inside: (countries,) the buyers.
    :raises NoDataError: if nothing is imported.

    >>> f, lane = np.array([[0, 3.0], [0, 0]]), np.array([[False, True], [True, False]])
    >>> passage_shares(f, {"malacca": lane}, np.array([False, True]))
    {'malacca': 1.0}
    """
    imports = np.where(inside[:, None], 0.0, flows)[:, inside]
    total = imports.sum()
    if not total > 0:
        raise NoDataError("passages", "nothing is imported", "name another stage or year")
    found = {passage: float(imports[way[:, inside]].sum() / total) for passage, way in uses.items()}
    return {p: share for p, share in sorted(found.items(), key=lambda item: (-item[1], item[0])) if share > 0}


def world_shares(amount: NDArray[np.float64], known: NDArray[np.bool_], way: NDArray[np.bool_]) -> tuple[float, ...]:
    """Share of a trade that sails through one passage: of what has a lane, and the least and most of all it can be.

    ``b_p = sum F u_p / sum F k``, low ``sum F u_p / sum F``, high ``low + sum F (1 - k) / sum F``, with k whether the
    lane of a pair is known and u_p whether it goes through p. NaN where no lane is known.

    :param amount: (arcs,) in any one unit.
    :param known: (arcs,) whether the pair has a lane.
    :param way: (arcs,) whether its lane goes through the passage.

    >>> world_shares(np.array([2.0, 2.0, 4.0]), np.array([True, True, False]), np.array([True, False, False]))
    (0.5, 0.25, 0.75)
    """
    total, on_lanes, through = amount.sum(), amount @ known, amount @ way
    if not on_lanes > 0:
        return (np.nan,) * 3
    return float(through / on_lanes), float(through / total), float((through + total - on_lanes) / total)


def passage_rows(lanes: Lanes, network: SupplyNetwork, year: int) -> Iterable[tuple[object, ...]]:
    """The world's trade in a mineral, by stage: which share sails through each passage, by value and by gross tonnes.

    Trade between countries without a lane is neither in nor out of a passage: its share is `unknown_share`.
    """
    mineral, in_year = network.mineral, network.year == network.year_position(year)
    for stage in stages_traded(network):
        rows = in_year & np.isin(network.code, network.codes_at(stage))
        value, mass = network.value_usd[rows], network.gross_t[rows]
        pair = network.exporter[rows], network.importer[rows]
        known = lanes.known[pair]
        if not value @ known > 0:
            some = value.sum() > 0
            reason = Status.NO_LANE if some else Status.NO_TRADE
            yield mineral, stage, "", year, *(np.nan,) * 4, 1.0 if some else np.nan, reason.value
            continue
        unknown = float(1 - value @ known / value.sum())
        for passage, uses in lanes.uses.items():
            way = uses[pair]
            shares = world_shares(value, known, way)
            yield mineral, stage, passage, year, *shares, world_shares(mass, known, way)[0], unknown, "ok"
