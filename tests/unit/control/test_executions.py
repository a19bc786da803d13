"""Starting executions when Step Functions is busy, or its answer was lost."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, ReadTimeoutError

from flyte.protocol.identity import ActionId
from functions.control.executions import Executions, NameUsedError

ACTION = ActionId(project="p", domain="d", run="r1")


class Machine:
    """A Step Functions that refuses starts with these codes, in turn, and says how the execution is."""

    def __init__(self, *refusals: str | Exception, status: str = "RUNNING") -> None:
        self._refusals = list(refusals)
        self._status = status
        self.starts = 0
        self.header: str | None = None

    def start_execution(self, **given: str) -> None:
        self.starts += 1
        self.header = given.get("traceHeader")
        if self._refusals:
            refusal = self._refusals.pop(0)
            raise ClientError({"Error": {"Code": refusal}}, "StartExecution") if isinstance(refusal, str) else refusal

    def describe_execution(self, **_: str) -> dict[str, str]:
        return {"status": self._status}


def executions(machine: Machine) -> Executions:
    settings: Any = SimpleNamespace(state_machine_arn="m", execution_arn=lambda name: f"e:{name}")
    clients: Any = SimpleNamespace(step_functions=machine)
    return Executions(settings, clients)


def test_a_start_that_is_sent_again_while_the_execution_runs_has_started_it() -> None:
    executions(Machine("ExecutionAlreadyExists")).start(ACTION, "f")


def test_a_name_whose_execution_has_ended_is_used() -> None:
    with pytest.raises(NameUsedError):
        executions(Machine("ExecutionAlreadyExists", status="SUCCEEDED")).start(ACTION, "f")


def test_too_many_starts_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.uniform", lambda _low, _high: 0.0)
    machine = Machine("ThrottlingException", "ExecutionLimitExceeded", "ThrottlingException")
    executions(machine).start(ACTION, "f", patience_s=60)
    assert machine.starts == 4


def test_a_step_functions_that_does_not_answer_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.uniform", lambda _low, _high: 0.0)
    away = [EndpointConnectionError(endpoint_url="u"), ReadTimeoutError(endpoint_url="u")]
    machine = Machine("ServiceUnavailable", *away)
    executions(machine).start(ACTION, "f", patience_s=60)
    assert machine.starts == 4


def test_other_refusals_and_those_without_patience_are_told() -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        executions(Machine("AccessDenied")).start(ACTION, "f", patience_s=60)
    with pytest.raises(NoCredentialsError):
        executions(Machine(NoCredentialsError())).start(ACTION, "f", patience_s=60)
    with pytest.raises(ClientError, match="Throttling"):
        executions(Machine("ThrottlingException")).start(ACTION, "f")


@pytest.mark.parametrize("header", ["Root=1-a-b;Parent=c;Sampled=1", None])
def test_an_execution_goes_on_with_the_trace_of_who_starts_it(
    monkeypatch: pytest.MonkeyPatch, header: str | None
) -> None:
    monkeypatch.delenv("_X_AMZN_TRACE_ID", raising=False)
    if header:
        monkeypatch.setenv("_X_AMZN_TRACE_ID", header)
    machine = Machine()
    executions(machine).start(ACTION, "f")
    assert machine.header == header
