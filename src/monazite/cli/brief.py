"""`monazite brief`: reports in, one page out."""

from __future__ import annotations

import shlex
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from monazite.cli.intake import intake_of, takes_reports, words_of
from monazite.cli.pictures import boundaries_option
from monazite.cli.show import fail_if_any, progress
from monazite.core.pictures import DE_FACTO
from monazite.ledger.values import Ledger
from monazite.workbench.brief import Asked, check_output, make_brief, write_brief

__all__ = ["command"]


@click.command("brief")
@takes_reports
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), default="brief.html", show_default=True)
@click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), help="Write it as PDF too (needs a browser).")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Date the brief speaks from; today if not given.")
@click.option(
    "--partners", default="", help="Countries whose exposure is shown, as IND,JPN; found in the text if not given."
)
@boundaries_option
def command(
    reports: tuple[str, ...],
    as_of: datetime | None,
    partners: str,
    out: Path,
    pdf: Path | None,
    boundaries: str,
    **intake: Any,
) -> None:
    """Read REPORTS and write one sourced brief as a single HTML file, and as PDF.

    REPORTS are files (text, HTML, PDF, .docx, RSS or Atom), folders of such files, or http(s) addresses of the same.

    It shows what was agreed, where the reports disagree, what is due and overdue, how exposed each partner is for each
    mineral named, and what a reported measure would do. Reports that cannot be read are named; the rest is done.

    \b
    Example:
      monazite brief examples/reports/*.txt --as-of 2026-11-21 --partners IND,JPN -o brief.html
    """
    when = as_of.date() if as_of else date.today()
    check_output(reports, out, pdf)
    words = ["monazite", "brief", *reports, "--as-of", when.isoformat(), *words_of(**intake)]
    words += (["--partners", partners] if partners else []) + ["-o", str(out)] + (["--pdf", str(pdf)] if pdf else [])
    words += ["--boundaries", boundaries] if boundaries != DE_FACTO else []
    asked = Asked(when, date.today(), partners, shlex.join(words), intake_of(**intake), boundaries)
    with progress() as step:
        made = make_brief(reports, asked, step)
        step("drawing the page")
        sizes = write_brief(made, out, pdf)
    found, read = (f"{n} {word}{'s' * (n != 1)}" for n, word in _counts(made.ledger))
    for file, size in sizes.items():
        click.echo(f"{file}: {size / 1000:,.0f} kB, {found} from {read}")
    fail_if_any(made.failed)


def _counts(ledger: Ledger) -> tuple[tuple[int, str], tuple[int, str]]:
    return (len(ledger.claims), "claim"), (len(ledger.reports), "report")
