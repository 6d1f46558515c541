"""`monazite serve`: the workbench in a browser, for programs and for assistants."""

from __future__ import annotations

from pathlib import Path

import click

from monazite.cli.record import RECORD
from monazite.core.errors import UsageError
from monazite.workbench.lazy import function

__all__ = ["command"]


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; another needs a token.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port; 0 for any free one."
)
@click.option("--token", envvar="MONAZITE_TOKEN", default="", help="What callers must show; better set MONAZITE_TOKEN.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where jobs, scenarios and lists are kept; beside the record if not given.",
)
@click.option("--name", "names", multiple=True, help="Another host name it goes by; more than one may be given.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that answer.")
@click.option("--check", is_flag=True, help="Only see whether it could be served, and where.")
@RECORD
def command(  # noqa: PLR0913 - one parameter for each option
    host: str, port: int, token: str, folder: Path | None, names: tuple[str, ...], workers: int, check: bool, where: str
) -> None:
    """Open the workbench at http://127.0.0.1:8000: pages, REST below /api/v1 (described at /docs), MCP at /mcp.

    Nothing leaves this machine and nobody else can reach it, unless --host says so; then a token is asked for.

    \b
    Example:
      monazite serve
      monazite serve --port 8080 --record team.sqlite
      monazite serve --workers 4
    """
    try:
        made = function("monazite.web.settings:settings")(where, folder, host, port, token, names)
        run = function("monazite.web.run:run")
    except ImportError as error:
        raise UsageError("serve", f"{error.name} is missing", "run: pip install 'monazite[web]'") from error
    run(made, lambda message: click.echo(message, err=True), workers, check)
