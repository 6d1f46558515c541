"""The options that write a picture to files in place of what a command shows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path
from typing import Any

import click

from monazite.cli.show import progress
from monazite.core.errors import UsageError
from monazite.core.pictures import DE_FACTO, KINDS, VIEWS
from monazite.workbench.lazy import function

__all__ = ["boundaries_option", "picture_options"]

_FILE = click.Path(path_type=Path, dir_okay=False)

boundaries_option = click.option(
    "--boundaries",
    type=click.Choice(tuple(VIEWS), case_sensitive=False),
    default=DE_FACTO,
    show_default=True,
    help="How maps draw disputed ones: as governed, without lines, or as a country claims.",
)


def picture_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command with a buyer, minerals and a year the options for a picture, which then takes its place."""

    @click.option("--picture", "kind", type=click.Choice(KINDS), help="What to draw; suppliers if not given.")
    @click.option("--png", type=_FILE, metavar="FILE", help="Write a picture as PNG, its table beside it as CSV.")
    @click.option("--svg", type=_FILE, metavar="FILE", help="The same as SVG.")
    @click.option("--html", type=_FILE, metavar="FILE", help="The same as a page with the table in it.")
    @click.option("--pdf", type=_FILE, metavar="FILE", help="The same page as PDF (needs a browser).")
    @boundaries_option
    @wraps(command)
    def with_picture(kind: str | None, boundaries: str, **given: Any) -> None:
        named = {f".{ending}": given.pop(ending) for ending in ("png", "svg", "html", "pdf")}
        files = {ending: file for ending, file in named.items() if file}
        if not files:
            if kind:
                raise UsageError(f"--picture {kind}", "no file is named for it", "add --png, --svg, --html or --pdf")
            command(**given)
            return
        for ending, file in files.items():
            if file.suffix.lower() != ending:
                raise UsageError(str(file), f"--{ending[1:]} writes another format", f"let it end in {ending}")
        if more := [name for name, value in given.items() if value and name not in ("buyer", "minerals", "year")]:
            spelt = {p.name: p.opts[0] for p in click.get_current_context().command.params}
            options = ", ".join(spelt[name] for name in more)
            raise UsageError("a picture", f"{options} was asked for too", "ask for one at a time")
        with progress() as step:
            what = (given["buyer"], given["minerals"], given["year"], kind or KINDS[0])
            sheet = partial(function("monazite.workbench.pictures:exposure_sheet"), *what, step, boundaries)
            written = function("monazite.workbench.pictures:write_pictures")(sheet, tuple(files.values()), step)
        for file in written:
            click.echo(f"{file}: {file.stat().st_size / 1000:,.0f} kB")

    return with_picture
