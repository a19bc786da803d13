"""Writers that come late, because nobody could tell them that they had been taken for dead."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flyte.protocol.identity import ActionId
from flyte.protocol.runs import ErrorRecord, RunSpec
from flyte.protocol.tasks import RetryPolicy
from functions.control.claims import AlreadyClaimed, ClaimedAction, Invoked
from functions.control.failure import Failure
from tests.fakes.specs import greet

if TYPE_CHECKING:
    from functions.control.backend import Backend

ACTION = ActionId(project="flytesnacks", domain="development", run="r1")


def started(backend: Backend, retries: int = 0) -> None:
    asked = RunSpec(name="r1", spec=greet(retry=RetryPolicy(count=retries)), inputs={"message": "hi"})
    backend.runs.create("flytesnacks", "development", asked)


def claimed(backend: Backend, attempt: int) -> ClaimedAction:
    claim = backend.actions.claim(ACTION, attempt, Invoked(f"request-{attempt}"))
    assert isinstance(claim, ClaimedAction)
    return claim


def taken_for_dead(backend: Backend) -> ClaimedAction:
    """An attempt that goes on although another invocation has closed it."""
    first = claimed(backend, 1)
    second = backend.actions.claim(ACTION, 1, Invoked("request-other"))
    assert isinstance(second, AlreadyClaimed)
    assert backend.deaths.close(second).status == "retry"
    return first


def test_a_trace_stays_what_it_was_first(backend: Backend) -> None:
    started(backend)
    late = taken_for_dead(backend)
    backend.traces.keep(claimed(backend, 2), "t1", "m.f", '{"o0":1}')
    backend.traces.keep(late, "t1", "m.f", '{"o0":2}')
    assert backend.actions.get(ACTION.action_id("t1"))["outputs"] == '{"o0":1}'


def test_the_end_that_comes_late_is_no_end(backend: Backend) -> None:
    started(backend)
    late = taken_for_dead(backend)
    backend.actions.finish_succeeded(late, '{"o0":"late"}')
    backend.actions.finish_failed(late, Failure(ErrorRecord(code="ValueError", kind="user", message="boom")))
    backend.actions.finish_succeeded(claimed(backend, 2), '{"o0":"right"}')
    assert backend.actions.get(ACTION)["outputs"] == '{"o0":"right"}'


def test_a_retry_of_ours_is_the_same_try_and_the_users_is_the_next(backend: Backend) -> None:
    started(backend, retries=1)
    boom = Failure(ErrorRecord(code="ValueError", kind="user", message="boom"))
    tries = []
    for attempt, is_ours in ((1, True), (2, False), (3, True), (4, True)):
        claim = claimed(backend, attempt)
        tries.append((claim.try_number, claim.tries_since is not None))
        backend.actions.finish_failed(claim, replace(boom, is_ours=is_ours))
    assert tries == [(1, False), (1, False), (2, True), (2, True)]
    # What failed before is repeated once for the user's retry: by when that one began, not by the replays after it.
    last = claimed(backend, 5)
    record = backend.lookup.run(ACTION)
    assert last.tries_since == record.attempts[2].started_at
