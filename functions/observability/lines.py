"""Log lines as JSON, one a line, in the format that docs/logs.md describes: for what has no powertools Logger."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

Write = Callable[[str], None]
"""Takes whole lines, with their ends."""

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
"""Attributes that every record has; all others were given as `extra`."""


def write_stdout(text: str) -> None:
    """Print to the function's log. The stream is looked up each time: Lambda's runtime and the emulator replace it."""
    sys.stdout.write(text)
    sys.stdout.flush()


def timestamp(moment: datetime) -> str:
    """A moment as lines tell it: in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def line(at: str, level: str, message: str, fields: Mapping[str, Any]) -> str:
    """One line. ASCII only, so that it fits any encoding of the function's output."""
    return json.dumps({"timestamp": at, "level": level, "message": message, **fields}, default=str) + "\n"


class LineHandler(logging.Handler):
    """Writes records of `logging` as lines; their `extra` becomes fields."""

    def __init__(self, write: Write = write_stdout) -> None:
        super().__init__()
        self._write = write
        self.fields: Mapping[str, Any] = {}
        """What all lines tell, such as whose invocation is on."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record."""
        fields = {**self.fields} | {name: value for name, value in vars(record).items() if name not in _OWN}
        if record.exc_info:
            fields["exception"] = logging.Formatter().formatException(record.exc_info)
        at = timestamp(datetime.fromtimestamp(record.created, UTC))
        self._write(line(at, record.levelname, record.getMessage(), {"location": record.name, **fields}))


def log_functions(handler: logging.Handler) -> None:
    """Give the loggers of all that is below `functions` this handler, and no other."""
    ours = logging.getLogger("functions")
    ours.handlers[:] = [handler]
    ours.propagate = False
    ours.setLevel(logging.INFO)
