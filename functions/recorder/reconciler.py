"""On a schedule: closes or starts what runner and recorder both missed."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.utils import copy_config_to_registered_loggers
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.control.backend import Backend
from functions.control.reconciliation import QUIET_FOR

_TIME_TO_FINISH_MS = 15_000
"""One action's check, with all retries of its calls, must fit into what is left."""

logger = Logger()
logging.getLogger("functions")  # control knows nothing of Lambda: its loggers, all below this one, get our format
copy_config_to_registered_loggers(logger, include={"functions"})
_backend = Backend.from_environment()


def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """One pass. `{"quiet_for_s": 0}` looks at every open action, such as after the emulator was started again."""
    quiet_for = timedelta(seconds=float(event.get("quiet_for_s", QUIET_FOR.total_seconds())))
    verdicts = _backend.reconciliation.run(
        has_time=lambda: context.get_remaining_time_in_millis() > _TIME_TO_FINISH_MS, quiet_for=quiet_for
    )
    answer = {verdict.value: count for verdict, count in verdicts.items()}
    logger.info("reconciled", verdicts=answer)
    return answer
