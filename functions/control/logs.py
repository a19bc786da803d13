"""Log lines of an action: each attempt names its streams and its time, so there is nothing to search for."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

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
from functions.control.log_lines import LineReader
from functions.control.log_parts import Part, Place, Reason, Stay, parts_of

if TYPE_CHECKING:
    from mypy_boto3_logs.type_defs import GetLogEventsRequestTypeDef, OutputLogEventTypeDef

    from functions.control.clients import Clients

_SETTLED = timedelta(seconds=10)
"""Lambda delivers lines some seconds late. After this long, a stream that says no more has no more."""

_EMPTY_PAGES = 5
"""CloudWatch Logs may answer with empty pages before the next line."""

_TAIL_EVENTS, _TAIL_LINES = 50, 10
_START = ""
_FIRST: Place = (0, "")
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Chunk:
    """The next lines of a part, and where it goes on."""

    lines: list[LogLine]
    token: str = _START
    stream: str = _START
    is_over: bool = True
    """Whether the part can have no more lines."""


@dataclass(frozen=True, slots=True)
class _Position:
    """Where a reader is: in the part of that place, or behind it. A part that is there no more was passed."""

    place: Place = _FIRST
    stream: str = _START
    token: str = _START
    is_behind: bool = False

    @classmethod
    def of(cls, cursor: str | None) -> _Position:
        """The one that a cursor stands for."""
        found = cursors.decode(cursor, attempt=int, since=str, stream=str, token=str, behind=int)
        if found is None:
            return cls()
        place = (int(found["attempt"]), str(found["since"]))
        return cls(place, str(found["stream"]), str(found["token"]), bool(found["behind"]))

    def cursor(self) -> str:
        """The cursor that stands for it."""
        number, since = self.place
        return cursors.encode(
            {
                "attempt": number,
                "since": since,
                "stream": self.stream,
                "token": self.token,
                "behind": self.is_behind * 1,
            }
        )

    def is_before(self, part: Part) -> bool:
        """Whether the part is still to be read, at least in part."""
        return part.place > self.place or (part.place == self.place and not self.is_behind)

    def entering(self, part: Part) -> _Position:
        """The position in that part: at its beginning, if this is another's."""
        return self if part.place == self.place else _Position(part.place)


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
        position = _Position.of(cursor)
        record = to_record(self._actions.get(action))
        if attempt is not None and not (1 <= attempt <= max(1, len(record.attempts))):
            raise InvalidRequestError(f"attempt: {action.run} has {len(record.attempts)} attempts, not {attempt}.")
        lines: list[LogLine] = []
        for part in filter(position.is_before, parts_of(record, attempt)):
            if len(lines) >= limit:
                break
            position = position.entering(part)
            chunk = self._chunk(record, part, limit - len(lines), position)
            lines += chunk.lines
            position = _Position(part.place, chunk.stream, chunk.token, chunk.is_over)
            if not chunk.is_over:
                return LogPage(lines=tuple(lines), cursor=position.cursor())
        has_ended = attempt is not None and attempt <= len(record.attempts) and record.attempts[attempt - 1].ended_at
        more_may_come = not record.phase.is_terminal and not has_ended
        # The end is told by an empty page alone, so that a reader may stop at either sign.
        return LogPage(lines=tuple(lines), cursor=position.cursor() if lines or more_may_come else None)

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
        lines = [
            line.message
            for line in LineReader(record.id, attempt.number, attempt.request_id).lines(answer["events"])
            if line.source == "user"
        ]
        return "\n".join(lines[-_TAIL_LINES:])

    def _chunk(self, record: ActionRecord, part: Part, limit: int, position: _Position) -> _Chunk:
        """The next lines of one part."""
        if isinstance(part, Stay):
            return self._stay(record, part, limit, position)
        return _reason(part, limit, position)

    def _stay(self, record: ActionRecord, stay: Stay, limit: int, position: _Position) -> _Chunk:
        if not stay.attempt.log_group:
            return _Chunk([], is_over=stay.ended_at is not None)
        reader = LineReader(record.id, stay.attempt.number, stay.request_id)
        stream, token = position.stream or stay.stream, position.token
        for _ in range(_EMPTY_PAGES):
            try:
                events, token_after = self._events(stay, stream, token, limit)
            except ClientError as error:
                if error_code(error) != "ResourceNotFoundException":
                    raise
                found = self._find_stream(stay)
                if found is None or found == stream:
                    return _Chunk([], is_over=self._has_settled(stay))
                stream = found
                continue
            own = _before(stay, events)
            lines = reader.lines(own)
            saw_next = len(own) < len(events)
            at_end = token_after == token or (not events and token_after == _START)
            token = token_after
            if lines or reader.saw_end or saw_next or at_end:
                # The invocation's end is not the stay's: suspended, it may go on in the same stream.
                said_end = reader.saw_end and stay.ended_at is not None
                return _Chunk(lines, token, stream, said_end or saw_next or (not lines and self._has_settled(stay)))
        return _Chunk([], token, stream, is_over=False)

    def _events(self, stay: Stay, stream: str, token: str, limit: int) -> tuple[list[OutputLogEventTypeDef], str]:
        request: GetLogEventsRequestTypeDef = {
            "logGroupName": stay.attempt.log_group,
            "logStreamName": stream,
            "startFromHead": True,
            "startTime": to_milliseconds(stay.since),
            "limit": limit,
        }
        if token:
            request["nextToken"] = token
        answer = self._clients.logs.get_log_events(**request)
        return list(answer["events"]), answer.get("nextForwardToken", _START)

    def _find_stream(self, stay: Stay) -> str | None:
        """The stream that has the attempt's lines, where the name that the runner was told leads nowhere."""
        until = stay.ended_at or self._now()
        try:
            answer = self._clients.logs.filter_log_events(
                logGroupName=stay.attempt.log_group,
                startTime=to_milliseconds(stay.since),
                endTime=to_milliseconds(until + _SETTLED),
                filterPattern=f'"{stay.request_id}"',
            )
        except ClientError as error:
            if error_code(error) != "ResourceNotFoundException":
                raise
            return None
        return next((event.get("logStreamName") for event in answer["events"]), None)

    def _has_settled(self, stay: Stay) -> bool:
        return stay.ended_at is not None and self._now() - stay.ended_at > _SETTLED


def _before(stay: Stay, events: list[OutputLogEventTypeDef]) -> list[OutputLogEventTypeDef]:
    """The events that are not of a later stay in the same stream."""
    if stay.until is None:
        return events
    until_ms = to_milliseconds(stay.until)
    return [event for event in events if event.get("timestamp", 0) < until_ms]


def _reason(reason: Reason, limit: int, position: _Position) -> _Chunk:
    given = int(position.token or 0)
    end = given + limit
    return _Chunk(list(reason.lines[given:end]), str(end), is_over=end >= len(reason.lines))
