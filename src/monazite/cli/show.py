"""How commands show things: JSON on stdout, messages and progress on stderr, tables for people."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from monazite.core.jsonable import jsonable
from monazite.core.values import Band, Progress

__all__ = ["band", "fail_if_any", "print_json", "print_table", "progress"]


def print_json(value: Any) -> None:
    """Write a value as JSON."""
    click.echo(json.dumps(jsonable(value), ensure_ascii=False, indent=2))


def print_table(title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table for a person to read; texts from reports and files are shown as they are, never as markup."""
    console = Console()
    table = Table(title=title, title_justify="left", header_style="bold")
    for name in header:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(cell.replace("[", r"\[") for cell in row))
    console.print(table)


def band(value: Band, unit: str = "", scale: float = 1.0, digits: int = 0) -> str:
    """A range as text.

    >>> band(Band(0.1, 0.2, 0.4), "%", 100)
    '10-40 % (middle 20)'
    """
    low, mid, high = (f"{scale * v:,.{digits}f}" for v in (value.low, value.mid, value.high))
    tail = f" {unit}" if unit else ""
    return f"{mid}{tail}" if low == high else f"{low}-{high}{tail} (middle {mid})"


def fail_if_any(failed: Iterable[tuple[str, str]]) -> None:
    """Name what could not be done on stderr; exit 1 if there was any."""
    reasons = [reason for _, reason in failed]
    for reason in reasons:
        click.echo(f"error: {reason}", err=True)
    if reasons:
        raise click.exceptions.Exit(1)


@contextmanager
def progress() -> Iterator[Progress]:
    """Show steps on stderr as they come: a spinner for a person, plain lines for a log."""
    console = Console(stderr=True)
    started = time.monotonic()
    if console.is_terminal:
        with console.status("starting") as status:
            yield lambda message: status.update(message)
        return
    yield lambda message: click.echo(f"{time.monotonic() - started:6.1f} s  {message}", err=True)
