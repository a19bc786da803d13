"""How long a task may wait and run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ._expect import expect

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
            _check_span(name, getattr(self, name))


TimeoutType = Timeout | int | timedelta


def as_timeout(timeout: TimeoutType | None) -> Timeout:
    """The bounds that `timeout=` stands for; 0 and None mean none.

    Raises:
        TypeError: It is neither seconds, a timedelta nor a Timeout.
        ValueError: It is negative.
    """
    if isinstance(timeout, Timeout):
        return timeout
    _check_span("timeout", timeout)
    return Timeout(max_runtime=timeout or None)


def seconds(span: Span | None) -> float | None:
    """The span in seconds; 0 means no bound."""
    if span is None:
        return None
    return (span.total_seconds() if isinstance(span, timedelta) else float(span)) or None


def _check_span(name: str, span: Any) -> None:
    expect(name, span, int, float, timedelta)
    if span is not None and (seconds(span) or 0) < 0:
        raise ValueError(f"{name}={span!r}: not negative")
