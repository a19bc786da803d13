"""The server on a real socket: what travels, and what does not."""

from __future__ import annotations

import json
import socket
from contextlib import contextmanager
from http.client import HTTPConnection
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from flyte.config import PlatformConfig
from flyte_cli.console.messages import Answer, Asked
from flyte_cli.console.server import ConsoleServer
from flyte_cli.console.start import listen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def serving(application: Callable[[Asked], Answer]) -> Iterator[ConsoleServer]:
    with ConsoleServer([0]) as server:
        server.application = application
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def echo(asked: Asked) -> Answer:
    return Answer.of(200, asked.content(), x_asked=f"{asked.method} {asked.path}?{asked.query}")


def said(server: ConsoleServer, text: bytes) -> bytes:
    """What the server answers to these very bytes, until it closes the connection."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(text)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_it_listens_on_the_loopback_only() -> None:
    with ConsoleServer([0]) as server:
        assert server.server_address[0] == "127.0.0.1"
        assert server.url == f"http://127.0.0.1:{server.port}"


def test_a_connection_serves_many_requests_with_and_without_bodies() -> None:
    with serving(echo) as server:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
        for method, body in (("POST", b"one"), ("GET", None), ("PUT", b"two")):
            connection.request(method, "/v1/x?a=%2F", body)
            answer = connection.getresponse()
            assert (answer.status, answer.read()) == (200, body or b"")
            assert answer.headers["x-asked"] == f"{method} /v1/x?a=%2F"
        connection.request("HEAD", "/")
        assert connection.getresponse().read() == b""
        connection.close()


def test_a_body_that_was_refused_unread_is_never_the_next_request() -> None:
    with serving(lambda _: Answer.problem(403, "No", "no")) as server:
        smuggled = b"DELETE /v1/all HTTP/1.1\r\nhost: x\r\n\r\n"
        head = f"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: {len(smuggled)}\r\n\r\n".encode()
        answer = said(server, head + smuggled)
    assert answer.count(b"HTTP/1.1") == 1
    assert b"connection: close" in answer


@pytest.mark.parametrize("header", [b"content-length: many", b"content-length: -1", b"transfer-encoding: chunked"])
def test_a_length_that_is_none_is_refused(header: bytes) -> None:
    with serving(echo) as server:
        assert said(server, b"POST / HTTP/1.1\r\nhost: x\r\n" + header + b"\r\n\r\n").startswith(b"HTTP/1.1 411")


def test_a_fault_of_ours_is_a_problem_and_printed(capfd: pytest.CaptureFixture[str]) -> None:
    def fail(_asked: Asked) -> Answer:
        raise RuntimeError("a fault")

    with serving(fail) as server:
        answer = said(server, b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
    assert b"ConsoleFailed" in answer
    assert b"a fault" not in answer
    assert "RuntimeError: a fault" in capfd.readouterr().err


def test_the_first_free_port_is_taken() -> None:
    with ConsoleServer([0]) as first, ConsoleServer([first.port, 0]) as second:
        assert second.port != first.port
    with ConsoleServer([0]) as taken, pytest.raises(OSError, match="in use"):
        ConsoleServer([taken.port])


@pytest.mark.parametrize(
    ("endpoint", "region", "aws"),
    [
        (
            "https://abc.execute-api.eu-west-1.amazonaws.com",
            None,
            {"region": "eu-west-1", "console": "https://eu-west-1.console.aws.amazon.com"},
        ),
        (
            "https://api.example.com",
            "us-east-2",
            {"region": "us-east-2", "console": "https://us-east-2.console.aws.amazon.com"},
        ),
        (
            "https://abc.execute-api.cn-north-1.amazonaws.com.cn",
            None,
            {"region": "cn-north-1", "console": "https://cn-north-1.console.amazonaws.cn"},
        ),
        ("http://127.0.0.1:30080/x", "us-east-1", None),
        ("https://api.example.com", None, None),
    ],
)
def test_settings_tell_where_aws_shows_the_stack(endpoint: str, region: str | None, aws: dict[str, str] | None) -> None:
    console = listen(PlatformConfig(endpoint=endpoint, region=region), ports=[0], with_token=False)
    with console.server as server:
        headers = {"host": f"127.0.0.1:{server.port}"}
        told = json.loads(b"".join(server.application(Asked("GET", "/settings.json", headers=headers)).parts))
    assert told["aws"] == aws
    assert (told["project"], told["domain"], told["endpoint"]) == ("flytesnacks", "development", endpoint)


def test_a_token_is_made_for_each_console_and_is_in_the_address_alone() -> None:
    platform = PlatformConfig(endpoint="https://abc.execute-api.eu-west-1.amazonaws.com")
    one, other = (listen(platform, ports=[0]) for _ in range(2))
    with one.server, other.server:
        tokens = {console.entrance.partition("/?token=")[2] for console in (one, other)}
    assert len(tokens) == 2
    assert all(len(token) >= 32 for token in tokens)
