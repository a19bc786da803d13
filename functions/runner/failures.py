"""What the ways in which an attempt ends mean to its record: codes that programs know, and texts that help people."""

from __future__ import annotations

import signal
from dataclasses import replace

from flyte.protocol.limits import MIB
from flyte.protocol.runs import ErrorRecord
from functions.control.failure import Failure
from functions.control.log_parts import LAST_LINES
from functions.runner.endings import (
    BrokeChannel,
    Died,
    LostBackend,
    OutOfMemory,
    PassedDeadline,
    RanTooLong,
    SandboxTimeUp,
    Unanswered,
)


def failure_of(ending: Unanswered, task: str, tail: str) -> Failure:
    """The failure of an attempt that was ended, or ended without an answer.

    Args:
        ending: How it ended.
        task: The task's name.
        tail: The last lines that the task printed.
    """
    if isinstance(ending, PassedDeadline):
        return deadline_passed(task, ending.deadline_s, tail)
    if isinstance(ending, LostBackend):
        return runner_failed(ending.fault)
    code, text = _explained(ending)
    failure = _failure(code, f"{task} {text}", tail)
    # What ends a task's process at once and from outside, and is not the kernel's answer to too little memory.
    is_killed = isinstance(ending, Died) and ending.returncode == -signal.SIGKILL and not ending.out_of_memory
    return replace(failure, is_ours=is_killed)


def memory_advice(error: ErrorRecord, size_bytes: int) -> str:
    """What there is to know of a `MemoryError` that the task raised itself; the error's own text stays the task's."""
    return f"{error.code}: {_advice(size_bytes)}"


def deadline_passed(task: str, deadline_s: float, tail: str = "") -> Failure:
    """The failure of an action whose time for everything is over: no policy may retry it."""
    text = f"{task} did not end within {deadline_s:g} s of its creation, the deadline that its timeout sets."
    return _failure("DeadlineExceededError", text, tail, recoverable=False)


def runner_failed(error: Exception) -> Failure:
    """A failure that is the runner's, or AWS's: another sandbox may do better."""
    text = f"the runner failed: {type(error).__name__}: {error}. The attempt's log has the details."
    return Failure(ErrorRecord(code="RuntimeSystemError", kind="system", message=text), is_ours=True)


def queued_too_long(task: str, waited_s: float, max_queued_s: float) -> Failure:
    """The failure of an action that waited too long for its first attempt."""
    text = f"{task} waited {waited_s:.0f} s to start; its timeout allows {max_queued_s:g} s in the queue."
    return _failure("MaxQueuedTimeExceededError", text, "", recoverable=False)


def _explained(ending: Died | BrokeChannel | RanTooLong | SandboxTimeUp | OutOfMemory) -> tuple[str, str]:
    """Code and text; the text goes on after the task's name."""
    match ending:
        case RanTooLong(max_runtime_s):
            return "MaxRuntimeExceededError", (
                f"ran longer than the {max_runtime_s:g} s that its timeout allows an attempt, and was stopped. "
                "Give it more with timeout=flyte.Timeout(max_runtime=…)."
            )
        case SandboxTimeUp(ran_s):
            return "MaxRuntimeExceededError", (
                f"was stopped after {ran_s:.0f} s, just before AWS Lambda would have ended it: an attempt can run for "
                "15 minutes at most. Split the work into several tasks."
            )
        case OutOfMemory(used_bytes, size_bytes):
            return "OOMError", f"was stopped when {used_bytes // MIB} MB of memory were in use: {_advice(size_bytes)}"
        case BrokeChannel(detail):
            return "WorkerCrashedError", (
                f"broke the connection between its process and the runner: {detail}. A task must leave alone what "
                "file descriptors it has not opened itself."
            )
        case Died(returncode, out_of_memory):
            return ("OOMError" if out_of_memory else "WorkerCrashedError"), _death(returncode, out_of_memory)


def _death(returncode: int, out_of_memory: bool) -> str:  # noqa: FBT001 - two facts of one death
    if out_of_memory:
        return "was killed by the kernel because the sandbox had no memory left."
    if returncode >= 0:
        return f"ended its process with exit code {returncode} before it returned: os._exit, or an interpreter's crash."
    try:
        name = signal.Signals(-returncode).name
    except ValueError:
        name = f"signal {-returncode}"
    return f"was killed by {name} before it returned."


def _advice(size_bytes: int) -> str:
    return (
        f"the limit is {size_bytes // MIB} MB, a part of which the runner needs itself. "
        "Raise it with resources=flyte.Resources(memory=…) of the task's environment."
    )


def _failure(code: str, message: str, tail: str, *, recoverable: bool = True) -> Failure:
    text = f"{message}{LAST_LINES}{tail}" if tail else message
    return Failure(ErrorRecord(code=code, kind="user", message=text), recoverable=recoverable)
