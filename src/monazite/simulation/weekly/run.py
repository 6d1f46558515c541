"""A chain, habits by draw and drivers -> what happens, in chunks of draws: any number of draws in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from monazite.core.errors import NotConverged, ScenarioError
from monazite.simulation.weekly.plain import advance
from monazite.simulation.weekly.values import Chain, Drivers, Habits, Run

__all__ = ["CHUNK", "Kernel", "runs"]

Kernel = Callable[[Chain, Habits, Drivers], Run]
"""What plays some draws: `plain.advance` or `compiled.advance`."""

CHUNK = 64
"""Draws held at once."""

_CONSERVES = 1e-9


def runs(chain: Chain, habits: Habits, drivers: Drivers, kernel: Kernel = advance, chunk: int = CHUNK) -> Iterator[Run]:
    """What happens in each draw, `chunk` draws at a time, in order; whoever takes them keeps what it needs of each.

    :raises ScenarioError: if chain, habits and drivers do not fit together.
    :raises NotConverged: if more than 1e-9 of what passes through a place in a week is made or lost by the arithmetic.
    """
    _check(chain, habits, drivers)
    for start in range(0, habits.draws, chunk):
        some = slice(start, start + chunk)
        run = kernel(chain, habits.rows(some), drivers.rows(some))
        if not (run.residual <= _CONSERVES).all():
            what = f"{run.residual.max():.0e} of a week's tonnes are made or lost by rounding"
            raise NotConverged("weekly chain", what, "look for places with flows of very different size")
        yield run


def _check(chain: Chain, habits: Habits, drivers: Drivers) -> None:
    goods, arcs, draws = len(chain.goods), len(chain.flow_t), habits.draws
    by_draw = (drivers.limit, drivers.delay_weeks, drivers.capacity, drivers.demand, drivers.cover, drivers.release)
    pattern = drivers.pattern_t if drivers.pattern_t is not None else chain.flow_t[None]
    told = drivers.pattern_weeks
    fits = {
        f"habits of {goods} goods": habits.cover_weeks.shape[1:] == habits.spare.shape[1:] == (goods,),
        f"groups of {arcs} arcs": drivers.arc_group.shape == (arcs,) and pattern.shape[1:] == (arcs,),
        "groups of each place": drivers.place_group.shape == chain.production_t.shape,
        f"drivers of 1 or {draws} draws": {len(x) for x in (*by_draw, pattern)} <= {1, draws},
        f"{drivers.weeks} weeks of the pattern": told is None or told.shape == (drivers.weeks,),
    }
    if wrong := [what for what, held in fits.items() if not held]:
        raise ScenarioError("weekly chain", f"expected {', '.join(wrong)}", "give chain, habits and drivers alike")
