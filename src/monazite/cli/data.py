"""`monazite data`: the reference tables."""

from __future__ import annotations

import click

from monazite.cli.show import print_json
from monazite.cli.table import print_table
from monazite.workbench.data import list_tables, show_table, verify_tables

__all__ = ["command"]


@click.group("data")
def command() -> None:
    """List, show and verify the reference tables.

    \b
    Example:
      monazite data list
    """


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Write everything as JSON.")
def list_(as_json: bool) -> None:
    """Show every table: what it holds, years, rows, publisher, licence.

    \b
    Example:
      monazite data list --json
    """
    found = list_tables()
    if as_json:
        print_json(found)
        return
    header = ("table", "title", "rows", "years", "publisher", "licence", "published")
    print_table("Reference tables", header, ([_cell(t[h]) for h in header] for t in found))


@command.command("show")
@click.argument("table")
@click.option("--rows", type=click.IntRange(0, 10_000), default=10, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Write everything as JSON.")
def show(table: str, rows: int, as_json: bool) -> None:
    """Show the columns of TABLE with their units, and its first rows.

    \b
    Example:
      monazite data show trade --rows 3
    """
    columns, found = show_table(table, rows)
    if as_json:
        print_json({"table": table, "columns": columns, "rows": found})
        return
    print_table(f"Columns of {table}", tuple(columns[0]), (list(c.values()) for c in columns))
    print_table(f"First {len(found)} rows", [c["column"] for c in columns], ([_cell(v) for v in r] for r in found))


@command.command("verify")
def verify() -> None:
    """Hold every table against its schema: keys, ranges, units, references.

    \b
    Example:
      monazite data verify
    """
    click.echo(f"all {verify_tables()} tables hold their schema")


def _cell(value: object) -> str:
    if value is None:
        return "no data"
    return f"{value:,}" if isinstance(value, int) and abs(value) >= 10_000 else str(value)
