"""Children of a running action: what the supervisor offers to the task that it runs."""

from __future__ import annotations

import json
import time
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ErrorRecord, RunSpec
from flyte.protocol.tasks import EnvironmentSpec
from functions.control.claims import ClaimedAction, Invoked
from functions.control.errors import InvalidRequestError, TaskNotFoundError
from functions.control.failure import Failure
from functions.control.parking import AWAKE_S
from functions.runner.services import BackendServices
from tests.fakes.specs import greet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.control.backend import Backend
    from tests.fakes.clock import FakeClock

PARENT = ActionId(project="flytesnacks", domain="development", run="parent")
DEPLOYED: dict[str, Any] = {
    "name": "c1",
    "task": {"name": "greeting_env.greet", "version": "v1"},
    "inputs": {"message": "x"},
}
OF_THE_PROGRAM: dict[str, Any] = {"name": "c2", "spec": greet().to_json(), "inputs": {"message": "y"}}


def claimed(backend: Backend, action: ActionId) -> ClaimedAction:
    claim = backend.actions.claim(action, 1, Invoked(f"request-{action.action}"))
    assert isinstance(claim, ClaimedAction)
    return claim


def resumed(backend: Backend) -> ClaimedAction:
    """The parent's attempt as an invocation has it that runs it again."""
    claim = claimed(backend, PARENT)
    return replace(claim, attempt=claim.attempt.model_copy(update={"suspensions": 1}))


class Asking:
    """A task's side of its services: calls, and waits for answers that come later."""

    def __init__(self, services: BackendServices) -> None:
        self.services = services

    def __call__(self, method: str, **params: Any) -> Any:
        answer = self.services.methods[method](params)
        return answer.result(10) if isinstance(answer, Future) else answer

    def begin(self, **params: Any) -> Future[Any]:
        answer = self.services.methods["run_child"](params)
        assert isinstance(answer, Future)
        return answer


@pytest.fixture
def ask(backend: Backend) -> Iterator[Asking]:
    spec = greet()
    environment = EnvironmentSpec(name=spec.environment, version=spec.version, tasks=(spec,))
    backend.registry.register("flytesnacks/development", environment, deployed_by="me")
    asked = RunSpec(
        name="parent", spec=spec, inputs={"message": "p"}, custom_context={"team": "red"}, env_vars={"LEVEL": "3"}
    )
    backend.runs.create("flytesnacks", "development", asked, created_by="ann")
    services = BackendServices(claimed(backend, PARENT), backend)
    yield Asking(services)
    services.close(has_ended=False)


def phase(backend: Backend, name: str) -> ActionPhase:
    return backend.actions.phase(PARENT.action_id(name))


def test_a_child_is_an_action_of_the_same_run(backend: Backend, ask: Asking) -> None:
    answer = ask.begin(**DEPLOYED, custom_context={"step": "2"}, group="g")
    claim = claimed(backend, PARENT.action_id("c1"))
    assert (claim.parent, claim.created_by, json.loads(claim.inputs or "")) == ("a0", "ann", {"message": "x"})
    assert (claim.custom_context, claim.env_vars) == ({"team": "red", "step": "2"}, {"LEVEL": "3"})
    assert not answer.done()
    backend.actions.finish_succeeded(claim, '{"o0":"x!"}')
    assert answer.result(10) == {"phase": "succeeded", "outputs": '{"o0":"x!"}', "error": None}


def test_a_child_of_the_same_program_runs_by_the_specification_that_its_caller_gives(
    backend: Backend, ask: Asking
) -> None:
    ask.begin(**OF_THE_PROGRAM)
    claim = claimed(backend, PARENT.action_id("c2"))
    assert (claim.spec, claim.cache_key) == (greet(), "")


def test_a_parent_that_asks_again_finds_the_child_that_it_started(backend: Backend, ask: Asking) -> None:
    ask.begin(**DEPLOYED)
    backend.actions.finish_succeeded(claimed(backend, PARENT.action_id("c1")), '{"o0":1}')
    assert ask("run_child", **DEPLOYED)["outputs"] == '{"o0":1}'
    assert len(backend.listing.actions(PARENT.run_id, 10, None).actions) == 2


def test_a_childs_failure_is_told_with_its_class(backend: Backend, ask: Asking) -> None:
    answer = ask.begin(**DEPLOYED)
    error = ErrorRecord(code="KeyError", kind="user", message="'b'")
    backend.actions.finish_failed(claimed(backend, PARENT.action_id("c1")), Failure(error))
    told = answer.result(10)
    assert (told["phase"], told["error"]["code"], told["error"]["message"]) == ("failed", "KeyError", "'b'")


def test_aborting_the_run_aborts_its_children(backend: Backend, ask: Asking) -> None:
    answer = ask.begin(**DEPLOYED)
    backend.aborts.abort(PARENT, "enough")
    assert answer.result(10)["phase"] == "aborted"


def test_a_child_that_nobody_waits_for_any_more_is_aborted(backend: Backend, ask: Asking) -> None:
    ask.begin(**DEPLOYED)
    ask("abort_child", name="c1")
    assert phase(backend, "c1") is ActionPhase.ABORTED


