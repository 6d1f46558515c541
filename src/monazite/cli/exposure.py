"""`monazite exposure`: whom a buyer depends on."""

from __future__ import annotations

from pathlib import Path

import click

from monazite.cli.pictures import picture_options
from monazite.cli.show import band, print_json, progress
from monazite.cli.table import print_table
from monazite.core.errors import UsageError
from monazite.core.gazetteer import Gazetteer
from monazite.core.values import Reading
from monazite.indicators.values import Exposure
from monazite.workbench.exposure.network import exposures
from monazite.workbench.lazy import function
from monazite.workbench.question import Question

__all__ = ["command"]


@click.command("exposure")
@click.argument("buyer", required=False, default="")
@click.option(
    "--mineral",
    "minerals",
    multiple=True,
    help="A mineral, a good or an HS code; may be given more than once. All minerals if not given.",
)
@click.option("--year", type=int, help="Year of the trade table; the newest if not given.")
@click.option("--through", help="Follow this country's part in the chain; the largest producer if not given.")
@click.option("--from", "on", help="Compare dependence on this country; the largest producer if not given.")
@click.option("--against", multiple=True, help="Another year, or another buyer, to compare with; more than one may be.")
@click.option("--with", "partners", multiple=True, help="Partners who join BUYER as one coalition, to compare with.")
@click.option("--firm", type=click.Path(path_type=Path), help="A firm's own list: a CSV file or an .xlsx workbook.")
@click.option("--out", type=click.Path(path_type=Path), help="With --firm: its suppliers as .csv or .parquet.")
@click.option("--json", "as_json", is_flag=True, help="Write everything as JSON.")
@picture_options
def command(  # noqa: PLR0913 - one parameter for each option
    buyer: str,
    minerals: tuple[str, ...],
    year: int | None,
    through: str | None,
    on: str | None,
    against: tuple[str, ...],
    partners: tuple[str, ...],
    firm: Path | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Show whom BUYER (a country, a coalition, or a list joined by commas) depends on, stage by stage.

    Suppliers' shares are by value. What members of a coalition sell each other is inside. For minerals that are
    named, the part of one country is followed back through all stages: what others sell may be made of its material.

    With --from, --against or --with, show how far BUYER depends on one country beside other years, other buyers, or
    BUYER with its partners.

    With --firm, show what a firm depends on by its own list of materials, supplier countries and shares or tonnes.
    BUYER is then where the firm buys; it may be left out, and measures against some buyers only are then not counted.

    \b
    Example:
      monazite exposure Japan --mineral rare-earths --year 2024
      monazite exposure quad --mineral cobalt --through China --json
      monazite exposure JPN --mineral magnets --from CHN --against 2015 --against IND --with AUS
      monazite exposure Japan --firm examples/firm.csv
      monazite exposure Japan --mineral rare-earths --picture map --png map.png
    """
    comparing = bool(on or against or partners)
    if firm:
        if minerals or year or through or comparing:
            what = f"got {'a comparison' if comparing else '--mineral, --year or --through'} too"
            raise UsageError("exposure --firm", what, "leave them out: the list says what is bought")
        function("monazite.cli.firm:show_firm")(firm, buyer, out, as_json)
        return
    is_file = f"{buyer} is a file, expected a buyer" if buyer.endswith((".csv", ".xlsx")) else ""
    if wrong := "--out without --firm" if out else is_file if buyer else "neither a buyer nor --firm is given":
        raise UsageError("exposure", wrong, "name a country, or a firm's list with --firm")
    if comparing:
        if through:
            raise UsageError("exposure --through", "a comparison was asked for too", "name the country with --from")
        question = Question(buyer, year, on or "", against, partners)
        function("monazite.cli.compare:show_comparison")(question, minerals, as_json)
        return
    with progress() as step:
        found, names = exposures(buyer, minerals, year, through or ("largest" if minerals else ""), step)
    if as_json:
        print_json({"buyer": buyer, "exposures": found})
        return
    for one in found:
        _print(one, names)


def _print(one: Exposure, names: Gazetteer) -> None:
    mineral = names.mineral(one.mineral).name
    for stage in one.stages:
        largest = ((names.name_of(s.country), f"{s.share:.1%}", _millions(s.value_usd)) for s in stage.suppliers[:6])
        title = f"{one.buyer}: {mineral}, {stage.stage} ({', '.join(stage.hs)}), {one.year}"
        if not stage.suppliers:
            click.echo(f"{title}: {stage.readings[0].note}\n")
            continue
        print_table(title, ("supplier", "share of imports", "million USD"), largest)
        _print_readings("", stage.readings)
        if stage.passages:
            told = ", ".join(f"{names.passage(way).name} {share:.0%}" for way, share in stage.passages if share >= 0.01)
            told = told or "none of 1% or more"
            click.echo(f"sea passages, if all goes by sea between main ports (assumption): {told}\n")
        if stage.note:
            click.echo(f"note: {stage.note}\n")
    _print_readings(f"World and chain: {mineral}", one.world)
    if one.hidden:
        _print_hidden(one, names)
    if one.untraded:
        click.echo(f"not seen: no trade code of the tables covers the stages {', '.join(one.untraded)}")
    click.echo(f"sources: {', '.join(one.sources)} (monazite data show sources)\n")


def _millions(usd: float) -> str:
    return "under 0.1" if 0 < usd < 0.5e5 else f"{usd / 1e6:,.1f}"


def _print_hidden(one: Exposure, names: Gazetteer) -> None:
    country = names.name_of(one.hidden[0].through)
    title = f"{one.buyer}: imports by weight that come from {country}, or passed through it at an earlier stage"
    rows = []
    for h in one.hidden:
        others = [r for r in h.routes if r.supplier != h.through][:4]
        in_all = f"{h.through_share.mid:.0%} ({h.through_share.low:.0%}-{h.through_share.high:.0%})"
        told = ", ".join(f"{names.name_of(r.supplier)} {r.through_share:.0%}" for r in others)
        rows.append((h.stage, f"{h.direct_share:.0%}", in_all, told))
    print_table(title, ("stage", "direct", "in all", "of what others sell"), rows)
    click.echo("an estimate: published figures, balanced; material is mixed wherever it passes (assumption)\n")


def _print_readings(title: str, readings: tuple[Reading, ...]) -> None:
    print_table(title, ("indicator", "value", "note"), ((r.name, _value(r), r.note) for r in readings))


def _value(reading: Reading) -> str:
    if reading.value is None:
        return f"no figure: {reading.status.value}"
    return f"{reading.value:.3f}" + (f" ({band(reading.band, digits=2)})" if reading.band else "")
