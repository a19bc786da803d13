"""Conditions in control and in the supervisor: opened, waited for, signalled, timed out, and ended with their task."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import pytest

from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ErrorRecord, OutcomeStatus, RunSpec
from functions.control.action_items import key_of
from functions.control.attributes import to_attributes
from functions.control.claims import ClaimedAction, Invoked
from functions.control.failure import Failure
from functions.control.run_filters import RunFilter
from functions.runner.services import BackendServices
from tests.fakes.specs import greet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte.protocol.runs import ActionRecord
    from functions.control.backend import Backend
    from tests.fakes.clock import FakeClock
    from tests.fakes.http_api import FakeHttpApi

RUN = "release"
ROOT = ActionId(project="flytesnacks", domain="development", run=RUN)
CHILD: dict[str, Any] = {"name": "c1", "spec": greet().to_json(), "inputs": {"message": "y"}}


class Task:
    """A task's side of its services, in one invocation after the other."""

    def __init__(self, backend: Backend, action: ActionId = ROOT) -> None:
        self._backend = backend
        self._action = action
        self.again()

    def again(self, attempt: int = 1) -> None:
        """Another invocation takes the attempt up, in another sandbox."""
        claim = self._backend.actions.claim(self._action, attempt, Invoked(f"request-{id(object())}"))
        assert isinstance(claim, ClaimedAction)
        self.claim = claim
        self.services = BackendServices(claim, self._backend)

    def opens(self, name: str = "approve", data_type: str = "bool", **more: Any) -> dict[str, Any]:
        condition = {"name": name, "prompt": "Go?", "data_type": data_type}
        opened: Any = self.services.methods["new_condition"]({"name": f"n-{name}", "condition": condition, **more})
        return dict(opened)

    def waits(self, name: str = "n-approve", number: int = 1) -> Future[Any]:
        answer = self.services.methods["wait_condition"]({"name": name, "wait": number})
        assert isinstance(answer, Future)
        return answer

    def parks(self) -> Any:
        return self.services.park(self.claim, only_waits=True)


@pytest.fixture
def task(backend: Backend) -> Iterator[Task]:
    asked = RunSpec(name=RUN, spec=greet(), inputs={"message": "p"})
    backend.runs.create("flytesnacks", "development", asked, created_by="ann")
    made = Task(backend)
    yield made
    made.services.close(has_ended=False)


def record(backend: Backend, name: str = "n-approve") -> ActionRecord:
    return backend.lookup.action(ROOT.action_id(name))


def signal(api: FakeHttpApi, value: Any, name: str = "n-approve") -> Any:
    return api.post(f"runs/{RUN}/actions/{name}/signal", {"value": value})


def paused(backend: Backend, task_name: str | None = None) -> list[str]:
    wanted = RunFilter(phases=(ActionPhase.PAUSED,), task=task_name)
    return [run.id.run for run in backend.listing.runs(ROOT.scope, 10, None, wanted).runs]


def test_a_condition_is_a_paused_action_with_what_it_asks_for(backend: Backend, task: Task) -> None:
    opened = task.opens(timeout_s=60)
    assert opened["is_new"]
    assert opened["path"].endswith(f"/runs/{RUN}/actions/n-approve/signal")
    found = record(backend)
    assert (found.kind, found.phase, found.parent, found.task_name) == ("condition", "paused", "a0", "approve")
    assert found.condition is not None
    assert (found.condition.prompt, found.condition.data_type) == ("Go?", "bool")
    assert found.condition.ends_at is not None
    assert (found.condition.ends_at - found.created_at).total_seconds() == 60


def test_the_answer_reaches_who_waits(api: FakeHttpApi, task: Task) -> None:
    task.opens()
    answer = task.waits()
    signalled = signal(api, value=True)
    assert (signalled.status, signalled.body["phase"]) == (200, "succeeded")
    assert signalled.body["condition"]["signalled_by"].endswith("ana")
    assert answer.result(10) == {"phase": "succeeded", "outputs": '{"o0": true}', "error": None}
    assert task.waits(number=2).result(10)["outputs"] == '{"o0": true}'


