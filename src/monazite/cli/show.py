"""How commands show things: JSON on stdout, messages and progress on stderr."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click
import msgspec

from monazite.core.jsonable import jsonable
from monazite.core.text import band, printable
from monazite.core.values import Progress

if TYPE_CHECKING:
    from monazite.simulation.values import MarketOutcome, Parameter
    from monazite.simulation.weekly.outcome import WeeklyOutcome

__all__ = ["band", "fail_if_any", "print_grounds", "print_json", "print_parameters", "progress"]


def print_json(value: Any) -> None:
    """Write a value as JSON."""
    # the standard library indents in Python, ten times as slow as it encodes
    click.echo(msgspec.json.format(json.dumps(jsonable(value), ensure_ascii=False), indent=2))


def print_parameters(parameters: Iterable[Parameter]) -> None:
    """A line for each parameter of a model: its range and where it is from."""
    for p in parameters:
        b = p.band
        click.echo(f"parameter {p.name}: {p.unit}, {b.low:g} to {b.high:g}, centre {b.mid:g} ({p.source})")


def print_grounds(outcome: MarketOutcome | WeeklyOutcome) -> None:
    """What an outcome rests on: assumptions, parameters, draws and sources."""
    for line in outcome.assumptions:
        click.echo(f"assumption: {line}")
    print_parameters(outcome.parameters)
    click.echo(
        f"{outcome.draws} draws, seed {outcome.seed}, largest residual {outcome.residual_share:.0e}; "
        f"sources: {', '.join(outcome.sources)} (monazite data show sources)\n"
    )


def fail_if_any(failed: Iterable[tuple[str, str]]) -> None:
    """Name what could not be done on stderr; exit 1 if there was any."""
    reasons = [reason for _, reason in failed]
    for reason in reasons:
        click.echo(printable(f"error: {reason}"), err=True)
    if reasons:
        raise click.exceptions.Exit(1)


@contextmanager
def progress() -> Iterator[Progress]:
    """Show steps on stderr as they come: one changing line for a person, a line each for a log."""
    started = time.monotonic()
    if not sys.stderr.isatty():
        yield lambda message: click.echo(f"{time.monotonic() - started:6.1f} s  {printable(message)}", err=True)
        return
    clear = "\r\x1b[2K"
    try:
        yield lambda message: click.echo(f"{clear}{printable(message)[:100]} ...", err=True, nl=False)
    finally:
        click.echo(clear, err=True, nl=False)
