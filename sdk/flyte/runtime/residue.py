"""What a task may leave behind in its process: undone where it can be, named where it cannot.

A worker that is named unclean here is replaced before the next action.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_LIMITS = (
    resource.RLIMIT_AS,
    resource.RLIMIT_CPU,
    resource.RLIMIT_FSIZE,
    resource.RLIMIT_NOFILE,
    resource.RLIMIT_STACK,
)
_THREADS_END_S = 0.05
"""What threads that are ending anyway get: less than a new process costs."""
_UNCATCHABLE = {signal.SIGKILL, signal.SIGSTOP}


class Baseline:
    """The state of the process before a task; `restore` goes back to it.

    Args:
        folder: The working directory that tasks start in; its files must be the same afterwards, bytecode aside.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environ = dict(os.environ)
        self._umask = os.umask(0o022)
        os.umask(self._umask)
        self._streams = (sys.stdin, sys.stdout, sys.stderr)
        self._descriptors = _descriptors()
        self._path = list(sys.path)
        self._argv = list(sys.argv)
        self._handlers = _signal_handlers()
        self._limits = _limits()
        self._threads = set(threading.enumerate())
        self._files = _fingerprint(folder)

    def accept_imports(self) -> None:
        """Take as given what importing the user's module has changed: threads, signal handlers and search path."""
        self._threads |= set(threading.enumerate())
        self._handlers = _signal_handlers()
        self._path = list(sys.path)

    def apply(self, variables: dict[str, str]) -> None:
        """Set the variables of one run."""
        os.environ.update(variables)

    def restore(self, own_threads: Iterable[threading.Thread] = ()) -> str:
        """Undo what a task has changed.

        Returns:
            Why the process must not be used again, or an empty text.
        """
        self._restore_interpreter()
        try:
            os.chdir(self._folder)
        except OSError as error:
            return f"its working directory is gone: {error}"
        if _descriptors() != self._descriptors or any(stream.closed for stream in self._streams):
            return "its standard streams were closed or replaced"
        if _limits() != self._limits:
            return "its resource limits were changed"
        left = self._threads_left(own_threads)
        if left:
            return f"threads were left running: {', '.join(left[:5])}"
        if _fingerprint(self._folder) != self._files:
            return "files beside the code were changed"
        return ""

    def _threads_left(self, own_threads: Iterable[threading.Thread]) -> list[str]:
        """Names of threads that the task started and that go on, daemons too: they could meddle with the next one."""
        mine = self._threads.union(own_threads)
        give_up_s = time.monotonic() + _THREADS_END_S
        left = [thread for thread in threading.enumerate() if thread not in mine]
        for thread in left:
            thread.join(max(0.0, give_up_s - time.monotonic()))
        return [thread.name for thread in left if thread.is_alive()]

    def _restore_interpreter(self) -> None:
        if os.environ != self._environ:
            os.environ.clear()
            os.environ.update(self._environ)
        os.umask(self._umask)
        sys.stdin, sys.stdout, sys.stderr = self._streams
        sys.path[:] = self._path
        sys.argv[:] = self._argv
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in _signal_handlers().items():
            if handler is not self._handlers.get(number):
                signal.signal(number, self._handlers[number])


def _signal_handlers() -> dict[signal.Signals, Any]:
    """The handlers that Python knows; those set by other code (None) cannot be put back."""
    handlers = {number: signal.getsignal(number) for number in signal.Signals if number not in _UNCATCHABLE}
    return {number: handler for number, handler in handlers.items() if handler is not None}


def _limits() -> list[tuple[int, int]]:
    return [resource.getrlimit(limit) for limit in _LIMITS]


def _descriptors() -> list[tuple[int, int]]:
    """What the standard streams' descriptors point at."""
    found = []
    for fd in (0, 1, 2):
        try:
            status = os.fstat(fd)
        except OSError:
            found.append((-1, -1))
        else:
            found.append((status.st_dev, status.st_ino))
    return found


def _fingerprint(folder: Path) -> list[tuple[str, int, int]]:
    """Every file below `folder` with size and time of change; bytecode, which Python itself writes, left out."""
    found = []
    for path, folders, files in os.walk(folder):
        if "__pycache__" in folders:
            folders.remove("__pycache__")
        for name in (*files, *folders):
            full = os.path.join(path, name)  # noqa: PTH118 - thousands of times
            try:
                status = os.lstat(full)
            except OSError:
                found.append((full, -1, -1))
                continue
            # A folder's time changes when Python makes its `__pycache__`.
            is_folder = name in folders
            found.append((full, 0 if is_folder else status.st_size, 0 if is_folder else status.st_mtime_ns))
    return sorted(found)
