"""Log lines of this process on stderr: `flyte.logger` of tasks that run here, and the SDK's own with `--verbose`."""

from __future__ import annotations

import json
import logging

_SYSTEM_LEVELS = {1: logging.INFO, 2: logging.DEBUG}


class JsonLine(logging.Formatter):
    """One JSON object a line, with the keys that the backend's log lines have."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        line = {
            "timestamp": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(log_format: str, user_level: str, verbose: int) -> None:
    """Sets the levels, and the form of the lines.

    Args:
        log_format: `console` or `json`.
        user_level: The level of `flyte.logger`.
        verbose: How often `--verbose` was given.
    """
    from flyte import _logging

    if log_format == "json" and not _logging.system_logger.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(JsonLine())
        _logging.system_logger.addHandler(handler)
    _logging.configure(user_level.upper(), _SYSTEM_LEVELS.get(min(verbose, 2)))
