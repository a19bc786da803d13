"""Executions of the action state machine: started under the action's name, asked about, stopped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from flyte.protocol.identity import ActionId
from flyte.protocol.runs import ExecutionInput
from functions.control.attributes import error_code

if TYPE_CHECKING:
    from functions.control.clients import Clients
    from functions.control.settings import Settings


class NameUsedError(Exception):
    """An execution of that name has ended, or runs with another input."""


@dataclass(frozen=True, slots=True)
class ExecutionState:
    """How an execution is. `status` is Step Functions' word: RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED."""

    status: str
    error: str
    cause: str


class Executions:
    """Executions of one state machine."""

    def __init__(self, settings: Settings, clients: Clients) -> None:
        self._settings = settings
        self._clients = clients

    def start(self, action: ActionId, function_arn: str) -> None:
        """Starts the action's execution; nothing happens if it runs already.

        Raises:
            NameUsedError: It has ended already.
        """
        given = ExecutionInput(**action.model_dump(), function_arn=function_arn)
        try:
            self._clients.step_functions.start_execution(
                stateMachineArn=self._settings.state_machine_arn, name=action.execution_name, input=given.to_json()
            )
        except ClientError as error:
            if error_code(error) != "ExecutionAlreadyExists":
                raise
            raise NameUsedError(action.execution_name) from error

    def describe(self, action: ActionId) -> ExecutionState | None:
        """The action's execution; None if it was never started, or ended more than 90 days ago."""
        try:
            found = self._clients.step_functions.describe_execution(executionArn=self._arn(action))
        except ClientError as error:
            if error_code(error) != "ExecutionDoesNotExist":
                raise
            return None
        return ExecutionState(found["status"], found.get("error", ""), found.get("cause", ""))

    def stop(self, action: ActionId, reason: str) -> None:
        """Stops the action's execution, if it was started."""
        try:
            self._clients.step_functions.stop_execution(
                executionArn=self._arn(action), error="ActionAbortedError", cause=reason
            )
        except ClientError as error:
            if error_code(error) not in {"ExecutionDoesNotExist", "ValidationException"}:
                raise

    def _arn(self, action: ActionId) -> str:
        return self._settings.execution_arn(action.execution_name)
