"""The phases of an action and which of them are final. Standard library only: `import flyte` may load this."""

from __future__ import annotations

from enum import Enum


class ActionPhase(str, Enum):  # noqa: UP042 - a StrEnum would print the value
    """Where an action is in its life. Values are Flyte's, lower case."""

    # Printed is `ActionPhase.SUCCEEDED`, as in Flyte: what is stored, sent or shown by the command takes `.value`.

    QUEUED = "queued"
    WAITING_FOR_RESOURCES = "waiting_for_resources"
    INITIALIZING = "initializing"
    RUNNING = "running"
    PAUSED = "paused"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    ABORTED = "aborted"
    TIMED_OUT = "timed_out"
    RECOVERED = "recovered"

    @property
    def is_terminal(self) -> bool:
        """Whether no transition leads out of this phase."""
        return self in TERMINAL_PHASES


SUCCESSFUL_PHASES = frozenset({ActionPhase.SUCCEEDED, ActionPhase.RECOVERED})
TERMINAL_PHASES = frozenset(
    {
        ActionPhase.SUCCEEDED,
        ActionPhase.FAILED,
        ActionPhase.ABORTED,
        ActionPhase.TIMED_OUT,
        ActionPhase.RECOVERED,
    }
)
