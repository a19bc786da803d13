"""What other distributions add: entry points named `verb` or `verb.noun`.

In `flyte.plugins.cli.commands` each is a command; in `flyte.plugins.cli.hooks` a function that takes the command of
that name, ours or a plugin's, and gives the one to use.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

_COMMANDS = "flyte.plugins.cli.commands"
_HOOKS = "flyte.plugins.cli.hooks"


def plugin_commands(verb: str) -> list[str]:
    """Names that plugins add below a verb; below none, their own verbs."""
    return [name for owner, name in _entry_points(_COMMANDS) if owner == verb]


def load_plugin(verb: str, name: str) -> click.Command | None:
    """The command that a plugin adds under this name. One that cannot be used is a command that says so."""
    entry_point = _entry_points(_COMMANDS).get((verb, name))
    if entry_point is None:
        return None
    try:
        return _command(entry_point, _loaded(entry_point))
    except click.ClickException as error:
        return _unusable(name, error)


def hooked(verb: str, name: str, command: click.Command) -> click.Command:
    """The command as the plugin that hooks it wants it; the same where none does."""
    entry_point = _entry_points(_HOOKS).get((verb, name))
    if entry_point is None:
        return command
    try:
        return _command(entry_point, _hooked(entry_point, command))
    except click.ClickException as error:
        return _unusable(name, error)


def _unusable(name: str, error: click.ClickException) -> click.Command:
    """Fails when it is called, and not where it is only listed."""

    def refuse() -> NoReturn:
        raise error

    anything = {"ignore_unknown_options": True, "allow_extra_args": True}
    return click.Command(name, callback=refuse, help=f"Cannot be used: {error}", context_settings=anything)


def _hooked(entry_point: EntryPoint, command: click.Command) -> Any:
    hook = _loaded(entry_point)
    try:
        return hook(command)
    except Exception as error:
        raise click.ClickException(f"the hook {entry_point.value} failed: {error}") from error


def _loaded(entry_point: EntryPoint) -> Any:
    try:
        return entry_point.load()
    except Exception as error:
        raise click.ClickException(f"the plugin {entry_point.value} cannot be loaded: {error}") from error


def _command(entry_point: EntryPoint, found: Any) -> click.Command:
    if not isinstance(found, click.Command):
        raise click.ClickException(f"the plugin {entry_point.value} is no click command.")
    return found


@cache
def _entry_points(group: str) -> dict[tuple[str, str], EntryPoint]:
    from importlib.metadata import entry_points

    found: dict[tuple[str, str], EntryPoint] = {}
    for entry_point in entry_points(group=group):
        verb, _, name = entry_point.name.rpartition(".")
        found[verb, name] = entry_point
    return found
