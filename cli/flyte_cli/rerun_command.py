"""The command class of `flyte rerun`: besides the command's own options it has the inputs of the run that is named."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from flyte_cli.commands import Command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flyte.protocol.tasks import Interface
    from flyte_cli.arguments.inputs import Input

_INPUTS = "flyte_cli.rerun.inputs"


class RerunCommand(Command):
    """Asks the backend for a run's inputs where they are given, or a help page is to show them.

    What is given of them is in the parameter `inputs`, as JSON values by name.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        settings = {"token_normalize_func": _with_underscores}
        super().__init__(*args, **{**kwargs, "context_settings": settings})

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The command's own parameters, and the run's inputs where they are known."""
        own = super().get_params(ctx)
        known: dict[str, Input] = ctx.meta.get(_INPUTS, {})
        taken = {_with_underscores(name) for each in own for name in each.opts}
        return [*own, *(_option(name, each, taken) for name, each in known.items())]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parses; the run is asked about first if the arguments after its name need that."""
        own = self._own_values(ctx, args)
        run_name = own.get("run_name")
        if isinstance(run_name, str) and not ctx.resilient_parsing and self._needs_inputs(ctx, args):
            interface = _interface(run_name, own.get("action_name"), own.get("project"), own.get("domain"))
            ctx.meta[_INPUTS] = {f"input_{index}": each for index, each in enumerate(_inputs(interface))}
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Collects the inputs that were given."""
        known: dict[str, Input] = ctx.meta.get(_INPUTS, {})
        values = {name: (each.name, ctx.params.pop(name)) for name, each in known.items()}
        given = {
            given_name: value
            for name, (given_name, value) in values.items()
            if ctx.get_parameter_source(name) is not ParameterSource.DEFAULT
        }
        ctx.params["inputs"] = given
        return super().invoke(ctx)

    def _own_values(self, ctx: click.Context, args: Sequence[str]) -> dict[str, Any]:
        """What the command's own options are given, and the run's name: the first argument that is none."""
        parser = self.make_parser(ctx)
        parser.ignore_unknown_options = True
        try:
            values, _, _ = parser.parse_args(list(args))
        except click.UsageError:
            return {}  # told when the arguments are parsed for good
        return values

    def _needs_inputs(self, ctx: click.Context, args: Sequence[str]) -> bool:
        known = {_with_underscores(name) for each in super().get_params(ctx) for name in each.opts}
        asks_for_help = any(name in args for name in ctx.help_option_names)
        names = (arg.partition("=")[0] for arg in args if arg.startswith("--"))
        return asks_for_help or any(_with_underscores(name) not in known for name in names)


def _interface(run_name: str, action_name: str | None, project: str | None, domain: str | None) -> Interface:
    import asyncio

    from flyte._initialize import require_backend
    from flyte._runcontext import RunOptions
    from flyte.remote._launch import fetch_source
    from flyte_cli.scope import backend

    backend(project, domain)
    _, spec = asyncio.run(fetch_source(run_name, action_name or "", RunOptions(), require_backend()))
    return spec.interface


def _inputs(interface: Interface) -> list[Input]:
    from flyte_cli.arguments.inputs import inputs_of_registered

    return [replace(each, required=False, default=None) for each in inputs_of_registered(interface)]


def _option(name: str, each: Input, taken: set[str]) -> click.Option:
    """An input as an option; `--input-x` where the command has an option `--x` of its own."""
    flag = each.name if f"--{each.name}" not in taken else f"input-{each.name}"
    declaration = f"--{flag}/--no-{flag}" if each.is_flag else f"--{flag}"
    about = each.description or f"The input {each.name}."
    if each.is_flag:
        return click.Option([name, declaration], default=None, help=about)
    return click.Option([name, declaration], type=each.shape, help=about)


def _with_underscores(name: str) -> str:
    """`--batch-size` means `--batch_size`."""
    return name[:2] + name[2:].replace("-", "_") if name.startswith("--") else name.replace("-", "_")
