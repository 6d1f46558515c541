"""Trade and sea lanes -> how much of a buyer's imports sails through each passage."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import NoDataError

__all__ = ["passage_shares"]


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
