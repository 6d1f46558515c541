"""`monazite record`: reports and reviewers' decisions on record, and what stands by them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import click

from monazite.cli.intake import intake_of, takes_reports
from monazite.cli.later import Later
from monazite.cli.ledger import print_ledger
from monazite.cli.show import fail_if_any, print_json, progress
from monazite.cli.table import print_table
from monazite.ledger.claims.life import STAGES
from monazite.ledger.contract import headline, to_json
from monazite.ledger.values import Window
from monazite.workbench.reports.record import Adding, changed, due, place, stand
from monazite.workbench.reports.record import add as add_reports
from monazite.workbench.reports.review import find_claim

__all__ = ["AS_OF", "KNOWN_AT", "RECORD", "command", "day", "moment"]

RECORD = click.option(
    "--record",
    "where",
    envvar="MONAZITE_RECORD",
    default="",
    metavar="PATH|URL",
    help="The record: a file, or postgresql://USER:PASSWORD@HOST/NAME; by default record.sqlite in your data folder.",
)
AS_OF = click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="State on this day; today if not given.")
_MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f"])
KNOWN_AT = click.option(
    "--known-at",
    type=_MOMENT,
    help="By what was on record at this moment (UTC; a day means its end); now if not given.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Write everything as JSON.")
# what decides and what writes files
_ELSEWHERE = {
    "review": ("accept", "reject", "merge", "split", "resolve", "correct"),
    "scenarios": ("scenarios",),
    "record_files": ("calendar", "export", "import", "verify"),
}
_LATER = {name: f"monazite.cli.{module}:{name}_" for module, names in _ELSEWHERE.items() for name in names}


def day(given: datetime | None) -> date:
    """The day given, or today."""
    return given.date() if given else date.today()


def moment(given: datetime | None) -> datetime | None:
    """The moment given, in UTC; the end of the day where only a day is given."""
    whole = given is not None and given.time() == time()
    return (given + timedelta(1, microseconds=-1) if whole else given).replace(tzinfo=UTC) if given else None


@click.group("record", cls=Later, later=_LATER)
def command() -> None:
    """Keep reports on record, review their claims, and see what stands, what changed and what is due.

    \b
    Example:
      monazite record add examples/reports/*.txt --who ana
      monazite record show --as-of 2026-11-21
    """


@command.command("add")
@takes_reports
@click.option("--who", envvar="MONAZITE_WHO", default="", help="Who adds them.")
@click.option("--again", is_flag=True, help="Read those on record again, after the reader has changed.")
@RECORD
@_JSON
def add(reports: tuple[str, ...], where: str, as_json: bool, **asked: Any) -> None:
    """Read REPORTS (files, folders or http(s) addresses) and put them on record.

    \b
    Example:
      monazite record add examples/reports/*.txt --who ana
    """
    adding = Adding(asked["who"], datetime.now(UTC), asked["again"], intake_of(asked["newest"], asked["allow"]))
    with progress() as step:
        found = add_reports(place(where), reports, adding, step)
    if as_json:
        print_json(found)
    else:
        changed = f", {len(found.again)} read in another way now" if found.again else ""
        click.echo(f"{len(found.new)} new, {len(found.known)} on record before{changed}: {found.record}")
    fail_if_any(found.failed)


@command.command("show")
@AS_OF
@KNOWN_AT
@RECORD
@_JSON
def show(as_of: datetime | None, known_at: datetime | None, where: str, as_json: bool) -> None:
    """Show what stands on a day: claims, conflicts, and what reviewers decided.

    \b
    Example:
      monazite record show --as-of 2026-11-21 --known-at 2026-02-01
    """
    found = stand(place(where), day(as_of), moment(known_at))
    state = found.state
    if as_json:
        reviews = {"quotations": dict(state.quotations), "decisions": dict(state.decisions), "lost": found.lost}
        print_json(to_json(state.ledger) | reviews)
        return
    print_ledger(state.ledger)
    lines = [
        (str(d.at.date()), d.who, d.kind, _of(d.quotations), "nothing on record" if d in found.lost else "", d.why)
        for d in found.decisions
    ]
    if lines:
        print_table("What reviewers decided", ("on", "who", "what", "of", "", "why"), lines)


def _of(quotations: tuple[str, ...]) -> str:
    return quotations[0] + (f" and {len(quotations) - 1} more" if len(quotations) > 1 else "")


@command.command("changes")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="What the reports tell of the days after this one.")
@click.option("--added-since", type=_MOMENT, help="What came on record after this moment (UTC).")
@AS_OF
@RECORD
@_JSON
def changes(
    since: datetime | None, added_since: datetime | None, as_of: datetime | None, where: str, as_json: bool
) -> None:
    """Show what is new, confirmed, contradicted, moved or fallen due since a day.

    \b
    Example:
      monazite record changes --since 2026-01-01 --as-of 2026-11-21
    """
    if (since is None) == (added_since is None):
        raise click.UsageError("give --since or --added-since, one of the two")
    found = changed(place(where), day(since), day(as_of), moment(added_since))
    if as_json:
        print_json(found)
    else:
        header = ("what", "id", "claim", "how")
        print_table("What changed", header, ((c.kind, c.claim, c.headline, c.detail) for c in found))


@command.command("due")
@click.option("--within", default="30d", show_default=True, help="How far ahead: 30d, 6w.")
@AS_OF
@RECORD
@_JSON
def due_(within: str, as_of: datetime | None, where: str, as_json: bool) -> None:
    """Show what is overdue and what falls due next.

    \b
    Example:
      monazite record due --within 60d --as-of 2026-11-21
    """
    match = re.fullmatch(r"(\d{1,4})\s*([dw])", within)
    if match is None:
        raise click.BadParameter(f"{within!r} is no time; write 30d or 6w", param_hint="--within")
    span = timedelta(int(match[1]) * (7 if match[2] == "w" else 1))
    found = due(place(where), day(as_of), span)
    if as_json:
        print_json(found)
    else:
        rows = ((c.id, ", ".join(c.actors), c.object, *_when(c.due), c.status, c.standing) for c in found)
        print_table("Due", ("id", "who", "what", "by", "in words", "status", "standing"), rows)


def _when(window: Window | None) -> tuple[str, str]:
    return (str(window.end or ""), window.text) if window else ("", "")


@command.command("history")
@click.argument("claim")
@AS_OF
@KNOWN_AT
@RECORD
@_JSON
def history(claim: str, as_of: datetime | None, known_at: datetime | None, where: str, as_json: bool) -> None:
    """Show who said what of CLAIM (an id, or its beginning) and when, and what reviewers decided of it.

    \b
    Example:
      monazite record history c3k
    """
    state = stand(place(where), day(as_of), moment(known_at)).state
    found = find_claim(state, claim)
    moments, decisions = state.histories[found.id], state.decisions.get(found.id, ())
    if as_json:
        print_json({"claim": found, "history": moments, "decisions": decisions})
        return
    lines = (
        (
            str(m.on or "no date"),
            m.id or "(reviewer)",
            m.source,
            STAGES.get(m.status, m.status),
            m.due.text if m.due else "",
            m.evidence.text if m.evidence else m.why,
        )
        for m in moments
    )
    print_table(f"{found.id}: {headline(found)}", ("on", "id", "source", "says", "when", "in words"), lines)
    if decisions:
        told = ((str(d.at.date()), d.who, d.kind, d.why) for d in decisions)
        print_table("What reviewers decided", ("on", "who", "what", "why"), told)
