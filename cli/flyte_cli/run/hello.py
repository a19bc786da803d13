"""`flyte run hello`: a task that comes with the command, to see that everything works."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flyte_cli.run.options import RunOptions
    from flyte_cli.run.task_command import TaskCommand

_SOURCE = Path(__file__).with_name("hello_task.py")
_MODULE = "hello.py"


def hello_command() -> TaskCommand:
    """The command of the demonstration task.

    Its file is copied out of this package, which no bundle takes: on the backend it is a user's file like any other.
    """
    from flyte_cli.arguments.inputs import inputs_of_interface
    from flyte_cli.run.hello_task import hello
    from flyte_cli.run.task_command import TaskCommand

    def run(values: dict[str, Any], options: RunOptions) -> int:
        from flyte_cli.loading import load
        from flyte_cli.run.local_file import run_task

        with tempfile.TemporaryDirectory(prefix="flyte-hello-") as folder:
            root = Path(folder).resolve()
            shutil.copy(_SOURCE, root / _MODULE)
            return run_task(load(root / _MODULE, root).hello, values, options, root)

    return TaskCommand(
        "hello", inputs_of_interface(hello.native_interface), run, about="Say hello: see that all works."
    )
