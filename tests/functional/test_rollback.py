"""Going back to a version: what runs without a version changes, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.specs import code, environment, greet

if TYPE_CHECKING:
    from functions.control.backend import Backend
    from tests.fakes.clock import FakeClock
    from tests.fakes.http_api import Answer, FakeHttpApi

GREET = "greeting_env.greet"


@pytest.fixture
def deployed(api: FakeHttpApi, backend: Backend, clock: FakeClock) -> FakeHttpApi:
    """`greet` and `part` in v1 and v2, and `new` in v2 alone; `other_env` in v1."""
    backend.clients.s3.put_object(Bucket="flyte-data", Key=f"code/{'a' * 64}.zip", Body=b"zip")
    for version, names in (("v1", ("greet", "part")), ("v2", ("greet", "part", "new"))):
        tasks = [greet(version, name, source_url=f"https://git.example/{version}", code=code("a")) for name in names]
        assert api.post("deployments", {"environments": [environment(*tasks, version=version).to_dict()]}).status == 200
        clock.advance(60)
    api.post("deployments", {"environments": [environment(name="other_env").to_dict()]})
    return api


def latest(api: FakeHttpApi) -> dict[str, str]:
    return {task["name"]: task["version"] for task in api.get("tasks").body["tasks"]}


def set_latest(api: FakeHttpApi, version: str, task: str = GREET, **more: Any) -> Answer:
    return api.put(f"tasks/{task}/latest", {"version": version, **more})


def test_a_version_becomes_the_latest_of_one_task_again(deployed: FakeHttpApi) -> None:
    answer = set_latest(deployed, "v1")
    assert (answer.status, [task["version"] for task in answer.body["tasks"]]) == (200, ["v1"])
    assert latest(deployed) == {
        GREET: "v1",
        "greeting_env.new": "v2",
        "greeting_env.part": "v2",
        "other_env.greet": "v1",
    }
    assert deployed.get(f"tasks/{GREET}/versions/latest").body["spec"]["version"] == "v1"
    run = deployed.post("runs", {"task": {"name": GREET}, "inputs": {"message": "x"}})
    assert run.body["task_version"] == "v1"


def test_and_forward_again(deployed: FakeHttpApi) -> None:
    before = deployed.get("tasks").body
    set_latest(deployed, "v1")
    set_latest(deployed, "v2")
    assert deployed.get("tasks").body == before


def test_versions_stay_in_the_order_in_which_they_were_deployed(deployed: FakeHttpApi) -> None:
    set_latest(deployed, "v1")
    versions = deployed.get(f"tasks/{GREET}/versions").body["tasks"]
    assert [(each["version"], each["is_latest"]) for each in versions] == [("v2", False), ("v1", True)]
    assert (versions[0]["source_url"], versions[0]["code_bytes"]) == ("https://git.example/v2", 3)


def test_a_whole_environment_goes_back_and_what_it_had_not_is_named(deployed: FakeHttpApi) -> None:
    answer = set_latest(deployed, "v1", whole_environment=True).body
    assert [task["name"] for task in answer["tasks"]] == [GREET, "greeting_env.part"]
    assert answer["left"] == ["greeting_env.new"]
    assert latest(deployed)["greeting_env.part"] == "v1"
    assert latest(deployed)["greeting_env.new"] == "v2"


@pytest.mark.parametrize(
    ("task", "version", "said"),
    [(GREET, "v9", "no version 'v9'"), ("greeting_env.great", "v1", "Did you mean 'greeting_env.greet' or")],
)
def test_what_is_not_there_cannot_be_latest(deployed: FakeHttpApi, task: str, version: str, said: str) -> None:
    answer = set_latest(deployed, version, task)
    assert (answer.status, answer.code) == (404, "RemoteTaskNotFoundError")
    assert said in answer.message
    assert latest(deployed)[GREET] == "v2"


def test_a_version_that_is_deleted_at_that_moment_does_not_become_latest(
    deployed: FakeHttpApi, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = backend.clients.dynamodb.transact_write_items

    def pruned_before(**request: Any) -> Any:
        key = {"pk": {"S": f"T#flytesnacks/development#{GREET}"}, "sk": {"S": "V#v1"}}
        backend.clients.dynamodb.delete_item(TableName="Registry", Key=key)
        return write(**request)

    monkeypatch.setattr(backend.clients.dynamodb, "transact_write_items", pruned_before)
    assert set_latest(deployed, "v1").code == "RemoteTaskNotFoundError"
    assert latest(deployed)[GREET] == "v2"
