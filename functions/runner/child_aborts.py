"""Children that a task does not wait for any more are ended together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from flyte.protocol.model import Json


class ChildAborts:
    """Ends children: all those together whose end was asked for while others were being ended.

    What is below them is found by looking at the whole run; a task that races 1,000 children would look 1,000 times.

    Args:
        end: Ends children by their names.
    """

    def __init__(self, end: Callable[[Sequence[str]], None]) -> None:
        self._end = end
        self._lock = threading.Lock()
        self._asked: list[tuple[str, Future[Json]]] = []
        self._open: set[str] = set()
        self._thread = ThreadPoolExecutor(1, "aborts")

    def add(self, name: str) -> Future[Json]:
        """Ends this one soon; the answer is None, once it is ended."""
        answer: Future[Json] = Future()
        with self._lock:
            self._asked.append((name, answer))
            self._open.add(name)
            if len(self._asked) == 1:
                self._thread.submit(self._end_those_asked)
        return answer

    def stop(self) -> set[str]:
        """Takes no more, and gives those that are not known to be ended."""
        self._thread.shutdown(wait=False)
        with self._lock:
            return set(self._open)

    def _end_those_asked(self) -> None:
        with self._lock:
            asked, self._asked = self._asked, []
        names = [name for name, _ in asked]
        try:
            self._end(names)
        except Exception as error:  # noqa: BLE001 - the answer of who asked
            for _, answer in asked:
                answer.set_exception(error)
            return
        with self._lock:
            self._open.difference_update(names)
        for _, answer in asked:
            answer.set_result(None)
