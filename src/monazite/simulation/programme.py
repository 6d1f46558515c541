"""A bill of materials and weeks without minerals -> which part is missing first, when, and how many units come late.

A programme delivers units at an even pace. Each part is begun its lead time before it is fitted, and takes its mineral
then; what a maker could not get it makes up later, at most so much faster than planned. A unit needs all its parts:

    begun      B_p(t+1) = B_p(t) + (1 - unmet_p(t)) min(1 + t - B_p(t), 1 + catch_up)
    delivered  U(t) = min(t, min over parts p of B_p(t - lead_p) + buffer)
    behind     t - U(t)

in units of a week's plan, all (draws, weeks). Liebig's law of the minimum over the lines of a bill; the parts of an
assembly are as in a material requirements plan (Orlicky 1975).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import NoDataError
from monazite.core.values import Band, Stage
from monazite.simulation.ranges import band, bands, drawn, one_in_each, value_at
from monazite.simulation.unmet import Unmet
from monazite.simulation.values import Parameter

__all__ = ["PARAMETERS", "Part", "PartOutcome", "ProgrammeOutcome", "deliver"]

Array = NDArray[np.float64]

PARAMETERS = (
    Parameter("buffer", Band(0.0, 2.0, 8.0), "weeks of finished parts in stock", "assumption"),
    Parameter("catch_up", Band(0.0, 0.1, 0.25), "how much faster than planned a part's maker can go", "assumption"),
)
"""Ranges of what a programme can bear: assumptions."""

_BEHIND = 1e-6
"""Weeks of a plan below which a part is not late but rounded."""


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a bill of materials: the mineral it holds, the form its maker buys it in, order to delivery."""

    name: str
    mineral: str
    stage: Stage
    lead_weeks: Band


@dataclass(frozen=True, slots=True)
class PartOutcome:
    """What becomes of one part.

    `read_at` is the mineral and stage whose shortage was taken for it, None where the scenario does not touch its
    mineral. `late_share` is the share of draws in which it comes late, `first_share` of those in which it is the first.
    Of the draws in which it is late: `first_week` the week, `most_weeks` how late it gets.
    """

    part: str
    mineral: str
    stage: Stage
    read_at: tuple[str, Stage] | None
    late_share: float
    first_share: float
    first_week: Band | None
    most_weeks: Band | None


@dataclass(frozen=True, slots=True)
class ProgrammeOutcome:
    """What a scenario does to a programme's deliveries.

    `first` is the part that most often comes late first, '' if none does; `first_week` when, over the draws in which
    any part is late. `most_behind` is how many units delivery is behind plan at worst, `most_weeks` the same in weeks;
    `behind` by week. `on_plan_week`: the week from which it is on plan again, over the draws in which that is before
    the end of `weeks`; `on_plan_share` of the draws. Bands are the 10th, 50th and 90th percentile.
    """

    country: str
    units_per_week: float
    draws: int
    weeks: int
    first: str
    late_share: float
    first_week: Band | None
    most_behind: Band
    most_weeks: Band
    behind: tuple[Band, ...]
    on_plan_week: Band | None
    on_plan_share: float
    parts: tuple[PartOutcome, ...]
    parameters: tuple[Parameter, ...]


