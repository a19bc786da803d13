"""The store of actions in memory, with what a runner needs of it: claims, ends, and an abort from outside."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import Attempt, Outcome, OutcomeStatus
from functions.control.actions import Standing
from functions.control.claims import AlreadyClaimed, ClaimedAction, Ended, Invoked

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte.protocol.identity import ActionId
    from flyte.protocol.tasks import TaskSpec
    from functions.control.failure import Failure


@dataclass
class StoredAction:
    """One action: what was asked for, and what became of it."""

    id: ActionId
    spec: TaskSpec
    inputs: str = "{}"
    code_key: str | None = None
    dependencies_key: str | None = None
    env_vars: dict[str, str] = field(default_factory=dict)
    custom_context: dict[str, str] = field(default_factory=dict)
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    suspensions: int = 0
    """Of earlier attempts."""
    phase: ActionPhase = ActionPhase.QUEUED
    owner: str | None = None
    outputs: str | None = None
    failures: list[Failure] = field(default_factory=list)


class FakeActionStore:
    """Satisfies `functions.runner.supervisor.ActionStore`. `polls` counts reads of the phase."""

    def __init__(self) -> None:
        self.actions: dict[str, StoredAction] = {}
        self.polls = 0
        self.abort_when: Callable[[], bool] = bool
        """Asked at each poll; once it says yes, the action is aborted."""

    def put(self, action: StoredAction) -> None:
        self.actions[action.id.key] = action

    def claim(self, action: ActionId, attempt: int, invoked: Invoked) -> ClaimedAction | AlreadyClaimed | Ended:
        stored = self.actions[action.key]
        if stored.phase.is_terminal:
            outcome = Outcome(status=OutcomeStatus.FAILED, attempt=attempt, error="ActionAbortedError")
            return Ended(action, stored.phase, outcome)
        if stored.owner is not None:
            return AlreadyClaimed(action, attempt, stored.owner)
        stored.owner, stored.phase = invoked.request_id, ActionPhase.RUNNING
        now = datetime.now(UTC)
        return ClaimedAction(
            id=stored.id,
            attempt=Attempt(number=attempt, started_at=now, request_id=invoked.request_id),
            spec=stored.spec,
            created_at=stored.created_at,
            started_at=now,
            inputs=stored.inputs,
            inputs_uri=None,
            code_key=stored.code_key,
            dependencies_key=stored.dependencies_key,
            env_vars=stored.env_vars,
            custom_context=stored.custom_context,
            labels={},
            created_by="",
            service_account=stored.spec.service_account,
            raw_data_path=None,
            overwrite_cache=False,
            max_action_concurrency=None,
            parent=None,
            memory_mb=0,
            earlier_suspensions=stored.suspensions,
        )

    def finish_succeeded(self, claimed: ClaimedAction, outputs: str) -> Outcome:
        stored = self.actions[claimed.id.key]
        stored.outputs, stored.phase, stored.owner = outputs, ActionPhase.SUCCEEDED, None
        return Outcome(status=OutcomeStatus.SUCCEEDED, attempt=claimed.attempt.number)

    def finish_failed(self, claimed: ClaimedAction, failure: Failure) -> Outcome:
        stored = self.actions[claimed.id.key]
        stored.failures.append(failure)
        stored.owner = None
        number = claimed.attempt.number
        if failure.recoverable and number <= stored.spec.retry.count:
            stored.phase = ActionPhase.QUEUED
            return Outcome(status=OutcomeStatus.RETRY, attempt=number + 1)
        stored.phase = ActionPhase.FAILED
        return Outcome(status=OutcomeStatus.FAILED, attempt=number, error=failure.error.code)

    def standing(self, action: ActionId) -> Standing:
        self.polls += 1
        stored = self.actions[action.key]
        if self.abort_when():
            stored.phase, stored.owner = ActionPhase.ABORTED, None
        return Standing(stored.phase, stored.owner)


def renamed(action: StoredAction, run: str) -> StoredAction:
    """The same action as that of another run."""
    return replace(action, id=action.id.model_copy(update={"run": run}), failures=[])
