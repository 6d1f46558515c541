"""`monazite brief`: reports in, one page out."""

from __future__ import annotations

import shlex
from datetime import date, datetime
from pathlib import Path

import click

from monazite.cli.intake import intake_of, takes_reports, words_of
from monazite.cli.show import fail_if_any, progress
from monazite.ledger.values import Ledger
from monazite.workbench.brief import Asked, check_output, make_brief, write_brief

__all__ = ["command"]


@click.command("brief")
@takes_reports
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), default="brief.html", show_default=True)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Date the brief speaks from; today if not given.")
@click.option(
    "--partners", default="", help="Countries whose exposure is shown, as IND,JPN; found in the text if not given."
)
def command(
    reports: tuple[str, ...], newest: int, allow: tuple[str, ...], out: Path, as_of: datetime | None, partners: str
) -> None:
    """Read REPORTS and write one sourced brief as a single HTML file.

    REPORTS are files (text, HTML, PDF, .docx, RSS or Atom), folders of such files, or http(s) addresses of the same.

    It shows what was agreed, where the reports disagree, what is due and overdue, how exposed each partner is for each
    mineral named, and what a reported measure would do. Reports that cannot be read are named; the rest is done.

    \b
    Example:
      monazite brief examples/reports/*.txt --as-of 2026-11-21 --partners IND,JPN -o brief.html
    """
    when = as_of.date() if as_of else date.today()
    check_output(reports, out)
    words = ["monazite", "brief", *reports, "--as-of", when.isoformat(), *words_of(newest, allow)]
    words += (["--partners", partners] if partners else []) + ["-o", str(out)]
    asked = Asked(when, date.today(), partners, shlex.join(words), intake_of(newest, allow))
    with progress() as step:
        made = make_brief(reports, asked, step)
        step("drawing the page")
        size = write_brief(made, out)
    found, read = (f"{n} {word}{'s' * (n != 1)}" for n, word in _counts(made.ledger))
    click.echo(f"{out}: {size / 1000:,.0f} kB, {found} from {read}")
    fail_if_any(made.failed)


def _counts(ledger: Ledger) -> tuple[tuple[int, str], tuple[int, str]]:
    return (len(ledger.claims), "claim"), (len(ledger.reports), "report")
