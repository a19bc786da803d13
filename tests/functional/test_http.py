"""The HTTP face: every failure is a Problem, and the document describes what there is."""

from __future__ import annotations

import importlib
import json
import platform
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from flyte.protocol.api import Problem
from flyte.protocol.identity import DEVBOX_CALLER
from tests.fakes.aws_stack import BUCKET, RUNNERS, SETTINGS
from tests.fakes.http_api import SCOPE, FakeHttpApi
from tests.fakes.specs import greet

if TYPE_CHECKING:
    from functions.control.backend import Backend
    from functions.control.clients import Clients
    from tests.fakes.executions import FakeExecutions
    from tests.fakes.http_api import Answer

ROUTES = {
    ("get", "/v1/health"),
    ("get", "/v1/quotas"),
    ("post", "/v1/{scope}/runs"),
    ("get", "/v1/{scope}/runs"),
    ("get", "/v1/{scope}/runs/{run}"),
    ("get", "/v1/{scope}/runs/{run}/cost"),
    ("get", "/v1/{scope}/costs"),
    ("get", "/v1/{scope}/runs/{run}/actions"),
    ("get", "/v1/{scope}/runs/{run}/actions/{action}"),
    ("get", "/v1/{scope}/runs/{run}/actions/{action}/io"),
    ("get", "/v1/{scope}/runs/{run}/actions/{action}/code"),
    ("get", "/v1/{scope}/runs/{run}/actions/{action}/logs"),
    ("post", "/v1/{scope}/runs/{run}/abort"),
    ("post", "/v1/{scope}/runs/{run}/actions/{action}/abort"),
    ("post", "/v1/{scope}/runs/{run}/actions/{action}/signal"),
    ("post", "/v1/{scope}/deployments"),
    ("get", "/v1/{scope}/tasks"),
    ("get", "/v1/{scope}/tasks/{task}/versions"),
    ("get", "/v1/{scope}/tasks/{task}/versions/{version}"),
    ("put", "/v1/{scope}/tasks/{task}/latest"),
    ("post", "/v1/{scope}/versions/prune"),
    ("post", "/v1/artifacts/prune"),
    ("post", "/v1/uploads"),
    ("post", "/v1/uploads/folder"),
    ("post", "/v1/uploads/parts/begin"),
    ("post", "/v1/uploads/parts"),
    ("post", "/v1/uploads/parts/end"),
    ("post", "/v1/downloads"),
    ("get", "/v1/projects"),
    ("post", "/v1/projects"),
    ("patch", "/v1/projects/{project}"),
    ("get", "/v1/secrets"),
    ("put", "/v1/secrets"),
    ("get", "/v1/secrets/{key}"),
    ("delete", "/v1/secrets/{key}"),
    ("get", "/v1/{scope}/triggers"),
    ("get", "/v1/{scope}/tasks/{task}/triggers/{name}"),
    ("put", "/v1/{scope}/tasks/{task}/triggers/{name}"),
    ("patch", "/v1/{scope}/tasks/{task}/triggers/{name}"),
    ("delete", "/v1/{scope}/tasks/{task}/triggers/{name}"),
}


def test_the_document_describes_every_route(api: FakeHttpApi) -> None:
    document = api.get("/v1/openapi.json").body
    found = {
        (method, path.replace("projects/{project}/domains/{domain}", "{scope}"))
        for path, item in document["paths"].items()
        for method in item
    }
    assert found == ROUTES
    assert document["info"]["version"] == SETTINGS.stack_version


def test_health_tells_what_the_backend_is(api: FakeHttpApi) -> None:
    told = api.get("/v1/health").body
    assert told["bucket"] == BUCKET
    assert told["platform"]["python"] == ".".join(platform.python_version_tuple()[:2])
    assert told["platform"]["architecture"] in {"arm64", "x86_64"}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "NotFound"),
        ("GET", "/", 404, "NotFound"),
        ("DELETE", f"{SCOPE}/runs/r1", 405, "MethodNotAllowed"),
        ("PUT", "/v1/projects", 405, "MethodNotAllowed"),
        ("GET", f"{SCOPE}/runs/r1", 404, "RunNotFound"),
        ("GET", f"{SCOPE}/runs/{'x' * 41}", 400, "BadRequest"),
        ("GET", f"{SCOPE}/runs/r1/actions/a%20b", 400, "BadRequest"),
    ],
)
def test_every_failure_is_a_problem(api: FakeHttpApi, method: str, path: str, status: int, code: str) -> None:
    answer = api.call(method, path)
    assert (answer.status, answer.code) == (status, code)
    assert Problem.model_validate(answer.body).message


@pytest.mark.parametrize("kind", ["text/plain", "application/x-yaml"])
def test_a_body_of_another_kind_is_refused(api: FakeHttpApi, kind: str) -> None:
    answer = api.call("POST", f"{SCOPE}/runs", "{}", headers={"content-type": kind})
    assert (answer.status, answer.code) == (415, "UnsupportedMediaType")
    assert kind in answer.message


def test_a_body_that_is_nested_too_deeply_is_refused(api: FakeHttpApi) -> None:
    answer = api.call("POST", f"{SCOPE}/runs", '{"inputs":' + "[" * 100_000 + "]" * 100_000 + "}")
    assert (answer.status, answer.code) == (400, "BadRequest")


