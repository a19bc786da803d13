"""Makes a JSON log line of each line that a worker prints, and keeps the last ones for a crash's report."""

from __future__ import annotations

import json
import traceback
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from flyte.protocol import limits
from functions.observability.lines import timestamp, write_stdout

Stream = Literal["stdout", "stderr"]
STREAMS: tuple[Stream, ...] = ("stdout", "stderr")
TAIL_LINES = 20
_TAIL_LINE_CHARS = 300


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


class LineSplitter:
    """Makes lines of a stream of bytes; a line longer than `limits.LOG_LINE_BYTES` becomes several."""

    def __init__(self, max_bytes: int = limits.LOG_LINE_BYTES) -> None:
        self._max_bytes = max_bytes
        self._rest = b""
        self._is_continued = False
        """Whether a part of the line that `rest` is the end of was given out already."""

    def feed(self, data: bytes) -> list[str]:
        """The lines that `data` completes, without their ends."""
        *ended, self._rest = (self._rest + data).split(b"\n")
        lines: list[str] = []
        for line in ended:
            self._split(line.removesuffix(b"\r"), lines)
            self._is_continued = False
        if len(self._rest) > self._max_bytes:
            cut = self._cut(self._rest, len(self._rest) - 1)
            self._split(self._rest[:cut], lines)
            self._rest = self._rest[cut:]
            self._is_continued = True
        return lines

    def flush(self) -> list[str]:
        """The last line, if it had no end."""
        lines: list[str] = []
        if self._rest:
            self._split(self._rest, lines)
        self._rest = b""
        return lines

    def _split(self, line: bytes, lines: list[str]) -> None:
        """Add a line's text to `lines`, in parts if need be; no empty end of one that was given out already."""
        if self._is_continued and not line:
            return
        start = 0
        while len(line) - start > self._max_bytes:
            end = self._cut(line, start + self._max_bytes)
            lines.append(_decoded(line[start:end]))
            start = end
        lines.append(_decoded(line[start:]))

    @staticmethod
    def _cut(line: bytes, position: int) -> int:
        """The last place up to `position` between two characters: back over at most three continuation bytes."""
        return next((i for i in range(position, max(position - 4, 0), -1) if line[i] & 0xC0 != 0x80), position)


class TaskLog:
    """The log of one attempt.

    Args:
        identity: The fields that every line carries: project, domain, run, action, attempt, task, version.
        write: Where lines go.
        now: Gives the present moment.
    """

    def __init__(
        self,
        identity: Mapping[str, str | int],
        write: Callable[[str], None] = write_stdout,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._fields = json.dumps(dict(identity))[1:]
        self._write = write
        self._now = now
        self._splitters: dict[Stream, LineSplitter] = {"stdout": LineSplitter(), "stderr": LineSplitter()}
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)

    @property
    def tail(self) -> str:
        """The last lines that the task printed."""
        return "\n".join(self._tail)

    def output(self, stream: Stream, data: bytes) -> None:
        """What the worker printed, as it came through the pipe."""
        self._user_lines(stream, self._splitters[stream].feed(data))

    def end_output(self) -> None:
        """Nothing more comes: log what had no line end."""
        for stream, splitter in self._splitters.items():
            self._user_lines(stream, splitter.flush())

    def system(self, message: str, level: Literal["INFO", "WARNING", "ERROR"] = "INFO", **fields: Any) -> None:
        """A line of our own, with more fields than each has."""
        stream: Stream = "stdout" if level == "INFO" else "stderr"
        self._write(self._line(self._timestamp(), level, message, "system", stream, fields))

    def fault(self, error: BaseException) -> None:
        """What went wrong with us, whole."""
        self.system("".join(traceback.format_exception(error)), "ERROR")

    def _user_lines(self, stream: Stream, lines: list[str]) -> None:
        if not lines:
            return
        self._tail.extend(line[:_TAIL_LINE_CHARS] for line in lines[-TAIL_LINES:])
        at = self._timestamp()
        self._write("".join(self._line(at, "INFO", line, "user", stream) for line in lines))

    def _line(
        self, at: str, level: str, message: str, source: str, stream: Stream, more: Mapping[str, Any] | None = None
    ) -> str:
        # ASCII only, so that it fits any encoding of the function's output; at worst six bytes a byte: 192 KiB.
        head = f'{{"timestamp": "{at}", "level": "{level}", "message": {json.dumps(message)}'
        fields = f"{json.dumps(dict(more))[1:-1]}, {self._fields}" if more else self._fields
        return f'{head}, "source": "{source}", "stream": "{stream}", {fields}\n'

    def _timestamp(self) -> str:
        return timestamp(self._now())


def _decoded(line: bytes) -> str:
    return line.decode(errors="replace")
