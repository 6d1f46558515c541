"""A balanced network -> the way of a buyer's supply from mine to component: where it was made at each stage, of what.

Material is followed back from the buyer as in `indicators.hidden`: what is at a place is a mix of what came in and what
was made there. Within a stage, with T the shares that came from other countries and m the share made at home,

    D = (I - T)^-1 diag(m)

says in which country what is at each place was made; what was made there came from the stage before in the same
country. Tonnes are those of the buyer's supply, shared out: losses on the way are not added.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monazite.core.values import Stage
from monazite.network.balance import Balance

__all__ = ["SCRAP", "UNRECORDED", "Leg", "legs"]

SCRAP, UNRECORDED = "scrap", "unrecorded"
"""What stands for a country where material came from scrap, or from something that is on no record."""

_SMALL = 1e-9


@dataclass(frozen=True, slots=True)
class Leg:
    """A part of a buyer's supply: made of `start_stage` of `start`, as `end_stage` in `end`, in contained tonnes.

    The last leg ends at a buyer, where `end_stage` is None: it is used there.
    """

    start_stage: Stage
    start: str
    end_stage: Stage | None
    end: str
    contained_t: float


def legs(found: Balance, members: tuple[str, ...]) -> tuple[Leg, ...]:
    """The way of what `members` use of the last stage at which they use any, back to the first; empty if they use none.

    A stage whose trade is not on record is no last one: everybody would seem to use what is made at home.
    What they use is what they make and import less what they export; what they sell each other counts where it was
    made.
    """
    inside = [n for n, code in enumerate(found.countries) if code in members]
    kept = np.maximum(found.production_t + found.flow_t.sum(axis=1) - found.flow_t.sum(axis=2), 0.0)
    used = (k for k, untraded in enumerate(found.untraded) if not untraded and kept[k, inside].sum() > 0)
    last = max(used, default=None)
    if last is None:
        return ()
    made = {last: np.zeros(len(found.countries))}
    out: list[Leg] = []
    for buyer in inside:
        share = kept[last, buyer] * _made_in(found, last)[buyer]
        made[last] += share
        out += _legs(found, (last, share), (None, buyer), kept[last, buyer])
    for k in range(last, -1, -1):
        into = [s for s in found.steps if s.end is found.stages[k]]
        amount = made.get(k, np.zeros(len(found.countries)))
        for step in into:
            before = found.at(step.start)
            origin = _made_in(found, before)
            part = amount / len(into)
            for maker in np.flatnonzero(part > _SMALL).tolist():
                fresh = part[maker] * (1 - step.recycled_share)
                share = fresh * origin[maker]
                made[before] = made.get(before, np.zeros(len(found.countries))) + share
                out += _legs(found, (before, share), (found.stages[k], maker), fresh)
                if step.recycled_share > 0:
                    scrapped = part[maker] * step.recycled_share
                    out.append(Leg(step.start, SCRAP, found.stages[k], found.countries[maker], scrapped))
    return tuple(out)


def _made_in(found: Balance, k: int) -> NDArray[np.float64]:
    """In which country what is at each place of a stage was made, shares, (places, makers)."""
    there = found.production_t[k] + found.flow_t[k].sum(axis=0)
    part = np.divide(1.0, there, out=np.zeros_like(there), where=there > 0)
    # A ring of countries that only sell to each other would make the system singular: a hair of it leaks.
    came = (1 - _SMALL) * found.flow_t[k].T * part[:, None]
    solved: NDArray[np.float64] = np.linalg.solve(np.eye(len(there)) - came, np.diag(found.production_t[k] * part))
    return solved


def _legs(
    found: Balance, start: tuple[int, NDArray[np.float64]], end: tuple[Stage | None, int], total: float
) -> list[Leg]:
    """The legs of what arrives at one place, with what of the total no record explains."""
    (k, share), (stage, place) = start, end
    goal = found.countries[place]
    known = [
        Leg(found.stages[k], found.countries[n], stage, goal, float(share[n])) for n in np.flatnonzero(share > _SMALL)
    ]
    rest = float(total - share.sum())
    return [*known, Leg(found.stages[k], UNRECORDED, stage, goal, rest)] if rest > 1e-6 * total else known
