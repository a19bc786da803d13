"""Lists of tasks and of projects: filtered, page by page, with each task's newest run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.control import registry
from tests.fakes.specs import environment, greet

if TYPE_CHECKING:
    import pytest

    from tests.fakes.clock import FakeClock
    from tests.fakes.http_api import Answer, FakeHttpApi


def deploy(api: FakeHttpApi, **entrypoints: bool) -> None:
    tasks = [greet(name=name, entrypoint=is_one) for name, is_one in entrypoints.items()]
    assert api.post("deployments", {"environments": [environment(*tasks).to_dict()]}).status == 200


def names(answer: Answer) -> list[str]:
    return [task["short_name"] for task in answer.body["tasks"]]


def all_pages(api: FakeHttpApi, **query: Any) -> list[str]:
    page = api.get("tasks", **query)
    found = names(page)
    while page.body["cursor"] is not None:
        page = api.get("tasks", cursor=page.body["cursor"], **query)
        found += names(page)
    return found


def test_entry_points_alone_and_what_reads_like_a_text_are_listed(
    api: FakeHttpApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "_FILTERED_BATCH", 2)
    deploy(api, **{name: name in {"c", "f", "x1"} for name in ("a", "b", "c", "d", "e", "f", "x1", "x2")})
    assert all_pages(api, entrypoint="true") == ["c", "f", "x1"]
    assert all_pages(api, entrypoint="true", limit=1) == ["c", "f", "x1"]
    assert all_pages(api, entrypoint="false", text="X", limit=1) == ["x2"]
    assert all_pages(api, text="greeting_env.x") == ["x1", "x2"]
    assert all_pages(api, text="nothing") == []


def test_the_newest_run_of_each_task_is_told_on_demand(api: FakeHttpApi, clock: FakeClock) -> None:
    deploy(api, run_twice=True, run_never=False)
    for number in (1, 2):
        clock.advance(60)
        asked = {"name": f"r{number}", "task": {"name": "greeting_env.run_twice"}, "inputs": {"message": "x"}}
        assert api.post("runs", asked).status == 201
    told = {task["short_name"]: task["last_run"] for task in api.get("tasks", last_run="true").body["tasks"]}
    assert told["run_never"] is None
    assert (told["run_twice"]["run"], told["run_twice"]["phase"]) == ("r2", "queued")
    assert all(task["last_run"] is None for task in api.get("tasks").body["tasks"])


def test_projects_are_changed_and_listed_page_by_page(api: FakeHttpApi) -> None:
    for name in ("shop", "bakery"):
        api.post("/v1/projects", {"id": name, "labels": {"old": "1"}})
    changed = api.call("PATCH", "/v1/projects/shop", '{"description": "sells", "labels": {"new": "2"}}').body
    assert (changed["name"], changed["description"], changed["labels"]) == ("shop", "sells", {"new": "2"})
    assert api.call("PATCH", "/v1/projects/flytesnacks", '{"archived": true}').body["archived"] is True
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    for _ in range(3):
        page = api.get("/v1/projects", limit=1, **cursor).body
        found += page["projects"]
        cursor = {"cursor": page["cursor"]}
    assert [project["id"] for project in found] == ["bakery", "flytesnacks", "shop"]
    assert page["cursor"] is None
    assert found[1]["archived"] is True
    assert api.get("runs").status == 200
    missing = api.call("PATCH", "/v1/projects/shopp", "{}")
    assert (missing.status, missing.code) == (404, "ProjectNotFound")
    assert "'shop'" in missing.message
