"""What an attempt records of its time: in invocations, which are billed, and suspended, which costs nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import Attempt, ErrorRecord, RunSpec
from flyte.protocol.tasks import RetryPolicy
from functions.control.action_items import to_record
from functions.control.claims import ClaimedAction, Invoked
from functions.control.failure import Failure
from tests.fakes.specs import greet

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.control.backend import Backend
    from tests.fakes.clock import FakeClock

ACTION = ActionId(project="flytesnacks", domain="development", run="r1")
BOOM = ErrorRecord(code="ValueError", kind="user", message="boom")


def claim(backend: Backend, request: str, attempt: int = 1) -> ClaimedAction:
    claimed = backend.actions.claim(ACTION, attempt, Invoked(request))
    assert isinstance(claimed, ClaimedAction)
    return claimed


@pytest.fixture
def claimed(backend: Backend, clock: FakeClock) -> ClaimedAction:
    asked = RunSpec(name="r1", spec=greet(retry=RetryPolicy(count=1)), inputs={"message": "hi"})
    backend.runs.create("flytesnacks", "development", asked, created_by="ana")
    clock.advance(7)
    return claim(backend, "first")


def last(backend: Backend) -> Attempt:
    return to_record(backend.actions.get(ACTION)).attempts[-1]


def times(backend: Backend) -> tuple[int, int, int]:
    attempt = last(backend)
    return attempt.active_ms, attempt.suspended_ms, attempt.suspensions


ENDS: dict[str, Callable[[Backend, ClaimedAction], Any]] = {
    "succeeds": lambda backend, claimed: backend.actions.finish_succeeded(claimed, '{"o0": "hi"}'),
    "fails": lambda backend, claimed: backend.actions.finish_failed(claimed, Failure(BOOM)),
    "is aborted": lambda backend, claimed: backend.actions.abort(backend.actions.get(claimed.id), "enough"),
    "is closed": lambda backend, claimed: backend.actions.close(
        backend.actions.get(claimed.id), ActionPhase.FAILED, BOOM
    ),
}
EACH_END = pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)


@EACH_END
def test_an_attempt_that_never_waited_is_billed_from_claim_to_end(
    backend: Backend, clock: FakeClock, claimed: ClaimedAction, end: Callable[..., Any]
) -> None:
    clock.advance(2.5)
    end(backend, claimed)
    assert times(backend) == (2_500, 0, 0)
    assert last(backend).ended_at == clock()


@EACH_END
def test_waiting_is_not_billed(
    backend: Backend, clock: FakeClock, claimed: ClaimedAction, end: Callable[..., Any]
) -> None:
    clock.advance(2)
    backend.actions.park(claimed, ["c1"], 60, None)
    clock.advance(3600)
    resumed = claim(backend, "second")
    clock.advance(3)
    end(backend, resumed)
    assert times(backend) == (5_000, 3_600_000, 1)


@pytest.mark.parametrize("how", ["is aborted", "is closed"])
def test_what_ends_while_it_waits_is_not_billed_for_the_wait(
    backend: Backend, clock: FakeClock, claimed: ClaimedAction, how: str
) -> None:
    clock.advance(2)
    backend.actions.park(claimed, ["c1"], 60, None)
    clock.advance(100)
    ENDS[how](backend, claimed)
    assert times(backend) == (2_000, 100_000, 1)


def test_each_attempt_has_times_of_its_own(backend: Backend, clock: FakeClock, claimed: ClaimedAction) -> None:
    clock.advance(1)
    backend.actions.finish_failed(claimed, Failure(BOOM))
    clock.advance(50)
    second = claim(backend, "second", attempt=2)
    clock.advance(4)
    backend.actions.finish_succeeded(second, '{"o0": "hi"}')
    record = to_record(backend.actions.get(ACTION))
    assert [each.active_ms for each in record.attempts] == [1_000, 4_000]


def test_the_record_tells_since_when_it_waits(backend: Backend, clock: FakeClock, claimed: ClaimedAction) -> None:
    clock.advance(2)
    backend.actions.park(claimed, ["c1"], 60, None)
    parked_at = clock()
    clock.advance(5)
    assert to_record(backend.actions.get(ACTION)).parked_at == parked_at
    claim(backend, "second")
    assert to_record(backend.actions.get(ACTION)).parked_at is None
