"""What is asked of the API goes there signed, and comes back as it was answered, or as a Problem."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from flyte.errors import RuntimeSystemError
from flyte.remote._endpoint import parse_endpoint
from flyte.remote._signing import SigV4Signer
from flyte.remote._transport import Response, Unreachable
from flyte_cli.console.forwarding import Forwarding
from flyte_cli.console.messages import Answer, Asked

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Browser, FakeBackend, FakeSigner

RUNS = "/v1/projects/p/domains/d/runs"


def body(answer: Answer) -> Any:
    return json.loads(b"".join(answer.parts))


def test_a_request_is_signed_and_passed_on_without_what_is_the_browsers(browser: Browser, backend: FakeBackend) -> None:
    backend.answers = [Response(201, b'{"id": 1}', {"content-type": "application/json"})]
    answer = browser.ask("POST", f"{RUNS}?a=b%2Fc", b"{}", content_type="application/json", idempotency_key="k1")
    assert (answer.status, body(answer)) == (201, {"id": 1})
    [sent] = backend.asked
    assert (sent.method, sent.body) == ("POST", b"{}")
    assert sent.url == f"https://abc.execute-api.eu-west-1.amazonaws.com{RUNS}?a=b%2Fc"
    assert sent.headers["authorization"] == "signed"
    assert sent.headers["idempotency-key"] == "k1"
    assert not {"cookie", "host", "origin"} & set(sent.headers)


def test_what_has_not_changed_costs_an_answer_without_a_body(browser: Browser, backend: FakeBackend) -> None:
    backend.answers = [Response(200, b"{}", {"etag": '"1"'}), Response(304, b"", {"etag": '"1"'})]
    first = browser.get(RUNS)
    assert (first.headers["etag"], first.headers["cache-control"]) == ('"1"', "no-cache")
    second = browser.get(RUNS, if_none_match='"1"')
    assert (second.status, second.size_bytes) == (304, 0)
    assert backend.asked[1].headers["if-none-match"] == '"1"'


def test_a_problem_comes_through_as_it_is(browser: Browser, backend: FakeBackend) -> None:
    problem = {"code": "RunNotFound", "message": "There is no run r1."}
    backend.answers = [Response(404, json.dumps(problem).encode(), {"content-type": "application/json"})]
    answer = browser.get(f"{RUNS}/r1")
    assert (answer.status, body(answer)) == (404, problem)


@pytest.mark.parametrize(
    ("response", "status", "code", "words"),
    [
        (Response(403, b'{"message": "The security token included is expired"}'), 403, "BackendRefused", "aws sso"),
        (Response(403, b'{"message": "Forbidden"}'), 403, "BackendRefused", "execute-api:Invoke"),
        (Response(503, b'{"message": "Service Unavailable"}'), 503, "BackendUnreachable", "status 503"),
        (Response(404, b"<html>"), 404, "BackendUnreachable", "not a Flyte backend"),
        (Unreachable("connection refused"), 502, "BackendUnreachable", "connection refused"),
    ],
)
def test_what_is_no_problem_of_the_apis_becomes_one(
    browser: Browser, backend: FakeBackend, response: Response | Exception, status: int, code: str, words: str
) -> None:
    backend.answers = [response]
    answer = browser.get(RUNS)
    assert (answer.status, body(answer)["code"]) == (status, code)
    assert words in body(answer)["message"]
    assert len(backend.asked) == 1


def test_missing_credentials_are_told_with_what_to_do(
    backend: FakeBackend, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    endpoint = parse_endpoint("https://abc.execute-api.eu-west-1.amazonaws.com")
    answer = Forwarding(endpoint, backend, SigV4Signer(endpoint)).answer(Asked("GET", RUNS))
    assert (answer.status, body(answer)["code"]) == (403, "NoCredentials")
    assert "aws configure" in body(answer)["message"]
    assert backend.asked == []


def test_a_profile_that_is_wrong_is_a_problem_too(browser: Browser, signer: FakeSigner) -> None:
    signer.error = RuntimeSystemError("NoCredentials", "the profile x does not exist")
    assert body(browser.get(RUNS))["message"] == "the profile x does not exist"
