"""The api function: one event of API Gateway in, one answer out, one log line for each."""

from __future__ import annotations

import logging
import time
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.utils import copy_config_to_registered_loggers
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.api.application import build
from functions.control.backend import Backend

logger = Logger()
_backend = Backend.from_environment()
_backend.clients.prepare()
_app = build(_backend, logger)
logging.getLogger("functions")  # control knows nothing of Lambda: its loggers, all below this one, get our format
copy_config_to_registered_loggers(logger, include={"functions"})


def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers one request."""
    started = time.perf_counter()
    answer = _app.resolve(event, context)
    http = event.get("requestContext", {}).get("http", {})
    logger.info(
        "request",
        method=http.get("method"),
        path=event.get("rawPath"),
        status=answer["statusCode"],
        duration_ms=round((time.perf_counter() - started) * 1000, 1),
        request_id=event.get("requestContext", {}).get("requestId"),
    )
    return answer
