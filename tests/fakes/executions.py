"""Step Functions as control sees it: what was started and stopped, and what it is told to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.control.executions import Executions, ExecutionState, NameUsedError

if TYPE_CHECKING:
    from flyte.protocol.identity import ActionId


class FakeExecutions(Executions):
    """Satisfies `functions.control.executions.Executions` without AWS."""

    def __init__(self) -> None:
        self.started: dict[str, str] = {}
        self.stopped: dict[str, str] = {}
        self.states: dict[str, ExecutionState] = {}
        self.failure: Exception | None = None

    def start(self, action: ActionId, function_arn: str, *, patience_s: float = 0.0) -> None:
        del patience_s
        if self.failure is not None:
            raise self.failure
        name = action.execution_name
        if self.states.get(name, _RUNNING).status != "RUNNING":
            raise NameUsedError(name)
        self.started[name] = function_arn
        self.states[name] = _RUNNING

    def describe(self, action: ActionId) -> ExecutionState | None:
        return self.states.get(action.execution_name)

    def stop(self, action: ActionId, reason: str) -> None:
        self.stopped[action.execution_name] = reason

    def end(self, action: ActionId, status: str, error: str = "", cause: str = "") -> None:
        """Says from now on that the action's execution ended so."""
        self.states[action.execution_name] = ExecutionState(status, error, cause)


_RUNNING = ExecutionState("RUNNING", "", "")