@pytest.mark.parametrize(("has_ended", "left"), [(True, ActionPhase.ABORTED), (False, ActionPhase.QUEUED)])
def test_children_end_with_their_parent_and_outlive_its_attempts(
    backend: Backend, ask: Asking, left: ActionPhase, *, has_ended: bool
) -> None:
    ask.begin(**DEPLOYED)
    ask.services.close(has_ended=has_ended)
    assert phase(backend, "c1") is left


def test_children_of_an_earlier_attempt_end_with_one_that_fails_before_it_asks_for_them(
    backend: Backend, ask: Asking
) -> None:
    ask.begin(**DEPLOYED)
    ask.begin(**OF_THE_PROGRAM)
    ask.services.close(has_ended=False)
    again = BackendServices(resumed(backend), backend)
    Asking(again).begin(**DEPLOYED)
    again.close(has_ended=True)
    assert (phase(backend, "c1"), phase(backend, "c2")) == (ActionPhase.ABORTED, ActionPhase.ABORTED)


def test_a_result_that_was_kept_serves_instead_of_running(backend: Backend, ask: Asking) -> None:
    lookup = {"key": "k", "max_age_s": 60}
    ask.begin(**OF_THE_PROGRAM, cache=lookup)
    claim = claimed(backend, PARENT.action_id("c2"))
    outcome = backend.actions.finish_succeeded(claim, '{"o0":"y!"}')
    BackendServices(claim, backend).keep('{"o0":"y!"}')
    assert outcome.status == "succeeded"
    again = ask("run_child", **{**OF_THE_PROGRAM, "name": "c3"}, cache=lookup)
    assert again == {"phase": "succeeded", "outputs": '{"o0":"y!"}', "error": None}
    record = backend.lookup.action(PARENT.action_id("c3"))
    assert (record.cache_hit, record.parent, record.attempts) == (True, "a0", ())


def test_a_task_that_is_not_deployed_is_not_found(ask: Asking) -> None:
    with pytest.raises(TaskNotFoundError):
        ask("describe_task", task="greeting_env.great", version=None)
    assert json.loads(ask("describe_task", task="greeting_env.greet", version=None))["version"] == "v1"


def test_inputs_that_the_task_does_not_take_are_refused(ask: Asking) -> None:
    with pytest.raises(InvalidRequestError, match="mesage"):
        ask("run_child", **{**DEPLOYED, "inputs": {"mesage": "x"}})


@pytest.fixture
def bounded(backend: Backend) -> Iterator[Asking]:
    """A parent of a run that allows three actions at a time."""
    asked = RunSpec(name="parent", spec=greet(), inputs={"message": "p"}, max_action_concurrency=3)
    backend.runs.create("flytesnacks", "development", asked)
    services = BackendServices(claimed(backend, PARENT), backend)
    yield Asking(services)
    services.close(has_ended=False)


def recorded(backend: Backend) -> set[str]:
    return {record.id.action for record in backend.listing.actions(PARENT.run_id, 20, None).actions} - {"a0"}


def until_recorded(backend: Backend, names: set[str]) -> None:
    give_up_s = time.monotonic() + 10
    while recorded(backend) != names:
        assert time.monotonic() < give_up_s, (recorded(backend), names)


def succeed(backend: Backend, name: str) -> None:
    backend.actions.finish_succeeded(claimed(backend, PARENT.action_id(name)), '{"o0":1}')


def test_children_beyond_the_runs_bound_are_started_as_others_end(
    backend: Backend, bounded: Asking, clock: FakeClock
) -> None:
    answers = {name: bounded.begin(**{**OF_THE_PROGRAM, "name": name}) for name in ("b1", "b2", "b3", "b4")}
    assert recorded(backend) == {"b1", "b2"}
    clock.advance(AWAKE_S)
    assert bounded.services.may_wait(4)
    succeed(backend, "b2")
    assert answers["b2"].result(10)["phase"] == "succeeded"
    until_recorded(backend, {"b1", "b2", "b3"})
    succeed(backend, "b1")
    until_recorded(backend, {"b1", "b2", "b3", "b4"})


def test_a_child_that_is_not_wanted_any_more_before_its_turn_is_never_started(
    backend: Backend, bounded: Asking, clock: FakeClock
) -> None:
    answers = {name: bounded.begin(**{**OF_THE_PROGRAM, "name": name}) for name in ("b1", "b2", "b3", "b4")}
    clock.advance(AWAKE_S)
    bounded("abort_child", name="b3")
    assert answers["b3"].result(10) is None
    assert bounded.services.may_wait(3)
    bounded("abort_child", name="b1")
    until_recorded(backend, {"b1", "b2", "b4"})
    assert phase(backend, "b1") is ActionPhase.ABORTED


def test_a_parent_that_runs_again_counts_the_children_that_are_still_on(backend: Backend, bounded: Asking) -> None:
    bounded.begin(**{**OF_THE_PROGRAM, "name": "b1"})
    bounded.begin(**{**OF_THE_PROGRAM, "name": "b2"})
    bounded.services.close(has_ended=False)
    again = Asking(BackendServices(resumed(backend), backend))
    # In another order than before: who has begun has its turn already.
    answers = {name: again.begin(**{**OF_THE_PROGRAM, "name": name}) for name in ("b3", "b2")}
    assert recorded(backend) == {"b1", "b2"}
    succeed(backend, "b1")  # which nobody has asked for again
    until_recorded(backend, {"b1", "b2", "b3"})
    assert not any(answer.done() for answer in answers.values())
    again.services.close(has_ended=False)
