"""Whether a task can be run by a trigger: asked before the trigger is kept, not when it is due."""

from __future__ import annotations

import zoneinfo

from flyte.protocol.tasks import TaskSpec
from flyte.protocol.triggers import CronSchedule, TriggerSpec
from functions.control.errors import InvalidRequestError, did_you_mean
from functions.control.notifications import check_notifications


def check_trigger(task: TaskSpec, trigger: TriggerSpec, *, is_emulated: bool) -> None:
    """Compares a trigger with the task's interface.

    Raises:
        InvalidRequestError: An input is unknown or missing, there is no such time zone, or a webhook of its
            notifications cannot be reached.
    """
    what = f"The trigger {trigger.name!r} of {task.name}"
    known = [parameter.name for parameter in task.interface.inputs]
    given = {*trigger.inputs, *trigger.time_inputs}
    for name in sorted(given.difference(known)):
        accepted = f" It takes {', '.join(known)}." if known else " It takes no inputs."
        raise InvalidRequestError(f"{what}: the task has no input {name!r}.{did_you_mean(name, known) or accepted}")
    missing = [each.name for each in task.interface.inputs if each.required and each.name not in given]
    if missing:
        raise InvalidRequestError(f"{what}: the task needs {', '.join(missing)}. Give a value for each.")
    if isinstance(trigger.schedule, CronSchedule):
        _check_zone(what, trigger.schedule.timezone)
    check_notifications(trigger.notifications, is_emulated=is_emulated)


def _check_zone(what: str, name: str) -> None:
    known = zoneinfo.available_timezones()  # none where the system has no database of them: Scheduler will tell then
    if known and name not in known:
        raise InvalidRequestError(f"{what}: there is no time zone {name!r}.{did_you_mean(name, known)}")
