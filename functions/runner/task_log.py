"""Turns what a worker prints into one JSON log line per line of output, and keeps the last lines for a crash's report."""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Literal

from flyte.protocol import limits

Stream = Literal["stdout", "stderr"]
STREAMS: tuple[Stream, ...] = ("stdout", "stderr")
TAIL_LINES = 10
_TAIL_LINE_CHARS = 300


def write_stdout(text: str) -> None:
    """Print to the function's log: looked up at each call, because Lambda's runtime and the emulator replace the stream."""
    sys.stdout.write(text)
    sys.stdout.flush()


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


class LineSplitter:
    """Makes lines of a stream of bytes; a line longer than `limits.LOG_LINE_BYTES` becomes several."""

    def __init__(self, max_bytes: int = limits.LOG_LINE_BYTES) -> None:
        self._max_bytes = max_bytes
        self._rest = b""

    def feed(self, data: bytes) -> list[str]:
        """The lines that `data` completes, without their ends."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        out: list[str] = []
        for line in lines:
            *parts, last = self._parts(line)
            out += parts
            out.append(_decoded(last.removesuffix(b"\r")))
        if len(self._rest) > self._max_bytes:
            *parts, self._rest = self._parts(self._rest)
            out += parts
        return out

    def flush(self) -> list[str]:
        """The last line, if it had no end."""
        rest, self._rest = self._rest, b""
        return [_decoded(rest)] if rest else []

    def _parts(self, line: bytes) -> list:
        """Decoded parts of full length, and then the rest as bytes."""
        parts: list[str | bytes] = []
        start = 0
        while len(line) - start > self._max_bytes:
            end = start + self._max_bytes
            # Not within a character: back over at most three continuation bytes.
            cut = next((i for i in range(end, end - 4, -1) if line[i] & 0xC0 != 0x80), end)
            parts.append(_decoded(line[start:cut]))
            start = cut
        parts.append(line[start:])
        return parts


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

    def system(self, message: str, level: Literal["INFO", "ERROR"] = "INFO") -> None:
        """A line of our own."""
        self._write(self._line(self._timestamp(), level, message, "system", "stderr" if level == "ERROR" else "stdout"))

    def _user_lines(self, stream: Stream, lines: list[str]) -> None:
        if not lines:
            return
        self._tail.extend(line[:_TAIL_LINE_CHARS] for line in lines[-TAIL_LINES:])
        timestamp = self._timestamp()
        self._write("".join(self._line(timestamp, "INFO", line, "user", stream) for line in lines))

    def _line(self, timestamp: str, level: str, message: str, source: str, stream: Stream) -> str:
        # ASCII only, so that it fits any encoding of the function's output; at worst six bytes a byte: 192 KiB.
        head = f'{{"timestamp": "{timestamp}", "level": "{level}", "message": {json.dumps(message)}'
        return f'{head}, "source": "{source}", "stream": "{stream}", {self._fields}\n'

    def _timestamp(self) -> str:
        return self._now().isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _decoded(line: bytes) -> str:
    return line.decode(errors="replace")
