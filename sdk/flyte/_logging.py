"""`flyte.logger` for users' code, `flyte.system_logger` for this package."""

from __future__ import annotations

import logging
import os

logger = logging.getLogger("flyte.user")
system_logger = logging.getLogger("flyte")

USER_LEVEL = logging.INFO
SYSTEM_LEVEL = logging.WARNING


def take_levels_of_environment() -> None:
    """Sets the levels that `USER_LOG_LEVEL` and `LOG_LEVEL` name, in words or as numbers.

    Other programs have variables of these names, too: words that Python does not know change nothing.
    """
    logger.setLevel(_level(os.environ.get("USER_LOG_LEVEL"), USER_LEVEL))
    system_logger.setLevel(_level(os.environ.get("LOG_LEVEL"), SYSTEM_LEVEL))


class JsonLine(logging.Formatter):
    """One JSON object a line, with the keys that the backend's log lines have."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        import json

        line = {
            "timestamp": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(
    user_level: int | str | None = None,
    system_level: int | str | None = None,
    log_format: str = "console",
    *,
    reset_root_logger: bool = False,
) -> None:
    """Sets levels, and a handler on stderr where the program has none.

    Args:
        user_level: Of `flyte.logger`.
        system_level: Of this package.
        log_format: Of that handler: `console` or `json`.
        reset_root_logger: Whether the program's own handlers are removed first.
    """
    if reset_root_logger:
        logging.getLogger().handlers.clear()
    if user_level is not None:
        logger.setLevel(_as_python_says_it(user_level))
    if system_level is not None:
        system_logger.setLevel(_as_python_says_it(system_level))
    if not logging.getLogger().handlers and not system_logger.handlers:
        handler = logging.StreamHandler()
        console = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
        handler.setFormatter(JsonLine() if log_format == "json" else console)
        handler.addFilter(lambda _record: not logging.getLogger().handlers)  # which the program may set up later
        system_logger.addHandler(handler)


def _level(text: str | None, default: int) -> int:
    if not text:
        return default
    return int(text) if text.isdigit() else logging.getLevelNamesMapping().get(text.upper(), default)


def _as_python_says_it(level: int | str) -> int | str:
    return level.upper() if isinstance(level, str) else level


take_levels_of_environment()
