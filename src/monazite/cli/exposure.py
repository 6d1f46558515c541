"""`monazite exposure`: whom a buyer depends on."""

from __future__ import annotations

import click

from monazite.cli.show import band, print_json, progress
from monazite.cli.table import print_table
from monazite.core.gazetteer import Gazetteer
from monazite.core.values import Reading
from monazite.indicators.values import Exposure
from monazite.workbench.exposure import exposures

__all__ = ["command"]


@click.command("exposure")
@click.argument("buyer")
@click.option("--mineral", "minerals", multiple=True, help="A mineral; may be given more than once. All if not given.")
@click.option("--year", type=int, help="Year of the trade table; the newest if not given.")
@click.option("--json", "as_json", is_flag=True, help="Write everything as JSON.")
def command(buyer: str, minerals: tuple[str, ...], year: int | None, as_json: bool) -> None:
    """Show whom BUYER (a country, a coalition, or a list joined by commas) depends on, stage by stage.

    Suppliers' shares are by value. What members of a coalition sell each other is inside.

    \b
    Example:
      monazite exposure Japan --mineral rare-earths --year 2024
      monazite exposure quad --mineral cobalt --json
    """
    with progress() as step:
        found, names = exposures(buyer, minerals, year, step)
    if as_json:
        print_json({"buyer": buyer, "exposures": found})
        return
    for one in found:
        _print(one, names)


def _print(one: Exposure, names: Gazetteer) -> None:
    mineral = names.mineral(one.mineral).name
    for stage in one.stages:
        largest = (
            (names.name_of(s.country), f"{s.share:.1%}", f"{s.value_usd / 1e6:,.1f}") for s in stage.suppliers[:6]
        )
        title = f"{one.buyer}: {mineral}, {stage.stage} ({', '.join(stage.hs)}), {one.year}"
        if not stage.suppliers:
            click.echo(f"{title}: no imports on record\n")
            continue
        print_table(title, ("supplier", "share of imports", "million USD"), largest)
        _print_readings("", stage.readings)
        if stage.note:
            click.echo(f"note: {stage.note}\n")
    _print_readings(f"World and chain: {mineral}", one.world)
    if one.untraded:
        click.echo(f"not seen: no trade code of the tables covers the stages {', '.join(one.untraded)}")
    click.echo(f"sources: {', '.join(one.sources)} (monazite data show sources)\n")


def _print_readings(title: str, readings: tuple[Reading, ...]) -> None:
    print_table(title, ("indicator", "value", "note"), ((r.name, _value(r), r.note) for r in readings))


def _value(reading: Reading) -> str:
    if reading.value is None:
        return f"no figure: {reading.status.value}"
    return f"{reading.value:.3f}" + (f" ({band(reading.band, digits=2)})" if reading.band else "")
