"""The one table of allowed transitions between phases. Every write of a phase is conditional on it.

Two writers race by design (the runner, and whoever closes what died), and events come late and twice. Because a
terminal phase has no way out, the first to end an action wins and everybody else changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flyte.protocol.phases import TERMINAL_PHASES, ActionPhase

_ENDINGS = frozenset({ActionPhase.FAILED, ActionPhase.ABORTED, ActionPhase.TIMED_OUT})

TRANSITIONS: Mapping[ActionPhase, frozenset[ActionPhase]] = MappingProxyType(
    {
        # To itself: an attempt died before it was claimed, and the next one is due.
        ActionPhase.QUEUED: _ENDINGS
        | {
            ActionPhase.QUEUED,
            ActionPhase.WAITING_FOR_RESOURCES,
            ActionPhase.INITIALIZING,
            ActionPhase.RUNNING,
            ActionPhase.RECOVERED,
        },
        ActionPhase.WAITING_FOR_RESOURCES: _ENDINGS
        | {ActionPhase.QUEUED, ActionPhase.INITIALIZING, ActionPhase.RUNNING},
        ActionPhase.INITIALIZING: _ENDINGS | {ActionPhase.QUEUED, ActionPhase.RUNNING},
        # Back to queued: released for a retry.
        ActionPhase.RUNNING: _ENDINGS | {ActionPhase.QUEUED, ActionPhase.PAUSED, ActionPhase.SUCCEEDED},
        # To succeeded: a condition was signalled.
        ActionPhase.PAUSED: _ENDINGS | {ActionPhase.QUEUED, ActionPhase.RUNNING, ActionPhase.SUCCEEDED},
        **{phase: frozenset[ActionPhase]() for phase in TERMINAL_PHASES},
    }
)

TIMEOUT_CODES = frozenset({"MaxRuntimeExceededError", "MaxQueuedTimeExceededError", "DeadlineExceededError"})
"""Codes of errors that end an action as `timed_out` rather than `failed`."""


def allows(source: ActionPhase, target: ActionPhase) -> bool:
    """Whether an action may go from one phase to the other."""
    return target in TRANSITIONS[source]


def sources(target: ActionPhase) -> tuple[ActionPhase, ...]:
    """The phases from which `target` may be entered, in the order of the enumeration."""
    return tuple(phase for phase in ActionPhase if allows(phase, target))


def ending_of(error_code: str) -> ActionPhase:
    """The terminal phase of an action whose last attempt ended with that error."""
    return ActionPhase.TIMED_OUT if error_code in TIMEOUT_CODES else ActionPhase.FAILED
