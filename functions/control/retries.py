"""Whether a failed attempt is followed by another: by the user's policy, or because the failure was none of the user's.

A failure of ours (the sandbox vanished, AWS did not answer) takes nothing from the user's retries: the next attempt
replays, and finds what the earlier one has recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.control.claims import OpenAttempt
from functions.control.time_limits import deadline_at

SYSTEM_RETRIES = 3
"""Of one action. What takes more is not chance: then the user's own policy applies."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Another attempt, after whole seconds: the state machine waits no fractions."""

    wait_s: int
    is_ours: bool


def retry_after(attempt: OpenAttempt, now: datetime, *, is_ours: bool) -> Retry | None:
    """The retry of an attempt that failed now; None if it was the last one.

    Args:
        attempt: The attempt.
        now: When it failed.
        is_ours: Whether neither the task nor its policy has to do with the failure.
    """
    retry = _ours(attempt) if is_ours else None
    retry = retry or _by_policy(attempt)
    deadline = deadline_at(attempt.spec, attempt.created_at)
    if retry is None or (deadline is not None and now + timedelta(seconds=retry.wait_s) >= deadline):
        return None
    return retry


def _ours(attempt: OpenAttempt) -> Retry | None:
    done = attempt.system_retries
    return Retry(2**done, is_ours=True) if done < SYSTEM_RETRIES else None


def _by_policy(attempt: OpenAttempt) -> Retry | None:
    policy, number = attempt.spec.retry, attempt.entry.number - attempt.system_retries
    return Retry(round(policy.delay_s(number)), is_ours=False) if number <= policy.count else None
