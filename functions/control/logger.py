"""The loggers of control, which knows nothing of Lambda: each function gives them its own format."""

from __future__ import annotations

import logging


def control_loggers() -> set[str]:
    """Names of the loggers that control's modules made so far."""
    return {name for name in logging.root.manager.loggerDict if name.startswith("functions.control.")}
