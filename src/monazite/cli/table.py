"""Tables on the terminal, apart from the rest because not every command prints one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

__all__ = ["print_table"]


def print_table(title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table for a person to read; texts from reports and files are shown as they are, never as markup."""
    table = Table(title=Text(title) if title else None, title_justify="left", header_style="bold")
    for name in header:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)
