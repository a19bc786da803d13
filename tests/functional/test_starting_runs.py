from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from flyte.protocol import limits
from flyte.protocol.identity import ActionId
from tests.fakes.aws_stack import RUNNERS
from tests.fakes.http_api import CALLER, FakeHttpApi
from tests.fakes.specs import environment, greet

if TYPE_CHECKING:
    from functions.control.backend import Backend
    from tests.fakes.executions import FakeExecutions


def ephemeral(**changes: object) -> dict[str, object]:
    return {"spec": greet().to_dict(), "inputs": {"message": "hi"}, **changes}


def action(run: str) -> ActionId:
    return ActionId(project="flytesnacks", domain="development", run=run)


def test_a_run_is_recorded_as_queued_and_its_execution_started(api: FakeHttpApi, executions: FakeExecutions) -> None:
    answer = api.post("runs", ephemeral(name="first", labels={"team": "red"}, env_vars={"A": "1"}))

    assert answer.status == 201
    record = answer.body
    assert (record["phase"], record["task_name"], record["ephemeral"]) == ("queued", "greeting_env.greet", True)
    assert (record["created_by"], record["labels"], record["env_vars"]) == (CALLER, {"team": "red"}, {"A": "1"})
    assert executions.started == {action("first").execution_name: RUNNERS[1024]}
    assert record["execution_arn"].endswith(f":execution:flyte-actions:{action('first').execution_name}")
    assert api.get("runs/first").body | {"cost": None} == record


def test_a_run_without_a_name_gets_one_that_can_be_looked_up(api: FakeHttpApi) -> None:
    name = api.post("runs", ephemeral()).body["id"]["run"]
    assert api.get(f"runs/{name}").status == 200
    assert api.post("runs", ephemeral()).body["id"]["run"] != name


def test_a_taken_name_is_refused(api: FakeHttpApi) -> None:
    api.post("runs", ephemeral(name="first"))
    answer = api.post("runs", ephemeral(name="first"))
    assert (answer.status, answer.code) == (409, "RunAlreadyExistsError")
    assert "'first'" in answer.message


def test_the_same_name_is_free_in_another_domain(api: FakeHttpApi) -> None:
    api.post("runs", ephemeral(name="first"))
    assert api.post("/v1/projects/flytesnacks/domains/staging/runs", ephemeral(name="first")).status == 201


@pytest.mark.parametrize("name", [None, "first"])
def test_a_repeated_request_gets_the_record_of_the_first(
    api: FakeHttpApi, executions: FakeExecutions, name: str | None
) -> None:
    body = ephemeral(name=name) if name else ephemeral()
    first = api.post("runs", body, Idempotency_Key="k1")
    again = api.post("runs", body, Idempotency_Key="k1")
    assert (first.status, again.status) == (201, 201)
    assert first.body == again.body
    assert len(executions.started) == 1


def test_another_request_under_a_used_key_is_refused(api: FakeHttpApi) -> None:
    api.post("runs", ephemeral(), Idempotency_Key="k1")
    answer = api.post("runs", ephemeral(inputs={"message": "other"}), Idempotency_Key="k1")
    assert (answer.status, answer.code) == (409, "RunAlreadyExistsError")


def test_a_repeated_request_starts_what_the_first_could_not(api: FakeHttpApi, executions: FakeExecutions) -> None:
    executions.failure = ClientError({"Error": {"Code": "ThrottlingException"}}, "StartExecution")
    assert api.post("runs", ephemeral(name="first"), Idempotency_Key="k1").status == 201
    assert not executions.started
    assert api.post("runs", ephemeral(name="first"), Idempotency_Key="k1").status == 201, "the reconciler will start it"
    executions.failure = None
    assert api.post("runs", ephemeral(name="first"), Idempotency_Key="k1").status == 201
    assert list(executions.started) == [action("first").execution_name]


def test_a_name_that_step_functions_remembers_is_refused_and_leaves_no_record(
    api: FakeHttpApi, executions: FakeExecutions
) -> None:
    executions.end(action("first"), "SUCCEEDED")
    answer = api.post("runs", ephemeral(name="first"))
    assert (answer.status, answer.code) == (409, "RunAlreadyExistsError")
    assert api.get("runs/first").status == 404


def test_a_deployed_task_runs_by_its_latest_version_or_by_the_one_named(api: FakeHttpApi) -> None:
    for version in ("v1", "v2"):
        api.post("deployments", {"environments": [environment(version=version).to_dict()]})
    latest = api.post("runs", {"task": {"name": "greeting_env.greet"}, "inputs": {"message": "x"}})
    named = api.post("runs", {"task": {"name": "greeting_env.greet", "version": "v1"}, "inputs": {"message": "x"}})
    assert (latest.body["task_version"], latest.body["ephemeral"]) == ("v2", False)
    assert named.body["task_version"] == "v1"


