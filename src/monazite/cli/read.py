"""`monazite read`: the ledger of some reports."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from monazite.cli.intake import intake_of, takes_reports
from monazite.cli.ledger import print_ledger
from monazite.cli.show import fail_if_any, print_json, progress
from monazite.cli.table import print_table
from monazite.core.errors import UsageError
from monazite.core.jsonable import jsonable
from monazite.core.text import printable
from monazite.ledger.contract import to_json
from monazite.ledger.evaluate import Quality
from monazite.workbench.reports.model import Model
from monazite.workbench.reports.read import LedgerRead, quality, read
from monazite.workbench.spread import Workers

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
@click.option("--model", "named", metavar="NAME", help="A larger model to ask too; its claims are checked.")
@click.option("--endpoint", metavar="URL", help="Where the model is: an OpenAI-compatible address, as https://host/v1.")
@click.option("--workers", type=int, metavar="N", help="Read with N processes of this machine.")
@click.option("--scheduler", metavar="ADDRESS", help="Read with the workers of a Dask cluster, as tcp://host:8786.")
def command(  # noqa: PLR0913 - one parameter for each option
    reports: tuple[str, ...],
    newest: int,
    allow: tuple[str, ...],
    as_of: datetime | None,
    as_json: bool,
    gold: Path | None,
    named: str | None,
    endpoint: str | None,
    workers: int | None,
    scheduler: str | None,
) -> None:
    """Read REPORTS into claims, each with its quotation, and show where they disagree.

    REPORTS are files (text, HTML, PDF, .docx, RSS or Atom), folders or patterns of such files, or http(s) addresses of
    the same.
    With --model the text of each report is sent to the endpoint, and what comes back is kept where the report bears it
    out; its key, if it needs one, is read from MONAZITE_MODEL_KEY.

    \b
    Example:
      monazite read examples/reports/*.txt --json --as-of 2026-11-21
      monazite read tests/ledger/data/reports/*.txt --evaluate tests/ledger/data/reports/gold.json
      monazite read archive/ --workers 4 --json
      monazite read statement.pdf --model qwen3 --endpoint http://127.0.0.1:11434/v1
    """
    model, hands = _model(named, endpoint), Workers(workers, scheduler)
    with progress() as step:
        found = read(reports, as_of.date() if as_of else date.today(), step, intake_of(newest, allow), model, hands)
    ledger = found.ledger
    _show_proposed(found)
    if gold:
        _show_quality(quality(ledger, gold), as_json)
        return
    if as_json:
        print_json(to_json(ledger) | _of_model(found))
    else:
        print_ledger(ledger)
    fail_if_any(found.failed)


def _model(named: str | None, endpoint: str | None) -> Model | None:
    if (named is None) != (endpoint is None):
        raise UsageError("--model", "one of --model and --endpoint is missing", "give both")
    return Model(named, endpoint, os.environ.get("MONAZITE_MODEL_KEY", "")) if named and endpoint else None


def _of_model(found: LedgerRead) -> dict[str, Any]:
    """What came of asking a model, for JSON; nothing where none was asked."""
    return {"model": {**jsonable(found.proposed), "claims": found.added}} if found.proposed else {}


def _show_proposed(read: LedgerRead) -> None:
    """What came of asking a model, on stderr."""
    found = read.proposed
    if found is None:
        return
    counted = (", ".join(f"{name} {n}" for name, n in of.items()) or "none" for of in (found.dropped, found.fields))
    claims, fields = counted
    click.echo(
        printable(
            f"{found.model}: {found.proposed} claims proposed, {found.kept} kept. Claims dropped: {claims}. "
            f"Fields dropped: {fields}. Not in the ledger without it: {', '.join(read.added) or 'no claim'}."
        ),
        err=True,
    )
    for name in found.shortened:
        click.echo(printable(f"{found.model}: only the beginning of {name} was asked about."), err=True)


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
