"""How long a task may wait and run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

Span = timedelta | int


@dataclass(frozen=True)
class Timeout:
    """Bounds of an action, in seconds or as timedelta.

    Args:
        max_runtime: Of one attempt.
        max_queued_time: Of the wait before the first attempt.
        deadline: Of everything since the action was created.
    """

    max_runtime: Span | None = None
    max_queued_time: Span | None = None
    deadline: Span | None = None

    def __post_init__(self) -> None:
        for name in ("max_runtime", "max_queued_time", "deadline"):
            value = getattr(self, name)
            if value is not None and (isinstance(value, bool) or not isinstance(value, int | float | timedelta)):
                raise TypeError(f"{name}={value!r}: seconds or a timedelta")


TimeoutType = Timeout | int | timedelta


def as_timeout(timeout: TimeoutType | None) -> Timeout:
    """The bounds that `timeout=` stands for; 0 and None mean none."""
    if isinstance(timeout, Timeout):
        return timeout
    return Timeout(max_runtime=timeout or None)


def seconds(span: Span | None) -> float | None:
    """The span in seconds; 0 means no bound."""
    if span is None:
        return None
    return (span.total_seconds() if isinstance(span, timedelta) else float(span)) or None
