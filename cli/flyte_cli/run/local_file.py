"""The command of a task whose code is at hand, run here or sent to the backend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from flyte_cli.arguments.inputs import inputs_of_interface
from flyte_cli.run.launch import Launch, launch
from flyte_cli.run.task_command import TaskCommand, about_task
from flyte_cli.settings import current_settings

if TYPE_CHECKING:
    from pathlib import Path

    from flyte._task import TaskTemplate
    from flyte_cli.files import FileGroup
    from flyte_cli.run.options import RunOptions
    from flyte_cli.settings import Settings


def command_of_task(variable: str, task: TaskTemplate[Any, Any], file: FileGroup) -> TaskCommand:
    """The command that runs the task of a file's variable."""

    def run(values: dict[str, Any], options: RunOptions) -> int:
        return run_task(task, values, options, file.root)

    try:
        inputs = inputs_of_interface(task.native_interface)
    except TypeError as error:  # a signature that no task can have
        raise click.UsageError(f"{file.path}: {error}.") from None
    return TaskCommand(variable, inputs, run, about=about_task(_described(task), task.name))


def run_task(task: TaskTemplate[Any, Any], values: dict[str, Any], options: RunOptions, root: Path) -> int:
    """Runs the task with the SDK initialised for that root; gives the exit code."""
    settings = current_settings()
    settings.claim_stdout()
    _initialize(settings, options, root)
    return launch(Launch(task, values, options, settings, label=task.short_name, local=options.local))


def _initialize(settings: Settings, options: RunOptions, root: Path) -> None:
    settings.initialize_for_code(options, root)
    if options.local:
        return
    from flyte._initialize import require_backend
    from flyte.errors import InitializationError

    try:
        require_backend()
    except InitializationError as error:
        error.args = (f"{error}.\nTo run the task here, without a backend: flyte run --local …",)
        raise


def _described(task: TaskTemplate[Any, Any]) -> str:
    """What the docstring says before it comes to the parameters."""
    if not task.func.__doc__:
        return ""
    import docstring_parser

    return docstring_parser.parse(task.func.__doc__).description or ""
