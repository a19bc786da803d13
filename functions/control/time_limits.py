"""The bounds of a task's `timeout` that hold while nobody works on its action: its deadline, and its time in the queue.

The supervisor keeps an attempt's own bound, and these too as soon as it has claimed one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flyte.protocol.runs import ErrorRecord
from flyte.protocol.tasks import TaskSpec

_GRACE = timedelta(seconds=60)
"""A supervisor that ends an attempt in time gets this long to say so before somebody else does."""


def deadline_at(spec: TaskSpec, created_at: datetime) -> datetime | None:
    """When everything must be over; None if the task sets no deadline."""
    return None if spec.timeout.deadline_s is None else created_at + timedelta(seconds=spec.timeout.deadline_s)


def overdue(spec: TaskSpec, created_at: datetime, now: datetime, *, was_claimed: bool) -> ErrorRecord | None:
    """The error of an open action that has passed one of its bounds."""
    deadline = deadline_at(spec, created_at)
    if deadline is not None and now > deadline + _GRACE:
        return ErrorRecord(
            code="DeadlineExceededError",
            kind="user",
            message=f"{spec.name} did not end within {spec.timeout.deadline_s:g} s of its creation, its deadline.",
        )
    max_queued_s = spec.timeout.max_queued_s
    if max_queued_s is not None and not was_claimed and now > created_at + timedelta(seconds=max_queued_s) + _GRACE:
        return ErrorRecord(
            code="MaxQueuedTimeExceededError",
            kind="user",
            message=f"{spec.name} found no capacity within {max_queued_s:g} s, its max_queued_time. Raise the "
            "account's concurrency, or start fewer runs at once.",
        )
    return None
