"""`monazite data import`, `pull` and `remove`: a user's own data over the shipped tables."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from monazite.cli.data import DATA
from monazite.cli.show import print_json, progress
from monazite.cli.table import print_table
from monazite.core.errors import UsageError
from monazite.core.text import printable
from monazite.workbench.imports import (
    KINDS,
    SOURCES,
    Imported,
    Wanted,
    import_data,
    pull_data,
    remove_data,
    reporters_of,
)

__all__ = ["import_", "pull", "remove"]

_Command = Callable[..., Any]
_JSON = click.option("--json", "as_json", is_flag=True, help="Write everything as JSON.")
_CODES = click.option("--codes", default="", help="Take only these HS codes, joined by commas.")


@click.command("import")
@click.argument("kind", type=click.Choice(sorted(KINDS)))
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@_CODES
@DATA
@_JSON
def import_(kind: str, files: tuple[Path, ...], codes: str, data: Path | None, as_json: bool) -> None:
    """Bring FILES of a publisher into your own data, and see what changes.

    Nothing changes unless every row holds the table's schema.

    \b
    Example:
      monazite data import baci BACI_HS92_V202601.zip
    """
    with progress() as tell:
        found = import_data(kind, files, data, _codes(codes), tell)
    _show(found, as_json)


@click.command("pull")
@click.argument("source", type=click.Choice(sorted(SOURCES)))
@click.option("--url", default="", help="Ask this address instead of the publisher's.")
@click.option("--sha256", default="", help="Refuse a file with another checksum.")
@click.option(
    "--edition",
    type=click.Choice(["92", "96", "02", "07", "12", "17", "22"]),
    default="92",
    show_default=True,
    help="baci: edition of the Harmonized System.",
)
@click.option("--release", default="202601", show_default=True, help="baci: release.")
@click.option("--reporters", default="", help="comtrade: who reports, countries or coalitions joined by commas.")
@click.option("--years", default="", help="comtrade: years, as 2023,2024 or 2020-2024.")
@_CODES
@DATA
@_JSON
def pull(source: str, codes: str, data: Path | None, as_json: bool, **asked: str) -> None:
    """Fetch what SOURCE publishes and import it; comtrade needs your key in the variable COMTRADE_KEY.

    \b
    Example:
      monazite data pull baci --edition 22
    """
    wanted = Wanted(
        asked["url"],
        asked["sha256"],
        asked["edition"],
        asked["release"],
        _codes(codes),
        reporters_of(asked["reporters"]) if asked["reporters"] else (),
        _years(asked["years"]),
        os.environ.get("COMTRADE_KEY", "") if source == "comtrade" else "",
    )
    with progress() as tell:
        found = pull_data(source, wanted, data, tell)
    _show(found, as_json)


@click.command("remove")
@click.argument("part")
@DATA
def remove(part: str, data: Path | None) -> None:
    """Take PART out of your own data; `monazite data list` names the parts.

    \b
    Example:
      monazite data remove baci-hs92-1995-2024
    """
    removed = remove_data(part, data)
    tables = ", ".join(f"{p.count:,} rows of {p.table}" for p in removed.pieces if p.table != "sources")
    click.echo(printable(f"removed {part}: {tables}"))


def _show(found: Imported, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    click.echo(printable(f"imported {found.part}: {found.source.publisher}, {found.source.title}"))
    for change in found.changes:
        click.echo(
            f"{change.table}: {change.added:,} rows added, {change.replaced:,} replaced, "
            f"{change.changed:,} of them with other figures, {change.gone:,} gone"
        )
        if change.years and change.years[0].year:
            totals = (f"{change.figure} before, {change.unit}", "after") if change.unit else ()
            rows = (
                (str(y.year), f"{y.rows_before:,}", f"{y.rows_after:,}")
                + ((_figure(y.total_before), _figure(y.total_after)) if change.unit else ())
                for y in change.years
            )
            print_table("", ("year", "rows before", "after", *totals), rows)
        if change.largest:
            rows = (("  ".join(x.key), _figure(x.before), _figure(x.after)) for x in change.largest)
            print_table(f"Largest changes of {change.figure}", ("row", "before", "after"), rows)
    for note in found.notes:
        click.echo(printable(f"left out: {note}"))


def _figure(value: float | None) -> str:
    return "no figure" if value is None else f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"


def _codes(text: str) -> frozenset[str]:
    codes = [c.strip() for c in text.split(",") if c.strip()]
    if wrong := [c for c in codes if not re.fullmatch(r"\d{6}", c)]:
        raise UsageError("--codes", f"{', '.join(wrong)} is no code of six digits", "give codes as 850511,280530")
    return frozenset(codes)


def _years(text: str) -> tuple[int, ...]:
    years: set[int] = set()
    for part in (p.strip() for p in text.split(",") if p.strip()):
        span = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", part)
        if not span or int(span[2] or span[1]) < int(span[1]):
            raise UsageError(
                "--years", f"{part!r} is no year and no span of years", "give years as 2023,2024 or 2020-2024"
            )
        years |= set(range(int(span[1]), int(span[2] or span[1]) + 1))
    return tuple(sorted(years))
