"""Triggers: what starts a task on a schedule, as it is declared, recorded, listed and changed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, field_validator

from . import limits
from .cron import Cron
from .model import Json, Model, Scope, TaskName, Version
from .notifications import Notifications

TriggerName = Annotated[str, StringConstraints(pattern=limits.TRIGGER_NAME_PATTERN)]


class CronSchedule(Model):
    """Five cron fields, read on the clock of a time zone."""

    kind: Literal["cron"] = "cron"
    expression: str
    timezone: str = "UTC"

    @field_validator("expression")
    @classmethod
    def _can_be_scheduled(cls, expression: str) -> str:
        Cron.parse(expression).to_scheduler()
        return expression

    def __str__(self) -> str:
        return self.expression if self.timezone == "UTC" else f"{self.expression} ({self.timezone})"


class RateSchedule(Model):
    """Every so many minutes, counted from `start_time`, or from when the trigger was made."""

    kind: Literal["rate"] = "rate"
    interval_minutes: int = Field(ge=1)
    start_time: datetime | None = None

    def __str__(self) -> str:
        return "every minute" if self.interval_minutes == 1 else f"every {self.interval_minutes} minutes"


Schedule = Annotated[CronSchedule | RateSchedule, Field(discriminator="kind")]


class TriggerSpec(Model):
    """A trigger of a task. One without a schedule is fired by hand alone."""

    name: TriggerName
    schedule: Schedule | None = None
    description: str = ""
    auto_activate: bool = True
    inputs: dict[str, Json] = {}
    """Values by parameter, as they travel in a run's inputs."""
    time_inputs: tuple[str, ...] = ()
    """Parameters that receive the time for which the run was scheduled."""
    env_vars: dict[str, str] = {}
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    custom_context: dict[str, str] = {}
    overwrite_cache: bool = False
    max_action_concurrency: int | None = Field(default=None, ge=2)
    notifications: Notifications = ()

    def inputs_at(self, moment: datetime) -> dict[str, Any]:
        """The inputs of the run that is scheduled for this moment."""
        return {**self.inputs, **dict.fromkeys(self.time_inputs, moment.isoformat().replace("+00:00", "Z"))}


class TriggerId(Model):
    """A trigger within its task."""

    project: Scope
    domain: Scope
    task: TaskName
    name: TriggerName

    @property
    def scope(self) -> str:
        """`project/domain`."""
        return f"{self.project}/{self.domain}"


class TriggerRecord(Model):
    """A trigger as it is recorded and shown."""

    id: TriggerId
    spec: TriggerSpec
    active: bool
    declared: bool
    """Whether it stands in the task's code; otherwise somebody made it by hand."""
    task_version: Version | None = None
    """The version that it runs; None for the latest."""
    created_at: datetime
    updated_at: datetime
    created_by: str = ""


class TriggerPage(Model):
    """Triggers by task and name."""

    triggers: tuple[TriggerRecord, ...]
    cursor: str | None = None


class PutTriggerRequest(Model):
    """Makes a trigger by hand, or changes one that was made so."""

    spec: TriggerSpec
    task_version: Version | None = None


class ActivateTriggerRequest(Model):
    """Switches a trigger on or off."""

    active: bool


class TriggerChange(Model):
    """What deploying, or going back to a version, did to a trigger."""

    task: TaskName
    name: TriggerName
    change: Literal["new", "changed", "unchanged", "removed"]
    active: bool
    schedule: str = ""
    """For people."""


class ScheduledEvent(Model):
    """What EventBridge Scheduler sends when a trigger is due. An event that comes twice is the same to the byte."""

    trigger: TriggerId
    scheduled_at: datetime
