"""Claiming and finishing attempts, and everybody who comes late or twice."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from flyte.protocol import limits
from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ErrorRecord, OutcomeStatus, RunSpec
from flyte.protocol.tasks import RetryPolicy, TimeoutPolicy
from functions.control.claims import AlreadyClaimed, ClaimedAction, Ended, Invoked
from functions.control.errors import ActionNotFoundError, RunNotFoundError
from functions.control.failure import Failure
from tests.fakes.specs import code, greet

if TYPE_CHECKING:
    from functions.control.backend import Backend
    from tests.fakes.clock import FakeClock

ACTION = ActionId(project="flytesnacks", domain="development", run="r1")
FIRST, SECOND = Invoked("request-1", "/aws/lambda/runner", "stream"), Invoked("request-2")
BOOM = ErrorRecord(code="ValueError", kind="user", message="boom", traceback="Traceback …")


def start(backend: Backend, **changes: Any) -> None:
    asked = RunSpec(name="r1", spec=greet(**changes), inputs={"message": "hi"}, env_vars={"A": "1"})
    backend.runs.create("flytesnacks", "development", asked, created_by="ana")


def claim(backend: Backend, attempt: int = 1, invoked: Invoked = FIRST) -> ClaimedAction:
    claimed = backend.actions.claim(ACTION, attempt, invoked)
    assert isinstance(claimed, ClaimedAction)
    return claimed


def phase(backend: Backend) -> ActionPhase:
    return backend.actions.phase(ACTION)


def test_a_claim_brings_everything_that_the_work_needs(backend: Backend, clock: FakeClock) -> None:
    backend.clients.s3.put_object(Bucket="flyte-data", Key=f"ephemeral/code/{'a' * 64}.zip", Body=b"zip")
    start(backend, code=code())
    created = clock()
    clock.advance(2)
    claimed = claim(backend)

    assert claimed.spec == greet(code=code())
    assert json.loads(claimed.inputs or "") == {"message": "hi"}
    assert claimed.code_key == f"ephemeral/code/{'a' * 64}.zip"
    assert (claimed.env_vars, claimed.created_by, claimed.created_at) == ({"A": "1"}, "ana", created)
    assert (claimed.started_at, claimed.attempt.number, claimed.attempt.log_stream) == (clock(), 1, "stream")
    assert phase(backend) is ActionPhase.RUNNING


def test_a_claim_that_is_sent_twice_by_its_owner_is_the_same_claim(backend: Backend) -> None:
    start(backend)
    assert claim(backend) == claim(backend)
    assert len(backend.lookup.run(ACTION).attempts) == 1


def test_an_attempt_is_claimed_once(backend: Backend) -> None:
    start(backend)
    claim(backend)
    assert backend.actions.claim(ACTION, 1, SECOND) == AlreadyClaimed(ACTION, 1, "request-1")


def test_what_is_not_recorded_cannot_be_claimed(backend: Backend) -> None:
    with pytest.raises(RunNotFoundError):
        backend.actions.claim(ACTION, 1, FIRST)
    with pytest.raises(ActionNotFoundError):
        backend.actions.claim(ACTION.action_id("a1"), 1, FIRST)


def test_success_is_recorded_with_outputs_and_times(backend: Backend, clock: FakeClock) -> None:
    start(backend)
    claimed = claim(backend)
    clock.advance(3)
    outcome = backend.actions.finish_succeeded(claimed, '{"o0":"hi!"}')

    record = backend.lookup.run(ACTION)
    assert outcome.status is OutcomeStatus.SUCCEEDED
    assert (record.phase, record.ended_at) == (ActionPhase.SUCCEEDED, clock())
    assert record.attempts[0].ended_at == clock()
    assert [transition.phase.value for transition in record.transitions] == ["queued", "running", "succeeded"]
    assert backend.lookup.io(ACTION).outputs == {"o0": "hi!"}


def test_large_outputs_lie_in_the_attempts_own_place(backend: Backend) -> None:
    start(backend)
    outputs = json.dumps({"o0": "x" * limits.INLINE_IO_BYTES})
    backend.actions.finish_succeeded(claim(backend), outputs)

    io = backend.lookup.io(ACTION)
    uri = backend.actions.get(ACTION)["outputs_uri"]
    assert io.outputs is None
    assert io.outputs_url is not None
    assert uri.endswith("runs/flytesnacks/development/r1/a0/attempts/1/outputs.json")
    assert backend.payloads.read(uri) == outputs.encode()


def test_outputs_above_the_tasks_limit_fail_it_for_good(backend: Backend) -> None:
    start(backend, max_inline_io_bytes=100, retry=RetryPolicy(count=3))
    outcome = backend.actions.finish_succeeded(claim(backend), json.dumps({"o0": "x" * 101}))
    assert (outcome.status, outcome.error) == (OutcomeStatus.FAILED, "InlineIOMaxBytesBreached")
    assert phase(backend) is ActionPhase.FAILED


def test_a_failure_without_retries_ends_the_action(backend: Backend) -> None:
    start(backend)
    outcome = backend.actions.finish_failed(claim(backend), Failure(BOOM))
    record = backend.lookup.run(ACTION)
    assert (outcome.status, outcome.error, outcome.cause) == (OutcomeStatus.FAILED, "ValueError", "boom")
    assert (record.phase, record.error) == (ActionPhase.FAILED, BOOM)
    assert record.attempts[0].error == ErrorRecord(code="ValueError", kind="user", message="boom")


def test_retries_happen_exactly_as_written(backend: Backend) -> None:
    start(backend, retry=RetryPolicy(count=2, base_s=2, factor=3))
    waits = []
    for attempt in (1, 2, 3):
        outcome = backend.actions.finish_failed(claim(backend, attempt), Failure(BOOM))
        waits.append((outcome.status.value, outcome.attempt, outcome.wait_s))
    assert waits == [("retry", 2, 2), ("retry", 3, 6), ("failed", 3, 0)]
    record = backend.lookup.run(ACTION)
    assert [attempt.number for attempt in record.attempts] == [1, 2, 3]
    phases = [transition.phase.value for transition in record.transitions]
    assert phases == ["queued", "running", "queued", "running", "queued", "running", "failed"]


def test_a_retry_that_succeeds_leaves_no_error_on_the_action(backend: Backend) -> None:
    start(backend, retry=RetryPolicy(count=1))
    backend.actions.finish_failed(claim(backend), Failure(BOOM))
    assert phase(backend) is ActionPhase.QUEUED
    backend.actions.finish_succeeded(claim(backend, 2, SECOND), "{}")
    record = backend.lookup.run(ACTION)
    assert (record.phase, record.error) == (ActionPhase.SUCCEEDED, None)
    assert record.attempts[0].error is not None


def test_what_is_not_recoverable_is_not_retried(backend: Backend) -> None:
    start(backend, retry=RetryPolicy(count=5))
    outcome = backend.actions.finish_failed(claim(backend), Failure(BOOM, recoverable=False))
    assert outcome.status is OutcomeStatus.FAILED


def test_no_retry_starts_after_the_deadline(backend: Backend, clock: FakeClock) -> None:
    start(backend, retry=RetryPolicy(count=5, base_s=10), timeout=TimeoutPolicy(deadline_s=15))
    claimed = claim(backend)
    clock.advance(6)
    assert backend.actions.finish_failed(claimed, Failure(BOOM)).status is OutcomeStatus.FAILED


@pytest.mark.parametrize("code", ["MaxRuntimeExceededError", "DeadlineExceededError", "MaxQueuedTimeExceededError"])
def test_timeouts_end_as_timed_out(backend: Backend, code: str) -> None:
    start(backend)
    backend.actions.finish_failed(claim(backend), Failure(ErrorRecord(code=code, kind="user", message="late")))
    assert phase(backend) is ActionPhase.TIMED_OUT


def test_long_error_texts_are_cut_in_the_record_and_whole_in_the_bucket(backend: Backend) -> None:
    start(backend)
    long = ErrorRecord(code="E", kind="user", message="ä" * 10_000, traceback="start" + "x" * 20_000 + "end")
    backend.actions.finish_failed(claim(backend), Failure(long))
    error = backend.lookup.run(ACTION).error
    assert error is not None
    assert len(error.message.encode()) <= limits.ERROR_TEXT_BYTES
    assert error.traceback.endswith("end")
    assert json.loads(backend.payloads.read(error.full_text_uri or "")) == long.to_dict()


def test_the_end_that_is_sent_twice_changes_nothing(backend: Backend, clock: FakeClock) -> None:
    start(backend, retry=RetryPolicy(count=1, base_s=4))
    claimed = claim(backend)
    first = backend.actions.finish_failed(claimed, Failure(BOOM))
    before = backend.lookup.run(ACTION)
    clock.advance(1)
    assert backend.actions.finish_failed(claimed, Failure(BOOM)) == first
    assert backend.lookup.run(ACTION) == before


def test_who_comes_after_the_end_changes_nothing(backend: Backend) -> None:
    start(backend)
    claimed = claim(backend)
    backend.actions.finish_succeeded(claimed, '{"o0":"first"}')
    before = backend.lookup.run(ACTION)

    late = backend.actions.finish_failed(claimed, Failure(BOOM))
    again = backend.actions.claim(ACTION, 2, SECOND)
    assert late.status is OutcomeStatus.SUCCEEDED
    assert isinstance(again, Ended)
    assert (again.phase, again.outcome.status) == (ActionPhase.SUCCEEDED, OutcomeStatus.SUCCEEDED)
    assert backend.lookup.run(ACTION) == before


def test_an_owner_that_was_taken_for_dead_cannot_finish(backend: Backend) -> None:
    start(backend, retry=RetryPolicy(count=1))
    taken_for_dead = claim(backend)
    backend.deaths.close_attempt(ACTION, 1, "Runtime.ExitError", "gone")
    second = claim(backend, 2, SECOND)

    backend.actions.finish_succeeded(taken_for_dead, '{"o0":"late"}')
    assert backend.actions.standing(ACTION).owner == "request-2"
    backend.actions.finish_succeeded(second, '{"o0":"right"}')
    assert backend.lookup.io(ACTION).outputs == {"o0": "right"}


def test_a_run_of_one_task_costs_three_writes_what_it_is_found_by_and_no_object(
    backend: Backend, counted_calls: list[str]
) -> None:
    start(backend)
    backend.actions.finish_succeeded(claim(backend), '{"o0":"hi!"}')
    assert counted_calls == ["BatchWriteItem", "PutItem", "UpdateItem", "UpdateItem"]


def test_a_creation_whose_answer_got_lost_is_no_conflict(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    put_item = backend.clients.dynamodb.put_item

    def put_twice(**request: Any) -> Any:
        put_item(**request)
        return put_item(**request)

    monkeypatch.setattr(backend.clients.dynamodb, "put_item", put_twice)
    start(backend)
    assert phase(backend) is ActionPhase.QUEUED


def test_every_write_whose_answer_got_lost_is_the_same_write(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    update_item = backend.clients.dynamodb.update_item

    def update_twice(**request: Any) -> Any:
        update_item(**request)
        return update_item(**request)

    start(backend, retry=RetryPolicy(count=1))
    monkeypatch.setattr(backend.clients.dynamodb, "update_item", update_twice)
    assert backend.actions.finish_failed(claim(backend), Failure(BOOM)).status is OutcomeStatus.RETRY
    assert backend.actions.finish_succeeded(claim(backend, 2, SECOND), "{}").status is OutcomeStatus.SUCCEEDED
    assert [attempt.number for attempt in backend.lookup.run(ACTION).attempts] == [1, 2]
