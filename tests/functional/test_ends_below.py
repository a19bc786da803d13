"""However a parent comes to its end, what is below it ends with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ActionRecord, ExecutionInput, RunSpec
from flyte.protocol.tasks import RetryPolicy, TimeoutPolicy
from functions.control.claims import ClaimedAction, Invoked
from functions.control.new_actions import NewAction
from functions.control.payloads import StoredPayload
from functions.recorder.recording import Recorder
from functions.runner.services import BackendServices
from tests.fakes.specs import greet

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte.protocol.identity import RunId
    from functions.control.attributes import Item
    from functions.control.backend import Backend
    from tests.fakes.clock import FakeClock
    from tests.fakes.executions import FakeExecutions

ROOT = ActionId(project="flytesnacks", domain="development", run="r1")
TREE = {"c1": "a0", "c2": "a0", "g1": "c1", "h1": "g1"}
OPEN = {"queued", "running"}


def claimed(backend: Backend, name: str) -> ClaimedAction:
    claim = backend.actions.claim(ROOT.action_id(name), 1, Invoked(f"request-{name}"))
    assert isinstance(claim, ClaimedAction)
    return claim


def add(backend: Backend, name: str, parent: str) -> None:
    record = ActionRecord(
        id=ROOT.action_id(name),
        parent=parent,
        task_name="greeting_env.greet",
        task_version="v1",
        phase=ActionPhase.QUEUED,
        created_at=backend.now(),
        updated_at=backend.now(),
    )
    new = NewAction(record, greet().to_json(), StoredPayload(text="{}"), function_arn="arn", request_token="t")
    assert backend.actions.create(new) is None


def phases(backend: Backend) -> dict[str, str]:
    return {record.id.action: record.phase.value for record in backend.listing.every_action(ROOT)}


def stopped(backend: Backend, name: str, status: str = "ABORTED") -> None:
    """EventBridge's news of an execution, such as one that was stopped in the console."""
    given = ExecutionInput(**ROOT.action_id(name).to_dict(), function_arn="arn").to_json()
    Recorder(backend).record({"source": "aws.states", "detail": {"status": status, "input": given}})


@pytest.fixture
def tree(backend: Backend) -> Backend:
    """A run of which every action is open, two of them claimed."""
    asked = RunSpec(
        name="r1",
        spec=greet(timeout=TimeoutPolicy(deadline_s=60), retry=RetryPolicy(count=0)),
        inputs={"message": "x"},
    )
    backend.runs.create("flytesnacks", "development", asked)
    for name, parent in TREE.items():
        add(backend, name, parent)
    for name in ("a0", "c1"):
        claimed(backend, name)
    return backend


@pytest.mark.parametrize("status", ["ABORTED", "TIMED_OUT", "FAILED"])
def test_the_end_of_an_execution_ends_what_is_below(tree: Backend, executions: FakeExecutions, status: str) -> None:
    stopped(tree, "a0", status)
    assert {name: phase for name, phase in phases(tree).items() if name != "a0"} == dict.fromkeys(TREE, "aborted")
    assert set(executions.stopped) == {ROOT.action_id(name).execution_name for name in TREE}


def test_only_what_is_below_ends(tree: Backend) -> None:
    stopped(tree, "c1")
    assert phases(tree) == {"a0": "running", "c1": "aborted", "c2": "queued", "g1": "aborted", "h1": "aborted"}


def test_a_dead_parent_takes_its_children_along(tree: Backend, executions: FakeExecutions) -> None:
    for _ in range(8):  # retries of ours come first
        attempts = tree.lookup.action(ROOT.action_id("c1")).attempts
        given = {**ROOT.action_id("c1").to_dict(), "attempt": max(1, len(attempts))}
        outcome = Recorder(tree).record({"close": {**given, "error": "Runtime.OutOfMemory", "cause": "{}"}})
        if outcome["status"] == "failed":
            break
    assert phases(tree) == {"a0": "running", "c1": "failed", "c2": "queued", "g1": "aborted", "h1": "aborted"}
    assert ROOT.action_id("g1").execution_name in executions.stopped


def test_an_overdue_run_ends_whole(tree: Backend, clock: FakeClock) -> None:
    clock.advance(24 * 3600)
    tree.closing.reconcile(ROOT)
    assert phases(tree) == {"a0": "timed_out", **dict.fromkeys(TREE, "aborted")}


