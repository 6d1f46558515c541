"""What a shortage costs industries, and what it does to programmes, as text."""

from __future__ import annotations

import click

from monazite.cli.show import band, print_parameters
from monazite.cli.table import print_table
from monazite.core.gazetteer import Gazetteer
from monazite.core.text import printable
from monazite.core.values import Band
from monazite.simulation.economy.shortage import EconomyOutcome
from monazite.simulation.programme import ProgrammeOutcome

__all__ = ["print_economy", "print_programme"]

_SHOWN = 10


def print_economy(found: EconomyOutcome, names: Gazetteer) -> None:
    """Value added lost, by economy and industry."""
    world = band(found.world_musd, digits=1)
    click.echo(f"Value added lost in {found.weeks} weeks, all economies: {world} million USD, 10th to 90th percentile")
    print_table(
        "Whose value added, million USD",
        ("economy", "lost", "% of theirs"),
        (
            (names.name_of(e.economy), _money(e.lost_musd), _percent(e.lost_share))
            for e in found.economies[:_SHOWN]
            if e.lost_musd.low or e.lost_musd.high
        ),
    )
    print_table(
        "Which industries, million USD",
        ("economy", "industry", "lost", "% of theirs", "for want of the mineral itself"),
        (
            (
                names.name_of(i.economy),
                i.name or i.industry,
                _money(i.lost_musd),
                _percent(i.lost_share),
                _money(i.direct_musd),
            )
            for i in found.industries[:_SHOWN]
        ),
    )
    if found.uncovered:
        missing = ", ".join(map(names.name_of, found.uncovered))
        click.echo(f"not counted, no data: {missing} (short of it, and not in the inter-country table)")
    print_parameters(found.parameters)
    click.echo(f"{found.draws} draws; sources: {', '.join(found.sources)} (monazite data show sources)\n")


def print_programme(name: str, found: ProgrammeOutcome, names: Gazetteer) -> None:
    """Which part of a programme is late first, when, and how far deliveries fall behind."""
    click.echo(printable(f"Programme {name}, its parts made in {names.name_of(found.country)}"))
    if not found.first:
        click.echo(f"no part is late in any of {found.draws} draws\n")
        return
    week = f", from week {band(found.first_week)}" if found.first_week else ""
    behind = (
        f"at most {band(found.most_behind, digits=1)} units or {band(found.most_weeks, digits=1)} weeks behind plan"
    )
    click.echo(printable(f"first late: {found.first}; late in {found.late_share:.0%} of draws{week}; {behind}"))
    print_table(
        "Its parts",
        ("part", "of", "late in", "from week", "weeks late at most"),
        (
            (
                p.part,
                f"{p.mineral}, {p.stage}" + ("" if p.read_at else " (not in the scenario)"),
                f"{p.late_share:.0%}",
                band(p.first_week) if p.first_week else "never",
                band(p.most_weeks, digits=1) if p.most_weeks else "0",
            )
            for p in found.parts[:_SHOWN]
        ),
    )
    print_parameters(found.parameters)
    click.echo("")


def _money(value: Band) -> str:
    return band(value, digits=1)


def _percent(share: Band) -> str:
    return band(share, scale=100, digits=2)