def test_a_wrong_method_is_told_the_right_ones(api: FakeHttpApi) -> None:
    answer = api.call("DELETE", f"{SCOPE}/runs")
    assert answer.headers["Allow"] == "GET, POST"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (None, "body"),
        ("", "body"),
        ("{", "body"),
        ("[]", "body"),
        ('{"spec": {"name": "greeting_env.greet"}}', "body.spec.environment"),
        ('{"env_vars": {"A": 1}}', "body.env_vars.A"),
        ('{"max_action_concurrency": 1}', "body.max_action_concurrency"),
    ],
)
def test_a_body_that_does_not_fit_is_refused_with_the_fields_path(
    api: FakeHttpApi, body: str | None, path: str
) -> None:
    answer = api.call("POST", f"{SCOPE}/runs", body)
    assert (answer.status, answer.code) == (400, "BadRequest")
    assert path in answer.message


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (ClientError({"Error": {"Code": "ThrottlingException"}}, "Query"), 429, "TooManyRequests"),
        (ClientError({"Error": {"Code": "AccessDeniedException"}}, "Query"), 500, "Internal"),
        (RuntimeError("a fault of ours"), 500, "Internal"),
    ],
)
def test_faults_behind_the_api_tell_no_detail(
    api: FakeHttpApi, backend: Backend, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, code: str
) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(backend.listing, "runs", broken)
    answer = api.get("runs")
    assert (answer.status, answer.code) == (status, code)
    assert "fault of ours" not in answer.message


def test_a_request_without_an_authorizer_is_of_the_devboxs_one_user(
    backend: Backend, executions: FakeExecutions
) -> None:
    from aws_lambda_powertools import Logger

    from functions.api.application import build

    resolve = build(backend, Logger(service="api", level="CRITICAL")).resolve

    def unsigned(event: dict[str, Any], context: Any) -> dict[str, Any]:
        del event["requestContext"]["authorizer"]
        return resolve(event, context)

    answer = FakeHttpApi(unsigned).post("runs", {"spec": greet().to_dict(), "inputs": {"message": "x"}})
    assert (answer.status, answer.body["created_by"]) == (201, DEVBOX_CALLER)


def test_the_functions_start_from_their_environment(
    aws: Clients, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    variables = {
        "FLYTE_REGISTRY_TABLE": SETTINGS.registry_table,
        "FLYTE_RUNS_TABLE": SETTINGS.runs_table,
        "FLYTE_BUCKET": SETTINGS.bucket,
        "FLYTE_STATE_MACHINE_ARN": SETTINGS.state_machine_arn,
        "FLYTE_RUNNER_FUNCTIONS": json.dumps(RUNNERS),
        "AWS_DEFAULT_REGION": SETTINGS.region,
        "POWERTOOLS_SERVICE_NAME": "test",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    api, recorder, reconciler = (
        importlib.import_module(f"functions.{name}")
        for name in ("api.handler", "recorder.handler", "recorder.reconciler")
    )

    assert FakeHttpApi(api.handle).get("runs").body == {"runs": [], "cursor": None}
    event = {"source": "aws.states", "detail": {"status": "FAILED", "input": "{}"}}
    assert recorder.handle(event, None) == {"verdict": "ignored"}
    assert reconciler.handle({"quiet_for_s": 0}, None) == {}
    logged = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["message"] for line in logged if line["level"] == "INFO"] == ["request", "recorded", "reconciled"]


def test_a_body_that_is_no_text_is_refused(api: FakeHttpApi) -> None:
    answer = api.call("POST", "runs", b"\x82\xff")
    assert (answer.status, answer.code) == (400, "BadRequest")
    assert "UTF-8" in answer.message


def test_a_secret_that_is_no_base64_is_refused_whatever_it_is(api: FakeHttpApi) -> None:
    for value in ("0", "\x80", "é="):
        answer = api.put("/v1/secrets", {"id": {"key": "k"}, "value": value, "is_base64": True})
        assert (answer.status, answer.code) == (400, "BadRequest"), value


_REASON: dict[str, Any] = {"reason": "x"}


def _asked(api: FakeHttpApi, path: str, body: dict[str, Any] | None) -> Answer:
    return api.get(path) if body is None else api.post(path, body)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        *((path, None) for path in ("", "/actions", "/cost")),
        *((f"/actions/a0{path}", None) for path in ("", "/io", "/code", "/logs")),
        ("/abort", _REASON),
        ("/actions/a0/abort", _REASON),
        ("/actions/c1/abort", _REASON),
        ("/actions/c1/signal", {"value": True}),
    ],
)
def test_a_run_that_is_not_there_is_missed_with_near_names(
    api: FakeHttpApi, path: str, body: dict[str, Any] | None
) -> None:
    api.post("runs", {"name": "nightly", "spec": greet().to_dict(), "inputs": {"message": "x"}})
    answer = _asked(api, f"runs/nightli{path}", body)
    assert (answer.status, answer.code) == (404, "RunNotFound")
    assert "Did you mean 'nightly'?" in answer.message


@pytest.mark.parametrize(
    ("path", "body"),
    [
        *((path, None) for path in ("", "/io", "/code", "/logs")),
        ("/abort", _REASON),
        ("/signal", {"value": True}),
    ],
)
def test_an_action_that_is_not_there_is_missed_with_near_names(
    api: FakeHttpApi, path: str, body: dict[str, Any] | None
) -> None:
    api.post("runs", {"name": "nightly", "spec": greet().to_dict(), "inputs": {"message": "x"}})
    answer = _asked(api, f"runs/nightly/actions/a00{path}", body)
    assert (answer.status, answer.code) == (404, "ActionNotFound")
    assert "Did you mean 'a0'?" in answer.message


def test_a_run_to_recover_from_that_is_not_there_is_missed_with_near_names(api: FakeHttpApi) -> None:
    body = {"name": "nightly", "spec": greet().to_dict(), "inputs": {"message": "x"}}
    api.post("runs", body)
    answer = api.post("runs", {**body, "name": "again", "recover_from": {"run": "nightli"}})
    assert (answer.status, answer.code) == (404, "RunNotFound")
    assert "Did you mean 'nightly'?" in answer.message
