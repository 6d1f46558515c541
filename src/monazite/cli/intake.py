"""The options of commands that take reports: where these are and how they are taken in."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any, TypeVar

import click

from monazite.core.errors import UsageError
from monazite.workbench.reports.read import Intake

__all__ = ["intake_of", "takes_reports", "words_of"]

Command = TypeVar("Command", bound=Callable[..., Any])
_NEWEST = Intake().newest


def takes_reports(command: Command) -> Command:
    """The argument REPORTS and its options, for a command that hands them to `intake_of`."""
    for part in (
        click.option(
            "--allow", multiple=True, metavar="IP", help="An address that may be asked though it is not public."
        ),
        click.option(
            "--newest", type=click.IntRange(1, 1000), default=_NEWEST, show_default=True, help="Entries of a feed."
        ),
        click.argument("reports", nargs=-1, required=True),
    ):
        command = part(command)
    return command


def intake_of(newest: int, allow: tuple[str, ...]) -> Intake:
    """How reports are taken in, as asked on the command line."""
    for address in allow:
        try:
            ipaddress.ip_address(address)
        except ValueError:
            raise UsageError("--allow", f"{address!r} is no IP address", "give one, as 127.0.0.1") from None
    return Intake(newest, frozenset(allow))


def words_of(newest: int, allow: tuple[str, ...]) -> list[str]:
    """The options as words of a command, where they are not the usual ones."""
    words = ["--newest", str(newest)] if newest != _NEWEST else []
    return words + [word for address in allow for word in ("--allow", address)]
