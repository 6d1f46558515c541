"""What an industry or a programme needs, and a buyer's exposure -> what is at stake, line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monazite.core.values import Band, Stage, Status
from monazite.indicators.values import Exposure, StageExposure

__all__ = ["Need", "Stake", "stakes"]


@dataclass(frozen=True, slots=True)
class Need:
    """One line of an industry's uses or a programme's bill of materials.

    `amount` is the share of the mineral's use (0-1) that this use takes, or kilograms of the element per unit built, as
    `unit` says. `lead_weeks` is how long the part takes to make.
    """

    name: str
    mineral: str
    stage: Stage
    amount: Band
    unit: str
    lead_weeks: Band | None
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Stake:
    """A need with what the buyer depends on for it.

    `seen` is the mineral and stage the trade was read at: that of the need, or the nearest one with a trade code.
    `largest_share` is the largest supplier's, by value; `through_share` is what passed through `through` in all, by
    weight. `value_usd` is the year's imports that this use takes; None for a programme. `one_country_share` is the
    larger of the two: what would be missing if one country stopped.
    """

    need: Need
    seen: tuple[str, str]
    largest: str
    largest_share: float | None
    through: str
    through_share: Band | None
    value_usd: float | None
    one_country_share: float | None
    status: Status
    note: str


_Groups = Mapping[str, tuple[str, ...]]


def stakes(needs: Sequence[Need], exposures: Mapping[str, Exposure], groups: _Groups) -> tuple[Stake, ...]:
    """The needs with the buyer's dependence, the one that would stop first on top.

    For an industry that is the largest value behind one country; for a programme the largest share behind one country,
    of equals the part that is made soonest. Lines nobody can see come last.

    :param exposures: of the buyer, by mineral.
    :param groups: mineral -> the groups it belongs to, the smallest first, where its own trade is not on record.
    """
    found = [_stake(need, exposures, groups) for need in needs]
    return tuple(sorted(found, key=_first))


def _first(stake: Stake) -> tuple[float, float, str]:
    behind = stake.one_country_share if stake.one_country_share is not None else -1.0
    if stake.value_usd is not None:
        return (-behind * stake.value_usd, 0.0, stake.need.name)
    return (-round(behind, 2), stake.need.lead_weeks.mid if stake.need.lead_weeks else 1e9, stake.need.name)


def _stake(need: Need, exposures: Mapping[str, Exposure], groups: _Groups) -> Stake:
    mineral, stage = _seen(need, exposures, groups)
    if stage is None or not stage.suppliers:
        status = Status.NO_CODE if stage is None else Status.NO_TRADE
        note = "no trade code carries it" if stage is None else "no imports on record"
        return Stake(need, (mineral, stage.stage if stage else ""), "", None, "", None, None, None, status, note)
    largest = stage.suppliers[0]
    hidden = next((h for h in exposures[mineral].hidden if h.stage == stage.stage), None)
    behind = max(largest.share, hidden.through_share.mid) if hidden else largest.share
    notes = ["upper limit: the code holds other materials too"] if stage.mixed else []
    if (mineral, stage.stage) != (need.mineral, need.stage):
        notes.append(f"read at {mineral}, {stage.stage}: the nearest with a trade code")
    return Stake(
        need=need,
        seen=(mineral, stage.stage),
        largest=largest.country,
        largest_share=largest.share,
        through=hidden.through if hidden else "",
        through_share=hidden.through_share if hidden else None,
        value_usd=stage.imports_value_usd * need.amount.mid if need.unit == "share" else None,
        one_country_share=behind,
        status=Status.OK,
        note="; ".join(notes),
    )


def _seen(need: Need, exposures: Mapping[str, Exposure], groups: _Groups) -> tuple[str, StageExposure | None]:
    """The mineral or its group, at the stage of the need or the nearest with imports; earlier stages before later."""
    order = list(Stage)
    at = order.index(need.stage)
    for mineral in (need.mineral, *groups.get(need.mineral, ())):
        if mineral in exposures and (stages := exposures[mineral].stages):
            return mineral, min(stages, key=lambda s: (not s.suppliers, abs(order.index(Stage(s.stage)) - at)))
    return need.mineral, None
