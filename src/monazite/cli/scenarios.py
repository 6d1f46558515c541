"""`monazite scenarios` and `monazite record scenarios`: the measures of a ledger as scenario files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from monazite.cli.intake import intake_of, takes_reports
from monazite.cli.record import AS_OF, KNOWN_AT, RECORD, day, moment
from monazite.cli.shock import band_of
from monazite.cli.show import fail_if_any, print_json, progress
from monazite.core.text import printable
from monazite.core.values import Band
from monazite.scenario.amounts import Assumed
from monazite.workbench.reports.read import read
from monazite.workbench.reports.record import place, stand
from monazite.workbench.shock.scenarios import Written, write_scenarios

__all__ = ["command", "scenarios_"]

_FOLDER = click.option(
    "-o", "--out", "folder", required=True, type=click.Path(path_type=Path, file_okay=False), help="Where files go."
)
_ASSUMED = click.option(
    "--assume-cut",
    "assumed",
    type=band_of,
    metavar="LOW,MID,HIGH",
    help="Share taken to be refused by a quota, licence, tax or restriction whose size no report states.",
)
_DELAY = click.option(
    "--assume-delay",
    "delay",
    type=band_of,
    metavar="LOW,MID,HIGH",
    help="Weeks that a licence is taken to make goods late.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Write what was done as JSON.")


@click.command("scenarios")
@takes_reports
@_FOLDER
@AS_OF
@_ASSUMED
@_DELAY
@_JSON
def command(  # noqa: PLR0913 - one parameter for each option
    reports: tuple[str, ...],
    newest: int,
    allow: tuple[str, ...],
    folder: Path,
    as_of: datetime | None,
    assumed: Band | None,
    delay: Band | None,
    as_json: bool,
) -> None:
    """Turn the measures that REPORTS tell of into scenario files, with quotations and assumptions, for monazite shock.

    \b
    Example:
      monazite scenarios examples/reports/*.txt -o scenarios --as-of 2026-11-21
      monazite scenarios examples/reports/*.txt -o scenarios --assume-cut 0.2,0.5,0.8 --assume-delay 4,9,17
    """
    with progress() as step:
        found = read(reports, day(as_of), step, intake_of(newest, allow))
    _show(write_scenarios(found.ledger, folder, Assumed(assumed, delay)), as_json)
    fail_if_any(found.failed)


@click.command("scenarios")
@_FOLDER
@AS_OF
@KNOWN_AT
@_ASSUMED
@_DELAY
@RECORD
@_JSON
def scenarios_(  # noqa: PLR0913 - one parameter for each option
    folder: Path,
    as_of: datetime | None,
    known_at: datetime | None,
    assumed: Band | None,
    delay: Band | None,
    where: str,
    as_json: bool,
) -> None:
    """Turn the measures on record, as reviewers left them, into scenario files for monazite shock.

    \b
    Example:
      monazite record scenarios -o scenarios --as-of 2026-11-21
    """
    _show(
        write_scenarios(
            stand(place(where), day(as_of), moment(known_at)).state.ledger, folder, Assumed(assumed, delay)
        ),
        as_json,
    )


def _show(done: Written, as_json: bool) -> None:
    if as_json:
        files = [{"file": str(path), "claim": claim, "title": title} for path, claim, title in done.files]
        left_out = [{"claim": claim, "reason": reason} for claim, reason in done.left_out]
        print_json({"scenarios": files, "left_out": left_out})
        return
    for path, _, title in done.files:
        click.echo(printable(f"{path}: {title}"))
    for claim, reason in done.left_out:
        click.echo(printable(f"left out: {reason if claim in reason else f'measure {claim}: {reason}.'}"))
