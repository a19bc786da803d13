"""Executions of the action state machine: started under the action's name, asked about, stopped."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError

from flyte.protocol.identity import ActionId
from flyte.protocol.runs import ExecutionInput
from functions.control.attributes import error_code
from functions.control.tracing import trace_header

if TYPE_CHECKING:
    from functions.control.clients import Clients
    from functions.control.settings import Settings


_PASSING = frozenset(
    {
        "ThrottlingException",
        "ExecutionLimitExceeded",
        "InternalFailure",
        "InternalServerError",
        "ServiceUnavailable",
        "RequestExpired",
    }
)
"""Refusals that a later request may not meet. Source: Step Functions API reference, StartExecution, common errors."""
_LONGEST_PAUSE_S = 10.0


class NameUsedError(Exception):
    """An execution of that name has ended."""


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

    def start(self, action: ActionId, function_arn: str, *, patience_s: float = 0.0) -> None:
        """Starts the action's execution; nothing happens if it runs already.

        Args:
            action: Whose execution.
            function_arn: The runner that it invokes.
            patience_s: How long to try again where too many are started at a time, or Step Functions does not answer,
                beyond what the AWS client does.

        Raises:
            NameUsedError: It has ended already.
        """
        given = ExecutionInput(**action.model_dump(), function_arn=function_arn).to_json()
        started_s, pause_s = time.monotonic(), 1.0
        while True:
            try:
                self._start(action, given)
            except (ClientError, BotoCoreError) as error:
                left_s = patience_s - (time.monotonic() - started_s)
                if left_s <= 0 or not _passes(error):
                    raise
                # The whole pause is left to chance, so that those who wait do not come back together.
                threading.Event().wait(min(left_s, random.uniform(0, pause_s)))  # noqa: S311 - no secret
                pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            else:
                return

    def _start(self, action: ActionId, given: str) -> None:
        header = trace_header()
        try:
            self._clients.step_functions.start_execution(
                stateMachineArn=self._settings.state_machine_arn,
                name=action.execution_name,
                input=given,
                **({"traceHeader": header} if header else {}),
            )
        except ClientError as error:
            if error_code(error) != "ExecutionAlreadyExists":
                raise
            # A start whose answer was lost is sent again. The devbox refuses that even while the execution runs.
            state = self.describe(action)
            if state is None or state.status != "RUNNING":
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


def _passes(error: ClientError | BotoCoreError) -> bool:
    """Whether another request may do better."""
    if isinstance(error, ClientError):
        return error_code(error) in _PASSING
    return isinstance(error, HTTPClientError | NoConnectionError)
