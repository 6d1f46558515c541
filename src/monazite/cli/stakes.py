"""`monazite stakes`: what an industry or a programme would miss first."""

from __future__ import annotations

from pathlib import Path

import click

from monazite.brief.own import problem_table, stake_table
from monazite.cli.firm import show_table
from monazite.cli.show import fail_if_any, print_json, progress
from monazite.core.gazetteer import Gazetteer
from monazite.core.text import printable
from monazite.indicators.stakes import Stake
from monazite.workbench.exposure.stakes import bill_stakes, industry_stakes, programme_stakes

__all__ = ["command"]

_MOST = 40  # lines of a table; the rest is told by its number


@click.command("stakes")
@click.argument("buyer")
@click.option("--industry", help="An industry of the inter-country table: C29 for motor vehicles.")
@click.option("--programme", help="A programme with a bill of materials: electric-car.")
@click.option("--bill", type=click.Path(path_type=Path), help="Your own bill of materials: a CSV file or a workbook.")
@click.option("--year", type=int, help="Year of the trade table; the newest if not given.")
@click.option("--json", "as_json", is_flag=True, help="Write everything as JSON.")
def command(
    buyer: str, industry: str | None, programme: str | None, bill: Path | None, year: int | None, as_json: bool
) -> None:
    """Show what an industry or a programme of BUYER would miss first if one country stopped, and why.

    A bill of your own has the columns item, material, amount and unit, and may have stage and weeks (how long the
    item takes to make). An amount is what one unit of the programme holds, with its unit: kg, g, t or lb.

    \b
    Example:
      monazite stakes Japan --industry C29
      monazite stakes India --programme shinkansen-e10 --json
      monazite stakes Japan --bill examples/bill.csv
    """
    if sum(x is not None for x in (industry, programme, bill)) != 1:
        what = "name one of --industry, --programme and --bill; monazite data show industries lists the codes"
        raise click.UsageError(what)
    if bill:
        _show_bill(buyer, bill, year, as_json)
        return
    with progress() as step:
        if industry is not None:
            name, found, names = industry_stakes(buyer, industry.upper(), year, step)
        else:
            name, found, names = programme_stakes(buyer, str(programme), year, step)
    if as_json:
        print_json({"buyer": buyer, "name": name, "stakes": found})
        return
    _print(buyer, name, found, names)


def _show_bill(buyer: str, file: Path, year: int | None, as_json: bool) -> None:
    """Show a user's own bill; what could not be used is named, and the exit code is then 1."""
    with progress() as step:
        bill, found, names = bill_stakes(buyer, file, year, step)
    if as_json:
        more = {"problems": bill.problems, "notices": bill.notices}
        print_json({"buyer": buyer, "name": bill.file, "stakes": found, **more})
    else:
        _print(buyer, bill.file, found, names)
        for notice in bill.notices[:_MOST]:
            click.echo(printable(f"note: {notice}"))
        show_table(problem_table(bill.problems))
    if bill.problems:
        number = sum(p.count for p in bill.problems)
        count = f"{number:,} problem{'s' if number > 1 else ''}"
        fail_if_any([(bill.file, f"{bill.file}: {count}, the first in {bill.problems[0]}")])


def _print(buyer: str, name: str, found: tuple[Stake, ...], names: Gazetteer) -> None:
    told = stake_table(f"{buyer}: {name}", found, names)
    show_table(told)
    click.echo(f"{told.note} (see exposure --mineral)")
    if sources := sorted({s.need.source for s in found} - {""}):
        click.echo(f"sources of the lines: {', '.join(sources)} (monazite data show sources)")
