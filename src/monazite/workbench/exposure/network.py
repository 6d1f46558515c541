"""A country or coalition -> what it depends on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from monazite.core.gazetteer import Gazetteer
from monazite.core.values import Progress, Reading, Stage, silent
from monazite.indicators.exposure import exposure
from monazite.indicators.geopolrisk import geopolrisk_readings, not_counted
from monazite.indicators.hidden import hidden_dependence, through_largest
from monazite.indicators.passages import passage_shares
from monazite.indicators.values import Exposure, HiddenDependence, StageExposure
from monazite.network.balance import balance
from monazite.network.supply import SupplyNetwork, flows
from monazite.reference.figures import lane_passages, material_figures
from monazite.reference.store import check_year, gazetteer, open_store
from monazite.workbench.exposure.goods import Asked, asked_for, at_stage
from monazite.workbench.network import load_network

__all__ = ["Scores", "exposure_of", "exposures", "hidden_of"]

Scores = Mapping[str, tuple[Reading, ...]]
"""GeoPolRisk of a buyer, by material."""


def exposures(
    buyer: str, minerals: Sequence[str] = (), year: int | None = None, through: str = "", progress: Progress = silent
) -> tuple[tuple[Exposure, ...], Gazetteer]:
    """Exposure of a country, a coalition or a list of either for some minerals; without any, for all with trade codes.

    A mineral may be named by one of its goods or a trade code (`workbench.goods`), which then is its only stage shown.
    They come with the names to show them by. `through` names a country whose part in the whole chain is followed, or is
    "largest" for each mineral's largest producer.

    :raises UnknownCode: for a name nobody knows, with the nearest ones.
    :raises NoDataError: for a year outside the trade table.
    """
    with open_store() as store:
        names = gazetteer(store)
        members = names.members(buyer)
        wanted = [asked_for(store, names, m) for m in minerals]
        wanted = wanted or [Asked(m.id) for m in names.minerals if m.hs or m.mixed_hs]
        chosen = check_year(store, "trade", year)
        figures = material_figures(store, chosen, chosen, [asked.mineral for asked in wanted])
        scores = geopolrisk_readings(figures, members)
        found: list[Exposure] = []
        uses: Mapping[str, NDArray[np.bool_]] = {}
        for asked in wanted:
            progress(asked.mineral)
            network = load_network(store, asked.mineral)
            one = exposure_of(network, buyer, members, chosen, scores)
            if through:
                uses = uses or lane_passages(store, network.countries)
                stages = _with_passages(network, one, uses)
                one = replace(one, stages=stages, hidden=hidden_of(network, members, chosen, names, through))
            found.append(at_stage(one, asked))
    return tuple(found), names


def exposure_of(network: SupplyNetwork, buyer: str, members: tuple[str, ...], year: int, scores: Scores) -> Exposure:
    """Exposure with the GeoPolRisk of the mineral's material, over the codes that method counts."""
    return exposure(network, buyer, members, year, scores.get(network.material) or not_counted(year))


def _with_passages(
    network: SupplyNetwork, one: Exposure, uses: Mapping[str, NDArray[np.bool_]]
) -> tuple[StageExposure, ...]:
    inside = np.array([c in one.members for c in network.countries])
    made = []
    for stage in one.stages:
        shares = {}
        if stage.suppliers:
            shares = passage_shares(flows(network, Stage(stage.stage), one.year).value_usd, uses, inside)
        made.append(replace(stage, passages=tuple(shares.items())))
    return tuple(made)


def hidden_of(
    network: SupplyNetwork, members: tuple[str, ...], year: int, names: Gazetteer, through: str
) -> tuple[HiddenDependence, ...]:
    """What passed through a country, at each stage that members import; nothing if the largest is a member itself."""
    balanced = balance(network, year)
    if through == "largest":
        return through_largest(balanced, members)
    return hidden_dependence(balanced, members, names.country(through).iso3)
