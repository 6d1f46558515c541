"""`monazite record calendar`, `export`, `import` and `verify`: the record as files, and its chain."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from monazite.cli.record import AS_OF, KNOWN_AT, RECORD, day, moment
from monazite.cli.show import fail_if_any, print_json
from monazite.workbench.reports.files import chain, export, import_file, write_calendar
from monazite.workbench.reports.record import place

__all__ = ["calendar_", "export_", "import_", "verify_"]

_FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.command("calendar")
@_FILE
@AS_OF
@RECORD
def calendar_(file: Path, as_of: datetime | None, where: str) -> None:
    """Write what is due to FILE.ics, for a calendar program.

    \b
    Example:
      monazite record calendar due.ics --as-of 2026-11-21
    """
    click.echo(f"{file}: {write_calendar(place(where), file, day(as_of)):,} entries")


@click.command("export")
@_FILE
@AS_OF
@KNOWN_AT
@RECORD
def export_(file: Path, as_of: datetime | None, known_at: datetime | None, where: str) -> None:
    """Write the whole record to FILE.json, or its ledger on a day to FILE.csv or FILE.xlsx.

    \b
    Example:
      monazite record export record.json
      monazite record export ledger.xlsx --as-of 2026-11-21
    """
    rows = export(place(where), file, day(as_of), moment(known_at))
    click.echo(f"{file}: {rows:,} {'entries' if file.suffix == '.json' else 'rows'}")


@click.command("import")
@_FILE
@RECORD
def import_(file: Path, where: str) -> None:
    """Take over the exported record FILE.json: into a new record, or what it has more than this one.

    \b
    Example:
      monazite record import record.json --record copy.sqlite
    """
    record, count = import_file(place(where), file)
    click.echo(f"{record}: {count:,} new entries")


@click.command("verify")
@click.option("--head", default="", help="A last hash noted earlier: it must still be in the chain.")
@RECORD
@click.option("--json", "as_json", is_flag=True, help="Write everything as JSON.")
def verify_(head: str, where: str, as_json: bool) -> None:
    """Check that nobody altered the record; note the last hash elsewhere, to see later that no end was cut off.

    \b
    Example:
      monazite record verify
    """
    found = chain(place(where), head)
    if as_json:
        print_json(found)
    else:
        click.echo(f"{found.record}: {found.entries:,} entries, last hash {found.head}")
    fail_if_any((found.record, problem) for problem in found.problems)
