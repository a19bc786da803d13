"""All the ways in which a run fails of its own code: what to run, and what is to be told of it everywhere."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.integration.new_user import User

if TYPE_CHECKING:
    from tests.devbox_fixture import Devbox

PROGRAM = Path(__file__).with_name("failing.py")
CANNOT_BE_IMPORTED = """
import os
import flyte

env = flyte.TaskEnvironment("fragile")

if "ON_THE_CLIENT" not in os.environ:
    {statement}

@env.task
def never() -> int:
    return 1
"""


@dataclass(frozen=True)
class Kind:
    """A way to fail: the task, the error's class and kind, words of its message, and where its traceback leads."""

    task: str
    code: str
    message: str
    error_kind: str = "user"
    phase: str = "failed"
    file: str = "failing.py"
    line: str = ""
    """A line of the user's code that the traceback shows; empty for a death that has no traceback."""


KINDS = {
    "exception": Kind("raises", "ValueError", "the egg went off", line='raise ValueError("the egg went off")'),
    "import error": Kind("never", "OSError", "no disk here", file="fragile.py", line='raise OSError("no disk here")'),
    "missing dependency": Kind(
        "never", "ModuleNotFoundError", "with_pip_packages", file="lacking.py", line="import no_such_package"
    ),
    "memory": Kind("exhausts_memory", "OOMError", "the limit is 512 MB"),
    "timeout": Kind("outlives_its_timeout", "MaxRuntimeExceededError", "longer than the 1 s", phase="timed_out"),
    "crash": Kind("crashes", "WorkerCrashedError", "SIGSEGV"),
    "exit": Kind("exits_at_once", "WorkerCrashedError", "exit code 3"),
}


def user_of(devbox: Devbox, folder: Path) -> User:
    """Someone whose configuration leads to the devbox, with programs that fail; `ON_THE_CLIENT` lets them be loaded."""
    someone = User(folder, {"FLYTE_HOME": str(devbox.home), "FLYTECTL_CONFIG": str(devbox.config)})
    shutil.copy(PROGRAM, folder)
    someone.write("fragile.py", CANNOT_BE_IMPORTED.format(statement='raise OSError("no disk here")'))
    someone.write("lacking.py", CANNOT_BE_IMPORTED.format(statement="import no_such_package"))
    return someone