@pytest.mark.parametrize(
    ("data_type", "value", "kept"),
    [("bool", False, "false"), ("int", -5, "-5"), ("float", 0.5, "0.5"), ("float", 2, "2.0"), ("str", "ja", '"ja"')],
)
def test_each_type_of_answer_is_kept_as_it_is(
    backend: Backend, api: FakeHttpApi, task: Task, data_type: str, value: Any, kept: str
) -> None:
    task.opens(data_type=data_type)
    assert signal(api, value).status == 200
    assert backend.actions.get(ROOT.action_id("n-approve"))["outputs"] == f'{{"o0": {kept}}}'


@pytest.mark.parametrize(("data_type", "value"), [("bool", 1), ("int", True), ("int", 1.0), ("float", "1"), ("str", 1)])
def test_an_answer_of_another_type_is_refused_and_changes_nothing(
    backend: Backend, api: FakeHttpApi, task: Task, data_type: str, value: Any
) -> None:
    task.opens(data_type=data_type)
    answer = signal(api, value)
    assert (answer.status, answer.code) == (400, "BadRequest")
    assert f"({data_type})" in answer.message
    assert record(backend).phase is ActionPhase.PAUSED


def test_only_the_first_signal_counts(api: FakeHttpApi, task: Task) -> None:
    task.opens()
    signal(api, value=False)
    answer = signal(api, value=True)
    assert (answer.status, answer.code) == (409, "ConditionAlreadyEnded")
    assert task.waits().result(10)["outputs"] == '{"o0": false}'


def test_what_is_no_condition_cannot_be_signalled(api: FakeHttpApi, task: Task) -> None:
    task.opens()
    assert signal(api, value=True, name="a0").code == "ConditionNotFoundError"
    unknown = signal(api, value=True, name="n-aprove")
    assert (unknown.status, unknown.code) == (404, "ActionNotFound")


def test_nobody_answers_in_time(backend: Backend, api: FakeHttpApi, clock: FakeClock, task: Task) -> None:
    task.opens(timeout_s=60)
    answer = task.waits()
    clock.advance(61)
    ended = answer.result(10)
    assert (ended["phase"], ended["error"]["code"]) == ("timed_out", "ConditionTimedoutError")
    assert signal(api, value=True).message.startswith("The condition 'approve' of 'release' has timed out")
    ends = [each.phase for each in record(backend).transitions if each.phase.is_terminal]
    assert ends == [ActionPhase.TIMED_OUT]


def test_a_signal_that_comes_too_late_finds_the_end_that_nobody_had_seen(
    backend: Backend, api: FakeHttpApi, clock: FakeClock, task: Task
) -> None:
    task.opens(timeout_s=60)
    clock.advance(60)
    assert signal(api, value=True).code == "ConditionAlreadyEnded"
    assert record(backend).phase is ActionPhase.TIMED_OUT


def test_a_parked_task_is_woken_at_the_end_of_what_it_waits_for(clock: FakeClock, task: Task) -> None:
    task.opens(timeout_s=30)
    task.waits()
    outcome = task.parks()
    assert (outcome.status, outcome.wait_s) == (OutcomeStatus.SUSPENDED, 30)
    clock.advance(30)
    task.again()
    assert task.services.still_waits() is None
    assert not task.opens(timeout_s=30)["is_new"]
    assert task.waits().result(10)["phase"] == "timed_out"


def test_a_parked_task_finds_the_answer(backend: Backend, api: FakeHttpApi, task: Task) -> None:
    task.opens()
    task.waits()
    assert task.parks().status is OutcomeStatus.SUSPENDED
    assert backend.actions.get(ROOT)["awaiting"] == 1
    signal(api, value=True)
    assert backend.actions.get(ROOT)["awaiting"] == 0
    task.again()
    assert task.services.still_waits() is None
    assert not task.opens()["is_new"]
    assert task.waits().result(10)["outputs"] == '{"o0": true}'


