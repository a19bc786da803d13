"""The trigger function: EventBridge Scheduler's event in, a run started."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from flyte.protocol.triggers import ScheduledEvent
from functions.control.backend import Backend
from functions.observability.function_log import function_log

logger = function_log()
_backend = Backend.from_environment()
_backend.clients.prepare()


def handle(event: dict[str, Any], _context: LambdaContext) -> dict[str, str | None]:
    """Starts the run. What it raises, Lambda tries again twice, and then keeps in the queue of dead letters."""
    due = ScheduledEvent.model_validate(event)
    trigger = due.trigger
    with logger.append_context_keys(
        project=trigger.project, domain=trigger.domain, task=trigger.task, trigger=trigger.name
    ):
        started = _backend.trigger_firing.fire(due)
        run = started.id.run if started else None
        logger.info("fired", event="fired", scheduled_at=due.scheduled_at, run=run)
    return {"trigger": due.trigger.name, "run": run}
