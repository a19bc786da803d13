"""The commands and groups that every verb is made of.

They are click's own classes with four habits: flags also take a value (`--debug true`), names that are nearly right get
a suggestion, sub-commands load when they are named, and rich loads only for a help page on a terminal.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from click.shell_completion import CompletionItem

_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})


class Command(click.Command):
    """A command of this program."""

    def get_help(self, ctx: click.Context) -> str:
        """The help page: drawn by rich on a terminal, plain elsewhere."""
        if not _is_terminal():
            return super().get_help(ctx)
        from flyte_cli.help import render

        return render(self, ctx)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parses as click does, after flags that were given a value are plain flags again."""
        return super().parse_args(ctx, without_flag_values(self, ctx, args))


class Group(Command, click.Group):
    """A command with sub-commands."""

    command_class = Command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Named alone, a group shows its help page."""
        if not args and self.no_args_is_help and not ctx.resilient_parsing:
            click.echo(ctx.get_help(), color=ctx.color)
            ctx.exit()
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """What a shell offers here: names and options. What cannot be loaded or asked for offers nothing."""
        from flyte_cli.completion import offered

        return offered(ctx, lambda: super(Group, self).shell_complete(ctx, incomplete))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The sub-command that is named first, or an error that names those near to it."""
        name = args[0]
        if (command := self.get_command(ctx, name)) is not None:
            return name, command, args[1:]
        if name.startswith("-"):
            return super().resolve_command(ctx, args)
        raise self.no_such_command(ctx, name)

    def no_such_command(self, ctx: click.Context, name: str) -> click.UsageError:
        """What to tell about a name that is no sub-command."""
        from flyte_cli.absent import ABSENT
        from flyte_cli.near import did_you_mean, listed

        known = self.list_commands(ctx)
        words = f"{ctx.command_path} {name}".partition(" ")[2]
        if words in ABSENT:
            return click.UsageError(f"There is no `flyte {words}` here. {ABSENT[words]}", ctx=ctx)
        hint = did_you_mean(name, known) or f" There are: {listed(known)}."
        return click.UsageError(f"No such command {name!r}.{hint}", ctx=ctx)


class LazyGroup(Group):
    """A group whose commands are imported when they are named.

    Args:
        commands: By name, where the command is: `module:attribute`.
    """

    def __init__(self, *args: Any, lazy: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lazy = dict(lazy or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in order."""
        return sorted({*super().list_commands(ctx), *self._lazy})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if (place := self._lazy.get(cmd_name)) is None:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = place.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


def _is_terminal() -> bool:
    return sys.stdout.isatty() or bool(os.environ.get("FORCE_COLOR"))


def without_flag_values(command: click.Command, ctx: click.Context, args: Sequence[str]) -> list[str]:
    """`--flag true` and `--flag=no` as the flags that they mean: `--flag`, `--no-flag` or nothing."""
    on, off, valued = _option_names(command, ctx)
    result: list[str] = []
    rest = list(args)
    while rest:
        token = rest.pop(0)
        name, has_value, value = token.partition("=")
        key = _normal(ctx, name)
        if token == "--" or (not token.startswith("-") and not ctx.allow_interspersed_args):  # noqa: S105 - no password
            return [*result, token, *rest]
        if key in on:
            if not has_value and rest and rest[0].lower() in _TRUE | _FALSE:
                value, has_value = rest.pop(0), "="
            result += _flag(name, value, on[key], off) if has_value else [token]
        else:
            result.append(token)
            if key in valued and not has_value and rest:
                result.append(rest.pop(0))
    return result


def _option_names(
    command: click.Command, ctx: click.Context
) -> tuple[dict[str, click.Option], dict[str, str], set[str]]:
    """Names of flags with their options, their opposites by the option's own name, and names that take a value."""
    on: dict[str, click.Option] = {}
    off: dict[str, str] = {}
    valued: set[str] = set()
    for option in command.get_params(ctx):
        if not isinstance(option, click.Option) or option.count:
            continue
        names = {_normal(ctx, name) for name in option.opts}
        if not option.is_bool_flag:
            valued |= names
        elif not option.is_eager:
            on |= dict.fromkeys(names, option)
            if option.secondary_opts and option.name:
                off[option.name] = option.secondary_opts[0]
    return on, off, valued


def _flag(name: str, value: str, option: click.Option, off: Mapping[str, str]) -> list[str]:
    if value.lower() in _TRUE:
        return [name]
    if value.lower() in _FALSE:
        return [off[option.name]] if option.name in off else []
    raise click.BadOptionUsage(
        name, f"Invalid value for {name!r}: {value!r} is not a valid boolean: write true or false."
    )


def _normal(ctx: click.Context, name: str) -> str:
    if ctx.token_normalize_func is None or not name.startswith("--"):
        return name
    return "--" + ctx.token_normalize_func(name[2:])
