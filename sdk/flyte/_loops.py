"""Event loops and blocking waits of tasks, made in one place so that a runner can watch them (`runtime/waiting.py`)."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from contextlib import AbstractContextManager

    from .runtime.waiting import Waiting

_watcher: Waiting | None = None


def watch(waiting: Waiting) -> None:
    """From now on every loop and every wait in this process is watched."""
    global _watcher  # noqa: PLW0603 - a process has one runner
    _watcher = waiting


def new_loop() -> asyncio.AbstractEventLoop:
    """A new event loop."""
    if _watcher is not None:
        return _watcher.new_loop()
    import asyncio

    return asyncio.new_event_loop()


def blocked() -> AbstractContextManager[None]:
    """Around a wait that only another thread ends, which is watched itself."""
    return _watcher.here() if _watcher is not None else contextlib.nullcontext()
