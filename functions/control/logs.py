"""Log lines of an action: each attempt names its streams and its time, so there is nothing to search for.

The runner prints one JSON object for each line of the task's output. Several attempts, of other actions too, share a
stream when their sandbox is warm, so a line counts only if it names this action and attempt. Lambda's own words about
the invocation (a timeout, a crash) count as lines of the system.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from flyte.protocol.api import LogPage
from flyte.protocol.identity import ActionId
from flyte.protocol.runs import ActionRecord, Attempt, LogLine
from functions.control import cursors
from functions.control.action_items import to_record
from functions.control.actions import Actions
from functions.control.attributes import error_code
from functions.control.clock import Clock, to_milliseconds, utc_now
from functions.control.errors import InvalidRequestError

if TYPE_CHECKING:
    from mypy_boto3_logs.type_defs import GetLogEventsRequestTypeDef, OutputLogEventTypeDef

    from functions.control.clients import Clients

_SETTLED = timedelta(seconds=10)
"""Lambda delivers lines some seconds late. After this long, a stream that says no more has no more."""

_EMPTY_PAGES = 5
"""CloudWatch Logs may answer with empty pages before the next line."""

_TAIL_EVENTS, _TAIL_LINES = 50, 10
_START = ""
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Chunk:
    lines: list[LogLine]
    token: str
    stream: str
    is_over: bool
    """Whether the attempt can have no more lines."""


class Logs:
    """Reads what actions printed."""

    def __init__(self, clients: Clients, actions: Actions, now: Clock = utc_now) -> None:
        self._clients = clients
        self._actions = actions
        self._now = now

    def read(self, action: ActionId, attempt: int | None, limit: int, cursor: str | None) -> LogPage:
        """A page of lines in the order in which they were printed.

        Args:
            action: Whose lines.
            attempt: One attempt, counted from 1; None for all of them, one after the other.
            limit: Lines at most.
            cursor: Where the last page ended. As long as more may come the answer has one, even without lines; a page
                without cursor is the end, and has no lines.

        Raises:
            RunNotFoundError: No such run.
            ActionNotFoundError: No such action in it.
            InvalidRequestError: There is no such attempt, or the cursor is none of this list.
        """
        position = cursors.decode(cursor, part=int, stream=str, token=str)
        record = to_record(self._actions.get(action))
        if attempt is not None and not (1 <= attempt <= max(1, len(record.attempts))):
            raise InvalidRequestError(f"attempt: {action.run} has {len(record.attempts)} attempts, not {attempt}.")
        parts = [part for each in record.attempts if attempt in {None, each.number} for part in _parts(each)]
        number = int(position["part"]) if position else 0
        stream, token = (str(position["stream"]), str(position["token"])) if position else (_START, _START)
        lines: list[LogLine] = []
        while 0 <= number < len(parts) and len(lines) < limit:
            chunk = self._chunk(record, parts[number], limit - len(lines), stream, token)
            lines += chunk.lines
            stream, token = chunk.stream, chunk.token
            if not chunk.is_over:
                return _page(lines, number, stream, token)
            number, stream, token = number + 1, _START, _START
        has_ended = attempt is not None and attempt <= len(record.attempts) and record.attempts[attempt - 1].ended_at
        more_may_come = not record.phase.is_terminal and not has_ended
        # The end is told by an empty page alone, so that a reader may stop at either sign.
        return _page(lines, number, stream, token) if lines or more_may_come else LogPage(lines=())

    def last_lines(self, record: ActionRecord, attempt: Attempt) -> str:
        """What a dead attempt printed last, as far as it has arrived; an empty text where it cannot be read."""
        if not attempt.log_stream:
            return ""
        try:
            answer = self._clients.logs.get_log_events(
                logGroupName=attempt.log_group,
                logStreamName=attempt.log_stream,
                startTime=to_milliseconds(attempt.started_at),
                limit=_TAIL_EVENTS,
            )
        except ClientError:
            _logger.info("the last lines of %s could not be read", record.id.key, exc_info=True)
            return ""
        lines = [line.message for line in _LineReader(record, attempt).lines(answer["events"]) if line.source == "user"]
        return "\n".join(lines[-_TAIL_LINES:])

    def _chunk(self, record: ActionRecord, attempt: Attempt, limit: int, stream: str, token: str) -> _Chunk:
        """The next lines of one attempt."""
        if not attempt.log_group:
            return _Chunk([], _START, _START, is_over=attempt.ended_at is not None)
        reader = _LineReader(record, attempt)
        for _ in range(_EMPTY_PAGES):
            stream = stream or attempt.log_stream
            try:
                events, token_after = self._events(attempt, stream, token, limit)
            except ClientError as error:
                if error_code(error) != "ResourceNotFoundException":
                    raise
                found = self._find_stream(attempt)
                if found is None or found == stream:
                    return _Chunk([], _START, _START, is_over=self._has_settled(attempt))
                stream = found
                continue
            lines = reader.lines(events)
            at_end = token_after == token or (not events and token_after == _START)
            token = token_after
            if lines or reader.saw_end or at_end:
                # The invocation's end is not the attempt's: suspended, it goes on in another one.
                said_end = reader.saw_end and attempt.ended_at is not None
                is_over = said_end or (not lines and self._has_settled(attempt))
                return _Chunk(lines, token, stream, is_over=is_over)
        return _Chunk([], token, stream, is_over=False)

    def _events(self, attempt: Attempt, stream: str, token: str, limit: int) -> tuple[list[OutputLogEventTypeDef], str]:
        request: GetLogEventsRequestTypeDef = {
            "logGroupName": attempt.log_group,
            "logStreamName": stream,
            "startFromHead": True,
            "startTime": to_milliseconds(attempt.started_at),
            "limit": limit,
        }
        if token:
            request["nextToken"] = token
        answer = self._clients.logs.get_log_events(**request)
        return list(answer["events"]), answer.get("nextForwardToken", _START)

    def _find_stream(self, attempt: Attempt) -> str | None:
        """The stream that has the attempt's lines, where the name that the runner was told leads nowhere."""
        until = attempt.ended_at or self._now()
        try:
            answer = self._clients.logs.filter_log_events(
                logGroupName=attempt.log_group,
                startTime=to_milliseconds(attempt.started_at),
                endTime=to_milliseconds(until + _SETTLED),
                filterPattern=f'"{attempt.request_id}"',
            )
        except ClientError as error:
            if error_code(error) != "ResourceNotFoundException":
                raise
            return None
        return next((event.get("logStreamName") for event in answer["events"]), None)

    def _has_settled(self, attempt: Attempt) -> bool:
        return attempt.ended_at is not None and self._now() - attempt.ended_at > _SETTLED


