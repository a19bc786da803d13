"""Threads for sync tasks that an event loop calls in local mode: as many at a time as a parent's children may have."""

from __future__ import annotations

import contextvars
import threading
from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

THREADS = 32
"""Of one parent. Its children's children have others, so that a parent that waits for them takes nobody's place."""


class Threads:
    """Runs calls in daemon threads, which end when there is nothing left to do."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Future[Any], contextvars.Context, Callable[[], Any]]] = deque()
        self._running = 0
        self._lock = threading.Lock()

    def run(self, call: Callable[[], Any]) -> Future[Any]:
        """Runs the call with the caller's context variables."""
        answer: Future[Any] = Future()
        with self._lock:
            self._waiting.append((answer, contextvars.copy_context(), call))
            if self._running == THREADS:
                return answer
            self._running += 1
        threading.Thread(target=self._work, name="flyte-task", daemon=True).start()
        return answer

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._running -= 1
                    return
                answer, context, call = self._waiting.popleft()
            if not answer.set_running_or_notify_cancel():
                continue
            try:
                answer.set_result(context.run(call))
            except BaseException as error:  # noqa: BLE001 - handed over to whoever waits
                answer.set_exception(error)
