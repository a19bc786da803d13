"""The supervisor's loop over one attempt: moves messages and output, and looks at the watches, until it ends."""

from __future__ import annotations

import os
import selectors
import signal
import time
from collections.abc import Callable, Collection, Sequence

from flyte.runtime.frames import FrameError, Message
from functions.runner import process_tree
from functions.runner.calls import Calls
from functions.runner.endings import Answered, BrokeChannel, Died, Ending, LostBackend, Suspended, Withdrawn
from functions.runner.idleness import Idleness
from functions.runner.task_log import STREAMS, Stream, TaskLog
from functions.runner.watches import Watch
from functions.runner.worker_process import WorkerProcess

_LONGEST_WAIT_S = 0.25
"""Without a descriptor for the worker's end, it is asked for this often."""
_REST_S = 2.0
"""What a worker gets to undo what the task has changed; looking at 100,000 files takes a fraction of it."""
_GRACE_S = 1.5
"""What a task that was aborted gets after SIGTERM. Ours: with the look at the record every 2 s, it ends within 5 s."""
_RESTLESS = "it did not come to rest after the task"


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
        calls: Answers what the worker asks for.
        idleness: Hears whether the task only waits.
        wakeup: Ends the loop's wait from another thread.
        watches: What may end the attempt.
        now_s: A monotonic clock.
    """

    def __init__(
        self,
        worker: WorkerProcess,
        log: TaskLog,
        calls: Calls,
        idleness: Idleness,
        wakeup: Wakeup,
        watches: Sequence[Watch],
        *,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._worker = worker
        self._log = log
        self._watches = [*watches, idleness]
        self._calls = calls
        self._idleness = idleness
        self._wakeup = wakeup
        self._now_s = now_s
        self._registered: dict[int, str] = {}
        self._done: Message | None = None
        self._rest_by_s = float("inf")

    def run(self) -> Ending:
        """Until the attempt ends. A worker that did not answer is killed; all its output is in the log."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._wakeup.read_fd, selectors.EVENT_READ, "wakeup")
            ending: Ending | None = None
            while ending is None:
                self._register(selector)
                ending = self._step({key.data for key, _ in selector.select(self._wait_s())})
        return self._settle(ending)

    def _step(self, ready: Collection[str]) -> Ending | None:
        """Do what there is to do, and say whether that ended the attempt."""
        for stream in STREAMS:
            if stream in ready:
                self._pump(stream)
        if "wakeup" in ready:
            self._wakeup.clear()
        if self._calls.fault is not None:
            return self._broken_off(LostBackend(self._calls.fault))
        for reply in self._calls.replies():
            self._worker.send(reply)
        if "socket" in ready:
            self._worker.send_more()
            ending = self._receive()
            if ending is not None:
                return ending
        if ("exit" in ready or not ready) and self._worker.returncode is not None:
            return self._last_word()
        return self._look()

    def _look(self) -> Ending | None:
        """Whether a watch, or the worker's rest that does not come, ends the attempt."""
        now_s = self._now_s()
        if now_s >= self._rest_by_s:
            return self._broken_off(BrokeChannel("it did not come to rest"))
        breaches = (watch.check(now_s) for watch in self._watches)
        breach = next((breach for breach in breaches if breach is not None), None)
        return None if breach is None else self._broken_off(breach)

    def _receive(self) -> Ending | None:
        try:
            messages = self._worker.messages()
        except FrameError as error:
            return self._broken_off(BrokeChannel(f"it wrote to it: {error}"))
        if messages is None:
            return self._closed()
        for message in messages:
            match message["type"]:
                case "done":
                    self._done = message
                    self._rest_by_s = self._now_s() + _REST_S
                case "idle" if self._done is not None:
                    return Answered(self._done, message["unclean"])
                case "call":
                    self._calls.begin(message)
                case "waiting":
                    self._idleness.began(self._now_s(), message["replies"])
                case "working":
                    self._idleness.ended(self._now_s())
        return None

    def _last_word(self) -> Ending:
        """The ending of a worker that is dead, with what it had still to say."""
        while (ending := self._receive()) is None:
            continue
        return ending

    def _closed(self) -> Ending:
        """The socket's end: of a process that ends, or of one that goes on without it."""
        returncode = self._worker.wait_briefly()
        if returncode is None:
            return self._broken_off(BrokeChannel("it closed it"))
        killed = returncode == -signal.SIGKILL
        out_of_memory = killed and process_tree.kernel_oom_kills() > self._worker.oom_kills_before
        return self._broken_off(Died(returncode, out_of_memory))

    def _broken_off(self, ending: Ending) -> Ending:
        """The ending, or, where the task had ended before, its answer."""
        return ending if self._done is None else Answered(self._done, _RESTLESS)

    def _settle(self, ending: Ending) -> Ending:
        """Kill a worker that is not at rest, or what a resting one has left running; then log what is in the pipes."""
        if isinstance(ending, Suspended):
            self._worker.freeze()
        elif not isinstance(ending, Answered) or ending.unclean:
            if isinstance(ending, Withdrawn):
                self._let_clean_up()
            self._worker.kill()
        elif left := self._worker.descendants():
            process_tree.kill(left)
            ending = Answered(ending.done, f"{len(left)} child processes were left running")
        for stream in STREAMS:
            while self._pump(stream):
                continue
        self._log.end_output()
        return ending

    def _let_clean_up(self) -> None:
        """Send SIGTERM, and wait for a task that handles it; any other ends at once."""
        self._worker.terminate()
        until_s = self._now_s() + _GRACE_S
        with selectors.DefaultSelector() as selector:
            for fd, name in self._worker.sockets.items():
                if name != "socket":
                    selector.register(fd, selectors.EVENT_READ, name)
            while self._worker.returncode is None and (left_s := until_s - self._now_s()) > 0:
                for key, _ in selector.select(min(left_s, _LONGEST_WAIT_S)):
                    if key.data in STREAMS and not self._pump(key.data):
                        selector.unregister(key.fd)

    def _pump(self, stream: Stream) -> bool:
        """Log what is there of a stream. Returns whether there may be more."""
        data = self._worker.output(stream)
        if data:
            self._log.output(stream, data)
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
