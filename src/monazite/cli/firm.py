"""What a firm depends on, as tables or JSON: the part of `monazite exposure` that takes a firm's own list."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import click

from monazite.brief.own import Told, firm_tables
from monazite.cli.show import fail_if_any, print_json
from monazite.cli.table import print_table
from monazite.workbench.firm.exposure import exposure_of_firm

__all__ = ["show_firm", "show_table"]

_MOST = 40  # lines of a table; the rest is told by its number


def show_firm(file: Path, buyer: str, out: Path | None, as_json: bool) -> None:
    """Show the exposure of a firm; what could not be used is named, and the exit code is then 1."""
    found, names = exposure_of_firm(file, buyer, out)
    if as_json:
        print_json({"firm": found})
    else:
        for told in firm_tables(found, names):
            show_table(told)
        click.echo(f"sources: {', '.join(found.sources)}, table measures (monazite data show sources)")
        if out:
            click.echo(f"{out}: {sum(len(m.suppliers) for m in found.materials):,} rows")
    if found.problems:
        number = sum(p.count for p in found.problems)
        count = f"{number:,} problem{'s' if number > 1 else ''}"
        fail_if_any([(found.file, f"{found.file}: {count}, the first in {found.problems[0]}")])


def show_table(told: Told) -> None:
    """Show a table of as many lines as a person reads; nothing for no line."""
    left = iter(told.rows)
    shown = list(islice(left, _MOST))
    if not shown:
        return
    print_table(told.title, told.header, shown)
    more = sum(1 for _ in left)
    click.echo(f"and {more:,} more: --json has them all\n" if more else "")
