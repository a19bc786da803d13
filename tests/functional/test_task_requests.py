"""What a running task gets of the HTTP API through its supervisor: its own project and domain, and no more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from flyte.protocol.identity import ActionId
from flyte.protocol.runs import RunSpec
from flyte.protocol.tasks import EnvironmentSpec
from functions.api.application import build
from functions.runner.api_calls import ApiCalls, NotForTasksError
from tests.fakes.specs import greet

if TYPE_CHECKING:
    from functions.control.backend import Backend

TASK = ActionId(project="flytesnacks", domain="development", run="driver", action="a0")
SCOPE = "/v1/projects/flytesnacks/domains/development"
NEW_RUN = {"name": "inner", "task": {"name": "greeting_env.greet"}, "inputs": {"message": "x"}}


class Task:
    """A task's side: what it sends, and what it has started."""

    def __init__(self, backend: Backend) -> None:
        app = build(backend, Logger(service="api", level="CRITICAL"))
        self.started = 0
        self._calls = ApiCalls(
            TASK, lambda event: app.resolve(json.loads(json.dumps(event)), LambdaContext()), self._count
        )

    def _count(self) -> None:
        self.started += 1

    def __call__(self, method: str, path: str, body: Any = None, query: str = "", key: str | None = None) -> Any:
        text = None if body is None else json.dumps(body)
        asked = {"method": method, "path": path, "query": query, "body": text, "idempotency_key": key}
        answer: Any = self._calls.methods["call_api"](asked)
        return answer["status"], json.loads(answer["body"] or "null")


@pytest.fixture
def task(backend: Backend) -> Task:
    backend.registry.register(
        "flytesnacks/development", EnvironmentSpec(name="greeting_env", version="v1", tasks=(greet(version="v1"),)), ""
    )
    return Task(backend)


def test_a_run_that_a_task_starts_says_which_one(task: Task) -> None:
    status, record = task("POST", f"{SCOPE}/runs", NEW_RUN, key="once")
    assert (status, record["created_by"], task.started) == (201, "task/driver:a0", 1)
    assert task("POST", f"{SCOPE}/runs", NEW_RUN, key="once")[1]["id"] == record["id"]
    status, problem = task("POST", f"{SCOPE}/runs", NEW_RUN, key="another")
    assert (status, problem["code"]) == (409, "RunAlreadyExistsError")
    status, page = task("GET", f"{SCOPE}/runs", query="phase=queued&created_by=task%2Fdriver%3Aa0&limit=5")
    assert [run["id"]["run"] for run in page["runs"]] == ["inner"]


