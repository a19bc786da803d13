from __future__ import annotations

import asyncio
import io
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from flyte import errors
from flyte.protocol.api import AbortRequest, Health, PresignedUpload
from flyte.remote._endpoint import parse_endpoint
from flyte.remote._http import ATTEMPTS, ApiClient, path_of, scope_path
from flyte.remote._signing import SigV4Signer
from flyte.remote._transport import Request, Response, Unreachable, Urllib3Transport
from tests.fakes.api import problem, respond

HEALTH = Health(version="1", region="r", bucket="b", state_machine_arn="a")
ENDPOINT = parse_endpoint("http://127.0.0.1:1/base")


@dataclass
class Scripted:
    """Gives the scripted answers one after the other, and keeps what was asked."""

    script: list[Response | Exception]
    sent: list[Request] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)

    def send(self, request: Request) -> Response:
        self.sent.append(request)
        body = request.body
        self.bodies.append(body if body is None or isinstance(body, bytes) else body.read())
        answer = self.script.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def client(*script: Response | Exception) -> tuple[ApiClient, Scripted]:
    transport = Scripted(list(script))
    return ApiClient(ENDPOINT, transport, SigV4Signer(ENDPOINT), first_retry_delay_s=0.0), transport


def test_a_call_is_signed_and_its_answer_is_a_model() -> None:
    api, transport = client(respond(HEALTH))
    assert api.call("GET", "/v1/health", Health, query={"limit": 3, "cursor": None}) == HEALTH
    request = transport.sent[0]
    assert (request.method, request.url) == ("GET", "http://127.0.0.1:1/base/v1/health?limit=3")
    assert request.headers["Authorization"].startswith("AWS4-HMAC-SHA256")


def test_a_body_is_json_and_keeps_its_key_over_retries() -> None:
    api, transport = client(Unreachable("reset"), respond(HEALTH))
    api.call("POST", "/v1/x", Health, body=AbortRequest(reason="ü"), idempotency_key="k")
    assert [json.loads(body) for body in transport.bodies] == [{"reason": "ü"}] * 2
    assert {request.headers["idempotency-key"] for request in transport.sent} == {"k"}


def test_fields_that_a_newer_backend_adds_are_ignored() -> None:
    api, _ = client(Response(200, json.dumps({**HEALTH.to_dict(), "news": {"a": 1}}).encode()))
    assert api.call("GET", "/v1/health", Health) == HEALTH


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_failure_is_tried_again(status: int) -> None:
    api, transport = client(Response(status), Response(status), respond(HEALTH))
    assert api.call("GET", "/v1/health", Health) == HEALTH
    assert len(transport.sent) == 3


def test_a_backend_that_cannot_be_reached_is_named() -> None:
    api, transport = client(*[Unreachable("Connection refused")] * ATTEMPTS)
    with pytest.raises(
        errors.RuntimeSystemError, match=r"127\.0\.0\.1:1/base cannot be reached: Connection ref"
    ) as caught:
        api.call("GET", "/v1/health", Health)
    assert caught.value.code == "BackendUnreachable"
    assert len(transport.sent) == ATTEMPTS


