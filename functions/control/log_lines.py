"""Tells the log lines of one attempt from everything else in its stream.

The runner prints one JSON object for each line of the task's output. Several attempts, of other actions too, share a
stream when their sandbox is warm, so a line counts only if it names this action and attempt. Lambda's own words about
the invocation (a timeout, a crash) count as lines of the system.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flyte.protocol.identity import ActionId
from flyte.protocol.runs import LogLine

if TYPE_CHECKING:
    from mypy_boto3_logs.type_defs import OutputLogEventTypeDef

_SOURCES = {"user", "system"}
"""Of lines that people read. The functions' own lines name actions too, for queries, and have no source."""


class LineReader:
    """Reads the lines of one attempt.

    Args:
        action: Whose lines.
        attempt: The attempt's number.
        request_id: The invocation that Lambda's own lines are to be of; empty for those of none.
    """

    def __init__(self, action: ActionId, attempt: int, request_id: str) -> None:
        self._identity = (action.project, action.domain, action.run, action.action, attempt)
        self._attempt = attempt
        self._request_id = request_id
        self.saw_end = False
        """Whether Lambda said that the invocation is over."""

    def lines(self, events: list[OutputLogEventTypeDef]) -> list[LogLine]:
        """The attempt's lines among these events."""
        found = (self._line(event.get("message", "").rstrip("\n"), event.get("timestamp", 0)) for event in events)
        return [line for line in found if line is not None]

    def _line(self, text: str, timestamp_ms: int) -> LogLine | None:
        try:
            entry = json.loads(text) if text.startswith("{") else None
        except ValueError:
            entry = None
        if isinstance(entry, dict):
            return self._task_line(entry, timestamp_ms)
        if not self._request_id or self._request_id not in text:
            return None
        return self._platform_line(text, timestamp_ms)

    def _task_line(self, entry: dict[str, Any], timestamp_ms: int) -> LogLine | None:
        named = tuple(entry.get(name) for name in ("project", "domain", "run", "action", "attempt"))
        if named != self._identity or entry.get("source") not in _SOURCES:
            return None
        return LogLine(
            at=_moment(entry.get("timestamp"), timestamp_ms),
            message=str(entry.get("message", "")),
            source="system" if entry["source"] == "system" else "user",
            stream="stderr" if entry.get("stream") == "stderr" else "stdout",
            attempt=self._attempt,
        )

    def _platform_line(self, text: str, timestamp_ms: int) -> LogLine | None:
        """Lambda's own line about this invocation; the ones that frame every invocation tell nothing."""
        if text.startswith(("END RequestId:", "REPORT RequestId:")):
            self.saw_end = True
            return None
        if text.startswith(("START RequestId:", "INIT_START")):
            return None
        return LogLine(
            at=_moment(None, timestamp_ms), message=text, source="system", stream="stderr", attempt=self._attempt
        )


def _moment(timestamp: object, timestamp_ms: int) -> datetime:
    if isinstance(timestamp, str):
        try:
            return datetime.fromisoformat(timestamp)
        except ValueError:
            return datetime.fromtimestamp(timestamp_ms / 1000, UTC)
    return datetime.fromtimestamp(timestamp_ms / 1000, UTC)
