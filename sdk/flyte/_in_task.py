"""The backend of the task that this process runs, if it runs one for a backend. Light: each worker loads it."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .runtime.task_backend import TaskBackend

_backend: TaskBackend | None = None
_scope: tuple[str, str] | None = None


def backend_of_task() -> TaskBackend | None:
    """In force whatever the task's program initialises, and in all its threads: a process runs one task at a time."""
    return _backend


def scope_of_program() -> tuple[str, str] | None:
    """The project and domain for which this process loads a program, if it does: it may ask before its task runs."""
    return _scope


def load_program_for(project: str, domain: str) -> None:
    """To be called before the program is imported."""
    global _scope  # noqa: PLW0603 - see above: a process is bound to one program
    _scope = project, domain


@contextlib.contextmanager
def within_task(backend: TaskBackend) -> Iterator[None]:
    """A task of the backend runs here, for the length of the block."""
    global _backend  # noqa: PLW0603 - see above
    _backend = backend
    try:
        yield
    finally:
        _backend = None
        # The thread in which plain code runs coroutines would be taken for a leftover of the task.
        if (syncify := sys.modules.get("flyte._syncify")) is not None:
            syncify.BACKGROUND.stop()
