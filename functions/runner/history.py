"""What the history of an action's execution has room for: a task that is suspended very often is so ever more rarely.

Step Functions ends an execution whose history has 25,000 events, and nobody could tell its task why.
Source: Step Functions quotas, "Maximum execution history size".
"""

from __future__ import annotations

from flyte.protocol.runs import ErrorRecord
from functions.control.failure import Failure

SUSPENSIONS_AT_MOST = 1_400
"""Of all attempts together. Each takes 15 events (Choose, Park, NextAttempt, Run): the rest is for retries."""
_AS_SOON_AS_IT_PAYS = 900
_DOUBLED_AFTER = 50

SHORTEST_WAIT_S = 1.0
"""Ours: what an invocation and its start cost, in time that is billed."""


def shortest_wait_s(suspensions: int) -> float:
    """How long a task has waited at least when it is suspended.

    A second, 900 times; then twice as long after every 50 suspensions, which soon is longer than an invocation: with
    those that are left a task that always waits goes on for days.

    Args:
        suspensions: How often the action was suspended before.
    """
    if is_full(suspensions):
        return float("inf")
    return SHORTEST_WAIT_S * float(2 ** max(0, (suspensions - _AS_SOON_AS_IT_PAYS) // _DOUBLED_AFTER + 1))


def is_full(suspensions: int) -> bool:
    """Whether an action that was suspended so often cannot be any more."""
    return suspensions >= SUSPENSIONS_AT_MOST


def full(task: str) -> Failure:
    """The failure of an action that would have to be."""
    message = (
        f"{task} was suspended {SUSPENSIONS_AT_MOST:,} times, and the history of an execution in Step Functions has no "
        "room for more. Let it wait for several children at a time, or let tasks of its own make some of the calls: "
        "each has a history of its own. flyte rerun RUN --recover takes the results of the children that have ended."
    )
    return Failure(ErrorRecord(code="HistoryFullError", kind="user", message=message), recoverable=False)
