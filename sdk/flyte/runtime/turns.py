"""A bound on how many do something at a time; the others wait for their turn, in the order in which they came.

For threads and event loops alike: a turn is a future of neither. Used where children are started (`functions/runner`)
and in local mode.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


class Turns:
    """Hands out turns.

    Args:
        most: How many at a time.
    """

    def __init__(self, most: int) -> None:
        self._left = most
        self._waiting: deque[Future[None]] = deque()
        self._lock = threading.Lock()

    def take(self) -> Future[None]:
        """A turn, which has come once the future is done. Whoever cancels it before has none to give back."""
        turn: Future[None] = Future()
        with self._lock:
            self._left -= 1
            if self._left < 0:
                self._waiting.append(turn)
                return turn
        turn.set_result(None)
        return turn

    def give_back(self) -> None:
        """Ends one turn, so that the next one comes."""
        while (turn := self._next()) is not None:
            if turn.set_running_or_notify_cancel():
                turn.set_result(None)
                return

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """A turn for the length of a block, which the calling thread waits for."""
        self.take().result()
        try:
            yield
        finally:
            self.give_back()

    @contextlib.asynccontextmanager
    async def held_async(self) -> AsyncIterator[None]:
        """The same, without blocking an event loop."""
        turn = self.take()
        try:
            await asyncio.wrap_future(turn)
            yield
        finally:
            if not turn.cancel():  # it had come
                self.give_back()

    def _next(self) -> Future[None] | None:
        with self._lock:
            self._left += 1
            return self._waiting.popleft() if self._waiting else None
