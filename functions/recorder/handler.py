"""Closes what died: the state machine's `close` calls, and EventBridge's news of executions that did not succeed."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.control.backend import Backend
from functions.observability.ended_actions import EndedActions
from functions.observability.function_log import function_log
from functions.observability.metrics import Metrics
from functions.recorder.recording import Recorder, subject_of

logger = function_log()
_recorder = Recorder(Backend.from_environment(EndedActions(Metrics.from_environment())))


def handle(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Records one death. The answer to a `close` call is the Outcome that the state machine goes on with."""
    with logger.append_context_keys(**subject_of(event)):
        answer = _recorder.record(event)
        logger.info("recorded", answer=answer)
    return answer
