"""`flyte run FILE …`: the tasks of a file."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from flyte_cli.files import FileGroup, NamesFiles
from flyte_cli.run.options import RunOptions, misplaced
from flyte_cli.scope import scope_parameters

if TYPE_CHECKING:
    from pathlib import Path

    from flyte._task import TaskTemplate


class RunFiles(NamesFiles):
    """Files and folders after `flyte run`."""

    def file_group(self, path: Path) -> click.Group:
        """The tasks of a file."""
        return TasksOfFile(path, RunOptions.current(click.get_current_context()))

    def folder_group(self, path: Path) -> click.Group:
        """The files of a folder."""
        return RunFolder(path)


class RunFolder(RunFiles):
    """The files of one folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(name=folder.name, help=f"The Python files in {folder}.", subcommand_metavar="FILE TASK")
        self.folder = folder


class TasksOfFile(FileGroup):
    """The tasks of one file, by the variables that hold them."""

    def __init__(self, path: Path, options: RunOptions) -> None:
        super().__init__(
            path,
            options,
            help=f"The tasks in {path}.",
            subcommand_metavar="TASK [ARGUMENTS]…",
            params=[
                *scope_parameters(),
                click.Option(["--local"], is_flag=True, help="Run here, in this process, without a backend."),
            ],
            callback=_show_tasks,
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parses; an option of `flyte run` in the wrong place is told apart from an unknown one."""
        try:
            rest = super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            raise misplaced(ctx, error) or error from None
        self._code_options = RunOptions.current(ctx).with_these(ctx.params)
        self._code_options.put_into(ctx)
        return rest

    @property
    def is_local(self) -> bool:
        """Whether the task is to run here, as said before the file or after it."""
        ctx = click.get_current_context()
        return RunOptions.current(ctx).local or bool(ctx.params.get("local"))

    @cached_property
    def _tasks(self) -> dict[str, TaskTemplate[Any, Any]]:
        from flyte._task import TaskTemplate
        from flyte_cli.loading import named_objects

        return named_objects(self.module, TaskTemplate)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The variables that hold tasks."""
        return list(self._tasks)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The task of that variable."""
        if (task := self._tasks.get(cmd_name)) is None:
            return None
        from flyte_cli.run.local_file import command_of_task

        return command_of_task(cmd_name, task, self)

    def no_such_command(self, ctx: click.Context, name: str) -> click.UsageError:
        """Names the tasks that there are, by variable, function or full name."""
        from flyte_cli.near import did_you_mean, listed

        if not self._tasks:
            return click.UsageError(
                f"{self.path} has no tasks: no variable of it holds a function decorated with @env.task.", ctx=ctx
            )
        for variable, task in self._tasks.items():
            if name in {task.name, task.short_name, task.func.__name__}:
                return click.UsageError(
                    f"The task named {name!r} is the variable {variable!r}: flyte run {self.path} {variable}", ctx=ctx
                )
        hint = did_you_mean(name, self._tasks) or f" Its tasks are: {listed(self._tasks)}."
        return click.UsageError(f"{self.path} has no task {name!r}.{hint}", ctx=ctx)


@click.pass_context
def _show_tasks(ctx: click.Context, /, **_options: Any) -> None:
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), color=ctx.color)
