"""The supervisor's loop over one attempt: it moves messages and output, and looks at the watches, until the attempt ends."""

from __future__ import annotations

import os
import selectors
import time
from collections.abc import Callable, Sequence

from flyte.runtime.frames import FrameError, Message
from functions.runner import process_tree
from functions.runner.calls import Calls
from functions.runner.endings import Answered, BrokeChannel, Died, Ending
from functions.runner.task_log import TaskLog
from functions.runner.watches import Watch
from functions.runner.worker_process import WorkerProcess

_LONGEST_WAIT_S = 0.25
"""Without a descriptor for the worker's end, it is asked for this often."""


class Wakeup:
    """Lets another thread end the loop's wait."""

    def __init__(self) -> None:
        self.read_fd, self._write_fd = os.pipe()
        os.set_blocking(self.read_fd, False)
        os.set_blocking(self._write_fd, False)

    def __call__(self) -> None:
        """End the wait now, or the next one at once."""
        try:
            os.write(self._write_fd, b"\0")
        except BlockingIOError:
            return  # full: it will wake up anyway

    def clear(self) -> None:
        """Wait again."""
        try:
            while os.read(self.read_fd, 4096):
                continue
        except BlockingIOError:
            return


class AttemptLoop:
    """Runs one attempt on a worker.

    Args:
        worker: The process; the `run` message was sent to it.
        log: Where its output goes.
        watches: What may end the attempt.
        calls: Answers what the worker asks for.
        wakeup: Ends the loop's wait from another thread.
        now_s: A monotonic clock.
    """

    def __init__(
        self,
        worker: WorkerProcess,
        log: TaskLog,
        watches: Sequence[Watch],
        calls: Calls,
        wakeup: Wakeup,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._worker = worker
        self._log = log
        self._watches = watches
        self._calls = calls
        self._wakeup = wakeup
        self._now_s = now_s
        self._registered: dict[int, str] = {}

    def run(self) -> Ending:
        """Until the attempt ends. A worker that did not answer is killed; all its output is in the log."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._wakeup.read_fd, selectors.EVENT_READ, "wakeup")
            ending: Ending | None = None
            while ending is None:
                self._register(selector)
                ending = self._step([key.data for key, _ in selector.select(self._wait_s())])
        self._settle(ending)
        return ending

    def _step(self, ready: list[str]) -> Ending | None:
        for stream in ("stdout", "stderr"):
            if stream in ready:
                self._pump(stream)
        if "wakeup" in ready:
            self._wakeup.clear()
        for reply in self._calls.replies():
            self._worker.send(reply)
        if "socket" in ready:
            self._worker.send_more()
            ending = self._receive()
            if ending is not None:
                return ending
        returncode = self._worker.returncode if "exit" in ready or not ready else None
        if returncode is not None:
            return self._last_word() or self._died()
        now_s = self._now_s()
        for watch in self._watches:
            breach = watch.check(now_s)
            if breach is not None:
                return breach
        return None

    def _receive(self) -> Ending | None:
        try:
            messages = self._worker.messages()
        except FrameError as error:
            return BrokeChannel(f"it wrote to it: {error}")
        if messages is None:
            return self._closed()
        for message in messages:
            if message["type"] == "done":
                return Answered(message)
            self._handle(message)
        return None

    def _last_word(self) -> Ending | None:
        """What a dead worker had still to say: a task may end the process in an exit handler, after its answer."""
        while (ending := self._receive()) is None:
            continue
        return ending

    def _handle(self, message: Message) -> None:
        if message["type"] == "call":
            self._calls.begin(message)

    def _closed(self) -> Ending:
        """The socket's end: of a process that ends, or of one that goes on without it."""
        returncode = self._worker.wait_briefly()
        return BrokeChannel("it closed it") if returncode is None else self._died()

    def _died(self) -> Died:
        returncode = self._worker.returncode
        killed = returncode == -9  # noqa: PLR2004 - SIGKILL; we kill only after the loop
        return Died(returncode, killed and process_tree.kernel_oom_kills() > self._worker.oom_kills_before)

    def _settle(self, ending: Ending) -> None:
        """Kill a worker that did not answer, or what an answering one left running; then log what is in the pipes."""
        if isinstance(ending, Answered):
            left = self._worker.descendants()
            if left:
                process_tree.kill(left)
                ending.done["unclean"] = ending.done.get("unclean") or f"{len(left)} child processes were left running"
        else:
            self._worker.kill()
        for stream in ("stdout", "stderr"):
            while self._pump(stream):
                continue
        self._log.end_output()

    def _pump(self, stream: str) -> bool:
        """Log what is there of a stream. Returns whether there may be more."""
        data = self._worker.output(stream)  # type: ignore[arg-type] # one of the two
        if data:
            self._log.output(stream, data)  # type: ignore[arg-type]
        return bool(data)

    def _register(self, selector: selectors.BaseSelector) -> None:
        """Wait on what the worker has open now; it changes rarely."""
        wanted = self._worker.sockets
        for fd in self._registered.keys() - wanted.keys():
            selector.unregister(fd)
            del self._registered[fd]
        for fd, name in wanted.items():
            events = self._worker.socket_events if name == "socket" else selectors.EVENT_READ
            if fd not in self._registered:
                selector.register(fd, events, name)
                self._registered[fd] = name
            elif name == "socket" and selector.get_key(fd).events != events:
                selector.modify(fd, events, name)

    def _wait_s(self) -> float:
        nearest_s = min((watch.next_check_s() for watch in self._watches), default=float("inf"))
        return max(0.0, min(nearest_s - self._now_s(), _LONGEST_WAIT_S))
