"""Children whose start failed: recorded, and started by the parent that waits for them rather than minutes later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import Outcome, OutcomeStatus, RunSpec
from functions.control.claims import ClaimedAction, Invoked
from functions.control.closing import Verdict
from functions.runner.services import BackendServices
from tests.fakes.specs import greet

if TYPE_CHECKING:
    from functions.control.backend import Backend
    from tests.fakes.clock import FakeClock
    from tests.fakes.executions import FakeExecutions

PARENT = ActionId(project="flytesnacks", domain="development", run="r1")
CHILD = PARENT.action_id("child")
REFUSED = ClientError({"Error": {"Code": "ServiceUnavailable"}}, "StartExecution")


def services_of(backend: Backend, request: str) -> BackendServices:
    claim = backend.actions.claim(PARENT, 1, Invoked(request))
    assert isinstance(claim, ClaimedAction)
    return BackendServices(claim, backend)


def parked_with_a_child(backend: Backend, executions: FakeExecutions, failure: Exception | None) -> None:
    backend.runs.create("flytesnacks", "development", RunSpec(name="r1", spec=greet(), inputs={"message": "hi"}))
    services = services_of(backend, "request-1")
    executions.failure = failure
    services.methods["run_child"]({"name": "child", "spec": greet().to_json(), "inputs": {"message": "m"}})
    executions.failure = None
    assert parked(services.park(services._claim, only_waits=True))
    services.close(has_ended=False)


def parked(outcome: Outcome | None) -> bool:
    return outcome is not None and outcome.status is OutcomeStatus.SUSPENDED


def test_a_parent_that_waits_starts_the_child_at_its_next_tick(
    backend: Backend, executions: FakeExecutions, clock: FakeClock
) -> None:
    parked_with_a_child(backend, executions, REFUSED)
    assert CHILD.execution_name not in executions.started
    clock.advance(60)
    assert parked(services_of(backend, "request-2").still_waits())
    assert CHILD.execution_name in executions.started


def test_a_child_that_cannot_be_started_then_either_is_no_failure_of_the_parent(
    backend: Backend, executions: FakeExecutions, clock: FakeClock
) -> None:
    parked_with_a_child(backend, executions, REFUSED)
    clock.advance(60)
    executions.failure = REFUSED
    assert parked(services_of(backend, "request-2").still_waits())
    executions.failure = None
    clock.advance(60)
    assert parked(services_of(backend, "request-3").still_waits())
    assert CHILD.execution_name in executions.started


def test_a_child_that_was_started_is_left_alone(backend: Backend, executions: FakeExecutions, clock: FakeClock) -> None:
    parked_with_a_child(backend, executions, None)
    backend.actions.claim(CHILD, 1, Invoked("request-of-the-child"))
    executions.started.clear()
    clock.advance(60)
    assert parked(services_of(backend, "request-2").still_waits())
    assert not executions.started


def test_a_child_that_began_while_its_parent_took_it_for_forgotten_goes_on(
    backend: Backend, executions: FakeExecutions
) -> None:
    parked_with_a_child(backend, executions, None)
    backend.actions.claim(CHILD, 1, Invoked("request-of-the-child"))
    assert backend.closing.start(CHILD) is Verdict.ALIVE
    assert backend.actions.phase(CHILD) is ActionPhase.RUNNING
