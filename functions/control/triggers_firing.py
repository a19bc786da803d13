"""Starting the run of a trigger that is due: once, however often Scheduler sends the event."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flyte.protocol.runs import ActionRecord, RunSpec, TaskReference
from flyte.protocol.triggers import ScheduledEvent, TriggerId, TriggerRecord
from functions.control.errors import RunAlreadyExistsError
from functions.control.run_names import run_name_for

if TYPE_CHECKING:
    from functions.control.runs import Runs
    from functions.control.triggers import Triggers
    from functions.control.triggers_scheduler import Schedules

_logger = logging.getLogger(__name__)

_READABLE_CHARS = 12
_DIGEST_CHARS = 10
"""With the moment they stay within a run name's 40 characters."""


class TriggerFiring:
    """Starts runs that are due."""

    def __init__(self, triggers: Triggers, schedules: Schedules, runs: Runs) -> None:
        self._triggers = triggers
        self._schedules = schedules
        self._runs = runs

    def fire(self, event: ScheduledEvent) -> ActionRecord | None:
        """Starts the run; None where the trigger has gone, is switched off, or another version's run has the name.

        Raises:
            ControlError: The run cannot be started, such as for inputs that the task does not take any more.
        """
        trigger = self._triggers.find(event.trigger)
        if trigger is None:
            _logger.warning("the trigger %s has gone: its schedule goes too", event.trigger)
            self._schedules.delete(event.trigger)
            return None
        if not trigger.active:
            _logger.info("the trigger %s was switched off after it was due", event.trigger)
            return None
        asked = run_of(trigger, event.scheduled_at)
        try:
            return self._runs.create(
                event.trigger.project,
                event.trigger.domain,
                asked,
                created_by=created_by(event.trigger),
                idempotency_key=asked.name,
            )
        except RunAlreadyExistsError:
            # The event came before, when the trigger was another one.
            _logger.info("the run %s was started before", asked.name)
            return None


def run_of(trigger: TriggerRecord, scheduled_at: datetime) -> RunSpec:
    """The run that a trigger starts for a moment."""
    spec = trigger.spec
    return RunSpec(
        name=run_name(trigger.id, scheduled_at),
        task=TaskReference(name=trigger.id.task, version=trigger.task_version),
        inputs=spec.inputs_at(scheduled_at),
        env_vars=spec.env_vars,
        labels=spec.labels,
        annotations=spec.annotations,
        custom_context=spec.custom_context,
        overwrite_cache=spec.overwrite_cache,
        max_action_concurrency=spec.max_action_concurrency,
        notifications=spec.notifications,
    )


def run_name(trigger: TriggerId, scheduled_at: datetime) -> str:
    """The same for the same trigger and moment: `nightly-20260731t020000-xk7w…`."""
    moment = scheduled_at.astimezone(UTC)
    digest = run_name_for(trigger.scope, f"{trigger.task}\0{trigger.name}\0{moment.isoformat()}")[1:]
    readable = re.sub(r"[._]", "-", trigger.name)[:_READABLE_CHARS].rstrip("-")
    return f"{readable}-{moment:%Y%m%dt%H%M%S}-{digest[:_DIGEST_CHARS]}"


def created_by(trigger: TriggerId) -> str:
    """Who started the run, as its record says: people see what is after the last slash."""
    return f"trigger/{trigger.task}/{trigger.name}"
