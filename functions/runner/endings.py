"""The ways in which the work on an attempt can end."""

from __future__ import annotations

from dataclasses import dataclass

from flyte.runtime.frames import Message


@dataclass(frozen=True, slots=True)
class Answered:
    """The worker said how the task ended. `unclean` says why its process must not be used again, if that is so."""

    done: Message
    unclean: str = ""


@dataclass(frozen=True, slots=True)
class Died:
    """The worker's process ended before it answered. `returncode` is as `subprocess` gives it."""

    returncode: int
    out_of_memory: bool = False


@dataclass(frozen=True, slots=True)
class BrokeChannel:
    """The task closed the worker's private socket or wrote to it."""

    detail: str


@dataclass(frozen=True, slots=True)
class RanTooLong:
    """The attempt passed the task's `max_runtime`."""

    max_runtime_s: float


@dataclass(frozen=True, slots=True)
class PassedDeadline:
    """All attempts and waits together passed the task's `deadline`."""

    deadline_s: float


@dataclass(frozen=True, slots=True)
class SandboxTimeUp:
    """Lambda is about to end the invocation."""

    ran_s: float


@dataclass(frozen=True, slots=True)
class OutOfMemory:
    """The sandbox's memory is about to be used up."""

    used_bytes: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class LostBackend:
    """What the task asked for could not be had from AWS."""

    fault: Exception


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The action is not this invocation's any more: it was aborted, or closed by somebody who took us for dead."""

    phase: str


@dataclass(frozen=True, slots=True)
class Suspended:
    """The task only waits, or Lambda is about to end the invocation: another one goes on. Its process is stopped."""

    only_waits: bool


Breach = RanTooLong | PassedDeadline | SandboxTimeUp | OutOfMemory | Withdrawn | Suspended
Unanswered = Died | BrokeChannel | RanTooLong | PassedDeadline | SandboxTimeUp | OutOfMemory | LostBackend
Ending = Answered | Withdrawn | Suspended | Unanswered
