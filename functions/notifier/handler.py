"""The notifier function: ends of runs from the runs table's stream, and messages of the queue of notifications."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.control.backend import Backend
from functions.notifier.notifying import Notifier
from functions.observability.function_log import function_log

logger = function_log()
_notifier = Notifier(Backend.from_environment())


def handle(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Handles one batch. What it raises on, Lambda gives it again."""
    return _notifier.handle(event)
