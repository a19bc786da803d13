"""Tasks that no file holds, as those of a notebook or the REPL: pickled by value, for the artifact of their run.

What they refer to in `__main__` goes along; modules that they import are files of the artifact beside the pickle.
"""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flyte.errors import CodeBundleError
from flyte.protocol.tasks import PICKLE_FILE, PICKLE_MANIFEST
from flyte.types.pickled import PYTHON, dumps

from ._zip import BundleBytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def has_file(task: Any) -> bool:
    """Whether a file holds the task, so that its source can be sent."""
    return task.source_file is not None and Path(task.source_file).is_file()


def check_python(backend_python: str) -> None:
    """Refuses to pickle for another Python: the pickle holds bytecode, which differs between minor versions.

    Raises:
        CodeBundleError: The backend's is another one.
    """
    if backend_python != PYTHON:
        raise CodeBundleError(
            f"a task without a file is sent as a pickle, and a pickle of Python {PYTHON} cannot be read by the "
            f"backend's Python {backend_python}: use Python {backend_python} here, or put the task into a file"
        )


def pickled(tasks: Mapping[str, Any]) -> tuple[BundleBytes, ...]:
    """The files of the artifact that hold the tasks.

    Args:
        tasks: The tasks by name: all that a run may call, each under the name by which a worker asks for it.

    Raises:
        CodeBundleError: Something that they refer to cannot be pickled; the message names it.
    """
    for task in tasks.values():
        # Hints are read here and pickled: the worker has no module to look their names up in.
        _ = task.interface
    try:
        content = dumps(dict(tasks))
    except Exception as error:
        raise CodeBundleError(
            f"{_culprit(tasks.values())} cannot be pickled ({type(error).__name__}: {error}), so "
            "that it cannot be sent to the backend: make it inside the task, or put the task into a file"
        ) from error
    manifest = json.dumps({"python": PYTHON, "tasks": sorted(tasks)}, separators=(",", ":")).encode()
    return BundleBytes(PICKLE_FILE, content), BundleBytes(PICKLE_MANIFEST, manifest)


def _culprit(tasks: Iterable[Any]) -> str:
    """The first variable of a task that cannot be pickled, for people; the tasks where it is none of their own."""
    names = []
    for task in tasks:
        names.append(task.name)
        function = inspect.unwrap(task.func)
        variables = inspect.getclosurevars(function)
        for name, value in {**variables.globals, **variables.nonlocals}.items():
            if not hasattr(value, "native_interface") and not _can_be_pickled(value):
                return f"{name}, a {type(value).__name__} that {task.name} refers to,"
    return f"what {' or '.join(names)} refers to"


def _can_be_pickled(value: Any) -> bool:
    try:
        dumps(value)
    except Exception:  # noqa: BLE001 - pickling calls any code
        return False
    return True
