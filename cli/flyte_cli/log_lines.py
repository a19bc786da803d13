"""Log lines of this process on stderr: `flyte.logger` of tasks that run here, and the SDK's own with `--verbose`."""

from __future__ import annotations

import logging

_SYSTEM_LEVELS = {1: logging.INFO, 2: logging.DEBUG}


def configure(log_format: str, user_level: str, verbose: int) -> None:
    """Sets the levels, and the form of the lines.

    Args:
        log_format: `console` or `json`.
        user_level: The level of `flyte.logger`.
        verbose: How often `--verbose` was given.
    """
    from flyte import _logging

    _logging.configure(user_level.upper(), _SYSTEM_LEVELS.get(min(verbose, 2)), log_format)
