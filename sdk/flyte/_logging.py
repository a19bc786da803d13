"""`flyte.logger` for users' code, `flyte.system_logger` for this package."""

from __future__ import annotations

import logging
import os
import sys

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


class OnStderr(logging.StreamHandler):  # type: ignore[type-arg] # not generic when it is run
    """Prints on what is stderr at the time, unless the program has set up logging itself: its handlers do, then."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Prints the record, unless the program does."""
        if not logging.getLogger().handlers and system_logger.handlers == [self]:
            self.stream = sys.stderr
            super().emit(record)


_handler = OnStderr()
system_logger.addHandler(_handler)


def configure(
    user_level: int | str | None = None,
    system_level: int | str | None = None,
    log_format: str | None = None,
    *,
    reset_root_logger: bool = False,
) -> None:
    """Sets levels, and the form of lines where the program has not set up logging itself.

    Args:
        user_level: Of `flyte.logger`.
        system_level: Of this package.
        log_format: `json`, for one object a line; others change nothing.
        reset_root_logger: Whether the program's own handlers are removed first.
    """
    if reset_root_logger:
        logging.getLogger().handlers.clear()
    if user_level is not None:
        logger.setLevel(_as_python_says_it(user_level))
    if system_level is not None:
        system_logger.setLevel(_as_python_says_it(system_level))
    if log_format == "json":
        _handler.setFormatter(JsonLine())


def _level(text: str | None, default: int) -> int:
    if not text:
        return default
    return int(text) if text.isdigit() else logging.getLevelNamesMapping().get(text.upper(), default)


def _as_python_says_it(level: int | str) -> int | str:
    return level.upper() if isinstance(level, str) else level


take_levels_of_environment()
