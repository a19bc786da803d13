"""The entries of an action's attempts, as they change: let go of, taken up, ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from flyte.protocol import limits
from flyte.protocol.runs import Attempt, ErrorRecord, LogStay
from functions.control import parking
from functions.control.attributes import Item
from functions.control.claims import Invoked
from functions.control.payloads import cut_text

_ERROR_BYTES = 300
"""Text kept of an error for each attempt. The last one's is in the record's `error`; an item has room for 400 KB."""


def left(attempt: Attempt, now: datetime) -> Attempt:
    """The attempt when its invocation lets go of it."""
    worked = now - (attempt.resumed_at or attempt.started_at)
    return attempt.model_copy(update={"active_ms": attempt.active_ms + _milliseconds(worked)})


def ended(attempt: Attempt, now: datetime) -> Attempt:
    """The attempt when its owner ends it."""
    return left(attempt, now).model_copy(update={"ended_at": now})


def closed(item: Item, now: datetime) -> Attempt:
    """The attempt when somebody else than its owner ends it: it is worked on, or waits."""
    attempt = Attempt.model_validate(item["attempts"][-1])
    if not parking.is_parked(item):
        return ended(attempt, now)
    return waited(attempt, parking.Parked.from_item(item), now).model_copy(update={"ended_at": now})


def waited(attempt: Attempt, parked: parking.Parked, now: datetime) -> Attempt:
    """The attempt when its wait is over."""
    suspended_ms = attempt.suspended_ms + _milliseconds(now - parked.since)
    return attempt.model_copy(update={"suspended_ms": suspended_ms, "suspensions": attempt.suspensions + 1})


def resumed(attempt: Attempt, parked: parking.Parked, invoked: Invoked, now: datetime) -> Attempt:
    """The attempt when another invocation takes it up."""
    earlier = attempt.earlier_streams
    if invoked.log_stream != attempt.log_stream:
        left = LogStay(log_stream=attempt.log_stream, request_id=attempt.request_id, until=now)
        earlier = (*earlier, left)[-limits.LOG_STREAMS_KEPT :]
    return waited(attempt, parked, now).model_copy(
        update={
            "request_id": invoked.request_id,
            "log_group": invoked.log_group,
            "log_stream": invoked.log_stream,
            "earlier_streams": earlier,
            "resumed_at": now,
        }
    )


def _milliseconds(duration: timedelta) -> int:
    return max(0, round(duration.total_seconds() * 1000))


def brief(error: ErrorRecord) -> ErrorRecord:
    """What an attempt's entry keeps of its error."""
    return error.model_copy(
        update={"message": cut_text(error.message, _ERROR_BYTES), "traceback": "", "full_text_uri": None}
    )
