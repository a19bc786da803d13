"""`flyte.logger` for users' code, `flyte.system_logger` for this package."""

from __future__ import annotations

import logging
import os

logger = logging.getLogger("flyte.user")
system_logger = logging.getLogger("flyte")

USER_LEVEL = logging.INFO
SYSTEM_LEVEL = logging.WARNING


def take_levels_of_environment() -> None:
    """Sets the levels that `USER_LOG_LEVEL` and `LOG_LEVEL` name, in words or as numbers."""
    logger.setLevel(_level(os.environ.get("USER_LOG_LEVEL"), USER_LEVEL))
    system_logger.setLevel(_level(os.environ.get("LOG_LEVEL"), SYSTEM_LEVEL))


def configure(user_level: int | str | None = None, system_level: int | str | None = None) -> None:
    """Sets levels, and a handler on stderr where the program has none."""
    if user_level is not None:
        logger.setLevel(user_level)
    if system_level is not None:
        system_logger.setLevel(system_level)
    if not logging.getLogger().handlers and not system_logger.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        system_logger.addHandler(handler)


def _level(text: str | None, default: int) -> int | str:
    if not text:
        return default
    return int(text) if text.isdigit() else text.upper()


take_levels_of_environment()
