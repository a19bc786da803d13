"""The log of a function that serves: powertools' Logger, in the format of docs/logs.md, for all code of ours in it."""

from __future__ import annotations

from aws_lambda_powertools import Logger

from functions.observability.lines import log_functions


def function_log() -> Logger:
    """The function's logger. Control knows nothing of Lambda: its loggers get the same handler."""
    logger = Logger(utc=True, use_rfc3339=True)
    log_functions(logger.handlers[0])
    return logger
