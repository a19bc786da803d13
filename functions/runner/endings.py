"""The ways in which the work on an attempt can end, and what each means to the record."""

from __future__ import annotations

import signal
from dataclasses import dataclass

from flyte.protocol.limits import MIB
from flyte.protocol.runs import ErrorRecord
from flyte.runtime.frames import Message
from functions.control.actions import Failure


@dataclass(frozen=True, slots=True)
class Answered:
    """The worker said how the task ended. `unclean` says why its process must not be used again, if that is so."""

    done: Message
    unclean: str = ""


@dataclass(frozen=True, slots=True)
class Died:
    """The worker's process ended before it answered. `returncode` is as `subprocess` gives it."""

    returncode: int | None
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
class Withdrawn:
    """The action is not this invocation's any more: it was aborted, or closed by somebody who took us for dead."""

    phase: str


Breach = RanTooLong | PassedDeadline | SandboxTimeUp | OutOfMemory | Withdrawn
Ending = Answered | Died | BrokeChannel | Breach


def failure_of(
    ending: Died | BrokeChannel | RanTooLong | PassedDeadline | SandboxTimeUp | OutOfMemory, task: str, tail: str
) -> Failure:
    """What an ending without an answer is recorded as.

    Args:
        ending: How it ended.
        task: The task's name.
        tail: The last lines that the task printed.
    """
    match ending:
        case RanTooLong(max_runtime_s):
            return _failure(
                "MaxRuntimeExceededError",
                f"{task} ran longer than the {max_runtime_s:g} s that its timeout allows an attempt, and was stopped. "
                "Give it more with timeout=flyte.Timeout(max_runtime=…).",
                tail,
            )
        case PassedDeadline(deadline_s):
            return deadline_passed(task, deadline_s, tail)
        case SandboxTimeUp(ran_s):
            return _failure(
                "MaxRuntimeExceededError",
                f"{task} was stopped after {ran_s:.0f} s: one attempt can run 15 minutes at most on AWS Lambda. "
                "Split the work into several tasks.",
                tail,
            )
        case OutOfMemory(used_bytes, size_bytes):
            text = f"{task} was stopped when {used_bytes // MIB} MB of memory were in use: {_advice(size_bytes)}"
            return _failure("OOMError", text, tail)
        case BrokeChannel(detail):
            return _failure(
                "WorkerCrashedError",
                f"{task} broke the connection between its process and the runner ({detail}). A task must leave open file "
                "descriptors alone that it has not opened itself.",
                tail,
            )
        case Died(out_of_memory=True):
            return _failure("OOMError", f"{task} was killed by the kernel for want of memory", tail)
        case Died(returncode):
            return _failure("WorkerCrashedError", f"{task} {_death(returncode)}", tail)


def memory_error(error: ErrorRecord, size_bytes: int) -> ErrorRecord:
    """The record of a `MemoryError` that the task raised itself."""
    message = f"{error.message}: {_advice(size_bytes)}"
    return error.model_copy(update={"code": "OOMError", "message": message})


def deadline_passed(task: str, deadline_s: float, tail: str = "") -> Failure:
    """The failure of an action whose time for everything is over: no policy may retry it."""
    text = f"{task} did not end within {deadline_s:g} s of its creation, the deadline that its timeout sets."
    return _failure("DeadlineExceededError", text, tail, recoverable=False)


def queued_too_long(task: str, waited_s: float, max_queued_s: float) -> Failure:
    """The failure of an action that waited too long for its first attempt."""
    text = f"{task} waited {waited_s:.0f} s to start; its timeout allows {max_queued_s:g} s in the queue."
    return _failure("MaxQueuedTimeExceededError", text, "", recoverable=False)


def _advice(size_bytes: int) -> str:
    return f"the limit is {size_bytes // MIB} MB, a part of which the runner needs itself. Raise it with resources=flyte.Resources(memory=…) of the task's environment."


def _death(returncode: int | None) -> str:
    if returncode is None:
        return "left its process in a state that cannot be used"
    if returncode >= 0:
        return (
            f"ended its process with exit code {returncode} before it returned: os._exit, or a crash of the interpreter"
        )
    try:
        name = signal.Signals(-returncode).name
    except ValueError:
        name = f"signal {-returncode}"
    return f"was killed by {name} before it returned"


def _failure(code: str, message: str, tail: str, *, recoverable: bool = True) -> Failure:
    text = f"{message}\nIts last lines of output:\n{tail}" if tail else message
    return Failure(ErrorRecord(code=code, kind="user", message=text), recoverable=recoverable)
