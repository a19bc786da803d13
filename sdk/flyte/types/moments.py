"""Datetimes as they arrive: with the standard library's zones, and in UTC where Flyte has a literal of its own.

Flyte carries a datetime that is an input, or an item of a list or dict, as a moment: one without a zone counts as UTC.
Fields of dataclasses and models keep their zone, or that they have none.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timezone, tzinfo
from functools import lru_cache


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC, unless it is on the first or last day that there is, and UTC's day is another."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return in_standard_zone(moment)


def in_standard_zone(moment: datetime) -> datetime:
    """The same with a zone of the standard library, which can be pickled and compared like any other."""
    zone = moment.tzinfo
    return moment if zone is None else datetime.combine(moment, moment.time(), _standard(zone))


def clock_in_standard_zone(clock: time) -> time:
    """As `in_standard_zone`, of a time of day."""
    return clock if clock.tzinfo is None else clock.replace(tzinfo=_standard(clock.tzinfo))


@lru_cache
def _standard(zone: tzinfo) -> tzinfo:
    """The standard library's zone for one of pydantic's, each of which is an offset."""
    offset = zone.utcoffset(None)
    if offset is None:
        return zone
    return timezone(offset) if offset else UTC
