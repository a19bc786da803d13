"""The trigger function: EventBridge Scheduler's event in, a run started."""

from __future__ import annotations

import logging
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.utils import copy_config_to_registered_loggers
from aws_lambda_powertools.utilities.typing import LambdaContext

from flyte.protocol.triggers import ScheduledEvent
from functions.control.backend import Backend

logger = Logger()
logging.getLogger("functions")  # control knows nothing of Lambda: its loggers, all below this one, get our format
copy_config_to_registered_loggers(logger, include={"functions"})
_backend = Backend.from_environment()
_backend.clients.prepare()


def handle(event: dict[str, Any], _context: LambdaContext) -> dict[str, str | None]:
    """Starts the run. What it raises, Lambda tries again twice, and then keeps in the queue of dead letters."""
    due = ScheduledEvent.model_validate(event)
    started = _backend.trigger_firing.fire(due)
    run = started.id.run if started else None
    logger.info("fired", task=due.trigger.task, trigger=due.trigger.name, scheduled_at=due.scheduled_at, run=run)
    return {"trigger": due.trigger.name, "run": run}
