"""Turns triggers as users write them into what the backend keeps. A trigger that could not work is refused here."""

from __future__ import annotations

import difflib
import inspect
import zoneinfo
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from flyte._notifications import to_wire
from flyte._trigger import Cron, FixedRate, OnArtifact, Trigger, TriggeredArtifact, TriggeredPartition, TriggerTime
from flyte.errors import DeploymentError
from flyte.protocol import limits
from flyte.protocol.cron import Cron as Expression
from flyte.protocol.triggers import CronSchedule, RateSchedule, TriggerChange, TriggerRecord, TriggerSpec

if TYPE_CHECKING:
    from flyte._task import TaskTemplate
    from flyte.protocol.tasks import EnvironmentSpec

Change = Literal["new", "changed", "unchanged", "removed"]
Encode = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Binds a task's inputs by name and gives all of them as JSON; raises TypeError for what does not fit."""

TIME_INPUT = "trigger_time"
"""The usual name of the input that receives the time. Source: Flyte 2.0."""
SOME_TIME = datetime(2000, 1, 2, 3, 4, 5, tzinfo=UTC)
"""Stands for the time that will be given: an input that cannot take this one can take none."""


def triggers_of(task: TaskTemplate[..., Any]) -> tuple[TriggerSpec, ...]:
    """What the backend is to keep of a task's triggers.

    Raises:
        DeploymentError: One of them could not start the task, or not when it says.
    """
    if not task.triggers:
        return ()
    names = [trigger.name for trigger in task.triggers]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise DeploymentError(f"task {task.name} has two triggers named {min(twice)!r}: rename one")
    if len(names) > limits.TRIGGERS_PER_TASK:
        raise DeploymentError(f"task {task.name} has {len(names)} triggers, and can have {limits.TRIGGERS_PER_TASK}")
    interface = task.native_interface

    def encode(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
        return interface.encode_inputs(interface.bind((), inputs))

    parameters = inspect.signature(task.func).parameters.values()
    times = {each.name: TriggerTime for each in parameters if _receives_time(each)}
    timed = (replace(trigger, inputs={**times, **(trigger.inputs or {})}) for trigger in task.triggers)
    return tuple(specify_trigger(trigger, task.name, encode) for trigger in timed)


def _receives_time(parameter: inspect.Parameter) -> bool:
    """Whether an input is given the time although no trigger names it."""
    is_usual = parameter.name == TIME_INPUT and parameter.default is parameter.empty
    return is_usual or parameter.default is TriggerTime


def specify_trigger(trigger: Trigger, task: str, encode: Encode) -> TriggerSpec:
    """What the backend is to keep of a trigger.

    Args:
        trigger: The trigger.
        task: The name of the task that it starts.
        encode: Makes JSON of the task's inputs.

    Raises:
        DeploymentError: It could not start the task, or not when it says.
    """
    from pydantic import ValidationError

    what = f"trigger {trigger.name!r} of {task}"
    inputs = dict(trigger.inputs or {})
    time_inputs = tuple(name for name, value in inputs.items() if value is TriggerTime)
    try:
        return TriggerSpec(
            name=trigger.name,
            schedule=_schedule(trigger.automation),
            description=trigger.description,
            auto_activate=trigger.auto_activate,
            inputs=_encoded(inputs, time_inputs, encode),
            time_inputs=time_inputs,
            env_vars=dict(trigger.env_vars or {}),
            labels=dict(trigger.labels or {}),
            annotations=dict(trigger.annotations or {}),
            custom_context=dict(trigger.custom_context or {}),
            overwrite_cache=trigger.overwrite_cache,
            max_action_concurrency=trigger.max_action_concurrency,
            notifications=to_wire(trigger.notifications),
        )
    except ValidationError as error:
        fault = error.errors()[0]
        raise DeploymentError(f"{what}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}") from None
    except (TypeError, ValueError) as error:
        raise DeploymentError(f"{what}: {error}") from None


def planned_changes(environment: EnvironmentSpec, existing: Iterable[TriggerRecord]) -> tuple[TriggerChange, ...]:
    """What deploying an environment would do to triggers, if it becomes the latest version.

    Args:
        environment: What is to be deployed.
        existing: The triggers that there are; those of other environments are left alone.
    """
    before = {(each.id.task, each.id.name): each for each in existing if _is_of(environment.name, each)}
    changes = []
    for task in environment.tasks:
        for spec in task.triggers:
            old = before.pop((task.name, spec.name), None)
            stays = old is not None and old.declared and old.spec.auto_activate == spec.auto_activate
            active = old.active if old and stays else spec.auto_activate
            same = old is not None and old.declared and old.spec == spec
            change: Change = "new" if old is None else "unchanged" if same else "changed"
            changes.append(_change(task.name, spec, change, active=active))
    gone = (each for each in before.values() if each.declared)
    return (*changes, *(_change(each.id.task, each.spec, "removed", active=False) for each in gone))


def _is_of(environment: str, trigger: TriggerRecord) -> bool:
    return trigger.id.task.partition(".")[0] == environment


def _change(task: str, spec: TriggerSpec, change: Change, *, active: bool) -> TriggerChange:
    schedule = "" if spec.schedule is None else str(spec.schedule)
    return TriggerChange(task=task, name=spec.name, change=change, active=active, schedule=schedule)


def automation_of(spec: TriggerSpec) -> Cron | FixedRate | None:
    """The inverse for schedules: what a user would write."""
    if isinstance(spec.schedule, CronSchedule):
        return Cron(spec.schedule.expression, spec.schedule.timezone)
    if isinstance(spec.schedule, RateSchedule):
        return FixedRate(spec.schedule.interval_minutes, spec.schedule.start_time)
    return None


def _schedule(automation: Cron | FixedRate | OnArtifact | None) -> CronSchedule | RateSchedule | None:
    if isinstance(automation, Cron):
        Expression.parse(automation.expression).to_scheduler()
        known = zoneinfo.available_timezones()  # none on a machine without a database of them
        if known and automation.timezone not in known:
            near = difflib.get_close_matches(automation.timezone, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"there is no time zone {automation.timezone!r}{hint}")
        return CronSchedule(expression=automation.expression, timezone=automation.timezone)
    if isinstance(automation, FixedRate):
        start = automation.start_time
        if start is not None and start.tzinfo is None:
            start = start.replace(tzinfo=UTC)
        return RateSchedule(interval_minutes=automation.interval_minutes, start_time=start)
    if automation is not None:
        raise ValueError("this backend keeps no artifacts that could start it: use Cron or FixedRate")
    return None


def _encoded(inputs: dict[str, Any], time_inputs: tuple[str, ...], encode: Encode) -> dict[str, Any]:
    for name, value in inputs.items():
        if value is TriggeredArtifact or isinstance(value, TriggeredPartition):
            raise ValueError(f"input {name!r} is of an artifact, and this backend keeps none")
    everything = encode({name: SOME_TIME if name in time_inputs else value for name, value in inputs.items()})
    given = {name: everything[name] for name in inputs if name not in time_inputs}
    for name, value in given.items():
        if (path := _local_path(value)) is not None:
            raise ValueError(
                f"input {name!r} names {path}, which only this machine has: upload it with flyte.remote.upload_file, "
                "and give its URI"
            )
    return given


def _local_path(value: Any) -> str | None:
    """The path of a file, folder or data frame that lies on this machine, wherever in the value it is."""
    if isinstance(value, dict):
        place = value.get("path", value.get("uri"))
        if isinstance(place, str) and {"format", "hash"} <= value.keys() and "://" not in place:
            return place
        return next((path for each in value.values() if (path := _local_path(each)) is not None), None)
    if isinstance(value, list):
        return next((path for each in value if (path := _local_path(each)) is not None), None)
    return None
