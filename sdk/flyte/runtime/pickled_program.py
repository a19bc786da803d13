"""The tasks of an artifact that holds a pickle instead of their module: see `flyte.bundle`."""

from __future__ import annotations

import functools
import json
import sys
from typing import TYPE_CHECKING, Any

from flyte.protocol.tasks import PICKLE_FILE, PICKLE_MANIFEST

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


class OtherPythonError(Exception):
    """The pickle was made by another Python, so that its bytecode would crash this one."""


@functools.cache
def pickled_tasks(folder: Path) -> Mapping[str, Any]:
    """The tasks by name. A worker loads them once, as it imports a module once.

    Raises:
        OtherPythonError: Another Python made the pickle.
    """
    made_by = json.loads((folder / PICKLE_MANIFEST).read_bytes())["python"]
    if made_by != PYTHON:
        raise OtherPythonError(
            f"the task was pickled by Python {made_by}, and the backend runs Python {PYTHON}: run it from Python "
            f"{PYTHON}, or put it into a file"
        )
    import cloudpickle

    tasks: Mapping[str, Any] = cloudpickle.loads((folder / PICKLE_FILE).read_bytes())
    return tasks
