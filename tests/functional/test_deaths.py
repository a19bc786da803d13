"""What becomes of an attempt whose runner died, by what Lambda says of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ErrorRecord, OutcomeStatus, RunSpec
from flyte.protocol.tasks import RetryPolicy, TimeoutPolicy
from functions.control.claims import AlreadyClaimed, ClaimedAction, Invoked
from functions.control.failure import Failure
from functions.recorder.recording import Recorder
from tests.fakes.specs import greet

if TYPE_CHECKING:
    from functions.control.backend import Backend
    from tests.fakes.clock import FakeClock
    from tests.fakes.executions import FakeExecutions

ACTION = ActionId(project="flytesnacks", domain="development", run="r1")
INVOKED = Invoked("request-1", "/aws/lambda/runner", "stream")
EXIT = json.dumps({"errorType": "Runtime.ExitError", "errorMessage": "RequestId: x Error: Runtime exited"})


def start(backend: Backend, retries: int = 0) -> None:
    asked = RunSpec(name="r1", spec=greet(retry=RetryPolicy(count=retries, base_s=1)), inputs={"message": "hi"})
    backend.runs.create("flytesnacks", "development", asked)


def close(backend: Backend, attempt: int = 1, error: str = "Runtime.ExitError", cause: str = EXIT) -> dict[str, object]:
    given = {"project": "flytesnacks", "domain": "development", "run": "r1", "action": "a0", "attempt": attempt}
    return Recorder(backend).record({"close": {**given, "error": error, "cause": cause}})


@pytest.mark.parametrize(
    ("error", "cause", "code", "phase"),
    [
        ("Runtime.OutOfMemory", "{}", "OOMError", "failed"),
        (
            "Runtime.ExitError",
            '{"errorMessage": "RequestId: x Error: Runtime exited: signal: killed"}',
            "OOMError",
            "failed",
        ),
        (
            "Sandbox.Timedout",
            '{"errorMessage": "Task timed out after 900.00 seconds"}',
            "MaxRuntimeExceededError",
            "timed_out",
        ),
        ("Lambda.Unknown", "Task timed out after 900.00 seconds", "MaxRuntimeExceededError", "timed_out"),
        ("States.Timeout", "", "MaxRuntimeExceededError", "timed_out"),
        ("Lambda.ResourceNotFoundException", "Function not found", "RuntimeSystemError", "failed"),
        ("Lambda.TooManyRequestsException", "Rate exceeded", "RuntimeSystemError", "failed"),
    ],
)
def test_a_death_is_recorded_as_what_it_was(backend: Backend, error: str, cause: str, code: str, phase: str) -> None:
    start(backend)
    backend.actions.claim(ACTION, 1, INVOKED)
    outcome = close(backend, error=error, cause=cause)

    record = backend.lookup.run(ACTION)
    assert (outcome["status"], outcome["error"]) == ("failed", code)
    assert record.error is not None
    assert (record.error.code, record.phase.value) == (code, phase)
    assert record.attempts[0].ended_at is not None


def test_a_death_is_retried_by_the_users_policy(backend: Backend) -> None:
    start(backend, retries=1)
    backend.actions.claim(ACTION, 1, INVOKED)
    outcome = close(backend, error="Runtime.OutOfMemory")
    assert (outcome["status"], outcome["attempt"], outcome["wait_s"]) == ("retry", 2, 1)
    assert isinstance(backend.actions.claim(ACTION, 2, INVOKED), ClaimedAction)
    assert close(backend, 2, error="Runtime.OutOfMemory")["status"] == "failed"


@pytest.mark.parametrize("error", ["Runtime.ExitError", "Sandbox.Failure", "EndpointConnectionError", ""])
def test_a_death_that_is_not_the_users_doing_takes_none_of_the_users_retries(backend: Backend, error: str) -> None:
    start(backend, retries=1)
    ends = []
    for attempt in range(1, 6):
        backend.actions.claim(ACTION, attempt, INVOKED)
        outcome = close(backend, attempt, error=error)
        ends.append((outcome["status"], outcome["attempt"], outcome["wait_s"]))
    # Three of ours, then the user's one.
    assert ends == [("retry", 2, 1), ("retry", 3, 2), ("retry", 4, 4), ("retry", 5, 1), ("failed", 5, 0)]
    record = backend.lookup.run(ACTION)
    assert record.error is not None
    assert record.error.code in {"WorkerCrashedError", "RuntimeSystemError"}


def test_the_users_retries_wait_as_written_after_one_of_ours(backend: Backend) -> None:
    asked = RunSpec(name="r1", spec=greet(retry=RetryPolicy(count=2, base_s=10, factor=3)), inputs={"message": "hi"})
    backend.runs.create("flytesnacks", "development", asked)
    boom = Failure(ErrorRecord(code="ValueError", kind="user", message="boom"))
    waits = []
    for attempt in (1, 2, 3, 4):
        claimed = backend.actions.claim(ACTION, attempt, INVOKED)
        assert isinstance(claimed, ClaimedAction)
        outcome = backend.actions.finish_failed(claimed, replace(boom, is_ours=attempt == 2))
        waits.append((outcome.status.value, outcome.attempt, outcome.wait_s))
    assert waits == [("retry", 2, 10), ("retry", 3, 1), ("retry", 4, 30), ("failed", 4, 0)]


def test_a_death_before_the_claim_counts_as_an_attempt_without_logs(backend: Backend) -> None:
    start(backend, retries=1)
    assert close(backend)["status"] == "retry"
    backend.actions.claim(ACTION, 2, INVOKED)
    first, second = backend.lookup.run(ACTION).attempts
    assert (first.number, first.log_stream, second.number, second.log_stream) == (1, "", 2, "stream")


def test_closing_twice_says_the_same_and_changes_nothing(backend: Backend, clock: FakeClock) -> None:
    start(backend, retries=2)
    backend.actions.claim(ACTION, 1, INVOKED)
    first = close(backend)
    before = backend.lookup.run(ACTION)
    clock.advance(1)
    assert close(backend) == first
    assert backend.lookup.run(ACTION) == before


def test_a_death_after_the_end_says_how_it_ended(backend: Backend) -> None:
    start(backend)
    claimed = backend.actions.claim(ACTION, 1, INVOKED)
    assert isinstance(claimed, ClaimedAction)
    backend.actions.finish_succeeded(claimed, "{}")
    assert close(backend)["status"] == "succeeded"
    assert backend.actions.phase(ACTION) is ActionPhase.SUCCEEDED


def test_an_attempt_given_to_a_second_invocation_closes_the_first(backend: Backend) -> None:
    start(backend, retries=1)
    backend.actions.claim(ACTION, 1, INVOKED)
    second = backend.actions.claim(ACTION, 1, Invoked("request-2"))
    assert isinstance(second, AlreadyClaimed)
    outcome = backend.deaths.close(second)
    assert (outcome.status, outcome.attempt) == (OutcomeStatus.RETRY, 2)
    error = backend.lookup.run(ACTION).attempts[0].error
    assert error is not None
    assert error.code == "WorkerCrashedError"


@pytest.mark.parametrize(
    ("status", "phase", "code"),
    [
        ("FAILED", ActionPhase.FAILED, "RuntimeSystemError"),
        ("TIMED_OUT", ActionPhase.TIMED_OUT, "DeadlineExceededError"),
        ("ABORTED", ActionPhase.ABORTED, None),
    ],
)
@pytest.mark.parametrize("claimed", [True, False])
def test_an_execution_that_died_closes_its_action(
    backend: Backend, status: str, phase: ActionPhase, code: str | None, *, claimed: bool
) -> None:
    start(backend, retries=3)
    if claimed:
        backend.actions.claim(ACTION, 1, INVOKED)
    assert ended(backend, status) == {"verdict": "closed"}

    record = backend.lookup.run(ACTION)
    assert record.phase is phase
    assert (record.error.code if record.error else None) == code
    assert all(attempt.ended_at for attempt in record.attempts)
    assert ended(backend, status) == {"verdict": "gone"}


def test_news_of_what_has_ended_changes_nothing(backend: Backend) -> None:
    start(backend)
    claimed = backend.actions.claim(ACTION, 1, INVOKED)
    assert isinstance(claimed, ClaimedAction)
    backend.actions.finish_succeeded(claimed, "{}")
    assert ended(backend, "ABORTED") == {"verdict": "gone"}
    assert backend.actions.phase(ACTION) is ActionPhase.SUCCEEDED


def test_news_of_strangers_is_ignored(backend: Backend) -> None:
    assert ended(backend, "FAILED") == {"verdict": "gone"}
    event = {"source": "aws.states", "detail": {"executionArn": "arn", "status": "FAILED", "input": '{"by": "hand"}'}}
    assert Recorder(backend).record(event) == {"verdict": "ignored"}
    with pytest.raises(ValueError, match="no such event"):
        Recorder(backend).record({"hello": 1})


def ended(backend: Backend, status: str) -> dict[str, object]:
    given = {**ACTION.model_dump(), "attempt": 1, "function_arn": "arn"}
    detail = {"executionArn": "arn", "status": status, "input": json.dumps(given), "error": None, "cause": None}
    return Recorder(backend).record({"source": "aws.states", "detail": detail})


def test_the_reconciler_starts_what_never_started(
    backend: Backend, executions: FakeExecutions, clock: FakeClock
) -> None:
    executions.failure = _throttled()
    start(backend)
    executions.failure = None
    assert reconcile(backend) == {}  # too young

    clock.advance(200)
    assert reconcile(backend) == {"started": 1}
    assert list(executions.started) == [ACTION.execution_name]


def test_the_reconciler_closes_what_died_unheard(
    backend: Backend, executions: FakeExecutions, clock: FakeClock
) -> None:
    start(backend)
    backend.actions.claim(ACTION, 1, INVOKED)
    executions.end(ACTION, "FAILED", "States.ServiceRestart", "the service restarted")
    clock.advance(200)
    assert reconcile(backend) == {"closed": 1}

    error = backend.lookup.run(ACTION).error
    assert error is not None
    assert "States.ServiceRestart" in error.message
    assert reconcile(backend) == {}


def test_the_reconciler_looks_at_what_lives_only_now_and_then(backend: Backend, clock: FakeClock) -> None:
    start(backend)
    backend.actions.claim(ACTION, 1, INVOKED)
    clock.advance(200)
    assert reconcile(backend) == {"alive": 1}
    assert reconcile(backend) == {}
    clock.advance(200)
    assert reconcile(backend) == {"alive": 1}
    assert backend.actions.phase(ACTION) is ActionPhase.RUNNING


@pytest.mark.parametrize(
    ("timeout", "claimed", "code"),
    [
        (TimeoutPolicy(max_queued_s=100), False, "MaxQueuedTimeExceededError"),
        (TimeoutPolicy(max_queued_s=100), True, None),
        (TimeoutPolicy(deadline_s=100), True, "DeadlineExceededError"),
        (TimeoutPolicy(deadline_s=1000), False, None),
    ],
)
def test_the_reconciler_ends_what_is_overdue(
    backend: Backend,
    executions: FakeExecutions,
    clock: FakeClock,
    timeout: TimeoutPolicy,
    code: str | None,
    *,
    claimed: bool,
) -> None:
    asked = RunSpec(name="r1", spec=greet(timeout=timeout), inputs={"message": "hi"})
    backend.runs.create("flytesnacks", "development", asked)
    if claimed:
        backend.actions.claim(ACTION, 1, INVOKED)
    clock.advance(200)
    assert reconcile(backend) == ({"closed": 1} if code else {"alive": 1})
    record = backend.lookup.run(ACTION)
    assert (record.error.code if record.error else None) == code
    assert (record.phase is ActionPhase.TIMED_OUT) is (code is not None)
    assert bool(executions.stopped) is (code is not None)


def test_the_reconciler_goes_on_where_its_time_was_up(backend: Backend, clock: FakeClock) -> None:
    for number in range(5):
        asked = RunSpec(name=f"r{number}", spec=greet(), inputs={"message": "hi"})
        backend.runs.create("flytesnacks", "development", asked)
    clock.advance(200)
    first = iter([True, True, False])
    assert reconcile(backend, lambda: next(first)) == {"alive": 2}
    assert reconcile(backend) == {"alive": 3}


def reconcile(backend: Backend, has_time: object = lambda: True) -> dict[str, int]:
    assert callable(has_time)
    return {verdict.value: count for verdict, count in backend.reconciliation.run(has_time=has_time).items()}


def _throttled() -> Exception:
    from botocore.exceptions import ClientError

    return ClientError({"Error": {"Code": "ThrottlingException"}}, "StartExecution")
