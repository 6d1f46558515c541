"""The weekly chain's outcome as text."""

from __future__ import annotations

from collections.abc import Iterable

import click

from monazite.brief.words import number
from monazite.cli.show import band, print_grounds
from monazite.cli.table import print_table
from monazite.core.gazetteer import Gazetteer
from monazite.core.text import printable
from monazite.scenario.words import said
from monazite.simulation.weekly.outcome import PlaceOutcome, WeeklyOutcome, Weeks

__all__ = ["print_weekly"]

_TOLD = 3


def print_weekly(found: WeeklyOutcome, names: Gazetteer) -> None:
    """Who runs short when, who makes less, at what price, and on what assumptions."""
    day = f" from {found.first_day}" if found.first_day else ""
    click.echo(f"Week by week, {found.weeks} weeks{day}; the last shock is over after {found.last_week}")
    _places("When use runs short", found.uses, names)
    _places("Who makes less", found.makers, names)
    for place in found.uses[:_TOLD]:
        if place.matters:
            shares = ", ".join(f"{name} {share:.0%}" for name, share in [*place.matters.items()][:3])
            what = f"{place.mineral}, {place.stage}, in {names.name_of(place.country)}"
            click.echo(printable(f"what matters most for {what}: {shares} of the variance of what is missing"))
    print_table(
        "Price at its highest, % more than before, mean over draws' percentiles",
        ("good", "10th", "50th", "90th"),
        (
            (
                f"{p.mineral}, {p.stage}",
                *(f"{max(x) + 0.0:,.0f}" for x in (p.change_pct.low, p.change_pct.mid, p.change_pct.high)),
            )
            for p in found.prices
        ),
    )
    for one in found.not_shown:
        click.echo(printable(f"not in the weeks: {said(one.shock, names)}: {one.reason}"))
    print_grounds(found)


def _places(title: str, places: Iterable[PlaceOutcome], names: Gazetteer) -> None:
    print_table(
        f"{title}, weeks as 10th to 90th percentile over draws",
        ("good", "country", "before, t/week", "short in", "from week", "longest, weeks", "over after", "missing, %"),
        (
            (
                f"{p.mineral}, {p.stage}",
                names.name_of(p.country),
                number(p.before_t_per_week),
                f"{p.short_draws_share:.0%}",
                _weeks(p.survive_weeks),
                _weeks(p.longest_weeks),
                _weeks(p.recover_weeks),
                band(p.missing_share, scale=100),
            )
            for p in places
        ),
    )


def _weeks(weeks: Weeks) -> str:
    low, mid, high = ("never" if x is None else f"{x:.0f}" for x in (weeks.low, weeks.mid, weeks.high))
    return mid if low == mid == high else f"{mid} ({low} to {high})"
