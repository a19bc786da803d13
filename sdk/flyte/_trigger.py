"""Schedules that start a deployed task: `@env.task(triggers=…)`. Local runs take no notice of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ._expect import bound_of_actions, expect, expect_texts

if TYPE_CHECKING:
    from collections.abc import Mapping

_DESCRIPTION_CHARS = 255


class _TriggerTime:
    """Stands for the time at which a trigger fires."""

    is_given_by_trigger = True
    """As the default of an input, it is a value that triggers alone can give: `flyte.types` takes it for none."""

    def __repr__(self) -> str:
        return "TriggerTime"

    def __reduce__(self) -> str:
        return "TriggerTime"


class _TriggeredArtifact:
    """Stands for the artifact that fired a trigger."""

    def __repr__(self) -> str:
        return "TriggeredArtifact"

    def __reduce__(self) -> str:
        return "TriggeredArtifact"


TriggerTime: Any = _TriggerTime()  # any type: it may be the default of an input
TriggeredArtifact = _TriggeredArtifact()


@dataclass(frozen=True)
class Cron:
    """A schedule of five cron fields, in a time zone.

    Args:
        expression: Minute, hour, day of month, month and day of week: numbers, names, `*`, lists, ranges and steps.
        timezone: On whose clock, such as `Europe/Berlin`.

    Raises:
        ValueError: The expression is none; the message names the field.
    """

    expression: str
    timezone: str = "UTC"

    def __post_init__(self) -> None:
        expect("expression", self.expression, str, optional=False)
        expect("timezone", self.timezone, str, optional=False)
        from .protocol.cron import Cron as Expression

        Expression.parse(self.expression)

    @property
    def timezone_expression(self) -> str:
        """The expression with its time zone in front."""
        return f"CRON_TZ={self.timezone} {self.expression}"

    def __str__(self) -> str:
        return f"Cron Trigger: {self.timezone_expression}"


@dataclass(frozen=True)
class FixedRate:
    """A schedule of one run every so many minutes.

    Args:
        interval_minutes: How many.
        start_time: From when on, in UTC unless it names another zone; by default the first run is one interval after
            the trigger is deployed. One in the past sets the rhythm.
    """

    interval_minutes: int
    start_time: datetime | None = None

    def __post_init__(self) -> None:
        expect("interval_minutes", self.interval_minutes, int, optional=False)
        expect("start_time", self.start_time, datetime)
        if self.interval_minutes < 1:
            raise ValueError(f"interval_minutes={self.interval_minutes}: at least 1")

    def __str__(self) -> str:
        return f"FixedRate Trigger: every {self.interval_minutes} minutes"


class OnArtifact:
    """Fires when a version of an artifact is made. This backend has no artifacts: a task with it cannot be deployed.

    Args:
        name: The artifact's name.
        version: Only this version.
        partitions: Only these partitions.
        **partition_kwargs: The same as keywords.
    """

    def __init__(
        self,
        name: str,
        version: str | None = None,
        partitions: Mapping[str, str] | None = None,
        **partition_kwargs: str,
    ) -> None:
        self.name = name
        self.version = version
        self.partitions = {**(partitions or {}), **partition_kwargs} or None


@dataclass(frozen=True)
class TriggeredPartition:
    """Stands for a partition of the artifact that fired a trigger."""

    key: str


@dataclass(frozen=True)
class Trigger:
    """Starts the task that it is attached to.

    Args:
        name: Unique within the task.
        automation: When: `Cron` or `FixedRate`, or another trigger, such as `flyte.Trigger.daily()`, whose schedule it
            takes; None for a trigger that is fired by hand alone.
        description: What it is for.
        auto_activate: Whether it is active once deployed.
        inputs: Values of the task's inputs; `flyte.TriggerTime` stands for the time at which it fires.
        env_vars: Environment variables of the run.
        interruptible: Accepted for Kubernetes; no effect on Lambda.
        overwrite_cache: Whether the run ignores and renews cached results.
        queue: Accepted; Lambda has no queues.
        max_action_concurrency: As in `flyte.with_runcontext`.
        labels: Labels of the run.
        annotations: Annotations of the run.
        notifications: Who hears of the run's end: one of `flyte.notify`, or several.
        custom_context: Custom context of the run.
    """

    name: str
    automation: Any = None
    description: str = ""
    auto_activate: bool = True
    inputs: dict[str, Any] | None = None
    env_vars: dict[str, str] | None = None
    interruptible: bool | None = None
    overwrite_cache: bool = False
    queue: str | None = None
    max_action_concurrency: int | None = None
    labels: Mapping[str, str] | None = None
    annotations: Mapping[str, str] | None = None
    notifications: Any = None
    custom_context: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("a trigger needs a name")
        expect("name", self.name, str)
        if isinstance(self.automation, Trigger):
            object.__setattr__(self, "automation", self.automation.automation)
        expect("automation", self.automation, Cron, FixedRate, OnArtifact)
        expect("description", self.description, str, optional=False)
        for name in ("auto_activate", "overwrite_cache"):
            expect(name, getattr(self, name), bool, optional=False)
        expect("inputs", self.inputs, dict)
        expect("max_action_concurrency", self.max_action_concurrency, int)
        for name in ("env_vars", "labels", "annotations", "custom_context"):
            values = getattr(self, name)
            expect_texts(name, None if values is None else dict(values))
        if self.notifications is not None:
            from .notify import as_tuple

            as_tuple(self.notifications)
        object.__setattr__(self, "max_action_concurrency", bound_of_actions(self.max_action_concurrency))
        if len(self.description) > _DESCRIPTION_CHARS:
            object.__setattr__(self, "description", self.description[: _DESCRIPTION_CHARS - 3] + "...")

    @classmethod
    def _scheduled(cls, expression: str, trigger_time_input_key: str | None, options: dict[str, Any]) -> Trigger:
        inputs = dict(options.pop("inputs", None) or {})
        if trigger_time_input_key:
            inputs[trigger_time_input_key] = TriggerTime
        return cls(automation=Cron(expression), inputs=inputs, **options)

    @classmethod
    def minutely(cls, trigger_time_input_key: str | None = None, *, name: str = "minutely", **options: Any) -> Trigger:
        """Every minute. Options are the class's; the time is given to the input of that name."""
        options.setdefault("description", "A trigger that runs every minute")
        return cls._scheduled("* * * * *", trigger_time_input_key, {"name": name, **options})

    @classmethod
    def hourly(cls, trigger_time_input_key: str | None = None, *, name: str = "hourly", **options: Any) -> Trigger:
        """Every hour, on the hour."""
        options.setdefault("description", "A trigger that runs every hour")
        return cls._scheduled("0 * * * *", trigger_time_input_key, {"name": name, **options})

    @classmethod
    def daily(cls, trigger_time_input_key: str | None = None, *, name: str = "daily", **options: Any) -> Trigger:
        """Every day at midnight."""
        options.setdefault("description", "A trigger that runs daily at midnight")
        return cls._scheduled("0 0 * * *", trigger_time_input_key, {"name": name, **options})

    @classmethod
    def weekly(cls, trigger_time_input_key: str | None = None, *, name: str = "weekly", **options: Any) -> Trigger:
        """Every Sunday at midnight."""
        options.setdefault("description", "A trigger that runs weekly on Sundays at midnight")
        return cls._scheduled("0 0 * * 0", trigger_time_input_key, {"name": name, **options})

    @classmethod
    def monthly(cls, trigger_time_input_key: str | None = None, *, name: str = "monthly", **options: Any) -> Trigger:
        """On the first of every month at midnight."""
        options.setdefault("description", "A trigger that runs monthly on the 1st at midnight")
        return cls._scheduled("0 0 1 * *", trigger_time_input_key, {"name": name, **options})
