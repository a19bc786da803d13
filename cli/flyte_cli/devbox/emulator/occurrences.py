"""When a schedule is due, as EventBridge Scheduler counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

NextOnClock = Callable[[str, datetime], "datetime | None"]
"""The first minute after one on some clock that a cron expression names."""

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_AT = re.compile(r"at\((.+)\)")


def last_due(
    expression: str,
    after: datetime,
    until: datetime,
    *,
    created: datetime,
    start: datetime | None,
    end: datetime | None,
    zone: str,
    next_on_clock: NextOnClock,
) -> datetime | None:
    """The last moment in (after, until] at which a schedule is due; None if it is not.

    Of what was due while the machine slept, it is one moment: nobody wants a night's runs at once.
    """
    if rate := _RATE.fullmatch(expression):
        moment = _last_of_rate(timedelta(**{f"{rate[2]}s": int(rate[1])}), until, created, start)
    elif at := _AT.fullmatch(expression):
        moment = _real(datetime.fromisoformat(at[1]), ZoneInfo(zone))
    else:
        moment = _last_of_cron(expression, after, until, ZoneInfo(zone), next_on_clock)
    if moment is None or not after < moment <= until:
        return None
    if (start is not None and moment < start) or (end is not None and moment > end):
        return None
    return moment


def _last_of_rate(interval: timedelta, until: datetime, created: datetime, start: datetime | None) -> datetime | None:
    """Counted from the start, which is due itself, or from the creation, which is not."""
    first = start if start is not None else created + interval
    return None if until < first else first + (until - first) // interval * interval


def _last_of_cron(
    expression: str, after: datetime, until: datetime, zone: ZoneInfo, next_on_clock: NextOnClock
) -> datetime | None:
    clock: datetime | None = after.astimezone(zone).replace(tzinfo=UTC)
    last = None
    while clock is not None and (clock := next_on_clock(expression, clock)) is not None:
        moment = _real(clock, zone)
        if moment is not None and moment > until:
            break
        last = moment or last
    return last


def _real(clock: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment at which the zone's clock shows this; None for an hour that is left out in spring."""
    naive = clock.replace(tzinfo=None)
    moment = naive.replace(tzinfo=zone).astimezone(UTC)
    return moment if moment.astimezone(zone).replace(tzinfo=None) == naive else None
