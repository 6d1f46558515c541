"""`monazite indicators`: an indicator as a file."""

from __future__ import annotations

from pathlib import Path

import click

from monazite.cli.show import progress
from monazite.workbench.exposure.indicators import write_indicator

__all__ = ["command"]


@click.command("indicators")
@click.argument("name")
@click.option("--year", type=int, help="One year only; all years if not given.")
@click.option("--trend", is_flag=True, help="The slope of every series over the years, with its range.")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="A .parquet, .csv or .xlsx file.",
)
def command(name: str, year: int | None, trend: bool, out: Path) -> None:
    """Write the indicator NAME for everything the tables hold.

    NAME is geopolrisk, hhi, governance-weighted-hhi, top-3, n-1, supplier-hhi, apparent-consumption, import-reliance,
    self-sufficiency, hidden-dependence, betweenness, passage-betweenness, eu-supply-risk or eu-economic-importance;
    `all` puts every one of them into one long table.

    Every row has a status: ok, or why there is no number.

    \b
    Example:
      monazite indicators geopolrisk --out geopolrisk.parquet
      monazite indicators hhi --year 2024 --out hhi.xlsx
      monazite indicators hhi --trend --out hhi-trend.csv
      monazite indicators all --year 2024 --out cube.parquet
    """
    with progress() as step:
        rows = write_indicator(name, out, year, step, over_years=trend)
    click.echo(f"{out}: {rows:,} rows")
