"""Polling is cheap: what has not changed is 304, and of a run's actions only those come that have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flyte.protocol.identity import ActionId
from flyte.protocol.runs import ChildRequest, RunSpec
from functions.control.claims import ClaimedAction, Invoked
from tests.fakes.specs import greet

if TYPE_CHECKING:
    from functions.control.backend import Backend
    from tests.fakes.clock import FakeClock
    from tests.fakes.http_api import FakeHttpApi

ROOT = ActionId(project="flytesnacks", domain="development", run="r1")


@pytest.fixture
def parent(backend: Backend) -> ClaimedAction:
    backend.runs.create("flytesnacks", "development", RunSpec(name="r1", spec=greet(), inputs={"message": "m"}))
    claimed = backend.actions.claim(ROOT, 1, Invoked("request-1"))
    assert isinstance(claimed, ClaimedAction)
    return claimed


def test_what_a_client_has_is_not_sent_again(api: FakeHttpApi, parent: ClaimedAction, backend: Backend) -> None:
    for path in ("runs", "runs/r1", "runs/r1/actions/a0", "/v1/health", "/v1/projects", "/v1/openapi.json"):
        first = api.call("GET", path)
        etag = first.headers["ETag"]
        assert first.headers["Cache-Control"] == "private, no-cache"
        again = api.call("GET", path, headers={"if-none-match": f'"other", {etag.removeprefix("W/")}'})
        assert (again.status, again.body, again.headers["ETag"]) == (304, None, etag), path
    etag = api.get("runs").headers["ETag"]
    backend.actions.finish_succeeded(parent, "{}")
    changed = api.call("GET", "runs", headers={"if-none-match": etag})
    assert (changed.status, changed.body["runs"][0]["phase"]) == (200, "succeeded")


def test_only_answers_to_get_that_succeed_have_an_etag(api: FakeHttpApi) -> None:
    assert "ETag" not in api.get("runs/nothing").headers
    assert "ETag" not in api.post("/v1/projects", {"id": "p"}).headers


def test_only_actions_come_that_have_changed_since(
    api: FakeHttpApi, backend: Backend, parent: ClaimedAction, clock: FakeClock
) -> None:
    for name in ("c1", "c2"):
        backend.runs.start_child(parent, ChildRequest(name=name, spec=greet(), inputs={"message": name}))
    clock.advance(60)
    as_of = api.get("runs/r1/actions").body["as_of"]
    clock.advance(60)
    claimed = backend.actions.claim(ROOT.action_id("c2"), 1, Invoked("request-2"))
    assert isinstance(claimed, ClaimedAction)
    answer = api.get("runs/r1/actions", changed_since=as_of)
    assert [action["id"]["action"] for action in answer.body["actions"]] == ["c2"]
    assert answer.body["as_of"] > as_of


def test_actions_are_filtered_by_kind_phase_and_parent(
    api: FakeHttpApi, backend: Backend, parent: ClaimedAction
) -> None:
    backend.runs.start_child(parent, ChildRequest(name="c1", spec=greet(), inputs={"message": "x"}))
    backend.traces.keep(parent, "t1", "f", "1")

    def found(**query: str) -> list[str]:
        return sorted(action["id"]["action"] for action in api.get("runs/r1/actions", **query).body["actions"])

    assert found(kind="trace") == ["t1"]
    assert found(kind="task", phase="queued") == ["c1"]
    assert found(parent="a0") == ["c1", "t1"]
    assert found(parent="c1") == []
