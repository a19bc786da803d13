"""Deployed tasks as children of a running action: what the supervisor offers to the task that it runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from flyte.protocol.identity import ActionId
from flyte.protocol.runs import ErrorRecord, RunSpec
from flyte.protocol.tasks import EnvironmentSpec
from functions.control.actions import Failure
from functions.control.claims import ClaimedAction, Invoked
from functions.control.errors import InvalidRequestError, TaskNotFoundError
from functions.runner.methods import methods_for
from tests.fakes.specs import greet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.control.backend import Backend
    from functions.runner.calls import Method

PARENT = ActionId(project="flytesnacks", domain="development", run="parent")
CHILD = {"name": "c1", "task": "greeting_env.greet", "version": "v1", "inputs": {"message": "x"}, "custom_context": {}}


def claimed(backend: Backend, action: ActionId) -> ClaimedAction:
    claim = backend.actions.claim(action, 1, Invoked(f"request-{action.action}"))
    assert isinstance(claim, ClaimedAction)
    return claim


@pytest.fixture
def methods(backend: Backend) -> Mapping[str, Method]:
    spec = greet()
    environment = EnvironmentSpec(name=spec.environment, version=spec.version, tasks=(spec,))
    backend.registry.register("flytesnacks/development", environment, deployed_by="me")
    asked = RunSpec(name="parent", spec=spec, inputs={"message": "p"}, custom_context={"team": "red"})
    backend.runs.create("flytesnacks", "development", asked, created_by="ann")
    return methods_for(claimed(backend, PARENT), backend)


def test_a_child_is_an_action_of_the_same_run(backend: Backend, methods: Mapping[str, Method]) -> None:
    methods["start_child"]({**CHILD, "custom_context": {"step": "2"}})
    claim = claimed(backend, PARENT.action_id("c1"))
    assert (claim.parent, claim.created_by, json.loads(claim.inputs or "")) == ("a0", "ann", {"message": "x"})
    assert claim.custom_context == {"team": "red", "step": "2"}
    assert methods["look_at_child"]({"name": "c1"}) == {"phase": "running", "terminal": False, "outputs": None}
    backend.actions.finish_succeeded(claim, '{"o0":"x!"}')
    ended = {"phase": "succeeded", "terminal": True, "outputs": '{"o0":"x!"}'}
    assert methods["look_at_child"]({"name": "c1"}) == ended


def test_a_parent_that_asks_again_finds_the_child_that_it_started(
    backend: Backend, methods: Mapping[str, Method]
) -> None:
    methods["start_child"](CHILD)
    backend.actions.finish_succeeded(claimed(backend, PARENT.action_id("c1")), '{"o0":1}')
    methods["start_child"](CHILD)
    assert methods["look_at_child"]({"name": "c1"})["outputs"] == '{"o0":1}'


def test_a_childs_failure_is_told_with_its_class(backend: Backend, methods: Mapping[str, Method]) -> None:
    methods["start_child"](CHILD)
    error = ErrorRecord(code="KeyError", kind="user", message="'b'")
    backend.actions.finish_failed(claimed(backend, PARENT.action_id("c1")), Failure(error))
    told: Any = methods["look_at_child"]({"name": "c1"})
    assert (told["terminal"], told["error"]["code"], told["error"]["message"]) == (True, "KeyError", "'b'")


def test_aborting_the_run_aborts_its_children(backend: Backend, methods: Mapping[str, Method]) -> None:
    methods["start_child"](CHILD)
    backend.aborts.abort(PARENT, "enough")
    assert methods["look_at_child"]({"name": "c1"})["phase"] == "aborted"


def test_a_task_that_is_not_deployed_is_not_found(methods: Mapping[str, Method]) -> None:
    with pytest.raises(TaskNotFoundError):
        methods["describe_task"]({"task": "greeting_env.great", "version": None})
    assert json.loads(str(methods["describe_task"]({"task": "greeting_env.greet", "version": None})))["version"] == "v1"


def test_inputs_that_the_task_does_not_take_are_refused(methods: Mapping[str, Method]) -> None:
    with pytest.raises(InvalidRequestError, match="mesage"):
        methods["start_child"]({**CHILD, "inputs": {"mesage": "x"}})
