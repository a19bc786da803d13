"""The time as the rest of control asks for it, so that a test can stand still or jump."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present moment with its time zone."""


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def to_iso(moment: datetime) -> str:
    """A text of fixed width, so that texts sort as the moments do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def to_milliseconds(moment: datetime) -> int:
    """Milliseconds since the epoch, as CloudWatch Logs counts."""
    return int(moment.timestamp() * 1000)