@pytest.mark.parametrize(
    ("reference", "near"),
    [
        ({"name": "greeting_env.gret"}, "'greeting_env.greet'"),
        ({"name": "greeting.greet"}, "'greeting_env.greet'"),
        ({"name": "greeting_env.greet", "version": "v11"}, "'v1'"),
    ],
)
def test_an_unknown_task_or_version_is_refused_with_near_names(
    api: FakeHttpApi, reference: dict[str, str], near: str
) -> None:
    api.post("deployments", {"environments": [environment().to_dict()]})
    answer = api.post("runs", {"task": reference, "inputs": {"message": "x"}})
    assert (answer.status, answer.code) == (404, "RemoteTaskNotFoundError")
    assert near in answer.message


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"inputs": {}}, "needs message"),
        ({"inputs": {"message": "x", "mesage": "y"}}, "inputs.mesage: greeting_env.greet has no input 'mesage'"),
        ({"inputs_uri": "s3://flyte-data/uploads/flytesnacks/development/x/i.json"}, "not both"),
        ({"inputs": {}, "inputs_uri": "s3://flyte-data/uploads/other/development/x/i.json"}, "no upload of"),
        (
            {"inputs": {}, "inputs_uri": "s3://flyte-data/uploads/flytesnacks/development/x/i.json"},
            "nothing was uploaded",
        ),
        ({"task": {"name": "greeting_env.greet"}}, "exactly one of spec"),
        ({"spec": None}, "exactly one of spec"),
        ({"spec": greet(docs="x" * limits.TASK_SPEC_BYTES).to_dict()}, "specification of greeting_env.greet"),
        ({"labels": {"k": "v" * 40_000}}, "env_vars, labels, annotations, custom_context have"),
        ({"labels": {"": "v"}}, "labels: there is an entry without a name"),
        ({"inputs": {"message": "\ud800"}}, "half of a character"),
        ({"labels": {"a": "\ud800"}}, "half of a character"),
        ({"name": "a b"}, "body.name:"),
        ({"spec": {**greet().to_dict(), "memory_mb": 1}}, "body.spec.memory_mb:"),
        ({"unknown": 1}, "body.unknown:"),
    ],
)
def test_a_contradictory_request_is_refused_with_the_reason(
    api: FakeHttpApi, executions: FakeExecutions, changes: dict[str, object], expected: str
) -> None:
    answer = api.post("runs", ephemeral(**changes))
    assert (answer.status, answer.code) == (400, "BadRequest")
    assert expected in answer.message
    assert not executions.started


def test_inputs_above_the_tasks_limit_are_refused(api: FakeHttpApi) -> None:
    spec = greet(max_inline_io_bytes=100).to_dict()
    answer = api.post("runs", {"spec": spec, "inputs": {"message": "x" * 200}})
    assert (answer.status, answer.code) == (413, "InlineIOMaxBytesBreached")


@pytest.mark.parametrize(("memory_mb", "tier"), [(128, 512), (512, 512), (513, 1024), (2000, 10_240), (10_240, 10_240)])
def test_the_smallest_function_that_has_the_memory_runs_it(
    api: FakeHttpApi, executions: FakeExecutions, memory_mb: int, tier: int
) -> None:
    record = api.post("runs", ephemeral(spec=greet(memory_mb=memory_mb).to_dict())).body
    assert record["memory_mb"] == tier
    assert list(executions.started.values()) == [RUNNERS[tier]]


def test_small_inputs_stay_in_the_record_and_large_ones_go_to_the_bucket(api: FakeHttpApi, backend: Backend) -> None:
    api.post("runs", ephemeral(name="small"))
    api.post("runs", ephemeral(name="large", inputs={"message": "ä" * limits.INLINE_IO_BYTES}))

    small, large = (api.get(f"runs/{name}/actions/a0/io").body for name in ("small", "large"))
    assert small["inputs"] == {"message": "hi"}
    assert large["inputs"] is None
    assert large["inputs_url"].startswith("https://")
    stored = backend.payloads.read(backend.actions.get(action("large"))["inputs_uri"])
    assert json.loads(stored) == {"message": "ä" * limits.INLINE_IO_BYTES}


def test_uploaded_inputs_are_taken_by_reference(api: FakeHttpApi, backend: Backend) -> None:
    place = api.post(
        "/v1/uploads",
        {
            "project": "flytesnacks",
            "domain": "development",
            "filename": "inputs.json",
            "size_bytes": 2,
            "sha256": "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
        },
    ).body
    backend.clients.s3.put_object(Bucket="flyte-data", Key=backend.payloads.key(place["uri"]), Body=b"{}")
    assert api.post("runs", {"spec": greet().to_dict(), "inputs_uri": place["uri"], "name": "by-uri"}).status == 201
    assert backend.actions.get(action("by-uri"))["inputs_uri"] == place["uri"]


def test_an_unknown_project_or_domain_is_refused_with_near_names(api: FakeHttpApi) -> None:
    project = api.post("/v1/projects/flytesnack/domains/development/runs", ephemeral())
    domain = api.post("/v1/projects/flytesnacks/domains/developmet/runs", ephemeral())
    assert (project.status, project.code, domain.status, domain.code) == (404, "ProjectNotFound") * 2
    assert "'flytesnacks'" in project.message
    assert "'development'" in domain.message
