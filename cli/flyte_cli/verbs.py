"""Verbs that take a noun: their commands load when they are named, and plugins may add to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte_cli.commands import LazyGroup

if TYPE_CHECKING:
    import click


class Verb(LazyGroup):
    """A group of nouns, ours and those of plugins (entry points named `verb.noun`)."""

    @property
    def plugin_owner(self) -> str:
        """The part before the dot in the names of the plugins that belong here."""
        return self.name or ""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All nouns, in order."""
        from flyte_cli.plugins import plugin_commands

        return sorted({*super().list_commands(ctx), *plugin_commands(self.plugin_owner)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Ours, else a plugin's; as a plugin that hooks it wants it."""
        from flyte_cli.plugins import hooked, load_plugin

        command = super().get_command(ctx, cmd_name) or load_plugin(self.plugin_owner, cmd_name)
        return None if command is None else hooked(self.plugin_owner, cmd_name, command)
