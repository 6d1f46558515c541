"""`monazite read`: the ledger of some reports."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from monazite.cli.show import fail_if_any, print_json, progress
from monazite.cli.table import print_table
from monazite.ledger.contract import to_json
from monazite.workbench.read import read

__all__ = ["command"]


@click.command("read")
@click.argument("reports", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Date of the standing; today if not given.")
@click.option("--json", "as_json", is_flag=True, help="Write the whole ledger as JSON.")
def command(reports: tuple[Path, ...], as_of: datetime | None, as_json: bool) -> None:
    """Read REPORTS (files or folders) into claims, each with its quotation, and show where they disagree.

    \b
    Example:
      monazite read examples/reports/*.txt --json --as-of 2026-11-21
    """
    with progress() as step:
        found = read(reports, as_of.date() if as_of else date.today(), step)
    ledger = found.ledger
    if as_json:
        print_json(to_json(ledger))
    else:
        print_table(
            f"Commitments as of {ledger.as_of}",
            ("id", "who", "with", "what", "due", "status", "standing", "reports"),
            (
                (
                    c.id,
                    ", ".join(c.actors),
                    ", ".join(c.partners),
                    c.object,
                    c.due.text if c.due else "",
                    c.status,
                    c.standing,
                    str(len({e.report for e in c.evidence})),
                )
                for c in ledger.commitments
            ),
        )
        print_table(
            "Measures",
            ("id", "imposer", "target", "measure", "goods", "certainty", "status"),
            (
                (m.id, ", ".join(m.imposer), ", ".join(m.target), m.measure, ", ".join(m.goods), m.certainty, m.status)
                for m in ledger.measures
            ),
        )
        print_table(
            "Where the reports disagree",
            ("id", "type", "severity", "what", "resolution"),
            ((x.id, x.type, x.severity, x.explanation, x.resolution or "open") for x in ledger.conflicts),
        )
    fail_if_any(found.failed)
