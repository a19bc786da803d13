"""Backends that are not there, or that refuse: exit code 3, what is wrong, and what to do."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from tests.integration.bad_input.conftest import assert_refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.new_user import User

COMMANDS = [
    ["run", "greeting.py", "greet", "--message", "x"],
    ["deploy", "greeting.py", "env"],
    ["get", "run"],
]
OF_AWS = "https://0000000000.execute-api.eu-central-1.amazonaws.com"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_none_is_configured(stranger: User, command: list[str]) -> None:
    assert_refused(stranger.flyte(*command), 3, "no backend is configured", "flyte start devbox")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_nobody_answers(stranger: User, command: list[str]) -> None:
    ended = stranger.flyte("--endpoint", "http://127.0.0.1:1", *command)
    assert_refused(ended, 3, "http://127.0.0.1:1 cannot be reached", "flyte get devbox")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_there_are_no_credentials_to_sign_with(stranger: User, command: list[str]) -> None:
    ended = stranger.flyte("--endpoint", OF_AWS, *command)
    assert_refused(ended, 3, "no AWS credentials were found", "aws configure")


class ApiGateway(BaseHTTPRequestHandler):
    """Answers each request as API Gateway does whose IAM authorizer refuses it."""

    said = "Forbidden"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        body = json.dumps({"message": self.said}).encode()
        self.send_response(403)
        self.send_header("content-type", "application/json")
        self.send_header("x-amzn-errortype", "ForbiddenException")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST  # noqa: N815 - the base class's name

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


@pytest.fixture
def refusing() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), ApiGateway) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("said", "what_to_do"),
    [
        ("Forbidden", "execute-api:Invoke"),
        ("The security token included in the request is expired", "renew them"),
        ("The request signature we calculated does not match the signature you provided.", "admin.region"),
    ],
)
def test_a_signature_is_refused(
    stranger: User, refusing: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch, said: str, what_to_do: str
) -> None:
    monkeypatch.setattr(ApiGateway, "said", said)
    endpoint = f"http://127.0.0.1:{refusing.server_port}"
    for command in COMMANDS:
        assert_refused(stranger.flyte("--endpoint", endpoint, *command), 3, "refused the request", said, what_to_do)
