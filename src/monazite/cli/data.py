"""`monazite data`: the reference tables."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import click

from monazite.cli.later import Later
from monazite.cli.show import print_json
from monazite.cli.table import print_table
from monazite.core.values import Stage
from monazite.reference.parts import Part
from monazite.workbench.data import (
    compare_publishers,
    list_parts,
    list_tables,
    matrix,
    mirror,
    show_coverage,
    show_table,
    verify_tables,
)

__all__ = ["DATA", "command"]


DATA = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="MONAZITE_DATA",
    help="The folder of your own data; by default what MONAZITE_DATA names, or the system's place for it.",
)
# what imports and fetches: the network's modules take a while
_LATER = {name.rstrip("_"): f"monazite.cli.imports:{name}" for name in ("import_", "pull", "remove")}


@click.group("data", cls=Later, later=_LATER)
def command() -> None:
    """List, show, compare and verify the reference tables; bring in your own data.

    \b
    Example:
      monazite data list
    """


@command.command("list")
@DATA
@click.option("--json", "as_json", is_flag=True, help="Write everything as JSON.")
def list_(data: Path | None, as_json: bool) -> None:
    """Show every table: what it holds, years, rows, publisher, licence, age; and what you have imported.

    \b
    Example:
      monazite data list --json
    """
    found = list_tables(date.today(), data)
    if as_json:
        print_json(found)
        return
    header = ("table", "title", "rows", "imported", "years", "publisher", "licence", "published", "age_days")
    print_table("Reference tables", header, ([_cell(t[h]) for h in header] for t in found))
    if parts := list_parts(data):
        told = ((p.name, p.kind, p.imported, *_held(p)) for p in parts)
        print_table("Imported", ("part", "kind", "imported", "tables", "rows"), told)


@command.command("show")
@click.argument("table")
@click.option("--rows", type=click.IntRange(0, 10_000), default=10, show_default=True)
@DATA
@click.option("--json", "as_json", is_flag=True, help="Write everything as JSON.")
def show(table: str, rows: int, data: Path | None, as_json: bool) -> None:
    """Show the columns of TABLE with their units, and its first rows.

    \b
    Example:
      monazite data show trade --rows 3
    """
    columns, found = show_table(table, rows, data)
    if as_json:
        print_json({"table": table, "columns": columns, "rows": found})
        return
    print_table(f"Columns of {table}", tuple(columns[0]), (list(c.values()) for c in columns))
    print_table(f"First {len(found)} rows", [c["column"] for c in columns], ([_cell(v) for v in r] for r in found))


@command.command("coverage")
@click.argument("mineral", required=False, default="")
@click.option("--json", "as_json", is_flag=True, help="Write everything as JSON.")
def coverage(mineral: str, as_json: bool) -> None:
    """Show what is on record of each mineral, or of MINERAL, at each stage: years and who published them.

    \b
    Example:
      monazite data coverage rare-earths
    """
    found = show_coverage(mineral)
    if as_json:
        print_json(found)
        return
    print_table("Coverage", ("mineral", *Stage), matrix(found))
    click.echo("p: production; t: trade; mixed: the code holds other materials too and is never split by guess")
    if mineral:
        names = dict.fromkeys(s for c in found for s in (*c.production_sources, *c.trade_sources))
        click.echo(f"sources: {', '.join(names)} (monazite data show sources)")


@command.command("compare")
@click.argument("mineral", required=False, default="")
@click.option("--json", "as_json", is_flag=True, help="Write everything as JSON.")
def compare(mineral: str, as_json: bool) -> None:
    """Show where two publishers differ on who produces a mineral, the widest apart first.

    \b
    Example:
      monazite data compare cobalt
    """
    found = compare_publishers(mineral)
    if as_json:
        print_json(found)
        return
    header = ("mineral", "stage", "year", "used", "t", "other", "t", "off", "most in")
    rows = (
        (
            d.mineral,
            d.stage,
            str(d.year),
            d.preferred,
            f"{d.preferred_t:,.0f}",
            d.other,
            f"{d.other_t:,.0f}",
            f"{d.other_pct:+.0f}%",
            f"{d.country}: {_tonnes(d.country_preferred_t)} against {_tonnes(d.country_other_t)}",
        )
        for d in found
    )
    print_table("Publishers that differ, tonnes contained", header, rows)
    click.echo("used: the publisher with the lowest rank in the table products")


@command.command("mirror")
@click.option("--json", "as_json", is_flag=True, help="Write everything as JSON.")
def mirror_(as_json: bool) -> None:
    """Hold the trade table against exporters' own customs reports, the widest gap first.

    \b
    Example:
      monazite data mirror
    """
    found = mirror()
    if as_json:
        print_json(found)
        return
    header = ("exporter", "HS", "year", "reported, million USD", "table / reported, USD", "table / reported, t")
    rows = (
        (
            g.exporter,
            g.hs,
            str(g.year),
            f"{g.reported_usd / 1e6:,.1f}",
            f"{g.value_ratio:.2f}",
            f"{g.tonnes_ratio:.2f}" if math.isfinite(g.tonnes_ratio) else "no tonnes",
        )
        for g in found
    )
    print_table("Mirror trade", header, rows)


@command.command("verify")
@DATA
def verify(data: Path | None) -> None:
    """Hold every table against its schema (keys, ranges, units, references) and every file against its checksum.

    \b
    Example:
      monazite data verify
    """
    click.echo(f"all {verify_tables(data)} tables hold their schema")


def _held(part: Part) -> tuple[str, str]:
    pieces = [p for p in part.pieces if p.table != "sources"]
    return ", ".join(dict.fromkeys(p.table for p in pieces)), f"{sum(p.count for p in pieces):,}"


def _tonnes(value: float) -> str:
    return f"{value:,.0f} t" if math.isfinite(value) else "no figure"


def _cell(value: object) -> str:
    if value is None:
        return "no data"
    return f"{value:,}" if isinstance(value, int) and abs(value) >= 10_000 else str(value)
