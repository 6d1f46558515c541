"""`monazite mcp`: the workbench for an AI assistant that starts it."""

from __future__ import annotations

from pathlib import Path

import click

from monazite.cli.record import RECORD
from monazite.core.errors import UsageError
from monazite.workbench.lazy import function

__all__ = ["command"]


@click.command("mcp")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where jobs are kept; beside the record if not given.",
)
@RECORD
def command(folder: Path | None, where: str) -> None:
    """Speak the Model Context Protocol on stdin and stdout: name this command in your assistant's settings.

    The assistant can ask what a person can, each answer with its sources and limits. It decides nothing.

    \b
    Example:
      monazite mcp --record team.sqlite
    """
    try:
        made = function("monazite.web.settings:settings")(where, folder)
        run = function("monazite.web.assistants:run_stdio")
    except ImportError as error:
        raise UsageError("mcp", f"{error.name} is missing", "run: pip install 'monazite[web]'") from error
    run(made)
