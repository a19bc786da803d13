"""S3 in moto as a task sees it, and the backend's API in front of it as a client sees it."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import requests

from flyte import _initialize
from flyte._context import ActionID, RawDataPath, TaskContext
from flyte.config import PlatformConfig
from flyte.io import _presigned
from flyte.protocol.tasks import Loader, TaskSpec
from flyte.remote._endpoint import Endpoint
from flyte.remote._http import ApiClient
from flyte.remote._transport import Request, Response
from flyte.report import Report
from flyte.runtime.channel import Channel
from flyte.runtime.children import ChildActions
from flyte.runtime.controller import ActionState
from tests.fakes.aws_stack import BUCKET, REGION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy_boto3_s3 import S3Client

    from functions.control.clients import Clients
    from tests.fakes.http_api import FakeHttpApi


SPEC = TaskSpec(name="e.t", environment="e", version="v1", loader=Loader(module="m", attribute="t"))


class ApiAndS3:
    """Carries requests to the API's application, and those to presigned URLs to moto."""

    def __init__(self, api: FakeHttpApi) -> None:
        self.sent: list[Request] = []
        self._api = api

    def send(self, request: Request) -> Response:
        self.sent.append(request)
        data = request.body if isinstance(request.body, bytes | None) else request.body.read()
        if request.url.startswith("http://api.example"):
            answer = self._api.call(request.method, urlsplit(request.url).path, data.decode() if data else None)
            return Response(answer.status, json.dumps(answer.body).encode())
        got = requests.request(request.method, request.url, headers=dict(request.headers), data=data, timeout=5)
        return Response(got.status_code, got.content, {name.lower(): value for name, value in got.headers.items()})


class Unsigned:
    def sign(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> dict[str, str]:
        return dict(headers)


@pytest.fixture
def s3(aws: Clients, monkeypatch: pytest.MonkeyPatch) -> S3Client:
    """The bucket's service; tasks find their region in the environment."""
    monkeypatch.setenv("AWS_REGION", REGION)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    return aws.s3


@pytest.fixture
def transport(api: FakeHttpApi) -> ApiAndS3:
    return ApiAndS3(api)


@pytest.fixture
def client(transport: ApiAndS3, s3: S3Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiClient]:
    """The API's client, with the process initialised as a client's."""
    endpoint = "http://api.example"
    made = ApiClient(Endpoint(endpoint, "api.example"), transport, Unsigned(), first_retry_delay_s=0.001)
    monkeypatch.setattr(_presigned, "get_client", lambda: made)
    before = _initialize.get_init_state()
    _initialize.set_init_state(_initialize.InitState(platform=PlatformConfig(endpoint=endpoint)))
    yield made
    _initialize.set_init_state(before)


@pytest.fixture
def task_context(s3: S3Client) -> Iterator[TaskContext]:
    """Of a task that runs on the backend; nothing here asks its supervisor."""
    worker_end, supervisor_end = socket.socketpair()
    with worker_end, supervisor_end:
        action = f"s3://{BUCKET}/runs/flytesnacks/development/r1/a0"
        yield TaskContext(
            action=ActionID("a0", "r1", "flytesnacks", "development"),
            version="v1",
            raw_data_path=RawDataPath(f"{action}/data"),
            output_path=action,
            run_base_dir=f"s3://{BUCKET}/runs/flytesnacks/development/r1",
            report=Report("a0"),
            mode="remote",
            controller=ChildActions(Channel(worker_end), SPEC),
            state=ActionState(),
        )
