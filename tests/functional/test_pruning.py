"""Old versions go, with what nothing else needs. What is latest, in use or just about to be used stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.specs import code, dependencies, environment, greet

if TYPE_CHECKING:
    from flyte.protocol.tasks import TaskSpec
    from functions.control.backend import Backend
    from tests.fakes.clock import FakeClock
    from tests.fakes.http_api import FakeHttpApi

GREET = "greeting_env.greet"
DAY_S = 86_400


@pytest.fixture
def stocked(api: FakeHttpApi, backend: Backend, clock: FakeClock) -> FakeHttpApi:
    """`greet` in v1, v2, v3, each with code of its own, all with the same dependencies."""
    for key in (*(f"code/{digit * 64}.zip" for digit in "123"), f"dependencies/{'d' * 64}.zip"):
        backend.clients.s3.put_object(Bucket="flyte-data", Key=key, Body=b"zip")
    for number in "123":
        deploy(api, greet(f"v{number}", code=code(number), dependencies=dependencies("d")))
        clock.advance(60)
    age(backend, clock, 2 * DAY_S)
    return api


def age(backend: Backend, clock: FakeClock, seconds: int) -> None:
    """Makes what is in the bucket that old."""
    listed = backend.clients.s3.list_objects_v2(Bucket="flyte-data")["Contents"]
    clock.moment = max(entry["LastModified"] for entry in listed)
    clock.advance(seconds)


def deploy(api: FakeHttpApi, *tasks: TaskSpec) -> None:
    made = environment(*tasks, name=tasks[0].environment, version=tasks[0].version)
    answer = api.post("deployments", {"environments": [made.to_dict()]})
    assert answer.status == 200, answer.body


def prune(api: FakeHttpApi, keep: int = 1, *, dry_run: bool = False) -> tuple[list[str], list[str]]:
    """Versions deleted, and those in use."""
    pages = _pages(api, "versions/prune", {"keep": keep, "dry_run": dry_run})
    return tuple(  # type: ignore[return-value]
        [f"{each['environment']}:{each['version']}" for page in pages for each in page[name]]
        for name in ("deleted", "in_use")
    )


def sweep(api: FakeHttpApi, *, dry_run: bool = False, without: Any = ()) -> list[str]:
    """Artifacts deleted, by kind and first digit."""
    pages = _pages(api, "/v1/artifacts/prune", {"dry_run": dry_run, "without": list(without)})
    return [f"{each['kind']} {each['sha256'][0]}" for page in pages for each in page["deleted"]]


def _pages(api: FakeHttpApi, path: str, body: dict[str, Any]) -> list[Any]:
    pages = [api.post(path, body).body]
    while pages[-1]["cursor"] is not None:
        pages.append(api.post(path, {**body, "cursor": pages[-1]["cursor"]}).body)
    return pages


def keys(backend: Backend) -> list[str]:
    listed = backend.clients.s3.list_objects_v2(Bucket="flyte-data")["Contents"]
    return sorted(entry["Key"][: entry["Key"].index("/") + 2] for entry in listed)


def versions(api: FakeHttpApi, task: str = GREET) -> list[str]:
    return [each["version"] for each in api.get(f"tasks/{task}/versions").body["tasks"]]


def test_the_newest_stay_and_what_only_the_others_named_goes(stocked: FakeHttpApi, backend: Backend) -> None:
    assert prune(stocked, 2) == (["greeting_env:v1"], [])
    assert sweep(stocked) == ["code 1"]
    assert versions(stocked) == ["v3", "v2"]
    assert keys(backend) == ["code/2", "code/3", "dependencies/d"]
    assert stocked.get(f"tasks/{GREET}/versions/v1").status == 404
    assert prune(stocked, 2) == ([], [])


def test_a_dry_run_tells_the_same_and_deletes_nothing(stocked: FakeHttpApi, backend: Backend) -> None:
    told, _ = prune(stocked, 1, dry_run=True)
    old = [
        {"project": "flytesnacks", "domain": "development", "environment": "greeting_env", "version": v}
        for v in ("v1", "v2")
    ]
    assert told == ["greeting_env:v2", "greeting_env:v1"]
    assert sweep(stocked, dry_run=True) == []
    assert sweep(stocked, dry_run=True, without=old) == ["code 1", "code 2"]
    assert versions(stocked) == ["v3", "v2", "v1"]
    assert len(keys(backend)) == 4


def test_what_a_dry_run_takes_for_deleted_counts_in_a_dry_run_alone(stocked: FakeHttpApi) -> None:
    old = {"project": "flytesnacks", "domain": "development", "environment": "greeting_env", "version": "v3"}
    assert sweep(stocked, without=[old]) == []


def test_the_latest_stays_however_old_it_is(stocked: FakeHttpApi) -> None:
    stocked.put(f"tasks/{GREET}/latest", {"version": "v1"})
    assert prune(stocked, 1) == (["greeting_env:v2"], [])
    assert versions(stocked) == ["v3", "v1"]


def test_a_task_that_is_in_no_newer_version_keeps_its_environment_whole(api: FakeHttpApi, clock: FakeClock) -> None:
    deploy(api, greet("v1"), greet("v1", "gone"))
    for version in ("v2", "v3"):
        clock.advance(60)
        deploy(api, greet(version))
    assert prune(api, 1) == (["greeting_env:v2"], [])
    assert versions(api) == ["v3", "v1"]


def test_a_version_in_use_stays_with_its_artifacts_until_the_run_ends(stocked: FakeHttpApi, backend: Backend) -> None:
    run = {"name": "r1", "task": {"name": GREET, "version": "v1"}, "inputs": {"message": "x"}}
    assert stocked.post("runs", run).status == 201
    assert prune(stocked, 1) == (["greeting_env:v2"], ["greeting_env:v1"])
    assert sweep(stocked) == ["code 2"]
    stocked.post("runs/r1/abort", {})
    assert prune(stocked, 1) == (["greeting_env:v1"], [])
    assert sweep(stocked) == ["code 1"]


def test_what_a_running_ephemeral_task_and_its_children_need_stays(
    api: FakeHttpApi, backend: Backend, clock: FakeClock
) -> None:
    for digit in "def":
        backend.clients.s3.put_object(Bucket="flyte-data", Key=f"dependencies/{digit * 64}.zip", Body=b"zip")
    spec = greet(dependencies=dependencies("d"), environment_dependencies={"other": dependencies("e")})
    body = {"name": "r1", "spec": spec.to_dict(), "inputs": {"message": "x"}}
    assert api.post("runs", body).status == 201
    age(backend, clock, 2 * DAY_S)
    assert sweep(api) == ["dependencies f"]
    api.post("runs/r1/abort", {})
    assert sweep(api) == ["dependencies d", "dependencies e"]


def test_a_young_artifact_stays_and_a_deployment_makes_an_old_one_young(
    stocked: FakeHttpApi, backend: Backend, clock: FakeClock
) -> None:
    backend.clients.s3.put_object(Bucket="flyte-data", Key=f"code/{'9' * 64}.zip", Body=b"zip")
    age(backend, clock, DAY_S - 60)
    assert sweep(stocked) == []
    calls: list[str] = []
    backend.clients.s3.meta.events.register("before-call", lambda model, **_: calls.append(model.name))
    deploy(stocked, greet("v9", code=code("9")))
    assert "CopyObject" in calls


def test_other_projects_keep_what_they_share(stocked: FakeHttpApi, backend: Backend) -> None:
    stocked.post("/v1/projects", {"id": "alpha"})
    shared = environment(greet("w1", code=code("1")), version="w1").to_dict()
    stocked.post("/v1/projects/alpha/domains/staging/deployments", {"environments": [shared]})
    assert prune(stocked, 1)[0] == ["greeting_env:v2", "greeting_env:v1"]
    assert sweep(stocked) == ["code 2"]


def test_a_version_that_becomes_latest_at_that_moment_stays(
    stocked: FakeHttpApi, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = backend.clients.dynamodb.transact_write_items
    rollbacks = iter(["v1"])

    def rolled_back_before(**request: Any) -> Any:
        for version in rollbacks:
            stocked.put(f"tasks/{GREET}/latest", {"version": version})
        return write(**request)

    monkeypatch.setattr(backend.clients.dynamodb, "transact_write_items", rolled_back_before)
    assert prune(stocked, 1) == (["greeting_env:v2"], [])
    assert versions(stocked) == ["v3", "v1"]


def test_many_are_deleted_over_several_requests(
    stocked: FakeHttpApi, monkeypatch: pytest.MonkeyPatch, clock: FakeClock
) -> None:
    monkeypatch.setattr("functions.control.version_pruning._DELETED_AT_ONCE", 1)
    monkeypatch.setattr("functions.control.version_pruning._TASKS_AT_ONCE", 1)
    for name in ("alpha", "zeta"):
        for number in "12":
            clock.advance(60)
            deploy(stocked, greet(f"v{number}", environment=name))
    assert sorted(prune(stocked, 1)[0]) == ["alpha:v1", "greeting_env:v1", "greeting_env:v2", "zeta:v1"]


def test_none_can_be_kept_is_refused(api: FakeHttpApi) -> None:
    answer = api.post("versions/prune", {"keep": 0})
    assert (answer.status, answer.code) == (400, "BadRequest")


def test_what_s3_does_not_delete_is_not_told_as_deleted(
    stocked: FakeHttpApi, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = {"Key": f"code/{'1' * 64}.zip", "Code": "InternalError", "Message": "try again"}
    prune(stocked, 1)
    with monkeypatch.context() as patch:
        patch.setattr(backend.clients.s3, "delete_objects", lambda **_: {"Errors": [refused]})
        assert sweep(stocked) == ["code 2"]
    assert sweep(stocked) == ["code 1", "code 2"]
