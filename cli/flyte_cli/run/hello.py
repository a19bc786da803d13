"""`flyte run hello`: a task that comes with the command, to see that everything works."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flyte_cli.run.options import RunOptions
    from flyte_cli.run.task_command import TaskCommand


def hello_command() -> TaskCommand:
    """The command of the demonstration task."""
    from flyte_cli.arguments.inputs import inputs_of_interface
    from flyte_cli.run.hello_task import hello
    from flyte_cli.run.local_file import run_task
    from flyte_cli.run.task_command import TaskCommand

    def run(values: dict[str, Any], options: RunOptions) -> int:
        return run_task(hello, values, options, Path(__file__).resolve().parents[2])

    return TaskCommand(
        "hello", inputs_of_interface(hello.native_interface), run, about="Say hello: see that all works."
    )