@pytest.mark.parametrize(
    ("response", "cls", "code", "message"),
    [
        (
            problem(404, "RemoteTaskNotFoundError", "no x"),
            errors.RemoteTaskNotFoundError,
            "RemoteTaskNotFoundError",
            "no x",
        ),
        (problem(409, "RunAlreadyExistsError", "is"), errors.RunAlreadyExistsError, "RunAlreadyExistsError", "is"),
        (problem(409, "VersionConflict", "other"), errors.DeploymentError, "DeploymentError", "other"),
        (problem(404, "RunNotFound", "no r"), errors.RuntimeUserError, "RunNotFound", "no r"),
        (problem(400, "BadRequest", "body.x: bad"), errors.RuntimeUserError, "BadRequest", "body.x: bad"),
        (problem(413, "InlineIOMaxBytesBreached"), errors.InlineIOMaxBytesBreached, "InlineIOMaxBytesBreached", "no"),
        (Response(403, b'{"message":"Forbidden"}'), errors.RuntimeSystemError, "BackendRefused", "execute-api:Invoke"),
        (
            Response(403, b'{"Message":"The security token included in the request is expired"}'),
            errors.RuntimeSystemError,
            "BackendRefused",
            "have expired: renew them",
        ),
        (
            Response(403, b'{"message":"The request signature we calculated does not match"}'),
            errors.RuntimeSystemError,
            "BackendRefused",
            "this machine's clock",
        ),
        (
            Response(404, b'{"message":"Not Found"}'),
            errors.RuntimeSystemError,
            "BackendUnreachable",
            "is not a Flyte backend",
        ),
        (Response(200, b"<html>"), errors.RuntimeSystemError, "BackendUnreachable", "is not a Flyte backend"),
    ],
)
def test_each_refusal_is_an_error_that_says_what_to_do(
    response: Response, cls: type[errors.BaseRuntimeError], code: str, message: str
) -> None:
    api, transport = client(response)
    with pytest.raises(cls, match=message) as caught:
        api.call("GET", "/v1/x", Health)
    assert caught.value.code == code
    assert len(transport.sent) == 1


def test_an_action_that_is_not_there_has_flytes_class() -> None:
    api, _ = client(problem(404, "ActionNotFound", "no a1"))
    with pytest.raises(errors.ActionNotFoundError, match="no a1"):
        api.call("GET", "/v1/x", Health)


@pytest.mark.parametrize(
    "response", [problem(500, "Internal", "the request 7 failed"), problem(429, "TooManyRequests")]
)
def test_a_backend_that_fails_for_long_is_the_systems_fault(response: Response) -> None:
    api, _ = client(*[response] * ATTEMPTS)
    with pytest.raises(errors.RuntimeSystemError, match=r"failed|too much to do"):
        api.call("GET", "/v1/x", Health)


UPLOAD = PresignedUpload(url="https://bucket/x?sig", uri="s3://bucket/x", headers={"If-None-Match": "*"})


def test_an_upload_streams_and_tells_how_far_it_is() -> None:
    api, transport = client(Unreachable("broken pipe"), Response(200))
    seen: list[int] = []
    asyncio.run(api.upload(UPLOAD, lambda: io.BytesIO(b"abc"), 3, seen.append))
    assert transport.bodies == [b"abc", b"abc"]
    assert seen == [3, 3]
    assert transport.sent[0].headers == {"content-length": "3", "if-none-match": "*"}
    assert "Authorization" not in transport.sent[0].headers


def test_an_object_that_is_there_already_is_no_failure() -> None:
    api, _ = client(Response(412))
    asyncio.run(api.upload(UPLOAD, lambda: io.BytesIO(b"abc"), 3))


def test_a_refused_upload_is_told_with_what_the_bucket_said() -> None:
    api, _ = client(Response(403, b"<Code>AccessDenied</Code>"))
    with pytest.raises(errors.RuntimeSystemError, match=r"s3://bucket/x failed with status 403: <Code>AccessDenied"):
        asyncio.run(api.upload(UPLOAD, lambda: io.BytesIO(b"abc"), 3))


def test_paths_are_quoted() -> None:
    assert path_of("a/b", "c d") == "/v1/a%2Fb/c%20d"
    assert scope_path("p", "d", "runs") == "/v1/projects/p/domains/d/runs"


def test_nobody_at_the_address_is_no_answer(unused_port: int) -> None:
    endpoint = parse_endpoint(f"http://127.0.0.1:{unused_port}")
    from flyte.config import PlatformConfig

    transport = Urllib3Transport(endpoint, PlatformConfig())
    with pytest.raises(Unreachable, match="refused"):
        transport.send(Request("GET", f"{endpoint.url}/v1/health"))


@pytest.fixture
def unused_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