def test_it_may_read_and_abort_runs_of_its_scope(task: Task, backend: Backend) -> None:
    backend.runs.create("flytesnacks", "development", RunSpec.model_validate({**NEW_RUN, "name": "other"}))
    assert task("GET", f"{SCOPE}/runs/other")[1]["phase"] == "queued"
    assert task("GET", f"{SCOPE}/runs/other/actions")[1]["actions"][0]["id"]["action"] == "a0"
    assert task("GET", f"{SCOPE}/runs/other/actions/a0/io")[1]["inputs"] == {"message": "x"}
    assert task("GET", f"{SCOPE}/tasks/greeting_env.greet/versions/latest")[1]["spec"]["version"] == "v1"
    status, record = task("POST", f"{SCOPE}/runs/other/abort", {"reason": "enough"})
    assert (status, record["phase"]) == (200, "aborted")
    assert task("GET", f"{SCOPE}/runs/none")[0] == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/projects/flytesnacks/domains/production/runs"),
        ("POST", "/v1/projects/flytesnacks/domains/production/runs"),
        ("GET", "/v1/projects/another/domains/development/runs/r1"),
        ("GET", "/v1/projects/flytesnacks%2Fx/domains/development/runs"),
        ("GET", "/v1/projects/flytesnacks/domains/development%2F../runs"),
        ("GET", f"{SCOPE}/runs/../../../another/domains/development/runs"),
        ("GET", "/v1/projects/flytesnacks/domains/developmental/runs"),
        ("POST", f"{SCOPE}/deployments"),
        ("PUT", f"{SCOPE}/tasks/greeting_env.greet/latest"),
        ("PUT", f"{SCOPE}/tasks/greeting_env.greet/triggers/nightly"),
        ("DELETE", f"{SCOPE}/tasks/greeting_env.greet/triggers/nightly"),
        ("POST", f"{SCOPE}/versions/prune"),
        ("POST", "/v1/artifacts/prune"),
        ("GET", "/v1/secrets"),
        ("PUT", "/v1/secrets"),
        ("GET", "/v1/secrets/key"),
        ("DELETE", "/v1/secrets/key"),
        ("GET", "/v1/projects"),
        ("POST", "/v1/projects"),
        ("DELETE", f"{SCOPE}/runs/r1"),
        ("GET", "/v1/uploads"),
    ],
)
def test_what_is_not_a_tasks_is_refused_before_it_is_sent(method: str, path: str) -> None:
    calls = ApiCalls(TASK, lambda _: pytest.fail("it was sent"), lambda: None)
    with pytest.raises(NotForTasksError, match=r"a task reaches only its own|tasks may start"):
        calls.methods["call_api"]({"method": method, "path": path, "body": "{}"})


@pytest.mark.parametrize("path", ["uploads", "uploads/folder", "uploads/parts", "uploads/parts/begin", "downloads"])
def test_data_of_another_scope_is_refused(path: str) -> None:
    calls = ApiCalls(TASK, lambda _: pytest.fail("it was sent"), lambda: None)
    for body in ('{"project": "flytesnacks", "domain": "production"}', "[]", "{}", None):
        with pytest.raises(NotForTasksError, match="flytesnacks/development"):
            calls.methods["call_api"]({"method": "POST", "path": f"/v1/{path}", "body": body})


def test_a_body_with_two_scopes_is_sent_with_the_one_that_was_checked() -> None:
    sent: list[dict[str, Any]] = []

    def send(event: dict[str, Any]) -> dict[str, Any]:
        sent.append(event)
        return {"statusCode": 200, "body": "{}"}

    body = '{"project": "other", "domain": "development", "project": "flytesnacks", "uri": "s3://b/k"}'
    ApiCalls(TASK, send, lambda: None).methods["call_api"]({"method": "POST", "path": "/v1/downloads", "body": body})
    assert json.loads(sent[0]["body"]) == {"project": "flytesnacks", "domain": "development", "uri": "s3://b/k"}
    assert sent[0]["body"].count("project") == 1


def test_data_of_its_own_scope_can_be_read(task: Task, backend: Backend) -> None:
    uri = backend.payloads.uri("runs/flytesnacks/development/r1/a0/data/x")
    backend.clients.s3.put_object(Bucket=backend.settings.bucket, Key=uri.split("/", 3)[3], Body=b"abc")
    asked = {"project": "flytesnacks", "domain": "development", "uri": uri}
    status, page = task("POST", "/v1/downloads", asked)
    assert (status, page["files"][0]["size_bytes"]) == (200, 3)
    elsewhere = {**asked, "uri": uri.replace("development", "production")}
    assert task("POST", "/v1/downloads", elsewhere)[0] == 400


def test_names_in_paths_are_read_as_api_gateway_reads_them(task: Task, backend: Backend) -> None:
    spec = EnvironmentSpec(name="greeting_env", version="1.0+abc", tasks=(greet(version="1.0+abc"),))
    backend.registry.register("flytesnacks/development", spec, "")
    status, found = task("GET", f"{SCOPE}/tasks/greeting_env.greet/versions/1.0%2Babc")
    assert (status, found["spec"]["version"]) == (200, "1.0+abc")
