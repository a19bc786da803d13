"""Datetimes as they arrive: with the standard library's zones, and in UTC where Flyte has a literal of its own.

Flyte carries a datetime that is an input, or an item of a list or dict, as a moment: one without a zone counts as UTC.
Fields of dataclasses and models keep their zone, or that they have none.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timezone
from typing import TypeVar

Clock = TypeVar("Clock", datetime, time)


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC, unless it is on the first or last day that there is, and UTC's day is another."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return in_standard_zone(moment)


def in_standard_zone(clock: Clock) -> Clock:
    """The same with a zone of the standard library, which can be pickled and compared like any other."""
    offset = clock.utcoffset()
    return clock if offset is None else clock.replace(tzinfo=timezone(offset) if offset else UTC)
