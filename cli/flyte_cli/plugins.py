"""Commands of other distributions: entry points in `flyte.plugins.cli.commands`, named `verb` or `verb.noun`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

_GROUP = "flyte.plugins.cli.commands"


def plugin_commands(verb: str) -> list[str]:
    """Names that plugins add below a verb; below none, their own verbs."""
    return [name for owner, name in _entry_points() if owner == verb]


def load_plugin(verb: str, name: str) -> click.Command | None:
    """The command that a plugin adds under this name.

    Raises:
        click.ClickException: The plugin cannot be imported, or is no command.
    """
    entry_point = _entry_points().get((verb, name))
    if entry_point is None:
        return None
    try:
        command = entry_point.load()
    except Exception as error:
        raise click.ClickException(f"the plugin {entry_point.value} cannot be loaded: {error}") from error
    if not isinstance(command, click.Command):
        raise click.ClickException(f"the plugin {entry_point.value} is no click command.")
    return command


@cache
def _entry_points() -> dict[tuple[str, str], EntryPoint]:
    from importlib.metadata import entry_points

    found: dict[tuple[str, str], EntryPoint] = {}
    for entry_point in entry_points(group=_GROUP):
        verb, _, name = entry_point.name.rpartition(".")
        found[verb, name] = entry_point
    return found
