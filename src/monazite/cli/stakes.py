"""`monazite stakes`: what an industry or a programme would miss first."""

from __future__ import annotations

import click

from monazite.cli.show import band, print_json, progress
from monazite.cli.table import print_table
from monazite.core.gazetteer import Gazetteer
from monazite.indicators.stakes import Stake
from monazite.workbench.stakes import industry_stakes, programme_stakes

__all__ = ["command"]


@click.command("stakes")
@click.argument("buyer")
@click.option("--industry", help="An industry of the inter-country table: C29 for motor vehicles.")
@click.option("--programme", help="A programme with a bill of materials: electric-car.")
@click.option("--year", type=int, help="Year of the trade table; the newest if not given.")
@click.option("--json", "as_json", is_flag=True, help="Write everything as JSON.")
def command(buyer: str, industry: str | None, programme: str | None, year: int | None, as_json: bool) -> None:
    """Show what an industry or a programme of BUYER would miss first if one country stopped, and why.

    \b
    Example:
      monazite stakes Japan --industry C29
      monazite stakes India --programme shinkansen-e10 --json
    """
    if (industry is None) == (programme is None):
        raise click.UsageError("name either --industry or --programme; monazite data show industries lists the codes")
    with progress() as step:
        if industry is not None:
            name, found, names = industry_stakes(buyer, industry.upper(), year, step)
        else:
            name, found, names = programme_stakes(buyer, str(programme), year, step)
    if as_json:
        print_json({"buyer": buyer, "name": name, "stakes": found})
        return
    _print(buyer, name, found, names)


def _print(buyer: str, name: str, found: tuple[Stake, ...], names: Gazetteer) -> None:
    valued = any(s.value_usd is not None for s in found)
    header = ("line", "mineral", "largest supplier", "through one country", "at stake" if valued else "needs", "note")
    print_table(f"{buyer}: {name}", header, (_row(s, names) for s in found))
    click.echo("through one country: bought from it or passed through it earlier; an estimate (see exposure --mineral)")
    sources = sorted({s.need.source for s in found})
    click.echo(f"sources of the lines: {', '.join(sources)} (monazite data show sources)")


def _row(stake: Stake, names: Gazetteer) -> tuple[str, ...]:
    need = stake.need
    if stake.largest_share is None:
        return (need.name, f"{need.mineral}, {need.stage}", f"no figure: {stake.status.value}", "", "", stake.note)
    through = stake.through_share
    if stake.value_usd is not None:
        amount = f"{stake.value_usd / 1e6:,.1f} million USD"
    else:
        amount = f"{band(need.amount, digits=1)} kg"
    return (
        need.name,
        f"{need.mineral}, {need.stage}",
        f"{names.name_of(stake.largest)} {stake.largest_share:.0%}",
        f"{names.name_of(stake.through)} {through.low:.0%}-{through.high:.0%}" if through else "",
        amount,
        stake.note,
    )
