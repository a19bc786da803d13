"""What the devbox promises of Lambda and S3, asked of a function of the test's own."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import sys
import threading
import urllib.parse
import uuid
import zipfile
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
import urllib3
from botocore.config import Config

from flyte_cli.devbox import server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.devbox_fixture import Devbox

pytestmark = pytest.mark.devbox

SOURCE = """
import json, os, sys, time

def handle(event, context):
    if "print" in event:
        print(event["print"], flush=True)
    if "wait_for" in event:
        while not os.path.exists(event["wait_for"]):
            time.sleep(0.01)
    if "raise" in event:
        raise ValueError(event["raise"])
    if "sleep" in event:
        time.sleep(event["sleep"])
    return {
        "group": context.log_group_name,
        "stream": context.log_stream_name,
        "request": context.aws_request_id,
        "code": os.path.realpath(__file__),
        "names": sorted(os.environ),
    }
"""


class Function:
    """A function in the devbox that does what the event says."""

    def __init__(self, devbox: Devbox, timeout_s: int = 30) -> None:
        address = urllib.parse.urlsplit(devbox.endpoint)
        self.url = f"http://{address.netloc}"
        self.name = f"test-{uuid.uuid4().hex[:8]}"
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("main.py", SOURCE)
        self._lambda = self.client("lambda")
        self._lambda.create_function(
            FunctionName=self.name,
            Runtime=f"python{sys.version_info.major}.{sys.version_info.minor}",
            Handler="main.handle",
            Role="arn:aws:iam::000000000000:role/any",
            Timeout=timeout_s,
            Code={"ZipFile": code.getvalue()},
        )

    def client(self, service: str, **config: Any) -> Any:
        # Ministack's own account: it checks the signatures of presigned URLs with it.
        return botocore.session.Session().create_client(
            service,
            region_name=server.REGION,
            endpoint_url=self.url,
            aws_access_key_id=server.ACCOUNT,
            aws_secret_access_key="test",
            config=Config(proxies={}, **config),
        )

    def __call__(self, **event: Any) -> Any:
        answer = self._lambda.invoke(FunctionName=self.name, Payload=json.dumps(event).encode())
        return json.loads(answer["Payload"].read())

    def lines(self, stream: str | None = None) -> list[str]:
        logs = self.client("logs")
        group = f"/aws/lambda/{self.name}"
        if stream is None:
            groups = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
            streams = logs.describe_log_streams(logGroupName=group)["logStreams"] if groups else []
            return [line for each in streams for line in self.lines(each["logStreamName"])]
        events = logs.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True)["events"]
        return [event["message"] for event in events]

    def delete(self) -> None:
        self._lambda.delete_function(FunctionName=self.name)


@pytest.fixture
def function(devbox: Devbox) -> Iterator[Function]:
    function = Function(devbox)
    yield function
    function.delete()


def test_lines_are_in_the_stream_that_the_context_names_before_the_invocations_end(function: Function) -> None:
    told = function(print="hello\nworld")

    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", told["stream"])
    hello, world, end, report = function.lines(told["stream"])
    assert (hello, world) == ("hello", "world")
    assert end == f"END RequestId: {told['request']}"
    assert report.startswith(f"REPORT RequestId: {told['request']}\tDuration: ")


def test_a_line_can_be_read_while_the_function_runs(function: Function, devbox: Devbox) -> None:
    gate = devbox.home / uuid.uuid4().hex
    invocation = threading.Thread(target=function, kwargs={"print": "early", "wait_for": str(gate)})
    invocation.start()
    try:
        assert server._wait_until(lambda: function.lines() == ["early"], 20)
    finally:
        gate.touch()
        invocation.join()


def test_an_exception_is_logged_with_its_traceback(function: Function) -> None:
    function(**{"raise": "boom"})

    (trace, *_) = function.lines()
    assert "Traceback" in trace
    assert trace.endswith("ValueError: boom\n")


def test_a_timeout_is_logged_and_the_next_invocation_works(devbox: Devbox) -> None:
    function = Function(devbox, timeout_s=1)
    function(sleep=30)

    assert any("Task timed out after 1.00 seconds" in line for line in function.lines())
    assert function()["stream"]
    function.delete()


def test_sandboxes_share_one_copy_of_the_code(function: Function, devbox: Devbox) -> None:
    gate = devbox.home / uuid.uuid4().hex
    told: list[Any] = []
    invocations = [
        threading.Thread(target=lambda: told.append(function(print="in", wait_for=str(gate)))) for _ in range(2)
    ]
    for invocation in invocations:
        invocation.start()
    server._wait_until(lambda: function.lines().count("in") == 2, 20)
    gate.touch()
    for invocation in invocations:
        invocation.join()

    assert len({each["stream"] for each in told}) == 2
    assert len({each["code"] for each in told}) == 1


def test_functions_see_nothing_of_the_callers_environment(function: Function) -> None:
    names = set(function()["names"])

    assert {"AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_REGION", "AWS_ENDPOINT_URL"} <= names
    assert not {"FLYTE_HOME", "VIRTUAL_ENV", "PYTHONPATH", "AWS_PROFILE", "PYTEST_CURRENT_TEST"} & names


def test_a_presigned_upload_takes_exactly_these_bytes_exactly_once(function: Function) -> None:
    s3 = function.client("s3", signature_version="s3v4")
    bucket, body = f"test-{uuid.uuid4().hex[:8]}", b"content"
    s3.create_bucket(Bucket=bucket)
    checksum = base64.b64encode(hashlib.sha256(body).digest()).decode()
    asked = {"Bucket": bucket, "Key": "key", "ChecksumSHA256": checksum, "IfNoneMatch": "*"}
    url = s3.generate_presigned_url("put_object", Params=asked, ExpiresIn=900)
    headers = {"x-amz-checksum-sha256": checksum, "if-none-match": "*"}

    def put(data: bytes, headers: dict[str, str]) -> int:
        return urllib3.PoolManager().request("PUT", url, body=data, headers=headers).status

    assert put(b"other", headers) == 400
    assert put(body, {}) == 403, "the headers are part of what is signed"
    assert put(body, headers) == 200
    assert put(body, headers) == 412
