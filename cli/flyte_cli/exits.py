"""Exit codes, and which error ends the program with which."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What the exit code of `flyte` means."""

    SUCCEEDED = 0
    RUN_FAILED = 1
    """The run failed, was aborted or timed out; or the user's file could not be imported."""
    WRONG_USAGE = 2
    """Another command line is needed: an unknown or taken name, a value of the wrong type."""
    BACKEND = 3
    """The backend could not be reached, or it refused."""
    INTERRUPTED = 130
    """Ctrl-C."""


_TRY_AGAIN = frozenset({"SlowDownError", "ResourceExhaustedError"})
"""Errors of the kind `user` that another command line would not avoid."""


def exit_of(error: Exception) -> Exit | None:
    """The exit code of an error that the SDK raised on purpose; None for any other."""
    from flyte.errors import ActionNotFoundError, BaseRuntimeError, InitializationError, LogsNotYetAvailableError

    if isinstance(error, ActionNotFoundError):
        return Exit.WRONG_USAGE
    if isinstance(error, InitializationError):
        return Exit.WRONG_USAGE if error.code == "ConfigurationError" else Exit.BACKEND
    if isinstance(error, LogsNotYetAvailableError):
        return Exit.BACKEND
    if isinstance(error, BaseRuntimeError):
        return Exit.WRONG_USAGE if error.kind == "user" and error.code not in _TRY_AGAIN else Exit.BACKEND
    return None
