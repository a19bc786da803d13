"""The command of one task: its inputs are the options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from flyte_cli.arguments.inputs import ABSENT, Input
from flyte_cli.choices import KeyValue
from flyte_cli.commands import Command
from flyte_cli.run.options import RunOptions, misplaced

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_ALSO_HERE = "_flyte_"
"""Begins the names of options of `flyte run` that are understood after the task too, in the order of Flyte's guide."""


class _Shown:
    """A default on the help page; the task applies the real one itself."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text


class TaskCommand(Command):
    """Reads a task's inputs and hands them to `launch`.

    Args:
        inputs: The task's inputs.
        launch: Runs the task with the values given and the options of `flyte run`; gives the exit code.
        may_be_local: Whether `--local` is one of the options of `flyte run` that are understood here too.
    """

    def __init__(
        self,
        name: str,
        inputs: Sequence[Input],
        launch: Callable[[dict[str, Any], RunOptions], int],
        *,
        about: str = "",
        may_be_local: bool = True,
    ) -> None:
        self._inputs = {each.name: each for each in inputs}
        self._launch = launch
        params: list[click.Parameter] = [_option(each) for each in inputs]
        params += [option for option in _of_run(may_be_local=may_be_local) if not self._takes(option)]
        super().__init__(name, params=params, help=about, context_settings={"token_normalize_func": _with_underscores})

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parses; an option of `flyte run` in the wrong place is told apart from an unknown one."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            raise misplaced(ctx, error) or error from None

    def invoke(self, ctx: click.Context) -> int:
        """Runs the task with the arguments that were given."""
        here = {name: ctx.params.pop(name) for name in list(ctx.params) if name.startswith(_ALSO_HERE)}
        options = RunOptions.current(ctx).with_these(
            {name.removeprefix(_ALSO_HERE): each for name, each in here.items()}
        )
        given: dict[str, Any] = {}
        for name, value in ctx.params.items():
            source = ctx.get_parameter_source(name)
            if source is not click.core.ParameterSource.DEFAULT:
                given[name] = value
            elif (absent := self._inputs[name].absent) is not ABSENT:
                given[name] = absent
        return self._launch(given, options)

    def _takes(self, option: click.Option) -> bool:
        """Whether the task has an input of that name, which wins."""
        return (option.name or "").removeprefix(_ALSO_HERE) in self._inputs


def _of_run(*, may_be_local: bool) -> list[click.Option]:
    local = [click.Option([f"{_ALSO_HERE}local", "--local"], is_flag=True, hidden=True)] if may_be_local else []
    return [
        *local,
        click.Option([f"{_ALSO_HERE}env", "-e", "--env"], multiple=True, type=KeyValue(), hidden=True),
        click.Option([f"{_ALSO_HERE}label", "--label"], multiple=True, type=KeyValue(), hidden=True),
        click.Option([f"{_ALSO_HERE}follow", "-f", "--follow"], is_flag=True, hidden=True),
        click.Option([f"{_ALSO_HERE}detach", "--detach"], is_flag=True, hidden=True),
    ]


def _option(each: Input) -> click.Option:
    settings: dict[str, Any] = {"help": each.description or None, "show_default": True}
    if each.is_flag:
        declarations = [each.name, f"--{each.name}/--no-{each.name}"]
        default = each.default == "True" if each.default in {"True", "False"} else each.default == "true"
        settings |= {"default": default, "show_default": each.default is not None}
        return click.Option(declarations, **settings)
    if each.default is not None:
        settings["default"] = _Shown(each.default)
    return click.Option([each.name, f"--{each.name}"], type=each.shape, required=each.required, **settings)


def _with_underscores(name: str) -> str:
    """`--batch-size` means `--batch_size`."""
    return name.replace("-", "_")


def about_task(description: str, full_name: str) -> str:
    """The text of a task's help page."""
    return description.strip() or f"Run the task {full_name}."
