"""Help pages through rich-click. Loaded for a help page alone: rich costs more than the rest of the command line."""

from __future__ import annotations

from typing import Any

import click
from rich_click import RichCommand, RichContext, RichGroup, RichHelpConfiguration

_CONFIGURATION = RichHelpConfiguration(
    text_markup=None,
    options_table_column_types=["required", "opt_short", "opt_long_metavar", "help"],
    show_arguments=True,
    style_options_panel_border="dim",
    style_commands_panel_border="dim",
)


class _GroupPage(RichGroup):
    """A group for the page only: its commands are those of the real one."""

    shown: click.Group

    def list_commands(self, ctx: click.Context) -> list[str]:
        return self.shown.list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return self.shown.get_command(ctx, cmd_name)


def render(command: click.Command, ctx: click.Context) -> str:
    """The help page of a command, in colour where the terminal has it."""
    page = _page(command)
    page_ctx = RichContext(page, info_name=ctx.info_name, parent=ctx.parent, rich_help_config=_CONFIGURATION)
    page_ctx.params = ctx.params
    return page.get_help(page_ctx).rstrip("\n")


def _page(command: click.Command) -> RichCommand:
    about: dict[str, Any] = {
        "name": command.name,
        "params": command.params,
        "help": command.help,
        "epilog": command.epilog,
        "context_settings": {"help_option_names": ["--help"]},
    }
    if not isinstance(command, click.Group):
        return RichCommand(**about)
    group = _GroupPage(subcommand_metavar=command.subcommand_metavar, **about)
    group.shown = command
    return group
