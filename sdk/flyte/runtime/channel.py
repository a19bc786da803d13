"""The worker's end of the private socket to its supervisor: orders come in, calls go out and are answered.

Calls are requests with ids; their futures can be waited for in a thread or, with `asyncio.wrap_future`, in a loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import queue
import socket
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

from flyte import _loops
from flyte.errors import rebuild

from .frames import Decoder, encode
from .waiting import Waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from flyte.protocol.model import Json

    from .frames import Message

PRIVATE_FD_FROM = 512
"""The socket moves to a descriptor this high: user code that closes "all" low ones, as daemons do, does not hit it."""
_READ_BYTES = 256 * 1024


class CallRefused(Exception):  # noqa: N818 - an answer, which the caller turns into an error of its own
    """The supervisor's answer to a call was an error; `code` says which."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def private_socket(fd: int) -> socket.socket:
    """The socket behind `fd`, moved out of the way of user code and not passed on to programs that it starts."""
    moved = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, PRIVATE_FD_FROM)
    os.close(fd)
    return socket.socket(fileno=moved)


@contextlib.contextmanager
def _refusals() -> Iterator[None]:
    """Makes errors of `flyte.errors` of what the supervisor refuses."""
    try:
        yield
    except CallRefused as refused:
        raise rebuild(refused.code, "user", str(refused)) from None


class Channel:
    """Orders from the supervisor, and calls in both directions.

    The main thread reads the socket itself between two runs. While a run is on, nobody reads until the first call is
    made; then a thread does, for the rest of the process. So the process of a task without calls has one thread, and
    may fork.

    Args:
        sock: The connected socket.
        handlers: What the supervisor may call here, by method, while a run is on that has made a call itself.
    """

    def __init__(self, sock: socket.socket, handlers: Mapping[str, Callable[[Json], Json]] | None = None) -> None:
        self._sock = sock
        self._handlers = handlers or {}
        self._pid = os.getpid()
        self._decoder = Decoder()
        self._decoded: list[Message] = []
        self._sending = threading.Lock()
        self._state = threading.Lock()
        self._idle = True
        self._reader: threading.Thread | None = None
        self._orders: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._pending: dict[int, Future[Json]] = {}
        self._last_id = 0
        self._replies = 0
        self.waiting = Waiting(self._tell_waiting, self._tell_working, lambda: self.threads)

    @property
    def is_mine(self) -> bool:
        """Whether this is the process that the channel was made in, not a fork of it."""
        return os.getpid() == self._pid

    def send(self, message: Message) -> None:
        """Send one message; any thread may.

        Raises:
            FrameError: It is not JSON; nothing was sent.
            OSError: The supervisor is gone.
        """
        frame = encode(message)
        with self._sending:
            self._sock.sendall(frame)

    def receive(self) -> Message | None:
        """The next order, for the main thread. None: the supervisor is gone."""
        with self._state:
            self._idle = True
            reader = self._reader
        order = self._orders.get() if reader else self._read_order()
        with self._state:
            self._idle = False
        return order

    def call(self, method: str, params: Json) -> Future[Json]:
        """Ask the supervisor for something on behalf of the action that runs now.

        Returns:
            A future of the answer; it fails with `CallRefused`, or with `ConnectionError` when the supervisor is gone.

        Raises:
            RuntimeError: No action runs, or this is a forked process.
            FrameError: The parameters are not JSON.
        """
        if not self.is_mine:
            raise RuntimeError(
                "a forked process cannot reach the runner: call from the process that the task started in"
            )
        future: Future[Json] = Future()
        with self._state:
            if self._idle:
                raise RuntimeError("no action runs in this worker now")
            self._last_id += 1
            call_id = self._last_id
            self._pending[call_id] = future
            if self._reader is None:
                self._reader = threading.Thread(target=self._read_on, name="flyte-channel", daemon=True)
                self._reader.start()
        try:
            self.send({"type": "call", "id": call_id, "method": method, "params": params})
        except BaseException:
            self._pending.pop(call_id, None)
            raise
        return future

    def begin(self) -> None:
        """A task begins: the supervisor, too, counts its answers from nothing."""
        self._replies = 0
        self.waiting.begin()

    def ask(self, method: str, params: Json) -> Json:
        """The answer to a call, for a caller that blocks.

        Raises:
            BaseRuntimeError: The answer is an error, for the task's code to see.
            ConnectionError: The supervisor is gone.
        """
        answer = self.call(method, params)
        with _refusals(), _loops.blocked():
            return answer.result()

    async def ask_async(self, method: str, params: Json) -> Json:
        """The same, without blocking an event loop."""
        with _refusals():
            return await asyncio.wrap_future(self.call(method, params))

    def _tell_waiting(self) -> bool:
        """Tells the supervisor that the task only waits for answers, if it waits for any."""
        if self._pending and self.is_mine:
            # The count says which answers it knows of: another one may be on its way.
            self.send({"type": "waiting", "replies": self._replies})
            return True
        return False

    def _tell_working(self) -> None:
        if self.is_mine:
            self.send({"type": "working"})

    @property
    def threads(self) -> tuple[threading.Thread, ...]:
        """The channel's own threads: no leftovers of a task."""
        return (self._reader,) if self._reader else ()

    def _read_order(self) -> Message | None:
        while True:
            while self._decoded:
                message = self._decoded.pop(0)
                if not self._answered(message):
                    return message
            data = self._sock.recv(_READ_BYTES)
            if not data:
                return None
            self._decoded += self._decoder.feed(data)

    def _read_on(self) -> None:
        try:
            while (order := self._read_order()) is not None:
                self._orders.put(order)
        finally:
            self._orders.put(None)
            for future in list(self._pending.values()):
                future.set_exception(ConnectionError("the runner closed the channel"))

    def _answered(self, message: Message) -> bool:
        """Whether the message was about a call, and is done with."""
        if message["type"] == "call":
            self.send({"type": "reply", "id": message["id"], **self._handle(message)})
            return True
        if message["type"] != "reply":
            return False
        self._replies += 1
        future = self._pending.pop(message["id"], None)
        if future is not None and future.set_running_or_notify_cancel():
            error = message.get("error")
            if error is None:
                future.set_result(message.get("result"))
            else:
                future.set_exception(CallRefused(error["code"], error["message"]))
        return True

    def _handle(self, message: Message) -> Message:
        handler = self._handlers.get(message["method"])
        if handler is None:
            return {"error": {"code": "UnknownMethod", "message": f"the worker knows no method {message['method']!r}"}}
        try:
            return {"result": handler(message["params"])}
        except Exception as error:  # noqa: BLE001 - it is the caller's to handle
            return {"error": {"code": type(error).__name__, "message": str(error)}}
