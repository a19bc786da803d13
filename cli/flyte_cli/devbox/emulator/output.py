"""What a sandbox prints, as lines in the order of printing, with a certain end for each invocation."""

from __future__ import annotations

import os
import select
import threading
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Output:
    """What a sandbox prints, taken from its pipe line by line by whoever comes first.

    Args:
        pipe: The reading end; kept open for as long as this object lives.
        write: Takes the lines.
    """

    def __init__(self, pipe: IO[str], write: Callable[[list[str]], None]) -> None:
        self._pipe = pipe
        self._write = write
        self._begun = b""
        self._lock = threading.Lock()

    def forward(self) -> None:
        """Pass lines on until the sandbox has ended."""
        while True:
            self._is_ready(None)
            with self._lock:
                # The end of an invocation may have been quicker.
                if self._is_ready(0) and not self._take():
                    return

    def close_invocation(self, last: list[str]) -> None:
        """Pass on all that is in the pipe, then these lines: nothing of the invocation comes after them."""
        with self._lock:
            while self._is_ready(0) and self._take():
                pass
            self._end_line()
            self._write(last)

    def _is_ready(self, timeout_ms: int | None) -> bool:
        """Whether there is something to take, or the end; without a timeout, it waits for that."""
        poll = select.poll()  # one of its own for each thread
        poll.register(self._pipe, select.POLLIN)
        return bool(poll.poll(timeout_ms))

    def _take(self) -> bool:
        """Pass on what is there; whether more can come."""
        taken = os.read(self._pipe.fileno(), 65_536)
        *lines, self._begun = (self._begun + taken).split(b"\n")
        if lines:
            self._write([line.decode(errors="replace") for line in lines])
        if not taken:
            self._end_line()
        return bool(taken)

    def _end_line(self) -> None:
        if self._begun:
            self._write([self._begun.decode(errors="replace")])
            self._begun = b""
