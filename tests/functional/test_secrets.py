"""Secrets go in through the API and come out where a task runs, and nowhere else."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from flyte.protocol.identity import RunId
from flyte.protocol.tasks import SecretRef
from functions.control.errors import SecretNotFoundError
from functions.control.secret_values import REMEMBERED_S, SecretValues
from tests.fakes.aws_stack import SETTINGS

if TYPE_CHECKING:
    from functions.control.backend import Backend
    from functions.control.clients import Clients
    from tests.fakes.http_api import Answer, FakeHttpApi

RUN = RunId(project="flytesnacks", domain="development", run="r1")
HERE = {"project": "flytesnacks", "domain": "development"}


def put(api: FakeHttpApi, key: str, value: str = "s3cret", **where: str) -> Answer:
    return api.put("/v1/secrets", {"id": {"key": key, **where}, "value": value})


def names(answer: Answer) -> list[tuple[str, ...]]:
    ids = [secret["id"] for secret in answer.body["secrets"]]
    return sorted((i["key"], i["group"] or "", i["project"] or "", i["domain"] or "") for i in ids)


def read(backend: Backend, key: str, group: str | None = None, run: RunId = RUN) -> str | bytes:
    ref = SecretRef(key=key, group=group)
    return SecretValues(SETTINGS, backend.clients).read(run, [ref])[ref]


def test_a_secret_is_made_under_the_stacks_prefix_and_its_value_is_never_answered(
    api: FakeHttpApi, aws: Clients
) -> None:
    answers = [put(api, "api-key", group="team", **HERE), put(api, "api-key", "other", group="team", **HERE)]
    answers += [api.get("/v1/secrets", **HERE), api.get("/v1/secrets/api-key", group="team", **HERE)]
    assert [answer.status for answer in answers] == [200] * 4
    assert not [answer for answer in answers if "s3cret" in str(answer.body) or "other" in str(answer.body)]
    (kept,) = aws.secrets_manager.list_secrets()["SecretList"]
    assert kept["Name"] == "flyte/test/flytesnacks/development/team/api-key"


def test_a_task_gets_the_most_specific_value(api: FakeHttpApi, backend: Backend) -> None:
    expected = []
    wheres: list[dict[str, str]] = [
        {},
        {"domain": "development"},
        {"project": "flytesnacks"},
        {"project": "flytesnacks", "domain": "development"},
    ]
    for number, where in enumerate(wheres):
        put(api, "token", str(number), **where)
        expected.append(read(backend, "token"))
    assert expected == ["0", "1", "2", "3"]
    assert read(backend, "token", run=RUN.model_copy(update={"domain": "staging"})) == "2"


def test_what_a_task_could_get_is_listed_and_nothing_else(api: FakeHttpApi, aws: Clients) -> None:
    put(api, "a")
    put(api, "b", project="flytesnacks")
    put(api, "c", domain="staging")
    put(api, "d", group="g", **HERE)
    aws.secrets_manager.create_secret(Name="somebody-elses", SecretString="x")
    found = names(api.get("/v1/secrets", **HERE))
    assert found == [("a", "", "", ""), ("b", "", "flytesnacks", ""), ("d", "g", *HERE.values())]
    assert names(api.get("/v1/secrets")) == [("a", "", "", "")]


def test_secrets_are_listed_page_by_page(api: FakeHttpApi) -> None:
    for key in "abc":
        put(api, key)
    found: list[tuple[str, ...]] = []
    cursor: dict[str, Any] = {}
    while True:
        page = api.get("/v1/secrets", limit=2, **cursor)
        found += names(page)
        if page.body["cursor"] is None:
            break
        cursor = {"cursor": page.body["cursor"]}
    assert [key for key, *_ in found] == ["a", "b", "c"]


def test_a_new_value_is_used_once_the_old_one_is_forgotten(api: FakeHttpApi, aws: Clients) -> None:
    now_s = [0.0]
    values, ref = SecretValues(SETTINGS, aws, lambda: now_s[0]), SecretRef(key="token")
    put(api, "token", "old")
    assert values.read(RUN, [ref])[ref] == "old"
    put(api, "token", "new")
    assert values.read(RUN, [ref])[ref] == "old"
    now_s[0] += REMEMBERED_S
    assert values.read(RUN, [ref])[ref] == "new"


def test_one_that_is_missing_is_named_with_the_command_that_makes_it_and_looked_for_again(
    api: FakeHttpApi, aws: Clients
) -> None:
    values, refs = SecretValues(SETTINGS, aws), [SecretRef(key="a"), SecretRef(key="b", group="g")]
    put(api, "a")
    with pytest.raises(SecretNotFoundError, match="flyte create secret g/b -p flytesnacks -d development") as caught:
        values.read(RUN, refs)
    assert "secret a" not in str(caught.value)
    put(api, "b", group="g")
    assert set(values.read(RUN, refs).values()) == {"s3cret"}


def test_a_secret_of_no_possible_name_is_missing(backend: Backend) -> None:
    with pytest.raises(SecretNotFoundError, match=r"\.\./x"):
        read(backend, "x", group="..")


def test_many_secrets_are_read_in_few_calls(api: FakeHttpApi, aws: Clients) -> None:
    calls: list[str] = []
    refs = [SecretRef(key=f"k{number}") for number in range(12)]
    for ref in refs:
        put(api, ref.key, f"v-{ref.key}")
    aws.secrets_manager.meta.events.register("before-call", lambda model, **_: calls.append(model.name))
    found = SecretValues(SETTINGS, aws).read(RUN, refs)
    assert {ref.key: value for ref, value in found.items()} == {ref.key: f"v-{ref.key}" for ref in refs}
    assert calls == ["BatchGetSecretValue"] * 3


def test_bytes_stay_bytes(api: FakeHttpApi, backend: Backend) -> None:
    value = base64.b64encode(b"\xff\x00").decode()
    api.put("/v1/secrets", {"id": {"key": "cert"}, "value": value, "is_base64": True})
    assert read(backend, "cert") == b"\xff\x00"


def test_a_deleted_secret_is_gone_and_can_be_made_again(api: FakeHttpApi, backend: Backend) -> None:
    put(api, "token", "old", **HERE)
    assert api.call("DELETE", "/v1/secrets/token", query={**HERE}).status == 200
    assert api.get("/v1/secrets/token", **HERE).code == "SecretNotFound"
    assert names(api.get("/v1/secrets", **HERE)) == []
    with pytest.raises(SecretNotFoundError):
        read(backend, "token")
    put(api, "token", "new", **HERE)
    assert read(backend, "token") == "new"


def test_deleting_means_exactly_that_secret(api: FakeHttpApi) -> None:
    put(api, "token")
    refused = api.call("DELETE", "/v1/secrets/token", query={**HERE})
    assert (refused.status, refused.code) == (404, "SecretNotFound")
    assert "one for all projects" in refused.message
    assert "-p '' -d ''" in refused.message
    assert api.call("DELETE", "/v1/secrets/token").status == 200


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"id": {"key": "a b"}}, "body.id.key"),
        ({"id": {"key": ".."}}, "body.id.key"),
        ({"value": ""}, "body.value"),
        ({"value": "x" * 65_537}, "65,537 bytes"),
        ({"value": "no base64", "is_base64": True}, "Base64"),
    ],
)
def test_an_impossible_secret_is_refused(api: FakeHttpApi, changes: dict[str, Any], part: str) -> None:
    answer = api.put("/v1/secrets", {"id": {"key": "a"}, "value": "v", **changes})
    assert (answer.status, answer.code) == (400, "BadRequest")
    assert part in answer.message


def test_a_secret_of_an_unknown_project_is_refused(api: FakeHttpApi) -> None:
    assert put(api, "a", project="nope").code == "ProjectNotFound"
    assert put(api, "a", domain="nope").code == "ProjectNotFound"
