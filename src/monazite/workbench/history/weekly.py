"""Named scenarios of the past -> what the weekly chain says of the exports that followed, beside what came."""

from __future__ import annotations

from calendar import isleap, monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from monazite.core.values import Band, Progress, Stage, silent
from monazite.reference.store import Store, open_store
from monazite.scenario.reach import first_day, minerals_of
from monazite.simulation.ranges import band, drawn
from monazite.simulation.weekly.build import Good
from monazite.simulation.weekly.drive import driven, ranges
from monazite.simulation.weekly.habits import PARAMETERS, habits_of
from monazite.simulation.weekly.leaving import Span, by_span, exports_leaving
from monazite.simulation.weekly.play import DRAWS
from monazite.simulation.weekly.run import runs
from monazite.workbench.lazy import function
from monazite.workbench.network import load_network
from monazite.workbench.shock.play import scenario_of
from monazite.workbench.shock.weekly import chain_setting

__all__ = ["CASES", "Case", "WeeklyRecord", "weekly_record"]


@dataclass(frozen=True, slots=True)
class Case:
    """A named scenario, and the exports it is held against: a mineral's stage by its code, by month or year."""

    scenario: str
    exporter: str
    mineral: str
    codes: tuple[tuple[Stage, str], ...]
    span: Span
    last: date
    """The last day counted."""


_SEED = 1

CASES = (
    Case("graphite-2023", "CHN", "graphite", ((Stage.ORE, "250410"),), "month", date(2024, 12, 31)),
    Case(
        "rare-earth-quota-2010",
        "CHN",
        "rare-earths",
        ((Stage.REFINED, "284690"), (Stage.METAL, "280530")),
        "year",
        date(2012, 12, 31),
    ),
)
"""What the tables can be asked. Gallium and germanium are not among them: one trade code, 811292, is that of seven
metals, so that no balance counts it, and their chain has no exports to hold back."""

_ACTUAL = {
    "month": "SELECT month, gross_t FROM monthly_exports WHERE exporter = ? AND hs = ? AND gross_t > 0",
    "year": "SELECT year::VARCHAR, sum(gross_t) FROM trade WHERE exporter = ? AND hs = ? AND gross_t > 0 GROUP BY year",
}


@dataclass(frozen=True, slots=True)
class WeeklyRecord:
    """What was foretold of each month or year from the scenario's first day on, and what came.

    Both are tonnes a day over those of the twelve months, or the year, before. `foretold`: 10th, 50th and 90th
    percentile over draws. Mean errors are absolute, of the median and of saying that nothing changes.
    """

    scenario: str
    exporter: str
    hs: str
    before_t_per_day: float
    spans: tuple[str, ...]
    foretold: tuple[Band, ...]
    came: tuple[float, ...]
    within: int
    mean_error: float
    mean_error_unchanged: float
    draws: int
    seed: int


def weekly_record(progress: Progress = silent) -> tuple[WeeklyRecord, ...]:
    """The record of the weekly chain in some past cases; each is played on the chain of a year before it."""
    with open_store() as store:
        return tuple(record for case in CASES for record in _records(store, case, progress))


def _records(store: Store, case: Case, progress: Progress) -> Iterator[WeeklyRecord]:
    """The record of each code of a case."""
    scenario, _ = scenario_of(case.scenario)
    progress(f"{scenario.title}: week by week")
    networks = {m: load_network(store, m) for m in minerals_of(scenario)}
    setting = chain_setting(store, networks, scenario)
    start = first_day(scenario.shocks) or case.last
    weeks = (case.last - start).days // 7 + 1
    values = drawn((*PARAMETERS, *ranges(scenario)), DRAWS, np.random.default_rng(_SEED))
    told = driven(setting, networks, scenario, values, weeks)
    habits = habits_of(values, [g.stage for g in setting.goods])
    country = setting.chain.countries.index(case.exporter)
    places = [(setting.goods.index(Good(case.mineral, stage)), country) for stage, _ in case.codes]
    played = runs(setting.chain, habits, told.drivers, function("monazite.simulation.weekly.compiled:advance"))
    left = exports_leaving(played, setting.chain, told.drivers, places)
    for (_, hs), one in zip(case.codes, left, strict=True):
        found = by_span(one, start, case.span)
        daily = _daily(store, case, hs)
        before = _before(daily, start, case.span)
        foretold = tuple(map(band, found.values()))
        came = tuple(daily[span] / before for span in found)
        yield WeeklyRecord(
            scenario=case.scenario,
            exporter=case.exporter,
            hs=hs,
            before_t_per_day=before,
            spans=tuple(found),
            foretold=foretold,
            came=came,
            within=sum(f.low <= c <= f.high for f, c in zip(foretold, came, strict=True)),
            mean_error=float(np.mean([abs(f.mid - c) for f, c in zip(foretold, came, strict=True)])),
            mean_error_unchanged=float(np.mean([abs(1 - c) for c in came])),
            draws=DRAWS,
            seed=_SEED,
        )


def _daily(store: Store, case: Case, hs: str) -> dict[str, float]:
    """Tonnes a day that came, by month or year."""
    rows = store.rows(_ACTUAL[case.span], [case.exporter, hs])
    return {one: tonnes / _days(one) for one, tonnes in rows}


def _days(one: str) -> int:
    year, _, month = one.partition("-")
    return monthrange(int(year), int(month))[1] if month else 365 + isleap(int(year))


def _before(daily: dict[str, float], start: date, span: Span) -> float:
    """Tonnes a day in the twelve months, or the year, before the month or year of the first day."""
    if span == "year":
        return daily[str(start.year - 1)]
    last = np.datetime64(start, "M")
    year = [str(last - k) for k in range(12, 0, -1)]
    return sum(daily[m] * _days(m) for m in year) / sum(map(_days, year))