class _LineReader:
    """Tells the lines of one attempt from everything else in its stream."""

    def __init__(self, record: ActionRecord, attempt: Attempt) -> None:
        self._record = record
        self._attempt = attempt
        self.saw_end = False

    def lines(self, events: list[OutputLogEventTypeDef]) -> list[LogLine]:
        """The attempt's lines among these events."""
        found: list[LogLine] = []
        for event in events:
            line = self._line(event.get("message", "").rstrip("\n"), event.get("timestamp", 0))
            if line is not None:
                found.append(line)
        return found

    def _line(self, text: str, timestamp_ms: int) -> LogLine | None:
        try:
            entry = json.loads(text) if text.startswith("{") else None
        except ValueError:
            entry = None
        if isinstance(entry, dict):
            return self._task_line(entry, timestamp_ms)
        if self._attempt.request_id not in text or not self._attempt.request_id:
            return None
        return self._platform_line(text, timestamp_ms)

    def _task_line(self, entry: dict[str, Any], timestamp_ms: int) -> LogLine | None:
        action = self._record.id
        mine = (action.project, action.domain, action.run, action.action, self._attempt.number)
        if tuple(entry.get(name) for name in ("project", "domain", "run", "action", "attempt")) != mine:
            return None
        return LogLine(
            at=_moment(entry.get("timestamp"), timestamp_ms),
            message=str(entry.get("message", "")),
            source="system" if entry.get("source") == "system" else "user",
            stream="stderr" if entry.get("stream") == "stderr" else "stdout",
            attempt=self._attempt.number,
        )

    def _platform_line(self, text: str, timestamp_ms: int) -> LogLine | None:
        """Lambda's own line about this invocation; the ones that frame every invocation tell nothing."""
        if text.startswith(("END RequestId:", "REPORT RequestId:")):
            self.saw_end = True
            return None
        if text.startswith(("START RequestId:", "INIT_START")):
            return None
        return LogLine(
            at=_moment(None, timestamp_ms), message=text, source="system", stream="stderr", attempt=self._attempt.number
        )


def _moment(timestamp: object, timestamp_ms: int) -> datetime:
    if isinstance(timestamp, str):
        try:
            return datetime.fromisoformat(timestamp)
        except ValueError:
            return datetime.fromtimestamp(timestamp_ms / 1000, UTC)
    return datetime.fromtimestamp(timestamp_ms / 1000, UTC)


def _parts(attempt: Attempt) -> tuple[Attempt, ...]:
    """The attempt once for each stream that it printed to, as if it had been there alone; the last one is as it is."""
    ended = attempt.resumed_at
    earlier = (
        attempt.model_copy(update={"log_stream": stream, "request_id": "", "ended_at": ended})
        for stream in attempt.earlier_streams
    )
    return (*earlier, attempt)


def _page(lines: list[LogLine], part: int, stream: str, token: str) -> LogPage:
    return LogPage(lines=tuple(lines), cursor=cursors.encode({"part": part, "stream": stream, "token": token}))
