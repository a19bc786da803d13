"""What a runner died of, by what Lambda said about the invocation; then a retry by the user's policy, or the end."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from flyte.protocol.identity import ActionId
from flyte.protocol.runs import Attempt, ErrorRecord, Outcome, OutcomeStatus
from functions.control.aborts import Aborts
from functions.control.action_items import created_at_of, outcome_of, phase_of, spec_of, to_record
from functions.control.actions import Actions
from functions.control.claims import AlreadyClaimed, OpenAttempt
from functions.control.clock import Clock, utc_now
from functions.control.failure import Failure
from functions.control.log_parts import LAST_LINES
from functions.control.logs import Logs

if TYPE_CHECKING:
    from functions.control.attributes import Item

_NO_ANSWER = "The invocation that ran this attempt went away without an answer."


class Deaths:
    """Closes attempts whose runner cannot do it any more. Children end with a parent that is not tried again."""

    def __init__(self, actions: Actions, aborts: Aborts, logs: Logs, now: Clock = utc_now) -> None:
        self._actions = actions
        self._aborts = aborts
        self._logs = logs
        self._now = now

    def close(self, claim: AlreadyClaimed) -> Outcome:
        """Closes an attempt that is claimed, yet was given to another invocation: its owner is dead."""
        return self.close_attempt(claim.id, claim.attempt, "", _NO_ANSWER)

    def close_attempt(self, action: ActionId, attempt: int, error: str, cause: str) -> Outcome:
        """Closes an attempt whose invocation failed. Repeating it, or coming late, changes nothing.

        Args:
            action: The action.
            attempt: The attempt that the failed invocation was for.
            error: The name of the error as Step Functions caught it.
            cause: Its cause: Lambda's error document, or a sentence.

        Raises:
            RunNotFoundError: No such action is recorded.
            ActionNotFoundError: Likewise.
        """
        item = self._actions.get(action)
        open_attempt = self._open_attempt(item, action, attempt)
        if phase_of(item).is_terminal or open_attempt is None:
            return outcome_of(item, attempt)
        failure = classify(error, cause, task=open_attempt.spec.name, memory_mb=item.get("memory_mb", 0))
        last_lines = self._logs.last_lines(to_record(item), open_attempt.entry)
        if last_lines:
            text = f"{failure.error.message}{LAST_LINES}{last_lines}"
            failure = replace(failure, error=failure.error.model_copy(update={"message": text}))
        outcome = self._actions.fail(open_attempt, failure)
        if outcome.status is OutcomeStatus.FAILED:
            self._aborts.end_below(action, "The task that had called it has died.")
        return outcome

    def _open_attempt(self, item: Item, action: ActionId, attempt: int) -> OpenAttempt | None:
        """The attempt if it is still to be ended; None if somebody ended it."""
        claimed, owner = item["attempt"], item.get("owner")
        if claimed == attempt and owner is not None:
            entry = Attempt.model_validate(item["attempts"][-1])
        elif claimed == attempt - 1:
            entry, owner = Attempt(number=attempt, started_at=self._now()), None
        else:
            return None
        done = item.get("system_retries", 0)
        return OpenAttempt(action, entry, spec_of(item), created_at_of(item), owner, done)


def classify(error: str, cause: str, *, task: str, memory_mb: int) -> Failure:
    """The failure that a dead invocation is recorded as.

    Too little memory or time is the task's: another sandbox has no more of it. Of a crash we cannot tell whose it is,
    and take it for ours, as what the runner itself raises is: another sandbox may do better.

    Source: Lambda developer guide, "Understanding Lambda function retry behavior" and "Troubleshoot invocation issues".
    """
    text = _message(cause)
    if error == "Runtime.OutOfMemory" or "signal: killed" in text:
        message = f"{task} used up the {memory_mb} MB of its sandbox. Raise Resources(memory=…). Lambda says: {text}"
        return Failure(ErrorRecord(code="OOMError", kind="user", message=message))
    if error in {"States.Timeout", "Sandbox.Timedout"} or "Task timed out after" in text:
        message = f"{task} ran longer than an invocation may (15 minutes). Split it into smaller tasks. "
        return Failure(
            ErrorRecord(code="MaxRuntimeExceededError", kind="user", message=f"{message}Lambda says: {text}")
        )
    if not error or error.startswith(("Runtime.", "Extension.", "Sandbox.")):
        message = f"The sandbox that ran {task} crashed. Lambda says: {error} {text}".strip()
        return Failure(ErrorRecord(code="WorkerCrashedError", kind="user", message=message), is_ours=True)
    message = f"Lambda could not run {task}. {error}: {text}"
    return Failure(
        ErrorRecord(code="RuntimeSystemError", kind="system", message=message),
        # The state machine has retried Lambda's own refusals already.
        is_ours=not error.startswith(("Lambda.", "States.")),
    )


def _message(cause: str) -> str:
    """Lambda's own words in the error document that Step Functions hands on as the cause."""
    try:
        document = json.loads(cause)
    except ValueError:
        return cause
    return str(document.get("errorMessage", cause)) if isinstance(document, dict) else cause