def deliver(
    parts: Sequence[Part],
    unmet: Unmet,
    country: str,
    units_per_week: float = 1.0,
    groups: Mapping[str, tuple[str, ...]] | None = None,
    seed: int = 1,
) -> ProgrammeOutcome:
    """What becomes of a programme whose parts are made in `country`.

    After the weeks of `unmet` nothing is short any more; deliveries are followed until the last part begun then is
    fitted and half a year on. Parts are sorted by how often they are the first to be late.

    :param groups: mineral -> the groups it belongs to, the smallest first, where the scenario is played on one.
    :raises NoDataError: if nothing is known of the country, or there is no part.

    >>> unmet = Unmet(("JPN",), {("gallium", Stage.METAL): np.full((8, 30, 1), 0.5)})
    >>> needs = ("chips", "gallium", 10), ("frames", "aluminium", 4)
    >>> parts = [Part(name, mineral, Stage.METAL, Band(weeks, weeks, weeks)) for name, mineral, weeks in needs]
    >>> late = deliver(parts, unmet, "JPN")
    >>> late.first, late.first_week.low >= 10, [p.read_at for p in late.parts][1]
    ('chips', True, None)
    """
    if not parts:
        raise NoDataError("programme", "the bill of materials has no part with a lead time", "add one")
    if country not in unmet.countries:
        raise NoDataError(f"programme in {country}", "the chain that was played lacks it", "name another country")
    at, random = unmet.countries.index(country), np.random.default_rng([seed, 3])
    buffer, catch_up = drawn(PARAMETERS, unmet.draws, random).values()
    longest = max(part.lead_weeks.high for part in parts)
    weeks = unmet.weeks + int(np.ceil(longest)) + 26
    read = [_read_at(part, unmet, groups or {}) for part in parts]
    late = np.zeros((len(parts), unmet.draws, weeks))
    for i, (part, key) in enumerate(zip(parts, read, strict=True)):
        lead = np.rint(value_at(part.lead_weeks, one_in_each(unmet.draws, random))).astype(int)
        if key is not None:
            short = _behind(unmet.share[key][..., at], catch_up, weeks)
            back = np.arange(weeks) - lead[:, None]
            fitted = np.where(back >= 0, np.take_along_axis(short, np.maximum(back, 0), axis=1), 0.0)
            late[i] = np.maximum(fitted - buffer[:, None], 0.0)
    behind = late.max(axis=0)
    since = np.where((late > _BEHIND).any(axis=2), (late > _BEHIND).argmax(axis=2), weeks)
    # Of parts that come late in one week, the one that gets latest is what is waited for.
    order = np.where(since < weeks, since - late.max(axis=2) / (1.0 + late.max()), np.inf)
    first = np.where((since < weeks).any(axis=0), order.argmin(axis=0), -1)
    outcomes = [
        PartOutcome(
            part=part.name,
            mineral=part.mineral,
            stage=part.stage,
            read_at=key,
            late_share=float((since[i] < weeks).mean()),
            first_share=float((first == i).mean()),
            first_week=_band_of(since[i][since[i] < weeks].astype(float)),
            most_weeks=_band_of(late[i].max(axis=1)[since[i] < weeks]),
        )
        for i, (part, key) in enumerate(zip(parts, read, strict=True))
    ]
    outcomes.sort(key=lambda o: (-o.first_share, -o.late_share, o.part))
    is_behind = behind > _BEHIND
    hit = is_behind.any(axis=1)
    over = hit & ~is_behind[:, -1]
    last = weeks - is_behind[:, ::-1].argmax(axis=1)
    return ProgrammeOutcome(
        country=country,
        units_per_week=units_per_week,
        draws=unmet.draws,
        weeks=weeks,
        first=outcomes[0].part if hit.any() else "",
        late_share=float(hit.mean()),
        first_week=_band_of(is_behind.argmax(axis=1)[hit].astype(float)),
        most_behind=band(behind.max(axis=1) * units_per_week),
        most_weeks=band(behind.max(axis=1)),
        behind=tuple(bands(behind * units_per_week)),
        on_plan_week=_band_of(last[over].astype(float)),
        on_plan_share=float((over | ~hit).mean()),
        parts=tuple(outcomes),
        parameters=PARAMETERS,
    )


def _behind(unmet: Array, catch_up: Array, weeks: int) -> Array:
    """How far what was begun is behind plan at the end of each week, (draws, weeks), in weeks of the plan."""
    short, found = np.zeros(len(unmet)), np.zeros((len(unmet), weeks))
    for t in range(weeks):
        missing = unmet[:, t] if t < unmet.shape[1] else 0.0
        short = short + 1.0 - (1.0 - missing) * (1.0 + np.minimum(short, catch_up))
        found[:, t] = short
    return found


def _read_at(part: Part, unmet: Unmet, groups: Mapping[str, tuple[str, ...]]) -> tuple[str, Stage] | None:
    """The shortage that a part feels: of its mineral or the nearest group above it, at its stage or the nearest one."""
    order = list(Stage)
    for mineral in (part.mineral, *groups.get(part.mineral, ())):
        if stages := [stage for name, stage in unmet.share if name == mineral]:
            return mineral, min(stages, key=lambda s: (abs(order.index(s) - order.index(part.stage)), order.index(s)))
    return None


def _band_of(values: Array) -> Band | None:
    return band(values) if len(values) else None
