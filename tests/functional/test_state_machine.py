"""The action state machine with the real runner's rules behind it: what Step Functions does with each Outcome."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ErrorRecord, Invocation, RunSpec
from flyte.protocol.tasks import RetryPolicy
from functions.control.backend import Backend
from functions.control.claims import AlreadyClaimed, ClaimedAction, Ended, Invoked
from functions.control.failure import Failure
from functions.recorder.recording import Recorder
from tests.fakes.aws_stack import (
    RECORDER,
    RUNNERS,
    SETTINGS,
    InvocationFailedError,
    bind_functions,
    create_machine,
    finish_executions,
)
from tests.fakes.specs import greet

if TYPE_CHECKING:
    from functions.control.clients import Clients

ACTION = ActionId(project="flytesnacks", domain="development", run="r1")
Work = Callable[[Backend, ClaimedAction], Any]


class FakeRunner:
    """A runner whose attempts do what they are told: finish, or die."""

    def __init__(self, backend: Backend, *attempts: Work) -> None:
        self._backend = backend
        self._attempts = list(attempts)
        self.invocations: list[int] = []

    def __call__(self, payload: dict[str, Any]) -> dict[str, Any]:
        invocation = Invocation.model_validate(payload)
        self.invocations.append(invocation.attempt)
        invoked = Invoked(f"request-{len(self.invocations)}")
        claim = self._backend.actions.claim(invocation.id, invocation.attempt, invoked)
        if isinstance(claim, Ended):
            outcome = claim.outcome
        elif isinstance(claim, AlreadyClaimed):
            outcome = self._backend.deaths.close(claim)
        else:
            outcome = self._attempts.pop(0)(self._backend, claim)
        return dict(outcome.model_dump(mode="json"))


def succeed(backend: Backend, claim: ClaimedAction) -> Any:
    return backend.actions.finish_succeeded(claim, '{"o0":"hi!"}')


def fail(backend: Backend, claim: ClaimedAction) -> Any:
    return backend.actions.finish_failed(claim, Failure(ErrorRecord(code="ValueError", kind="user", message="boom")))


def die(_backend: Backend, _claim: ClaimedAction) -> Any:
    raise InvocationFailedError("Runtime.ExitError", "RequestId: x Error: Runtime exited with error: exit status 1")


@pytest.fixture
def real(aws: Clients) -> Backend:
    """Control with moto's Step Functions, which runs the machine as it is deployed."""
    create_machine(aws)
    return Backend(SETTINGS, aws)


def run(
    backend: Backend, monkeypatch: pytest.MonkeyPatch, runner: FakeRunner, retries: int = 0
) -> tuple[str, list[str]]:
    """Starts a run and waits for its execution: its status, and the states that it entered."""
    bind_functions(monkeypatch, {RUNNERS[1024]: runner, RECORDER: Recorder(backend).record})
    asked = RunSpec(name="r1", spec=greet(retry=RetryPolicy(count=retries)), inputs={"message": "hi"})
    backend.runs.create("flytesnacks", "development", asked)
    finish_executions()
    arn = SETTINGS.execution_arn(ACTION.execution_name)
    history = backend.clients.step_functions.get_execution_history(executionArn=arn)["events"]
    entered = [event["stateEnteredEventDetails"]["name"] for event in history if "stateEnteredEventDetails" in event]
    return backend.clients.step_functions.describe_execution(executionArn=arn)["status"], entered


def test_a_run_of_one_task_enters_three_states(real: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    status, entered = run(real, monkeypatch, FakeRunner(real, succeed))
    assert (status, entered) == ("SUCCEEDED", ["Run", "Choose", "Succeeded"])
    assert real.actions.phase(ACTION) is ActionPhase.SUCCEEDED


def test_a_run_of_one_task_costs_three_writes_what_it_is_found_by_and_no_object(
    real: Backend, monkeypatch: pytest.MonkeyPatch, counted_calls: list[str]
) -> None:
    run(real, monkeypatch, FakeRunner(real, succeed))
    assert counted_calls == ["BatchWriteItem", "PutItem", "UpdateItem", "UpdateItem"]


def test_a_users_failure_is_tried_again_as_the_policy_says(real: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = FakeRunner(real, fail, fail, succeed)
    status, entered = run(real, monkeypatch, runner, retries=2)
    again = ["Run", "Choose", "WaitBeforeRetry", "NextAttempt"]
    assert (status, entered) == ("SUCCEEDED", [*again, *again, "Run", "Choose", "Succeeded"])
    assert runner.invocations == [1, 2, 3]


def test_the_last_failure_fails_the_execution_with_its_code(real: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    status, entered = run(real, monkeypatch, FakeRunner(real, fail))
    arn = SETTINGS.execution_arn(ACTION.execution_name)
    described = real.clients.step_functions.describe_execution(executionArn=arn)
    assert (status, entered) == ("FAILED", ["Run", "Choose", "Failed"])
    assert (described["error"], described["cause"]) == ("ValueError", "boom")


def test_a_dead_runner_is_recorded_and_tried_again(real: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = FakeRunner(real, die, succeed)
    status, entered = run(real, monkeypatch, runner, retries=1)
    closed = ["Run", "Close", "Choose", "WaitBeforeRetry", "NextAttempt"]
    assert (status, entered) == ("SUCCEEDED", [*closed, "Run", "Choose", "Succeeded"])
    first, _ = real.lookup.run(ACTION).attempts
    assert first.error is not None
    assert first.error.code == "WorkerCrashedError"


def test_an_aborted_action_is_not_worked_on(real: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    def abort_first(payload: dict[str, Any]) -> dict[str, Any]:
        real.actions.abort(real.actions.get(ACTION), "enough")
        return runner(payload)

    runner = FakeRunner(real)
    bind_functions(monkeypatch, {RUNNERS[1024]: abort_first})
    real.runs.create("flytesnacks", "development", RunSpec(name="r1", spec=greet(), inputs={"message": "hi"}))
    finish_executions()
    arn = SETTINGS.execution_arn(ACTION.execution_name)
    described = real.clients.step_functions.describe_execution(executionArn=arn)
    assert (described["status"], described["error"]) == ("FAILED", "ActionAbortedError")
    assert real.actions.phase(ACTION) is ActionPhase.ABORTED


def test_news_of_a_failed_execution_reach_the_record_by_its_input(
    real: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(real, monkeypatch, FakeRunner(real, fail))
    described = real.clients.step_functions.describe_execution(
        executionArn=SETTINGS.execution_arn(ACTION.execution_name)
    )
    assert json.loads(described["input"])["function_arn"] == RUNNERS[1024]
    event = {"source": "aws.states", "detail": {"status": "FAILED", "input": described["input"]}}
    assert Recorder(real).record(event) == {"verdict": "gone"}


def test_a_name_whose_execution_ended_is_refused(real: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    run(real, monkeypatch, FakeRunner(real, succeed))
    state = real.executions.describe(ACTION)
    assert state is not None
    assert state.status == "SUCCEEDED"
    assert real.executions.describe(ACTION.action_id("a1")) is None
    real.executions.stop(ACTION.action_id("a1"), "it never started")
