"""The `monazite` command: its subcommands by name, loaded only when they are called."""

from __future__ import annotations

import sys

import click

from monazite import __version__
from monazite.cli.later import Later
from monazite.core.errors import MonaziteError
from monazite.core.text import printable

__all__ = ["COMMANDS", "cli", "main"]

COMMANDS = {
    "brief": "Reports in, one sourced brief out: the main job.",
    "read": "What reports say, claim by claim, and where they disagree.",
    "record": "Reports, claims and reviewers' decisions kept on record, where nobody can alter them unseen.",
    "exposure": "Whom a country or coalition depends on for a mineral.",
    "stakes": "What an industry or a programme would miss first.",
    "indicators": "An indicator for every mineral, country and year, as a file.",
    "scenarios": "The measures reports tell of, as scenario files with evidence and assumptions.",
    "shock": "What a disruption does: the year's trade, the chain week by week, industries, programmes.",
    "ensemble": "A disruption at many points of all assumptions, in a file, and which of them matters most.",
    "plan": "What partners should buy ahead of a disruption, alone and together, and who pays.",
    "backtest": "The market model held against past disruptions, and what simple rules say of them.",
    "serve": "The workbench in a browser, for programs (REST) and for assistants (MCP).",
    "mcp": "The workbench for an AI assistant that starts it.",
    "data": "The reference tables: what they hold, where publishers differ; import newer data.",
}
"""What each command does, in a line; `--help` shows these without loading any of them."""


class _Described(Later):
    """A group whose help says what each command does without loading any."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=_Described,
    later={name: f"monazite.cli.{name}:command" for name in COMMANDS},
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="monazite")
def cli() -> None:
    """Monazite: an open workbench for economic security.

    It reads what governments and the press announce, shows who depends on whom for which mineral at which stage, and
    plays a disruption through the market and, week by week, through the chain and the industries behind it. Every
    figure has its source.

    \b
    Example:
      monazite brief examples/reports/*.txt --as-of 2026-11-21 -o brief.html
    """


def show(message: str) -> None:
    """Write a message on stderr; what a file or a report put into it cannot steer the terminal."""
    click.echo(printable(message), err=True)


def main() -> None:
    """Run the command line: exit 0 done, 1 a stated failure, 2 wrong usage."""
    try:
        code = cli(prog_name="monazite", standalone_mode=False)
    except MonaziteError as error:
        show(f"error: {error}")
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(130)
    except FileNotFoundError as error:
        show(f"error: {error.filename or error}: is missing. If it came with Monazite, install Monazite again.")
        sys.exit(1)
    except OSError as error:
        show(f"error: output: {error.strerror or error}. Write to a place with room.")
        sys.exit(1)
    else:
        # Without its standalone mode click hands back the code of a command that left early.
        sys.exit(code if isinstance(code, int) else 0)
