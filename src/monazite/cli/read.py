"""`monazite read`: the ledger of some reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import click

from monazite.cli.intake import intake_of, takes_reports
from monazite.cli.ledger import print_ledger
from monazite.cli.show import fail_if_any, print_json, progress
from monazite.cli.table import print_table
from monazite.ledger.contract import to_json
from monazite.ledger.evaluate import Quality
from monazite.workbench.read import quality, read

__all__ = ["command"]


@click.command("read")
@takes_reports
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Date of the standing; today if not given.")
@click.option("--json", "as_json", is_flag=True, help="Write the whole ledger as JSON.")
@click.option(
    "--evaluate",
    "gold",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Show how well these reports are read, by an annotation in JSON.",
)
def command(
    reports: tuple[str, ...],
    newest: int,
    allow: tuple[str, ...],
    as_of: datetime | None,
    as_json: bool,
    gold: Path | None,
) -> None:
    """Read REPORTS into claims, each with its quotation, and show where they disagree.

    REPORTS are files (text, HTML, PDF, .docx, RSS or Atom), folders of such files, or http(s) addresses of the same.

    \b
    Example:
      monazite read examples/reports/*.txt --json --as-of 2026-11-21
      monazite read tests/ledger/data/reports/*.txt --evaluate tests/ledger/data/reports/gold.json
    """
    with progress() as step:
        found = read(reports, as_of.date() if as_of else date.today(), step, intake_of(newest, allow))
    ledger = found.ledger
    if gold:
        _show_quality(quality(ledger, gold), as_json)
        return
    if as_json:
        print_json(to_json(ledger))
    else:
        print_ledger(ledger)
    fail_if_any(found.failed)


def _show_quality(found: Sequence[Quality], as_json: bool) -> None:
    if as_json:
        print_json({"quality": found})
        return
    print_table(
        "How well they are read",
        ("what", "wanted", "found", "false", "recall", "precision", "fields right"),
        (
            (
                q.kind,
                str(q.wanted),
                str(q.found),
                str(q.false),
                "" if q.recall is None else f"{q.recall:.2f}",
                "" if q.precision is None else f"{q.precision:.2f}",
                ", ".join(f"{name} {right}/{asked}" for name, right, asked in q.right),
            )
            for q in found
        ),
    )
    for q in found:
        if q.missed:
            click.echo(f"{q.kind}, missed: {', '.join(q.missed)}")
