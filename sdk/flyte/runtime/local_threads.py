"""Threads for sync tasks that an event loop calls in local mode: as many at a time as a parent's children may have."""

from __future__ import annotations

import contextvars
import threading
from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    _Work = tuple[Future[Any], contextvars.Context, Callable[[], Any]]

THREADS = 32
"""Of one parent. Its children's children have others, so that a parent that waits for them takes nobody's place."""

_LINGER_S = 0.2
"""A thread without work stays that long: to start another for each of many short calls takes longer than they do."""


class Threads:
    """Runs calls in daemon threads, which end when there has been nothing to do for a while.

    Args:
        linger_s: How long that is, in seconds.
    """

    def __init__(self, linger_s: float = _LINGER_S) -> None:
        self._linger_s = linger_s
        self._waiting: deque[_Work] = deque()
        self._running = self._idle = 0
        self._changed = threading.Condition()

    def run(self, call: Callable[[], Any]) -> Future[Any]:
        """Runs the call with the caller's context variables."""
        answer: Future[Any] = Future()
        with self._changed:
            self._waiting.append((answer, contextvars.copy_context(), call))
            if self._idle >= len(self._waiting):
                self._changed.notify()
                return answer
            if self._running == THREADS:
                return answer
            self._running += 1
        threading.Thread(target=self._work, name="flyte-task", daemon=True).start()
        return answer

    def _work(self) -> None:
        while (work := self._next()) is not None:
            _do(*work)
            del work  # what it holds is not kept while the thread waits

    def _next(self) -> _Work | None:
        """What to do; None where there was nothing for a while."""
        with self._changed:
            self._idle += 1
            self._changed.wait_for(lambda: self._waiting, self._linger_s)
            self._idle -= 1
            if self._waiting:
                return self._waiting.popleft()
            self._running -= 1
            return None


def _do(answer: Future[Any], context: contextvars.Context, call: Callable[[], Any]) -> None:
    if not answer.set_running_or_notify_cancel():
        return
    try:
        answer.set_result(context.run(call))
    except BaseException as error:  # noqa: BLE001 - handed over to whoever waits
        answer.set_exception(error)
