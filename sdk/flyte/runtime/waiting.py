"""Notices when a task only waits for what its supervisor will answer, so that it can be suspended.

The task waits if every thread that could go on by itself is in one of two places: blocked in a call to the supervisor,
or in an event loop that has nothing ready, no timer and no connection open. Whatever is not known to wait is taken as
working: a task is then not suspended, which costs money and never a result.
"""

from __future__ import annotations

import asyncio
import contextlib
import selectors
import threading
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple, Unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Executor

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_EXECUTOR_THREADS = "asyncio_"
"""How asyncio names the threads of `to_thread`; they are idle while no loop has a job with them."""


class Waiting:
    """The threads of one process that wait.

    Args:
        tell_waiting: Called when all of them do, in the thread that came last; says whether it was worth telling.
        tell_working: Called when one of them goes on after that.
        ignored: Threads that are not the task's.
    """

    def __init__(
        self,
        tell_waiting: Callable[[], bool],
        tell_working: Callable[[], None],
        ignored: Callable[[], tuple[threading.Thread, ...]],
    ) -> None:
        self._tell_waiting = tell_waiting
        self._tell_working = tell_working
        self._is_told = False
        self._ignored = ignored
        self._idents: set[int] = set()
        self._jobs = 0
        self._lock = threading.Lock()
        self._strangers: set[threading.Thread] = set()

    def begin(self) -> None:
        """A task begins: threads of an earlier one that still live are none of its own."""
        self._strangers = {t for t in threading.enumerate() if t.ident not in self._idents}
        self._strangers.discard(threading.current_thread())

    @contextlib.contextmanager
    def here(self) -> Iterator[None]:
        """The calling thread waits, for the length of the block."""
        ident = threading.get_ident()
        with self._lock:
            self._idents.add(ident)
            if self._all_wait():
                self._is_told = self._tell_waiting()
        try:
            yield
        finally:
            with self._lock:
                self._idents.discard(ident)
                if self._is_told:
                    self._is_told = False
                    self._tell_working()

    def new_loop(self) -> asyncio.AbstractEventLoop:
        """An event loop whose thread counts as waiting while it has nothing to do."""
        return _Loop(self)

    def _all_wait(self) -> bool:
        if self._jobs:
            return False
        apart = {*self._ignored(), *self._strangers}
        return all(
            thread in apart or thread.ident in self._idents or thread.name.startswith(_EXECUTOR_THREADS)
            for thread in threading.enumerate()
        )

    def job_began(self) -> None:
        """A loop has given work to its executor."""
        with self._lock:
            self._jobs += 1

    def job_ended(self) -> None:
        """That work is done."""
        with self._lock:
            self._jobs -= 1


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, waiting: Waiting) -> None:
        super().__init__(_Selector(waiting))
        self._waiting = waiting

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[Unpack[Ts]], T], *args: *Ts
    ) -> asyncio.Future[T]:
        self._waiting.job_began()
        try:
            job = super().run_in_executor(executor, func, *args)
        except BaseException:
            self._waiting.job_ended()
            raise
        job.add_done_callback(lambda _: self._waiting.job_ended())
        return job


class _Selector(selectors.DefaultSelector):
    """A loop asks it without a timeout only when nothing is ready and no timer is set."""

    def __init__(self, waiting: Waiting) -> None:
        super().__init__()
        self._waiting = waiting

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        # The one descriptor is the loop's own, by which other threads wake it.
        if timeout is not None or len(self.get_map()) > 1:
            return super().select(timeout)
        with self._waiting.here():
            return super().select(None)
