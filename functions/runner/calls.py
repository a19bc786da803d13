"""Answers what a running task asks its supervisor for: the worker itself holds no rights to the control plane."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from flyte.protocol.model import Json
from flyte.runtime.frames import Message

Method = Callable[[Json], "Json | Future[Json]"]
"""Answers one method, at once or later. It may block; what it raises goes to the task, by its `code` or class name."""
_THREADS = 16
"""A method is a few requests to AWS: as many are on their way at a time."""


class Calls:
    """The calls of one attempt, each answered in a thread, in any order.

    What AWS refuses, or does not answer after all retries of its client, is no answer for a task: its code could only
    fail of it. It is the `fault` that the attempt ends with, so that another one replays.

    Args:
        methods: What can be called, by name.
        wake: Tells the loop that a reply is ready.
    """

    def __init__(self, methods: Mapping[str, Method], wake: Callable[[], None]) -> None:
        self._methods = methods
        self._wake = wake
        self._replies: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._pool: ThreadPoolExecutor | None = None
        self.begun = 0
        """Calls that the task has made."""
        self.answered = 0
        """Replies that were taken to be sent."""
        self.fault: Exception | None = None
        """Why the attempt cannot go on."""

    def begin(self, call: Message) -> None:
        """Start to answer; the reply comes out of `replies`."""
        self.begun += 1
        method = self._methods.get(call["method"])
        if method is None:
            self._reply(call, error=_error("UnknownMethod", f"the runner knows no method {call['method']!r}"))
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(_THREADS, "calls")
        self._pool.submit(method, call["params"]).add_done_callback(lambda answer: self._answered(call, answer))

    def replies(self) -> Iterator[Message]:
        """Replies that are ready."""
        while not self._replies.empty():
            self.answered += 1
            yield self._replies.get()

    def stop(self) -> None:
        """Start nothing more. What is on its way ends, and its reply goes nowhere."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _answered(self, call: Message, answer: Future[Any]) -> None:
        if answer.cancelled():
            return
        error = answer.exception()
        if isinstance(error, ClientError | BotoCoreError):
            self.fault = error
            self._wake()
        elif error is not None:
            self._reply(call, error=_error(getattr(error, "code", type(error).__name__), str(error)))
        elif isinstance(result := answer.result(), Future):
            result.add_done_callback(lambda later: self._answered(call, later))
        else:
            self._reply(call, result=result)

    def _reply(self, call: Message, **content: Json) -> None:
        self._replies.put({"type": "reply", "id": call["id"], **content})
        self._wake()


def _error(code: str, message: str) -> Json:
    return {"code": code, "message": message}
