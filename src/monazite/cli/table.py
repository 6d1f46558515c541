"""Tables on the terminal, apart from the rest because not every command prints one."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from monazite.core.text import printable

if TYPE_CHECKING:
    from monazite.brief.values import Chart

__all__ = ["print_chart", "print_table"]

_MOST = 40

# A pipe or a file has no width of its own: wide enough that hardly a cell is folded.
_WIDE = 200


def print_table(title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table for a person to read; texts from reports and files are shown as they are, never as markup.

    Without rows it is a line that says so.
    """
    cells = [[Text(printable(cell)) for cell in row] for row in rows]
    if not cells:
        click.echo(f"{printable(title)}: none" if title else "none")
        return
    table = Table(title=Text(printable(title)) if title else None, title_justify="left", header_style="bold")
    for name in header:
        table.add_column(name, overflow="fold")
    for row in cells:
        table.add_row(*row)
    console = Console(width=None if sys.stdout.isatty() else _WIDE, markup=False, emoji=False)
    with console.capture() as drawn:
        console.print(table)
    click.echo(drawn.get(), nl=False)


def print_chart(chart: Chart) -> None:
    """Write a chart's table, as many lines of it as a person reads, and its notes."""
    print_table(chart.title, chart.header, chart.rows[:_MOST])
    if (more := len(chart.rows) - _MOST) > 0:
        click.echo(f"and {more:,} more: --json has them all")
    for note in chart.notes:
        click.echo(printable(note))