def test_who_aborts_a_run_and_dies_in_between_is_helped(tree: Backend) -> None:
    assert tree.actions.abort(tree.actions.get(ROOT), "enough") is not None
    assert OPEN & set(phases(tree).values())
    stopped(tree, "a0")
    assert phases(tree) == dict.fromkeys(["a0", *TREE], "aborted")


def test_what_is_below_a_parent_that_ended_before_is_found(tree: Backend) -> None:
    tree.actions.finish_succeeded(claimed(tree, "g1"), "{}")
    tree.aborts.abort(ROOT, "enough")
    assert phases(tree) == {"a0": "aborted", "c1": "aborted", "c2": "aborted", "g1": "succeeded", "h1": "aborted"}


def test_a_child_that_ends_by_itself_meanwhile_does_not_stop_the_abort(
    tree: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = claimed(tree, "c2")
    listed = tree.listing.every_action

    def then_ends(run: RunId) -> list[ActionRecord]:
        found = list(listed(run))
        tree.actions.finish_succeeded(claim, "{}")
        return found

    monkeypatch.setattr(tree.listing, "every_action", then_ends)
    tree.aborts.abort(ROOT, "enough")
    monkeypatch.undo()
    assert phases(tree) == {"a0": "aborted", "c1": "aborted", "c2": "succeeded", "g1": "aborted", "h1": "aborted"}


def test_a_child_that_is_started_while_its_parent_is_aborted_ends_too(
    tree: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = tree.actions.abort
    late = iter(["late"])

    def while_it_works(item: Item, reason: str) -> Item | None:
        if item["sk"] == "c1" and (name := next(late, None)):
            add(tree, name, "c1")
        return written(item, reason)

    monkeypatch.setattr(tree.actions, "abort", while_it_works)
    tree.aborts.abort(ROOT, "enough")
    assert phases(tree)["late"] == "aborted"


def test_several_end_with_what_is_below_them_after_one_look_at_the_run(
    tree: Backend, counted_calls: list[str], executions: FakeExecutions
) -> None:
    for number in range(20):
        add(tree, f"n{number}", "a0")
        claimed(tree, f"n{number}")
    counted_calls.clear()
    tree.aborts.abort_all(ROOT, ["c1", "c2", *(f"n{number}" for number in range(20))], "not awaited")
    looks = counted_calls.count("Query")
    assert phases(tree) == {"a0": "running", **dict.fromkeys([*TREE, *(f"n{n}" for n in range(20))], "aborted")}
    assert len(executions.stopped) == 24
    assert looks == 2  # what is below, and that nothing of it is left


def test_one_that_has_ended_does_not_keep_the_others_from_it(tree: Backend) -> None:
    tree.actions.finish_succeeded(claimed(tree, "c2"), "{}")
    tree.aborts.abort_all(ROOT, ["c2", "c1"], "not awaited")
    assert phases(tree) == {"a0": "running", "c2": "succeeded", **dict.fromkeys(["c1", "g1", "h1"], "aborted")}


def abort_by_name(backend: Backend) -> None:
    backend.aborts.abort(ROOT.action_id("child"), "enough")


def stop_its_execution(backend: Backend) -> None:
    stopped(backend, "child")


@pytest.mark.parametrize("end", [abort_by_name, stop_its_execution])
def test_a_parent_learns_that_its_child_was_aborted(tree: Backend, end: Callable[[Backend], None]) -> None:
    tree.aborts.abort(ROOT.action_id("c1"), "make room")
    claim = tree.actions.claim(ROOT, 1, Invoked("request-a0"))
    assert isinstance(claim, ClaimedAction)
    services = BackendServices(claim, tree)
    params = {"name": "child", "spec": greet().to_json(), "inputs": {"message": "x"}}
    answer = services.methods["run_child"](params)
    end(tree)
    assert answer.result(10)["phase"] == "aborted"
    assert answer.result(10)["outputs"] is None
    services.close(has_ended=False)


def test_a_child_whose_start_is_on_its_way_when_its_parent_ends_ends_with_it(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend.runs.create("flytesnacks", "development", RunSpec(name="r1", spec=greet(), inputs={"message": "x"}))
    services = BackendServices(claimed(backend, "a0"), backend)
    start_child = backend.runs.start_child

    def ends_meanwhile(*args: object) -> object:
        services.close(has_ended=True)
        return start_child(*args)  # type: ignore[arg-type] # as it is called

    monkeypatch.setattr(backend.runs, "start_child", ends_meanwhile)
    services.methods["run_child"]({"name": "c1", "spec": greet().to_json(), "inputs": {"message": "m"}})
    assert phases(backend)["c1"] == "aborted"
