"""Runs and actions: listed, looked up, aborted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ActionRecord
from functions.control import cursors
from functions.control.claims import ClaimedAction, Invoked
from functions.control.new_actions import NewAction
from functions.control.payloads import StoredPayload
from tests.fakes.http_api import CALLER
from tests.fakes.specs import greet

if TYPE_CHECKING:
    from functions.control.backend import Backend
    from tests.fakes.clock import FakeClock
    from tests.fakes.executions import FakeExecutions
    from tests.fakes.http_api import Answer, FakeHttpApi


def run_id(name: str) -> ActionId:
    return ActionId(project="flytesnacks", domain="development", run=name)


def start(api: FakeHttpApi, name: str, version: str = "v1", task: str = "greet", **changes: Any) -> None:
    spec = greet(version, task).to_dict()
    assert api.post("runs", {"name": name, "spec": spec, "inputs": {"message": "x"}, **changes}).status == 201


def claim(backend: Backend, name: str) -> ClaimedAction:
    claimed = backend.actions.claim(run_id(name), 1, Invoked("request-1"))
    assert isinstance(claimed, ClaimedAction)
    return claimed


def names(answer: Answer) -> list[str]:
    return [run["id"]["run"] for run in answer.body["runs"]]


@pytest.fixture
def five(api: FakeHttpApi, backend: Backend, clock: FakeClock) -> None:
    """r1 … r5, a minute apart: r2 and r4 are of another task, r3 succeeded."""
    for number in range(1, 6):
        task = "other" if number % 2 == 0 else "greet"
        start(api, f"r{number}", f"v{number}", task, labels={"n": str(number), f"only-{number}": ""})
        clock.advance(60)
    backend.actions.finish_succeeded(claim(backend, "r3"), "{}")


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize("limit", [1, 2, 3, 5, 100])
def test_runs_are_listed_newest_first_whatever_the_page(api: FakeHttpApi, limit: int) -> None:
    found: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        page = api.get("runs", limit=limit, **cursor)
        assert len(names(page)) <= limit
        found += names(page)
        if page.body["cursor"] is None:
            break
        cursor = {"cursor": page.body["cursor"]}
    assert found == ["r5", "r4", "r3", "r2", "r1"]


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"phase": "succeeded"}, ["r3"]),
        ({"phase": "queued"}, ["r5", "r4", "r2", "r1"]),
        ({"phase": "running"}, []),
        ({"task": "greeting_env.other"}, ["r4", "r2"]),
        ({"task": "greeting_env.greet", "phase": "queued"}, ["r5", "r1"]),
        ({"task": "greeting_env.greet", "version": "v5"}, ["r5"]),
        ({"version": "v2"}, ["r2"]),
        ({"created_by": CALLER}, ["r5", "r4", "r3", "r2", "r1"]),
        ({"created_by": "nobody"}, []),
        ({"label": "n=4"}, ["r4"]),
        ({"label": "only-5"}, ["r5"]),
        ({"label": "n=4", "phase": "succeeded"}, []),
    ],
)
def test_runs_are_filtered(api: FakeHttpApi, query: dict[str, str], expected: list[str]) -> None:
    assert names(api.get("runs", **query)) == expected
    one_by_one: list[str] = []
    page = api.get("runs", limit=1, **query)
    while True:
        one_by_one += names(page)
        if page.body["cursor"] is None:
            break
        page = api.get("runs", limit=1, cursor=page.body["cursor"], **query)
    assert one_by_one == expected


@pytest.mark.usefixtures("five")
def test_runs_are_filtered_by_when_they_were_created(api: FakeHttpApi, clock: FakeClock) -> None:
    second, fourth = (clock() - timedelta(minutes=6 - number) for number in (2, 4))
    between = api.get("runs", created_after=second.isoformat(), created_before=fourth.isoformat())
    assert names(between) == ["r3", "r2"]
    assert names(api.get("runs", created_after=fourth.isoformat(), created_before=second.isoformat())) == []


@pytest.mark.usefixtures("five")
def test_lists_hold_no_payloads_and_no_specifications(api: FakeHttpApi) -> None:
    run = api.get("runs", limit=1).body["runs"][0]
    assert run["spec"] is None
    assert not {"inputs", "outputs"} & set(run)


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 1001},
        {"phase": "dancing"},
        {"created_after": "yesterday"},
        {"created_after": "0001-01-01T00:00:00+12:00"},
        {"label": "=x"},
        {"cursor": "abc"},
        {"cursor": cursors.encode({"before": "x"})},
        {"cursor": cursors.encode({"before": ""})},
    ],
)
def test_impossible_lists_are_refused(api: FakeHttpApi, query: dict[str, Any]) -> None:
    answer = api.get("runs", **query)
    assert (answer.status, answer.code) == (400, "BadRequest")
    assert next(iter(query)) in answer.message


def test_scopes_do_not_see_each_other(api: FakeHttpApi) -> None:
    start(api, "r1")
    assert names(api.get("/v1/projects/flytesnacks/domains/production/runs")) == []


def test_an_unknown_run_is_refused_with_near_names(api: FakeHttpApi) -> None:
    start(api, "training-1")
    for path in ("runs/traning-1", "runs/traning-1/actions/a0", "runs/traning-1/actions/a0/io"):
        answer = api.get(path)
        assert (answer.status, answer.code) == (404, "RunNotFound")
        assert "'training-1'" in answer.message


def test_actions_are_listed_and_looked_up_by_name(api: FakeHttpApi, backend: Backend) -> None:
    start(api, "r1")
    below(backend, "r1", "child-1", parent="a0")
    listed = api.get("runs/r1/actions").body["actions"]
    assert [(entry["id"]["action"], entry["parent"]) for entry in listed] == [("a0", None), ("child-1", "a0")]
    assert api.get("runs/r1/actions/a0").body["spec"]["name"] == "greeting_env.greet"
    unknown = api.get("runs/r1/actions/child-2")
    assert (unknown.status, unknown.code) == (404, "ActionNotFound")
    assert "'child-1'" in unknown.message
    first = api.get("runs/r1/actions", limit=1).body
    second = api.get("runs/r1/actions", limit=1, cursor=first["cursor"]).body
    assert [entry["id"]["action"] for entry in (*first["actions"], *second["actions"])] == ["a0", "child-1"]
    assert api.get("runs/r2/actions").status == 404


def test_an_abort_ends_the_record_and_the_execution(
    api: FakeHttpApi, backend: Backend, executions: FakeExecutions
) -> None:
    start(api, "r1")
    claimed = claim(backend, "r1")
    answer = api.post("runs/r1/abort", {"reason": "wrong data"})
    assert (answer.status, answer.body["phase"], answer.body["abort_reason"]) == (200, "aborted", "wrong data")
    assert answer.body["attempts"][0]["ended_at"] is not None
    assert executions.stopped == {run_id("r1").execution_name: "wrong data"}

    late = backend.actions.finish_succeeded(claimed, '{"o0":"late"}')
    assert (late.status.value, late.error) == ("failed", "ActionAbortedError")
    assert api.get("runs/r1").body | {"cost": None} == answer.body


def test_an_abort_says_who_when_it_is_not_told_why(api: FakeHttpApi) -> None:
    start(api, "r1")
    assert api.post("runs/r1/abort", {}).body["abort_reason"] == f"Aborted by {CALLER}."


def test_aborting_again_changes_nothing(api: FakeHttpApi, clock: FakeClock) -> None:
    start(api, "r1")
    first = api.post("runs/r1/abort", {"reason": "a"})
    clock.advance(5)
    assert api.post("runs/r1/abort", {"reason": "b"}).body == first.body


def test_what_has_ended_cannot_be_aborted(api: FakeHttpApi, backend: Backend) -> None:
    start(api, "r1")
    backend.actions.finish_succeeded(claim(backend, "r1"), "{}")
    answer = api.post("runs/r1/abort", {})
    assert (answer.status, answer.code) == (409, "RunAlreadyEnded")
    assert api.post("runs/nope/abort", {}).status == 404


def test_an_abort_reaches_everything_below(api: FakeHttpApi, backend: Backend, executions: FakeExecutions) -> None:
    start(api, "r1")
    for name, parent in (("c1", "a0"), ("c2", "a0"), ("g1", "c1")):
        below(backend, "r1", name, parent)
    answer = api.post("runs/r1/actions/c1/abort", {"reason": "enough"})
    assert answer.body["id"]["action"] == "c1"
    phases = {entry["id"]["action"]: entry["phase"] for entry in api.get("runs/r1/actions").body["actions"]}
    assert phases == {"a0": "queued", "c1": "aborted", "c2": "queued", "g1": "aborted"}
    assert set(executions.stopped) == {run_id("r1").action_id(name).execution_name for name in ("c1", "g1")}


def below(backend: Backend, run: str, name: str, parent: str) -> None:
    now = backend.now()
    record = ActionRecord(
        id=run_id(run).action_id(name),
        parent=parent,
        task_name="greeting_env.greet",
        task_version="v1",
        phase=ActionPhase.QUEUED,
        created_at=now,
        updated_at=now,
    )
    new = NewAction(record, greet().to_json(), StoredPayload(text="{}"), function_arn="arn", request_token="t")
    assert backend.actions.create(new) is None
