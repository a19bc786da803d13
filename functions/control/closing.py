"""Closing actions whose execution is over while their record is not, and starting those that never started."""

from __future__ import annotations

import logging
from enum import StrEnum

from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ErrorRecord
from functions.control.aborts import Aborts
from functions.control.action_items import created_at_of, id_of, is_root, phase_of, spec_of
from functions.control.actions import Actions
from functions.control.attributes import Item
from functions.control.clock import Clock, utc_now
from functions.control.errors import NotFoundError
from functions.control.executions import Executions, ExecutionState, NameUsedError
from functions.control.time_limits import overdue

_ENDED_ABOVE = "The task that had called it has ended."
_logger = logging.getLogger(__name__)


class Verdict(StrEnum):
    """What became of an action that was looked at."""

    ALIVE = "alive"
    STARTED = "started"
    CLOSED = "closed"
    GONE = "gone"
    """It ended meanwhile, or there is no record of it."""


FINDS = (Verdict.STARTED, Verdict.CLOSED)
"""Verdicts on what the fast path had missed."""


class Closing:
    """Brings records and executions together again. What is below an action that it closes ends with it."""

    def __init__(self, actions: Actions, executions: Executions, aborts: Aborts, now: Clock = utc_now) -> None:
        self._actions = actions
        self._executions = executions
        self._aborts = aborts
        self._now = now

    def reconcile(self, action: ActionId) -> Verdict:
        """Compares an open action with its execution: closes it, starts it, ends it if it is overdue, or leaves it."""
        execution = self._executions.describe(action)
        if execution is None:
            return self.start(action)
        if execution.status in {"RUNNING", "PENDING_REDRIVE"}:
            return self._end_if_overdue(action)
        return self.close(action, execution)

    def start(self, action: ActionId) -> Verdict:
        """Starts an action that was recorded but never started. Nothing happens if it was, or has ended."""
        item = self._open_item(action)
        if item is None:
            return Verdict.GONE
        if phase_of(item) is not ActionPhase.QUEUED or item["attempt"] > 0:
            if self._executions.describe(action) is not None:
                return Verdict.ALIVE  # whoever took it for forgotten had read it before it was started
            # It did start, and Step Functions has forgotten it: that was more than 90 days ago.
            return self.close(
                action, ExecutionState("UNKNOWN", "", "Step Functions does not know its execution any more.")
            )
        try:
            self._executions.start(action, item["function_arn"])
        except NameUsedError:
            return Verdict.ALIVE
        self._actions.touch(action)
        _logger.warning("started %s, which was recorded but never started", action.key, extra=action.to_dict())
        return Verdict.STARTED

    def close(self, action: ActionId, execution: ExecutionState) -> Verdict:
        """Records how an execution ended, unless its action's end is recorded already."""
        verdict = Verdict.GONE
        while verdict is Verdict.GONE and (item := self._open_item(action)) is not None:
            # It may move on between the read and the write, but attempts are bounded: this ends.
            if self._record(item, execution) is not None:
                _logger.warning("closed %s: its execution is %s", action.key, execution.status, extra=action.to_dict())
                verdict = Verdict.CLOSED
        # Who ended a run may have died before it ended what is below: of each run, that is looked at once more.
        if verdict is Verdict.CLOSED or is_root(action):
            self._aborts.end_below(action, _ENDED_ABOVE)
        return verdict

    def _open_item(self, action: ActionId) -> Item | None:
        """The action as it is recorded; None if it ended, or there is no record of it."""
        try:
            item = self._actions.get(action)
        except NotFoundError:
            return None
        return None if phase_of(item).is_terminal else item

    def _end_if_overdue(self, action: ActionId) -> Verdict:
        item = self._open_item(action)
        if item is None:
            return Verdict.GONE
        error = overdue(spec_of(item), created_at_of(item), self._now(), was_claimed=item["attempt"] > 0)
        if error is None:
            self._actions.touch(action)
            return Verdict.ALIVE
        if self._actions.close(item, ActionPhase.TIMED_OUT, error) is None:
            return Verdict.ALIVE
        self._executions.stop(action, error.message)
        self._aborts.end_below(action, _ENDED_ABOVE)
        return Verdict.CLOSED

    def _record(self, item: Item, execution: ExecutionState) -> Item | None:
        if execution.status == "ABORTED":
            reason = execution.cause or "Its execution was stopped in Step Functions."
            return self._actions.abort(item, reason)
        if execution.status == "TIMED_OUT":
            error = ErrorRecord(
                code="DeadlineExceededError",
                kind="user",
                message=f"The execution of {_title(item)} took longer than its state machine allows.",
            )
            return self._actions.close(item, ActionPhase.TIMED_OUT, error)
        said = " ".join(part for part in (execution.error, execution.cause) if part) or "It says nothing more."
        error = ErrorRecord(
            code="RuntimeSystemError",
            kind="system",
            message=f"The execution of {_title(item)} is {execution.status}, but no result was recorded. {said}",
        )
        return self._actions.close(item, ActionPhase.FAILED, error)


def _title(item: Item) -> str:
    action = id_of(item)
    return f"{item.get('task_name')} ({action.run}/{action.action})"
