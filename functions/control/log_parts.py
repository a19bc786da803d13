"""What the log of an action is made of: where each attempt printed, one stay after the other, and why it failed.

A suspended attempt may go on in another sandbox, so in another stream, and come back to an earlier one later. Each such
stay is a part of its own, bounded by the next stay in the same stream: no line is in two parts, and none is in no part.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ActionRecord, Attempt, ErrorRecord, LogLine, titled
from functions.control.clock import to_iso

LAST_LINES = "\nIts last lines of output:\n"
"""What follows it in an error's message is in the log already."""

_AFTER_STAYS, _AFTER_ATTEMPTS = "~", 1_000_000
_SUCCEEDED = {ActionPhase.SUCCEEDED, ActionPhase.RECOVERED}

Place = tuple[int, str]
"""Where a part stands among all parts of an action, for good: more parts may come, always after it."""


@dataclass(frozen=True, slots=True)
class Stay:
    """A time in which an attempt printed to one stream."""

    place: Place
    attempt: Attempt
    stream: str
    request_id: str
    since: datetime
    ended_at: datetime | None
    until: datetime | None
    """When a later stay in the same stream begins: lines from then on are its."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an attempt, or the whole action, did not succeed: in no stream, because who died could not say it."""

    place: Place
    lines: tuple[LogLine, ...]


Part = Stay | Reason


def parts_of(record: ActionRecord, attempt: int | None) -> list[Part]:
    """The parts in the order in which they are read.

    Args:
        record: The action.
        attempt: Only what is of this attempt; None for all.
    """
    parts: list[Part] = []
    for each in record.attempts:
        if attempt in {None, each.number}:
            parts += _stays(each)
            parts += _retried(record, each)
    if attempt in {None, max(1, len(record.attempts))}:
        parts += _verdict(record)
    return parts


def _stays(attempt: Attempt) -> Iterator[Stay]:
    ends = [each.until for each in attempt.earlier_streams]
    since = [attempt.started_at, *ends]
    streams = [*(each.log_stream for each in attempt.earlier_streams), attempt.log_stream]
    requests = [*(each.request_id for each in attempt.earlier_streams), attempt.request_id]
    for index, stream in enumerate(streams):
        again = next((later for later in range(index + 1, len(streams)) if streams[later] == stream), None)
        yield Stay(
            place=(attempt.number, to_iso(since[index])),
            attempt=attempt,
            stream=stream,
            request_id=requests[index],
            since=since[index],
            ended_at=ends[index] if index < len(ends) else attempt.ended_at,
            until=None if again is None else since[again],
        )


def _retried(record: ActionRecord, attempt: Attempt) -> Iterator[Reason]:
    """Why an attempt failed that was not the last word: what the action ended with is told once, and whole."""
    is_last = record.phase.is_terminal and attempt.number == len(record.attempts)
    if attempt.error is None or attempt.ended_at is None or is_last:
        return
    texts = _texts(f"attempt {attempt.number} failed", attempt.error)
    yield Reason((attempt.number, _AFTER_STAYS), _lines(texts, attempt.ended_at, attempt.number))


def _verdict(record: ActionRecord) -> Iterator[Reason]:
    if not record.phase.is_terminal or record.phase in _SUCCEEDED:
        return
    name = record.id.action
    if record.error is not None:
        what = "timed out" if record.phase is ActionPhase.TIMED_OUT else "failed"
        texts = _texts(f"{name} {what}", record.error)
    else:
        texts = [f"{name} was {record.phase.value}: {record.abort_reason or 'no reason was given'}"]
    ended_at = record.ended_at or record.updated_at
    yield Reason((_AFTER_ATTEMPTS, _AFTER_STAYS), _lines(texts, ended_at, max(1, len(record.attempts))))


def _texts(what: str, error: ErrorRecord) -> list[str]:
    title = titled(error.code, error.message.partition(LAST_LINES)[0])
    return [*error.traceback.splitlines(), *f"{what}: {title}".splitlines()]


def _lines(texts: list[str], at: datetime, attempt: int) -> tuple[LogLine, ...]:
    return tuple(LogLine(at=at, message=text, source="system", stream="stderr", attempt=attempt) for text in texts)
