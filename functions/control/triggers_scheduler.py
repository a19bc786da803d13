"""Triggers as schedules of EventBridge Scheduler: one each, in the stack's group, named after the trigger."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from flyte.protocol.cron import Cron
from flyte.protocol.triggers import CronSchedule, RateSchedule, TriggerId, TriggerRecord
from functions.control.attributes import error_code
from functions.control.errors import InvalidRequestError

if TYPE_CHECKING:
    from mypy_boto3_scheduler.type_defs import CreateScheduleInputTypeDef

    from functions.control.clients import Clients
    from functions.control.settings import Settings

SCHEDULED_TIME = "<aws.scheduler.scheduled-time>"
"""Scheduler puts the time there for which the event was scheduled, the same each time that it sends the event again.
Source: EventBridge Scheduler user guide, "Adding context attributes"."""

_NAME_CHARS = 64
_DIGEST_CHARS = 20
_NOT_IN_NAMES = re.compile(r"[^0-9A-Za-z._-]")
_DESCRIPTION_CHARS = 512

_RETRY_AGE_S = 24 * 3600
_RETRIES = 185
"""Both Scheduler's most: a run that was due is started late rather than not at all."""


class Schedules:
    """Schedules in the stack's group."""

    def __init__(self, settings: Settings, clients: Clients) -> None:
        self._settings = settings.schedules
        self._clients = clients

    def digest(self, record: TriggerRecord, anchored_at: datetime) -> str:
        """The same as long as the schedule need not change."""
        text = json.dumps([self._timeless(record), anchored_at.isoformat()], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_CHARS]

    def put(self, record: TriggerRecord, anchored_at: datetime, now: datetime) -> None:
        """Makes the trigger's schedule, or makes it anew as it should be.

        Raises:
            InvalidRequestError: Scheduler refuses it, such as for a time zone that it does not know.
        """
        request = self._timeless(record)
        if isinstance(record.spec.schedule, RateSchedule):
            request["StartDate"] = next_of_rate(record.spec.schedule, anchored_at, now)
        client = self._clients.scheduler
        try:
            try:
                client.update_schedule(**request)
            except client.exceptions.ResourceNotFoundException:
                client.create_schedule(**request)
        except client.exceptions.ConflictException:
            client.update_schedule(**request)  # somebody else made it between the two
        except ClientError as error:
            if error_code(error) != "ValidationException":
                raise
            raise InvalidRequestError(
                f"The trigger {record.id.name!r} of {record.id.task} cannot be scheduled: "
                f"{error.response['Error'].get('Message', error)}"
            ) from error

    def delete(self, trigger: TriggerId) -> None:
        """Deletes the trigger's schedule, if there is one."""
        client = self._clients.scheduler
        try:
            client.delete_schedule(GroupName=self._settings.group, Name=schedule_name(trigger))
        except client.exceptions.ResourceNotFoundException:
            return

    def _timeless(self, record: TriggerRecord) -> CreateScheduleInputTypeDef:
        """All of the schedule but its start, which depends on when it is made."""
        schedule = record.spec.schedule
        if schedule is None:
            raise ValueError(f"{record.id} has no schedule")
        event = {"trigger": record.id.to_dict(), "scheduled_at": SCHEDULED_TIME}
        about = f"{record.id.name} of {record.id.task} in {record.id.scope}. {record.spec.description}"
        return {
            "GroupName": self._settings.group,
            "Name": schedule_name(record.id),
            "Description": about.strip()[:_DESCRIPTION_CHARS],
            "ScheduleExpression": _expression(schedule),
            "ScheduleExpressionTimezone": "UTC" if isinstance(schedule, RateSchedule) else schedule.timezone,
            "State": "ENABLED" if record.active else "DISABLED",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {
                "Arn": self._settings.function_arn,
                "RoleArn": self._settings.role_arn,
                "Input": json.dumps(event, sort_keys=True),
                "RetryPolicy": {"MaximumEventAgeInSeconds": _RETRY_AGE_S, "MaximumRetryAttempts": _RETRIES},
                "DeadLetterConfig": {"Arn": self._settings.dead_letters_arn},
            },
        }


def _expression(schedule: CronSchedule | RateSchedule) -> str:
    if isinstance(schedule, RateSchedule):
        unit = "minute" if schedule.interval_minutes == 1 else "minutes"
        return f"rate({schedule.interval_minutes} {unit})"
    return Cron.parse(schedule.expression).to_scheduler()


def schedule_name(trigger: TriggerId) -> str:
    """A name within the group: readable as far as 64 characters go, and one trigger's alone."""
    identity = f"{trigger.scope}\0{trigger.task}\0{trigger.name}"
    digest = hashlib.sha256(identity.encode()).hexdigest()[:_DIGEST_CHARS]
    readable = _NOT_IN_NAMES.sub("_", f"{trigger.name}-{trigger.task}")
    return f"{readable[: _NAME_CHARS - _DIGEST_CHARS - 1]}-{digest}"


def next_of_rate(schedule: RateSchedule, anchored_at: datetime, now: datetime) -> datetime:
    """When a fixed rate is due next. Scheduler takes no start in the past, and counts from the start that it gets."""
    interval = timedelta(minutes=schedule.interval_minutes)
    if schedule.start_time is None:
        first = anchored_at + interval
    else:
        first = schedule.start_time if schedule.start_time.tzinfo else schedule.start_time.replace(tzinfo=UTC)
    if first > now:
        return first
    return first + ((now - first) // interval + 1) * interval
