"""Deploying, and what is listed and found afterwards."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from flyte.protocol import limits
from flyte.protocol.tasks import TaskSpec
from tests.fakes.http_api import CALLER
from tests.fakes.specs import code, dependencies, environment, greet

if TYPE_CHECKING:
    from functions.control.backend import Backend
    from tests.fakes.clock import FakeClock
    from tests.fakes.http_api import Answer, FakeHttpApi


def deploy(api: FakeHttpApi, *tasks: TaskSpec, version: str = "v1", name: str = "greeting_env") -> Answer:
    return api.post("deployments", {"environments": [environment(*tasks, version=version, name=name).to_dict()]})


def put(backend: Backend, key: str, body: bytes = b"zip") -> None:
    backend.clients.s3.put_object(Bucket="flyte-data", Key=key, Body=body)


def keys(backend: Backend) -> set[str]:
    return {entry["Key"] for entry in backend.clients.s3.list_objects_v2(Bucket="flyte-data").get("Contents", [])}


def names(answer: Answer) -> list[str]:
    return [task["name"] for task in answer.body["tasks"]]


def test_a_deployed_task_is_listed_and_found(api: FakeHttpApi, clock: FakeClock) -> None:
    answer = deploy(api)
    details = api.get("tasks/greeting_env.greet/versions/latest").body

    deployed = {"name": "greeting_env", "version": "v1", "created": True, "tasks": ["greeting_env.greet"]}
    assert answer.body == {"environments": [deployed | {"triggers": []}]}
    assert names(api.get("tasks")) == ["greeting_env.greet"]
    assert TaskSpec.model_validate(details["spec"]) == greet()
    assert details["deployed_by"] == CALLER


def test_an_ephemeral_run_adds_nothing_to_the_tasks(api: FakeHttpApi) -> None:
    api.post("runs", {"spec": greet().to_dict(), "inputs": {"message": "x"}})
    assert api.get("tasks").body == {"tasks": [], "cursor": None}


def test_deploying_the_same_again_changes_nothing(api: FakeHttpApi, clock: FakeClock) -> None:
    deploy(api)
    deploy(api, version="v2")
    clock.advance(60)
    before = api.get("tasks").body
    moved = greet(source_url="https://git.example/another-commit")
    assert deploy(api, moved).body["environments"][0]["created"] is False
    assert api.get("tasks").body == before


def test_a_version_never_changes(api: FakeHttpApi) -> None:
    deploy(api)
    answer = deploy(api, greet(memory_mb=2048))
    assert (answer.status, answer.code) == (409, "VersionConflict")
    assert "'v1'" in answer.message
    assert api.get("tasks/greeting_env.greet/versions/v1").body["spec"]["memory_mb"] == 1024


def test_an_environment_is_registered_whole_or_not_at_all(api: FakeHttpApi) -> None:
    deploy(api)
    answer = deploy(api, greet(), greet(name="part"))
    assert answer.status == 409
    assert names(api.get("tasks")) == ["greeting_env.greet"]
    assert api.get("tasks/greeting_env.part/versions/v1").status == 404


@pytest.mark.parametrize(
    ("tasks", "expected"),
    [
        ((greet(), greet()), "two tasks of the same name"),
        ((greet(environment="other_env"),), "does not belong"),
        ((greet(version="v2"),), "its environment 'v1'"),
        (tuple(greet(name=f"t{n}", docs="x" * 120_000) for n in range(40)), "Split the environment"),
    ],
)
def test_an_environment_that_contradicts_itself_is_refused(
    api: FakeHttpApi, tasks: tuple[TaskSpec, ...], expected: str
) -> None:
    answer = deploy(api, *tasks)
    assert (answer.status, answer.code) == (400, "BadRequest")
    assert expected in answer.message


def test_two_environments_of_one_name_are_refused(api: FakeHttpApi) -> None:
    answer = api.post("deployments", {"environments": [environment().to_dict(), environment(version="v2").to_dict()]})
    assert (answer.status, answer.code) == (400, "BadRequest")


def test_the_largest_environment_fits_one_transaction(api: FakeHttpApi) -> None:
    tasks = tuple(greet(name=f"task_{number:02}") for number in range(48))
    assert deploy(api, *tasks).status == 200
    assert len(names(api.get("tasks"))) == 48


def test_tasks_are_listed_by_name_page_by_page_and_by_environment(api: FakeHttpApi) -> None:
    deploy(api, *(greet(name=name) for name in ("d", "b", "a", "c")))
    deploy(api, greet(environment="greeting", name="x"), name="greeting")
    found: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        page = api.get("tasks", limit=2, **cursor)
        found += names(page)
        if page.body["cursor"] is None:
            break
        cursor = {"cursor": page.body["cursor"]}
    assert found == ["greeting.x", *(f"greeting_env.{name}" for name in "abcd")]
    assert names(api.get("tasks", environment="greeting")) == ["greeting.x"]


def test_versions_are_listed_newest_first_page_by_page(api: FakeHttpApi, clock: FakeClock) -> None:
    for version in ("v9", "v10", "a1"):
        deploy(api, version=version)
        clock.advance(1)
    first = api.get("tasks/greeting_env.greet/versions", limit=2).body
    second = api.get("tasks/greeting_env.greet/versions", limit=2, cursor=first["cursor"]).body
    assert [task["version"] for task in (*first["tasks"], *second["tasks"])] == ["a1", "v10", "v9"]
    assert api.get("tasks/greeting_env.nope/versions").status == 404


@pytest.mark.parametrize("cursor", ["x", "!", base64.urlsafe_b64encode(b'{"task":1}').decode(), "bnVsbA"])
def test_a_cursor_of_another_list_is_refused(api: FakeHttpApi, cursor: str) -> None:
    answer = api.get("tasks", cursor=cursor)
    assert (answer.status, answer.code) == (400, "BadRequest")
    assert answer.message.startswith("cursor:")


def test_missing_artifacts_are_uploaded_once_and_then_the_request_goes_through(
    api: FakeHttpApi, backend: Backend
) -> None:
    task = greet(code=code("a"), dependencies=dependencies("d"))
    refused = deploy(api, task)
    assert (refused.status, refused.code) == (409, "ArtifactsMissing")
    uploads = refused.body["missing_artifacts"]
    assert [upload["uri"] for upload in uploads] == [
        f"s3://flyte-data/code/{'a' * 64}.zip",
        f"s3://flyte-data/dependencies/{'d' * 64}.zip",
    ]
    assert api.get("tasks").body["tasks"] == []

    for upload in uploads:
        put(backend, backend.payloads.key(upload["uri"]))
    assert deploy(api, task).status == 200


def test_an_upload_is_signed_for_exactly_these_bytes(api: FakeHttpApi) -> None:
    upload = deploy(api, greet(code=code("a", size_bytes=1234))).body["missing_artifacts"][0]
    checksum = base64.b64encode(bytes.fromhex("a" * 64)).decode()
    assert upload["headers"] == {
        "content-length": "1234",
        "content-type": "application/zip",
        "if-none-match": "*",
        "x-amz-checksum-sha256": checksum,
    }
    signed = upload["url"].partition("X-Amz-SignedHeaders=")[2].partition("&")[0].split("%3B")
    assert set(upload["headers"]) < set(signed)
    assert "X-Amz-Expires=900" in upload["url"]


def test_what_a_run_brought_is_copied_when_it_is_deployed(api: FakeHttpApi, backend: Backend) -> None:
    put(backend, f"ephemeral/code/{'a' * 64}.zip")
    assert deploy(api, greet(code=code("a"))).status == 200
    assert keys(backend) == {f"ephemeral/code/{'a' * 64}.zip", f"code/{'a' * 64}.zip"}


def test_deploying_again_brings_back_an_artifact_that_has_gone(api: FakeHttpApi, backend: Backend) -> None:
    coded = greet(code=code())
    key = f"code/{code().sha256}.zip"
    put(backend, key)
    assert deploy(api, coded).status == 200
    backend.clients.s3.delete_object(Bucket="flyte-data", Key=key)
    answer = deploy(api, coded)
    assert (answer.status, answer.body["code"]) == (409, "ArtifactsMissing")
    put(backend, key)
    assert deploy(api, coded).status == 200


def test_what_is_deployed_serves_ephemeral_runs(api: FakeHttpApi, backend: Backend) -> None:
    put(backend, f"code/{'a' * 64}.zip")
    body = {"spec": greet(code=code("a")).to_dict(), "inputs": {"message": "x"}}
    assert api.post("runs", body).status == 201
    assert keys(backend) == {f"code/{'a' * 64}.zip"}


def test_a_run_is_refused_until_its_code_is_there(api: FakeHttpApi, backend: Backend) -> None:
    body = {"spec": greet(code=code("b")).to_dict(), "inputs": {"message": "x"}, "name": "r1"}
    refused = api.post("runs", body)
    assert (refused.status, refused.code) == (409, "ArtifactsMissing")
    assert api.get("runs/r1").status == 404
    put(backend, backend.payloads.key(refused.body["missing_artifacts"][0]["uri"]))
    assert api.post("runs", body).status == 201


def test_a_run_is_refused_until_the_packages_of_its_children_are_there(api: FakeHttpApi, backend: Backend) -> None:
    spec = greet(environment_dependencies={"child_env": dependencies("c")})
    body = {"spec": spec.to_dict(), "inputs": {"message": "x"}}
    (missing,) = api.post("runs", body).body["missing_artifacts"]
    assert missing["uri"] == f"s3://flyte-data/dependencies/{'c' * 64}.zip"
    put(backend, f"dependencies/{'c' * 64}.zip")
    assert api.post("runs", body).status == 201


def test_packages_may_be_larger_than_code_but_not_boundless(api: FakeHttpApi) -> None:
    packages = dependencies("c").model_copy(update={"size_bytes": limits.CODE_ARTIFACT_BYTES + 1})
    assert deploy(api, greet(dependencies=packages)).status == 409
    packages = packages.model_copy(update={"size_bytes": limits.DEPENDENCY_ARTIFACT_UNPACKED_BYTES + 1})
    refused = deploy(api, greet(dependencies=packages))
    assert (refused.status, refused.code) == (400, "BadRequest")
    assert "Leave packages out of the image" in refused.message


def test_an_old_ephemeral_artifact_is_renewed_before_it_expires(
    api: FakeHttpApi, backend: Backend, clock: FakeClock, counted_calls: list[str]
) -> None:
    put(backend, f"ephemeral/code/{'a' * 64}.zip")
    body = {"spec": greet(code=code("a")).to_dict(), "inputs": {"message": "x"}}
    written = backend.clients.s3.head_object(Bucket="flyte-data", Key=f"ephemeral/code/{'a' * 64}.zip")
    clock.moment = written["LastModified"]
    clock.advance(20 * 86_400)
    api.post("runs", body)
    assert counted_calls.count("CopyObject") == 1


def test_artifacts_above_the_limit_get_no_place(api: FakeHttpApi) -> None:
    answer = deploy(api, greet(code=code("a", size_bytes=2**31)))
    assert (answer.status, answer.code) == (400, "BadRequest")


@pytest.mark.parametrize(
    ("changes", "path"),
    [({"filename": "a/b"}, "file name"), ({"sha256": "zz"}, "body.sha256"), ({"size_bytes": -1}, "body.size_bytes")],
)
def test_an_impossible_upload_is_refused(api: FakeHttpApi, changes: dict[str, Any], path: str) -> None:
    asked = {"project": "flytesnacks", "domain": "development", "filename": "f", "size_bytes": 1, "sha256": "a" * 64}
    answer = api.post("/v1/uploads", {**asked, **changes})
    assert (answer.status, answer.code) == (400, "BadRequest")
    assert path in answer.message


def test_projects_can_be_created_and_used(api: FakeHttpApi) -> None:
    assert [project["id"] for project in api.get("/v1/projects").body["projects"]] == ["flytesnacks"]
    created = api.post("/v1/projects", {"id": "alpha", "labels": {"team": "red"}})
    assert created.body["name"] == "alpha"
    assert api.post("/v1/projects", {"id": "alpha", "labels": {"team": "red"}}).status == 200
    assert api.post("/v1/projects", {"id": "alpha", "name": "other"}).code == "ProjectAlreadyExists"
    assert [project["id"] for project in api.get("/v1/projects").body["projects"]] == ["alpha", "flytesnacks"]
    assert api.get("/v1/projects/alpha/domains/production/runs").body == {"runs": [], "cursor": None}


@pytest.mark.parametrize(("conflicts", "status"), [(2, 200), (9, 500)])
def test_deployments_at_the_same_moment_wait_for_each_other(
    api: FakeHttpApi, backend: Backend, monkeypatch: pytest.MonkeyPatch, conflicts: int, status: int
) -> None:
    write = backend.clients.dynamodb.transact_write_items
    monkeypatch.setattr("functions.control.transactions.time.sleep", lambda _: None)
    left = iter(range(conflicts))

    def busy(**request: Any) -> Any:
        if next(left, None) is None:
            return write(**request)
        response: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": REASONS}
        raise ClientError(response, "TransactWriteItems")

    monkeypatch.setattr(backend.clients.dynamodb, "transact_write_items", busy)
    assert deploy(api).status == status


REASONS = [{"Code": "None"}, {"Code": "TransactionConflict"}]


@pytest.mark.parametrize("project", ["alpha", "flytesnacks"])
def test_changes_of_a_project_at_the_same_time_are_all_kept(
    api: FakeHttpApi, backend: Backend, monkeypatch: pytest.MonkeyPatch, project: str
) -> None:
    """Each writes what it was asked to, whatever it had read before the other wrote."""
    api.post("/v1/projects", {"id": "alpha"})
    path = f"/v1/projects/{project}"
    dynamodb = backend.clients.dynamodb
    others = [{"labels": {"team": "red"}}]

    def first_the_other(original: Any) -> Any:
        def write(**request: Any) -> Any:
            if others:
                assert api.call("PATCH", path, json.dumps(others.pop())).status == 200
            return original(**request)

        return write

    for name in ("put_item", "update_item"):
        monkeypatch.setattr(dynamodb, name, first_the_other(getattr(dynamodb, name)))
    answer = api.call("PATCH", path, json.dumps({"description": "new"}))
    assert (answer.status, others) == (200, [])
    listed = {each["id"]: each for each in api.get("/v1/projects").body["projects"]}
    assert listed[project] == answer.body
    assert (answer.body["description"], answer.body["labels"]) == ("new", {"team": "red"})


def test_a_change_of_nothing_changes_nothing(api: FakeHttpApi) -> None:
    before = api.get("/v1/projects").body["projects"]
    assert api.call("PATCH", "/v1/projects/flytesnacks", "{}").body == before[0]
    assert api.call("PATCH", "/v1/projects/flytesnack", "{}").code == "ProjectNotFound"
    assert api.get("/v1/projects").body["projects"] == before
