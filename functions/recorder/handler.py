"""Closes what died: the state machine's `close` calls, and EventBridge's news of executions that did not succeed."""

from __future__ import annotations

import logging
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.utils import copy_config_to_registered_loggers
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.control.backend import Backend
from functions.recorder.recording import Recorder

logger = Logger()
logging.getLogger("functions")  # control knows nothing of Lambda: its loggers, all below this one, get our format
copy_config_to_registered_loggers(logger, include={"functions"})
_recorder = Recorder(Backend.from_environment())


def handle(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Records one death. The answer to a `close` call is the Outcome that the state machine goes on with."""
    answer = _recorder.record(event)
    logger.info("recorded", answer=answer)
    return answer
