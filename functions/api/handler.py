"""The api function: one event of API Gateway in, one answer out, one log line for each."""

from __future__ import annotations

import time
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.api.application import build
from functions.api.requests_told import fault_of, fields_of
from functions.control.backend import Backend
from functions.observability.ended_actions import EndedActions
from functions.observability.function_log import function_log
from functions.observability.metrics import Metrics

logger = function_log()
_backend = Backend.from_environment(EndedActions(Metrics.from_environment()))
_backend.clients.prepare()
_app = build(_backend, logger)


def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers one request."""
    started = time.perf_counter()
    with logger.append_context_keys(**fields_of(event)):
        answer = _app.resolve(event, context)
        duration_ms = round((time.perf_counter() - started) * 1000, 1)
        logger.info(
            "request", event="request", status=answer["statusCode"], duration_ms=duration_ms, **fault_of(answer)
        )
    return answer
