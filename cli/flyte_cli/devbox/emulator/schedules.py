"""EventBridge Scheduler to the second: from a schedule's start on, in its time zone, with the time in the event.

Ministack itself looks every ten seconds, counts rates from when it last looked and crons in UTC, and sends the input
as it is written.
"""

# ruff: noqa: SLF001 - it adapts ministack from inside
from __future__ import annotations

import logging
import uuid
from datetime import UTC, datetime
from typing import Any

from ministack.core import responses  # type: ignore[import-not-found]
from ministack.services import eventbridge, scheduler  # type: ignore[import-not-found]

from .occurrences import last_due

_TICK_S = 0.5
_logger = logging.getLogger("scheduler")


class Clockwork:
    """Fires what has become due since it was last asked. What was due while the devbox was off is not made up for."""

    def __init__(self, started: datetime) -> None:
        self._looked = started

    def tick(self) -> None:
        """Fire what is due."""
        after, self._looked = self._looked, datetime.now(UTC)
        for key, schedule in list(scheduler._schedules._data.items()):
            if schedule.get("State") != "ENABLED":
                continue
            try:
                moment = _due(schedule, after, self._looked)
            except Exception:
                _logger.exception("the schedule %s cannot be understood", key)
                continue
            if moment is None:
                continue
            _fire(key, schedule, moment)
            if schedule["ScheduleExpression"].startswith("at(") and schedule.get("ActionAfterCompletion") == "DELETE":
                scheduler._schedules._data.pop(key, None)


def install() -> None:
    """Replace what ministack does now and then."""
    scheduler._SCHEDULE_TICK_INTERVAL = _TICK_S
    scheduler._tick_schedules = Clockwork(datetime.now(UTC)).tick


def _due(schedule: dict[str, Any], after: datetime, until: datetime) -> datetime | None:
    created = datetime.fromtimestamp(schedule["CreationDate"], UTC)
    return last_due(
        schedule["ScheduleExpression"],
        after,
        until,
        created=created,
        start=_moment(schedule.get("StartDate")),
        end=_moment(schedule.get("EndDate")),
        zone=schedule.get("ScheduleExpressionTimezone") or "UTC",
        next_on_clock=_next_on_clock,
    )


def _moment(given: Any) -> datetime | None:
    seconds = scheduler._to_epoch(given)
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _next_on_clock(expression: str, clock: datetime) -> datetime | None:
    fields = eventbridge._parse_cron_fields(expression)
    if fields is None:
        raise ValueError(f"{expression} is no expression of Scheduler")
    found: datetime | None = eventbridge._cron_next_fire(fields, clock)
    return found


def _fire(key: tuple[str, str, str], schedule: dict[str, Any], moment: datetime) -> None:
    account, region, _ = key
    told = {
        "schedule-arn": schedule["Arn"],
        "scheduled-time": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "execution-id": str(uuid.uuid4()),
        "attempt-number": "1",
    }
    text = schedule["Target"].get("Input") or "{}"
    for name, value in told.items():
        text = text.replace(f"<aws.scheduler.{name}>", value)
    before = responses.get_account_id(), responses.get_region()
    responses.set_request_account_id(account)
    responses.set_request_region(region)
    event = {"Source": "aws.scheduler", "DetailType": "Scheduled Event", "Detail": "{}", "Resources": [schedule["Arn"]]}
    moment_event = {"EventId": told["execution-id"], "Time": moment.timestamp(), "Account": account, "Region": region}
    try:
        eventbridge._invoke_target({**schedule["Target"], "Input": text}, event | moment_event, schedule)
    finally:
        responses.set_request_account_id(before[0])
        responses.set_request_region(before[1])
