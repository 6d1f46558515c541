"""A group of commands some of which are loaded only when they are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from monazite.workbench.lazy import function

__all__ = ["Later"]


class Later(click.Group):
    """A group with commands that `later` names as `module:name`: none is imported to list it."""

    def __init__(self, *settings: Any, later: Mapping[str, str], **more: Any) -> None:
        super().__init__(*settings, **more)
        self.later = later

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the help."""
        return [*self.commands, *self.later]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, loaded now if it is a later one."""
        if cmd_name not in self.later:
            return self.commands.get(cmd_name)
        found: click.Command = function(self.later[cmd_name])
        return found