def test_who_stops_waiting_leaves_the_condition_open(backend: Backend, task: Task) -> None:
    task.opens()
    first, second = task.waits(), task.waits(number=2)
    task.services.methods["leave_condition"]({"name": "n-approve", "wait": 1})
    assert first.result(10) is None
    assert not second.done()
    assert task.services.may_wait(1)
    assert record(backend).phase is ActionPhase.PAUSED


def test_who_waits_for_a_person_is_shown_and_listed_as_paused(backend: Backend, api: FakeHttpApi, task: Task) -> None:
    task.opens()
    task.opens("share")
    assert record(backend, "a0").phase is ActionPhase.PAUSED
    signal(api, value=True)
    assert paused(backend) == paused(backend, greet().name) == [RUN]
    signal(api, value=True, name="n-share")
    assert record(backend, "a0").phase is ActionPhase.RUNNING
    assert paused(backend) == paused(backend, greet().name) == []


def test_a_childs_condition_pauses_the_run_too(backend: Backend, api: FakeHttpApi, task: Task) -> None:
    task.services.methods["run_child"](CHILD)
    child = Task(backend, ROOT.action_id("c1"))
    child.opens()
    assert {record(backend, name).phase for name in ("a0", "c1")} == {ActionPhase.PAUSED}
    signal(api, value=True)
    assert {record(backend, name).phase for name in ("a0", "c1")} == {ActionPhase.RUNNING}


@pytest.mark.parametrize("way", ["succeeds", "fails", "is aborted"])
def test_a_condition_ends_with_the_task_that_made_it(backend: Backend, api: FakeHttpApi, task: Task, way: str) -> None:
    task.services.methods["run_child"](CHILD)
    child = Task(backend, ROOT.action_id("c1"))
    child.opens()
    if way == "succeeds":
        backend.actions.finish_succeeded(child.claim, '{"o0":"x"}')
    elif way == "fails":
        failure = Failure(ErrorRecord(code="KeyError", kind="user", message="x"), recoverable=False)
        backend.actions.finish_failed(child.claim, failure)
    else:
        backend.aborts.abort(ROOT.action_id("c1"), "enough")
    assert record(backend).phase is ActionPhase.ABORTED
    assert record(backend, "a0").phase is ActionPhase.RUNNING
    assert "is not waited for any more" in signal(api, value=True).message


def test_a_condition_that_outlived_its_task_is_not_signalled(backend: Backend, api: FakeHttpApi, task: Task) -> None:
    task.opens()
    backend.clients.dynamodb.update_item(
        TableName=backend.settings.runs_table,
        Key=to_attributes(key_of(ROOT)),
        UpdateExpression="SET phase = :phase",
        ExpressionAttributeValues=to_attributes({":phase": "failed"}),
    )
    assert "is not waited for any more" in signal(api, value=True).message
    assert record(backend).phase is ActionPhase.ABORTED


def test_a_task_that_is_tried_again_keeps_answers_and_asks_again_where_it_had_none(
    backend: Backend, api: FakeHttpApi, clock: FakeClock
) -> None:
    spec = greet().model_copy(update={"retry": greet().retry.model_copy(update={"count": 1})})
    asked = RunSpec(name=RUN, spec=spec, inputs={"message": "p"})
    backend.runs.create("flytesnacks", "development", asked, created_by="ann")
    task = Task(backend)
    task.opens()
    task.opens("share", data_type="int", timeout_s=5)
    signal(api, value=True)
    clock.advance(5)
    assert task.waits("n-share").result(10)["phase"] == "timed_out"
    error = ErrorRecord(code="ConditionTimedoutError", kind="user", message="x")
    assert backend.actions.finish_failed(task.claim, Failure(error)).status is OutcomeStatus.RETRY
    task.services.close(has_ended=False)
    clock.advance(1)
    task.again(attempt=2)
    assert not task.opens()["is_new"]
    share = task.opens("share", data_type="int", timeout_s=5)
    assert share["is_new"]
    assert signal(api, 25, share["name"]).status == 200
    assert task.waits(share["name"]).result(10)["outputs"] == '{"o0": 25}'
    task.services.close(has_ended=False)
