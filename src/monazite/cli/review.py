"""`monazite record accept`, `reject`, `merge`, `split`, `resolve` and `correct`: reviewers' decisions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click

from monazite.cli.record import RECORD
from monazite.cli.show import print_json
from monazite.core.errors import UsageError
from monazite.ledger.claims.decisions import Kind
from monazite.workbench.reports.record import place
from monazite.workbench.reports.review import Request, decide

__all__ = ["accept_", "correct_", "merge_", "reject_", "resolve_", "split_"]

_NAMES = click.argument("names", nargs=-1, required=True, metavar="ID...")


def _signed(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that all decisions have."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Write the decision as JSON."),
        RECORD,
        click.option("--why", required=True, help="Why: the reason, the source."),
        click.option("--who", envvar="MONAZITE_WHO", required=True, help="Who decides."),
    ):
        command = option(command)
    return command


def _put(asked: Request, where: str, as_json: bool) -> None:
    decision = decide(place(where), asked, datetime.now(UTC))
    if as_json:
        print_json(decision)
    else:
        click.echo(f"on record: {decision.kind} {' '.join(asked.names)}, by {asked.who}")


def _plain(kind: Kind, help_: str) -> click.Command:
    """A decision that needs nothing but claims or quotations."""

    @click.command(kind, help=help_)
    @_NAMES
    @_signed
    def made(names: tuple[str, ...], who: str, why: str, where: str, as_json: bool) -> None:
        _put(Request(kind, names, who, why), where, as_json)

    return made


accept_ = _plain(
    "accept",
    """Accept claims as they stand, or take back that they were rejected.

    \b
    Example:
      monazite record accept c3k --who ana --why "the ministry's page says so"
    """,
)
reject_ = _plain(
    "reject",
    """Reject claims with the quotations they have now; a later report can bring them back.

    \b
    Example:
      monazite record reject c3k --who ana --why "a proposal of the opposition, not of the government"
    """,
)
merge_ = _plain(
    "merge",
    """Make two claims of one kind or more into one.

    \b
    Example:
      monazite record merge c3k c7q --who ana --why "two names of one working group"
    """,
)
split_ = _plain(
    "split",
    """Set quotations apart from the rest of their claim; `monazite record history` shows their ids.

    \b
    Example:
      monazite record split cx5 --who ana --why "this is the dialogue of 2019"
    """,
)


@click.command("resolve")
@_NAMES
@click.option("--answer", required=True, help="What holds.")
@_signed
def resolve_(names: tuple[str, ...], answer: str, who: str, why: str, where: str, as_json: bool) -> None:
    """Resolve conflicts of one type; they stay in view, with the answer.

    \b
    Example:
      monazite record resolve xd2 --answer "New Delhi" --who ana --why "photographs of the ministry"
    """
    _put(Request("resolve", names, who, why, answer=answer), where, as_json)


@click.command("correct")
@_NAMES
@click.option(
    "--set", "settings", multiple=True, required=True, metavar="FIELD=VALUE", help="Several names joined by |."
)
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day from which a status or due time holds, until a later report moves it; for all days if not given.",
)
@_signed
def correct_(names: tuple[str, ...], settings: tuple[str, ...], on: datetime | None, **signed: Any) -> None:
    """Correct fields of a commitment or measure, or say what became of a commitment.

    \b
    Example:
      monazite record correct c3k --set status=done --on 2026-03-05 --who ana --why https://example.org/minutes
      monazite record correct c3k --set "due=first half of 2027" --who ana --why "misread"
    """
    pairs = tuple((name.strip(), value.strip()) for name, _, value in (s.partition("=") for s in settings))
    if loose := [s for s in settings if "=" not in s]:
        raise UsageError(f"--set {loose[0]!r}", "has no value", "write --set FIELD=VALUE")
    where, as_json = signed.pop("where"), signed.pop("as_json")
    _put(Request("correct", names, **signed, fields=pairs, on=on.date() if on else None), where, as_json)
